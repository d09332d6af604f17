#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "assert-status.h"
#include "ntstatus.h"
#include "sddl.h"
#include "security-descriptor.h"
#include "sid.h"
#include "suite.h"

#define ALL 0xFu

static char *format(const void *data, size_t size, SECURITY_INFORMATION information) {
        char *text = NULL;

        ck_assert_status(sddl_format(data, size, information, &text), STATUS_SUCCESS);
        return text;
}

static void shows(const char *text, SECURITY_INFORMATION information, const char *want) {
        void *data = NULL;
        size_t size = 0, error = 0;
        NTSTATUS status = sddl_parse(text, &data, &size, &error);
        char *is;

        ck_assert_msg(NT_SUCCESS(status), "%s at %zu: %x", text, error, (unsigned) status);
        is = format(data, size, information);
        ck_assert_str_eq(is, want);
        free(is);
        free(data);
}

static void becomes(const char *text, const char *want) {
        shows(text, ALL, want);
        shows(want, ALL, want);
}

static void same(const char *text) {
        becomes(text, text);
}

static void refused(const char *text, NTSTATUS want, size_t want_error) {
        void *data = NULL;
        size_t size = 0, error = SIZE_MAX;
        NTSTATUS status = sddl_parse(text, &data, &size, &error);

        ck_assert_msg(status == want && error == want_error, "%s: %x at %zu, not %x at %zu", text,
                        (unsigned) status, error, (unsigned) want, want_error);
        ck_assert_ptr_null(data);
        ck_assert_status(sddl_parse(text, &data, &size, NULL), want);
}

START_TEST(parts_in_any_order_each_once) {
        same("");
        same("O:BA");
        same("G:SY");
        same("D:");
        same("S:");
        same("O:BAG:SYD:(A;;GA;;;WD)S:(AU;SA;GA;;;WD)");
        becomes("S:D:G:SYO:BA", "O:BAG:SYD:S:");
        becomes(" O:BA\tG: SY\r\n D: ( A ; ; GA ; ; ; WD ) ", "O:BAG:SYD:(A;;GA;;;WD)");
        refused("O:BAO:BA", STATUS_INVALID_PARAMETER, 4);
        refused("D:D:", STATUS_INVALID_PARAMETER, 2);
        refused("X:BA", STATUS_INVALID_PARAMETER, 0);
        refused("O", STATUS_INVALID_PARAMETER, 0);
        refused("OBA", STATUS_INVALID_PARAMETER, 0);
        refused("O:BA rubbish", STATUS_INVALID_PARAMETER, 5);
}
END_TEST

START_TEST(the_numbers_are_windows_numbers) {
        void *data = NULL;
        size_t size = 0;
        DescriptorView view;
        AclCursor cursor;
        const ACE_HEADER *ace;

        ck_assert_status(sddl_parse("O:BAG:SYD:PARAI(D;OICI;GRSD;;;WD)S:(ML;;NWNX;;;HI)", &data,
                                         &size, NULL),
                        STATUS_SUCCESS);
        ck_assert_status(descriptor_view(data, size, &view), STATUS_SUCCESS);
        ck_assert_uint_eq(size, descriptor_size(&view));
        ck_assert_uint_eq(view.control,
                        SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_SACL_PRESENT | SE_DACL_PROTECTED |
                                        SE_DACL_AUTO_INHERIT_REQ | SE_DACL_AUTO_INHERITED);
        ck_assert(sid_equal(view.owner, &sid_administrators.sid));
        ck_assert(sid_equal(view.group, &sid_system.sid));
        cursor = acl_begin(view.dacl);
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceType, ACCESS_DENIED_ACE_TYPE);
        ck_assert_uint_eq(ace->AceFlags, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
        ck_assert_uint_eq(ace_mask(ace), GENERIC_READ | DELETE);
        cursor = acl_begin(view.sacl);
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
        ck_assert_uint_eq(ace_mask(ace), 5);
        free(data);
}
END_TEST

START_TEST(control_words) {
        same("D:P");
        same("D:AR");
        same("D:AI");
        same("D:PARAI(A;;GA;;;WD)");
        same("S:PARAI");
        becomes("D:AIP", "D:PAI");
        same("D:NO_ACCESS_CONTROL");
        same("D:PNO_ACCESS_CONTROL");
        same("D:NO_ACCESS_CONTROLS:NO_ACCESS_CONTROL");
        refused("D:X", STATUS_INVALID_PARAMETER, 2);
        refused("D:NO_ACCESS_CONTROL(A;;GA;;;WD)", STATUS_INVALID_PARAMETER, 19);
}
END_TEST

START_TEST(entry_flags) {
        same("D:(A;OI;GA;;;WD)");
        same("D:(A;CI;GA;;;WD)");
        same("D:(A;NP;GA;;;WD)");
        same("D:(A;IO;GA;;;WD)");
        same("D:(A;ID;GA;;;WD)");
        same("S:(AU;SAFA;GA;;;WD)");
        same("D:(A;OICINPIOID;GA;;;WD)");
        becomes("D:(A;IDIOOI;GA;;;WD)", "D:(A;OIIOID;GA;;;WD)");
        refused("D:(A;XX;GA;;;WD)", STATUS_INVALID_PARAMETER, 5);
}
END_TEST

