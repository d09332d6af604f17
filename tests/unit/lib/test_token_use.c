#include "assert-status.h"
#include "fake-token.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define BAD ((void *) 0xDEADBEE0)

static NTSTATUS adjust(const TOKEN_PRIVILEGES *state, void *previous, ULONG length, ULONG *needed) {
        return NtAdjustPrivilegesToken(
                        token, FALSE, (PTOKEN_PRIVILEGES) state, length, previous, needed);
}

static TOKEN_PRIVILEGES one_privilege(ULONG number, ULONG attributes) {
        return (TOKEN_PRIVILEGES){ 1, { { { number, 0 }, attributes } } };
}

START_TEST(privileges_are_adjusted_and_what_they_were_is_told) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        TOKEN_PRIVILEGES previous;
        ULONG needed = 0;

        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_SUCCESS);
        ck_assert_uint_eq(said.n, 1);
        ck_assert_uint_eq(said.luids[0], SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(said.attributes[0], SE_PRIVILEGE_ENABLED);
        stub_messages();
        ck_assert_status(adjust(&state, &previous, sizeof(previous), &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(needed, sizeof(previous));
        ck_assert_uint_eq(previous.PrivilegeCount, 1);
        ck_assert_uint_eq(previous.Privileges[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(previous.Privileges[0].Attributes, 0);
}
END_TEST

START_TEST(previous_state_that_has_no_room_changes_nothing) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        ULONG needed = 0, count = 7;

        ck_assert_status(adjust(&state, &count, sizeof(count), &needed), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(needed, 16);
        ck_assert_uint_eq(count, 7);
        ck_assert_uint_eq(said.n_adjusted, 0);

        /* All that is enabled: one. */
        ck_assert_status(NtAdjustPrivilegesToken(token, TRUE, NULL, sizeof(count),
                                         (PTOKEN_PRIVILEGES) (void *) &count, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(needed, 16);
        ck_assert_status(NtAdjustPrivilegesToken(token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
        ck_assert(said.disable_all);
}
END_TEST

START_TEST(adjusting_checks_in_order) {
        TOKEN_PRIVILEGES state = one_privilege(SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED);
        TOKEN_PRIVILEGES previous;
        ULONG needed;

        token = NULL;
        ck_assert_status(adjust(NULL, BAD, 16, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(adjust(BAD, NULL, 0, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(adjust((void *) ((char *) &state + 2), NULL, 0, NULL),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(adjust(&state, BAD, 16, &needed), STATUS_ACCESS_VIOLATION);
        ck_assert_status(adjust(&state, &previous, 16, NULL), STATUS_ACCESS_VIOLATION);
        state.PrivilegeCount = 65;
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_INVALID_PARAMETER);
        state.PrivilegeCount = 1;
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_INVALID_HANDLE);
        token = make_section();
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_ACCESS_DENIED);
        token = open_token(TOKEN_ADJUST_PRIVILEGES);
        ck_assert_status(adjust(&state, &previous, 16, &needed), STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(said.n_adjusted, 0);
        ck_assert_status(adjust(&state, NULL, 0, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(not_all_assigned_is_a_success) {
        struct {
                ULONG count;
                LUID_AND_ATTRIBUTES entries[2];
        } state = { 2, { { { SE_SECURITY_PRIVILEGE, 0 }, 2 }, { { 99, 0 }, 2 } } };

        ck_assert_status(adjust((void *) &state, NULL, 0, NULL), STATUS_NOT_ALL_ASSIGNED);
        ck_assert_uint_eq(said.luids[1], 99);
}
END_TEST

START_TEST(privilege_check_knows_all_and_any) {
        struct {
                ULONG count, control;
                LUID_AND_ATTRIBUTES entries[2];
        } set = { 2, PRIVILEGE_SET_ALL_NECESSARY,
                { { { SE_CHANGE_NOTIFY_PRIVILEGE, 0 }, 0 }, { { SE_SECURITY_PRIVILEGE, 0 }, 0 } } };
        BOOLEAN held = 7;

        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, FALSE);
        ck_assert_uint_eq(set.entries[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
        ck_assert_uint_eq(set.entries[1].Attributes, 0);
        set.control = 0;
        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, TRUE);
        set.count = 1;
        set.control = PRIVILEGE_SET_ALL_NECESSARY;
        ck_assert_status(NtPrivilegeCheck(token, (void *) &set, &held), STATUS_SUCCESS);
        ck_assert_uint_eq(held, TRUE);
}
END_TEST

START_TEST(privilege_check_checks_in_order) {
        PRIVILEGE_SET set = { 65, 0, { { { SE_CHANGE_NOTIFY_PRIVILEGE, 0 }, 0 } } };
        BOOLEAN held = 7;

        ck_assert_status(NtPrivilegeCheck(NULL, NULL, &held), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtPrivilegeCheck(NULL, &set, &held), STATUS_INVALID_PARAMETER);
        set.PrivilegeCount = 1;
        ck_assert_status(NtPrivilegeCheck(NULL, &set, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtPrivilegeCheck(NULL, &set, &held), STATUS_INVALID_HANDLE);
        ck_assert_status(
                        NtPrivilegeCheck(make_section(), &set, &held), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtPrivilegeCheck(open_token(TOKEN_DUPLICATE), &set, &held),
                        STATUS_ACCESS_DENIED);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityAnonymous;
        ck_assert_status(NtPrivilegeCheck(token, &set, &held), STATUS_BAD_IMPERSONATION_LEVEL);
        ck_assert_uint_eq(held, 7);
}
END_TEST

/* One access check. */
static struct {
        SECURITY_DESCRIPTOR descriptor;
        GENERIC_MAPPING mapping;
        ULONG set[16];
        ULONG length;
        ACCESS_MASK granted;
        NTSTATUS status;
} check;

static void check_init(void) {
        check.descriptor = (SECURITY_DESCRIPTOR){
                .Revision = SECURITY_DESCRIPTOR_REVISION, .Owner = &user_sid, .Group = &group_sid
        };
        check.length = sizeof(check.set);
        check.granted = 0x1abe11ed;
        check.status = 0x1abe11ed;
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityIdentification;
}

static NTSTATUS access_check(ACCESS_MASK access) {
        return NtAccessCheck(&check.descriptor, token, access, &check.mapping,
                        (PPRIVILEGE_SET) (void *) check.set, &check.length, &check.granted,
                        &check.status);
}

START_TEST(access_check_answers_with_rights_and_status) {
        check_init();
        ck_assert_status(access_check(READ_CONTROL), STATUS_SUCCESS);
        ck_assert_uint_eq(check.granted, READ_CONTROL);
        ck_assert_status(check.status, STATUS_SUCCESS);
        ck_assert_uint_eq(check.set[0], 0);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_SUCCESS);
        ck_assert_uint_eq(check.set[0], 2);
        ck_assert_uint_eq(check.set[2], SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(check.set[4], SE_PRIVILEGE_USED_FOR_ACCESS);
        ck_assert_uint_eq(check.set[5], SE_TAKE_OWNERSHIP_PRIVILEGE);
}
END_TEST

/* [W] advapi32/security: nothing is written but the length that is needed. */
START_TEST(privilege_set_needs_room_for_one_or_as_many_as_were_used) {
        check_init();
        check.length = sizeof(PRIVILEGE_SET) - 1;
        ck_assert_status(access_check(READ_CONTROL), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(check.length, sizeof(PRIVILEGE_SET));
        ck_assert_uint_eq(check.granted, 0x1abe11ed);
        ck_assert_status(check.status, 0x1abe11ed);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(check.length, 32);
        ck_assert_status(access_check(ACCESS_SYSTEM_SECURITY), STATUS_SUCCESS);
}
END_TEST

START_TEST(access_check_checks_in_order) {
        HANDLE good = token;

        check_init();
        check.descriptor.Revision = 0;
        token = NULL;
        told.type = TokenPrimary;
        ck_assert_status(NtAccessCheck(NULL, NULL, GENERIC_READ, NULL, NULL, NULL, NULL, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtAccessCheck(NULL, NULL, GENERIC_READ, &check.mapping, NULL,
                                         &check.length, &check.granted, &check.status),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(access_check(GENERIC_READ), STATUS_GENERIC_NOT_MAPPED);
        ck_assert_status(access_check(1), STATUS_INVALID_HANDLE);
        token = make_section();
        ck_assert_status(access_check(1), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_DUPLICATE);
        ck_assert_status(access_check(1), STATUS_ACCESS_DENIED);
        token = good;
        ck_assert_status(access_check(1), STATUS_NO_IMPERSONATION_TOKEN);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityAnonymous;
        ck_assert_status(access_check(1), STATUS_BAD_IMPERSONATION_LEVEL);
        told.impersonation_level = SecurityIdentification;
        ck_assert_status(access_check(1), STATUS_UNKNOWN_REVISION);
        check.descriptor.Revision = SECURITY_DESCRIPTOR_REVISION;
        check.descriptor.Owner = NULL;
        ck_assert_status(access_check(1), STATUS_INVALID_SECURITY_DESCR);
        check.descriptor.Owner = &user_sid;
        check.descriptor.Group = NULL;
        ck_assert_status(access_check(1), STATUS_INVALID_SECURITY_DESCR);
        ck_assert_uint_eq(check.granted, 0x1abe11ed);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, fake_token_setup, stub_clear);
        tcase_add_test(tests, privileges_are_adjusted_and_what_they_were_is_told);
        tcase_add_test(tests, previous_state_that_has_no_room_changes_nothing);
        tcase_add_test(tests, adjusting_checks_in_order);
        tcase_add_test(tests, not_all_assigned_is_a_success);
        tcase_add_test(tests, privilege_check_knows_all_and_any);
        tcase_add_test(tests, privilege_check_checks_in_order);
        tcase_add_test(tests, access_check_answers_with_rights_and_status);
        tcase_add_test(tests, privilege_set_needs_room_for_one_or_as_many_as_were_used);
        tcase_add_test(tests, access_check_checks_in_order);
}

int main(void) {
        return suite_main("token-use", 20, add);
}
