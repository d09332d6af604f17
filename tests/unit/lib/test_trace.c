#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attached.h"
#include "ntstatus.h"
#include "scratch.h"
#include "suite.h"
#include "trace.h"

/* ZW_TRACE counts when the library is loaded: every case is a run of this program. */
#define TRACED_PROGRAM "--traced-program"

static bool run_traced(const char *trace, const char *part) {
        char *arguments[] = { (char *) "test", (char *) TRACED_PROGRAM, (char *) part, NULL };
        pid_t child = fork();
        int state = -1;

        if (child == 0) {
                if (trace)
                        setenv("ZW_TRACE", trace, 1);
                execv("/proc/self/exe", arguments);
                _exit(1);
        }
        waitpid(child, &state, 0);
        return state == 0;
}

static void trace_three_calls(void) {
        trace_begin();
        trace_end("NtFirst", STATUS_SUCCESS, "handle=0x%x", 8);
        trace_begin();
        trace_message();
        errno = 77;
        trace_end("NtSecond", (NTSTATUS) 0xC0FFEE00, "%s", "");
        trace_begin();
        trace_message();
        trace_message();
        trace_end("NtThird", STATUS_ACCESS_DENIED, "%s", "a");
}

/* The number that the trace's file has, by what is open that was not before. */
static bool reuse_trace_descriptor(const char *path) {
        close_range(3, ~0u, 0);
        for (int i = 0; i < 8; i++) {
                if (open(path, O_RDWR | O_CREAT | O_APPEND, 0600) != 3 + i)
                        return false;
        }
        return true;
}

static bool traced_program(const char *part) {
        if (strcmp(part, "off") == 0)
                return !TRACING();
        if (!TRACING())
                return false;
        if (strcmp(part, "broken-pipe") == 0)
                signal(SIGPIPE, SIG_DFL);
        if (g_str_has_prefix(part, "/") && !reuse_trace_descriptor(part))
                return false;
        trace_three_calls();
        return errno == 77;
}

static const char three_lines[] = "NtFirst(handle=0x8) = STATUS_SUCCESS, 0 messages\n"
                                  "NtSecond() = 0xC0FFEE00, 1 message\n"
                                  "NtThird(a) = STATUS_ACCESS_DENIED, 2 messages\n";

START_TEST(a_trace_has_one_line_per_call_and_keeps_errno) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *path = g_build_filename(scratch_path(scratch), "trace", NULL);
        g_autofree char *text = NULL;

        ck_assert(run_traced(path, "on"));
        ck_assert(g_file_get_contents(path, &text, NULL, NULL));
        ck_assert_str_eq(text, three_lines);
}
END_TEST

START_TEST(a_dash_traces_to_standard_error) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *path = g_build_filename(scratch_path(scratch), "errors", NULL);
        g_autofree char *text = NULL;
        int saved = fcntl(2, F_DUPFD_CLOEXEC, 3);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        bool success;

        ck_assert_int_eq(dup2(fd, 2), 2);
        success = run_traced("-", "on");
        dup2(saved, 2);
        close(saved);
        close(fd);
        ck_assert(success);
        ck_assert(g_file_get_contents(path, &text, NULL, NULL));
        ck_assert_str_eq(text, three_lines);
}
END_TEST

START_TEST(without_the_variable_nothing_is_traced) {
        unsetenv("ZW_TRACE");
        ck_assert(run_traced(NULL, "off"));
        ck_assert(run_traced("", "off"));
        ck_assert(run_traced("/nonexistent/trace", "off"));
}
END_TEST

START_TEST(a_trace_writes_to_no_descriptor_of_the_program) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *path = g_build_filename(scratch_path(scratch), "trace", NULL);
        g_autofree char *other = g_build_filename(scratch_path(scratch), "other", NULL);
        g_autofree char *text = NULL;

        ck_assert(run_traced(path, other));
        ck_assert(g_file_get_contents(other, &text, NULL, NULL));
        ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(a_trace_whose_reader_is_gone_ends_no_program) {
        int saved = fcntl(2, F_DUPFD_CLOEXEC, 3), pipe_fds[2];
        bool success;

        ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
        ck_assert_int_eq(dup2(pipe_fds[1], 2), 2);
        close(pipe_fds[0]);
        close(pipe_fds[1]);
        success = run_traced("-", "broken-pipe");
        dup2(saved, 2);
        close(saved);
        ck_assert(success);
}
END_TEST

static void assert_name(const WCHAR *name, size_t n_units, const char *want) {
        char buffer[256];

        ck_assert_str_eq(trace_name(buffer, sizeof(buffer), name, n_units), want);
}

START_TEST(names_are_printed_as_they_are_read) {
        static const WCHAR plain[] = u"\\BaseNamedObjects\\x";
        static const WCHAR foreign[] = u"\u00e4\u20ac\U0001F600";

        assert_name(plain, 19, "\"\\BaseNamedObjects\\x\"");
        assert_name(foreign, 4, "\"\u00e4\u20ac\U0001F600\"");
        assert_name(plain, 0, "\"\"");
        assert_name(NULL, 0, "NULL");
}
END_TEST

START_TEST(what_could_fool_a_reader_is_escaped) {
        static const WCHAR control[] = { 'a', 0, 0x1B, '"', 0x9B, '\n' };
        static const WCHAR broken[] = { 0xD800, 'x', 0xDC00, 0xD83D };
        static const WCHAR sly[] = { 0x202E, 0xFEFF, 0xFFFF };

        assert_name(control, 6, "\"a\\u{0}\\u{1b}\\u{22}\\u{9b}\\u{a}\"");
        assert_name(broken, 4, "\"\\u{d800}x\\u{dc00}\\u{d83d}\"");
        assert_name(sly, 3, "\"\\u{202e}\\u{feff}\\u{ffff}\"");
}
END_TEST

START_TEST(long_names_are_cut_between_characters) {
        WCHAR name[64];
        char buffer[32];

        for (size_t size = 6; size <= sizeof(buffer); size++) {
                for (int i = 0; i < 64; i++)
                        name[i] = 0x20AC;
                memset(buffer, '#', sizeof(buffer));
                trace_name(buffer, size, name, 64);
                ck_assert_uint_lt(strnlen(buffer, size), size);
                ck_assert(g_str_has_suffix(buffer, "...\""));
                ck_assert(g_utf8_validate(buffer, -1, NULL));
                for (size_t at = size; at < sizeof(buffer); at++)
                        ck_assert_int_eq(buffer[at], '#');
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_trace_has_one_line_per_call_and_keeps_errno);
        tcase_add_test(tests, a_dash_traces_to_standard_error);
        tcase_add_test(tests, without_the_variable_nothing_is_traced);
        tcase_add_test(tests, a_trace_writes_to_no_descriptor_of_the_program);
        tcase_add_test(tests, a_trace_whose_reader_is_gone_ends_no_program);
        tcase_add_test(tests, names_are_printed_as_they_are_read);
        tcase_add_test(tests, what_could_fool_a_reader_is_escaped);
        tcase_add_test(tests, long_names_are_cut_between_characters);
}

int main(int argc, char **argv) {
        if (argc == 3 && strcmp(argv[1], TRACED_PROGRAM) == 0)
                return !traced_program(argv[2]);
        return suite_main("trace", 60, add);
}
