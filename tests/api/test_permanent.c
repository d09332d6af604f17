/*
 * NtMakeTemporaryObject and NtMakePermanentObject: by-tests 1.2, all rows of it [W].
 */

#include "api.h"
#include "ntsecurity.h"

#define NAME u"\\BaseNamedObjects\\permanent"

static HANDLE make(ULONG attributes, ACCESS_MASK access) {
        HANDLE section = NULL;

        api_assert_ok(api_create_with(NAMED_WITH(NAME, attributes), access, &section));
        return section;
}

static bool is_there(void) {
        HANDLE section = NULL;
        NTSTATUS status = api_open(NAME, SECTION_QUERY, &section);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(section));
        else
                ck_assert_status(status, STATUS_OBJECT_NAME_NOT_FOUND);
        return NT_SUCCESS(status);
}

static ULONG attributes_of(HANDLE handle) {
        OBJECT_BASIC_INFORMATION basic = { 0 };

        api_assert_ok(NtQueryObject(handle, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        return basic.Attributes;
}

static void make_temporary_again(void) {
        HANDLE section = NULL;

        api_assert_ok(api_open(NAME, DELETE, &section));
        api_assert_ok(NtMakeTemporaryObject(section));
        api_assert_ok(NtClose(section));
        ck_assert(!is_there());
}

START_TEST(permanent_object_outlives_its_last_handle) {
        HANDLE section = make(OBJ_PERMANENT, SECTION_QUERY);

        ck_assert_uint_eq(attributes_of(section), OBJ_PERMANENT);
        api_assert_ok(NtClose(section));
        ck_assert(is_there());
        ck_assert(is_there());
        make_temporary_again();
}
END_TEST

START_TEST(making_temporary_takes_delete_even_if_it_is_so_already) {
        HANDLE weak = make(0, SECTION_QUERY), strong = NULL;

        api_assert_ok(api_open(NAME, DELETE, &strong));
        ck_assert_status(NtMakeTemporaryObject(weak), STATUS_ACCESS_DENIED);
        api_assert_ok(NtMakeTemporaryObject(strong));
        api_assert_ok(NtMakeTemporaryObject(strong));
        api_assert_ok(NtClose(strong));
        api_assert_ok(NtClose(weak));
        ck_assert(!is_there());
}
END_TEST

START_TEST(temporary_object_can_be_opened_until_the_last_handle_goes) {
        HANDLE section = make(OBJ_PERMANENT, DELETE);

        api_assert_ok(NtMakeTemporaryObject(section));
        ck_assert(is_there());
        ck_assert_uint_eq(attributes_of(section), 0);
        api_assert_ok(NtClose(section));
        ck_assert(!is_there());
}
END_TEST

START_TEST(making_permanent_takes_no_right_and_can_be_done_twice) {
        HANDLE section = make(0, SECTION_QUERY), other = NULL;

        api_assert_ok(api_open(NAME, SECTION_QUERY, &other));
        api_assert_ok(NtMakePermanentObject(section));
        api_assert_ok(NtMakePermanentObject(section));
        ck_assert_uint_eq(attributes_of(other), OBJ_PERMANENT);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(section));
        ck_assert(is_there());
        make_temporary_again();
}
END_TEST

START_TEST(object_is_permanent_again_after_it_was_temporary) {
        HANDLE section = make(OBJ_PERMANENT, SECTION_QUERY | DELETE);

        api_assert_ok(NtMakeTemporaryObject(section));
        api_assert_ok(NtMakePermanentObject(section));
        ck_assert_uint_eq(attributes_of(section), OBJ_PERMANENT);
        api_assert_ok(NtClose(section));
        ck_assert(is_there());
        make_temporary_again();
}
END_TEST

/* Disables the privilege, as a program without it has it. */
static void give_up_the_privilege(void) {
        TOKEN_PRIVILEGES privileges = {
                .PrivilegeCount = 1,
                .Privileges[0].Luid.LowPart = SE_CREATE_PERMANENT_PRIVILEGE,
        };
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &privileges, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
}

/* [W!] and by-kernel 1.20: the privilege first. */
START_TEST(without_the_privilege_nothing_becomes_permanent) {
        HANDLE section = make(0, SECTION_ALL_ACCESS), other = API_WILD;

        give_up_the_privilege();
        ck_assert_status(NtMakePermanentObject(section), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(api_create_with(NAMED_WITH(NAME u"2", OBJ_PERMANENT), SECTION_QUERY,
                                         &other),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_ptr_null(other);
        api_assert_ok(NtClose(section));
        ck_assert(!is_there());
}
END_TEST

START_TEST(what_is_no_handle_is_neither) {
        api_assert_ok(NtClose(make(0, SECTION_QUERY)));
        ck_assert_status(NtMakeTemporaryObject(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtMakePermanentObject(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtMakePermanentObject((HANDLE) 4444), STATUS_INVALID_HANDLE);
}
END_TEST

/* [P] What the daemon starts with stays. */
START_TEST(start_up_directories_stay) {
        HANDLE directory = NULL;

        api_assert_ok(NtOpenDirectoryObject(&directory, DELETE, NAMED(u"\\BaseNamedObjects")));
        ck_assert_status(NtMakeTemporaryObject(directory), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(directory));
        api_assert_ok(NtOpenDirectoryObject(
                        &directory, DIRECTORY_QUERY, NAMED(u"\\BaseNamedObjects")));
        api_assert_ok(NtClose(directory));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, permanent_object_outlives_its_last_handle);
        tcase_add_test(tests, making_temporary_takes_delete_even_if_it_is_so_already);
        tcase_add_test(tests, temporary_object_can_be_opened_until_the_last_handle_goes);
        tcase_add_test(tests, making_permanent_takes_no_right_and_can_be_done_twice);
        tcase_add_test(tests, object_is_permanent_again_after_it_was_temporary);
        tcase_add_test(tests, without_the_privilege_nothing_becomes_permanent);
        tcase_add_test(tests, what_is_no_handle_is_neither);
        tcase_add_test(tests, start_up_directories_stay);
}

int main(void) {
        return api_main("api-permanent", 60, add);
}
