#include <string.h>

#include "crt-scan.h"
#include "suite.h"

START_TEST(numbers_are_scanned) {
        int a = 0, b = 0, c = 0;
        LONGLONG wide = 0;
        USHORT shorts[2] = { 0xAAAA, 0xAAAA };
        UCHAR bytes[2] = { 0xAA, 0xAA };

        ck_assert_int_eq(crt_sscanf("12 -34 0x5f", "%d %d %i", &a, &b, &c), 3);
        ck_assert_int_eq(a, 12);
        ck_assert_int_eq(b, -34);
        ck_assert_int_eq(c, 0x5F);
        ck_assert_int_eq(crt_sscanf("1234567890123", "%I64d", &wide), 1);
        ck_assert_int_eq(wide, 1234567890123);
        ck_assert_int_eq(crt_sscanf("fedcba9876543210", "%llx", &wide), 1);
        ck_assert_uint_eq((ULONGLONG) wide, 0xFEDCBA9876543210u);
        ck_assert_int_eq(crt_sscanf("7", "%hd", shorts), 1);
        ck_assert_uint_eq(shorts[0], 7);
        ck_assert_uint_eq(shorts[1], 0xAAAA);
        ck_assert_int_eq(crt_sscanf("7", "%hhu", bytes), 1);
        ck_assert_uint_eq(bytes[0] << 8 | bytes[1], 0x07AA);
        ck_assert_int_eq(crt_sscanf("12345", "%2d%3d", &a, &b), 2);
        ck_assert_int_eq(a, 12);
        ck_assert_int_eq(b, 345);
        ck_assert_int_eq(crt_sscanf("017 0x", "%i %x", &a, &b), 1);
        ck_assert_int_eq(a, 15);
        ck_assert_int_eq(crt_sscanf("0", "%x", &b), 1);
        ck_assert_int_eq(b, 0);
}
END_TEST

START_TEST(strings_and_sets_are_scanned) {
        char one[16], two[16], three[16];
        WCHAR wide[16];

        ck_assert_int_eq(crt_sscanf("key = value;x", "%s = %[^;];%c", one, two, three), 3);
        ck_assert_str_eq(one, "key");
        ck_assert_str_eq(two, "value");
        ck_assert_int_eq(three[0], 'x');
        ck_assert_int_eq(crt_sscanf("abc-]x", "%[]a-c-]", one), 1);
        ck_assert_str_eq(one, "abc-]");
        ck_assert_int_eq(crt_sscanf("hello", "%3s%2c", one, two), 2);
        ck_assert_str_eq(one, "hel");
        ck_assert_mem_eq(two, "lo", 2);
        ck_assert_int_eq(crt_sscanf("\xC3\xA9t", "%ls", wide), 1);
        ck_assert_mem_eq(wide, u"\u00e9t", 6);
        ck_assert_int_eq(crt_sscanf("a b", "%*s %s", one), 1);
        ck_assert_str_eq(one, "b");
}
END_TEST

START_TEST(what_does_not_match_ends_the_scan) {
        int a = 0, b = 77, n = 0;

        ck_assert_int_eq(crt_sscanf("5 x", "%d %d", &a, &b), 1);
        ck_assert_int_eq(b, 77);
        ck_assert_int_eq(crt_sscanf("x", "%d", &a), 0);
        ck_assert_int_eq(crt_sscanf("", "%d", &a), -1);
        ck_assert_int_eq(crt_sscanf("  ", "%d", &a), -1);
        ck_assert_int_eq(crt_sscanf("5%6", "%d%%%d%n", &a, &b, &n), 2);
        ck_assert_int_eq(n, 3);
        ck_assert_int_eq(crt_sscanf("ab", "abc"), 0);
        ck_assert_int_eq(crt_sscanf(NULL, "%d", &a), -1);
        ck_assert_int_eq(crt_sscanf("5", "%[a", &a), 0);
        ck_assert_int_eq(crt_sscanf("5", "%f", &a), 0);
}
END_TEST

START_TEST(checked_functions_take_sizes) {
        char text[8] = "xxxxxxx", unit = 0;
        WCHAR wide[8];
        int a = 0;

        ck_assert_int_eq(crt_sscanf_s("abc 5", "%s %d", text, 4u, &a), 2);
        ck_assert_str_eq(text, "abc");
        ck_assert_int_eq(a, 5);
        ck_assert_int_eq(crt_sscanf_s("abcd 6", "%s %d", text, 4u, &a), 0);
        ck_assert_str_eq(text, "");
        ck_assert_int_eq(a, 5);
        ck_assert_int_eq(crt_sscanf_s("q", "%c", &unit, 1u), 1);
        ck_assert_int_eq(unit, 'q');
        ck_assert_int_eq(crt_swscanf_s(u"wide 7", u"%s %d", wide, 8u, &a), 2);
        ck_assert_mem_eq(wide, u"wide", 10);
        ck_assert_int_eq(a, 7);
        ck_assert_int_eq(crt__snscanf_s("12345", 3, "%d", &a), 1);
        ck_assert_int_eq(a, 123);
        ck_assert_int_eq(crt__snwscanf_s(u"12345", 2, u"%d", &a), 1);
        ck_assert_int_eq(a, 12);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, numbers_are_scanned);
        tcase_add_test(tests, strings_and_sets_are_scanned);
        tcase_add_test(tests, what_does_not_match_ends_the_scan);
        tcase_add_test(tests, checked_functions_take_sizes);
}

int main(void) {
        return suite_main("crt-scan", 60, add_tests);
}
