#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "grant-info.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

/* Each of the stub's entries: the structure, "nXY" and "Section" with NULs. */
#define ENTRY 56u
#define EMPTY 32u

static HANDLE directory;
static OBJECT_DIRECTORY_INFORMATION buffer[200];
static ULONG context, returned;

static void setup(void) {
        OBJECT_ATTRIBUTES attributes;
        UNICODE_STRING name;

        stub_init();
        RtlInitUnicodeString(&name, u"\\");
        InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
        ck_assert_status(NtOpenDirectoryObject(&directory, DIRECTORY_QUERY, &attributes),
                        STATUS_SUCCESS);
        context = 77;
        returned = 88;
        memset(buffer, 0xFF, sizeof(buffer));
        stub_messages();
}

static NTSTATUS list(ULONG length, BOOLEAN single, BOOLEAN restart) {
        return NtQueryDirectoryObject(
                        directory, buffer, length, single, restart, &context, &returned);
}

static bool is_zero(const OBJECT_DIRECTORY_INFORMATION *entry) {
        static const OBJECT_DIRECTORY_INFORMATION zero;

        return memcmp(entry, &zero, sizeof(zero)) == 0;
}

/* The first @n entries are those from @first on, and then comes the empty one. */
static void expect_entries(unsigned first, unsigned n) {
        for (unsigned i = 0; i < n; i++) {
                ck_assert_uint_eq(buffer[i].Name.Length, 6);
                ck_assert_uint_eq(buffer[i].Name.MaximumLength, 8);
                ck_assert_int_eq(buffer[i].Name.Buffer[0], u'n');
                ck_assert_uint_eq((unsigned) (buffer[i].Name.Buffer[1] - u'0') * 10 +
                                                  (unsigned) (buffer[i].Name.Buffer[2] - u'0'),
                                first + i);
                ck_assert_int_eq(buffer[i].Name.Buffer[3], 0);
                ck_assert_uint_eq(buffer[i].TypeName.Length, 14);
                ck_assert_int_eq(buffer[i].TypeName.Buffer[7], 0);
        }
        ck_assert(is_zero(&buffer[n]));
}

START_TEST(empty_directory_has_no_entries_whatever_the_room) {
        static const ULONG lengths[] = { 0, 31, 32, sizeof(buffer) };

        for (unsigned i = 0; i < 8; i++) {
                ULONG length = lengths[i / 2];

                memset(buffer, 0xFF, sizeof(buffer));
                ck_assert_status(list(length, i % 2 == 0, TRUE), STATUS_NO_MORE_ENTRIES);
                ck_assert_uint_eq(context, 77);
                ck_assert_uint_eq(returned, EMPTY);
                ck_assert_int_eq(is_zero(buffer), length >= 32);
        }
}
END_TEST

