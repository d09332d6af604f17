#include <stdlib.h>

#include "assert-status.h"
#include "grant-word.h"
#include "handle.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define WILD ((HANDLE) 0xDEADBEEF)

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

static NTSTATUS
duplicate(HANDLE source, PHANDLE target, ACCESS_MASK access, ULONG attributes, ULONG options) {
        return NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), target, access,
                        attributes, options);
}

START_TEST(values_begin_at_four_and_the_lowest_is_given_out) {
        HANDLE first = make(SECTION_QUERY, 0), second = make(SECTION_QUERY, 0);

        ck_assert_ptr_eq(first, (HANDLE) 4);
        ck_assert_ptr_eq(second, (HANDLE) 8);
        ck_assert_status(NtClose(first), STATUS_SUCCESS);
        ck_assert_ptr_eq(make(SECTION_QUERY, 0), (HANDLE) 4);
}
END_TEST

START_TEST(the_low_two_bits_are_ignored) {
        SECTION_BASIC_INFORMATION basic;
        HANDLE section = make(SECTION_QUERY, 0);

        for (uintptr_t bits = 0; bits < 4; bits++)
                ck_assert_status(NtQuerySection((HANDLE) ((uintptr_t) section | bits),
                                                 SectionBasicInformation, &basic, sizeof(basic),
                                                 NULL),
                                STATUS_SUCCESS);
        ck_assert_status(NtClose((HANDLE) ((uintptr_t) section | 3)), STATUS_SUCCESS);
        ck_assert_status(NtClose(section), STATUS_INVALID_HANDLE);
}
END_TEST

static const struct {
        uintptr_t value;
        NTSTATUS status;
} no_handles[] = {
        { 0, STATUS_INVALID_HANDLE },
        { 123, STATUS_INVALID_HANDLE },
        { 0x80000000, STATUS_INVALID_HANDLE },
        { 0x7FFFFFFF, STATUS_INVALID_HANDLE },
        { 0xFFFFFFFF80000004, STATUS_INVALID_HANDLE },
        { 0x100000004, STATUS_INVALID_HANDLE },
        { HANDLE_ENTRIES * 4ull, STATUS_INVALID_HANDLE },
        { (uintptr_t) -1, STATUS_INVALID_HANDLE },
        { (uintptr_t) -2, STATUS_INVALID_HANDLE },
        { (uintptr_t) -3, STATUS_INVALID_HANDLE },
        { (uintptr_t) -4, STATUS_SUCCESS },
        { (uintptr_t) -7, STATUS_INVALID_HANDLE },
};

START_TEST(what_is_no_handle_cannot_be_closed) {
        make(SECTION_QUERY, 0);
        ck_assert_status(NtClose((HANDLE) no_handles[_i].value), no_handles[_i].status);
}
END_TEST

