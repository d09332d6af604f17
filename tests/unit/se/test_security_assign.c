#include <string.h>

#include "acl.h"
#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "security.h"
#include "suite.h"

/* nt-behaviour-by-kernel 2.4. What USER makes is owned by S-1-22-1-1001 with group S-1-22-2-1001.
 */
#define OWN       "O:" USER_SID "G:" GROUP_SID
#define MEANWHILE "D:(A;;0xf001f;;;" USER_SID ")(A;;0xf001f;;;SY)" /* the token's default */

static SecurityStore *store;

static Security *make(const char *sddl) {
        g_autoptr(Descriptor) descriptor = sddl ? fixture_descriptor(sddl) : NULL;
        Security *security = NULL;

        if (descriptor)
                ck_assert_status(security_new(store, NULL, &descriptor->view, &security),
                                STATUS_SUCCESS);
        return security;
}

/* An object of @kind is made by @token. @given may be NULL. */
static NTSTATUS assign(const Token *token,
                uint32_t kind,
                const char *parent_text,
                const DescriptorView *given,
                char **text) {
        g_autoptr(Security) parent = make(parent_text);
        g_autoptr(Security) security = NULL;
        const SecurityOrigin origin = {
                .parent = parent,
                .explicit_view = given,
                .token = token,
                .type = object_type_rules(kind),
        };
        NTSTATUS status = security_assign(store, NULL, &origin, &security);

        if (NT_SUCCESS(status))
                *text = fixture_text(security);
        else
                ck_assert_ptr_null(security);
        return status;
}

