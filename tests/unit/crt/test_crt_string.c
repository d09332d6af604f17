#include <string.h>

#include "crt-convert.h"
#include "crt-memory.h"
#include "crt-string.h"
#include "crt-wide.h"
#include "errors.h"
#include "suite.h"

#define TRUNCATE CRT_TRUNCATE

static void expect_wide(const WCHAR *text, const char *want) {
        size_t length = strlen(want);

        ck_assert_uint_eq(crt_wcslen(text), length);
        for (size_t i = 0; i < length; i++)
                ck_assert_uint_eq(text[i], (unsigned char) want[i]);
}

START_TEST(blocks_of_every_short_length_are_copied_also_onto_themselves) {
        unsigned char from[300], to[300];

        for (size_t i = 0; i < sizeof(from); i++)
                from[i] = (unsigned char) (i * 7 + 1);
        for (size_t size = 0; size < 140; size++) {
                for (int shift = -9; shift <= 9; shift += 3) {
                        unsigned char want[300];

                        memcpy(to, from, sizeof(to));
                        memcpy(want, from, sizeof(want));
                        memmove(want + 20 + shift, want + 20, size);
                        ck_assert_ptr_eq(crt_memmove(to + 20 + shift, to + 20, size),
                                        to + 20 + shift);
                        ck_assert_mem_eq(to, want, sizeof(to));
                }
                memset(to, 0, sizeof(to));
                crt_memcpy(to + 1, from, size);
                ck_assert_int_eq(to[0] | to[size + 1], 0);
                ck_assert_int_eq(memcmp(to + 1, from, size), 0);
                ck_assert_ptr_eq(crt_memset(to + 1, 0xAB, size), to + 1);
                ck_assert_int_eq(to[0] | to[size + 1], 0);
                for (size_t i = 0; i < size; i++)
                        ck_assert_uint_eq(to[i + 1], 0xAB);
        }
}
END_TEST

/* As Wine 8's ntdll answers. */
START_TEST(comparisons_tell_the_order_or_the_difference) {
        ck_assert_int_eq(crt_memcmp("a", "z", 1), -1);
        ck_assert_int_eq(crt_memcmp("\xFF", "a", 1), 1);
        ck_assert_int_eq(crt_strcmp("a", "z"), -1);
        ck_assert_int_eq(crt_strcmp("ab", "a"), 1);
        ck_assert_int_eq(crt_strcmp("\xFF", "a"), 1);
        ck_assert_int_eq(crt_strncmp("a", "z", 1), -25);
        ck_assert_int_gt(crt_strncmp("\xFF", "a", 1), 0);
        ck_assert_int_eq(crt_strncmp("abc", "abd", 2), 0);
        ck_assert_int_eq(crt_wcscmp(u"a", u"z"), -25);
        ck_assert_int_eq(crt_wcsncmp(u"a", u"z", 1), -25);
        ck_assert_int_eq(crt__memicmp("aB", "Ab", 2), 0);
        ck_assert_int_eq(crt__stricmp("abc", "ABZ"), -23);
        ck_assert_int_eq(crt__stricmp("_", "a"), -2);
        ck_assert_int_eq(crt__strcmpi("HeLLo", "hEllO"), 0);
        ck_assert_int_eq(crt__wcsicmp(u"a", u"B"), -1);
        ck_assert_int_eq(crt__wcsicmp(u"\u00e9", u"\u00c9"), 32);
        ck_assert_int_eq(crt__wcsnicmp(u"abX", u"ABy", 2), 0);
        ck_assert_int_eq(crt__strnicmp("a", "z", 0), 0);
}
END_TEST

START_TEST(strings_are_searched) {
        static const char text[] = "hello world";
        static const WCHAR wide[] = u"hello world";

        ck_assert_ptr_eq(crt_strchr(text, 'o'), text + 4);
        ck_assert_ptr_eq(crt_strrchr(text, 'o'), text + 7);
        ck_assert_ptr_eq(crt_strchr(text, 0), text + 11);
        ck_assert_ptr_null(crt_strchr(text, 'x'));
        ck_assert_ptr_eq(crt_strstr(text, "o w"), text + 4);
        ck_assert_ptr_eq(crt_strstr(text, ""), text);
        ck_assert_ptr_null(crt_strstr(text, "worlds"));
        ck_assert_uint_eq(crt_strspn(text, "hel"), 4);
        ck_assert_uint_eq(crt_strcspn(text, "ow"), 4);
        ck_assert_ptr_eq(crt_strpbrk(text, "dw"), text + 6);
        ck_assert_uint_eq(crt_strnlen(text, 5), 5);
        ck_assert_ptr_eq(crt_wcschr(wide, 'w'), wide + 6);
        ck_assert_ptr_eq(crt_wcsrchr(wide, 'l'), wide + 9);
        ck_assert_ptr_eq(crt_wcsstr(wide, u"world"), wide + 6);
        ck_assert_ptr_eq(crt_wcspbrk(wide, u"ol"), wide + 2);
        ck_assert_uint_eq(crt_wcsnlen(wide, 100), 11);
        ck_assert_ptr_eq(crt_memchr(text, 'w', 11), text + 6);
        ck_assert_ptr_null(crt_memchr(text, 'w', 6));
}
END_TEST

