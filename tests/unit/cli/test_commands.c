#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "cli.h"
#include "fake-namespace.h"
#include "suite.h"

static const FakeObject objects[] = {
        { u"event", u"Event", NULL, 0 },
        { u"section", u"Section", NULL, 0 },
        { u"secret", u"Section", NULL, STATUS_ACCESS_DENIED },
        { u"closed", u"SymbolicLink", u"x", STATUS_ACCESS_DENIED },
};

/* Runs a command as main() does; returns what it writes to standard output. */
static char *run(CliExit want, const Command *command, const char *a, const char *b) {
        const char *arguments[] = { command->name, a, b, NULL };
        int n_arguments = b ? 3 : a ? 2 : 1;
        autofd int out = memfd_create("output", MFD_CLOEXEC);
        autofd int before = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        g_auto(Cli) cli = { .utf8 = true };
        char *text = g_malloc0(65536);
        CliExit code;

        ck_assert_int_ge(out, 0);
        fflush(stdout);
        ck_assert_int_ge(dup2(out, STDOUT_FILENO), 0);
        code = command->run(&cli, command, n_arguments, (char **) arguments);
        fflush(stdout);
        ck_assert_int_ge(dup2(before, STDOUT_FILENO), 0);

        ck_assert_int_ge(pread(out, text, 65535, 0), 0);
        ck_assert_int_eq(code, want);
        ck_assert_uint_eq(fake_namespace.n_open, 0);
        return text;
}

static void
writes(CliExit want, const Command *command, const char *a, const char *b, const char *text) {
        g_autofree char *is = run(want, command, a, b);

        ck_assert_str_eq(is, text);
}

static void setup(void) {
        fake_namespace_set(objects, G_N_ELEMENTS(objects));
}

START_TEST(stat_of_a_type_without_a_service_to_open_it_is_no_failure) {
        writes(CLI_OK, &stat_command, "\\event", NULL,
                        "        Path: \\event\n"
                        "        Type: Event\n"
                        "      Opened: no, this version cannot open objects of this type\n");
        writes(CLI_OK, &stat_command, "--json", "\\event",
                        "{\n  \"version\": 1,\n  \"objects\": [\n    {\n      \"asked\": "
                        "\"\\\\event\",\n"
                        "      \"type\": \"Event\",\n      \"opened\": false\n    }\n  ]\n}\n");
}
END_TEST

START_TEST(stat_of_what_may_not_be_opened_tells_its_type) {
        writes(CLI_FAILED, &stat_command, "\\secret", NULL,
                        "        Path: \\secret\n"
                        "        Type: Section\n"
                        "      Opened: no (STATUS_ACCESS_DENIED)\n");
}
END_TEST

START_TEST(stat_of_a_section_tells_all_but_our_own_handle) {
        writes(CLI_OK, &stat_command, "\\section", NULL,
                        "        Path: section\n"
                        "        Type: Section\n"
                        "      Access: 0x00020001 SECTION_QUERY READ_CONTROL\n"
                        "     Handles: 2\n"
                        "  References: 5\n"
                        "    Lifetime: temporary\n"
                        "        Size: 8589934592\n"
                        "  Attributes: 0x14000000 SEC_RESERVE SEC_NOCACHE\n");
}
END_TEST

START_TEST(a_size_that_may_not_be_asked_is_unknown_not_zero) {
        g_autofree char *text = NULL;

        fake_namespace.section_failure = STATUS_ACCESS_DENIED;
        text = run(CLI_FAILED, &stat_command, "\\section", NULL);
        ck_assert_ptr_nonnull(strstr(text, "        Size: unknown (STATUS_ACCESS_DENIED)\n"));
        ck_assert_ptr_null(strstr(text, "Attributes"));
}
END_TEST