static void expect_of(const Token *token,
                uint32_t kind,
                const char *parent,
                const char *given,
                unsigned more_control,
                const char *want) {
        g_autoptr(Descriptor) descriptor = given ? fixture_descriptor(given) : NULL;
        g_autofree char *text = NULL;

        store = security_store_new();
        if (descriptor)
                descriptor->view.control |= (SECURITY_DESCRIPTOR_CONTROL) more_control;
        ck_assert_status(assign(token, kind, parent, descriptor ? &descriptor->view : NULL, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, want);
        security_store_free(store);
}

static void expect(uint32_t kind,
                const char *parent,
                const char *given,
                unsigned more_control,
                const char *want) {
        g_autoptr(Token) token = fixture_token(USER);

        expect_of(token, kind, parent, given, more_control, want);
}

static void refused(const Token *token, const char *given, NTSTATUS want) {
        g_autoptr(Descriptor) descriptor = fixture_descriptor(given);
        g_autofree char *text = NULL;

        store = security_store_new();
        ck_assert_status(assign(token, KIND_SECTION, NULL, &descriptor->view, &text), want);
        security_store_free(store);
}

START_TEST(without_anything_the_tokens_defaults_apply) {
        expect(KIND_SECTION, NULL, NULL, 0, OWN MEANWHILE);
        expect(KIND_SECTION, "O:BAG:SYD:(A;;GA;;;WD)", NULL, 0, OWN MEANWHILE);
        expect(KIND_DIRECTORY, NULL, NULL, 0, OWN "D:(A;;0xf000f;;;" USER_SID ")(A;;0xf000f;;;SY)");
}
END_TEST

START_TEST(without_a_default_dacl_there_is_none) {
        g_autoptr(Token) token = fixture_token(USER);

        g_free(g_steal_pointer(&token->default_dacl));
        expect_of(token, KIND_SECTION, NULL, NULL, 0, OWN);
}
END_TEST

#define PARENT "O:BAG:SYD:(A;OICI;0x1;;;AU)S:(AU;OISA;0x2;;;AU)"

START_TEST(the_dacl_is_chosen_in_order) {
        const char *given = OWN "D:(A;;0x4;;;WD)";

        /* Explicit before inherited. */
        expect(KIND_SECTION, PARENT, OWN "D:(A;;0x4;;;WD)S:(ML;;NW;;;ME)", 0,
                        OWN "D:(A;;0x4;;;WD)S:(ML;;NW;;;ME)");
        /* Inherited before an explicit default. */
        expect(KIND_SECTION, PARENT, given, SE_DACL_DEFAULTED,
                        OWN "D:(A;;0x1;;;AU)S:(AU;SA;0x2;;;AU)");
        /* An explicit default before the token's. */
        expect(KIND_SECTION, NULL, given, SE_DACL_DEFAULTED, given);
        expect(KIND_SECTION, "O:BAG:SYD:(A;;0x1;;;AU)", given, SE_DACL_DEFAULTED, given);
        /* A NULL and an empty one are explicit too. */
        expect(KIND_SECTION, PARENT, OWN "D:NO_ACCESS_CONTROL", 0,
                        OWN "D:NO_ACCESS_CONTROLS:(AU;SA;0x2;;;AU)");
        expect(KIND_SECTION, PARENT, OWN "D:", 0, OWN "D:S:(AU;SA;0x2;;;AU)");
        expect(KIND_SECTION, NULL, OWN "D:NO_ACCESS_CONTROL", SE_DACL_DEFAULTED,
                        OWN "D:NO_ACCESS_CONTROL");
        /* Owner and group only: the rest is inherited. */
        expect(KIND_SECTION, PARENT, OWN, 0, OWN "D:(A;;0x1;;;AU)S:(AU;SA;0x2;;;AU)");
}
END_TEST

START_TEST(what_is_protected_inherits_nothing) {
        expect(KIND_SECTION, PARENT, OWN "D:P(A;;0x4;;;WD)", SE_DACL_DEFAULTED | SE_SACL_PROTECTED,
                        OWN "D:P(A;;0x4;;;WD)");
        expect(KIND_SECTION, PARENT, OWN "D:P(A;;0x4;;;WD)", 0,
                        OWN "D:P(A;;0x4;;;WD)S:(AU;SA;0x2;;;AU)");
}
END_TEST

START_TEST(the_sacl_is_chosen_in_order) {
        g_autoptr(Token) root = fixture_enabled_token(0);
        const char *given = "O:SYG:SYD:S:(AU;SA;0x4;;;WD)";

        expect_of(root, KIND_SECTION, PARENT, given, 0, given);
        expect_of(root, KIND_SECTION, PARENT, given, SE_SACL_DEFAULTED,
                        "O:SYG:SYD:S:(AU;SA;0x2;;;AU)");
        expect_of(root, KIND_SECTION, NULL, given, SE_SACL_DEFAULTED, given);
        expect_of(root, KIND_SECTION, PARENT, "O:SYG:SYD:S:NO_ACCESS_CONTROL", 0,
                        "O:SYG:SYD:S:NO_ACCESS_CONTROL");
}
END_TEST

START_TEST(a_sacl_needs_its_privilege_unless_it_only_labels) {
        g_autoptr(Token) user = fixture_token(USER);

        refused(user, OWN "D:S:(AU;SA;0x4;;;WD)", STATUS_PRIVILEGE_NOT_HELD);
        refused(user, OWN "D:S:(ML;;NW;;;LW)(AU;SA;0x4;;;WD)", STATUS_PRIVILEGE_NOT_HELD);
        refused(user, OWN "D:S:", STATUS_PRIVILEGE_NOT_HELD);
        refused(user, OWN "D:S:NO_ACCESS_CONTROL", STATUS_PRIVILEGE_NOT_HELD);
        expect(KIND_SECTION, NULL, OWN "D:S:(ML;;NW;;;LW)", 0, OWN "D:S:(ML;;NW;;;LW)");
}
END_TEST

START_TEST(an_owner_must_be_one_that_the_token_may_give) {
        g_autoptr(Token) user = fixture_token(USER);
        g_autoptr(Token) root = fixture_token(0);

        refused(user, "O:" STRANGER_SID "G:SYD:", STATUS_INVALID_OWNER);
        refused(user, "O:SYG:SYD:", STATUS_INVALID_OWNER);
        refused(user, "O:" GROUP_SID "G:SYD:", STATUS_INVALID_OWNER);
        fixture_set_group(user, GROUP_SID, SE_GROUP_ENABLED | SE_GROUP_OWNER);
        expect_of(user, KIND_SECTION, NULL, "O:" GROUP_SID "G:SYD:", 0, "O:" GROUP_SID "G:SYD:");
        expect_of(root, KIND_SECTION, NULL, "O:BAG:SYD:", 0, "O:BAG:SYD:");

        refused(root, "O:" STRANGER_SID "G:SYD:", STATUS_INVALID_OWNER);
        token_adjust(root, SE_BIT(SE_RESTORE_PRIVILEGE), 0, 0);
        expect_of(root, KIND_SECTION, NULL, "O:" STRANGER_SID "G:SYD:", 0,
                        "O:" STRANGER_SID "G:SYD:");
        /* Any group will do. */
        expect(KIND_SECTION, NULL, "O:" USER_SID "G:BAD:", 0, "O:" USER_SID "G:BAD:");
}
END_TEST

START_TEST(a_token_without_a_primary_group_needs_one_given) {
        g_autoptr(Token) user = fixture_token(USER);

        memset(&user->primary_group, 0, sizeof(user->primary_group));
        refused(user, "O:" USER_SID "D:", STATUS_INVALID_PRIMARY_GROUP);
        expect_of(user, KIND_SECTION, NULL, "O:" USER_SID "G:SYD:", 0, "O:" USER_SID "G:SYD:");
}
END_TEST

START_TEST(a_label_above_the_tokens_own_needs_relabel) {
        g_autoptr(Token) user = fixture_token(USER);
        g_autoptr(Token) root = fixture_token(0);

        refused(user, OWN "D:S:(ML;;NW;;;HI)", STATUS_INVALID_LABEL);
        refused(user, OWN "D:S:(ML;CIOIIO;NW;;;HI)", STATUS_INVALID_LABEL);
        refused(user, OWN "D:S:(ML;;NW;;;WD)", STATUS_INVALID_LABEL);
        refused(user, OWN "D:S:(ML;;0x8;;;LW)", STATUS_INVALID_LABEL);
        root->integrity = SECURITY_MANDATORY_MEDIUM_RID;
        refused(root, "O:BAG:SYD:S:(ML;;NW;;;HI)", STATUS_INVALID_LABEL);
        token_adjust(root, SE_BIT(SE_RELABEL_PRIVILEGE), 0, 0);
        expect_of(root, KIND_SECTION, NULL, "O:BAG:SYD:S:(ML;;NW;;;HI)", 0,
                        "O:BAG:SYD:S:(ML;;NW;;;HI)");
}
END_TEST

START_TEST(a_token_below_medium_labels_what_it_makes) {
        g_autoptr(Token) low = fixture_token(USER);

        low->integrity = SECURITY_MANDATORY_LOW_RID;
        expect_of(low, KIND_SECTION, NULL, NULL, 0, OWN MEANWHILE "S:(ML;;NW;;;LW)");
        expect_of(low, KIND_SECTION, PARENT, OWN "D:", 0, OWN "D:S:(AU;SA;0x2;;;AU)(ML;;NW;;;LW)");
        expect_of(low, KIND_SECTION, NULL, OWN "D:S:(ML;;NR;;;LW)", 0, OWN "D:S:(ML;;NR;;;LW)");
        expect_of(low, KIND_SECTION, NULL, OWN "D:S:(ML;OIIO;NR;;;LW)", 0,
                        OWN "D:S:(ML;OIIO;NR;;;LW)(ML;;NW;;;LW)");
}
END_TEST

START_TEST(kernel_mode_is_asked_for_no_privileges) {
        g_autoptr(Token) user = fixture_token(USER);
        g_autoptr(Descriptor) given =
                        fixture_descriptor("O:SYG:SYD:S:(AU;SA;0x4;;;WD)(ML;;NW;;;HI)");
        const SecurityOrigin origin = {
                .explicit_view = &given->view,
                .token = user,
                .type = object_type_rules(KIND_SECTION),
                .kernel_mode = true,
        };
        Security *security = NULL;
        g_autofree char *text = NULL;

        store = security_store_new();
        ck_assert_status(security_assign(store, NULL, &origin, &security), STATUS_SUCCESS);
        text = fixture_text(security);
        ck_assert_str_eq(text, "O:SYG:SYD:S:(AU;SA;0x4;;;WD)(ML;;NW;;;HI)");
        security = security_unref(security);
        security_store_free(store);
}
END_TEST

START_TEST(explicit_entries_are_mapped_where_they_count) {
        expect(KIND_SECTION, NULL, OWN "D:(A;;GA;;;WD)(D;;GRSD;;;SY)(A;;GW;;;CO)", 0,
                        OWN "D:(A;;0xf001f;;;WD)(D;;0x30005;;;SY)(A;;0x20002;;;" USER_SID ")");
        expect(KIND_SECTION, NULL, OWN "D:(A;OIIO;GA;;;CO)", 0, OWN "D:(A;OIIO;GA;;;CO)");
        /* Only containers hand down: one entry for itself, one that keeps what it was. */
        expect(KIND_SECTION, NULL, OWN "D:(A;OICI;GA;;;WD)", 0, OWN "D:(A;OICI;0xf001f;;;WD)");
        expect(KIND_DIRECTORY, NULL, OWN "D:(A;OICI;GA;;;WD)", 0,
                        OWN "D:(A;;0xf000f;;;WD)(A;OICIIO;GA;;;WD)");
        expect(KIND_DIRECTORY, NULL, OWN "D:(A;OICI;0x3;;;WD)", 0, OWN "D:(A;OICI;0x3;;;WD)");
        expect(KIND_DIRECTORY, NULL, OWN "D:(A;;GA;;;WD)", 0, OWN "D:(A;;0xf000f;;;WD)");
}
END_TEST

/* The table of inheritance. @leaf and @container are what one entry becomes; NULL: nothing. */
static void inherits(const char *entry, const char *leaf, const char *container) {
        g_autofree char *parent = g_strdup_printf("O:BAG:SYD:%s", entry);
        g_autofree char *want_leaf =
                        g_strdup_printf(OWN "%s%s", leaf ? "D:" : MEANWHILE, leaf ? leaf : "");
        g_autofree char *want_container = g_strdup_printf(OWN "D:%s",
                        container ? container : "(A;;0xf000f;;;" USER_SID ")(A;;0xf000f;;;SY)");

        expect(KIND_SECTION, parent, NULL, 0, want_leaf);
        expect(KIND_DIRECTORY, parent, NULL, 0, want_container);
}

START_TEST(row_none_is_not_inherited) {
        inherits("(A;;0x1;;;WD)", NULL, NULL);
        inherits("(A;IO;0x1;;;WD)", NULL, NULL);
        inherits("(A;NP;0x1;;;WD)", NULL, NULL);
        inherits("(A;ID;0x1;;;WD)", NULL, NULL);
}
END_TEST

START_TEST(row_object_inherit_is_for_leaves_and_passes_through_containers) {
        inherits("(A;OI;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;OIIO;0x1;;;WD)");
        inherits("(A;OINP;0x1;;;WD)", "(A;;0x1;;;WD)", NULL);
        inherits("(A;OIIO;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;OIIO;0x1;;;WD)");
        inherits("(A;OIID;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;OIIO;0x1;;;WD)");
        inherits("(D;OI;0x1;;;WD)", "(D;;0x1;;;WD)", "(D;OIIO;0x1;;;WD)");
}
END_TEST

START_TEST(row_container_inherit_is_for_containers) {
        inherits("(A;CI;0x1;;;WD)", NULL, "(A;CI;0x1;;;WD)");
        inherits("(A;CINP;0x1;;;WD)", NULL, "(A;;0x1;;;WD)");
        inherits("(A;CIIO;0x1;;;WD)", NULL, "(A;CI;0x1;;;WD)");
}
END_TEST

START_TEST(row_both_is_for_all) {
        inherits("(A;OICI;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;OICI;0x1;;;WD)");
        inherits("(A;OICINP;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;;0x1;;;WD)");
        inherits("(A;OICIIO;0x1;;;WD)", "(A;;0x1;;;WD)", "(A;OICI;0x1;;;WD)");
}
END_TEST

START_TEST(inherited_masks_are_mapped_and_limited_to_the_types_rights) {
        inherits("(A;OI;GA;;;WD)", "(A;;0xf001f;;;WD)", "(A;OIIO;GA;;;WD)");
        inherits("(A;CI;GA;;;WD)", NULL, "(A;;0xf000f;;;WD)(A;CIIO;GA;;;WD)");
        inherits("(A;OICI;GR;;;WD)", "(A;;0x20005;;;WD)", "(A;;0x20003;;;WD)(A;OICIIO;GR;;;WD)");
        inherits("(A;OICINP;GR;;;WD)", "(A;;0x20005;;;WD)", "(A;;0x20003;;;WD)");
        inherits("(A;OICI;0x1fffff;;;WD)", "(A;;0xf001f;;;WD)", "(A;OICI;0xf000f;;;WD)");
        inherits("(A;OICI;0x3;;;WD)(A;;0x1;;;SY)(A;OI;0x1;;;SY)", "(A;;0x3;;;WD)(A;;0x1;;;SY)",
                        "(A;OICI;0x3;;;WD)(A;OIIO;0x1;;;SY)");
}
END_TEST

START_TEST(creators_become_owner_and_group_and_stay_for_the_next) {
        inherits("(A;OICIIO;0x1;;;CO)", "(A;;0x1;;;" USER_SID ")",
                        "(A;;0x1;;;" USER_SID ")(A;OICIIO;0x1;;;CO)");
        inherits("(A;OICI;0x1;;;CG)", "(A;;0x1;;;" GROUP_SID ")",
                        "(A;;0x1;;;" GROUP_SID ")(A;OICIIO;0x1;;;CG)");
        inherits("(A;OICINP;GA;;;CO)", "(A;;0xf001f;;;" USER_SID ")",
                        "(A;;0xf000f;;;" USER_SID ")");
        inherits("(A;OI;0x1;;;CO)", "(A;;0x1;;;" USER_SID ")", "(A;OIIO;0x1;;;CO)");
}
END_TEST

/* nt-behaviour-by-kernel 2.5: \GLOBAL??. */
START_TEST(the_global_device_directory_hands_down_what_it_says) {
        const char *parent = "O:BAG:SYD:(A;;0x20003;;;WD)(A;;0xf000f;;;SY)(A;OICIIO;GX;;;WD)"
                             "(A;OICIIO;GA;;;BA)(A;OICIIO;GA;;;SY)(A;OICIIO;GA;;;CO)";

        expect(KIND_SYMBOLIC_LINK, parent, NULL, 0,
                        OWN "D:(A;;0x20001;;;WD)(A;;0xf0001;;;BA)(A;;0xf0001;;;SY)"
                            "(A;;0xf0001;;;" USER_SID ")");
}
END_TEST

START_TEST(labels_are_inherited_as_they_are) {
        expect(KIND_SECTION, "O:BAG:SYD:S:(ML;OICI;NW;;;LW)", NULL, 0,
                        OWN MEANWHILE "S:(ML;;NW;;;LW)");
        expect(KIND_DIRECTORY, "O:BAG:SYD:S:(ML;OICI;NWNX;;;LW)", OWN "D:", 0,
                        OWN "D:S:(ML;OICI;NWNX;;;LW)");
}
END_TEST

START_TEST(inheritance_that_grows_too_long_is_refused) {
        g_autofree uint32_t *words = g_malloc0(DESCRIPTOR_SIZE_MAX);
        ACL *acl = (ACL *) words;
        DescriptorView view = { .control = SE_DACL_PRESENT, .dacl = acl };
        g_autoptr(Token) token = fixture_token(USER);
        Security *parent = NULL, *child = NULL;
        SecurityOrigin origin = { .token = token, .type = object_type_rules(KIND_DIRECTORY) };

        store = security_store_new();
        acl_init(acl);
        while (acl->AclSize < 40000)
                ck_assert_status(acl_append(acl, DESCRIPTOR_SIZE_MAX, ACCESS_ALLOWED_ACE_TYPE,
                                                 CONTAINER_INHERIT_ACE, GENERIC_ALL,
                                                 &sid_everyone.sid),
                                STATUS_SUCCESS);
        ck_assert_status(security_new(store, NULL, &view, &parent), STATUS_SUCCESS);
        origin.parent = parent;
        ck_assert_status(security_assign(store, NULL, &origin, &child),
                        STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_ptr_null(child);
        parent = security_unref(parent);
        security_store_free(store);
}
END_TEST

START_TEST(the_same_origin_gives_the_same_security) {
        g_autoptr(Token) token = fixture_token(USER);
        Security *parent, *first = NULL, *second = NULL, *third = NULL;
        SecurityOrigin origin = { .token = token, .type = object_type_rules(KIND_SECTION) };

        store = security_store_new();
        origin.parent = parent = make("O:BAG:SYD:(A;OI;0x1;;;WD)");
        ck_assert_status(security_assign(store, NULL, &origin, &first), STATUS_SUCCESS);
        ck_assert_status(security_assign(store, NULL, &origin, &second), STATUS_SUCCESS);
        ck_assert_ptr_eq(first, second);

        /* Another token state, type or parent is not confused with it. */
        sid_of_group(&token->primary_group, 7);
        token_adjust(token, 0, token->privileges, 0);
        ck_assert_status(security_assign(store, NULL, &origin, &third), STATUS_SUCCESS);
        ck_assert_ptr_ne(first, third);
        third = security_unref(third);
        origin.type = object_type_rules(KIND_DIRECTORY);
        ck_assert_status(security_assign(store, NULL, &origin, &third), STATUS_SUCCESS);
        ck_assert_ptr_ne(first, third);

        /* It is forgotten with whatever goes first. */
        parent = security_unref(parent);
        first = security_unref(first);
        second = security_unref(second);
        third = security_unref(third);
        security_store_free(store);
}
END_TEST

START_TEST(a_new_parent_at_the_place_of_a_dead_one_is_not_mistaken_for_it) {
        g_autoptr(Token) token = fixture_token(USER);
        SecurityOrigin origin = { .token = token, .type = object_type_rules(KIND_SECTION) };

        store = security_store_new();
        for (unsigned i = 1; i < 200; i++) {
                g_autofree char *text = g_strdup_printf("O:BAG:SYD:(A;OI;0x%x;;;WD)", i % 16 + 1);
                g_autofree char *want = g_strdup_printf(OWN "D:(A;;0x%x;;;WD)", i % 16 + 1);
                g_autofree char *is = NULL;
                Security *parent = make(text), *child = NULL;

                origin.parent = parent;
                ck_assert_status(security_assign(store, NULL, &origin, &child), STATUS_SUCCESS);
                is = fixture_text(child);
                ck_assert_str_eq(is, want);
                parent = security_unref(parent);
                child = security_unref(child);
        }
        security_store_free(store);
}
END_TEST

START_TEST(a_remembered_descriptor_that_nobody_has_costs_nobody_anything) {
        g_autoptr(Token) token = fixture_token(USER);
        const SecurityOrigin origin = { .token = token, .type = object_type_rules(KIND_SECTION) };
        QuotaLimits limits = { 0 };
        QuotaTable *quotas;
        Quota *quota;
        Security *security = NULL;
        size_t size;

        limits.limit[QUOTA_DESCRIPTOR_BYTES] = 1000;
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, USER);
        store = security_store_new();
        ck_assert_status(security_assign(store, quota, &origin, &security), STATUS_SUCCESS);
        size = security_size(security);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES), size);
        security = security_unref(security);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES), 0);

        /* Whoever has it again pays again, if it can. */
        ck_assert_status(security_assign(store, quota, &origin, &security), STATUS_SUCCESS);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTOR_BYTES), size);
        security = security_unref(security);
        limits.limit[QUOTA_DESCRIPTOR_BYTES] = size - 1;
        quota_table_set_limits(quotas, &limits);
        ck_assert_status(security_assign(store, quota, &origin, &security), STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(security);

        /* It outlives its user's quota. */
        quota = quota_unref(quota);
        quota_table_free(quotas);
        security_store_free(store);
}
END_TEST

