#include <string.h>

#include "crt-print.h"
#include "errors.h"
#include "suite.h"

#define TRUNCATE CRT_TRUNCATE

/* One call on a buffer of "x": what it returns, and the bytes after it. */
#define EXPECT(call, length, bytes)                                                                \
        do {                                                                                       \
                char b[9] = "xxxxxxxx";                                                            \
                                                                                                   \
                ck_assert_int_eq(call, length);                                                    \
                ck_assert_msg(memcmp(b, bytes, sizeof(bytes) - 1) == 0, "%s leaves another text",  \
                                #call);                                                            \
        } while (0)

/* What these functions return and leave behind was the same in Wine 8's ntdll. */
START_TEST(bounded_functions_leave_out_the_nul) {
        EXPECT(crt__snprintf(b, 4, "%s", "abcdef"), -1, "abcdxxxx");
        EXPECT(crt__snprintf(b, 6, "%s", "abcdef"), 6, "abcdefxx");
        EXPECT(crt__snprintf(b, 7, "%s", "abcdef"), 6, "abcdef\0x");
        EXPECT(crt__snprintf(b, 0, "%s", "abcdef"), -1, "xxxxxxxx");
        EXPECT(crt__snprintf(NULL, 0, "%s", "abcdef"), 6, "xxxxxxxx");
        EXPECT(crt__snprintf(b, 4, NULL), -1, "xxxxxxxx");
        EXPECT(crt_sprintf(b, "%d", 42), 2, "42\0xxxxx");
}
END_TEST

START_TEST(checked_functions_refuse_what_does_not_fit) {
        EXPECT(crt_sprintf_s(b, 4, "%s", "abcdef"), -1, "\0");
        EXPECT(crt_sprintf_s(b, 7, "%s", "abcdef"), 6, "abcdef\0x");
        EXPECT(crt_sprintf_s(b, 6, "%s", "abcdef"), -1, "\0");
        EXPECT(crt_sprintf_s(b, 0, "%s", "abcdef"), -1, "xxxxxxxx");
        EXPECT(crt_sprintf_s(NULL, 4, "%s", "abcdef"), -1, "xxxxxxxx");
        EXPECT(crt_sprintf_s(b, 8, "ab%n", NULL), -1, "\0");
}
END_TEST

START_TEST(truncating_functions_lose_what_they_are_told_to) {
        EXPECT(crt__snprintf_s(b, 4, TRUNCATE, "abcdef"), -1, "abc\0xxxx");
        EXPECT(crt__snprintf_s(b, 4, 2, "abcdef"), -1, "ab\0");
        EXPECT(crt__snprintf_s(b, 4, 3, "abcdef"), -1, "abc\0xxxx");
        EXPECT(crt__snprintf_s(b, 4, 4, "abcdef"), -1, "\0");
        EXPECT(crt__snprintf_s(b, 4, 5, "abc"), 3, "abc\0xxxx");
        EXPECT(crt__snprintf_s(b, 0, 5, "abc"), -1, "xxxxxxxx");
        EXPECT(crt__snprintf_s(NULL, 0, 0, "abc"), 0, "xxxxxxxx");
}
END_TEST

START_TEST(wide_functions_count_units) {
        WCHAR b[8] = u"xxxxxxx";

        ck_assert_int_eq(crt__snwprintf(b, 4, u"%s", u"abcdef"), -1);
        ck_assert_mem_eq(b, u"abcdxxx", sizeof(b));
        ck_assert_int_eq(crt_swprintf(b, u"%hs%d", "n", 5), 2);
        ck_assert_mem_eq(b, u"n5", 6);
        ck_assert_int_eq(crt_swprintf_s(b, 3, u"%d", 123), -1);
        ck_assert_uint_eq(b[0], 0);
        ck_assert_int_eq(crt__snwprintf_s(b, 3, TRUNCATE, u"%d", 123), -1);
        ck_assert_mem_eq(b, u"12", 6);
}
END_TEST

static int NTAPI narrow_length(const char *format, ...) {
        __builtin_ms_va_list arguments;
        int length;

        __builtin_ms_va_start(arguments, format);
        length = crt__vscprintf(format, arguments);
        __builtin_ms_va_end(arguments);
        return length;
}

static int NTAPI list(char *buffer, size_t count, const char *format, ...) {
        __builtin_ms_va_list arguments;
        int length;

        __builtin_ms_va_start(arguments, format);
        length = crt__vsnprintf(buffer, count, format, arguments);
        __builtin_ms_va_end(arguments);
        return length;
}

START_TEST(lists_of_arguments_are_taken_too) {
        char text[16];

        ck_assert_int_eq(narrow_length("%d %s", 12345, "abc"), 9);
        ck_assert_int_eq(list(text, sizeof(text), "%d %I64d %s", 1, 2ll, "three"), 9);
        ck_assert_str_eq(text, "1 2 three");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, bounded_functions_leave_out_the_nul);
        tcase_add_test(tests, checked_functions_refuse_what_does_not_fit);
        tcase_add_test(tests, truncating_functions_lose_what_they_are_told_to);
        tcase_add_test(tests, wide_functions_count_units);
        tcase_add_test(tests, lists_of_arguments_are_taken_too);
}

int main(void) {
        return suite_main("crt-print", 60, add_tests);
}
