/*
 * NtDuplicateObject between processes, from pseudo handles, and for more rights than the source
 * has. What happens inside one process is in test_handle.c.
 */

#include "api.h"
#include "ntsecurity.h"
#include "partner.h"

#define NAME u"\\BaseNamedObjects\\duplicate"

static NTSTATUS duplicate(
                HANDLE source, PHANDLE ret, ACCESS_MASK access, ULONG attributes, ULONG options) {
        return NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), ret, access,
                        attributes, options);
}

/* [W] kernel32 process.c: a section handed to another process is the same memory there. */
START_TEST(handle_is_put_into_another_process) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE), section = NULL;
        HANDLE theirs = NULL;
        PVOID base = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), section, process, &theirs, 0, 0,
                        DUPLICATE_SAME_ACCESS));
        ck_assert_ptr_nonnull(theirs);
        ck_assert_uint_eq(api_handle_count(section), 2);
        api_assert_ok(api_map(section, PAGE_READONLY, &base));
        api_assert_ok(partner_touch(partner, theirs));
        ck_assert_uint_eq(*(volatile uint8_t *) base, 1);

        api_assert_ok(partner_close(partner, theirs));
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(process));
        partner_end(partner);
}
END_TEST

/* by-tests 1.6: the rights asked for are those of the new handle; no rights at all are legal. */
START_TEST(handle_in_another_process_has_the_rights_that_were_asked_for) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE), section = NULL;
        HANDLE theirs = NULL, back = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtDuplicateObject(
                        NtCurrentProcess(), section, process, &theirs, SECTION_MAP_READ, 0, 0));
        ck_assert_status(partner_touch(partner, theirs), STATUS_ACCESS_DENIED);
        api_assert_ok(NtDuplicateObject(
                        process, theirs, NtCurrentProcess(), &back, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(api_granted_access(back), SECTION_MAP_READ);
        ck_assert_status(NtCompareObjects(back, section), STATUS_SUCCESS);
        api_assert_ok(NtClose(back));
        api_assert_ok(NtDuplicateObject(process, theirs, NtCurrentProcess(), &back, 0, 0, 0));
        ck_assert_uint_eq(api_granted_access(back), 0);

        api_assert_ok(NtClose(back));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(process));
        partner_end(partner);
}
END_TEST

/* [wine+] CLOSE_SOURCE with a foreign source closes the entry in that process's table. */
START_TEST(closing_the_source_closes_it_where_it_is) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE), theirs = NULL;
        HANDLE mine = NULL, other = NULL;

        api_assert_ok(partner_create(partner, NAME, SECTION_ALL_ACCESS, &theirs));
        api_assert_ok(NtDuplicateObject(process, theirs, NtCurrentProcess(), &mine, 0, OBJ_INHERIT,
                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
        ck_assert_status(partner_close(partner, theirs), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(api_handle_count(mine), 1);
        api_assert_ok(api_open(NAME, SECTION_QUERY, &other));
        ck_assert_status(NtCompareObjects(mine, other), STATUS_SUCCESS);
        api_assert_ok(NtClose(other));

        /* and without a target it is only closed */
        api_assert_ok(partner_open(partner, NAME, SECTION_QUERY, &theirs));
        api_assert_ok(NtDuplicateObject(process, theirs, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE));
        ck_assert_status(partner_close(partner, theirs), STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(
                                         process, theirs, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE),
                        STATUS_INVALID_HANDLE);

        api_assert_ok(NtClose(mine));
        ck_assert_status(api_open(NAME, SECTION_QUERY, &other), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(NtClose(process));
        partner_end(partner);
}
END_TEST

/* by-kernel 1.16, rows 1 to 6. */
START_TEST(what_is_wrong_is_told_in_order) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE);
        HANDLE weak = partner_open_process(partner, PROCESS_QUERY_LIMITED_INFORMATION);
        HANDLE section = NULL, result = API_WILD;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtDuplicateObject(NULL, NULL, NULL, API_WILD, 0, 0, 0),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtDuplicateObject(NULL, section, weak, &result, 0, 0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(result);
        ck_assert_status(NtDuplicateObject(section, section, weak, &result, 0, 0, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDuplicateObject(weak, section, process, &result, 0, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, weak, &result, 0, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, section, &result, 0, 0, 0),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDuplicateObject(process, (HANDLE) 4444, NtCurrentProcess(), &result, 0,
                                         0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(process, (HANDLE) 4444, NULL, NULL, 0, 0, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NULL, NULL, 0, 0, 0),
                        STATUS_INVALID_PARAMETER);

        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(process));
        partner_end(partner);
}
END_TEST

/* by-kernel 1.16, rows 4 and 7: neither from nor into a process that has ended. */
START_TEST(ended_process_is_neither_source_nor_target) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE), section = NULL;
        HANDLE result = API_WILD;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        partner_kill(partner);
        ck_assert_status(NtDuplicateObject(process, (HANDLE) 4, NtCurrentProcess(), &result, 0, 0,
                                         DUPLICATE_SAME_ACCESS),
                        STATUS_PROCESS_IS_TERMINATING);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, process, &result, 0, 0,
                                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                        STATUS_PROCESS_IS_TERMINATING);
        ck_assert_ptr_null(result);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE); /* closed first */
        api_assert_ok(NtClose(process));
}
END_TEST