START_TEST(rights) {
        const struct {
                const char *is, *want;
        } rows[] = {
                { "GA", "GA" },
                { "GRGWGX", "GRGWGX" },
                { "RCSDWDWO", "RCSDWDWO" },
                { "GASD", "GASD" },
                { "CC", "0x1" },
                { "DC", "0x2" },
                { "LC", "0x4" },
                { "SW", "0x8" },
                { "RP", "0x10" },
                { "WP", "0x20" },
                { "DT", "0x40" },
                { "LO", "0x80" },
                { "CR", "0x100" },
                { "CCDCLCSWRPWPDTLOCRSDRCWDWO", "0xf01ff" },
                { "FA", "0x1f01ff" },
                { "FR", "0x120089" },
                { "FW", "0x120116" },
                { "FX", "0x1200a0" },
                { "KA", "0xf003f" },
                { "KR", "0x20019" },
                { "KW", "0x20006" },
                { "KX", "0x20019" },
                { "", "0x0" },
                { "0", "0x0" },
                { "0x1F001f", "0x1f001f" },
                { "131072", "RC" },
                { "010", "0x8" },
                { "0xffffffff", "0xffffffff" },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char is[128], want[128];

                snprintf(is, sizeof(is), "D:(A;;%s;;;WD)", rows[i].is);
                snprintf(want, sizeof(want), "D:(A;;%s;;;WD)", rows[i].want);
                becomes(is, want);
        }
        refused("D:(A;;0x100000000;;;WD)", STATUS_INVALID_PARAMETER, 6);
        refused("D:(A;;QQ;;;WD)", STATUS_INVALID_PARAMETER, 6);
        refused("D:(A;;0xg;;;WD)", STATUS_INVALID_PARAMETER, 7);
        refused("D:(A;;-1;;;WD)", STATUS_INVALID_PARAMETER, 6);
}
END_TEST

START_TEST(labels_have_rights_and_sids_of_their_own) {
        same("S:(ML;;NW;;;LW)");
        same("S:(ML;;NWNRNX;;;ME)");
        same("S:(ML;OICI;NR;;;MP)");
        same("S:(ML;;NX;;;HI)");
        same("S:(ML;;NW;;;SI)");
        same("S:(ML;;0x8;;;SI)");
        same("S:(ML;;0x0;;;S-1-16-5)");
        refused("S:(ML;;GA;;;ME)", STATUS_INVALID_PARAMETER, 7);
}
END_TEST

START_TEST(sids_have_letters_or_numbers) {
        static const char *const letters[] = { "WD", "CO", "CG", "OW", "NU", "IU", "SU", "AN", "PS",
                "AU", "RC", "SY", "LS", "NS", "BA", "BU", "BG", "LW", "ME", "MP", "HI", "SI" };

        for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
                char text[64];

                snprintf(text, sizeof(text), "O:%sG:%sD:(A;;GA;;;%s)", letters[i], letters[i],
                                letters[i]);
                same(text);
        }
        same("O:S-1-22-1-1000G:S-1-22-2-1000");
        same("O:S-1-0x000100000000D:");
        becomes("O:S-1-5-18G:S-1-5-32-544", "O:SYG:BA");
        becomes("D:(A;;GA;;;S-1-1-0)", "D:(A;;GA;;;WD)");
        refused("O:", STATUS_INVALID_SID, 2);
        refused("O:XX", STATUS_INVALID_SID, 2);
        refused("O:S-1-", STATUS_INVALID_SID, 2);
        refused("D:(A;;GA;;;)", STATUS_INVALID_SID, 11);
        refused("D:(A;;GA;;;da)", STATUS_INVALID_SID, 11);
}
END_TEST

START_TEST(brackets_and_fields_must_be_there) {
        refused("D:(", STATUS_INVALID_PARAMETER, 3);
        refused("D:()", STATUS_INVALID_PARAMETER, 3);
        refused("D:(A", STATUS_INVALID_PARAMETER, 4);
        refused("D:(A;;GA;;;WD", STATUS_INVALID_PARAMETER, 13);
        refused("D:(A;;GA;;;WD;)", STATUS_INVALID_PARAMETER, 13);
        refused("D:(A;;GA;;WD)", STATUS_INVALID_PARAMETER, 10);
        refused("D:(A;;GA;guid;;WD)", STATUS_INVALID_PARAMETER, 9);
        refused("D:(Q;;GA;;;WD)", STATUS_INVALID_PARAMETER, 3);
        refused("D:(A;;GA;;;WD))", STATUS_INVALID_PARAMETER, 14);
}
END_TEST

