#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

static ULONG returned;

static HANDLE make_link(ACCESS_MASK access) {
        OBJECT_ATTRIBUTES attributes;
        UNICODE_STRING target = { 0, 2, (PWSTR) u"" };
        HANDLE link = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, access, &attributes, &target),
                        STATUS_SUCCESS);
        return link;
}

START_TEST(target_that_makes_no_sense_is_refused_before_the_attributes) {
        UNICODE_STRING target = { 0, 0, (PWSTR) u"abc" };
        OBJECT_ATTRIBUTES attributes = { 0 };
        HANDLE link = (HANDLE) 1;

        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, NULL, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(link);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, &attributes, &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 3, 6, (PWSTR) u"abc" };
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, NULL, &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 6, 4, (PWSTR) u"abc" };
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, NULL, &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 6, 7, (PWSTR) u"abc" };
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, NULL, &target),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, 1, &attributes, &target),
                        STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(target_comes_with_a_nul_if_its_length_is_asked_for) {
        HANDLE link = make_link(SYMBOLIC_LINK_QUERY);
        WCHAR text[8];
        UNICODE_STRING target = { 9, 0, text };

        stub.text = u"\\abc";
        ck_assert_status(NtQuerySymbolicLinkObject(link, &target, &returned),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(returned, 10);
        target.MaximumLength = 8;
        ck_assert_status(NtQuerySymbolicLinkObject(link, &target, &returned),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(target.Length, 9);
        memset(text, 0xFF, sizeof(text));
        ck_assert_status(NtQuerySymbolicLinkObject(link, &target, NULL), STATUS_SUCCESS);
        ck_assert_uint_eq(target.Length, 8);
        ck_assert_int_eq(text[4], (WCHAR) 0xFFFF);
        target.MaximumLength = 10;
        ck_assert_status(NtQuerySymbolicLinkObject(link, &target, &returned), STATUS_SUCCESS);
        ck_assert_uint_eq(returned, 10);
        ck_assert_uint_eq(target.MaximumLength, 10);
        ck_assert_int_eq(memcmp(text, u"\\abc", 10), 0);
}
END_TEST

START_TEST(target_needs_the_right_to_query) {
        WCHAR text[8];
        UNICODE_STRING target = { 0, sizeof(text), text };

        ck_assert_status(NtQuerySymbolicLinkObject(make_link(READ_CONTROL), &target, NULL),
                        STATUS_ACCESS_DENIED);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, stub_init, stub_clear);
        tcase_add_test(tests, target_that_makes_no_sense_is_refused_before_the_attributes);
        tcase_add_test(tests, target_comes_with_a_nul_if_its_length_is_asked_for);
        tcase_add_test(tests, target_needs_the_right_to_query);
}

int main(void) {
        return suite_main("lib-symbolic-link", 20, add);
}
