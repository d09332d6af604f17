#include "access.h"
#include "assert-status.h"
#include "fixture.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "suite.h"

/* Numbers in comments are those of nt-behaviour-by-kernel 2.2. Sections are asked for: read is
 * 20005, write 20002, execute 20008, all F001F. */

static NTSTATUS check_as(
                const Token *token, const char *sddl, ACCESS_MASK desired, ACCESS_MASK *granted) {
        g_autoptr(Descriptor) descriptor = fixture_descriptor(sddl);

        return access_check(&descriptor->view, token, &object_type_rules(KIND_SECTION)->mapping,
                        false, desired, granted);
}

static void expect_of(const Token *token,
                const char *sddl,
                ACCESS_MASK desired,
                NTSTATUS want,
                ACCESS_MASK want_granted) {
        ACCESS_MASK granted = 0xDEAD;
        NTSTATUS status = check_as(token, sddl, desired, &granted);

        ck_assert_msg(status == want && granted == want_granted,
                        "%s, wish %x: status %x, granted %x; not %x, %x", sddl, desired,
                        (unsigned) status, granted, (unsigned) want, want_granted);
}

static void expect(const char *sddl, ACCESS_MASK desired, NTSTATUS want, ACCESS_MASK granted) {
        g_autoptr(Token) token = fixture_token(USER);

        expect_of(token, sddl, desired, want, granted);
}

static void granted(const char *sddl, ACCESS_MASK desired, ACCESS_MASK want) {
        expect(sddl, desired, STATUS_SUCCESS, want);
}

static void denied(const char *sddl, ACCESS_MASK desired) {
        expect(sddl, desired, STATUS_ACCESS_DENIED, 0);
}