START_TEST(a_remembered_descriptor_is_found_by_who_gives_it_explicitly) {
        g_autoptr(Token) token = fixture_token(USER);
        g_autoptr(Descriptor) same = fixture_descriptor(OWN MEANWHILE);
        const SecurityOrigin origin = { .token = token, .type = object_type_rules(KIND_SECTION) };
        Security *first = NULL, *second = NULL, *third = NULL;

        store = security_store_new();
        ck_assert_status(security_assign(store, NULL, &origin, &first), STATUS_SUCCESS);
        first = security_unref(first);
        ck_assert_status(security_new(store, NULL, &same->view, &second), STATUS_SUCCESS);
        ck_assert_status(security_assign(store, NULL, &origin, &third), STATUS_SUCCESS);
        ck_assert_ptr_eq(second, third);
        second = security_unref(second);
        third = security_unref(third);
        security_store_free(store);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, without_anything_the_tokens_defaults_apply);
        tcase_add_test(tests, without_a_default_dacl_there_is_none);
        tcase_add_test(tests, the_dacl_is_chosen_in_order);
        tcase_add_test(tests, what_is_protected_inherits_nothing);
        tcase_add_test(tests, the_sacl_is_chosen_in_order);
        tcase_add_test(tests, a_sacl_needs_its_privilege_unless_it_only_labels);
        tcase_add_test(tests, an_owner_must_be_one_that_the_token_may_give);
        tcase_add_test(tests, a_token_without_a_primary_group_needs_one_given);
        tcase_add_test(tests, a_label_above_the_tokens_own_needs_relabel);
        tcase_add_test(tests, a_token_below_medium_labels_what_it_makes);
        tcase_add_test(tests, kernel_mode_is_asked_for_no_privileges);
        tcase_add_test(tests, explicit_entries_are_mapped_where_they_count);
        tcase_add_test(tests, row_none_is_not_inherited);
        tcase_add_test(tests, row_object_inherit_is_for_leaves_and_passes_through_containers);
        tcase_add_test(tests, row_container_inherit_is_for_containers);
        tcase_add_test(tests, row_both_is_for_all);
        tcase_add_test(tests, inherited_masks_are_mapped_and_limited_to_the_types_rights);
        tcase_add_test(tests, creators_become_owner_and_group_and_stay_for_the_next);
        tcase_add_test(tests, the_global_device_directory_hands_down_what_it_says);
        tcase_add_test(tests, labels_are_inherited_as_they_are);
        tcase_add_test(tests, inheritance_that_grows_too_long_is_refused);
        tcase_add_test(tests, the_same_origin_gives_the_same_security);
        tcase_add_test(tests, a_new_parent_at_the_place_of_a_dead_one_is_not_mistaken_for_it);
        tcase_add_test(tests, a_remembered_descriptor_that_nobody_has_costs_nobody_anything);
        tcase_add_test(tests, a_remembered_descriptor_is_found_by_who_gives_it_explicitly);
}

int main(void) {
        return suite_main("security-assign", 30, add);
}
