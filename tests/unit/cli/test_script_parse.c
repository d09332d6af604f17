/* What is a script, and what is none. No service is called here: parsing does not. */

#include <string.h>

#include "script.h"
#include "suite.h"

static Script *parse(const char *text) {
        g_autoptr(GError) error = NULL;
        Script *script = script_parse("f", text, strlen(text), &error);

        ck_assert_msg(script != NULL, "'%s' is refused: %s", text, error ? error->message : "?");
        ck_assert_ptr_null(error);
        return script;
}

static void is_script(const char *text, guint n_steps, guint n_tests) {
        g_autoptr(Script) script = parse(text);

        ck_assert_uint_eq(script->steps->len, n_steps);
        ck_assert_uint_eq(script->tests->len, n_tests);
}

static void is_refused_with(const char *text, gsize size, const char *want) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Script) script = script_parse("f", text, size, &error);

        ck_assert_msg(script == NULL, "'%s' is a script", text);
        ck_assert_msg(g_str_has_prefix(error->message, want), "'%s' is refused with '%s', not '%s'",
                        text, error->message, want);
}

static void is_refused(const char *text, const char *want) {
        is_refused_with(text, strlen(text), want);
}

static const Step *step_of(const Script *script, guint index) {
        ck_assert_uint_lt(index, script->steps->len);
        return script->steps->pdata[index];
}

START_TEST(lines_without_words_are_nothing) {
        is_script("", 0, 0);
        is_script("\n\n \t \n", 0, 0);
        is_script("# a comment\n  # and more\r\n", 0, 0);
}
END_TEST

START_TEST(every_kind_of_line_is_a_step_but_tests_and_statuses) {
        is_script("process a\nkill a\n", 2, 2);
        is_script("process a kernel uid=5 => STATUS_PRIVILEGE_NOT_HELD\nend a", 2, 2);
        is_script("NtClose 4\n  expect STATUS_INVALID_HANDLE\n", 1, 1);
        is_script("let x = 4\nexpect $x == 4\n", 2, 2);
        is_script("test \"one\"\nNtClose 4\nNtClose 8\ntest \"two\"\nNtClose 4\n", 3, 2);
}
END_TEST

START_TEST(steps_belong_to_the_test_before_them) {
        g_autoptr(Script) script =
                        parse("NtClose 4\ntest \"a\"\ntest \"b c\"\nNtClose 4\nNtClose 8\n");
        const ScriptTest *last = script->tests->pdata[2];

        ck_assert_uint_eq(script->tests->len, 3);
        ck_assert_str_eq(last->name, "b c");
        ck_assert(last->grouped);
        ck_assert_uint_eq(step_of(script, 0)->test, 0);
        ck_assert_uint_eq(step_of(script, 1)->test, 2);
        ck_assert_uint_eq(step_of(script, 2)->test, 2);
        ck_assert_uint_eq(step_of(script, 2)->line, 5);
}
END_TEST

