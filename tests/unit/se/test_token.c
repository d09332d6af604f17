#include "acl.h"
#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "suite.h"
#include "token.h"

static const gid_t supplementary[] = { 50, USER, 60 };

static Token *make(const TokenSource *source) {
        Token *token = NULL;

        ck_assert_status(token_new(source, &token), STATUS_SUCCESS);
        ck_assert_uint_eq(token->n_refs, 1);
        return token;
}

static TokenSource source_of(uid_t uid, bool system) {
        return (TokenSource){
                .uid = uid,
                .gid = uid,
                .daemon_owner = DAEMON_OWNER,
                .system = system,
                .ntobjd_group = (gid_t) -1,
        };
}

static bool has_group(const Token *token, const char *text) {
        for (size_t i = 0; i < token->n_groups; i++) {
                char is[SID_TEXT_MAX];

                sid_format(&token->groups[i].sid.sid, is);
                if (g_str_equal(is, text))
                        return true;
        }
        return false;
}

START_TEST(a_user_is_named_by_its_numbers) {
        TokenSource source = source_of(USER, true);
        g_autoptr(Token) token = NULL;
        char text[SID_TEXT_MAX];

        source.groups = supplementary;
        source.n_groups = G_N_ELEMENTS(supplementary);
        source.session = 7;
        token = make(&source);
        sid_format(&token->user.sid, text);
        ck_assert_str_eq(text, "S-1-22-1-1001");
        sid_format(&token->owner.sid, text);
        ck_assert_str_eq(text, "S-1-22-1-1001");
        sid_format(&token->primary_group.sid, text);
        ck_assert_str_eq(text, "S-1-22-2-1001");
        ck_assert(has_group(token, "S-1-22-2-1001"));
        ck_assert(has_group(token, "S-1-22-2-50"));
        ck_assert(has_group(token, "S-1-22-2-60"));
        ck_assert(has_group(token, "S-1-1-0"));
        ck_assert(has_group(token, "S-1-5-11"));
        ck_assert_uint_eq(token->n_groups, 5);
        ck_assert_uint_eq(token->integrity, SECURITY_MANDATORY_MEDIUM_RID);
        ck_assert_uint_eq(token->session, 7);
        ck_assert_uint_eq(token->uid, USER);
        ck_assert(!token->trusted);
        ck_assert(!token->impersonation);
}
END_TEST

START_TEST(root_is_local_system_and_administrator) {
        g_autoptr(Token) token = fixture_token(0);

        ck_assert(has_group(token, "S-1-5-18"));
        ck_assert(has_group(token, "S-1-5-32-544"));
        ck_assert_uint_eq(token->integrity, SECURITY_MANDATORY_SYSTEM_RID);
        ck_assert(token->trusted);
        ck_assert(token_may_own(token, &sid_administrators.sid));
        ck_assert(!token_may_own(token, &sid_system.sid));
}
END_TEST

START_TEST(the_owner_of_a_daemon_administers_it_and_is_trusted) {
        TokenSource source = source_of(DAEMON_OWNER, false);
        g_autoptr(Token) token = make(&source);

        ck_assert(has_group(token, "S-1-5-32-544"));
        ck_assert(!has_group(token, "S-1-5-18"));
        ck_assert(token->trusted);
        ck_assert_uint_eq(token->integrity, SECURITY_MANDATORY_MEDIUM_RID);
}
END_TEST

#define NOTIFY SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE)
#define ROOTS_OWN                                                                                  \
        (SE_BIT(SE_SECURITY_PRIVILEGE) | SE_BIT(SE_TAKE_OWNERSHIP_PRIVILEGE) |                     \
                        SE_BIT(SE_RESTORE_PRIVILEGE) | SE_BIT(SE_DEBUG_PRIVILEGE) |                \
                        SE_BIT(SE_RELABEL_PRIVILEGE) | SE_BIT(SE_TCB_PRIVILEGE) |                  \
                        SE_BIT(SE_CREATE_TOKEN_PRIVILEGE))

