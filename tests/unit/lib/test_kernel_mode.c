#include <sys/mman.h>

#include "assert-status.h"
#include "grant-word.h"
#include "handle.h"
#include "kernel-range.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "previous-mode.h"
#include "stub-daemon.h"
#include "suite.h"
#include "wdm.h"
#include "zw.h"

/*
 * Nt versus Zw: the table of what PreviousMode changes.
 */

#define KERNEL ((HANDLE) 0xFFFFFFFF80000010)

static HANDLE make(ACCESS_MASK access, ULONG flags) {
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size = { .QuadPart = stub.size };
        HANDLE section = NULL;

        InitializeObjectAttributes(&attributes, NULL, flags, NULL, NULL);
        ck_assert_status(NtCreateSection(&section, access, &attributes, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        stub_messages();
        return section;
}

static uint32_t count_of(uint32_t slot) {
        return grant_word_count(atomic_load(&stub.client.page->grants[slot]));
}

static NTSTATUS nt_query(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        return NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic), NULL);
}

static NTSTATUS zw_query(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        return ZwQuerySection(section, SectionBasicInformation, &basic, sizeof(basic), NULL);
}

START_TEST(an_ordinary_process_has_one_mode) {
        stub.client.kernel = false;
        atomic_store(&kernel_persona, false);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_int_eq(zw_set_previous_mode(KernelMode), UserMode);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_status(zw_query(make(0, 0)), STATUS_ACCESS_DENIED);
        ck_assert_status(zw_query(KERNEL), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose(KERNEL), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(threads_of_a_persona_begin_in_kernel_mode_and_zw_is_always_there) {
        HANDLE section = make(0, 0), other = NULL;

        ck_assert_int_eq(ExGetPreviousMode(), KernelMode);
        ck_assert_status(nt_query(section), STATUS_SUCCESS);

        ck_assert_int_eq(zw_set_previous_mode(UserMode), KernelMode);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);
        ck_assert_status(nt_query(section), STATUS_ACCESS_DENIED);
        ck_assert_status(zw_query(section), STATUS_SUCCESS);
        ck_assert_int_eq(ExGetPreviousMode(), UserMode);

        ck_assert_status(NtCreateDirectoryObject(&other, 0, NULL), STATUS_SUCCESS);
        ck_assert(!stub.last.kernel_mode);
        ck_assert_status(ZwCreateDirectoryObject(&other, 0, NULL), STATUS_SUCCESS);
        ck_assert(stub.last.kernel_mode);
        ck_assert_int_eq(zw_set_previous_mode(KernelMode), UserMode);
        ck_assert_status(NtCreateDirectoryObject(&other, 0, NULL), STATUS_SUCCESS);
        ck_assert(stub.last.kernel_mode);
}
END_TEST

/* The type is looked at in either mode. */
START_TEST(kernel_mode_skips_rights_but_no_types) {
        UNICODE_STRING string = { 0, 0, NULL };

        ck_assert_status(ZwQuerySymbolicLinkObject(make(0, 0), &string, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(ZwQuerySymbolicLinkObject(KERNEL, &string, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_uint_eq(count_of(stub.last_slot), 0);
}
END_TEST

START_TEST(kernel_handles_are_made_used_and_closed_in_kernel_mode_only) {
        OBJECT_ATTRIBUTES attributes;
        HANDLE handle = NULL;

        stub.kernel_handle = (uintptr_t) KERNEL;
        InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        ck_assert_status(ZwCreateDirectoryObject(&handle, 0, &attributes), STATUS_SUCCESS);
        ck_assert_ptr_eq(handle, KERNEL);
        ck_assert_uint_eq(stub.last_attributes, OBJ_KERNEL_HANDLE);
        ck_assert_uint_eq(handle_table_read(stub.client.page, 1), 0);

        stub_messages();
        ck_assert_status(zw_query(KERNEL), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_special, 1);
        ck_assert_uint_eq(stub.last_handle, (uintptr_t) KERNEL);
        ck_assert_uint_eq(count_of(stub.last_slot), 0); /* given back */

        zw_set_previous_mode(UserMode);
        stub_messages();
        ck_assert_status(nt_query(KERNEL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtClose(KERNEL), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);

        ck_assert_status(ZwClose(KERNEL), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(stub.last_handle, (uintptr_t) KERNEL);
        stub.verdict = STATUS_INVALID_HANDLE;
        ck_assert_status(ZwClose(KERNEL), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(a_kernel_handle_is_a_root_directory_for_as_long_as_the_call_lasts) {
        OBJECT_ATTRIBUTES attributes;
        UNICODE_STRING name;
        HANDLE handle = NULL;
        uint32_t root;

        RtlInitUnicodeString(&name, u"x");
        InitializeObjectAttributes(&attributes, &name, 0, KERNEL, NULL);
        ck_assert_status(ZwCreateDirectoryObject(&handle, 0, &attributes), STATUS_SUCCESS);
        ck_assert(stub.had_root);
        root = stub.last_slot - 1;
        ck_assert_uint_eq(count_of(root), 0);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtCreateDirectoryObject(&handle, 0, &attributes), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(flags_of_kernel_handles_are_the_daemons) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { 0, 1 };

        ck_assert_status(ZwSetInformationObject(KERNEL, ObjectHandleFlagInformation, &flags,
                                         sizeof(flags)),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_flags, 2);
        ck_assert_status(ZwQueryObject(KERNEL, ObjectHandleFlagInformation, &flags, sizeof(flags),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(flags.Inherit, 1);
        ck_assert_uint_eq(flags.ProtectFromClose, 1);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtSetInformationObject(KERNEL, ObjectHandleFlagInformation, &flags,
                                         sizeof(flags)),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQueryObject(KERNEL, ObjectHandleFlagInformation, &flags, sizeof(flags),
                                         NULL),
                        STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(kernel_handles_are_sources_and_results_of_duplication) {
        HANDLE section = make(SECTION_ALL_ACCESS, 0), copy = NULL, system = NULL;

        ck_assert_status(ZwDuplicateObject(NtCurrentProcess(), NtCurrentProcess(),
                                         NtCurrentProcess(), &system, PROCESS_DUP_HANDLE, 0, 0),
                        STATUS_SUCCESS);
        stub.duplicate = KERNEL;
        ck_assert_status(ZwDuplicateObject(NtCurrentProcess(), section, system, &copy, 0,
                                         OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(copy, KERNEL);
        ck_assert_uint_eq(stub.last_duplicate.attributes, OBJ_KERNEL_HANDLE);

        stub.duplicate = (HANDLE) 80;
        ck_assert_status(ZwDuplicateObject(NtCurrentProcess(), KERNEL, NtCurrentProcess(), &copy, 0,
                                         0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(copy, (HANDLE) 80);
        ck_assert_uint_eq(stub.last_duplicate.source_handle, (uintptr_t) KERNEL);
        ck_assert_uint_eq(stub.last_duplicate.options,
                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);

        zw_set_previous_mode(UserMode);
        stub_messages();
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &copy,
                                         0, OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0); /* ignored: an ordinary handle */
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), KERNEL, NtCurrentProcess(), &copy, 0,
                                         0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
}
END_TEST

/* [T] Bare kernel bit, NULL and -1 are no handles for the kernel either. */
START_TEST(what_is_no_handle_in_kernel_mode_cannot_be_closed) {
        stub.verdict = STATUS_INVALID_HANDLE;
        ck_assert_status(ZwClose(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose((HANDLE) -1), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose((HANDLE) -2), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose((HANDLE) 0xFFFFFFFF80000000), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose((HANDLE) 0x80000000), STATUS_INVALID_HANDLE);
        ck_assert_status(ZwClose((HANDLE) 123), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(kernel_addresses_are_refused_from_user_mode_only) {
        SECTION_BASIC_INFORMATION *pool = mmap(
                        NULL, 0x2000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        HANDLE section = make(SECTION_QUERY, 0);
        SIZE_T length = sizeof(*pool);

        ck_assert_ptr_ne(pool, MAP_FAILED);
        ck_assert_status(zw_add_kernel_range(pool, 0x1000), STATUS_SUCCESS);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, pool, length, NULL),
                        STATUS_SUCCESS);

        zw_set_previous_mode(UserMode);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, pool, length, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation,
                                         (char *) pool + 0x1000 - 8, length, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, (char *) pool + 0x1000,
                                         length, NULL),
                        STATUS_SUCCESS);
        ck_assert_status(ZwQuerySection(section, SectionBasicInformation, pool, length, NULL),
                        STATUS_SUCCESS);

        ck_assert_status(zw_remove_kernel_range((char *) pool + 8), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_remove_kernel_range(pool), STATUS_SUCCESS);
        ck_assert_status(zw_remove_kernel_range(pool), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, pool, length, NULL),
                        STATUS_SUCCESS);
        munmap(pool, 0x2000);
}
END_TEST

START_TEST(so_many_kernel_ranges_and_no_more) {
        char *base = (char *) 0x100000;

        ck_assert_status(zw_add_kernel_range(NULL, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_add_kernel_range(base, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_add_kernel_range(base, (SIZE_T) -1), STATUS_INVALID_PARAMETER);
        for (unsigned i = 0; i < KERNEL_RANGES_MAX; i++)
                ck_assert_status(zw_add_kernel_range(base + i * 0x1000, 0x1000), STATUS_SUCCESS);
        ck_assert_status(zw_add_kernel_range(base, 1), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_status(zw_remove_kernel_range(base + 0x1000), STATUS_SUCCESS);
        ck_assert_status(zw_add_kernel_range(base + 0x1000, 1), STATUS_SUCCESS);
}
END_TEST

static PVOID reference(HANDLE handle) {
        PVOID object = NULL;

        ck_assert_status(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL),
                        STATUS_SUCCESS);
        ck_assert_ptr_nonnull(object);
        return object;
}

START_TEST(an_object_has_one_pointer_and_the_daemon_hears_of_first_and_last) {
        HANDLE section = make(SECTION_QUERY, 0), copy = NULL;
        PVOID object, again;

        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &copy,
                                         0, 0, 0),
                        STATUS_SUCCESS);
        object = reference(section);
        again = reference(copy);
        ck_assert_ptr_eq(object, again);
        ck_assert_ptr_ne(object, reference(make(SECTION_QUERY, 0)));
        ck_assert_uint_eq(stub.n_references, 2);

        ck_assert_int_eq(ObReferenceObject(object), 3);
        ck_assert_int_eq(ObDereferenceObject(object), 2);
        ck_assert_int_eq(ObDereferenceObject(object), 1);
        ck_assert_uint_eq(stub.n_dereferences, 0);
        ck_assert_int_eq(ObDereferenceObject(object), 0);
        ck_assert_uint_eq(stub.n_dereferences, 1);
}
END_TEST

START_TEST(a_reference_takes_mode_and_type_from_its_caller) {
        HANDLE section = make(SECTION_QUERY, OBJ_INHERIT);
        OBJECT_HANDLE_INFORMATION information = { 0, 0 };
        PVOID object = &information;

        ck_assert_status(ObReferenceObjectByHandle(section, SECTION_MAP_WRITE, *MmSectionObjectType,
                                         UserMode, &object, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(object);
        ck_assert_status(ObReferenceObjectByHandle(section, SECTION_MAP_WRITE, *PsProcessType,
                                         KernelMode, &object, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(ObReferenceObjectByHandle(KERNEL, 0, NULL, UserMode, &object, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(ObReferenceObjectByHandleWithTag(section, SECTION_MAP_WRITE,
                                         *MmSectionObjectType, KernelMode, 0x74657374, &object,
                                         &information),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(information.HandleAttributes, OBJ_INHERIT);
        ck_assert_uint_eq(information.GrantedAccess, SECTION_QUERY);
        ck_assert_status(ObReferenceObjectByPointer(object, 0, *SeTokenObjectType, UserMode),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(ObReferenceObjectByPointer(object, 0, *SeTokenObjectType, KernelMode),
                        STATUS_SUCCESS);
        ck_assert_int_eq(ObDereferenceObject(object), 1);
        ck_assert_int_eq(ObDereferenceObject(object), 0);
        ck_assert_int_eq(ExGetPreviousMode(), KernelMode);
}
END_TEST

START_TEST(a_pointer_becomes_a_handle_and_a_name) {
        PVOID object = reference(make(SECTION_QUERY, 0));
        HANDLE handle = NULL;
        union {
                OBJECT_NAME_INFORMATION name;
                char bytes[64];
        } information;
        ULONG length = 0;

        stub.text = u"\\ab";
        ck_assert_status(ObOpenObjectByPointer(object, OBJ_INHERIT, NULL, SECTION_MAP_READ,
                                         *MmSectionObjectType, UserMode, &handle),
                        STATUS_SUCCESS);
        ck_assert(!stub.last.kernel_mode);
        ck_assert_uint_ne(handle_table_read(stub.client.page, (uint32_t) ((uintptr_t) handle / 4)) &
                                          HANDLE_ENTRY_INHERIT,
                        0);
        ck_assert_status(ObOpenObjectByPointer(
                                         object, 0, NULL, 0, *PsProcessType, UserMode, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(handle);
        ck_assert_status(ObOpenObjectByPointer(object, 0, (PACCESS_STATE) &information, 0, NULL,
                                         KernelMode, &handle),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(ObQueryNameString(object, &information.name, 16, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 16 + 6 + 2);
        ck_assert_status(ObQueryNameString(object, &information.name, 64, &length), STATUS_SUCCESS);
        ck_assert_uint_eq(information.name.Name.Length, 6);
        ck_assert_int_eq(ObDereferenceObject(object), 0);
}
END_TEST

START_TEST(a_refused_reference_leaves_nothing) {
        HANDLE section = make(SECTION_QUERY, 0);
        PVOID object = NULL;

        stub.verdict = STATUS_QUOTA_EXCEEDED;
        ck_assert_status(ObReferenceObjectByHandle(section, 0, NULL, KernelMode, &object, NULL),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(object);
        ck_assert_uint_eq(stub.n_dereferences, 0);
}
END_TEST

START_TEST(without_a_persona_there_are_no_pointers) {
        HANDLE section = make(SECTION_QUERY, 0), handle;
        PVOID object = &section;
        ULONG length = 0;

        atomic_store(&kernel_persona, false);
        ck_assert_status(ObReferenceObjectByHandle(section, 0, NULL, UserMode, &object, NULL),
                        STATUS_NOT_SUPPORTED);
        ck_assert_ptr_null(object);
        ck_assert_status(ObReferenceObjectByPointer(object, 0, NULL, UserMode),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(ObOpenObjectByPointer(object, 0, NULL, 0, NULL, UserMode, &handle),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(ObQueryNameString(object, NULL, 0, &length), STATUS_NOT_SUPPORTED);
        ck_assert_status(ObCloseHandle(section, UserMode), STATUS_NOT_SUPPORTED);
        ck_assert(ObIsKernelHandle(KERNEL));
        ck_assert(!ObIsKernelHandle(section));
        ck_assert(!ObIsKernelHandle((HANDLE) -1));
}
END_TEST

START_TEST(a_handle_is_closed_in_the_mode_that_is_named) {
        HANDLE section = make(SECTION_QUERY, 0);

        ck_assert_status(ObCloseHandle(KERNEL, UserMode), STATUS_INVALID_HANDLE);
        ck_assert_status(ObCloseHandle(KERNEL, KernelMode), STATUS_SUCCESS);
        ck_assert_status(ObCloseHandle(section, UserMode), STATUS_SUCCESS);
        ck_assert_status(ObCloseHandle(section, KernelMode), STATUS_INVALID_HANDLE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, stub_init_kernel, stub_clear);
        tcase_add_test(tests, an_ordinary_process_has_one_mode);
        tcase_add_test(tests, threads_of_a_persona_begin_in_kernel_mode_and_zw_is_always_there);
        tcase_add_test(tests, kernel_mode_skips_rights_but_no_types);
        tcase_add_test(tests, kernel_handles_are_made_used_and_closed_in_kernel_mode_only);
        tcase_add_test(tests, a_kernel_handle_is_a_root_directory_for_as_long_as_the_call_lasts);
        tcase_add_test(tests, flags_of_kernel_handles_are_the_daemons);
        tcase_add_test(tests, kernel_handles_are_sources_and_results_of_duplication);
        tcase_add_test(tests, what_is_no_handle_in_kernel_mode_cannot_be_closed);
        tcase_add_test(tests, kernel_addresses_are_refused_from_user_mode_only);
        tcase_add_test(tests, so_many_kernel_ranges_and_no_more);
        tcase_add_test(tests, an_object_has_one_pointer_and_the_daemon_hears_of_first_and_last);
        tcase_add_test(tests, a_reference_takes_mode_and_type_from_its_caller);
        tcase_add_test(tests, a_pointer_becomes_a_handle_and_a_name);
        tcase_add_test(tests, a_refused_reference_leaves_nothing);
        tcase_add_test(tests, without_a_persona_there_are_no_pointers);
        tcase_add_test(tests, a_handle_is_closed_in_the_mode_that_is_named);
}

int main(void) {
        return suite_main("kernel-mode", 30, add);
}