START_TEST(step_1_kernel_mode_gets_everything_it_asks_for) {
        g_autoptr(Token) token = fixture_token(USER);
        g_autoptr(Descriptor) descriptor = fixture_descriptor(FOREIGN "D:");
        const GENERIC_MAPPING *mapping = &object_type_rules(KIND_SECTION)->mapping;
        const struct {
                ACCESS_MASK desired, want;
        } rows[] = {
                { 0, 0 },
                { SECTION_MAP_READ, SECTION_MAP_READ },
                { GENERIC_READ, 0x20005 },
                { MAXIMUM_ALLOWED, 0xF001F },
                { MAXIMUM_ALLOWED | SYNCHRONIZE, 0x1F001F },
                { ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                ACCESS_MASK is = 0xDEAD;

                ck_assert_status(access_check(&descriptor->view, token, mapping, true,
                                                 rows[i].desired, &is),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(is, rows[i].want);
        }
}
END_TEST

START_TEST(step_2_without_a_descriptor_user_mode_gets_nothing) {
        g_autoptr(Token) token = fixture_enabled_token(0);
        const GENERIC_MAPPING *mapping = &object_type_rules(KIND_SECTION)->mapping;
        ACCESS_MASK is = 0xDEAD;

        ck_assert_status(access_check(NULL, token, mapping, false, SECTION_QUERY, &is),
                        STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(is, 0);
        ck_assert_status(access_check(NULL, token, mapping, true, SECTION_QUERY, &is),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(is, SECTION_QUERY);
}
END_TEST

START_TEST(step_3_an_impersonation_below_impersonation_is_refused) {
        g_autoptr(Token) token = fixture_token(USER);
        const SECURITY_IMPERSONATION_LEVEL weak[] = { SecurityAnonymous, SecurityIdentification };
        g_autoptr(Token) strong = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(weak); i++) {
                g_autoptr(Token) copy = NULL;

                ck_assert_status(token_duplicate(token, true, weak[i], &copy), STATUS_SUCCESS);
                expect_of(copy, FOREIGN "D:(A;;GA;;;WD)", 1, STATUS_BAD_IMPERSONATION_LEVEL, 0);
        }
        ck_assert_status(token_duplicate(token, true, SecurityImpersonation, &strong),
                        STATUS_SUCCESS);
        expect_of(strong, FOREIGN "D:(A;;GA;;;WD)", 1, STATUS_SUCCESS, 1);
}
END_TEST

START_TEST(step_4_the_owner_reads_and_changes_the_dacl_whatever_it_says) {
        granted("O:" USER_SID "G:SYD:", READ_CONTROL, READ_CONTROL);
        granted("O:" USER_SID "G:SYD:", WRITE_DAC, WRITE_DAC);
        granted("O:" USER_SID "G:SYD:", MAXIMUM_ALLOWED, READ_CONTROL | WRITE_DAC);
        granted("O:" USER_SID "G:SYD:(D;;GA;;;WD)", READ_CONTROL | WRITE_DAC,
                        READ_CONTROL | WRITE_DAC);
        denied("O:" USER_SID "G:SYD:", READ_CONTROL | SECTION_QUERY);
        denied("O:" USER_SID "G:SYD:", WRITE_OWNER);
        denied(FOREIGN "D:", READ_CONTROL);
        /* By a group that counts, too; not by one that is there to be refused. */
        granted("O:" GROUP_SID "G:SYD:", READ_CONTROL, READ_CONTROL);
}
END_TEST

START_TEST(step_4_a_group_that_only_denies_owns_nothing) {
        g_autoptr(Token) token = fixture_token(USER);

        fixture_set_group(token, GROUP_SID, SE_GROUP_USE_FOR_DENY_ONLY);
        expect_of(token, "O:" GROUP_SID "G:SYD:", READ_CONTROL, STATUS_ACCESS_DENIED, 0);
}
END_TEST

START_TEST(step_4_an_owner_rights_entry_takes_the_place_of_the_owners_rights) {
        denied("O:" USER_SID "G:SYD:(A;;0x1;;;OW)", READ_CONTROL);
        denied("O:" USER_SID "G:SYD:(A;;0x1;;;OW)", WRITE_DAC);
        granted("O:" USER_SID "G:SYD:(A;;0x1;;;OW)", SECTION_QUERY, SECTION_QUERY);
        granted("O:" USER_SID "G:SYD:(A;;RC;;;OW)", MAXIMUM_ALLOWED, READ_CONTROL);
        denied("O:" USER_SID "G:SYD:(D;;0x1;;;OW)(A;;0x1;;;WD)", SECTION_QUERY);
        denied(FOREIGN "D:(A;;GA;;;OW)", SECTION_QUERY);
        granted(FOREIGN "D:(D;;GA;;;OW)(A;;GA;;;WD)", SECTION_QUERY, SECTION_QUERY);
        /* It has to count for the object itself. */
        granted("O:" USER_SID "G:SYD:(A;OICIIO;0x1;;;OW)", READ_CONTROL, READ_CONTROL);
}
END_TEST

START_TEST(step_5_a_wish_for_nothing_is_denied) {
        denied("O:" USER_SID "G:SYD:(A;;GA;;;WD)", 0);
        denied("O:" USER_SID "G:SYD:NO_ACCESS_CONTROL", 0);
        granted("O:" USER_SID "G:SYD:(D;;GA;;;WD)", WRITE_DAC, WRITE_DAC);
}
END_TEST

START_TEST(step_6_generic_wishes_are_mapped) {
        granted(FOREIGN "D:(A;;0x20005;;;WD)", GENERIC_READ, 0x20005);
        denied(FOREIGN "D:(A;;0x20005;;;WD)", GENERIC_WRITE);
        granted(FOREIGN "D:(A;;0xf001f;;;WD)", GENERIC_ALL, 0xF001F);
        granted(FOREIGN "D:(A;;0xf001f;;;WD)", GENERIC_READ | GENERIC_EXECUTE, 0x2000D);
}
END_TEST

START_TEST(step_7_system_security_needs_its_privilege_and_no_entry_gives_it) {
        g_autoptr(Token) holder = fixture_token(0);

        expect("O:" USER_SID "G:SYD:(A;;0x10f001f;;;WD)", ACCESS_SYSTEM_SECURITY | SECTION_QUERY,
                        STATUS_PRIVILEGE_NOT_HELD, 0);
        expect("O:" USER_SID "G:SYD:NO_ACCESS_CONTROL", ACCESS_SYSTEM_SECURITY,
                        STATUS_PRIVILEGE_NOT_HELD, 0);
        granted(FOREIGN "D:(A;;0x10f001f;;;WD)", MAXIMUM_ALLOWED, 0xF001F);

        expect_of(holder, FOREIGN "D:(A;;0x1;;;WD)", ACCESS_SYSTEM_SECURITY,
                        STATUS_PRIVILEGE_NOT_HELD, 0);
        token_adjust(holder, SE_BIT(SE_SECURITY_PRIVILEGE), 0, 0);
        expect_of(holder, FOREIGN "D:(A;;0x1;;;WD)", ACCESS_SYSTEM_SECURITY | SECTION_QUERY,
                        STATUS_SUCCESS, ACCESS_SYSTEM_SECURITY | SECTION_QUERY);
        expect_of(holder, FOREIGN "D:", ACCESS_SYSTEM_SECURITY, STATUS_SUCCESS,
                        ACCESS_SYSTEM_SECURITY);
        /* Who asks for the maximum has no privileges used. */
        expect_of(holder, FOREIGN "D:(A;;0x1;;;WD)", MAXIMUM_ALLOWED, STATUS_SUCCESS, 1);
}
END_TEST

START_TEST(step_8_take_ownership_gives_write_owner) {
        g_autoptr(Token) holder = fixture_token(0);

        expect_of(holder, FOREIGN "D:", WRITE_OWNER, STATUS_ACCESS_DENIED, 0);
        token_adjust(holder, SE_BIT(SE_TAKE_OWNERSHIP_PRIVILEGE), 0, 0);
        expect_of(holder, FOREIGN "D:", WRITE_OWNER, STATUS_SUCCESS, WRITE_OWNER);
        expect_of(holder, FOREIGN "D:(D;;GA;;;WD)", WRITE_OWNER, STATUS_SUCCESS, WRITE_OWNER);
        expect_of(holder, FOREIGN "D:", WRITE_OWNER | WRITE_DAC, STATUS_ACCESS_DENIED, 0);
        granted(FOREIGN "D:(A;;WO;;;WD)", WRITE_OWNER, WRITE_OWNER);
}
END_TEST

START_TEST(step_10_without_a_dacl_everything_is_granted) {
        granted(FOREIGN, SECTION_QUERY | DELETE, SECTION_QUERY | DELETE);
        granted(FOREIGN "D:NO_ACCESS_CONTROL", GENERIC_ALL, 0xF001F);
        granted(FOREIGN "D:NO_ACCESS_CONTROL", MAXIMUM_ALLOWED, 0xF001F);
        granted(FOREIGN "D:NO_ACCESS_CONTROL", MAXIMUM_ALLOWED | SYNCHRONIZE, 0x1F001F);
}
END_TEST

START_TEST(step_11_an_empty_dacl_grants_nothing) {
        g_autoptr(Token) holder = fixture_enabled_token(0);

        denied(FOREIGN "D:", SECTION_QUERY);
        denied(FOREIGN "D:", MAXIMUM_ALLOWED);
        granted("O:" USER_SID "G:SYD:", MAXIMUM_ALLOWED, READ_CONTROL | WRITE_DAC);
        expect_of(holder, FOREIGN "D:", MAXIMUM_ALLOWED | WRITE_OWNER, STATUS_SUCCESS, WRITE_OWNER);
        expect_of(holder, FOREIGN "D:", MAXIMUM_ALLOWED | ACCESS_SYSTEM_SECURITY, STATUS_SUCCESS,
                        ACCESS_SYSTEM_SECURITY);
        expect_of(holder, FOREIGN "D:", MAXIMUM_ALLOWED | DELETE, STATUS_ACCESS_DENIED, 0);
}
END_TEST

START_TEST(step_12_the_maximum_is_what_no_earlier_entry_refuses) {
        granted(FOREIGN "D:(A;;0x1;;;WD)(A;;0x4;;;AU)", MAXIMUM_ALLOWED, 5);
        granted(FOREIGN "D:(D;;0x4;;;WD)(A;;0x5;;;AU)", MAXIMUM_ALLOWED, 1);
        granted(FOREIGN "D:(A;;0x5;;;AU)(D;;0x4;;;WD)", MAXIMUM_ALLOWED, 5);
        granted(FOREIGN "D:(A;IO;0x4;;;WD)(A;;0x1;;;WD)", MAXIMUM_ALLOWED, 1);
        granted(FOREIGN "D:(A;;GR;;;WD)", MAXIMUM_ALLOWED, 0x20005);
        granted(FOREIGN "D:(A;;0x5;;;WD)", MAXIMUM_ALLOWED | 0x4, 5);
        denied(FOREIGN "D:(A;;0x5;;;WD)", MAXIMUM_ALLOWED | 0x2);
        denied(FOREIGN "D:(D;;0x5;;;WD)(A;;0x5;;;WD)", MAXIMUM_ALLOWED);
        denied(FOREIGN "D:(A;;0x5;;;SY)", MAXIMUM_ALLOWED);
        granted("O:" USER_SID "G:SYD:(D;;RC;;;WD)(A;;0x1;;;WD)", MAXIMUM_ALLOWED, 0x60001);
}
END_TEST

START_TEST(step_13_entries_are_walked_in_order) {
        granted(FOREIGN "D:(A;;0x1;;;WD)(A;;0x4;;;AU)", 5, 5);
        granted(FOREIGN "D:(A;;0x1;;;" USER_SID ")", 1, 1);
        granted(FOREIGN "D:(A;;0x1;;;" GROUP_SID ")", 1, 1);
        denied(FOREIGN "D:(A;;0x1;;;" STRANGER_SID ")", 1);
        /* The first that names a right decides. */
        denied(FOREIGN "D:(D;;0x4;;;WD)(A;;0x5;;;WD)", 5);
        granted(FOREIGN "D:(D;;0x4;;;WD)(A;;0x5;;;WD)", 1, 1);
        granted(FOREIGN "D:(A;;0x5;;;WD)(D;;0x4;;;WD)", 5, 5);
        /* No part of a wish is granted. */
        denied(FOREIGN "D:(A;;0x1;;;WD)", 5);
        /* What is refused to others, or not for this object, is not refused. */
        granted(FOREIGN "D:(D;;0x1;;;SY)(A;;0x1;;;WD)", 1, 1);
        granted(FOREIGN "D:(D;OIIO;0x1;;;WD)(A;;0x1;;;WD)", 1, 1);
        denied(FOREIGN "D:(A;CIIO;0x1;;;WD)", 1);
        /* Generic bits of entries. */
        granted(FOREIGN "D:(A;;GW;;;WD)", SECTION_MAP_WRITE, SECTION_MAP_WRITE);
        denied(FOREIGN "D:(D;;GW;;;WD)(A;;GA;;;WD)", GENERIC_READ);
        denied(FOREIGN "D:(A;;GW;;;WD)", GENERIC_READ);
        /* An audit entry is no permission. */
        denied(FOREIGN "D:(AU;SA;GA;;;WD)", 1);
}
END_TEST

START_TEST(step_13_groups_count_as_their_attributes_say) {
        g_autoptr(Token) token = fixture_token(USER);
        const char *allow = FOREIGN "D:(A;;0x1;;;" GROUP_SID ")";
        const char *deny = FOREIGN "D:(D;;0x1;;;" GROUP_SID ")(A;;0x1;;;WD)";

        expect_of(token, allow, 1, STATUS_SUCCESS, 1);
        expect_of(token, deny, 1, STATUS_ACCESS_DENIED, 0);

        fixture_set_group(token, GROUP_SID, SE_GROUP_USE_FOR_DENY_ONLY);
        expect_of(token, allow, 1, STATUS_ACCESS_DENIED, 0);
        expect_of(token, deny, 1, STATUS_ACCESS_DENIED, 0);
        expect_of(token, deny, MAXIMUM_ALLOWED, STATUS_ACCESS_DENIED, 0);

        fixture_set_group(token, GROUP_SID, 0);
        expect_of(token, allow, 1, STATUS_ACCESS_DENIED, 0);
        expect_of(token, deny, 1, STATUS_SUCCESS, 1);
}
END_TEST

/* [MS-DTYP] 2.5.3.2: what is not known allows nothing, and refuses. */
START_TEST(conditional_entries_refuse_and_never_allow) {
        g_autoptr(Token) token = fixture_token(USER);
        const GENERIC_MAPPING *mapping = &object_type_rules(KIND_SECTION)->mapping;
        g_autoptr(Descriptor) allow = fixture_descriptor(FOREIGN "D:(A;;0x1;;;WD)");
        g_autoptr(Descriptor) deny = fixture_descriptor(FOREIGN "D:(D;;0x1;;;WD)(A;;0x1;;;WD)");
        ACCESS_MASK is = 0;

        ((ACE_HEADER *) (allow->view.dacl + 1))->AceType = ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
        ck_assert_status(access_check(&allow->view, token, mapping, false, 1, &is),
                        STATUS_ACCESS_DENIED);
        ((ACE_HEADER *) (deny->view.dacl + 1))->AceType = ACCESS_DENIED_CALLBACK_ACE_TYPE;
        ck_assert_status(access_check(&deny->view, token, mapping, false, 1, &is),
                        STATUS_ACCESS_DENIED);
}
END_TEST

/* nt-behaviour 2.6. GenericRead and GenericExecute of a section are 2000D. */
START_TEST(a_token_below_the_label_does_not_write) {
        g_autoptr(Token) low = fixture_token(USER);
        const char *open_to_all = FOREIGN "D:(A;;0x1f001f;;;WD)S:(ML;;NW;;;ME)";

        low->integrity = SECURITY_MANDATORY_LOW_RID;
        expect_of(low, open_to_all, GENERIC_READ, STATUS_SUCCESS, 0x20005);
        expect_of(low, open_to_all, GENERIC_EXECUTE, STATUS_SUCCESS, 0x20008);
        expect_of(low, open_to_all, SECTION_MAP_WRITE, STATUS_ACCESS_DENIED, 0);
        expect_of(low, open_to_all, DELETE, STATUS_ACCESS_DENIED, 0);
        expect_of(low, open_to_all, WRITE_DAC, STATUS_ACCESS_DENIED, 0);
        expect_of(low, open_to_all, MAXIMUM_ALLOWED, STATUS_SUCCESS, 0x2000D);
        expect_of(low, open_to_all, MAXIMUM_ALLOWED | DELETE, STATUS_ACCESS_DENIED, 0);
        expect_of(low, FOREIGN "D:NO_ACCESS_CONTROLS:(ML;;NW;;;ME)", MAXIMUM_ALLOWED,
                        STATUS_SUCCESS, 0x2000D);
        /* Not even as its owner. */
        expect_of(low, "O:" USER_SID "G:SYD:S:(ML;;NW;;;ME)", WRITE_DAC, STATUS_ACCESS_DENIED, 0);
        expect_of(low, "O:" USER_SID "G:SYD:S:(ML;;NW;;;ME)", MAXIMUM_ALLOWED, STATUS_SUCCESS,
                        READ_CONTROL);

        granted(open_to_all, MAXIMUM_ALLOWED, 0x1F001F);
        granted(FOREIGN "D:(A;;0x1f001f;;;WD)S:(ML;;NW;;;LW)", MAXIMUM_ALLOWED, 0x1F001F);
        denied(FOREIGN "D:(A;;0x1f001f;;;WD)S:(ML;;NW;;;HI)", SECTION_MAP_WRITE);
}
END_TEST

START_TEST(an_object_without_a_label_is_medium_and_not_written_from_below) {
        g_autoptr(Token) low = fixture_token(USER);

        low->integrity = SECURITY_MANDATORY_LOW_RID;
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)", SECTION_MAP_WRITE, STATUS_ACCESS_DENIED, 0);
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)", SECTION_MAP_READ, STATUS_SUCCESS, 4);
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)S:", SECTION_MAP_WRITE, STATUS_ACCESS_DENIED, 0);
        /* A label for children only says nothing of the object itself. */
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)S:(ML;OICIIO;NW;;;LW)", SECTION_MAP_WRITE,
                        STATUS_ACCESS_DENIED, 0);
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)S:(ML;;NW;;;LW)", SECTION_MAP_WRITE, STATUS_SUCCESS,
                        SECTION_MAP_WRITE);
        /* The first label counts. */
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)S:(ML;;NW;;;LW)(ML;;NW;;;HI)", SECTION_MAP_WRITE,
                        STATUS_SUCCESS, SECTION_MAP_WRITE);
}
END_TEST

