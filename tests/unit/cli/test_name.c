#include <string.h>

#include "name.h"
#include "suite.h"

static void parses_to(const char *text, const WCHAR *units, size_t n_units) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Name) name = name_parse(text, &error);

        ck_assert_msg(name != NULL, "'%s' is refused: %s", text, error ? error->message : "?");
        ck_assert_uint_eq(name->n_units, n_units);
        ck_assert_mem_eq(name->units, units, n_units * sizeof(WCHAR));
        ck_assert_uint_eq(name->units[n_units], 0);
}

static void is_refused(const char *text) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Name) name = name_parse(text, &error);

        ck_assert_msg(name == NULL, "'%s' is a name", text);
        ck_assert_ptr_nonnull(error);
}

static void prints_as(const WCHAR *units, size_t n_units, bool utf8, const char *want) {
        g_autoptr(Name) name = name_new(units, n_units);
        g_autofree char *text = name_print(name, utf8);

        ck_assert_str_eq(text, want);
        ck_assert(g_utf8_validate(text, -1, NULL));
}

START_TEST(text_is_taken_as_it_is_typed) {
        parses_to("\\BaseNamedObjects\\x", u"\\BaseNamedObjects\\x", 19);
        parses_to("a/b", u"a/b", 3);
        parses_to("", u"", 0);
        parses_to("100%", u"100%", 4);
        parses_to("%HOME%", u"%HOME%", 6);
        parses_to("gr\xC3\xBC\xC3\x9F", u"gr\u00FC\u00DF", 4);
        parses_to("\xF0\x9F\x98\x80", (const WCHAR[]){ 0xD83D, 0xDE00 }, 2);
}
END_TEST

START_TEST(escapes_stand_for_any_unit) {
        parses_to("%{0}", (const WCHAR[]){ 0 }, 1);
        parses_to("a%{1b}b", (const WCHAR[]){ 'a', 0x1B, 'b' }, 3);
        parses_to("%{D800}", (const WCHAR[]){ 0xD800 }, 1);
        parses_to("%{1F600}", (const WCHAR[]){ 0xD83D, 0xDE00 }, 2);
        parses_to("%{10FFFF}", (const WCHAR[]){ 0xDBFF, 0xDFFF }, 2);
        parses_to("%{25}{41}", u"%{41}", 5);
        parses_to("%{00000041}", u"A", 1);
}
END_TEST

START_TEST(what_begins_like_an_escape_must_be_one) {
        is_refused("%{");
        is_refused("%{}");
        is_refused("%{41");
        is_refused("%{x}");
        is_refused("%{-1}");
        is_refused("%{110000}");
        is_refused("%{FFFFFFFFFFFFFFFF}");
        is_refused("\xFF");
        is_refused("\xED\xA0\x80"); /* a surrogate in UTF-8, which has none */
}
END_TEST

START_TEST(a_name_has_at_most_32767_units) {
        g_autofree char *text = g_strnfill(NAME_UNITS_MAX + 1, 'a');
        g_autoptr(Name) longest = name_parse(text + 1, NULL);

        is_refused(text);
        ck_assert_ptr_nonnull(longest);
        ck_assert_uint_eq(name_as_string(longest).Length, 65534);
}
END_TEST

START_TEST(a_hostile_name_cannot_steer_a_terminal) {
        prints_as(u"\x1B[2Jx", 5, true, "%{1B}[2Jx");
        prints_as(u"a\nb\tc\r", 6, true, "a%{A}b%{9}c%{D}");
        prints_as(u"\x7F\x9B", 2, true, "%{7F}%{9B}"); /* DEL; CSI in one unit */
        prints_as(u"\u202Etxt.exe", 8, true, "%{202E}txt.exe");
        prints_as(u"a\u200Bb", 3, true, "a%{200B}b");
        prints_as(u"\u2028\u2029", 2, true, "%{2028}%{2029}");
        prints_as((const WCHAR[]){ 'a', 0, 'b' }, 3, true, "a%{0}b");
        prints_as(u"\uE000\uFFFF", 2, true, "%{E000}%{FFFF}");
}
END_TEST

