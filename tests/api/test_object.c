/*
 * NtQueryObject's types, NtSetInformationObject, NtCompareObjects: by-tests 1.6 to 1.8, by-kernel
 * 1.17.
 */

#include <string.h>

#include "api.h"
#include "ntsecurity.h"
#include "partner.h"

#define NAME u"\\BaseNamedObjects\\object"

typedef union TypeBuffer {
        OBJECT_TYPE_INFORMATION type;
        OBJECT_TYPES_INFORMATION types;
        uint8_t bytes[4096];
} TypeBuffer;

static HANDLE unnamed(ACCESS_MASK access) {
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, access, &section));
        return section;
}

static OBJECT_BASIC_INFORMATION basic_of(HANDLE handle) {
        OBJECT_BASIC_INFORMATION basic = { 0 };

        api_assert_ok(NtQueryObject(handle, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}

/* [K] SD size only if READ_CONTROL is granted to this handle. */
START_TEST(descriptor_has_a_size_for_who_may_read_it) {
        HANDLE section = NULL, reader = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS & ~READ_CONTROL, &section));
        api_assert_ok(api_open(NAME, READ_CONTROL, &reader));
        ck_assert_uint_eq(basic_of(section).SecurityDescriptorSize, 0);
        ck_assert_uint_ge(basic_of(reader).SecurityDescriptorSize, 20);
        api_assert_ok(NtClose(reader));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.2: pseudo handles have full access of their type. */
START_TEST(pseudo_handles_are_queried_like_others) {
        TypeBuffer buffer;

        ck_assert_uint_eq(basic_of(NtCurrentProcess()).GrantedAccess, PROCESS_ALL_ACCESS);
        ck_assert_uint_ne(basic_of((HANDLE) -4).GrantedAccess & TOKEN_QUERY, 0);
        api_assert_ok(NtQueryObject(
                        NtCurrentProcess(), ObjectTypeInformation, &buffer, sizeof(buffer), NULL));
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Process", 16);
        ck_assert_uint_eq(basic_of(NtCurrentThread()).GrantedAccess, THREAD_ALL_ACCESS);
}
END_TEST

/* by-tests 1.8, class 2, all rows [W]. */
START_TEST(type_information_of_each_length) {
        HANDLE section = unnamed(SECTION_QUERY), other = unnamed(0);
        TypeBuffer buffer;
        ULONG needed = 0;

        ck_assert_status(NtQueryObject(section, ObjectTypeInformation, NULL, 0, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_ge(needed, 104 + 14 + 2);
        ck_assert_status(NtQueryObject(section, ObjectTypeInformation, &buffer, 104, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(section, ObjectTypeInformation, &buffer, 104 + 14, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQueryObject(
                        section, ObjectTypeInformation, &buffer, sizeof(buffer), &needed));
        ck_assert_uint_ge(needed, 104 + 14);
        ck_assert_ptr_eq(buffer.type.TypeName.Buffer, buffer.bytes + 104);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Section", 16);
        ck_assert_uint_ge(buffer.type.TotalNumberOfObjects, 2);
        ck_assert_uint_ge(buffer.type.TotalNumberOfHandles, 2);
        ck_assert_uint_le(buffer.type.TotalNumberOfObjects, buffer.type.HighWaterNumberOfObjects);
        ck_assert_uint_le(buffer.type.TotalNumberOfHandles, buffer.type.HighWaterNumberOfHandles);
        ck_assert_uint_eq(buffer.type.ValidAccessMask, 0x1F001F);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.8, class 3 [W]: no handle; entries at 8, then each behind the name before it. */
START_TEST(list_of_all_types) {
        TypeBuffer buffer;
        ULONG needed = 0, returned = 0;
        const uint8_t *at = buffer.bytes + 8;
        bool has_section = false;

        ck_assert_status(NtQueryObject(NULL, ObjectTypesInformation, &buffer, 8, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(NULL, ObjectTypesInformation, &buffer, needed - 2, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQueryObject(NULL, ObjectTypesInformation, &buffer, needed, &returned));
        ck_assert_uint_eq(returned, needed);
        ck_assert_uint_ge(buffer.types.NumberOfTypes, 6);
        for (ULONG i = 0; i < buffer.types.NumberOfTypes; i++) {
                const OBJECT_TYPE_INFORMATION *type = (const void *) at;

                ck_assert_ptr_eq(type->TypeName.Buffer, type + 1);
                ck_assert_uint_le(type->TotalNumberOfObjects, type->HighWaterNumberOfObjects);
                ck_assert_uint_le(type->TotalNumberOfHandles, type->HighWaterNumberOfHandles);
                has_section |= type->TypeName.Length == 14 &&
                               memcmp(type->TypeName.Buffer, u"Section", 14) == 0;
                at = (const uint8_t *) type->TypeName.Buffer + type->TypeName.MaximumLength;
                at = buffer.bytes + ((size_t) (at - buffer.bytes) + 7) / 8 * 8;
        }
        ck_assert(has_section);
        ck_assert_uint_eq((size_t) (at - buffer.bytes), needed);
}
END_TEST

static NTSTATUS set_flags(HANDLE handle, BOOLEAN inherit, BOOLEAN protect) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { inherit, protect };

        return NtSetInformationObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags));
}

/* by-tests 1.7: a set always writes both. */
START_TEST(handle_flags_are_set_together) {
        HANDLE section = unnamed(SECTION_QUERY);
        OBJECT_HANDLE_FLAG_INFORMATION flags;

        for (unsigned bits = 0; bits < 8; bits++) {
                BOOLEAN inherit = bits & 1, protect = (bits & 2) != 0;
                ULONG length = 0;

                api_assert_ok(set_flags(section, inherit, protect));
                api_assert_ok(NtQueryObject(section, ObjectHandleFlagInformation, &flags,
                                sizeof(flags), &length));
                ck_assert_uint_eq(length, 2);
                ck_assert_uint_eq(flags.Inherit, inherit);
                ck_assert_uint_eq(flags.ProtectFromClose, protect);
                ck_assert_uint_eq(basic_of(section).Attributes,
                                (inherit ? OBJ_INHERIT : 0u) | (protect ? OBJ_PROTECT_CLOSE : 0u));
                if (protect)
                        ck_assert_status(NtClose(section), STATUS_HANDLE_NOT_CLOSABLE);
        }
        api_assert_ok(set_flags(section, FALSE, FALSE));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.17: length, memory, handle; [wine+] a pseudo handle is C0000022, and reads as 0/0. */
START_TEST(handle_flags_are_checked_in_order) {
        HANDLE section = unnamed(SECTION_QUERY);
        OBJECT_HANDLE_FLAG_INFORMATION flags[2] = { { 7, 7 }, { 7, 7 } };

        ck_assert_status(NtSetInformationObject(NULL, ObjectHandleFlagInformation, API_WILD, 1),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationObject(section, ObjectHandleFlagInformation, flags, 4),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationObject(NULL, ObjectHandleFlagInformation, API_WILD, 2),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(set_flags(NULL, FALSE, FALSE), STATUS_INVALID_HANDLE);
        ck_assert_status(set_flags(NtCurrentProcess(), FALSE, FALSE), STATUS_ACCESS_DENIED);
        ck_assert_status(NtQueryObject(section, ObjectHandleFlagInformation, flags, 1, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(section, ObjectHandleFlagInformation, flags, 4, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQueryObject(
                        NtCurrentProcess(), ObjectHandleFlagInformation, flags, 2, NULL));
        ck_assert_uint_eq(flags[0].Inherit | flags[0].ProtectFromClose, 0);
        ck_assert_status(NtSetInformationObject(section, ObjectNameInformation, flags, 2),
                        STATUS_INVALID_INFO_CLASS);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.17, class 5: the owner of a per-user daemon has no SeTcbPrivilege. */
START_TEST(session_of_a_directory_takes_a_privilege) {
        HANDLE directory = NULL;

        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NULL));
        ck_assert_status(NtSetInformationObject(directory, ObjectSessionInformation, NULL, 0),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(NtSetInformationObject(NULL, ObjectSessionInformation, NULL, 0),
                        STATUS_PRIVILEGE_NOT_HELD);
        api_assert_ok(NtClose(directory));
}
END_TEST

/* by-tests 1.6 [W]: no rights; a duplicate equals its source; pseudo handles. */
START_TEST(objects_are_compared_by_what_they_are) {
        HANDLE section = unnamed(0), other = unnamed(0), copy = NULL, first = NULL, second = NULL;

        api_assert_ok(NtDuplicateObject(
                        NtCurrentProcess(), section, NtCurrentProcess(), &copy, 0, 0, 0));
        api_assert_ok(NtOpenDirectoryObject(&first, DIRECTORY_QUERY, NAMED(u"\\")));
        api_assert_ok(NtOpenDirectoryObject(&second, DIRECTORY_TRAVERSE, NAMED(u"\\")));
        ck_assert_status(NtCompareObjects(section, copy), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(first, second), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(section, other), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(section, first), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(section, NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtCompareObjects(API_WILD, section), STATUS_INVALID_HANDLE);
        ck_assert_status(NtCompareObjects(NtCurrentProcess(), NtCurrentProcess()), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(NtCurrentProcess(), (HANDLE) -4), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(NtCurrentThread(), NtCurrentThread()), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(NtCurrentThread(), section), STATUS_NOT_SAME_OBJECT);
        api_assert_ok(NtClose(first));
        api_assert_ok(NtClose(second));
        api_assert_ok(NtClose(copy));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(section));
}
END_TEST

/* A handle that another process put here is known by nothing but its number. */
START_TEST(objects_from_elsewhere_are_compared_too) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE), theirs = NULL;
        HANDLE mine = NULL, named = NULL;

        api_assert_ok(partner_create(partner, NAME, SECTION_ALL_ACCESS, &theirs));
        api_assert_ok(NtDuplicateObject(
                        process, theirs, NtCurrentProcess(), &mine, 0, 0, DUPLICATE_SAME_ACCESS));
        api_assert_ok(api_open(NAME, SECTION_QUERY, &named));
        ck_assert_status(NtCompareObjects(mine, named), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(mine, process), STATUS_NOT_SAME_OBJECT);
        api_assert_ok(NtClose(named));
        api_assert_ok(NtClose(mine));
        api_assert_ok(NtClose(process));
        partner_end(partner);
}
END_TEST

/* [P] Views are the process's own: of another they are refused, and its own handle is as good. */
START_TEST(views_are_of_the_own_process_by_any_handle) {
        Partner *partner = partner_start();
        HANDLE other = partner_open_process(partner, PROCESS_ALL_ACCESS), own = NULL, weak = NULL;
        HANDLE section = unnamed(SECTION_ALL_ACCESS);
        PVOID base = NULL;
        SIZE_T size = 0;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &own, PROCESS_VM_OPERATION, 0, 0));
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &weak, PROCESS_QUERY_INFORMATION, 0, 0));
        api_assert_ok(NtMapViewOfSection(
                        section, own, &base, 0, 0, NULL, &size, ViewShare, 0, PAGE_READWRITE));
        ck_assert_status(NtUnmapViewOfSection(weak, base), STATUS_ACCESS_DENIED);
        ck_assert_status(NtUnmapViewOfSection(other, base), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtUnmapViewOfSection(section, base), STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtUnmapViewOfSection(own, base));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(own));
        api_assert_ok(NtClose(other));
        partner_end(partner);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, descriptor_has_a_size_for_who_may_read_it);
        tcase_add_test(tests, pseudo_handles_are_queried_like_others);
        tcase_add_test(tests, type_information_of_each_length);
        tcase_add_test(tests, list_of_all_types);
        tcase_add_test(tests, handle_flags_are_set_together);
        tcase_add_test(tests, handle_flags_are_checked_in_order);
        tcase_add_test(tests, session_of_a_directory_takes_a_privilege);
        tcase_add_test(tests, objects_are_compared_by_what_they_are);
        tcase_add_test(tests, objects_from_elsewhere_are_compared_too);
        tcase_add_test(tests, views_are_of_the_own_process_by_any_handle);
}

int main(void) {
        return api_main("api-object", 120, add);
}
