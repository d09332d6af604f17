#include <string.h>

#include "assert-status.h"
#include "grant-word.h"
#include "handle.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "object-types.h"
#include "sid.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define WILD ((HANDLE) 0xDEADBEEF)
#define BAD  ((PVOID) 0x100)

static HANDLE make(ACCESS_MASK access, ULONG flags) {
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size = { .QuadPart = stub.size };
        HANDLE section = WILD;

        InitializeObjectAttributes(&attributes, NULL, flags, NULL, NULL);
        ck_assert_status(NtCreateSection(&section, access, &attributes, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        stub_messages();
        return section;
}

static HANDLE make_directory(void) {
        HANDLE directory = WILD;

        ck_assert_status(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NULL),
                        STATUS_SUCCESS);
        stub_messages();
        return directory;
}

static uint32_t count_of(uint32_t slot) {
        return grant_word_count(atomic_load(&stub.client.page->grants[slot]));
}

START_TEST(the_descriptors_size_is_for_those_who_may_read_it) {
        OBJECT_BASIC_INFORMATION basic;

        ck_assert_status(NtQueryObject(make(SECTION_QUERY, 0), ObjectBasicInformation, &basic,
                                         sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.SecurityDescriptorSize, 0);
        ck_assert_status(NtQueryObject(make(READ_CONTROL, 0), ObjectBasicInformation, &basic,
                                         sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.SecurityDescriptorSize, 120);
}
END_TEST

START_TEST(pseudo_handles_have_basic_information_too) {
        OBJECT_BASIC_INFORMATION basic;
        ULONG returned = 0;

        ck_assert_status(NtQueryObject(NtCurrentProcess(), ObjectBasicInformation, &basic,
                                         sizeof(basic), &returned),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(returned, sizeof(basic));
        ck_assert_uint_eq(basic.GrantedAccess, PROCESS_ALL_ACCESS);
        ck_assert_uint_eq(basic.TypeInfoSize, 104 + 16);
        ck_assert_uint_eq(basic.HandleCount, 4); /* the fifth was the query's own */
        ck_assert_uint_eq(count_of(stub.last_slot), 0);
        ck_assert_status(NtQueryObject((HANDLE) -6, ObjectBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.GrantedAccess, TOKEN_QUERY);
        ck_assert_status(NtQueryObject(NtCurrentThread(), ObjectBasicInformation, &basic,
                                         sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.GrantedAccess, THREAD_ALL_ACCESS);
        ck_assert_status(
                        NtQueryObject(NtCurrentProcess(), ObjectBasicInformation, &basic, 55, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

typedef union TypeBuffer {
        OBJECT_TYPE_INFORMATION type;
        OBJECT_TYPES_INFORMATION types;
        uint8_t bytes[2048];
} TypeBuffer;

static const struct {
        ULONG length;
        NTSTATUS status;
} type_lengths[] = {
        { 0, STATUS_INFO_LENGTH_MISMATCH },
        { 104, STATUS_INFO_LENGTH_MISMATCH },
        { 104 + 14, STATUS_INFO_LENGTH_MISMATCH },
        { 119, STATUS_INFO_LENGTH_MISMATCH },
        { 120, STATUS_SUCCESS },
        { 2048, STATUS_SUCCESS },
};

START_TEST(a_type_is_told_with_its_name_behind_it) {
        HANDLE section = make(0, 0);
        TypeBuffer buffer;
        ULONG returned = 0;

        memset(&buffer, 0xAA, sizeof(buffer));
        ck_assert_status(NtQueryObject(section, ObjectTypeInformation, &buffer,
                                         type_lengths[_i].length, &returned),
                        type_lengths[_i].status);
        ck_assert_uint_eq(returned, 120); /* 104 + "Section" + NUL */
        if (!NT_SUCCESS(type_lengths[_i].status)) {
                ck_assert_uint_eq(buffer.bytes[0], 0xAA);
                return;
        }
        ck_assert_uint_eq(buffer.type.TypeName.Length, 14);
        ck_assert_uint_eq(buffer.type.TypeName.MaximumLength, 16);
        ck_assert_ptr_eq(buffer.type.TypeName.Buffer, &buffer.type + 1);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Section", 16);
        ck_assert_uint_eq(buffer.type.TotalNumberOfObjects, 3);
        ck_assert_uint_eq(buffer.type.TotalNumberOfHandles, 13);
        ck_assert_uint_eq(buffer.type.HighWaterNumberOfObjects, 23);
        ck_assert_uint_eq(buffer.type.HighWaterNumberOfHandles, 33);
        ck_assert_uint_eq(buffer.type.GenericMapping.GenericRead, 0x20005);
        ck_assert_uint_eq(buffer.type.ValidAccessMask, 0x1F001F);
        ck_assert_uint_eq(buffer.type.InvalidAttributes, OBJ_OPENLINK);
        ck_assert_uint_eq(buffer.type.TypeIndex, 4);
        ck_assert_uint_eq(buffer.type.PoolType, 0);
}
END_TEST

START_TEST(the_type_of_a_pseudo_handle_is_its_value) {
        TypeBuffer buffer;

        ck_assert_status(NtQueryObject(NtCurrentProcess(), ObjectTypeInformation, &buffer,
                                         sizeof(buffer), NULL),
                        STATUS_SUCCESS);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Process", 16);
        ck_assert_uint_eq(buffer.type.SecurityRequired, 1);
        ck_assert_status(NtQueryObject((HANDLE) -5, ObjectTypeInformation, &buffer, sizeof(buffer),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Token", 12);
        ck_assert_uint_eq(stub.n_special, 0);
        ck_assert_status(NtQueryObject(NtCurrentThread(), ObjectTypeInformation, &buffer,
                                         sizeof(buffer), NULL),
                        STATUS_SUCCESS);
        ck_assert_mem_eq(buffer.type.TypeName.Buffer, u"Thread", 14);
        ck_assert_status(NtQueryObject(NULL, ObjectTypeInformation, &buffer, sizeof(buffer), NULL),
                        STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(all_types_need_no_handle_and_are_aligned) {
        const OBJECT_TYPE_INFORMATION *type;
        TypeBuffer buffer;
        ULONG needed = 0, returned = 0;
        uint8_t *at = buffer.bytes + 8;

        ck_assert_status(NtQueryObject(NULL, ObjectTypesInformation, &buffer, 8, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(NULL, ObjectTypesInformation, &buffer, needed - 1, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(NULL, ObjectTypesInformation, &buffer, needed, &returned),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(returned, needed);
        ck_assert_uint_eq(buffer.types.NumberOfTypes, KINDS - 1);
        for (uint32_t kind = 1; kind < KINDS; kind++) {
                type = (const OBJECT_TYPE_INFORMATION *) (const void *) at;
                ck_assert_uint_eq(type->TotalNumberOfObjects, kind);
                ck_assert_uint_eq(type->TypeIndex, kind + 1);
                ck_assert_uint_eq(type->TypeName.Length, 2 * strlen(object_type_rules(kind)->name));
                ck_assert_uint_eq(
                                type->TypeName.Buffer[0], (WCHAR) object_type_rules(kind)->name[0]);
                at = (uint8_t *) type->TypeName.Buffer + type->TypeName.MaximumLength;
                at = buffer.bytes + ((size_t) (at - buffer.bytes) + 7) / 8 * 8;
        }
        ck_assert_uint_eq((size_t) (at - buffer.bytes), returned);
}
END_TEST

static NTSTATUS set_flags(HANDLE handle, BOOLEAN inherit, BOOLEAN protect) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { inherit, protect };

        return NtSetInformationObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags));
}

START_TEST(handle_flags_are_set_both_at_once_without_a_message) {
        HANDLE section = make(SECTION_QUERY, OBJ_INHERIT);
        OBJECT_BASIC_INFORMATION basic;

        ck_assert_uint_eq(atomic_load(&stub.client.page->n_inheritable), 1);
        ck_assert_status(set_flags(section, FALSE, TRUE), STATUS_SUCCESS);
        ck_assert_uint_eq(atomic_load(&stub.client.page->n_inheritable), 0);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(
                        NtQueryObject(section, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.Attributes, OBJ_PERMANENT | OBJ_PROTECT_CLOSE);
        ck_assert_status(NtClose(section), STATUS_HANDLE_NOT_CLOSABLE);
        ck_assert_status(set_flags(section, TRUE, FALSE), STATUS_SUCCESS);
        ck_assert_uint_eq(atomic_load(&stub.client.page->n_inheritable), 1);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
}
END_TEST

START_TEST(handle_flags_are_checked_length_memory_handle) {
        OBJECT_HANDLE_FLAG_INFORMATION flags[2] = { { 0, 0 }, { 0, 0 } };

        ck_assert_status(NtSetInformationObject(NULL, ObjectHandleFlagInformation, BAD, 1),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationObject(NULL, ObjectHandleFlagInformation, flags, 4),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationObject(NULL, ObjectHandleFlagInformation, BAD, 2),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(set_flags(NULL, FALSE, FALSE), STATUS_INVALID_HANDLE);
        ck_assert_status(set_flags(WILD, FALSE, FALSE), STATUS_INVALID_HANDLE);
        ck_assert_status(set_flags(NtCurrentProcess(), FALSE, FALSE), STATUS_ACCESS_DENIED);
        ck_assert_status(set_flags(NtCurrentThread(), TRUE, FALSE), STATUS_ACCESS_DENIED);
        ck_assert_status(NtSetInformationObject(make(0, 0), ObjectBasicInformation, flags, 2),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(
                        NtSetInformationObject(make(0, 0), (OBJECT_INFORMATION_CLASS) 77, flags, 2),
                        STATUS_INVALID_INFO_CLASS);
}
END_TEST

START_TEST(a_session_takes_a_directory_and_first_of_all_a_privilege) {
        HANDLE directory = make_directory();

        stub.verdict = STATUS_PRIVILEGE_NOT_HELD;
        ck_assert_status(NtSetInformationObject(WILD, ObjectSessionInformation, NULL, 0),
                        STATUS_PRIVILEGE_NOT_HELD);
        stub.verdict = STATUS_SUCCESS;
        ck_assert_status(NtSetInformationObject(WILD, ObjectSessionInformation, NULL, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetInformationObject(make(0, 0), ObjectSessionInformation, NULL, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtSetInformationObject(directory, ObjectSessionInformation, NULL, 0),
                        STATUS_SUCCESS);
        ck_assert_int_eq(stub.last.body_case, NT__REQUEST__BODY_SET_OBJECT_SESSION);
}
END_TEST

START_TEST(a_temporary_object_takes_delete_and_a_permanent_one_the_privilege) {
        HANDLE weak = make(SECTION_QUERY, 0), strong = make(DELETE, 0);

        ck_assert_status(NtMakeTemporaryObject(weak), STATUS_ACCESS_DENIED);
        ck_assert_status(NtMakeTemporaryObject(NULL), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(NtMakeTemporaryObject(strong), STATUS_SUCCESS);
        ck_assert_int_eq(stub.last.body_case, NT__REQUEST__BODY_MAKE_TEMPORARY);

        stub.verdict = STATUS_PRIVILEGE_NOT_HELD;
        ck_assert_status(NtMakePermanentObject(NULL), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(NtMakePermanentObject(weak), STATUS_PRIVILEGE_NOT_HELD);
        stub.verdict = STATUS_SUCCESS;
        ck_assert_status(NtMakePermanentObject(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtMakePermanentObject(weak), STATUS_SUCCESS);
        ck_assert_int_eq(stub.last.body_case, NT__REQUEST__BODY_MAKE_PERMANENT);
}
END_TEST

START_TEST(objects_are_compared_without_a_message_once_they_are_known) {
        HANDLE section = make(0, 0), other = make(0, 0), unknown;

        ck_assert_status(NtCompareObjects(section, section), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(section, other), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(section, make_directory()), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(section, NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtCompareObjects(WILD, section), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);

        stub.object_id = 99;
        ck_assert_status(NtCompareObjects(make(0, 0), make(0, 0)), STATUS_SUCCESS);
        unknown = stub_make_unknown_handle();
        ck_assert_status(NtCompareObjects(make(0, 0), unknown), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_status(NtCompareObjects(make(0, 0), unknown), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(pseudo_handles_are_compared_as_what_they_stand_for) {
        HANDLE section = make(0, 0);

        ck_assert_status(NtCompareObjects(NtCurrentProcess(), section), STATUS_NOT_SAME_OBJECT);
        stub.object_id = 5;
        ck_assert_status(NtCompareObjects(NtCurrentProcess(), NtCurrentProcess()), STATUS_SUCCESS);
        ck_assert_uint_eq(count_of(stub.last_slot), 0);
        ck_assert_uint_eq(count_of(stub.last_slot - 1), 0);
        ck_assert_status(NtCompareObjects(NtCurrentThread(), NtCurrentThread()), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(NtCurrentThread(), section), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(section, NtCurrentThread()), STATUS_NOT_SAME_OBJECT);
        ck_assert_status(NtCompareObjects(NtCurrentThread(), WILD), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(a_shadow_is_a_directory_that_may_be_searched) {
        HANDLE shadow = make_directory(), weak = NULL, directory = WILD;

        ck_assert_status(NtCreateDirectoryObject(&weak, DIRECTORY_TRAVERSE, NULL), STATUS_SUCCESS);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, shadow, 1),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(directory);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, WILD, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, make(0, 0), 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, weak, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, shadow, 0), STATUS_SUCCESS);
        ck_assert_status(NtCreateDirectoryObjectEx(&directory, 0, NULL, NULL, 0), STATUS_SUCCESS);
        ck_assert_status(NtCreateDirectoryObjectEx(BAD, 0, NULL, NULL, 1), STATUS_ACCESS_VIOLATION);
}
END_TEST

static POBJECT_BOUNDARY_DESCRIPTOR make_boundary(void) {
        UNICODE_STRING name;

        RtlInitUnicodeString(&name, u"abc");
        return RtlCreateBoundaryDescriptor(&name, 0);
}

START_TEST(a_boundary_is_a_name_sids_and_one_label_each_at_a_multiple_of_eight) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = make_boundary();
        UNICODE_STRING none = { 0, 0, NULL };
        OBJECT_BOUNDARY_ENTRY entry;
        SidBuffer label, bad = { 0 };
        const uint8_t *at;

        sid_of_integrity(&label, SECURITY_MANDATORY_LOW_RID);
        ck_assert_ptr_null(RtlCreateBoundaryDescriptor(&none, 0));
        ck_assert_status(RtlAddSIDToBoundaryDescriptor(&boundary, (PSID) &sid_everyone.sid),
                        STATUS_SUCCESS);
        ck_assert_status(RtlAddIntegrityLabelToBoundaryDescriptor(&boundary, &label.sid),
                        STATUS_SUCCESS);
        ck_assert_status(RtlAddIntegrityLabelToBoundaryDescriptor(&boundary, &label.sid),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddIntegrityLabelToBoundaryDescriptor(
                                         &boundary, (PSID) &sid_everyone.sid),
                        STATUS_INVALID_SID);
        ck_assert_status(RtlAddSIDToBoundaryDescriptor(&boundary, &bad.sid), STATUS_INVALID_SID);
        ck_assert_status(RtlAddSIDToBoundaryDescriptor(NULL, &label.sid), STATUS_INVALID_PARAMETER);

        ck_assert_uint_eq(boundary->Version, 1);
        ck_assert_uint_eq(boundary->Items, 3);
        ck_assert_uint_eq(boundary->TotalSize, 16 + 16 + 24 + 24);
        at = (const uint8_t *) (boundary + 1);
        memcpy(&entry, at, sizeof(entry));
        ck_assert_uint_eq(entry.EntryType, OBNS_Name);
        ck_assert_uint_eq(entry.EntrySize, 8 + 6);
        ck_assert_mem_eq(at + 8, u"abc", 6);
        memcpy(&entry, at + 16, sizeof(entry));
        ck_assert_uint_eq(entry.EntryType, OBNS_SID);
        ck_assert_uint_eq(entry.EntrySize, 8 + 12);
        ck_assert_mem_eq(at + 24, sid_everyone.bytes, 12);
        memcpy(&entry, at + 40, sizeof(entry));
        ck_assert_uint_eq(entry.EntryType, OBNS_IL);
        RtlDeleteBoundaryDescriptor(boundary);
}
END_TEST

START_TEST(a_boundary_is_captured_with_bounds) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = make_boundary();
        OBJECT_BOUNDARY_DESCRIPTOR wrong = { 2, 0, 16, 0 };
        HANDLE handle = WILD;

        ck_assert_status(NtCreatePrivateNamespace(&handle, DIRECTORY_ALL_ACCESS, NULL, boundary),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_boundary, 32);
        ck_assert_status(NtOpenPrivateNamespace(&handle, DIRECTORY_ALL_ACCESS, NULL, boundary),
                        STATUS_SUCCESS);
        stub_messages();
        ck_assert_status(NtOpenPrivateNamespace(&handle, 0, NULL, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtOpenPrivateNamespace(&handle, 0, NULL,
                                         (POBJECT_BOUNDARY_DESCRIPTOR) ((char *) boundary + 1)),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(
                        NtOpenPrivateNamespace(&handle, 0, NULL, &wrong), STATUS_INVALID_PARAMETER);
        wrong = (OBJECT_BOUNDARY_DESCRIPTOR){ 1, 0, 15, 0 };
        ck_assert_status(
                        NtOpenPrivateNamespace(&handle, 0, NULL, &wrong), STATUS_INVALID_PARAMETER);
        wrong = (OBJECT_BOUNDARY_DESCRIPTOR){ 1, 0, 32769, 0 };
        ck_assert_status(
                        NtOpenPrivateNamespace(&handle, 0, NULL, &wrong), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(stub_messages(), 0);
        RtlDeleteBoundaryDescriptor(boundary);
}
END_TEST

START_TEST(a_private_namespace_is_deleted_by_who_may) {
        HANDLE weak = NULL;

        ck_assert_status(NtCreateDirectoryObject(&weak, DIRECTORY_QUERY, NULL), STATUS_SUCCESS);
        ck_assert_status(NtDeletePrivateNamespace(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtDeletePrivateNamespace(make(DELETE, 0)), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDeletePrivateNamespace(NtCurrentProcess()), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDeletePrivateNamespace(weak), STATUS_ACCESS_DENIED);
        ck_assert_status(NtDeletePrivateNamespace(make_directory()), STATUS_SUCCESS);
        ck_assert_int_eq(stub.last.body_case, NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE);
}
END_TEST

START_TEST(a_handle_to_the_own_process_is_as_good_as_the_pseudo_handle) {
        HANDLE own = NULL, section = make(SECTION_ALL_ACCESS, 0);
        PVOID base = NULL;
        SIZE_T size = 0;

        stub.object_id = 1;
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(),
                                         NtCurrentProcess(), &own, PROCESS_VM_OPERATION, 0, 0),
                        STATUS_SUCCESS);
        ck_assert_status(NtMapViewOfSection(section, own, &base, 0, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READWRITE),
                        STATUS_SUCCESS);
        ck_assert_status(NtUnmapViewOfSection(own, base), STATUS_SUCCESS);
        stub.object_id = 2; /* of who we are: another */
        ck_assert_status(NtUnmapViewOfSection(own, base), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtUnmapViewOfSection(section, base), STATUS_OBJECT_TYPE_MISMATCH);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, stub_init, stub_clear);
        tcase_add_loop_test(tests, a_type_is_told_with_its_name_behind_it, 0,
                        sizeof(type_lengths) / sizeof(type_lengths[0]));
        tcase_add_test(tests, the_descriptors_size_is_for_those_who_may_read_it);
        tcase_add_test(tests, pseudo_handles_have_basic_information_too);
        tcase_add_test(tests, the_type_of_a_pseudo_handle_is_its_value);
        tcase_add_test(tests, all_types_need_no_handle_and_are_aligned);
        tcase_add_test(tests, handle_flags_are_set_both_at_once_without_a_message);
        tcase_add_test(tests, handle_flags_are_checked_length_memory_handle);
        tcase_add_test(tests, a_session_takes_a_directory_and_first_of_all_a_privilege);
        tcase_add_test(tests, a_temporary_object_takes_delete_and_a_permanent_one_the_privilege);
        tcase_add_test(tests, objects_are_compared_without_a_message_once_they_are_known);
        tcase_add_test(tests, pseudo_handles_are_compared_as_what_they_stand_for);
        tcase_add_test(tests, a_shadow_is_a_directory_that_may_be_searched);
        tcase_add_test(tests, a_boundary_is_a_name_sids_and_one_label_each_at_a_multiple_of_eight);
        tcase_add_test(tests, a_boundary_is_captured_with_bounds);
        tcase_add_test(tests, a_private_namespace_is_deleted_by_who_may);
        tcase_add_test(tests, a_handle_to_the_own_process_is_as_good_as_the_pseudo_handle);
}

int main(void) {
        return suite_main("lib-object", 30, add);
}