START_TEST(strings_are_copied_and_joined) {
        char text[16] = "abc";
        WCHAR wide[16] = u"abc";

        crt_strcat(text, "def");
        ck_assert_str_eq(text, "abcdef");
        crt_strncat(text, "ghi", 2);
        ck_assert_str_eq(text, "abcdefgh");
        crt_strncpy(text, "xy", 4);
        ck_assert_mem_eq(text, "xy\0\0efgh", 9);
        crt_strncpy(text, "12345", 3);
        ck_assert_mem_eq(text, "123\0efgh", 9);
        ck_assert_str_eq(crt__strupr(crt_strcpy(text, "aZ\xE9")), "AZ\xE9");
        ck_assert_str_eq(crt__strlwr(text), "az\xE9");
        crt_wcsncat(wide, u"defg", 2);
        expect_wide(wide, "abcde");
        expect_wide(crt__wcsupr(wide), "ABCDE");
        ck_assert_ptr_eq(crt__memccpy(text, "abcdef", 'c', 6), text + 3);
        ck_assert_ptr_null(crt__memccpy(text, "abcdef", 'z', 6));
}
END_TEST

START_TEST(strings_are_cut_into_tokens) {
        char text[] = ",,one, two,,three,";
        WCHAR wide[] = u"a b";
        char *context = NULL;

        ck_assert_str_eq(crt_strtok_s(text, ", ", &context), "one");
        ck_assert_str_eq(crt_strtok_s(NULL, ", ", &context), "two");
        ck_assert_str_eq(crt_strtok_s(NULL, ", ", &context), "three");
        ck_assert_ptr_null(crt_strtok_s(NULL, ", ", &context));
        ck_assert_ptr_null(crt_strtok_s(NULL, ", ", &context));
        ck_assert_ptr_null(crt_strtok_s(text, NULL, &context));
        ck_assert_ptr_null(crt_strtok_s(text, ",", NULL));
        expect_wide(crt_wcstok(wide, u" "), "a");
        expect_wide(crt_wcstok(NULL, u" "), "b");
        ck_assert_ptr_null(crt_wcstok(NULL, u" "));
}
END_TEST

