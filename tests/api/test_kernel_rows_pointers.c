/*
 * Objects and arguments by pointer: by-kernel 1.1, 1.2, 1.3, 1.17, 1.19, 1.21.
 */

#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "ntsecurity.h"
#include "wdm.h"

#define NAME u"\\BaseNamedObjects\\pointers"

static HANDLE unnamed(ACCESS_MASK access) {
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, access, &section));
        return section;
}

/* by-kernel 1.19: the target's buffer is probed for MaximumLength bytes, whatever Length says. */
START_TEST(target_is_probed_for_its_maximum_length) {
        WCHAR text[] = u"abc";
        UNICODE_STRING target = { .Length = 0, .MaximumLength = 2, .Buffer = NULL };
        HANDLE link = API_WILD;

        ck_assert_status(NtCreateSymbolicLinkObject(&link, 0, NAMED(u""), &target),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(link);
        target.Buffer = (PWSTR) (void *) ((char *) text + 1);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 0, NAMED(u""), &target),
                        STATUS_DATATYPE_MISALIGNMENT);
        /* The last address of a program, with room for one unit. */
        target = (UNICODE_STRING){ .Length = 0, .MaximumLength = 4 };
        target.Buffer = (PWSTR) (ULONG_PTR) 0x7FFFFFFFEFFE;
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 0, NAMED(u""), &target),
                        STATUS_ACCESS_VIOLATION);
        target = (UNICODE_STRING){ .Length = 0, .MaximumLength = 0, .Buffer = NULL };
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 0, NAMED(u""), &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ .Length = 6, .MaximumLength = 7, .Buffer = text };
        api_assert_ok(NtCreateSymbolicLinkObject(&link, 0, NAMED(u""), &target));
        api_assert_ok(NtClose(link));
}
END_TEST