/* MAX() in GLib evaluates the greater of its arguments twice. */
START_TEST(a_failing_entry_is_written_once) {
        g_autofree char *listed = run(CLI_FAILED, &ls_command, "--json", NULL);
        const char *first = strstr(listed, "\"closed\"");

        ck_assert_ptr_nonnull(first);
        ck_assert_ptr_null(strstr(first + 1, "\"closed\""));
}
END_TEST

START_TEST(a_link_that_may_not_be_read_is_listed_with_the_reason) {
        writes(CLI_FAILED, &ls_command, "\\", NULL,
                        "closed -> (STATUS_ACCESS_DENIED)  SymbolicLink\n"
                        "event                             Event\n"
                        "secret                            Section\n"
                        "section                           Section\n");
        writes(CLI_FAILED, &tree_command, NULL, NULL,
                        "\\\n"
                        "├── closed  (STATUS_ACCESS_DENIED)\n"
                        "├── event  [Event]\n"
                        "├── secret  [Section]\n"
                        "└── section  [Section]\n");
}
END_TEST

START_TEST(a_daemon_that_goes_away_is_told_by_the_exit_code) {
        fake_namespace.query_failure = STATUS_PORT_DISCONNECTED;
        writes(CLI_UNREACHABLE, &ls_command, NULL, NULL, "");
        writes(CLI_UNREACHABLE, &tree_command, NULL, NULL, "");
}
END_TEST

START_TEST(whoever_is_not_let_in_gets_the_code_for_that) {
        fake_namespace.attach_failure = STATUS_ACCESS_DENIED;
        writes(CLI_UNREACHABLE, &ls_command, NULL, NULL, "");
        writes(CLI_UNREACHABLE, &stats_command, NULL, NULL, "");
}
END_TEST

START_TEST(statistics_are_grouped_by_user_whatever_their_number_and_order) {
        enum { N_USERS = 300 };
        g_autofree ZW_STATISTIC *statistics = g_new0(ZW_STATISTIC, N_USERS + 1);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        for (ULONG i = 0; i < N_USERS; i++) {
                statistics[i] = (ZW_STATISTIC){
                        .Name = "objects",
                        .Value = i,
                        .Limit = 1000,
                        .User = 4000000000u - i,
                };
        }
        statistics[N_USERS] = (ZW_STATISTIC){
                .Name = "bad\x1Bname",
                .Value = UINT64_MAX,
                .Limit = ZW_NO_LIMIT,
                .User = ZW_NO_USER,
        };
        fake_namespace.statistics = statistics;
        fake_namespace.n_statistics = N_USERS + 1;

        text = run(CLI_OK, &stats_command, NULL, NULL);
        lines = g_strsplit(text, "\n", -1);
        ck_assert_uint_eq(g_strv_length(lines), 2 * (N_USERS + 1) + 1);
        ck_assert(g_str_has_prefix(lines[0], "daemon at "));
        ck_assert_str_eq(lines[1], "  bad?name             18446744073709551615");
        ck_assert_str_eq(lines[2], "user 3999999701");
        ck_assert_str_eq(lines[3], "  objects                           299  of 1000");
        ck_assert_str_eq(lines[2 * N_USERS], "user 4000000000");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, stat_of_a_type_without_a_service_to_open_it_is_no_failure);
        tcase_add_test(tests, stat_of_what_may_not_be_opened_tells_its_type);
        tcase_add_test(tests, stat_of_a_section_tells_all_but_our_own_handle);
        tcase_add_test(tests, a_size_that_may_not_be_asked_is_unknown_not_zero);
        tcase_add_test(tests, a_failing_entry_is_written_once);
        tcase_add_test(tests, a_link_that_may_not_be_read_is_listed_with_the_reason);
        tcase_add_test(tests, a_daemon_that_goes_away_is_told_by_the_exit_code);
        tcase_add_test(tests, whoever_is_not_let_in_gets_the_code_for_that);
        tcase_add_test(tests, statistics_are_grouped_by_user_whatever_their_number_and_order);
}

int main(void) {
        return suite_main("cli-commands", 10, add_tests);
}
