#include <stdio.h>
#include <string.h>

#include "format.h"
#include "ntstatus.h"
#include "suite.h"

#define TEXT_MAX 600

/* One call, narrow: its text with a NUL. Return: what format_text() returns. */
static int NTAPI narrow(char *text, const char *format, ...) {
        FormatBuffer buffer = { .units = text, .capacity = TEXT_MAX - 1 };
        FormatSink sink = { .write = format_buffer_write, .target = &buffer };
        __builtin_ms_va_list arguments;
        int length;

        __builtin_ms_va_start(arguments, format);
        length = format_text(&sink, format, arguments);
        __builtin_ms_va_end(arguments);
        text[buffer.n_units] = 0;
        return length;
}

/* The same, wide; units beyond ASCII become "#". */
static int NTAPI wide(char *text, const WCHAR *format, ...) {
        WCHAR units[TEXT_MAX];
        FormatBuffer buffer = { .units = units, .capacity = TEXT_MAX - 1 };
        FormatSink sink = {
                .write = format_buffer_write_wide,
                .target = &buffer,
                .is_wide = true,
        };
        __builtin_ms_va_list arguments;
        int length;

        __builtin_ms_va_start(arguments, format);
        length = format_text(&sink, format, arguments);
        __builtin_ms_va_end(arguments);
        for (size_t i = 0; i < buffer.n_units; i++)
                text[i] = units[i] < 0x7F ? (char) units[i] : '#';
        text[buffer.n_units] = 0;
        return length;
}

static void expect(const char *format, const char *want, const char *text, int length) {
        ck_assert_msg(strcmp(text, want) == 0, "%s gives \"%s\", not \"%s\"", format, text, want);
        ck_assert_int_eq(length, strlen(want));
}

#define N(string) string
#define W(string) u"" string