START_TEST(single_entries_come_one_by_one) {
        stub.n_entries = 3;
        context = 0;
        for (unsigned i = 0; i < 3; i++) {
                ck_assert_status(list(sizeof(buffer), TRUE, i == 0), STATUS_SUCCESS);
                ck_assert_uint_eq(context, i + 1);
                ck_assert_uint_eq(returned, EMPTY + ENTRY);
                expect_entries(i, 1);
        }
        ck_assert_status(list(sizeof(buffer), TRUE, FALSE), STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(context, 3);
        ck_assert_uint_eq(returned, EMPTY);
}
END_TEST

START_TEST(restart_begins_anew_whatever_the_context_holds) {
        stub.n_entries = 3;
        ck_assert_status(list(sizeof(buffer), TRUE, TRUE), STATUS_SUCCESS);
        ck_assert_uint_eq(context, 1);
        expect_entries(0, 1);
}
END_TEST

START_TEST(single_entry_that_does_not_fit_says_what_it_needs) {
        stub.n_entries = 3;
        ck_assert_status(list(0, TRUE, TRUE), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(returned, EMPTY + ENTRY);
        ck_assert_uint_eq(context, 77);
        ck_assert_status(list(EMPTY + ENTRY - 1, TRUE, TRUE), STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(list(EMPTY + ENTRY, TRUE, TRUE), STATUS_SUCCESS);
}
END_TEST

START_TEST(all_that_fit_come_at_once) {
        stub.n_entries = 60;
        stub.n_entries_most = 7;
        ck_assert_status(list(sizeof(buffer), FALSE, TRUE), STATUS_SUCCESS);
        ck_assert_uint_eq(context, 60);
        ck_assert_uint_eq(returned, EMPTY + 60 * ENTRY);
        expect_entries(0, 60);
        ck_assert_status(list(sizeof(buffer), FALSE, FALSE), STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(context, 60);
}
END_TEST

START_TEST(what_does_not_fit_comes_with_the_next_call) {
        unsigned first = 0;

        stub.n_entries = 60;
        stub.n_entries_most = 7;
        context = 0;
        for (unsigned i = 0; i < 100; i++) {
                NTSTATUS status = list(EMPTY + 11 * ENTRY + 20, FALSE, FALSE);

                ck_assert(status == STATUS_SUCCESS || status == STATUS_MORE_ENTRIES);
                expect_entries(first, context - first);
                first = context;
                if (status == STATUS_SUCCESS)
                        break;
                ck_assert_uint_eq(returned, EMPTY + 11 * ENTRY);
        }
        ck_assert_uint_eq(first, 60);
        /* No more than its entries, although the last reply of each call was used in part. */
        ck_assert_uint_le(stub_messages(), 6 * 3);
}
END_TEST

START_TEST(without_room_for_any_there_are_more) {
        stub.n_entries = 2;
        ck_assert_status(list(0, FALSE, TRUE), STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(context, 0);
        ck_assert_uint_eq(returned, EMPTY);
        ck_assert_status(list(32, FALSE, TRUE), STATUS_MORE_ENTRIES);
        ck_assert(is_zero(buffer));
        context = 1;
        ck_assert_status(list(32, FALSE, FALSE), STATUS_MORE_ENTRIES);
        ck_assert_uint_eq(context, 1);
}
END_TEST

START_TEST(context_that_was_never_given_out_counts_entries) {
        stub.n_entries = 60;
        context = 42;
        ck_assert_status(list(sizeof(buffer), TRUE, FALSE), STATUS_SUCCESS);
        expect_entries(42, 1);
        context = 3; /* back again */
        ck_assert_status(list(sizeof(buffer), TRUE, FALSE), STATUS_SUCCESS);
        expect_entries(3, 1);
        context = 1000;
        ck_assert_status(list(sizeof(buffer), TRUE, FALSE), STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(context, 1000);
}
END_TEST

START_TEST(bad_pointers_and_handles_touch_nothing) {
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        ck_assert_status(
                        NtQueryDirectoryObject(directory, buffer, 100, TRUE, TRUE, NULL, &returned),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryDirectoryObject(directory, (PVOID) 0xDEADBEE0, 100, TRUE, TRUE,
                                         &context, &returned),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryDirectoryObject(NULL, buffer, 100, TRUE, TRUE, &context, &returned),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(context, 77);
        ck_assert_uint_eq(returned, 88);
        stub.n_entries = 1;
        ck_assert_status(NtQueryDirectoryObject(directory, buffer, 100, TRUE, TRUE, &context, NULL),
                        STATUS_SUCCESS);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, empty_directory_has_no_entries_whatever_the_room);
        tcase_add_test(tests, single_entries_come_one_by_one);
        tcase_add_test(tests, restart_begins_anew_whatever_the_context_holds);
        tcase_add_test(tests, single_entry_that_does_not_fit_says_what_it_needs);
        tcase_add_test(tests, all_that_fit_come_at_once);
        tcase_add_test(tests, what_does_not_fit_comes_with_the_next_call);
        tcase_add_test(tests, without_room_for_any_there_are_more);
        tcase_add_test(tests, context_that_was_never_given_out_counts_entries);
        tcase_add_test(tests, bad_pointers_and_handles_touch_nothing);
}

int main(void) {
        return suite_main("lib-directory", 20, add);
}
