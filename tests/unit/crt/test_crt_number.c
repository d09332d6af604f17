#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "crt-number.h"
#include "errors.h"
#include "suite.h"

START_TEST(numbers_are_read_with_a_base) {
        static const char text[] = "  -0x1Fz";
        char *end;
        WCHAR *wide_end;

        ck_assert_int_eq(crt_strtol(text, &end, 0), -31);
        ck_assert_str_eq(end, "z");
        ck_assert_int_eq(crt_strtol("0x", &end, 16), 0);
        ck_assert_str_eq(end, "x");
        ck_assert_int_eq(crt_strtol("017", &end, 0), 15);
        ck_assert_int_eq(crt_strtol("zz", &end, 36), 35 * 36 + 35);
        ck_assert_int_eq(crt_strtol("12", &end, 1), 0);
        ck_assert_str_eq(end, "12");
        ck_assert_int_eq(crt_strtol(" x", &end, 10), 0);
        ck_assert_str_eq(end, " x");
        ck_assert_int_eq(crt_wcstol(u"-42!", &wide_end, 10), -42);
        ck_assert_uint_eq(*wide_end, '!');
        ck_assert_int_eq(crt_strtol("5", NULL, 10), 5);
}
END_TEST

START_TEST(what_is_too_large_for_a_base_becomes_the_largest) {
        ck_assert_int_eq(crt_strtol("99999999999", NULL, 10), INT_MAX);
        ck_assert_int_eq(crt_strtol("-99999999999", NULL, 10), INT_MIN);
        ck_assert_int_eq(crt_strtol("-2147483648", NULL, 10), INT_MIN);
        ck_assert_int_eq(crt_strtol("99999999999999999999999999", NULL, 10), INT_MAX);
        ck_assert_uint_eq(crt_strtoul("99999999999", NULL, 10), UINT_MAX);
        ck_assert_uint_eq(crt_strtoul("-1", NULL, 10), UINT_MAX);
        ck_assert_int_eq(crt__wcstoi64(u"9223372036854775808", NULL, 10), INT64_MAX);
        ck_assert_int_eq(crt__wcstoi64(u"-9223372036854775808", NULL, 10), INT64_MIN);
        ck_assert_uint_eq(crt__wcstoui64(u"18446744073709551616", NULL, 10), UINT64_MAX);
        ck_assert_uint_eq(crt__wcstoui64(u"0xfedcba9876543210", NULL, 0), 0xFEDCBA9876543210u);
}
END_TEST

/* As Wine 8's ntdll does. */
START_TEST(what_is_too_large_for_a_decimal_wraps) {
        ck_assert_int_eq(crt_atoi("99999999999"), 1215752191);
        ck_assert_int_eq(crt_atoi("-99999999999"), -1215752191);
        ck_assert_int_eq(crt_atoi(" +12x"), 12);
        ck_assert_int_eq(crt_atol("-7"), -7);
        ck_assert_int_eq(crt__atoi64("99999999999999999999"), 7766279631452241919);
        ck_assert_int_eq(crt__wtoi(u"99999999999"), 1215752191);
        ck_assert_int_eq(crt__wtoi64(u"-5"), -5);
        ck_assert_int_eq(crt__wtol(u"\t8"), 8);
}
END_TEST

START_TEST(numbers_are_written_with_a_base) {
        char text[70];
        WCHAR wide[70];

        ck_assert_str_eq(crt__itoa(-255, text, 10), "-255");
        ck_assert_str_eq(crt__itoa(-1, text, 16), "ffffffff");
        ck_assert_str_eq(crt__itoa(0, text, 2), "0");
        ck_assert_str_eq(crt__itoa(INT_MIN, text, 10), "-2147483648");
        ck_assert_str_eq(crt__ltoa(-1, text, 2), "11111111111111111111111111111111");
        ck_assert_str_eq(crt__ultoa(4000000000u, text, 10), "4000000000");
        ck_assert_str_eq(crt__i64toa(INT64_MIN, text, 10), "-9223372036854775808");
        ck_assert_str_eq(crt__ui64toa(UINT64_MAX, text, 36), "3w5e11264sgsf");
        ck_assert_uint_eq(strlen(crt__ui64toa(UINT64_MAX, text, 2)), 64);
        ck_assert_mem_eq(crt__itow(-42, wide, 10), u"-42", 8);
        ck_assert_mem_eq(crt__ui64tow(255, wide, 16), u"ff", 6);
}
END_TEST

START_TEST(a_buffer_that_is_too_small_becomes_empty) {
        char text[8] = "xxxxxxx";

        ck_assert_int_eq(crt__itoa_s(-5, text, 3, 10), 0);
        ck_assert_str_eq(text, "-5");
        ck_assert_int_eq(crt__itoa_s(-5, text, 2, 10), CRT_ERANGE);
        ck_assert_str_eq(text, "");
        ck_assert_int_eq(crt__itoa_s(1, text, 8, 1), CRT_EINVAL);
        ck_assert_int_eq(crt__itoa_s(1, text, 8, 37), CRT_EINVAL);
        ck_assert_int_eq(crt__itoa_s(1, text, 0, 10), CRT_EINVAL);
        ck_assert_int_eq(crt__itoa_s(1, NULL, 8, 10), CRT_EINVAL);
        ck_assert_int_eq(crt__i64tow_s(12345, (WCHAR *) (void *) text, 4, 10), CRT_ERANGE);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, numbers_are_read_with_a_base);
        tcase_add_test(tests, what_is_too_large_for_a_base_becomes_the_largest);
        tcase_add_test(tests, what_is_too_large_for_a_decimal_wraps);
        tcase_add_test(tests, numbers_are_written_with_a_base);
        tcase_add_test(tests, a_buffer_that_is_too_small_becomes_empty);
}

int main(void) {
        return suite_main("crt-number", 60, add_tests);
}
