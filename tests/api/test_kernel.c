/*
 * Kernel personas: the table of by-kernel 1.1, kernel handles, objects by pointer.
 */

#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "ntsecurity.h"
#include "partner.h"
#include "wdm.h"

#define NAME u"\\BaseNamedObjects\\kernel"

/* What a driver host does first. */
static void become_kernel(void) {
        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        ck_assert_int_eq(ExGetPreviousMode(), KernelMode);
}

static HANDLE kernel_section(const WCHAR *name, ACCESS_MASK access) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE section = NULL;

        api_assert_ok(ZwCreateSection(&section, access, NAMED_WITH(name, OBJ_KERNEL_HANDLE), &size,
                        PAGE_READWRITE, SEC_COMMIT, NULL));
        ck_assert(ObIsKernelHandle(section));
        return section;
}

START_TEST(ordinary_process_is_in_user_mode) {
        HANDLE section = NULL;
        LARGE_INTEGER size = { .QuadPart = API_PAGE };

        api_assert_ok(ZwCreateSection(&section, SECTION_QUERY, NAMED_WITH(NAME, OBJ_KERNEL_HANDLE),
                        &size, PAGE_READWRITE, SEC_COMMIT, NULL));
        ck_assert_ptr_eq(section, (HANDLE) 4); /* silently dropped */
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_int_eq(zw_set_previous_mode(KernelMode), UserMode);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_status(ObCloseHandle(section, KernelMode), STATUS_NOT_SUPPORTED);
        api_assert_ok(ZwClose(section));
}
END_TEST

