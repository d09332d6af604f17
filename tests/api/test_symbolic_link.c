/*
 * Symbolic links.
 */

#include <glib.h>
#include <string.h>

#include "api.h"
#include "winternl.h"

#define LINK   u"\\BaseNamedObjects\\link"
#define TARGET u"\\BaseNamedObjects\\target"

static NTSTATUS make_link(const WCHAR *path, const WCHAR *target, PHANDLE ret) {
        UNICODE_STRING string;

        RtlInitUnicodeString(&string, target);
        return NtCreateSymbolicLinkObject(ret, SYMBOLIC_LINK_ALL_ACCESS, NAMED(path), &string);
}

static UNICODE_STRING room(WCHAR *buffer, USHORT size) {
        return (UNICODE_STRING){ .Length = 99, .MaximumLength = size, .Buffer = buffer };
}

/* [W] om.c: the target string. */
START_TEST(target_is_checked_before_the_attributes) {
        WCHAR text[] = u"text";
        UNICODE_STRING target = { 0, 0, text };
        OBJECT_ATTRIBUTES wrong = { .Length = 7 };
        HANDLE link = API_WILD;

        ck_assert_status(NtCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(LINK), NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSymbolicLinkObject(
                                         &link, SYMBOLIC_LINK_QUERY, NAMED(LINK), API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, &wrong, &target),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtCreateSymbolicLinkObject(
                                         &link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 3, 8, text };
        ck_assert_status(NtCreateSymbolicLinkObject(
                                         &link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 8, 6, text };
        ck_assert_status(NtCreateSymbolicLinkObject(
                                         &link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target),
                        STATUS_INVALID_PARAMETER);
        target = (UNICODE_STRING){ 8, 8, API_WILD };
        ck_assert_status(NtCreateSymbolicLinkObject(
                                         &link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(LINK)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [W] Any text will do as a target; it is looked at when the link is followed. */
START_TEST(target_may_be_any_text) {
        const WCHAR *const targets[] = { u"anywhere", u"->Somewhere", u"\\NoSuch\\place", u"\\" };
        HANDLE found = API_WILD;

        for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
                HANDLE link = NULL;

                api_assert_ok(make_link(LINK, targets[i], &link));
                ck_assert(!NT_SUCCESS(api_open(LINK u"\\x", SECTION_QUERY, &found)));
                ck_assert_ptr_null(found);
                api_assert_ok(NtClose(link));
        }
}
END_TEST

/* [W] om.c: how the target comes back. */
START_TEST(target_is_returned_with_room_for_a_nul) {
        const USHORT length = sizeof(TARGET) - sizeof(WCHAR);
        WCHAR buffer[64];
        HANDLE link = NULL;
        UNICODE_STRING string = room(buffer, sizeof(buffer));
        ULONG returned = 0;

        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(NtQuerySymbolicLinkObject(link, &string, &returned));
        ck_assert_uint_eq(string.Length, length);
        ck_assert_uint_eq(returned, sizeof(TARGET));
        ck_assert_mem_eq(buffer, TARGET, sizeof(TARGET));

        string = room(buffer, sizeof(TARGET));
        api_assert_ok(NtQuerySymbolicLinkObject(link, &string, &returned));
        string = room(buffer, length);
        ck_assert_status(NtQuerySymbolicLinkObject(link, &string, &returned),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(string.Length, 99);
        ck_assert_uint_eq(returned, sizeof(TARGET));
        string = room(buffer, 0);
        returned = 0;
        ck_assert_status(NtQuerySymbolicLinkObject(link, &string, &returned),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(returned, sizeof(TARGET));
        /* [K] Who does not ask for the length needs no room for the NUL. */
        string = room(buffer, length);
        api_assert_ok(NtQuerySymbolicLinkObject(link, &string, NULL));
        ck_assert_uint_eq(string.Length, length);
        api_assert_ok(NtClose(link));
}
END_TEST

/* [T] Reading the target takes SYMBOLIC_LINK_QUERY, and a link. */
START_TEST(reading_the_target_needs_a_link_and_the_right) {
        WCHAR buffer[64];
        UNICODE_STRING string = room(buffer, sizeof(buffer));
        HANDLE link = NULL;
        HANDLE blind = NULL;
        HANDLE section = NULL;

        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(NtOpenSymbolicLinkObject(&blind, READ_CONTROL, NAMED(LINK)));
        ck_assert_status(NtQuerySymbolicLinkObject(blind, &string, NULL), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(blind));
        api_assert_ok(api_create(NULL, 0, &section));
        ck_assert_status(NtQuerySymbolicLinkObject(section, &string, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(link));
}
END_TEST

/* [W] Opening and creating through a link reaches what it stands for. */
START_TEST(path_through_a_link_reaches_its_target) {
        HANDLE directory = NULL;
        HANDLE link = NULL;
        HANDLE section = NULL;
        HANDLE found = API_WILD;

        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NAMED(TARGET)));
        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(api_create(LINK u"\\x", SECTION_ALL_ACCESS, &section));
        ck_assert_status(api_create(TARGET u"\\x", SECTION_ALL_ACCESS, &found),
                        STATUS_OBJECT_NAME_COLLISION);
        api_assert_ok(api_open(TARGET u"\\x", SECTION_QUERY, &found));
        api_assert_ok(NtClose(found));
        api_assert_ok(NtOpenDirectoryObject(&found, DIRECTORY_QUERY, NAMED(LINK)));
        ck_assert_uint_eq(api_handle_count(directory), 2);
        api_assert_ok(NtClose(found));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(link));
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [K] A link as the last component stands for its target, for every type but its own. */
START_TEST(last_component_is_followed_unless_a_link_is_wanted) {
        HANDLE section = NULL;
        HANDLE link = NULL;
        HANDLE found = NULL;

        api_assert_ok(api_create(TARGET, SECTION_ALL_ACCESS, &section));
        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(api_open(LINK, SECTION_QUERY, &found));
        ck_assert_uint_eq(api_handle_count(section), 2);
        api_assert_ok(NtClose(found));
        ck_assert_status(api_create(LINK, SECTION_QUERY, &found), STATUS_OBJECT_NAME_COLLISION);
        api_assert_ok(NtOpenSymbolicLinkObject(&found, SYMBOLIC_LINK_QUERY, NAMED(LINK)));
        ck_assert_uint_eq(api_handle_count(link), 2);
        api_assert_ok(NtClose(found));
        ck_assert_status(NtOpenSymbolicLinkObject(&found, SYMBOLIC_LINK_QUERY, NAMED(u"\\Device")),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(link));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] om.c: \??\GLOBALROOT is the root, as often as it is said. */
START_TEST(globalroot_is_the_root_directory) {
        HANDLE section = NULL;
        HANDLE found = NULL;

        api_assert_ok(api_create(TARGET, SECTION_ALL_ACCESS, &section));
        api_assert_ok(api_open(
                        u"\\??\\GLOBALROOT\\BaseNamedObjects\\target", SECTION_QUERY, &found));
        api_assert_ok(NtClose(found));
        api_assert_ok(api_open(u"\\??\\GLOBALROOT\\??\\GLOBALROOT\\BaseNamedObjects\\target",
                        SECTION_QUERY, &found));
        api_assert_ok(NtClose(found));
        api_assert_ok(api_open(u"\\DosDevices\\GLOBALROOT\\BaseNamedObjects\\target", SECTION_QUERY,
                        &found));
        api_assert_ok(NtClose(found));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [K] A link with an empty target, which needs room for one all the same, is the root directory. */
START_TEST(empty_target_is_the_root_directory) {
        WCHAR nothing[1] = u"";
        UNICODE_STRING target = { .Length = 0, .MaximumLength = 2, .Buffer = nothing };
        UNICODE_STRING string = room(nothing, sizeof(nothing));
        HANDLE section = NULL;
        HANDLE link = NULL;
        HANDLE found = NULL;
        ULONG returned = 0;

        api_assert_ok(api_create(TARGET, SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target));
        api_assert_ok(api_open(LINK u"\\BaseNamedObjects\\target", SECTION_QUERY, &found));
        api_assert_ok(NtClose(found));
        api_assert_ok(NtOpenDirectoryObject(&found, DIRECTORY_QUERY, NAMED(LINK)));
        api_assert_ok(NtClose(found));
        api_assert_ok(NtQuerySymbolicLinkObject(link, &string, &returned));
        ck_assert_uint_eq(string.Length, 0);
        ck_assert_uint_eq(returned, 2);
        api_assert_ok(NtClose(link));
        api_assert_ok(NtClose(section));
}
END_TEST

/* Links that lead nowhere. */
START_TEST(link_that_leads_nowhere_ends_in_a_status) {
        HANDLE link = NULL;
        HANDLE other = NULL;
        HANDLE found = API_WILD;

        /* [K] Nothing is made at a target that is not there. */
        api_assert_ok(make_link(LINK, u"\\BaseNamedObjects\\nothing", &link));
        ck_assert_status(api_create(LINK u"\\x", SECTION_QUERY, &found),
                        STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(
                        api_open(LINK u"\\x", SECTION_QUERY, &found), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_ptr_null(found);
        api_assert_ok(NtClose(link));

        /* [K] A circle, long or short: after some thirty links there is no such name. */
        api_assert_ok(make_link(LINK, LINK, &link));
        ck_assert_status(api_open(LINK, SECTION_QUERY, &found), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(NtClose(link));
        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(make_link(TARGET, LINK, &other));
        ck_assert_status(api_open(LINK, SECTION_QUERY, &found), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(link));
}
END_TEST

/* [M] A target made longer than a path can be. */
START_TEST(target_and_rest_must_not_be_longer_than_a_name) {
        enum { N_UNITS = 32760 };
        g_autofree WCHAR *text = g_new0(WCHAR, N_UNITS + 1);
        UNICODE_STRING target = {
                .Length = N_UNITS * 2, .MaximumLength = N_UNITS * 2, .Buffer = text
        };
        HANDLE link = NULL;
        HANDLE found = API_WILD;

        for (size_t i = 0; i < N_UNITS; i++)
                text[i] = i == 0 ? '\\' : 'x';
        api_assert_ok(NtCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(LINK), &target));
        ck_assert_status(api_open(LINK u"\\long enough", SECTION_QUERY, &found),
                        STATUS_NAME_TOO_LONG);
        ck_assert_ptr_null(found);
        api_assert_ok(NtClose(link));
}
END_TEST

/* [M] Links tell when they were made; other objects do not. */
START_TEST(link_tells_when_it_was_made) {
        OBJECT_BASIC_INFORMATION basic = { 0 };
        HANDLE link = NULL;
        gint64 now = (g_get_real_time() + G_GINT64_CONSTANT(11644473600000000)) * 10;

        api_assert_ok(make_link(LINK, TARGET, &link));
        api_assert_ok(NtQueryObject(link, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_int_ge(basic.CreationTime.QuadPart, now - 10000000);
        ck_assert_int_le(basic.CreationTime.QuadPart, now + 60 * 10000000ll);
        api_assert_ok(NtClose(link));
}
END_TEST

/* [K] A link that is gone no longer stands for anything, also for who has used it before. */
START_TEST(removing_a_link_ends_paths_through_it) {
        HANDLE section = NULL;
        HANDLE link = NULL;
        HANDLE found = NULL;

        api_assert_ok(api_create(TARGET, SECTION_ALL_ACCESS, &section));
        api_assert_ok(make_link(LINK, TARGET, &link));
        for (unsigned i = 0; i < 3; i++) {
                api_assert_ok(api_open(LINK, SECTION_QUERY, &found));
                api_assert_ok(NtClose(found));
        }
        api_assert_ok(NtClose(link));
        ck_assert_status(api_open(LINK, SECTION_QUERY, &found), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(make_link(LINK, u"\\BaseNamedObjects\\elsewhere", &link));
        ck_assert(!NT_SUCCESS(api_open(LINK, SECTION_QUERY, &found)));
        api_assert_ok(NtClose(link));
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, target_is_checked_before_the_attributes);
        tcase_add_test(tests, target_may_be_any_text);
        tcase_add_test(tests, target_is_returned_with_room_for_a_nul);
        tcase_add_test(tests, reading_the_target_needs_a_link_and_the_right);
        tcase_add_test(tests, path_through_a_link_reaches_its_target);
        tcase_add_test(tests, last_component_is_followed_unless_a_link_is_wanted);
        tcase_add_test(tests, globalroot_is_the_root_directory);
        tcase_add_test(tests, empty_target_is_the_root_directory);
        tcase_add_test(tests, link_that_leads_nowhere_ends_in_a_status);
        tcase_add_test(tests, target_and_rest_must_not_be_longer_than_a_name);
        tcase_add_test(tests, link_tells_when_it_was_made);
        tcase_add_test(tests, removing_a_link_ends_paths_through_it);
}

int main(void) {
        return api_main("symbolic-link", 60, add);
}