START_TEST(a_labels_policy_says_what_is_kept_from_below) {
        const struct {
                const char *policy;
                ACCESS_MASK maximum;
        } rows[] = {
                { "NR", 0x2000A },
                { "NX", 0x20007 },
                { "NWNR", 0x20008 },
                { "NWNX", 0x20005 },
                { "NRNX", 0x20002 },
                { "0x0", 0x2000F },
        };
        g_autoptr(Token) low = fixture_token(USER);

        low->integrity = SECURITY_MANDATORY_LOW_RID;
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autofree char *sddl = g_strdup_printf(
                                FOREIGN "D:(A;;GA;;;WD)S:(ML;;%s;;;ME)", rows[i].policy);

                expect_of(low, sddl, MAXIMUM_ALLOWED, STATUS_SUCCESS, rows[i].maximum);
        }
        expect_of(low, FOREIGN "D:(A;;GA;;;WD)S:(ML;;NWNRNX;;;ME)", MAXIMUM_ALLOWED,
                        STATUS_ACCESS_DENIED, 0);
}
END_TEST

START_TEST(labels_come_before_privileges_but_for_relabel) {
        g_autoptr(Token) token = fixture_enabled_token(0);
        const char *high = FOREIGN "D:S:(ML;;NW;;;HI)";

        token->integrity = SECURITY_MANDATORY_LOW_RID;
        token_adjust(token, 0, SE_BIT(SE_RELABEL_PRIVILEGE), 0);
        expect_of(token, high, WRITE_OWNER, STATUS_ACCESS_DENIED, 0);
        expect_of(token, high, ACCESS_SYSTEM_SECURITY, STATUS_ACCESS_DENIED, 0);
        token_adjust(token, SE_BIT(SE_RELABEL_PRIVILEGE), 0, 0);
        expect_of(token, high, WRITE_OWNER, STATUS_SUCCESS, WRITE_OWNER);
}
END_TEST