START_TEST(conditional_and_object_entries_are_refused) {
        static const char *const kinds[] = { "AL", "OA", "OD", "OU", "OL", "XA", "XD", "XU", "ZA",
                "RA", "SP", "TL", "FL" };

        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                char text[64];

                snprintf(text, sizeof(text), "D:(%s;;GA;;;WD)", kinds[i]);
                refused(text, STATUS_INVALID_ACL, 3);
        }
}
END_TEST

START_TEST(too_much_text_is_refused) {
        const char *entry = "(A;;GA;;;S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15)";
        size_t length = strlen(entry), n = 0;
        char *text = malloc(length * 2000 + 16), *end = text;
        void *data = NULL;
        size_t size = 0, error = 0;

        ck_assert_ptr_nonnull(text);
        end += sprintf(end, "D:");
        for (; n < 64900 / 76; n++)
                end += sprintf(end, "%s", entry);
        ck_assert_status(sddl_parse(text, &data, &size, NULL), STATUS_SUCCESS);
        ck_assert_uint_le(size, DESCRIPTOR_SIZE_MAX);
        free(data);
        for (; n < 2000; n++)
                end += sprintf(end, "%s", entry);
        data = NULL;
        ck_assert_status(sddl_parse(text, &data, &size, &error), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_ptr_null(data);
        ck_assert_uint_gt(error, 2);
        free(text);
}
END_TEST

START_TEST(two_acls_together_have_one_limit) {
        const char *entry = "(A;;GA;;;WD)";
        char *text = malloc(2 * 2000 * strlen(entry) + 16), *end = text;
        void *data = NULL;
        size_t size = 0;

        ck_assert_ptr_nonnull(text);
        for (int part = 0; part < 2; part++) {
                end += sprintf(end, part == 0 ? "D:" : "S:");
                for (int i = 0; i < 2000; i++)
                        end += sprintf(end, "%s", entry);
        }
        ck_assert_status(sddl_parse(text, &data, &size, NULL), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_ptr_null(data);
        free(text);
}
END_TEST

START_TEST(only_the_parts_that_are_asked_for_are_shown) {
        const char *whole = "O:BAG:SYD:P(A;;GA;;;WD)S:AI(AU;SA;GA;;;WD)(ML;;NW;;;LW)";

        shows(whole, OWNER_SECURITY_INFORMATION, "O:BA");
        shows(whole, GROUP_SECURITY_INFORMATION, "G:SY");
        shows(whole, DACL_SECURITY_INFORMATION, "D:P(A;;GA;;;WD)");
        shows(whole, SACL_SECURITY_INFORMATION, "S:AI(AU;SA;GA;;;WD)(ML;;NW;;;LW)");
        shows(whole, SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
                        "S:AI(AU;SA;GA;;;WD)(ML;;NW;;;LW)");
        shows(whole, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)");
        shows("S:(AU;SA;GA;;;WD)", LABEL_SECURITY_INFORMATION, "");
        shows("S:NO_ACCESS_CONTROL", LABEL_SECURITY_INFORMATION, "");
        shows(whole, 0, "");
}
END_TEST

START_TEST(what_has_no_text_is_refused) {
        void *data = NULL;
        size_t size = 0;
        DescriptorView view;
        ACE_HEADER *ace;
        char *text = NULL;

        ck_assert_status(sddl_parse("D:(A;;GA;;;WD)", &data, &size, NULL), STATUS_SUCCESS);
        ck_assert_status(descriptor_view(data, size, &view), STATUS_SUCCESS);
        ace = (ACE_HEADER *) (void *) ((uint8_t *) data + 28);
        ace->AceType = ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
        ck_assert_status(sddl_format(data, size, ALL, &text), STATUS_INVALID_ACL);
        ace->AceType = ACCESS_ALLOWED_ACE_TYPE;
        ace->AceFlags = 0x20;
        ck_assert_status(sddl_format(data, size, ALL, &text), STATUS_INVALID_ACL);
        ck_assert_status(sddl_format(data, 19, ALL, &text), STATUS_INVALID_SECURITY_DESCR);
        ck_assert_ptr_null(text);
        free(data);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, parts_in_any_order_each_once);
        tcase_add_test(tests, the_numbers_are_windows_numbers);
        tcase_add_test(tests, control_words);
        tcase_add_test(tests, entry_flags);
        tcase_add_test(tests, rights);
        tcase_add_test(tests, labels_have_rights_and_sids_of_their_own);
        tcase_add_test(tests, sids_have_letters_or_numbers);
        tcase_add_test(tests, brackets_and_fields_must_be_there);
        tcase_add_test(tests, conditional_and_object_entries_are_refused);
        tcase_add_test(tests, too_much_text_is_refused);
        tcase_add_test(tests, two_acls_together_have_one_limit);
        tcase_add_test(tests, only_the_parts_that_are_asked_for_are_shown);
        tcase_add_test(tests, what_has_no_text_is_refused);
}

int main(void) {
        return suite_main("sddl", 10, add_tests);
}
