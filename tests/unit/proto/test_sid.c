#include <string.h>

#include "sid.h"
#include "suite.h"

static void formatted(const SID *sid, const char *want) {
        char text[SID_TEXT_MAX];

        sid_format(sid, text);
        ck_assert_str_eq(text, want);
}

/* @rest is what follows the SID. */
static void parsed(const char *text, const char *want, const char *rest) {
        SidBuffer sid;
        const char *end = NULL;

        ck_assert_msg(sid_parse(text, &end, &sid), "%s", text);
        ck_assert_str_eq(end, rest);
        ck_assert(sid_check(&sid, sizeof(sid)));
        formatted(&sid.sid, want);
}

static void refused(const char *text) {
        SidBuffer sid;
        const char *end = NULL;

        ck_assert_msg(!sid_parse(text, &end, &sid), "%s", text);
        ck_assert_ptr_null(end);
}

START_TEST(a_sid_is_whole_and_of_revision_1) {
        uint8_t bytes[SECURITY_MAX_SID_SIZE + 4] = { 1, 2 };

        ck_assert(sid_check(bytes, 16));
        ck_assert(sid_check(bytes, sizeof(bytes)));
        for (size_t size = 0; size < 16; size++)
                ck_assert(!sid_check(bytes, size));
        bytes[1] = 0;
        ck_assert(sid_check(bytes, 8));
        bytes[1] = SID_MAX_SUB_AUTHORITIES;
        ck_assert(sid_check(bytes, SECURITY_MAX_SID_SIZE));
        ck_assert(!sid_check(bytes, SECURITY_MAX_SID_SIZE - 1));
        bytes[1] = SID_MAX_SUB_AUTHORITIES + 1;
        ck_assert(!sid_check(bytes, sizeof(bytes)));
        bytes[1] = 1;
        bytes[0] = 0;
        ck_assert(!sid_check(bytes, sizeof(bytes)));
        bytes[0] = 2;
        ck_assert(!sid_check(bytes, sizeof(bytes)));
}
END_TEST

START_TEST(sids_need_no_alignment) {
        uint8_t bytes[64] = { 0 };
        SidBuffer copy;

        for (size_t shift = 0; shift < 4; shift++) {
                const SID *sid = (const SID *) (const void *) (bytes + shift);

                memcpy(bytes + shift, &sid_administrators, 16);
                ck_assert(sid_check(sid, 16));
                ck_assert_uint_eq(sid_size(sid), 16);
                ck_assert(sid_equal(sid, &sid_administrators.sid));
                ck_assert(sid_equal(&sid_administrators.sid, sid));
                ck_assert_uint_eq(sid_number(sid, 1), 544);
                sid_copy(&copy, sid);
                formatted(&copy.sid, "S-1-5-32-544");
                formatted(sid, "S-1-5-32-544");
        }
}
END_TEST

START_TEST(sids_differ_in_authority_length_and_every_number) {
        const char *const texts[] = { "S-1-5", "S-1-5-1", "S-1-5-2", "S-1-6-1", "S-1-5-1-0",
                "S-1-5-1-2", "S-1-5-1-2-3" };
        const size_t n = sizeof(texts) / sizeof(texts[0]);

        for (size_t i = 0; i < n; i++) {
                for (size_t j = 0; j < n; j++) {
                        SidBuffer a, b;
                        const char *end;

                        ck_assert(sid_parse(texts[i], &end, &a) && sid_parse(texts[j], &end, &b));
                        ck_assert_int_eq(sid_equal(&a.sid, &b.sid), i == j);
                }
        }
}
END_TEST

START_TEST(sids_are_made_of_numbers) {
        SidBuffer sid;

        sid_make(&sid, 5, 3, 21u, 4294967295u, 7u);
        formatted(&sid.sid, "S-1-5-21-4294967295-7");
        ck_assert_uint_eq(sid_n_numbers(&sid.sid), 3);
        ck_assert_uint_eq(sid_size(&sid.sid), 20);
        sid_make(&sid, 4294967295u, 0);
        formatted(&sid.sid, "S-1-4294967295");
        ck_assert_uint_eq(sid_size(&sid.sid), 8);
}
END_TEST