/* by-kernel 1.1, rows "handle values", "OBJ_KERNEL_HANDLE"; 1.7, last row [T]. */
START_TEST(kernel_handle_is_for_kernel_mode_only) {
        HANDLE section;
        SECTION_BASIC_INFORMATION basic;

        become_kernel();
        section = kernel_section(NULL, SECTION_ALL_ACCESS);
        api_assert_ok(ZwQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_int_eq(basic.MaximumSize.QuadPart, API_PAGE);

        zw_set_previous_mode(UserMode);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE);
        ck_assert_status(NtClose((HANDLE) ((uintptr_t) section & 0x7FFFFFFF)),
                        STATUS_INVALID_HANDLE);
        api_assert_ok(ZwQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        api_assert_ok(ZwClose(section));
        ck_assert_status(ZwClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

/* Every service takes one: map, query, compare, list, root directory. */
START_TEST(kernel_handle_is_good_for_every_service) {
        HANDLE section, directory = NULL, other = NULL, inside = NULL;
        PVOID base = NULL;
        SIZE_T size = 0;
        ULONG context = 0;
        uint8_t buffer[256] __attribute__((aligned(8)));
        OBJECT_NAME_INFORMATION *name = (OBJECT_NAME_INFORMATION *) (void *) buffer;

        become_kernel();
        section = kernel_section(NAME, SECTION_ALL_ACCESS);
        api_assert_ok(ZwMapViewOfSection(section, ZwCurrentProcess(), &base, 0, 0, NULL, &size,
                        ViewShare, 0, PAGE_READWRITE));
        *(volatile uint8_t *) base = 7;
        api_assert_ok(ZwUnmapViewOfSection(ZwCurrentProcess(), base));
        api_assert_ok(ZwQueryObject(section, ObjectNameInformation, buffer, sizeof(buffer), NULL));
        ck_assert_uint_eq(name->Name.Length, sizeof(NAME) - 2);
        api_assert_ok(ZwOpenSection(&other, SECTION_QUERY, NAMED(NAME)));
        ck_assert_status(ZwCompareObjects(section, other), STATUS_SUCCESS);
        api_assert_ok(ZwClose(other));

        api_assert_ok(ZwCreateDirectoryObject(
                        &directory, DIRECTORY_ALL_ACCESS, NAMED_WITH(NULL, OBJ_KERNEL_HANDLE)));
        ck_assert(ObIsKernelHandle(directory));
        api_assert_ok(ZwCreateDirectoryObject(&inside, 0, NAMED_IN(directory, u"x")));
        api_assert_ok(ZwQueryDirectoryObject(
                        directory, buffer, sizeof(buffer), TRUE, TRUE, &context, NULL));
        api_assert_ok(ZwClose(inside));
        api_assert_ok(ZwClose(directory));
        api_assert_ok(ZwClose(section));
        ck_assert_status(ZwOpenSection(&other, SECTION_QUERY, NAMED(NAME)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* by-kernel 1.1, row "granted-access test": only in user mode; row "type test": in both. */
START_TEST(rights_of_handles_do_not_matter_to_the_kernel) {
        HANDLE section = NULL;
        SECTION_BASIC_INFORMATION basic;
        UNICODE_STRING string = { 0, 0, NULL };

        become_kernel();
        api_assert_ok(api_create(NULL, 0, &section));
        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_status(ZwQuerySymbolicLinkObject(section, &string, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(ZwQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] by-kernel 1.1: views of any protection come from a handle that only has SECTION_MAP_READ. */
START_TEST(kernel_maps_what_the_section_allows_whatever_the_handle_says) {
        HANDLE section = NULL, reader = NULL;
        PVOID base = NULL;

        become_kernel();
        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(ZwOpenSection(&reader, SECTION_MAP_READ, NAMED(NAME)));
        api_assert_ok(api_map(reader, PAGE_READWRITE, &base));
        *(volatile uint8_t *) base = 1;
        api_assert_ok(ZwUnmapViewOfSection(ZwCurrentProcess(), base));
        zw_set_previous_mode(UserMode);
        base = NULL;
        ck_assert_status(api_map(reader, PAGE_READWRITE, &base), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(reader));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.1, row "privileges": considered held. */
START_TEST(privileges_are_held_by_the_kernel) {
        HANDLE directory = NULL, section = NULL;

        become_kernel();
        api_assert_ok(ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NULL));
        api_assert_ok(ZwSetInformationObject(directory, ObjectSessionInformation, NULL, 0));
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtSetInformationObject(directory, ObjectSessionInformation, NULL, 0),
                        STATUS_PRIVILEGE_NOT_HELD);
        api_assert_ok(NtClose(directory));
        api_assert_ok(ZwOpenSection(&section, SECTION_QUERY, NAMED(NAME)) ==
                                                        STATUS_OBJECT_NAME_NOT_FOUND
                                        ? STATUS_SUCCESS
                                        : STATUS_UNSUCCESSFUL);
}
END_TEST

/* by-kernel 1.1, row "kernel buffers passed". */
START_TEST(kernel_memory_is_no_argument_from_user_mode) {
        HANDLE *pool = mmap(
                        NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        ck_assert_ptr_ne(pool, MAP_FAILED);
        become_kernel();
        api_assert_ok(zw_add_kernel_range(pool, API_PAGE));
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtCreateDirectoryObject(pool, 0, NULL), STATUS_ACCESS_VIOLATION);
        api_assert_ok(ZwCreateDirectoryObject(pool, 0, NULL));
        api_assert_ok(NtClose(*pool));
        api_assert_ok(zw_remove_kernel_range(pool));
        munmap(pool, API_PAGE);
}
END_TEST

/* by-kernel 1.16: kernel handles as sources; OBJ_KERNEL_HANDLE ignored for other targets [T]. */
START_TEST(kernel_handle_is_duplicated_into_the_process) {
        HANDLE section, copy = NULL, again = NULL;

        become_kernel();
        section = kernel_section(NULL, SECTION_ALL_ACCESS);
        api_assert_ok(ZwDuplicateObject(ZwCurrentProcess(), section, ZwCurrentProcess(), &copy,
                        SECTION_QUERY, OBJ_KERNEL_HANDLE, 0));
        ck_assert(!ObIsKernelHandle(copy));
        ck_assert_uint_eq(api_granted_access(copy), SECTION_QUERY);
        api_assert_ok(ZwDuplicateObject(ZwCurrentProcess(), section, ZwCurrentProcess(), &again, 0,
                        0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
        ck_assert_status(ZwClose(section), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwCompareObjects(copy, again), STATUS_SUCCESS);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &again,
                                         0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        api_assert_ok(NtClose(copy));
}
END_TEST

/* by-kernel 1.16: ... and honoured when the target is the System process. */
START_TEST(duplicate_for_the_system_process_is_a_kernel_handle) {
        CLIENT_ID client_id = { (HANDLE) 4, NULL };
        OBJECT_ATTRIBUTES attributes;
        HANDLE system = NULL, section = NULL, copy = NULL;

        become_kernel();
        InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        api_assert_ok(ZwOpenProcess(&system, PROCESS_DUP_HANDLE, &attributes, &client_id));
        ck_assert(ObIsKernelHandle(system));
        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        api_assert_ok(ZwDuplicateObject(ZwCurrentProcess(), section, system, &copy, SECTION_QUERY,
                        OBJ_KERNEL_HANDLE, 0));
        ck_assert(ObIsKernelHandle(copy));
        ck_assert_status(ZwCompareObjects(copy, section), STATUS_SUCCESS);
        api_assert_ok(ZwClose(copy));
        api_assert_ok(ZwClose(section));
        api_assert_ok(ZwClose(system));
}
END_TEST

/* by-kernel 1.7 and 1.17: flags of kernel handles. */
START_TEST(kernel_handle_can_be_protected) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { FALSE, TRUE };
        HANDLE section;

        become_kernel();
        section = kernel_section(NULL, SECTION_ALL_ACCESS);
        api_assert_ok(ZwSetInformationObject(
                        section, ObjectHandleFlagInformation, &flags, sizeof(flags)));
        ck_assert_status(ZwClose(section), STATUS_HANDLE_NOT_CLOSABLE);
        flags.ProtectFromClose = FALSE;
        api_assert_ok(ZwQueryObject(
                        section, ObjectHandleFlagInformation, &flags, sizeof(flags), NULL));
        ck_assert_uint_eq(flags.ProtectFromClose, 1);
        flags.ProtectFromClose = FALSE;
        api_assert_ok(ZwSetInformationObject(
                        section, ObjectHandleFlagInformation, &flags, sizeof(flags)));
        api_assert_ok(ZwClose(section));
}
END_TEST

/* by-kernel 1.6: a pointer keeps the object, but the name goes with the last handle. */
START_TEST(pointer_keeps_the_object_and_not_its_name) {
        HANDLE section = NULL, again = NULL;
        OBJECT_HANDLE_INFORMATION information = { 0, 0 };
        SECTION_BASIC_INFORMATION basic;
        PVOID object = NULL, same = NULL;

        become_kernel();
        api_assert_ok(api_create(NAME, SECTION_QUERY, &section));
        api_assert_ok(ObReferenceObjectByHandle(section, SECTION_QUERY, *MmSectionObjectType,
                        KernelMode, &object, &information));
        ck_assert_uint_eq(information.GrantedAccess, SECTION_QUERY);
        api_assert_ok(ObReferenceObjectByHandle(section, 0, NULL, UserMode, &same, NULL));
        ck_assert_ptr_eq(object, same);
        ObDereferenceObject(same);
        ck_assert_status(ObReferenceObjectByHandle(
                                         section, SECTION_MAP_WRITE, NULL, UserMode, &same, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(ObReferenceObjectByHandle(
                                         section, 0, *PsProcessType, KernelMode, &same, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);

        api_assert_ok(ZwClose(section));
        ck_assert_status(api_open(NAME, SECTION_QUERY, &again), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, SECTION_QUERY,
                        *MmSectionObjectType, KernelMode, &again));
        ck_assert(ObIsKernelHandle(again));
        api_assert_ok(ZwQuerySection(again, SectionBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_int_eq(basic.MaximumSize.QuadPart, API_PAGE);
        api_assert_ok(ObCloseHandle(again, KernelMode));
        ck_assert_int_eq(ObDereferenceObject(object), 0);
}
END_TEST

START_TEST(pointer_has_a_name_while_there_is_one) {
        HANDLE section;
        PVOID object = NULL;
        uint8_t buffer[256] __attribute__((aligned(8)));
        OBJECT_NAME_INFORMATION *name = (OBJECT_NAME_INFORMATION *) (void *) buffer;
        ULONG length = 0;

        become_kernel();
        section = kernel_section(NAME, SECTION_ALL_ACCESS);
        api_assert_ok(ObReferenceObjectByHandle(section, 0, NULL, KernelMode, &object, NULL));
        ck_assert_status(ObQueryNameString(object, name, 0, &length), STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 16 + sizeof(NAME));
        api_assert_ok(ObQueryNameString(object, name, sizeof(buffer), &length));
        ck_assert_uint_eq(name->Name.Length, sizeof(NAME) - 2);
        ck_assert_mem_eq(name->Name.Buffer, NAME, sizeof(NAME));
        api_assert_ok(ZwClose(section));
        ObDereferenceObject(object);
}
END_TEST

/* by-kernel 1.1, row "access check": skipped, unless OBJ_FORCE_ACCESS_CHECK. */
START_TEST(access_is_checked_for_the_kernel_if_it_wants) {
        ULONG acl[2] = { ACL_REVISION | sizeof(ACL) << 16, 0 }; /* empty: nobody may anything */
        SECURITY_DESCRIPTOR descriptor = {
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Control = SE_DACL_PRESENT,
                .Dacl = (PACL) (void *) acl,
        };
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE section = NULL, other = NULL;
        ApiName name = { 0 };

        become_kernel();
        api_name(&name, NULL, NAME, 0);
        name.attributes.SecurityDescriptor = &descriptor;
        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, &name.attributes, &size,
                        PAGE_READWRITE, SEC_COMMIT, NULL));
        api_assert_ok(ZwOpenSection(&other, SECTION_MAP_WRITE, NAMED(NAME)));
        api_assert_ok(ZwClose(other));
        ck_assert_status(ZwOpenSection(&other, SECTION_MAP_WRITE,
                                         NAMED_WITH(NAME, OBJ_FORCE_ACCESS_CHECK)),
                        STATUS_ACCESS_DENIED);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtOpenSection(&other, SECTION_MAP_WRITE, NAMED(NAME)),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(section));
}
END_TEST

/* Every kernel persona uses the same table; what its maker leaves open ends with it. */
START_TEST(kernel_handle_is_closed_when_its_maker_ends) {
        HANDLE section = NULL, other = NULL;

        become_kernel();
        section = kernel_section(NAME, SECTION_ALL_ACCESS);
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(zw_detach());
        ck_assert_status(api_open(NAME, SECTION_QUERY, &other), STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_status(ZwClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, ordinary_process_is_in_user_mode);
        tcase_add_test(tests, kernel_handle_is_for_kernel_mode_only);
        tcase_add_test(tests, kernel_handle_is_good_for_every_service);
        tcase_add_test(tests, rights_of_handles_do_not_matter_to_the_kernel);
        tcase_add_test(tests, kernel_maps_what_the_section_allows_whatever_the_handle_says);
        tcase_add_test(tests, privileges_are_held_by_the_kernel);
        tcase_add_test(tests, kernel_memory_is_no_argument_from_user_mode);
        tcase_add_test(tests, kernel_handle_is_duplicated_into_the_process);
        tcase_add_test(tests, duplicate_for_the_system_process_is_a_kernel_handle);
        tcase_add_test(tests, kernel_handle_can_be_protected);
        tcase_add_test(tests, pointer_keeps_the_object_and_not_its_name);
        tcase_add_test(tests, pointer_has_a_name_while_there_is_one);
        tcase_add_test(tests, access_is_checked_for_the_kernel_if_it_wants);
        tcase_add_test(tests, kernel_handle_is_closed_when_its_maker_ends);
}

int main(void) {
        return api_main("api-kernel", 120, add);
}