START_TEST(privileges_follow_from_who_runs_the_daemon) {
        const uint64_t owners = NOTIFY | SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE) |
                                SE_BIT(SE_CREATE_PERMANENT_PRIVILEGE) |
                                SE_BIT(SE_SECURITY_PRIVILEGE) | SE_BIT(SE_LOCK_MEMORY_PRIVILEGE);
        const struct {
                uid_t uid;
                bool system;
                uint64_t privileges, disabled;
        } rows[] = {
                { DAEMON_OWNER, false, owners, 0 },
                { DAEMON_OWNER, true, NOTIFY, 0 },
                { USER, false, NOTIFY, 0 },
                { USER, true, NOTIFY, 0 },
                { 0, true, owners | ROOTS_OWN | SE_BIT(SE_CREATE_SYMBOLIC_LINK_PRIVILEGE),
                                ROOTS_OWN },
                { 0, false, owners | ROOTS_OWN | SE_BIT(SE_CREATE_SYMBOLIC_LINK_PRIVILEGE),
                                ROOTS_OWN },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                TokenSource source = source_of(rows[i].uid, rows[i].system);
                g_autoptr(Token) token = make(&source);

                ck_assert_uint_eq(token->privileges, rows[i].privileges);
                ck_assert_uint_eq(token->enabled, rows[i].privileges & ~rows[i].disabled);
                ck_assert_uint_eq(token->enabled_by_default, token->enabled);
        }
}
END_TEST

START_TEST(root_that_owns_a_daemon_has_the_owners_privileges_enabled) {
        TokenSource source = source_of(0, false);
        g_autoptr(Token) token = NULL;

        source.daemon_owner = 0;
        token = make(&source);
        ck_assert(token_has(token,
                        SE_BIT(SE_SECURITY_PRIVILEGE) | SE_BIT(SE_CREATE_PERMANENT_PRIVILEGE)));
        ck_assert(!token_has(token, SE_BIT(SE_DEBUG_PRIVILEGE)));
        ck_assert(token->privileges & SE_BIT(SE_DEBUG_PRIVILEGE));
}
END_TEST

START_TEST(members_of_the_group_ntobjd_create_global_names_in_a_system_instance) {
        TokenSource source = source_of(USER, true);
        g_autoptr(Token) member = NULL;
        g_autoptr(Token) elsewhere = NULL;

        source.groups = supplementary;
        source.n_groups = G_N_ELEMENTS(supplementary);
        source.ntobjd_group = 60;
        member = make(&source);
        ck_assert(token_has(member, SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE)));
        source.system = false;
        elsewhere = make(&source);
        ck_assert(!token_has(elsewhere, SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE)));
}
END_TEST

START_TEST(rules_add_privileges_and_groups_to_whom_they_name) {
        const SidBuffer sids[] = { sid_administrators, sid_everyone };
        const TokenRule rules[] = {
                { .id = USER, .privileges = SE_BIT(SE_DEBUG_PRIVILEGE), .sids = sids, .n_sids = 2 },
                { .group = true, .id = 60, .privileges = SE_BIT(SE_LOCK_MEMORY_PRIVILEGE) },
                { .id = STRANGER, .privileges = SE_BIT(SE_TCB_PRIVILEGE) },
                { .group = true, .id = 61, .privileges = SE_BIT(SE_RELABEL_PRIVILEGE) },
        };
        TokenSource source = source_of(USER, true);
        g_autoptr(Token) token = NULL;

        source.groups = supplementary;
        source.n_groups = G_N_ELEMENTS(supplementary);
        source.rules = rules;
        source.n_rules = G_N_ELEMENTS(rules);
        token = make(&source);
        ck_assert_uint_eq(token->privileges,
                        NOTIFY | SE_BIT(SE_DEBUG_PRIVILEGE) | SE_BIT(SE_LOCK_MEMORY_PRIVILEGE));
        ck_assert_uint_eq(token->enabled, token->privileges);
        ck_assert(has_group(token, "S-1-5-32-544"));
        ck_assert(!token_may_own(token, &sid_administrators.sid));
        ck_assert_uint_eq(token->n_groups, 6); /* Everyone once */
}
END_TEST

