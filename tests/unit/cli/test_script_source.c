/* The lines of a script, and those that are repeated. */

#include <string.h>

#include "script-source.h"
#include "suite.h"

static void reads_as(const char *text, const char *want) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) lines = source_read("f", text, strlen(text), &error);
        GString *joined = g_string_new(NULL);
        g_autofree char *is = NULL;

        ck_assert_msg(lines != NULL, "'%s' is refused: %s", text, error ? error->message : "?");
        for (guint i = 0; i < lines->len; i++) {
                const SourceLine *line = lines->pdata[i];

                g_string_append_printf(joined, "%u:%s\n", line->number, line->text);
        }
        is = g_string_free(joined, FALSE);
        ck_assert_str_eq(is, want);
}

static void is_refused(const char *text, const char *want) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) lines = source_read("f", text, strlen(text), &error);

        ck_assert_msg(lines == NULL, "'%s' is taken", text);
        ck_assert_msg(g_str_has_prefix(error->message, want), "%s", error->message);
}

START_TEST(lines_end_as_on_linux_or_windows) {
        reads_as("a\nb", "1:a\n2:b\n");
        reads_as("a\r\n\r\nb\r\n", "1:a\n2:\n3:b\n");
        is_refused("a\rb\n", "f:1:2: a control character");
}
END_TEST

START_TEST(what_is_between_each_and_done_is_repeated) {
        reads_as("each n in a b\nx {n} {n}\ny\ndone\nz {n}\n",
                        "2:x a a\n3:y\n2:x b b\n3:y\n5:z {n}\n");
        reads_as("each n in\nx\ndone\n", "");
        reads_as("each n in \"a b\" \"\"\n{n}!\ndone\n", "2:a b!\n2:!\n");
        reads_as("each n in \"a\"*3\n{n}\ndone\n", "2:\"a\"*3\n");
}
END_TEST

START_TEST(ranges_are_numbers) {
        reads_as("each n in 0..2 7\n{n}\ndone\n", "2:0\n2:1\n2:2\n2:7\n");
        reads_as("each n in 3..2\n{n}\ndone\n", "");
        reads_as("each n in a..b \\..\n{n}\ndone\n", "2:a..b\n2:\\..\n");
}
END_TEST

START_TEST(repetitions_nest_and_use_each_other) {
        reads_as("each a in 1 2\neach b in {a}x y\n{a}{b}\ndone\ndone\n",
                        "3:11x\n3:1y\n3:22x\n3:2y\n");
        reads_as("each a in 1\neach a in 2\n{a}\ndone\n{a}\ndone\n", "3:2\n5:1\n");
}
END_TEST

START_TEST(escapes_of_names_are_no_substitutions) {
        reads_as("each D800 in x\n%{D800} {D800} {none} {\ndone\n", "2:%{D800} x {none} {\n");
}
END_TEST

START_TEST(each_and_done_belong_together) {
        is_refused("a\ndone\n", "f:2:1: there is no 'each'");
        is_refused("  each n in 1\n", "f:1:3: no line 'done'");
        is_refused("each n in 1\neach m in 2\ndone\n", "f:1:1: no line 'done'");
        is_refused("each n of 1\ndone\n", "f:1:1: 'each NAME in WORD...'");
        is_refused("each\ndone\n", "f:1:1: 'each NAME in WORD...'");
        is_refused("each 1 in 1\ndone\n", "f:1:1: 'each NAME in WORD...'");
        /* A comment or a text is neither. */
        reads_as("# each n in 1\nx # done\n", "1:# each n in 1\n2:x # done\n");
}
END_TEST

START_TEST(repetition_has_an_end) {
        g_autofree char *deep = NULL;
        GString *text = g_string_new(NULL);

        is_refused("each a in 0..9999\neach b in 0..9999\nx\ndone\ndone\n", "f:3:1: too many");
        for (unsigned i = 0; i < 5000; i++)
                g_string_append(text, "each a in 1\n");
        for (unsigned i = 0; i < 5000; i++)
                g_string_append(text, "done\n");
        deep = g_string_free(text, FALSE);
        is_refused(deep, "f:9:1: too many repetitions inside each other");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, lines_end_as_on_linux_or_windows);
        tcase_add_test(tests, what_is_between_each_and_done_is_repeated);
        tcase_add_test(tests, ranges_are_numbers);
        tcase_add_test(tests, repetitions_nest_and_use_each_other);
        tcase_add_test(tests, escapes_of_names_are_no_substitutions);
        tcase_add_test(tests, each_and_done_belong_together);
        tcase_add_test(tests, repetition_has_an_end);
}

int main(void) {
        return suite_main("cli-script-source", 30, add_tests);
}
