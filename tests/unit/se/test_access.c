#include "access.h"
#include "assert-status.h"
#include "ntstatus.h"
#include "suite.h"

#define OWNER    1000u
#define STRANGER 1001u

static const AccessRules rules = {
        .mapping = {
                .GenericRead = STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
                .GenericWrite = STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
                .GenericExecute = STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE,
                .GenericAll = SECTION_ALL_ACCESS,
        },
        .valid = SECTION_ALL_ACCESS | SYNCHRONIZE,
};

static const Security security = { .owner = OWNER, .everyone = SECTION_QUERY };

static NTSTATUS open_as(uid_t uid, bool kernel_mode, ACCESS_MASK desired, ACCESS_MASK *granted) {
        g_autoptr(Token) token = token_new(uid, uid, 0, true);

        return access_check_open(&security, token, &rules, kernel_mode, desired, granted);
}

START_TEST(owner_gets_what_it_asks_for_with_generic_bits_mapped) {
        ACCESS_MASK granted = 0;

        ck_assert_status(open_as(OWNER, false, GENERIC_READ, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0x20005);
        ck_assert_status(open_as(OWNER, false, GENERIC_ALL, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0xF001F);
        ck_assert_status(open_as(OWNER, false, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0xF001F);
}
END_TEST

START_TEST(a_wish_for_nothing_is_denied_in_user_mode_only) {
        ACCESS_MASK granted = 0xDEAD;

        ck_assert_status(open_as(OWNER, false, 0, &granted), STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(granted, 0xDEAD);
        ck_assert_status(open_as(OWNER, true, 0, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0);
}
END_TEST

START_TEST(everybody_else_gets_what_everyone_has) {
        ACCESS_MASK granted = 0;

        ck_assert_status(open_as(STRANGER, false, SECTION_QUERY, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, SECTION_QUERY);
        ck_assert_status(open_as(STRANGER, false, SECTION_QUERY | SECTION_MAP_READ, &granted),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(open_as(STRANGER, false, GENERIC_ALL, &granted), STATUS_ACCESS_DENIED);
        ck_assert_status(open_as(STRANGER, false, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, SECTION_QUERY);
}
END_TEST

START_TEST(system_security_needs_its_privilege_whoever_owns_the_object) {
        ACCESS_MASK granted = 0;

        ck_assert_status(open_as(OWNER, false, ACCESS_SYSTEM_SECURITY | SECTION_QUERY, &granted),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(open_as(0, false, ACCESS_SYSTEM_SECURITY | SECTION_QUERY, &granted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(granted, ACCESS_SYSTEM_SECURITY | SECTION_QUERY);
}
END_TEST

/* nt-behaviour-by-tests 1.1: opening with exactly one bit set. */
START_TEST(bits_that_the_type_does_not_have_are_denied) {
        for (unsigned bit = 5; bit < 16; bit++) {
                ACCESS_MASK granted = 0;

                ck_assert_status(open_as(OWNER, false, 1u << bit, &granted), STATUS_ACCESS_DENIED);
        }
}
END_TEST

START_TEST(a_creator_gets_what_it_asks_for_and_nothing_unknown) {
        g_autoptr(Token) token = token_new(STRANGER, STRANGER, 0, true);
        ACCESS_MASK granted = 0xDEAD;

        ck_assert_status(access_check_create(token, &rules, false, 0, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0);
        ck_assert_status(access_check_create(token, &rules, false, 0x00FFFFFF, &granted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0x1F001F);
        ck_assert_status(access_check_create(token, &rules, false, MAXIMUM_ALLOWED, &granted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 0xF001F);
        ck_assert_status(
                        access_check_create(token, &rules, false, ACCESS_SYSTEM_SECURITY, &granted),
                        STATUS_PRIVILEGE_NOT_HELD);
}
END_TEST

START_TEST(privileges_follow_from_who_runs_the_daemon) {
        g_autoptr(Token) owner = token_new(OWNER, OWNER, OWNER, false);
        g_autoptr(Token) stranger = token_new(STRANGER, STRANGER, 0, true);
        g_autoptr(Token) root = token_new(0, 0, 0, true);

        ck_assert(token_has(owner,
                        SE_CREATE_PERMANENT | SE_CREATE_GLOBAL | SE_SECURITY | SE_LOCK_MEMORY));
        ck_assert(!token_has(owner, SE_TAKE_OWNERSHIP));
        ck_assert(owner->trusted);
        ck_assert_uint_eq(stranger->privileges, SE_CHANGE_NOTIFY);
        ck_assert(!stranger->trusted);
        ck_assert(token_has(root, SE_TAKE_OWNERSHIP | SE_CREATE_PERMANENT));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, owner_gets_what_it_asks_for_with_generic_bits_mapped);
        tcase_add_test(tests, a_wish_for_nothing_is_denied_in_user_mode_only);
        tcase_add_test(tests, everybody_else_gets_what_everyone_has);
        tcase_add_test(tests, system_security_needs_its_privilege_whoever_owns_the_object);
        tcase_add_test(tests, bits_that_the_type_does_not_have_are_denied);
        tcase_add_test(tests, a_creator_gets_what_it_asks_for_and_nothing_unknown);
        tcase_add_test(tests, privileges_follow_from_who_runs_the_daemon);
}

int main(void) {
        return suite_main("access", 10, add);
}