START_TEST(the_default_dacl_is_the_users_and_systems) {
        g_autoptr(Token) token = fixture_token(USER);
        AclCursor cursor = acl_begin(token->default_dacl);
        const ACE_HEADER *ace = acl_next(&cursor);

        ck_assert(acl_check(token->default_dacl, token->default_dacl->AclSize));
        ck_assert(sid_equal(ace_sid(ace), &token->user.sid));
        ck_assert_uint_eq(ace_mask(ace), GENERIC_ALL);
        ace = acl_next(&cursor);
        ck_assert(sid_equal(ace_sid(ace), &sid_system.sid));
        ck_assert_uint_eq(ace_mask(ace), GENERIC_ALL);
        ck_assert_ptr_null(acl_next(&cursor));
}
END_TEST

START_TEST(no_two_tokens_have_an_id_but_those_of_a_user_one_logon) {
        g_autoptr(Token) first = fixture_token(USER);
        g_autoptr(Token) second = fixture_token(USER);
        g_autoptr(Token) other = fixture_token(STRANGER);
        g_autoptr(Token) root = fixture_token(0);

        ck_assert_uint_ne(first->id, second->id);
        ck_assert_uint_ne(first->id, first->modified_id);
        ck_assert_uint_eq(first->logon_id, second->logon_id);
        ck_assert_uint_ne(first->logon_id, other->logon_id);
        ck_assert_uint_eq(root->logon_id, 0x3E7);
}
END_TEST

START_TEST(a_duplicate_is_a_token_of_its_own) {
        g_autoptr(Token) token = fixture_token(0);
        g_autoptr(Token) copy = NULL;

        ck_assert_status(token_duplicate(token, true, SecurityIdentification, &copy),
                        STATUS_SUCCESS);
        ck_assert_uint_ne(copy->id, token->id);
        ck_assert_uint_eq(copy->modified_id, token->modified_id);
        ck_assert(copy->impersonation);
        ck_assert_int_eq(copy->level, SecurityIdentification);
        ck_assert_uint_eq(copy->n_refs, 1);
        ck_assert_uint_eq(copy->n_groups, token->n_groups);
        token_adjust(copy, 0, 0, copy->privileges);
        ck_assert(token_has(token, NOTIFY));
        token = token_unref(token);
        ck_assert(token_allows_sid(copy, &sid_system.sid));
        ck_assert_uint_eq(copy->default_dacl->AceCount, 2);
}
END_TEST

START_TEST(only_enabled_privileges_are_had) {
        g_autoptr(Token) token = fixture_token(0);

        ck_assert(token_has(token, 0));
        ck_assert(token_has(token, NOTIFY | SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE)));
        ck_assert(!token_has(token, SE_BIT(SE_DEBUG_PRIVILEGE)));
        ck_assert(!token_has(token, NOTIFY | SE_BIT(SE_DEBUG_PRIVILEGE)));
}
END_TEST

START_TEST(privileges_are_switched_and_removed) {
        g_autoptr(Token) token = fixture_token(0);
        uint64_t debug = SE_BIT(SE_DEBUG_PRIVILEGE), before = token->modified_id;

        ck_assert_uint_eq(token_adjust(token, NOTIFY, debug, 0), 0);
        ck_assert_uint_eq(token->modified_id, before);
        ck_assert_uint_eq(token_adjust(token, debug, NOTIFY, 0), debug | NOTIFY);
        ck_assert_uint_ne(token->modified_id, before);
        ck_assert(token_has(token, debug));
        ck_assert(!token_has(token, NOTIFY));
        ck_assert_uint_eq(token_adjust(token, debug, debug, 0), debug);
        ck_assert(!token_has(token, debug));
        ck_assert_uint_eq(token_adjust(token, debug, 0, debug), debug);
        ck_assert_uint_eq(token->privileges & debug, 0);
        ck_assert_uint_eq(token_adjust(token, debug, 0, 0), 0);
        ck_assert(!token_has(token, debug));
}
END_TEST