START_TEST(lone_surrogates_are_escaped_and_pairs_are_not) {
        prints_as((const WCHAR[]){ 0xD83D }, 1, true, "%{D83D}");
        prints_as((const WCHAR[]){ 0xDE00, 0xD83D }, 2, true, "%{DE00}%{D83D}");
        prints_as((const WCHAR[]){ 0xD83D, 'x' }, 2, true, "%{D83D}x");
        prints_as((const WCHAR[]){ 0xD83D, 0xDE00 }, 2, true, "\xF0\x9F\x98\x80");
}
END_TEST

START_TEST(without_utf8_everything_beyond_ascii_is_escaped) {
        prints_as(u"gr\u00FC\u00DF", 4, false, "gr%{FC}%{DF}");
        prints_as((const WCHAR[]){ 0xD83D, 0xDE00 }, 2, false, "%{1F600}");
}
END_TEST

START_TEST(a_percent_sign_is_escaped_only_where_it_would_mislead) {
        prints_as(u"100%", 4, true, "100%");
        prints_as(u"%{41}", 5, true, "%{25}{41}");
}
END_TEST

START_TEST(what_is_printed_is_the_same_name_when_typed) {
        for (unsigned unit = 0; unit < 0x10000; unit++) {
                const WCHAR units[] = { '%', '{', (WCHAR) unit, 0xDC00, '}' };
                g_autoptr(Name) name = name_new(units, G_N_ELEMENTS(units));
                g_autofree char *text = name_print(name, unit & 1);
                g_autoptr(Name) again = name_parse(text, NULL);

                ck_assert_msg(again != NULL, "%s", text);
                ck_assert_msg(name_equal(name, again, false), "%s", text);
        }
}
END_TEST

START_TEST(names_are_ordered_without_regard_to_case_first) {
        g_autoptr(Name) upper = name_new(u"B", 1);
        g_autoptr(Name) lower = name_new(u"b", 1);
        g_autoptr(Name) first = name_new(u"a", 1);
        g_autoptr(Name) longer = name_new(u"ab", 2);

        ck_assert_int_lt(name_compare(first, upper), 0);
        ck_assert_int_lt(name_compare(first, longer), 0);
        ck_assert_int_lt(name_compare(upper, lower), 0);
        ck_assert_int_gt(name_compare(lower, upper), 0);
        ck_assert_int_eq(name_compare(lower, lower), 0);
        ck_assert(name_equal(upper, lower, true));
        ck_assert(!name_equal(upper, lower, false));
}
END_TEST

START_TEST(width_counts_columns_not_bytes) {
        ck_assert_uint_eq(name_width(""), 0);
        ck_assert_uint_eq(name_width("abc"), 3);
        ck_assert_uint_eq(name_width("gr\xC3\xBC\xC3\x9F"), 4);
        ck_assert_uint_eq(name_width("\xE6\xBC\xA2"), 2); /* a Han character */
        ck_assert_uint_eq(name_width("e\xCC\x81"), 1);    /* a combining accent */
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, text_is_taken_as_it_is_typed);
        tcase_add_test(tests, escapes_stand_for_any_unit);
        tcase_add_test(tests, what_begins_like_an_escape_must_be_one);
        tcase_add_test(tests, a_name_has_at_most_32767_units);
        tcase_add_test(tests, a_hostile_name_cannot_steer_a_terminal);
        tcase_add_test(tests, lone_surrogates_are_escaped_and_pairs_are_not);
        tcase_add_test(tests, without_utf8_everything_beyond_ascii_is_escaped);
        tcase_add_test(tests, a_percent_sign_is_escaped_only_where_it_would_mislead);
        tcase_add_test(tests, what_is_printed_is_the_same_name_when_typed);
        tcase_add_test(tests, names_are_ordered_without_regard_to_case_first);
        tcase_add_test(tests, width_counts_columns_not_bytes);
}

int main(void) {
        return suite_main("cli-name", 30, add_tests);
}
