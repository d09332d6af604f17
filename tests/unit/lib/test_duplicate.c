#include "assert-status.h"
#include "grant-word.h"
#include "handle.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define WILD   ((HANDLE) 0xDEADBEEF)
#define KERNEL ((HANDLE) 0xFFFFFFFF80000010)

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

static uint32_t count_of(uint32_t slot) {
        return grant_word_count(atomic_load(&stub.client.page->grants[slot]));
}

static OBJECT_HANDLE_FLAG_INFORMATION flags_of(HANDLE handle) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { 9, 9 };

        ck_assert_status(NtQueryObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags),
                                         NULL),
                        STATUS_SUCCESS);
        return flags;
}

static NTSTATUS
duplicate(HANDLE source, PHANDLE target, ACCESS_MASK access, ULONG attributes, ULONG options) {
        return NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), target, access,
                        attributes, options);
}

/* A handle to a process, as NtOpenProcess() makes one. */
static HANDLE make_process(ACCESS_MASK access) {
        HANDLE process = NULL;

        ck_assert_status(duplicate(NtCurrentProcess(), &process, access, 0, 0), STATUS_SUCCESS);
        stub_messages();
        return process;
}

START_TEST(duplicates_send_nothing_and_have_the_rights_and_flags_they_are_given) {
        HANDLE section = make(SECTION_ALL_ACCESS, OBJ_INHERIT), copy = WILD, inherited, generic;
        OBJECT_BASIC_INFORMATION basic;

        ck_assert_status(duplicate(section, &copy, SECTION_MAP_READ, OBJ_PROTECT_CLOSE, 0),
                        STATUS_SUCCESS);
        ck_assert_status(duplicate(section, &inherited, 0, 0,
                                         DUPLICATE_SAME_ACCESS | DUPLICATE_SAME_ATTRIBUTES),
                        STATUS_SUCCESS);
        ck_assert_status(duplicate(section, &generic, GENERIC_WRITE, 0, 0), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);

        ck_assert_status(NtQueryObject(copy, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.GrantedAccess, SECTION_MAP_READ);
        ck_assert_uint_eq(basic.Attributes, OBJ_PERMANENT | OBJ_PROTECT_CLOSE);
        ck_assert_status(
                        NtQueryObject(generic, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.GrantedAccess, 0x20002);
        ck_assert_uint_eq(flags_of(copy).ProtectFromClose, 1);
        ck_assert_uint_eq(flags_of(copy).Inherit, 0);
        ck_assert_uint_eq(flags_of(inherited).Inherit, 1);
        ck_assert_uint_eq(atomic_load(&stub.client.page->n_inheritable), 2);
        ck_assert_status(NtClose(copy), STATUS_HANDLE_NOT_CLOSABLE);
        ck_assert_uint_eq(count_of(stub.last_slot), 4);
}
END_TEST

START_TEST(closing_the_source_gives_the_same_value_back) {
        HANDLE section = make(SECTION_ALL_ACCESS, OBJ_INHERIT), same = NULL, other = NULL;

        ck_assert_status(duplicate(section, &same, SECTION_QUERY, 0, DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(same, section);
        ck_assert_uint_eq(flags_of(same).Inherit, 0);
        ck_assert_uint_eq(atomic_load(&stub.client.page->n_inheritable), 0);
        ck_assert_uint_eq(count_of(stub.last_slot), 1);

        ck_assert_status(duplicate(section, &same, 0, OBJ_PROTECT_CLOSE | OBJ_INHERIT,
                                         DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(same, section);
        ck_assert_status(duplicate(section, &other, 0, 0,
                                         DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS),
                        STATUS_SUCCESS);
        ck_assert_ptr_ne(other, section); /* the source is protected, and survives */
        ck_assert_uint_eq(flags_of(section).ProtectFromClose, 1);
        ck_assert_uint_eq(count_of(stub.last_slot), 2);
}
END_TEST

START_TEST(a_duplicate_may_have_no_variable_and_none_may_have_no_target) {
        HANDLE section = make(SECTION_QUERY, 0);

        ck_assert_status(duplicate(section, NULL, 0, 0, DUPLICATE_SAME_ACCESS), STATUS_SUCCESS);
        ck_assert_uint_eq(count_of(stub.last_slot), 2);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NULL, NULL, 0, 0, 0),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NULL, NULL, 0, 0,
                                         DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(count_of(stub.last_slot), 1);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(rights_beyond_the_source_are_the_daemons_to_judge) {
        HANDLE section = make(SECTION_MAP_READ | SECTION_QUERY, 0), narrow, copy = WILD;

        ck_assert_status(duplicate(section, &narrow, SECTION_QUERY, 0, 0), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);

        stub.duplicate = (HANDLE) 80;
        ck_assert_status(duplicate(narrow, &copy, SECTION_MAP_READ, OBJ_INHERIT | 0x40, 0),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(copy, (HANDLE) 80);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_ptr_null(stub.last_duplicate.source_process);
        ck_assert_ptr_null(stub.last_duplicate.target_process);
        ck_assert_uint_eq(stub.last_duplicate.source_handle, (uintptr_t) narrow);
        ck_assert_uint_eq(stub.last_duplicate.desired_access, SECTION_MAP_READ);
        ck_assert_uint_eq(stub.last_duplicate.attributes, OBJ_INHERIT);

        stub.verdict = STATUS_ACCESS_DENIED;
        ck_assert_status(duplicate(narrow, &copy, 0xFFFFFFFF, 0, 0), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(copy);
        ck_assert_status(duplicate(section, &copy, 0, 0, 0), STATUS_SUCCESS);
        ck_assert_ptr_nonnull(copy);
}
END_TEST

START_TEST(the_source_is_closed_although_the_rights_are_refused) {
        HANDLE section = make(SECTION_QUERY, 0), copy;

        stub.verdict = STATUS_ACCESS_DENIED;
        ck_assert_status(duplicate(section, &copy, SECTION_MAP_WRITE, 0, DUPLICATE_CLOSE_SOURCE),
                        STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(stub.last_duplicate.options, 0);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(an_exclusive_objects_duplicate_is_the_daemons_to_refuse) {
        HANDLE section = make(SECTION_QUERY, 0), copy = WILD;
        GrantRecord *record = grant_info_find(stub.client.grants, stub.last_slot);

        atomic_store(&record->exclusive, true);
        stub.verdict = STATUS_ACCESS_DENIED;
        ck_assert_status(duplicate(section, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(stub_messages(), 1);
}
END_TEST

START_TEST(process_handles_are_checked_in_order_source_before_target) {
        HANDLE section = make(SECTION_QUERY, 0), copy = WILD, weak, process;

        weak = make_process(PROCESS_QUERY_INFORMATION);
        process = make_process(PROCESS_DUP_HANDLE);
        ck_assert_status(NtDuplicateObject(NULL, section, WILD, &copy, 0, 0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(copy);
        ck_assert_status(NtDuplicateObject(section, section, NULL, &copy, 0, 0, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDuplicateObject(weak, section, section, &copy, 0, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtDuplicateObject(NtCurrentThread(), section, section, &copy, 0, 0, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDuplicateObject(process, section, WILD, &copy, 0, 0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(process, section, weak, &copy, 0, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(duplicate((HANDLE) 444, &copy, 0, 0, 0), STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(
                                         NtCurrentProcess(), (HANDLE) 444, process, &copy, 0, 0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(NtDuplicateObject(process, section, process, (PHANDLE) 8, 0, 0, 0),
                        STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(handles_of_other_processes_are_named_to_the_daemon) {
        HANDLE section = make(SECTION_ALL_ACCESS, 0), process = make_process(PROCESS_DUP_HANDLE);
        HANDLE copy = NULL;

        stub.duplicate = (HANDLE) 80;
        ck_assert_status(NtDuplicateObject(process, (HANDLE) 4444, NtCurrentProcess(), &copy, 0, 0,
                                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(copy, (HANDLE) 80);
        ck_assert_ptr_nonnull(stub.last_duplicate.source_process);
        ck_assert_ptr_null(stub.last_duplicate.target_process);
        ck_assert_uint_eq(stub.last_duplicate.source_handle, 4444);
        ck_assert_uint_eq(stub.last_duplicate.options,
                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);

        ck_assert_status(NtDuplicateObject(process, (HANDLE) 4444, NULL, NULL, 0, 0,
                                         DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert(stub.last_duplicate.no_target);

        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, process, &copy,
                                         SECTION_QUERY, 0, DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        ck_assert_ptr_null(stub.last_duplicate.source_process);
        ck_assert_ptr_nonnull(stub.last_duplicate.target_process);
        ck_assert_uint_eq(stub.last_duplicate.options, 0);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(pseudo_handles_are_sources_and_stay) {
        HANDLE process = WILD, token = WILD, copy;
        OBJECT_BASIC_INFORMATION basic;
        uint32_t slot;

        ck_assert_status(duplicate(NtCurrentProcess(), &process, 0, OBJ_INHERIT,
                                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                        STATUS_SUCCESS);
        slot = stub.last_slot;
        ck_assert_ptr_eq(process, (HANDLE) 4);
        ck_assert_uint_eq(flags_of(process).Inherit, 1);
        ck_assert_uint_eq(count_of(slot), 1); /* nothing but the duplicate is left */
        ck_assert_status(
                        NtQueryObject(process, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(basic.GrantedAccess, PROCESS_ALL_ACCESS);

        ck_assert_status(duplicate((HANDLE) -4, &token, TOKEN_QUERY, 0, 0), STATUS_SUCCESS);
        ck_assert_uint_eq(count_of(stub.last_slot), 1);
        ck_assert_status(duplicate((HANDLE) -5, &copy, 0, 0, 0), STATUS_NO_TOKEN);
        ck_assert_status(duplicate(NtCurrentThread(), &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_handle, UINT64_MAX - 1);
        ck_assert_status(NtClose(copy), STATUS_SUCCESS);
        ck_assert_status(NtClose(process), STATUS_SUCCESS);
        ck_assert_status(NtClose(token), STATUS_SUCCESS);
}
END_TEST

START_TEST(all_rights_and_more_on_a_pseudo_handle_are_the_daemons_to_refuse) {
        HANDLE copy = WILD;

        stub.verdict = STATUS_ACCESS_DENIED;
        ck_assert_status(duplicate(NtCurrentProcess(), &copy, 0xFFFFFFFF, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(copy);
        ck_assert_uint_eq(stub.last_duplicate.source_handle, (uint64_t) -1);
        ck_assert_uint_eq(count_of(stub.last_slot), 0);
}
END_TEST

START_TEST(kernel_handles_are_no_sources_for_programs) {
        HANDLE copy = WILD;

        ck_assert_status(duplicate(KERNEL, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(copy);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, stub_init, stub_clear);
        tcase_add_test(tests, duplicates_send_nothing_and_have_the_rights_and_flags_they_are_given);
        tcase_add_test(tests, closing_the_source_gives_the_same_value_back);
        tcase_add_test(tests, a_duplicate_may_have_no_variable_and_none_may_have_no_target);
        tcase_add_test(tests, rights_beyond_the_source_are_the_daemons_to_judge);
        tcase_add_test(tests, the_source_is_closed_although_the_rights_are_refused);
        tcase_add_test(tests, an_exclusive_objects_duplicate_is_the_daemons_to_refuse);
        tcase_add_test(tests, process_handles_are_checked_in_order_source_before_target);
        tcase_add_test(tests, handles_of_other_processes_are_named_to_the_daemon);
        tcase_add_test(tests, pseudo_handles_are_sources_and_stay);
        tcase_add_test(tests, all_rights_and_more_on_a_pseudo_handle_are_the_daemons_to_refuse);
        tcase_add_test(tests, kernel_handles_are_no_sources_for_programs);
}

int main(void) {
        return suite_main("lib-duplicate", 30, add);
}