static Security *make(SecurityStore *store, const char *sddl) {
        g_autoptr(Descriptor) descriptor = fixture_descriptor(sddl);
        Security *security = NULL;

        ck_assert_status(security_new(store, NULL, &descriptor->view, &security), STATUS_SUCCESS);
        return security;
}

/* nt-behaviour-by-tests 1.1: opening with exactly one bit set. */
START_TEST(opening_with_bits_that_the_type_does_not_have) {
        SecurityStore *store = security_store_new();
        Security *mapped = make(store, FOREIGN "D:(A;;GA;;;WD)");
        Security *open_to_all = make(store, FOREIGN "D:NO_ACCESS_CONTROL");
        g_autoptr(Token) token = fixture_token(USER);
        const ObjectTypeRules *type = object_type_rules(KIND_SECTION);

        for (unsigned bit = 5; bit < 16; bit++) {
                ACCESS_MASK is = 0xDEAD;

                ck_assert_status(access_check_open(mapped, token, type, false, 1u << bit, &is),
                                STATUS_ACCESS_DENIED);
                ck_assert_uint_eq(is, 0xDEAD);
                ck_assert_status(access_check_open(open_to_all, token, type, false, 1u << bit | 1,
                                                 &is),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(is, 1);
        }
        mapped = security_unref(mapped);
        open_to_all = security_unref(open_to_all);
        security_store_free(store);
}
END_TEST

/* nt-behaviour 2.1, step 2. */
START_TEST(an_object_without_security_opens_for_everybody) {
        g_autoptr(Token) token = fixture_token(USER);
        const ObjectTypeRules *type = object_type_rules(KIND_SECTION);
        ACCESS_MASK is = 0xDEAD;

        ck_assert_status(access_check_open(NULL, token, type, false, MAXIMUM_ALLOWED, &is),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(is, 0xF001F);
        ck_assert_status(access_check_open(NULL, token, type, false, 0xFFFF, &is), STATUS_SUCCESS);
        ck_assert_uint_eq(is, 0x1F);
        ck_assert_status(access_check_open(NULL, token, type, false, ACCESS_SYSTEM_SECURITY, &is),
                        STATUS_PRIVILEGE_NOT_HELD);
}
END_TEST

START_TEST(a_creator_gets_what_it_asks_for_and_nothing_unknown) {
        g_autoptr(Token) token = fixture_token(USER);
        const ObjectTypeRules *type = object_type_rules(KIND_SECTION);
        const struct {
                ACCESS_MASK desired, want;
        } rows[] = {
                { 0, 0 },
                { 0x00FFFFFF, 0x1F001F },
                { MAXIMUM_ALLOWED, 0xF001F },
                { GENERIC_ALL, 0xF001F },
                { GENERIC_READ, 0x20005 },
        };
        ACCESS_MASK is = 0xDEAD;

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                ck_assert_status(access_check_create(token, type, false, rows[i].desired, &is),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(is, rows[i].want);
        }
        is = 0xDEAD;
        ck_assert_status(access_check_create(token, type, false, ACCESS_SYSTEM_SECURITY, &is),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_uint_eq(is, 0xDEAD);
        ck_assert_status(access_check_create(token, type, true, ACCESS_SYSTEM_SECURITY, &is),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(is, ACCESS_SYSTEM_SECURITY);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, step_1_kernel_mode_gets_everything_it_asks_for);
        tcase_add_test(tests, step_2_without_a_descriptor_user_mode_gets_nothing);
        tcase_add_test(tests, step_3_an_impersonation_below_impersonation_is_refused);
        tcase_add_test(tests, step_4_the_owner_reads_and_changes_the_dacl_whatever_it_says);
        tcase_add_test(tests, step_4_a_group_that_only_denies_owns_nothing);
        tcase_add_test(tests, step_4_an_owner_rights_entry_takes_the_place_of_the_owners_rights);
        tcase_add_test(tests, step_5_a_wish_for_nothing_is_denied);
        tcase_add_test(tests, step_6_generic_wishes_are_mapped);
        tcase_add_test(tests, step_7_system_security_needs_its_privilege_and_no_entry_gives_it);
        tcase_add_test(tests, step_8_take_ownership_gives_write_owner);
        tcase_add_test(tests, step_10_without_a_dacl_everything_is_granted);
        tcase_add_test(tests, step_11_an_empty_dacl_grants_nothing);
        tcase_add_test(tests, step_12_the_maximum_is_what_no_earlier_entry_refuses);
        tcase_add_test(tests, step_13_entries_are_walked_in_order);
        tcase_add_test(tests, step_13_groups_count_as_their_attributes_say);
        tcase_add_test(tests, conditional_entries_refuse_and_never_allow);
        tcase_add_test(tests, a_token_below_the_label_does_not_write);
        tcase_add_test(tests, an_object_without_a_label_is_medium_and_not_written_from_below);
        tcase_add_test(tests, a_labels_policy_says_what_is_kept_from_below);
        tcase_add_test(tests, labels_come_before_privileges_but_for_relabel);
        tcase_add_test(tests, opening_with_bits_that_the_type_does_not_have);
        tcase_add_test(tests, an_object_without_security_opens_for_everybody);
        tcase_add_test(tests, a_creator_gets_what_it_asks_for_and_nothing_unknown);
}

int main(void) {
        return suite_main("access", 30, add);
}