START_TEST(everybody_knows_some) {
        formatted(&sid_everyone.sid, "S-1-1-0");
        formatted(&sid_creator_owner.sid, "S-1-3-0");
        formatted(&sid_creator_group.sid, "S-1-3-1");
        formatted(&sid_owner_rights.sid, "S-1-3-4");
        formatted(&sid_authenticated.sid, "S-1-5-11");
        formatted(&sid_restricted.sid, "S-1-5-12");
        formatted(&sid_system.sid, "S-1-5-18");
        formatted(&sid_administrators.sid, "S-1-5-32-544");
}
END_TEST

START_TEST(linux_users_groups_and_levels_have_sids) {
        SidBuffer sid;
        uint32_t level = 0;

        sid_of_user(&sid, 4294967294u);
        formatted(&sid.sid, "S-1-22-1-4294967294");
        ck_assert(!sid_integrity(&sid.sid, &level));
        sid_of_group(&sid, 0);
        formatted(&sid.sid, "S-1-22-2-0");
        sid_of_integrity(&sid, SECURITY_MANDATORY_HIGH_RID);
        formatted(&sid.sid, "S-1-16-12288");
        ck_assert(sid_integrity(&sid.sid, &level));
        ck_assert_uint_eq(level, SECURITY_MANDATORY_HIGH_RID);
        sid_make(&sid, 16, 2, 1u, 2u);
        ck_assert(!sid_integrity(&sid.sid, &level));
        ck_assert(!sid_integrity(&sid_everyone.sid, &level));
}
END_TEST

START_TEST(text_becomes_a_sid_up_to_where_it_ends) {
        parsed("S-1-5-18", "S-1-5-18", "");
        parsed("s-1-5-18", "S-1-5-18", "");
        parsed("S-1-5-32-544)", "S-1-5-32-544", ")");
        parsed("S-1-5-32G:SY", "S-1-5-32", "G:SY");
        parsed("S-1-0x5-0x20-0X220", "S-1-5-32-544", "");
        parsed("S-1-1", "S-1-1", "");
        parsed("S-1-4294967296-1", "S-1-0x000100000000-1", "");
        parsed("S-1-0xffffffffffff-4294967295", "S-1-0xffffffffffff-4294967295", "");
        /* A hexadecimal authority has twelve digits at most: D: begins a DACL. */
        parsed("S-1-0x000100000000D:", "S-1-0x000100000000", "D:");
        parsed("S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15",
                        "S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", "");
}
END_TEST

START_TEST(what_is_no_sid_is_refused) {
        refused("");
        refused("S");
        refused("SY");
        refused("S-1");
        refused("S-1-");
        refused("S-2-5-18");
        refused("S-1-x");
        refused("S-1-0x");
        refused("S-1-5-");
        refused("S-1-5--1");
        refused("S-1-5- 1");
        refused("S-1-281474976710656");
        refused("S-1-5-4294967296");
        refused("S-1-5-99999999999999999999999999");
        refused("S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16");
}
END_TEST

START_TEST(the_longest_text_fits) {
        SidBuffer sid;
        char text[SID_TEXT_MAX];

        memset(&sid, 0xFF, sizeof(sid));
        sid.sid.Revision = 1;
        sid.sid.SubAuthorityCount = SID_MAX_SUB_AUTHORITIES;
        sid_format(&sid.sid, text);
        ck_assert_uint_lt(strlen(text), SID_TEXT_MAX);
        parsed(text, text, "");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_sid_is_whole_and_of_revision_1);
        tcase_add_test(tests, sids_need_no_alignment);
        tcase_add_test(tests, sids_differ_in_authority_length_and_every_number);
        tcase_add_test(tests, sids_are_made_of_numbers);
        tcase_add_test(tests, everybody_knows_some);
        tcase_add_test(tests, linux_users_groups_and_levels_have_sids);
        tcase_add_test(tests, text_becomes_a_sid_up_to_where_it_ends);
        tcase_add_test(tests, what_is_no_sid_is_refused);
        tcase_add_test(tests, the_longest_text_fits);
}

int main(void) {
        return suite_main("sid", 10, add_tests);
}