START_TEST(type_is_checked_before_access_and_pseudo_handles_have_another_type) {
        HANDLE section = make(0, 0);
        UNICODE_STRING string = { 0, 0, NULL };
        SECTION_BASIC_INFORMATION basic;

        ck_assert_status(NtQuerySymbolicLinkObject(section, &string, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtQuerySection(NtCurrentProcess(), SectionBasicInformation, &basic,
                                         sizeof(basic), NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQuerySection(NULL, SectionBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(closing_one_of_several_handles_sends_nothing_and_the_last_reports) {
        HANDLE section, copy;

        stub.grant_flags = GRANT_REPORT;
        section = make(SECTION_ALL_ACCESS, 0);
        ck_assert_status(duplicate(section, &copy, 0, 0, DUPLICATE_SAME_ACCESS), STATUS_SUCCESS);
        ck_assert_uint_eq(count_of(stub.last_slot), 2);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(NtClose(copy), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(stub.n_releases, 1);
        ck_assert_uint_eq(stub.n_waited_releases, 0);
}
END_TEST

START_TEST(the_last_close_of_a_shared_object_waits) {
        stub.grant_flags = GRANT_REPORT | GRANT_SHARED;
        ck_assert_status(NtClose(make(SECTION_ALL_ACCESS, 0)), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_waited_releases, 1);
        ck_assert_uint_eq(stub.n_releases, 0);
}
END_TEST

START_TEST(grants_that_need_no_report_are_kept_and_the_oldest_let_go_many_at_once) {
        uint32_t first = 0;

        for (unsigned i = 0; i < PARKED_MAX + 1; i++) {
                ck_assert_status(NtClose(make(SECTION_QUERY, 0)), STATUS_SUCCESS);
                if (i == 0)
                        first = stub.last_slot;
                if (i < PARKED_MAX)
                        ck_assert_uint_eq(stub_messages(), 0);
        }
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(stub.n_parked_released, 512);
        ck_assert_uint_eq(atomic_load(&stub.client.page->n_parked), PARKED_MAX - 512 + 1);
        ck_assert(atomic_load(&stub.client.page->grants[first]) & GRANT_DEAD);
        ck_assert(!(atomic_load(&stub.client.page->grants[stub.last_slot]) & GRANT_DEAD));
}
END_TEST

START_TEST(a_parked_grant_that_is_in_use_again_is_not_let_go) {
        HANDLE handle;
        uint32_t slot;

        ck_assert_status(NtClose(make(SECTION_QUERY, 0)), STATUS_SUCCESS);
        slot = stub.last_slot;
        /* the daemon finds the grant again, and counts the new handle */
        atomic_fetch_add(&stub.client.page->grants[slot], 1);
        handle = (HANDLE) (uintptr_t) (4 *
                                       handle_table_claim(stub.client.page,
                                                       handle_entry(slot, 1, SECTION_QUERY, false),
                                                       9));
        for (unsigned i = 0; i < PARKED_MAX + 10; i++)
                NtClose(make(SECTION_QUERY, 0));
        ck_assert_uint_eq(count_of(slot), 1);
        ck_assert_uint_eq(stub.n_parked_released, 511);
        ck_assert_status(NtClose(handle), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_full_table_gives_the_count_back) {
        LARGE_INTEGER size = { .QuadPart = 1 };
        HANDLE section = WILD;

        stub.grant_flags = GRANT_REPORT;
        for (uint32_t i = 1; i < HANDLE_ENTRIES; i++)
                handle_table_claim_at(
                                stub.client.page, i, handle_entry(GRANT_SLOT_LOST, 0, 0, false));
        ck_assert_status(NtCreateSection(&section, SECTION_QUERY, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_ptr_null(section);
        ck_assert_uint_eq(stub.n_releases, 1);
        ck_assert_uint_eq(count_of(stub.last_slot), 0);
}
END_TEST

START_TEST(a_lost_handle_stays_dead_until_it_is_closed) {
        HANDLE lost = (HANDLE) 40;
        SECTION_BASIC_INFORMATION basic;

        handle_table_claim_at(stub.client.page, 10, handle_entry(GRANT_SLOT_LOST, 0, 0, false));
        ck_assert_status(NtQuerySection(lost, SectionBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(lost), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(lost), STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(what_a_handle_from_elsewhere_is_for_is_asked_once) {
        HANDLE handle = stub_make_unknown_handle();
        SECTION_BASIC_INFORMATION basic;

        ck_assert_status(NtQuerySection(handle, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_int_eq(basic.MaximumSize.QuadPart, stub.size);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_status(NtQuerySection(handle, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(rubbish_in_the_page_ends_no_loop_without_an_answer) {
        HANDLE section = make(SECTION_ALL_ACCESS, 0), copy;
        SECTION_BASIC_INFORMATION basic;

        atomic_fetch_or(&stub.client.page->grants[stub.last_slot], GRANT_DEAD);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic),
                                         NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(duplicate(section, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

static const struct {
        ULONG information_class, length;
        NTSTATUS status;
        ULONG returned;
} queries[] = {
        { ObjectBasicInformation, 0, STATUS_INFO_LENGTH_MISMATCH, 56 },
        { ObjectBasicInformation, 55, STATUS_INFO_LENGTH_MISMATCH, 56 },
        { ObjectBasicInformation, 56, STATUS_SUCCESS, 56 },
        { ObjectBasicInformation, 100, STATUS_SUCCESS, 56 },
        { ObjectNameInformation, 0, STATUS_INFO_LENGTH_MISMATCH, 16 + 6 + 2 },
        { ObjectNameInformation, 16, STATUS_INFO_LENGTH_MISMATCH, 16 + 6 + 2 },
        { ObjectNameInformation, 23, STATUS_INFO_LENGTH_MISMATCH, 16 + 6 + 2 },
        { ObjectNameInformation, 24, STATUS_SUCCESS, 16 + 6 + 2 },
        { ObjectHandleFlagInformation, 1, STATUS_INFO_LENGTH_MISMATCH, 2 },
        { ObjectHandleFlagInformation, 2, STATUS_SUCCESS, 2 },
        { ObjectHandleFlagInformation, 3, STATUS_INFO_LENGTH_MISMATCH, 2 },
        { ObjectSessionInformation, 100, STATUS_INVALID_INFO_CLASS, 0 },
        { 77, 100, STATUS_INVALID_INFO_CLASS, 0 },
};

START_TEST(a_query_says_how_much_it_needs) {
        HANDLE section = make(SECTION_QUERY, 0);
        union {
                OBJECT_BASIC_INFORMATION basic;
                OBJECT_NAME_INFORMATION name;
                char bytes[100];
        } information;
        ULONG returned = 99;

        stub.text = u"\\ab";
        ck_assert_status(NtQueryObject(section,
                                         (OBJECT_INFORMATION_CLASS) queries[_i].information_class,
                                         &information, queries[_i].length, &returned),
                        queries[_i].status);
        ck_assert_uint_eq(returned, queries[_i].returned);
        if (!NT_SUCCESS(queries[_i].status))
                return;
        if (queries[_i].information_class == ObjectBasicInformation) {
                ck_assert_uint_eq(information.basic.HandleCount, 5);
                ck_assert_uint_eq(information.basic.NameInfoSize, 16 + 6 + 2);
                ck_assert_uint_eq(information.basic.TypeInfoSize, 104 + 14 + 2);
        }
        if (queries[_i].information_class == ObjectNameInformation) {
                ck_assert_uint_eq(information.name.Name.Length, 6);
                ck_assert_uint_eq(information.name.Name.MaximumLength, 8);
                ck_assert_ptr_eq(information.name.Name.Buffer, information.bytes + 16);
                ck_assert_int_eq(information.name.Name.Buffer[2], u'b');
                ck_assert_int_eq(information.name.Name.Buffer[3], 0);
        }
}
END_TEST

START_TEST(an_object_without_a_name_has_an_empty_one) {
        HANDLE section = make(SECTION_QUERY, 0);
        OBJECT_NAME_INFORMATION name = { { 9, 9, (PWSTR) 9 } };
        ULONG returned = 0;

        ck_assert_status(NtQueryObject(section, ObjectNameInformation, &name, 16, &returned),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(returned, 16);
        ck_assert_uint_eq(name.Name.Length, 0);
        ck_assert_ptr_null(name.Name.Buffer);
        ck_assert_status(NtQueryObject(NtCurrentProcess(), ObjectNameInformation, &name, 16,
                                         &returned),
                        STATUS_SUCCESS);
        ck_assert_status(NtQueryObject(NULL, ObjectNameInformation, &name, 16, NULL),
                        STATUS_INVALID_HANDLE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, stub_init, stub_clear);
        tcase_add_test(tests, values_begin_at_four_and_the_lowest_is_given_out);
        tcase_add_test(tests, the_low_two_bits_are_ignored);
        tcase_add_loop_test(tests, what_is_no_handle_cannot_be_closed, 0,
                        sizeof(no_handles) / sizeof(no_handles[0]));
        tcase_add_test(tests, type_is_checked_before_access_and_pseudo_handles_have_another_type);
        tcase_add_test(tests, closing_one_of_several_handles_sends_nothing_and_the_last_reports);
        tcase_add_test(tests, the_last_close_of_a_shared_object_waits);
        tcase_add_test(tests,
                        grants_that_need_no_report_are_kept_and_the_oldest_let_go_many_at_once);
        tcase_add_test(tests, a_parked_grant_that_is_in_use_again_is_not_let_go);
        tcase_add_test(tests, a_full_table_gives_the_count_back);
        tcase_add_test(tests, a_lost_handle_stays_dead_until_it_is_closed);
        tcase_add_test(tests, what_a_handle_from_elsewhere_is_for_is_asked_once);
        tcase_add_test(tests, rubbish_in_the_page_ends_no_loop_without_an_answer);
        tcase_add_loop_test(tests, a_query_says_how_much_it_needs, 0,
                        sizeof(queries) / sizeof(queries[0]));
        tcase_add_test(tests, an_object_without_a_name_has_an_empty_one);
}

int main(void) {
        return suite_main("handle", 30, add);
}