START_TEST(privileges_that_are_not_held_are_passed_over) {
        g_autoptr(Token) token = fixture_token(USER);

        ck_assert_uint_eq(token_adjust(token, SE_BIT(SE_DEBUG_PRIVILEGE), 0, 0), 0);
        ck_assert_uint_eq(token->privileges, NOTIFY);
        ck_assert_uint_eq(token->enabled, NOTIFY);
}
END_TEST

START_TEST(sids_count_by_their_attributes) {
        const struct {
                uint32_t attributes;
                bool allows, denies, owns;
        } rows[] = {
                { SE_GROUP_ENABLED, true, true, false },
                { SE_GROUP_ENABLED | SE_GROUP_OWNER, true, true, true },
                { SE_GROUP_USE_FOR_DENY_ONLY, false, true, false },
                { SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY, false, true, false },
                { 0, false, false, false },
        };
        g_autoptr(Token) token = fixture_token(USER);
        SidBuffer group;

        sid_of_group(&group, USER);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                fixture_set_group(token, GROUP_SID, rows[i].attributes);
                ck_assert_int_eq(token_allows_sid(token, &group.sid), rows[i].allows);
                ck_assert_int_eq(token_denies_sid(token, &group.sid), rows[i].denies);
                ck_assert_int_eq(token_may_own(token, &group.sid), rows[i].owns);
        }
        ck_assert(token_allows_sid(token, &token->user.sid));
        ck_assert(token_denies_sid(token, &token->user.sid));
        ck_assert(token_may_own(token, &token->user.sid));
        ck_assert(!token_allows_sid(token, &sid_system.sid));
        ck_assert(!token_denies_sid(token, &sid_system.sid));
        ck_assert(!token_may_own(token, &sid_system.sid));
}
END_TEST

START_TEST(a_token_lives_as_long_as_it_is_referred_to) {
        Token *token = fixture_token(USER);

        ck_assert_ptr_eq(token_ref(token), token);
        ck_assert_ptr_null(token_unref(token));
        ck_assert_uint_eq(token->n_refs, 1);
        ck_assert_ptr_null(token_unref(token));
        ck_assert_ptr_null(token_unref(NULL));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_user_is_named_by_its_numbers);
        tcase_add_test(tests, root_is_local_system_and_administrator);
        tcase_add_test(tests, the_owner_of_a_daemon_administers_it_and_is_trusted);
        tcase_add_test(tests, privileges_follow_from_who_runs_the_daemon);
        tcase_add_test(tests, root_that_owns_a_daemon_has_the_owners_privileges_enabled);
        tcase_add_test(tests, members_of_the_group_ntobjd_create_global_names_in_a_system_instance);
        tcase_add_test(tests, rules_add_privileges_and_groups_to_whom_they_name);
        tcase_add_test(tests, the_default_dacl_is_the_users_and_systems);
        tcase_add_test(tests, no_two_tokens_have_an_id_but_those_of_a_user_one_logon);
        tcase_add_test(tests, a_duplicate_is_a_token_of_its_own);
        tcase_add_test(tests, only_enabled_privileges_are_had);
        tcase_add_test(tests, privileges_are_switched_and_removed);
        tcase_add_test(tests, privileges_that_are_not_held_are_passed_over);
        tcase_add_test(tests, sids_count_by_their_attributes);
        tcase_add_test(tests, a_token_lives_as_long_as_it_is_referred_to);
}

int main(void) {
        return suite_main("token", 30, add);
}