/* by-tests 1.6 [W]: pseudo handles are sources, and are not closed. */
START_TEST(pseudo_handles_become_real_ones) {
        HANDLE process = NULL, again = NULL, token = NULL;

        api_assert_ok(duplicate(NtCurrentProcess(), &process, 0, 0,
                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
        ck_assert_uint_eq(api_granted_access(process), PROCESS_ALL_ACCESS);
        api_assert_ok(duplicate(NtCurrentProcess(), &again, 0, 0, 0));
        ck_assert_uint_eq(api_granted_access(again), 0);
        ck_assert_status(NtCompareObjects(process, again), STATUS_SUCCESS);
        ck_assert_status(NtCompareObjects(process, NtCurrentProcess()), STATUS_SUCCESS);
        api_assert_ok(duplicate((HANDLE) -4, &token, TOKEN_QUERY, 0, 0));
        ck_assert_status(NtCompareObjects(process, token), STATUS_NOT_SAME_OBJECT);
        api_assert_ok(NtClose(again));
        api_assert_ok(duplicate(NtCurrentThread(), &again, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(api_granted_access(again), THREAD_ALL_ACCESS);
        ck_assert_status(NtCompareObjects(again, NtCurrentThread()), STATUS_SUCCESS);
        api_assert_ok(NtClose(again));
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(process));
}
END_TEST

/* by-tests 1.6 [W!]: all 32 bits on a process handle, from a program that is no auditor. */
START_TEST(all_bits_on_a_process_are_refused) {
        TOKEN_PRIVILEGES privileges = {
                .PrivilegeCount = 1,
                .Privileges[0].Luid.LowPart = SE_SECURITY_PRIVILEGE,
        };
        HANDLE process = API_WILD, token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &privileges, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
        ck_assert_status(duplicate(NtCurrentProcess(), &process, 0xFFFFFFFF, 0, 0),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(process);
}
END_TEST

/* [T] A duplicate of -1 with OBJ_PROTECT_CLOSE is a protected handle. */
START_TEST(duplicate_can_be_protected_from_the_start) {
        HANDLE process = NULL;
        OBJECT_HANDLE_FLAG_INFORMATION flags = { 0, 0 };

        api_assert_ok(duplicate(
                        NtCurrentProcess(), &process, 0, OBJ_PROTECT_CLOSE, DUPLICATE_SAME_ACCESS));
        ck_assert_status(NtClose(process), STATUS_HANDLE_NOT_CLOSABLE);
        api_assert_ok(NtSetInformationObject(
                        process, ObjectHandleFlagInformation, &flags, sizeof(flags)));
        api_assert_ok(NtClose(process));
}
END_TEST

/* by-kernel 1.16, row 10: more than the source has is asked of the object's descriptor. */
START_TEST(rights_beyond_the_source_are_checked_and_granted) {
        HANDLE section = NULL, narrow = NULL, wide = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        api_assert_ok(duplicate(section, &narrow, SECTION_QUERY, 0, 0));
        api_assert_ok(duplicate(narrow, &wide, SECTION_MAP_READ, 0, 0));
        ck_assert_uint_eq(api_granted_access(wide), SECTION_MAP_READ);
        ck_assert_uint_eq(api_handle_count(section), 3);
        api_assert_ok(NtClose(wide));
        api_assert_ok(NtClose(narrow));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.2, making a handle, step 2: an object that was made exclusive has one handle. */
START_TEST(exclusive_object_has_no_duplicate) {
        HANDLE section = NULL, other = API_WILD;

        api_assert_ok(api_create_with(
                        NAMED_WITH(NAME, OBJ_EXCLUSIVE), SECTION_ALL_ACCESS, &section));
        ck_assert_status(duplicate(section, &other, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(other);
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, handle_is_put_into_another_process);
        tcase_add_test(tests, handle_in_another_process_has_the_rights_that_were_asked_for);
        tcase_add_test(tests, closing_the_source_closes_it_where_it_is);
        tcase_add_test(tests, what_is_wrong_is_told_in_order);
        tcase_add_test(tests, ended_process_is_neither_source_nor_target);
        tcase_add_test(tests, pseudo_handles_become_real_ones);
        tcase_add_test(tests, all_bits_on_a_process_are_refused);
        tcase_add_test(tests, duplicate_can_be_protected_from_the_start);
        tcase_add_test(tests, rights_beyond_the_source_are_checked_and_granted);
        tcase_add_test(tests, exclusive_object_has_no_duplicate);
}

int main(void) {
        return api_main("api-duplicate", 120, add);
}
