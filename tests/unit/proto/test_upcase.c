#include <string.h>

#include "suite.h"
#include "upcase.h"

START_TEST(upper_case_of_upper_case_is_itself) {
        for (unsigned unit = 0; unit < 65536; unit++)
                ck_assert_uint_eq(nt_upcase_table[nt_upcase_table[unit]], nt_upcase_table[unit]);
}
END_TEST

START_TEST(of_ascii_the_26_letters_have_upper_case) {
        for (unsigned unit = 0; unit < 128; unit++) {
                bool letter = unit >= 'a' && unit <= 'z';

                ck_assert_uint_eq(nt_upcase((WCHAR) unit), letter ? unit - 32 : unit);
        }
}
END_TEST

START_TEST(only_ascii_becomes_ascii) {
        for (unsigned unit = 128; unit < 65536; unit++)
                ck_assert_uint_ge(nt_upcase_table[unit], 128);
}
END_TEST

/* NT has case as pairs: two lower-case letters of one upper-case letter would make names meet. */
START_TEST(no_two_units_but_a_pair_share_their_upper_case) {
        static uint8_t n_mapped[65536];

        for (unsigned unit = 0; unit < 65536; unit++) {
                if (nt_upcase_table[unit] != unit)
                        ck_assert_uint_eq(++n_mapped[nt_upcase_table[unit]], 1);
        }
}
END_TEST

START_TEST(letters_of_many_scripts_have_upper_case) {
        static const uint16_t pairs[][2] = {
                { 0x00E4, 0x00C4 }, /* a with diaeresis */
                { 0x00FF, 0x0178 }, /* y with diaeresis: its upper case is in another block */
                { 0x0101, 0x0100 },
                { 0x01C6, 0x01C4 }, /* dz with caron: not its title case, 01C5 */
                { 0x03C3, 0x03A3 }, /* sigma */
                { 0x0451, 0x0401 }, /* Cyrillic io */
                { 0x0561, 0x0531 }, /* Armenian */
                { 0x10D0, 0x1C90 }, /* Georgian */
                { 0x13F8, 0x13F0 }, /* Cherokee */
                { 0x1E01, 0x1E00 },
                { 0x1F80, 0x1F88 }, /* Greek with iota, whose upper case is a title case */
                { 0x2170, 0x2160 }, /* Roman numeral */
                { 0x24D0, 0x24B6 }, /* circled */
                { 0x2C61, 0x2C60 }, { 0xA641, 0xA640 }, { 0xFF41, 0xFF21 }, /* full width */
        };

        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
                ck_assert_uint_eq(nt_upcase((WCHAR) pairs[i][0]), pairs[i][1]);
}
END_TEST

/* Unicode maps all of these to another letter's upper case; NT does not (upcase-table.py). */
START_TEST(one_way_variants_have_no_upper_case) {
        static const uint16_t units[] = { 0x00B5, 0x0131, 0x017F, 0x01C5, 0x01C8, 0x01CB, 0x01F2,
                0x0345, 0x03C2, 0x03D0, 0x03D1, 0x03D5, 0x03D6, 0x03F0, 0x03F1, 0x03F5, 0x1C80,
                0x1C81, 0x1C82, 0x1C83, 0x1C84, 0x1C85, 0x1C86, 0x1C87, 0x1C88, 0x1E9B, 0x1FBE };

        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
                ck_assert_uint_eq(nt_upcase_table[units[i]], units[i]);
        ck_assert_uint_eq(nt_upcase_table[0x00DF], 0x00DF); /* sharp s */
}
END_TEST

START_TEST(surrogates_and_private_units_are_left_alone) {
        for (unsigned unit = 0xD800; unit < 0xF900; unit++)
                ck_assert_uint_eq(nt_upcase_table[unit], unit);
}
END_TEST

/*
 * FNV-1a over the units, low byte first. Where this fails the table was changed: names that were
 * different may be the same now, so let it be on purpose.
 */
START_TEST(the_table_is_the_one_that_was_checked_in) {
        uint64_t hash = 0xCBF29CE484222325ull;
        unsigned n_mapped = 0;

        for (unsigned unit = 0; unit < 65536; unit++) {
                hash = (hash ^ (nt_upcase_table[unit] & 0xFF)) * 0x100000001B3ull;
                hash = (hash ^ (nt_upcase_table[unit] >> 8)) * 0x100000001B3ull;
                n_mapped += nt_upcase_table[unit] != unit;
        }
        ck_assert_uint_eq(n_mapped, 1163);
        ck_assert_uint_eq(hash, 0xBE6A33E075111552ull);
}
END_TEST

START_TEST(names_are_counted_and_may_contain_nul) {
        static const WCHAR left[] = { 'a', 0, 0x00E4, 0xD801, 0xDC28 };
        static const WCHAR right[] = { 'A', 0, 0x00C4, 0xD801, 0xDC28 };
        static const WCHAR other[] = { 'A', 0, 0x00C4, 0xD801, 0xDC00 };

        ck_assert(nt_name_equal(left, 5, right, 5, true));
        ck_assert(!nt_name_equal(left, 5, right, 5, false));
        ck_assert(nt_name_equal(left, 5, left, 5, false));
        ck_assert(!nt_name_equal(left, 5, right, 4, true));
        ck_assert(!nt_name_equal(left, 5, left, 4, false));
        ck_assert(!nt_name_equal(left, 5, other, 5, true)); /* no case beyond 16 bits */
        ck_assert(nt_name_equal(NULL, 0, NULL, 0, false));
        ck_assert(nt_name_equal(NULL, 0, right, 0, true));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, upper_case_of_upper_case_is_itself);
        tcase_add_test(tests, of_ascii_the_26_letters_have_upper_case);
        tcase_add_test(tests, only_ascii_becomes_ascii);
        tcase_add_test(tests, no_two_units_but_a_pair_share_their_upper_case);
        tcase_add_test(tests, letters_of_many_scripts_have_upper_case);
        tcase_add_test(tests, one_way_variants_have_no_upper_case);
        tcase_add_test(tests, surrogates_and_private_units_are_left_alone);
        tcase_add_test(tests, the_table_is_the_one_that_was_checked_in);
        tcase_add_test(tests, names_are_counted_and_may_contain_nul);
}

int main(void) {
        return suite_main("upcase", 10, add_tests);
}