/* by-kernel 1.19: nothing is made, and the output handle's pointer comes first of all. */
START_TEST(output_handle_comes_before_the_target) {
        UNICODE_STRING target = { .Length = 3, .MaximumLength = 0, .Buffer = NULL };
        HANDLE link = API_WILD;

        ck_assert_status(NtCreateSymbolicLinkObject(API_WILD, 0, NAMED(NAME), &target),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSymbolicLinkObject(NULL, 0, NAMED(NAME), NULL),
                        STATUS_ACCESS_VIOLATION);
        RtlInitUnicodeString(&target, u"\\x");
        ck_assert_status(NtCreateSymbolicLinkObject(API_WILD, 0, NAMED(NAME), &target),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(NAME)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* by-kernel 1.17: pointers, then the handle; the length is written on failure too. */
START_TEST(query_looks_at_pointers_first_and_tells_the_length_on_failure) {
        HANDLE section = unnamed(0);
        uint8_t buffer[128] __attribute__((aligned(8)));
        ULONG length = 77;

        ck_assert_status(NtQueryObject(NULL, ObjectBasicInformation, API_WILD, 56, &length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryObject(NULL, ObjectBasicInformation, buffer, 56, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_uint_eq(length, 77);
        ck_assert_status(NtQueryObject(section, ObjectBasicInformation, NULL, 0, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 56);
        ck_assert_status(NtQueryObject(section, ObjectHandleFlagInformation, buffer, 3, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 2);
        ck_assert_status(NtQueryObject(section, (OBJECT_INFORMATION_CLASS) 99, buffer, 56, &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_uint_eq(length, 0);
        /* byte aligned */
        api_assert_ok(NtQueryObject(section, ObjectBasicInformation, buffer + 1, 56, &length));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.2, using a handle, steps 4 and 5: the type before the rights, which are specific. */
START_TEST(generic_rights_are_not_mapped_where_a_handle_is_used) {
        HANDLE section = NULL;
        PVOID object = NULL;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        section = unnamed(SECTION_ALL_ACCESS);
        ck_assert_status(ObReferenceObjectByHandle(section, GENERIC_READ, *MmSectionObjectType,
                                         UserMode, &object, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(object);
        ck_assert_status(ObReferenceObjectByHandle(section, GENERIC_READ, *PsProcessType, UserMode,
                                         &object, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(ObReferenceObjectByHandle(NULL, 0, NULL, KernelMode, &object, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(ObReferenceObjectByHandle(NtCurrentProcess(), 0, *MmSectionObjectType,
                                         KernelMode, &object, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(ObReferenceObjectByHandle(
                        section, GENERIC_READ, *MmSectionObjectType, KernelMode, &object, NULL));
        ObDereferenceObject(object);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.1, row "object-type test": a pointer's type is tested in UserMode only. */
START_TEST(type_of_a_pointer_is_tested_in_user_mode_only) {
        HANDLE section = NULL, other = NULL;
        PVOID object = NULL;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        section = unnamed(SECTION_ALL_ACCESS);
        api_assert_ok(ObReferenceObjectByHandle(section, 0, NULL, KernelMode, &object, NULL));
        ck_assert_status(ObReferenceObjectByPointer(object, 0, *PsProcessType, UserMode),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(ObReferenceObjectByPointer(object, 0, *PsProcessType, KernelMode));
        ObDereferenceObject(object);
        ck_assert_status(
                        ObOpenObjectByPointer(object, 0, NULL, 0, *PsProcessType, UserMode, &other),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(other);
        api_assert_ok(ObOpenObjectByPointer(
                        object, 0, NULL, 0, *PsProcessType, KernelMode, &other));
        api_assert_ok(NtClose(other));
        ObDereferenceObject(object);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.27: OBJ_EXCLUSIVE and OBJ_INHERIT exclude each other where a pointer is opened, too.
 */
START_TEST(pointer_is_opened_by_the_rules_of_handles) {
        HANDLE section = NULL, other = API_WILD;
        PVOID object = NULL;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        api_assert_ok(api_create_with(
                        NAMED_WITH(NAME, OBJ_EXCLUSIVE), SECTION_ALL_ACCESS, &section));
        api_assert_ok(ObReferenceObjectByHandle(section, 0, NULL, KernelMode, &object, NULL));
        ck_assert_status(ObOpenObjectByPointer(object, OBJ_EXCLUSIVE | OBJ_INHERIT, NULL, 0, NULL,
                                         KernelMode, &other),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(other);
        ck_assert_status(ObOpenObjectByPointer(object, 0, NULL, 0, NULL, KernelMode, &other),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(ObOpenObjectByPointer(
                        object, OBJ_EXCLUSIVE, NULL, 0, NULL, KernelMode, &other));
        api_assert_ok(NtClose(other));
        /* 1.6: the name is free when the last handle is closed, though the object lives. */
        api_assert_ok(NtClose(section));
        api_assert_ok(api_create(NAME, SECTION_QUERY, &section));
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtClose(section));
        ObDereferenceObject(object);
}
END_TEST

/* by-kernel 1.1, row "kernel buffers": names and attributes in kernel memory. */
START_TEST(names_in_kernel_memory_are_the_kernels) {
        struct {
                UNICODE_STRING string;
                OBJECT_ATTRIBUTES attributes;
                WCHAR text[64];
        } *pool = mmap(NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        OBJECT_ATTRIBUTES attributes;
        UNICODE_STRING string;
        HANDLE handle = NULL;

        ck_assert_ptr_ne(pool, MAP_FAILED);
        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        api_assert_ok(zw_add_kernel_range(pool, API_PAGE));
        memcpy(pool->text, NAME, sizeof(NAME));
        RtlInitUnicodeString(&pool->string, pool->text);
        InitializeObjectAttributes(&pool->attributes, &pool->string, 0, NULL, NULL);
        string = pool->string;
        InitializeObjectAttributes(&attributes, &string, 0, NULL, NULL);
        zw_set_previous_mode(UserMode);
        ck_assert_status(NtCreateDirectoryObject(&handle, 0, &pool->attributes),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateDirectoryObject(&handle, 0, &attributes), STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(handle);
        api_assert_ok(ZwCreateDirectoryObject(&handle, 0, &pool->attributes));
        api_assert_ok(NtClose(handle));
        api_assert_ok(zw_remove_kernel_range(pool));
        munmap(pool, API_PAGE);
}
END_TEST

/* by-kernel 1.7 [T]: what is no handle, for the kernel neither. */
START_TEST(what_is_no_handle_cannot_be_closed_by_the_kernel) {
        const ULONG_PTR values[] = { 0, 0x80000000, 0x7FFFFFFF, (ULONG_PTR) -1, (ULONG_PTR) -2, 123,
                123 | 0x80000000, 0xFFFFFFFF80000000, 0xFFFFFFFF80000004, 0xFFFFFFFFFFFFFFF0 };

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
                ck_assert_status(ZwClose((HANDLE) values[i]), STATUS_INVALID_HANDLE);
                ck_assert_status(
                                ObCloseHandle((HANDLE) values[i], UserMode), STATUS_INVALID_HANDLE);
        }
}
END_TEST

/* by-kernel 1.21: no part is asked for, no right is needed; the length's pointer is required. */
START_TEST(security_of_a_handle_without_rights) {
        uint8_t buffer[64] __attribute__((aligned(4)));
        HANDLE section = unnamed(0);
        ULONG needed = 0;

        api_assert_ok(NtQuerySecurityObject(section, 0, buffer, sizeof(buffer), &needed));
        ck_assert_uint_eq(needed, 20);
        ck_assert_status(NtQuerySecurityObject(section, 0, buffer, sizeof(buffer), NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySecurityObject(section, DACL_SECURITY_INFORMATION, buffer,
                                         sizeof(buffer), &needed),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, target_is_probed_for_its_maximum_length);
        tcase_add_test(tests, output_handle_comes_before_the_target);
        tcase_add_test(tests, query_looks_at_pointers_first_and_tells_the_length_on_failure);
        tcase_add_test(tests, generic_rights_are_not_mapped_where_a_handle_is_used);
        tcase_add_test(tests, type_of_a_pointer_is_tested_in_user_mode_only);
        tcase_add_test(tests, pointer_is_opened_by_the_rules_of_handles);
        tcase_add_test(tests, names_in_kernel_memory_are_the_kernels);
        tcase_add_test(tests, what_is_no_handle_cannot_be_closed_by_the_kernel);
        tcase_add_test(tests, security_of_a_handle_without_rights);
}

int main(void) {
        return api_main("kernel-rows-pointers", 60, add);
}