/* One call on a buffer of eight "x": its error, and the bytes after it. */
#define EXPECT(call, error, bytes)                                                                 \
        do {                                                                                       \
                char b[9] = "xxxxxxxx";                                                            \
                                                                                                   \
                ck_assert_int_eq(call, error);                                                     \
                ck_assert_msg(memcmp(b, bytes, sizeof(bytes) - 1) == 0, "%s leaves another text",  \
                                #call);                                                            \
        } while (0)

/* As Microsoft documents, and as Wine 8's ntdll does. */
START_TEST(safe_functions_refuse_what_does_not_fit) {
        EXPECT(crt_strcpy_s(b, 4, "abc"), 0, "abc\0xxxx");
        EXPECT(crt_strcpy_s(b, 3, "abc"), CRT_ERANGE, "\0bcx");
        EXPECT(crt_strcpy_s(b, 3, NULL), CRT_EINVAL, "\0xxx");
        EXPECT(crt_strcpy_s(NULL, 3, "a"), CRT_EINVAL, "xxxx");
        EXPECT(crt_strcpy_s(b, 0, "a"), CRT_EINVAL, "xxxx");
        EXPECT((b[0] = 0, crt_strcat_s(b, 4, "abc")), 0, "abc\0xxxx");
        EXPECT(crt_strcat_s(b, 8, "a"), CRT_EINVAL, "\0xxx");
        EXPECT((b[1] = 0, crt_strcat_s(b, 4, "abc")), CRT_ERANGE, "\0");
        EXPECT(crt_strncpy_s(b, 4, "abcdef", 3), 0, "abc\0xxxx");
        EXPECT(crt_strncpy_s(b, 4, "abcdef", 4), CRT_ERANGE, "\0bc");
        EXPECT(crt_strncpy_s(b, 4, "abcdef", TRUNCATE), CRT_STRUNCATE, "abc\0xxxx");
        EXPECT(crt_strncpy_s(b, 4, "abc", TRUNCATE), 0, "abc\0xxxx");
        EXPECT(crt_strncpy_s(NULL, 0, NULL, 0), 0, "xxxx");
        EXPECT(crt_strncpy_s(b, 4, "abcdef", 0), 0, "\0xxx");
        EXPECT((b[1] = 0, crt_strncat_s(b, 4, "abc", 2)), 0, "xab\0");
        EXPECT((b[1] = 0, crt_strncat_s(b, 4, "abc", 3)), CRT_ERANGE, "\0");
        EXPECT((b[1] = 0, crt_strncat_s(b, 4, "abc", TRUNCATE)), CRT_STRUNCATE, "xab\0xxxx");
        EXPECT(crt_memcpy_s(b, 4, "abcdef", 5), CRT_ERANGE, "\0\0\0\0xxxx");
        EXPECT(crt_memcpy_s(b, 4, NULL, 3), CRT_EINVAL, "\0\0\0\0xxxx");
        EXPECT(crt_memcpy_s(b, 4, "abcd", 4), 0, "abcdxxxx");
        EXPECT(crt_memmove_s(b, 4, "abcdef", 5), CRT_ERANGE, "xxxxxxxx");
        EXPECT(crt_memmove_s(b, 4, NULL, 3), CRT_EINVAL, "xxxxxxxx");
        EXPECT(crt__strlwr_s(b, 4), CRT_EINVAL, "\0xxx");
        EXPECT((b[3] = 0, crt__strupr_s(b, 4)), 0, "XXX\0xxxx");
        EXPECT((b[3] = 0, crt__strset_s(b, 4, 'q')), 0, "qqq\0xxxx");
        EXPECT((b[3] = 0, crt__strnset_s(b, 4, 'q', 2)), 0, "qqx\0xxxx");
}
END_TEST

START_TEST(safe_functions_count_wide_units) {
        WCHAR b[8] = { 0 };

        ck_assert_int_eq(crt_wcscpy_s(b, 4, u"abc"), 0);
        ck_assert_int_eq(crt_wcscat_s(b, 6, u"de"), 0);
        expect_wide(b, "abcde");
        ck_assert_int_eq(crt_wcscat_s(b, 6, u"f"), CRT_ERANGE);
        ck_assert_uint_eq(b[0], 0);
        ck_assert_int_eq(crt_wcsncpy_s(b, 4, u"abcdef", TRUNCATE), CRT_STRUNCATE);
        expect_wide(b, "abc");
}
END_TEST

START_TEST(multi_byte_text_is_utf_8) {
        WCHAR wide[8];
        char text[8];

        ck_assert_uint_eq(crt_mbstowcs(wide, "a\xC3\xA9\xE2\x98\xBA", 8), 3);
        ck_assert_mem_eq(wide, u"a\u00e9\u263a", 8);
        ck_assert_uint_eq(crt_mbstowcs(NULL, "a\xC3\xA9", 0), 2);
        ck_assert_uint_eq(crt_wcstombs(text, u"a\u00e9\u263a", 8), 6);
        ck_assert_str_eq(text, "a\xC3\xA9\xE2\x98\xBA");
        ck_assert_uint_eq(crt_wcstombs(text, u"a\u00e9", 2), 1);
        ck_assert_uint_eq(crt_wcstombs(NULL, u"a\u00e9", 0), 3);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, blocks_of_every_short_length_are_copied_also_onto_themselves);
        tcase_add_test(tests, comparisons_tell_the_order_or_the_difference);
        tcase_add_test(tests, strings_are_searched);
        tcase_add_test(tests, strings_are_copied_and_joined);
        tcase_add_test(tests, strings_are_cut_into_tokens);
        tcase_add_test(tests, safe_functions_refuse_what_does_not_fit);
        tcase_add_test(tests, safe_functions_count_wide_units);
        tcase_add_test(tests, multi_byte_text_is_utf_8);
}

int main(void) {
        return suite_main("crt-string", 60, add_tests);
}
