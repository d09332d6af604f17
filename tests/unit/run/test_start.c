/*
 * What a program is told when it starts: its command line and its environment.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "command-line.h"
#include "ntrtlheap.h"
#include "process-environment.h"
#include "process.h"
#include "suite.h"
#include "text.h"

#define WORDS_MAX 16

/* A command line taken apart by the rules that Microsoft documents for CommandLineToArgvW(). */
typedef struct Words {
        char *word[WORDS_MAX];
        size_t n;
} Words;

static const char *take_program(const char *at, char *to) {
        char end = ' ';

        if (*at == '"') {
                end = '"';
                at++;
        }
        while (*at && *at != end && (end == '"' || *at != '\t'))
                *to++ = *at++;
        *to = '\0';
        return *at == '"' ? at + 1 : at;
}

/* 2n backslashes and a quote: n, and the quote counts; 2n+1: n and a quote; else themselves. */
static const char *take_word(const char *at, char *to) {
        bool quoted = false;

        for (;;) {
                size_t n = strspn(at, "\\");

                at += n;
                if (*at == '"') {
                        for (size_t i = 0; i < n / 2; i++)
                                *to++ = '\\';
                        if (n % 2 == 1) {
                                *to++ = *at++;
                                continue;
                        }
                        if (quoted && at[1] == '"')
                                *to++ = *at++;
                        else
                                quoted = !quoted;
                        at++;
                        continue;
                }
                for (size_t i = 0; i < n; i++)
                        *to++ = '\\';
                if (*at == '\0' || (!quoted && (*at == ' ' || *at == '\t')))
                        break;
                *to++ = *at++;
        }
        *to = '\0';
        return at;
}

static Words take_apart(const char *line) {
        Words words = { 0 };

        words.word[words.n] = malloc(strlen(line) + 1);
        line = take_program(line, words.word[words.n++]);
        for (line += strspn(line, " \t"); *line; line += strspn(line, " \t")) {
                ck_assert_uint_lt(words.n, WORDS_MAX);
                words.word[words.n] = malloc(strlen(line) + 1);
                line = take_word(line, words.word[words.n++]);
        }
        return words;
}

static void expect_back(const char *program, const char *const *arguments) {
        char *line = command_line_new(program, (char *const *) arguments);
        Words words;
        size_t n = 0;

        ck_assert_ptr_nonnull(line);
        words = take_apart(line);
        while (arguments[n])
                n++;
        ck_assert_uint_eq(words.n, n + 1);
        ck_assert_str_eq(words.word[0], program);
        for (size_t i = 0; i < n; i++)
                ck_assert_msg(strcmp(words.word[i + 1], arguments[i]) == 0, "%s: [%s] for [%s]",
                                line, words.word[i + 1], arguments[i]);
        for (size_t i = 0; i < words.n; i++)
                free(words.word[i]);
        free(line);
}

START_TEST(a_program_finds_in_its_command_line_the_arguments_that_were_given) {
        static const char *const arguments[] = { "plain", "", "two words", "tab\there", "quo\"te", "\"",
                "back\\slash", "end\\", "sp end\\", "sp end\\\\", "\\\"", "a\\\\\"b c",
                "line\nbreak", NULL };

        expect_back("Z:\\tmp\\a.exe", arguments);
        expect_back("Z:\\tmp\\with space\\a.exe", arguments);
}
END_TEST

/* Every word of up to five of the characters that matter. */
START_TEST(no_combination_of_quotes_backslashes_and_spaces_is_lost) {
        static const char alphabet[] = "\\\" a";
        char word[6];
        const char *arguments[] = { word, "next", NULL };

        for (unsigned length = 0; length <= 5; length++) {
                for (unsigned i = 0; i < 1u << (2 * length); i++) {
                        for (unsigned j = 0; j < length; j++)
                                word[j] = alphabet[i >> (2 * j) & 3];
                        word[length] = '\0';
                        expect_back("a.exe", arguments);
                }
        }
}
END_TEST

START_TEST(what_needs_no_quotes_has_none) {
        const char *const arguments[] = { "a", "b\\c", "--x=y", NULL };
        char *line = command_line_new("Z:\\a.exe", (char *const *) arguments);

        ck_assert_str_eq(line, "Z:\\a.exe a b\\c --x=y");
        free(line);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_kept_as_surrogates) {
        static const char bytes[] = "a\xC3\xA9\xFF\xF0\x9F\x98\x80\xED\xA0\x80\xC0\x80";
        static const WCHAR expected[] = { 'a', 0xE9, 0xDCFF, 0xD83D, 0xDE00, 0xDCED, 0xDCA0, 0xDC80,
                0xDCC0, 0xDC80 };
        WCHAR units[32];

        ck_assert_uint_eq(text_decode(bytes, sizeof(bytes) - 1, units), 10);
        ck_assert_mem_eq(units, expected, sizeof(expected));
}
END_TEST

static void expect_block(const char *const *variables, const WCHAR *expected, size_t size) {
        SIZE_T got = 0;
        WCHAR *block = process_environment_new((char *const *) variables, &got);
        PVOID heap = NULL;

        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq(got, size);
        ck_assert_mem_eq(block, expected, size);
        RtlGetProcessHeaps(1, &heap);
        ck_assert(RtlFreeHeap(heap, 0, block));
}

START_TEST(the_environment_is_sorted_without_case_and_ends_twice) {
        static const char *const variables[] = { "b=2", "A_B=3", "Ab=1=x", "AB=lost", "noname", "=C:=x",
                "a=", NULL };
        static const WCHAR expected[] = u"a=\0Ab=1=x\0A_B=3\0b=2\0";

        expect_block(variables, expected, sizeof(expected));
}
END_TEST

START_TEST(an_empty_environment_is_two_nuls) {
        static const char *const none[] = { NULL };

        expect_block(none, u"\0", 2 * sizeof(WCHAR));
}
END_TEST

START_TEST(a_status_that_is_no_success_is_no_exit_code_0) {
        ck_assert_int_eq(process_exit_code(0), 0);
        ck_assert_int_eq(process_exit_code(7), 7);
        ck_assert_int_eq(process_exit_code((NTSTATUS) 0xC0000005), 5);
        ck_assert_int_eq(process_exit_code(256), 255);
        ck_assert_int_eq(process_exit_code((NTSTATUS) 0x80000000), 255);
        ck_assert_int_eq(process_exit_code(-1), 255);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_program_finds_in_its_command_line_the_arguments_that_were_given);
        tcase_add_test(tests, no_combination_of_quotes_backslashes_and_spaces_is_lost);
        tcase_add_test(tests, what_needs_no_quotes_has_none);
        tcase_add_test(tests, bytes_that_are_no_text_are_kept_as_surrogates);
        tcase_add_test(tests, the_environment_is_sorted_without_case_and_ends_twice);
        tcase_add_test(tests, an_empty_environment_is_two_nuls);
        tcase_add_test(tests, a_status_that_is_no_success_is_no_exit_code_0);
}

int main(void) {
        return suite_main("start", 60, add_tests);
}