START_TEST(a_call_has_a_process_a_variable_arguments_and_statuses) {
        g_autoptr(Script) script = parse("process a\na: s = ZwOpenSection 4 name=\\x => "
                                         "STATUS_ACCESS_DENIED|0xC0000034 # why\n");
        const Step *step = step_of(script, 1);

        ck_assert_int_eq(step->kind, STEP_CALL);
        ck_assert_str_eq(step->process, "a");
        ck_assert_str_eq(step->variable, "s");
        ck_assert_str_eq(step->service->name, "NtOpenSection");
        ck_assert(step->zw);
        ck_assert_uint_eq(step->statuses->len, 2);
        ck_assert_int_eq(g_array_index(step->statuses, NTSTATUS, 0), STATUS_ACCESS_DENIED);
        ck_assert_int_eq(g_array_index(step->statuses, NTSTATUS, 1), STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_str_eq(step->text, "a: s = ZwOpenSection 4 name=\\x => "
                                     "STATUS_ACCESS_DENIED|0xC0000034");
}
END_TEST

START_TEST(an_expected_status_replaces_the_one_before_it) {
        g_autoptr(Script) script = parse("NtClose 4 => STATUS_SUCCESS\nexpect 0xC0000008\n");

        ck_assert_uint_eq(step_of(script, 0)->statuses->len, 1);
        ck_assert_int_eq(g_array_index(step_of(script, 0)->statuses, NTSTATUS, 0),
                        STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(names_of_calls_must_be_right) {
        is_refused("NtFoo 4\n", "f:1:1: 'NtFoo'");
        is_refused("NtClose 4\n\nntclose 4\n", "f:3:1: 'ntclose'");
        is_refused("ZwWrite 4 00\n", "f:1:1: ");
        is_refused("Zwrite 4 00\n", "f:1:1: ");
        is_refused("x =\n", "f:1:4: a call is wanted");
        is_refused("= NtClose 4\n", "f:1:1: ");
        is_refused("1x = NtOpenSection 4\n", "f:1:1: a variable's name");
        is_refused("last = NtOpenSection 4\n", "f:1:1: 'last'");
        is_refused("x = NtClose 4\n", "f:1:5: NtClose gives nothing");
}
END_TEST

START_TEST(arguments_must_be_there_once_and_have_a_parameter) {
        is_refused("NtClose\n", "f:1:8: NtClose also needs handle");
        is_refused("NtClose => STATUS_SUCCESS\n", "f:1:9: NtClose also needs handle");
        is_refused("NtClose 4 8\n", "f:1:11: NtClose wants no more");
        is_refused("NtClose 4 handle=8\n", "f:1:11: handle is given twice");
        is_refused("NtClose handel=8\n", "f:1:9: NtClose has no parameter 'handel'");
        is_refused("write 4\n", "f:1:8: write also needs bytes");
        is_refused("write 4 0g\n", "f:1:9: ");
        is_refused("write 4 00 0\n", "f:1:12: ");
        is_script("NtClose handle=8\n", 1, 1);
        is_script("NtQuerySection 4\nNtQuerySection 4 1\nNtQuerySection class=1 4\n", 3, 3);
        is_script("write 4 \"a # b\" 00ff 0A => STATUS_ACCESS_VIOLATION\n", 1, 1);
}
END_TEST

START_TEST(outcomes_must_be_statuses) {
        is_refused("NtClose 4 =>\n", "f:1:13: a status is wanted");
        is_refused("NtClose 4 => 5\n", "f:1:14: a status is wanted");
        is_refused("NtClose 4 => STATUS_SUCCESS|\n", "f:1:29: a status is wanted");
        is_refused("NtClose 4 => SECTION_QUERY\n", "f:1:14: a status is wanted");
        is_refused("NtClose 4 => 0x1FFFFFFFF\n", "f:1:14: a status is wanted");
        is_refused("NtClose 4 => STATUS_SUCCESS 5\n", "f:1:29: the line should end");
        is_refused("expect STATUS_SUCCESS\n", "f:1:8: there is no call");
}
END_TEST

START_TEST(processes_must_be_there_when_they_are_named) {
        is_refused("a: NtClose 4\n", "f:1:1: there is no process 'a'");
        is_refused("process a\nprocess a\n", "f:2:9: there is a process 'a'");
        is_refused("process a\nkill a\na: NtClose 4\n", "f:3:1: there is no process 'a'");
        is_refused("process a\nend a\nkill a\n", "f:3:6: there is no process 'a'");
        is_refused("process\n", "f:1:8: a process's name");
        is_refused("process ä\n", "f:1:9: a process's name");
        is_refused("process a root\n", "f:1:11: 'kernel' or uid=");
        is_refused("process a uid=x\n", "f:1:15: 'x' is neither");
        is_refused(": NtClose 4\n", "f:1:1: there is no process ''");
        is_script("process a\nkill a\nprocess a\na: NtClose 4\n", 4, 4);
        is_script("NtClose 4\nmain: NtClose 4\nkill main\nNtClose 4\n", 4, 4);
}
END_TEST

START_TEST(variables_must_be_set_before_they_are_used) {
        is_refused("NtClose $x\n", "f:1:9: no line before this one sets $x");
        is_refused("let x = $x\n", "f:1:9: no line before this one sets $x");
        is_refused("NtClose $last\n", "f:1:9: no line before this one sets $last");
        is_refused("s = NtCreateSection 0\nNtClose $s.base\n", "f:2:9: $s has no 'base'");
        is_refused("q = NtQueryObject 4 1\nNtClose $q.name\n", "f:2:9: an integer is wanted");
        is_script("s = NtCreateSection 0\nNtClose $s\nNtClose $s.handle\n", 3, 3);
        is_script("s = NtCreateSection 0\nNtClose $last\n", 2, 2);
}
END_TEST

START_TEST(expectations_suit_the_type_of_what_they_are_about) {
        is_refused("expect\n", "f:1:7: what is expected?");
        is_refused("expect handle == 4\n", "f:1:8: there is no call");
        is_refused("NtClose 4\nexpect handle == 4\n", "f:2:8: $last has no 'handle'");
        is_refused("let x = 1\nexpect $x has 1\n", "f:2:11: an integer: ==");
        is_refused("let x = \\a\nexpect $x < \\b\n", "f:2:11: a name: ==");
        is_refused("NtQueryDirectoryObject 4\nexpect names == a\n", "f:2:14: a list of names: are");
        is_refused("NtQueryDirectoryObject 4\nexpect names has\n", "f:2:17: a name is wanted");
        is_refused("let x = 1\nexpect $x == 1 2\n", "f:2:16: the line should end");
        is_refused("let x = 1\nexpect $x ==\n", "f:2:13: an integer is wanted");
        is_refused("let x = 1\nexpect 5 == $x\n", "f:2:8: a status, $variable, or an output");
        is_script("NtQueryDirectoryObject 4\nexpect names are\nexpect names are-in-order a \"b "
                  "c\"\n",
                        3, 3);
        is_script("read 4 4\nexpect bytes == \"ab\" 00 ff\n", 2, 2);
}
END_TEST

START_TEST(lets_have_the_type_of_their_value) {
        is_refused("let x 4\n", "f:1:7: '='");
        is_refused("let x =\n", "f:1:8: a value");
        is_refused("let x=4\n", "f:1:5: a variable's name");
        is_refused("let x = 4 5\n", "f:1:11: the line should end");
        is_refused("let last = 4\n", "f:1:5: 'last'");
        is_script("let x = \"a\"*5+\"b\"\nlet y = $x+\"c\"\nexpect $y != \\a\n", 3, 3);
        is_script("let x = 4\nlet y = $x+4\nexpect $y > $x\n", 3, 3);
}
END_TEST

START_TEST(tests_have_a_name_in_quotes) {
        is_refused("test\n", "f:1:5: what is tested");
        is_refused("test name\n", "f:1:6: what is tested");
        is_refused("test \"\"\n", "f:1:6: what is tested");
        is_refused("test \"a\" b\n", "f:1:10: the line should end");
        is_refused("test \"a\n", "f:1:6: this quote");
}
END_TEST

START_TEST(hostile_bytes_are_refused_where_they_are) {
        is_refused_with("NtClose 4\nNt\0Close 4\n", 22, "f:2:3: a control character");
        is_refused("NtClose \x1B[2J\n", "f:1:9: a control character");
        is_refused("NtClose\x7F\n", "f:1:8: a control character");
        is_refused("\xC2\x9B\n", "f:1:1: a control character");
        is_refused("\xFF\n", "f:1:1: this byte is not UTF-8");
        is_refused("# \xC3\n", "f:1:3: this byte is not UTF-8");
        is_refused("NtClose \xED\xA0\x80\n", "f:1:9: this byte is not UTF-8");
        is_refused("\xC3\xA4 NtClose\n", "f:1:1: '\xC3\xA4' is nothing");
        is_refused("\xC3\xA4: NtClose\n", "f:1:1: ");
        is_refused("let \"\xC3\xA4\" = \"\n", "f:1:11: this quote");
        is_refused_with("a", 1, "f:1:1: ");
}
END_TEST

START_TEST(long_lines_and_many_words_are_lines_too) {
        g_autofree char *long_word = g_strnfill(1 << 20, 'a');
        g_autofree char *text = g_strdup_printf("%s\n", long_word);
        g_autofree char *name = g_strdup_printf("NtOpenSection 4 name=\\%.32766s\n", long_word);
        g_autofree char *too_long = g_strdup_printf("NtOpenSection 4 name=\\%.32767s\n", long_word);
        GString *bytes = g_string_new("write 4");
        g_autofree char *line = NULL;

        is_refused(text, "f:1:1: ");
        is_script(name, 1, 1);
        is_refused(too_long, "f:1:22: a name has 32768 units");
        for (unsigned i = 0; i < 100000; i++)
                g_string_append(bytes, " 00");
        line = g_string_free(bytes, FALSE);
        is_script(line, 1, 1);
}
END_TEST

START_TEST(a_script_that_was_cut_anywhere_is_a_script_or_refused) {
        const char *whole = "process a\nprocess b uid=0\nlet n = \"x\"*3+\"y%{D800}\"\n"
                            "each i in 1..2 \"q r\"\na: s{i} = NtCreateSection 5|0x4 size=4K+1 "
                            "name=\\a%{0}{i}\ndone\n"
                            "test \"t\"\nb: NtQueryDirectoryObject 4 => STATUS_MORE_ENTRIES\n"
                            "expect names has a \"b\"\nwrite 4 \"a\" 00\nkill a\nend b\n";

        for (size_t size = 0; size <= strlen(whole); size++) {
                for (unsigned flip = 0; flip < 3; flip++) {
                        g_autofree char *text = g_strndup(whole, size);
                        g_autoptr(GError) error = NULL;
                        g_autoptr(Script) script = NULL;

                        if (flip && size)
                                text[size / 2] = flip == 1 ? '"' : '$';
                        script = script_parse("f", text, size, &error);
                        ck_assert_int_eq(script == NULL, error != NULL);
                }
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, lines_without_words_are_nothing);
        tcase_add_test(tests, every_kind_of_line_is_a_step_but_tests_and_statuses);
        tcase_add_test(tests, steps_belong_to_the_test_before_them);
        tcase_add_test(tests, a_call_has_a_process_a_variable_arguments_and_statuses);
        tcase_add_test(tests, an_expected_status_replaces_the_one_before_it);
        tcase_add_test(tests, names_of_calls_must_be_right);
        tcase_add_test(tests, arguments_must_be_there_once_and_have_a_parameter);
        tcase_add_test(tests, outcomes_must_be_statuses);
        tcase_add_test(tests, processes_must_be_there_when_they_are_named);
        tcase_add_test(tests, variables_must_be_set_before_they_are_used);
        tcase_add_test(tests, expectations_suit_the_type_of_what_they_are_about);
        tcase_add_test(tests, lets_have_the_type_of_their_value);
        tcase_add_test(tests, tests_have_a_name_in_quotes);
        tcase_add_test(tests, hostile_bytes_are_refused_where_they_are);
        tcase_add_test(tests, long_lines_and_many_words_are_lines_too);
        tcase_add_test(tests, a_script_that_was_cut_anywhere_is_a_script_or_refused);
}

int main(void) {
        return suite_main("cli-script-parse", 30, add_tests);
}
