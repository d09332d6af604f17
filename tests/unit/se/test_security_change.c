#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "security.h"
#include "suite.h"

#define OWN "O:" USER_SID "G:" GROUP_SID
#define OLD OWN "D:(A;;0x1;;;WD)S:(AU;SA;0x2;;;WD)(ML;;NW;;;LW)"

static NTSTATUS change(const Token *token,
                uint32_t kind,
                const char *old_text,
                SECURITY_INFORMATION information,
                const char *new_text,
                bool kernel_mode,
                char **text) {
        SecurityStore *store = security_store_new();
        g_autoptr(Descriptor) old = fixture_descriptor(old_text);
        g_autoptr(Descriptor) new = fixture_descriptor(new_text);
        Security *before = NULL, *after = NULL;
        NTSTATUS status;

        ck_assert_status(security_new(store, NULL, &old->view, &before), STATUS_SUCCESS);
        status = security_change(store, NULL, before, information, &new->view, token,
                        object_type_rules(kind), kernel_mode, &after);
        if (NT_SUCCESS(status))
                *text = fixture_text(after);
        else
                ck_assert_ptr_null(after);
        before = security_unref(before);
        after = security_unref(after);
        security_store_free(store);
        return status;
}

static void expect_of(const Token *token,
                const char *old,
                SECURITY_INFORMATION information,
                const char *new,
                const char *want) {
        g_autofree char *text = NULL;

        ck_assert_status(change(token, KIND_SECTION, old, information, new, false, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, want);
}

static void
expect(const char *old, SECURITY_INFORMATION information, const char *new, const char *want) {
        g_autoptr(Token) token = fixture_token(USER);

        expect_of(token, old, information, new, want);
}

static void
refused(const Token *token, SECURITY_INFORMATION information, const char *new, NTSTATUS want) {
        g_autofree char *text = NULL;

        ck_assert_status(change(token, KIND_SECTION, OLD, information, new, false, &text), want);
}

START_TEST(only_what_is_named_changes) {
        expect(OLD, 0, "O:SYG:SYD:S:", OLD);
        expect(OLD, DACL_SECURITY_INFORMATION, "O:SYG:SYD:(D;;0x4;;;SY)S:",
                        OWN "D:(D;;0x4;;;SY)S:(AU;SA;0x2;;;WD)(ML;;NW;;;LW)");
        expect(OLD, GROUP_SECURITY_INFORMATION, "O:SYG:SYD:S:",
                        "O:" USER_SID "G:SYD:(A;;0x1;;;WD)S:(AU;SA;0x2;;;WD)(ML;;NW;;;LW)");
        expect(OLD, SACL_SECURITY_INFORMATION, "S:(AU;FA;0x1;;;SY)",
                        OWN "D:(A;;0x1;;;WD)S:(AU;FA;0x1;;;SY)");
        expect(OLD, LABEL_SECURITY_INFORMATION, "S:(AU;FA;0x1;;;SY)(ML;;NR;;;ME)",
                        OWN "D:(A;;0x1;;;WD)S:(AU;SA;0x2;;;WD)(ML;;NR;;;ME)");
}
END_TEST

START_TEST(parts_that_are_named_and_absent_vanish_but_for_owner_and_group) {
        g_autoptr(Token) token = fixture_token(USER);

        refused(token, OWNER_SECURITY_INFORMATION, "G:SYD:", STATUS_INVALID_SECURITY_DESCR);
        refused(token, GROUP_SECURITY_INFORMATION, "O:" USER_SID, STATUS_INVALID_SECURITY_DESCR);
        expect(OLD, DACL_SECURITY_INFORMATION, "", OWN "S:(AU;SA;0x2;;;WD)(ML;;NW;;;LW)");
        expect(OLD, DACL_SECURITY_INFORMATION, "D:NO_ACCESS_CONTROL",
                        OWN "D:NO_ACCESS_CONTROLS:(AU;SA;0x2;;;WD)(ML;;NW;;;LW)");
        expect(OLD, SACL_SECURITY_INFORMATION, "", OWN "D:(A;;0x1;;;WD)");
        expect(OLD, LABEL_SECURITY_INFORMATION, "", OWN "D:(A;;0x1;;;WD)S:(AU;SA;0x2;;;WD)");
        expect(OWN "D:S:(ML;;NW;;;LW)", LABEL_SECURITY_INFORMATION, "", OWN "D:");
        expect(OWN "D:S:", LABEL_SECURITY_INFORMATION, "", OWN "D:S:");
}
END_TEST

START_TEST(what_has_no_security_gets_none) {
        g_autoptr(Token) token = fixture_token(USER);
        g_autoptr(Descriptor) new = fixture_descriptor(OLD);
        SecurityStore *store = security_store_new();
        Security *security = NULL;

        ck_assert_status(security_change(store, NULL, NULL, DACL_SECURITY_INFORMATION, &new->view,
                                         token, object_type_rules(KIND_SECTION), true, &security),
                        STATUS_NO_SECURITY_ON_OBJECT);
        ck_assert_ptr_null(security);
        security_store_free(store);
}
END_TEST

START_TEST(an_owner_must_be_one_that_the_token_may_give) {
        g_autoptr(Token) user = fixture_token(USER);
        g_autoptr(Token) root = fixture_token(0);
        g_autofree char *text = NULL;

        refused(user, OWNER_SECURITY_INFORMATION, "O:SY", STATUS_INVALID_OWNER);
        refused(root, OWNER_SECURITY_INFORMATION, "O:" STRANGER_SID, STATUS_INVALID_OWNER);
        expect_of(root, OWN "D:", OWNER_SECURITY_INFORMATION, "O:BA", "O:BAG:" GROUP_SID "D:");
        token_adjust(root, SE_BIT(SE_RESTORE_PRIVILEGE), 0, 0);
        expect_of(root, OWN "D:", OWNER_SECURITY_INFORMATION, "O:" STRANGER_SID,
                        "O:" STRANGER_SID "G:" GROUP_SID "D:");
        ck_assert_status(change(user, KIND_SECTION, OWN "D:", OWNER_SECURITY_INFORMATION, "O:SY",
                                         true, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, "O:SYG:" GROUP_SID "D:");
}
END_TEST

START_TEST(a_label_above_the_tokens_own_needs_relabel) {
        g_autoptr(Token) user = fixture_token(USER);
        g_autoptr(Token) relabeller = fixture_enabled_token(0);
        g_autofree char *text = NULL;

        refused(user, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)", STATUS_INVALID_LABEL);
        refused(user, SACL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)", STATUS_INVALID_LABEL);
        refused(user, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;SY)", STATUS_INVALID_LABEL);
        relabeller->integrity = SECURITY_MANDATORY_LOW_RID;
        expect_of(relabeller, OWN "D:", LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)",
                        OWN "D:S:(ML;;NW;;;HI)");
        ck_assert_status(change(user, KIND_SECTION, OWN "D:", LABEL_SECURITY_INFORMATION,
                                         "S:(ML;;NW;;;SI)", true, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, OWN "D:S:(ML;;NW;;;SI)");
}
END_TEST

START_TEST(entries_are_mapped_for_the_type_and_creators_replaced) {
        g_autoptr(Token) token = fixture_token(USER);
        g_autofree char *text = NULL;

        expect(OWN "D:", DACL_SECURITY_INFORMATION, "D:(A;;GR;;;WD)(A;;GA;;;CO)",
                        OWN "D:(A;;0x20005;;;WD)(A;;0xf001f;;;" USER_SID ")");
        ck_assert_status(change(token, KIND_DIRECTORY, OWN "D:", DACL_SECURITY_INFORMATION,
                                         "D:(A;OICI;GR;;;WD)", false, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, OWN "D:(A;;0x20003;;;WD)(A;OICIIO;GR;;;WD)");
}
END_TEST

START_TEST(protection_is_set_and_lifted) {
        expect(OWN "D:", DACL_SECURITY_INFORMATION, "D:PAI", OWN "D:PAI");
        expect(OWN "D:P", DACL_SECURITY_INFORMATION, "D:", OWN "D:");
        expect(OWN "D:(A;;0x1;;;WD)", PROTECTED_DACL_SECURITY_INFORMATION, "",
                        OWN "D:P(A;;0x1;;;WD)");
        expect(OWN "D:P(A;;0x1;;;WD)", UNPROTECTED_DACL_SECURITY_INFORMATION, "",
                        OWN "D:(A;;0x1;;;WD)");
        expect(OWN "D:", DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                        "D:(A;;0x1;;;SY)", OWN "D:P(A;;0x1;;;SY)");
        expect(OWN "D:S:(AU;SA;0x1;;;WD)", PROTECTED_SACL_SECURITY_INFORMATION, "",
                        OWN "D:S:P(AU;SA;0x1;;;WD)");
        expect(OWN "D:S:P(AU;SA;0x1;;;WD)", UNPROTECTED_SACL_SECURITY_INFORMATION, "",
                        OWN "D:S:(AU;SA;0x1;;;WD)");
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, only_what_is_named_changes);
        tcase_add_test(tests, parts_that_are_named_and_absent_vanish_but_for_owner_and_group);
        tcase_add_test(tests, what_has_no_security_gets_none);
        tcase_add_test(tests, an_owner_must_be_one_that_the_token_may_give);
        tcase_add_test(tests, a_label_above_the_tokens_own_needs_relabel);
        tcase_add_test(tests, entries_are_mapped_for_the_type_and_creators_replaced);
        tcase_add_test(tests, protection_is_set_and_lifted);
}

int main(void) {
        return suite_main("security-change", 30, add);
}