#define T(string) string
#define U(string) u"" string
#define CASE(want, format, ...)                                                                    \
        length = narrow(text, format, ##__VA_ARGS__);                                              \
        expect(format, want, text, length);

START_TEST(narrow_text_is_as_on_windows) {
        char text[TEXT_MAX];
        int length;

#include "format-cases.inc"
#include "format-documented.inc"
}
END_TEST

#undef T
#undef U
#undef CASE
#define T(string) u"" string
#define U(string) string
#define CASE(want, format, ...)                                                                    \
        length = wide(text, u"" format, ##__VA_ARGS__);                                            \
        expect(format, want, text, length);

START_TEST(wide_text_is_as_on_windows) {
        char text[TEXT_MAX];
        int length;

#include "format-cases.inc"
#include "format-documented.inc"
}
END_TEST

#define EXPECT_NARROW(want, ...)                                                                   \
        do {                                                                                       \
                char made[TEXT_MAX];                                                               \
                int length_made = narrow(made, __VA_ARGS__);                                       \
                                                                                                   \
                expect("", want, made, length_made);                                               \
        } while (0)

#define EXPECT_WIDE(want, ...)                                                                     \
        do {                                                                                       \
                char made[TEXT_MAX];                                                               \
                int length_made = wide(made, __VA_ARGS__);                                         \
                                                                                                   \
                expect("", want, made, length_made);                                               \
        } while (0)

START_TEST(counted_strings_are_written_as_far_as_they_count) {
        ANSI_STRING ansi = { 3, 10, (PCHAR) "abcdef" };
        UNICODE_STRING unicode = { 6, 20, (PWSTR) u"wxyz" }, none = { 0 };

        EXPECT_NARROW("<abc|wxy|  wxy|wxy  |wx>", "<%Z|%wZ|%5wZ|%-5lZ|%.2wZ>", &ansi, &unicode,
                        &unicode, &unicode, &unicode);
        EXPECT_WIDE("<abc|wxy>", u"<%hZ|%wZ>", &ansi, &unicode);
        EXPECT_NARROW("(null)(null)", "%wZ%Z", &none, NULL);
}
END_TEST

/* The code page is UTF-8. A precision counts units of what is written, and cuts no character. */
START_TEST(text_is_converted_between_utf_8_and_utf_16) {
        EXPECT_NARROW("\xC3\xA9\xE2\x98\xBA", "%ls", u"\u00e9\u263a");
        EXPECT_NARROW("<\xC3\xA9>", "<%.4ls>", u"\u00e9\u263a");
        EXPECT_NARROW("<  \xC3\xA9>", "<%4ls>", u"\u00e9");
        EXPECT_NARROW("\xF0\x9F\x98\x80", "%ls", u"\U0001F600");
        EXPECT_NARROW("\xEF\xBF\xBD", "%ls", u"\xD83D");
        EXPECT_NARROW("\xE2\x98\xBA", "%lc", 0x263A);
        EXPECT_WIDE("##", u"%hs", "\xC3\xA9\xE2\x98\xBA");
        EXPECT_WIDE("<#>", u"<%.1hs>", "\xC3\xA9\xE2\x98\xBA");
        EXPECT_WIDE("<##>", u"<%hs>", "\xF0\x9F\x98\x80");
        EXPECT_WIDE("<>", u"<%.1hs>", "\xF0\x9F\x98\x80");
        EXPECT_WIDE("##x", u"%hs", "\xFF\xC3x");
}
END_TEST

/* The string has no NUL: what lies behind the precision may not even be readable. */
START_TEST(a_precision_bounds_what_is_read) {
        static const char bytes[3] = { 'a', 'b', 'c' };
        static const WCHAR units[3] = { 'a', 'b', 'c' };

        EXPECT_NARROW("abc", "%.3s", bytes);
        EXPECT_NARROW("abc", "%.3ls", units);
        EXPECT_WIDE("abc", u"%.3s", units);
        EXPECT_WIDE("abc", u"%.3hs", bytes);
}
END_TEST

START_TEST(a_nul_is_a_character) {
        char text[TEXT_MAX];

        ck_assert_int_eq(narrow(text, "a%cb", 0), 3);
        ck_assert_mem_eq(text, "a\0b", 4);
}
END_TEST

/* As Microsoft says of DbgPrint, and as Wine 8's ntdll does. */
START_TEST(floating_point_conversions_stand_for_themselves_and_take_no_argument) {
        EXPECT_NARROW("f 5", "%.2f %d", 5);
        EXPECT_NARROW("eEgGaA", "%e%E%g%G%a%A");
}
END_TEST

START_TEST(percent_n_is_refused) {
        char text[TEXT_MAX];
        int stored = 5;

        ck_assert_int_eq(narrow(text, "abc%nd", &stored), -1);
        ck_assert_int_eq(stored, 5);
        ck_assert_str_eq(text, "abc");
}
END_TEST

START_TEST(more_text_than_an_int_counts_is_an_error) {
        char text[TEXT_MAX];

        ck_assert_int_eq(narrow(text, "%2147483647d%d", 1, 2), -1);
        ck_assert_int_eq(narrow(text, "%2147483647d", 1), 2147483647);
        ck_assert_int_eq(narrow(text, "%99999999999d", 1), 2147483647);
}
END_TEST

/* A small generator of its own, so that each run tries the same. */
static unsigned next_number(unsigned *state, unsigned limit) {
        *state = *state * 1103515245u + 12345u;
        return (*state >> 16) % limit;
}

/* A conversion that C and Microsoft agree on. */
static void make_format(unsigned *state, char *format, bool has_precision) {
        static const char *const sizes[] = { "", "h", "hh", "ll" };
        char *at = format;

        *at++ = '<';
        *at++ = '%';
        for (unsigned i = 0; i < 3; i++) {
                if (next_number(state, 3) == 0)
                        *at++ = "-+ #0"[next_number(state, 5)];
        }
        if (next_number(state, 2))
                at += sprintf(at, "%u", 1 + next_number(state, 30));
        if (has_precision)
                at += sprintf(at, ".%u", next_number(state, 25));
        at += sprintf(at, "%s%c>", sizes[next_number(state, 4)], "diuoxX"[next_number(state, 6)]);
}

START_TEST(integers_are_written_as_glibc_writes_them) {
        static const uint64_t values[] = { 0, 1, 7, 8, 42, 255, 0x7FFFFFFF, 0x80000000, UINT32_MAX,
                INT64_MAX, 1ull << 63, UINT64_MAX };
        unsigned state = 1;

        for (int i = 0; i < 20000; i++) {
                uint64_t value = values[next_number(&state, 12)] + next_number(&state, 3);
                char format[64], want[TEXT_MAX], text[TEXT_MAX];
                int length;

                make_format(&state, format, next_number(&state, 2));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
                ck_assert_int_lt(snprintf(want, sizeof(want), format, value), TEXT_MAX);
#pragma GCC diagnostic pop
                length = narrow(text, format, value);
                expect(format, want, text, length);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, narrow_text_is_as_on_windows);
        tcase_add_test(tests, wide_text_is_as_on_windows);
        tcase_add_test(tests, counted_strings_are_written_as_far_as_they_count);
        tcase_add_test(tests, text_is_converted_between_utf_8_and_utf_16);
        tcase_add_test(tests, a_precision_bounds_what_is_read);
        tcase_add_test(tests, a_nul_is_a_character);
        tcase_add_test(tests, floating_point_conversions_stand_for_themselves_and_take_no_argument);
        tcase_add_test(tests, percent_n_is_refused);
        tcase_add_test(tests, more_text_than_an_int_counts_is_an_error);
        tcase_add_test(tests, integers_are_written_as_glibc_writes_them);
}

int main(void) {
        return suite_main("format", 60, add_tests);
}
