#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ntrtldbg.h"
#include "ntstatus.h"
#include "suite.h"

#define SAID_MAX 4096

static int reading_end = -1, standard_error = -1;

/* From here on what is said comes back from said(). */
static void listen_to_debug_output(void) {
        int ends[2];

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
        standard_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
        close(ends[1]);
        reading_end = ends[0];
}

static const char *said(void) {
        static char text[SAID_MAX];
        ssize_t n = read(reading_end, text, sizeof(text) - 1);

        text[n > 0 ? n : 0] = 0;
        return text;
}

static void stop_listening(void) {
        dup2(standard_error, STDERR_FILENO);
        close(standard_error);
        close(reading_end);
}

START_TEST(messages_go_to_standard_error) {
        UNICODE_STRING name = { 8, 8, (PWSTR) u"name" };

        listen_to_debug_output();
        ck_assert_uint_eq(DbgPrint("%d %s %wZ\n", 5, "five", &name), STATUS_SUCCESS);
        ck_assert_str_eq(said(), "5 five name\n");
        stop_listening();
}
END_TEST

/* The buffer of Windows has 512 bytes, the last of which becomes a newline where text is lost. */
START_TEST(long_messages_are_cut_off) {
        char want[513];

        memset(want, ' ', sizeof(want));
        listen_to_debug_output();
        DbgPrint("%512d", 5);
        want[511] = '5';
        want[512] = 0;
        ck_assert_str_eq(said(), want);
        DbgPrint("%513d", 5);
        want[511] = '\n';
        ck_assert_str_eq(said(), want);
        DbgPrint("%100000d", 5);
        ck_assert_str_eq(said(), want);
        stop_listening();
}
END_TEST

START_TEST(components_speak_at_level_0_at_first) {
        listen_to_debug_output();
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "error");
        ck_assert_str_eq(said(), "error");
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "info");
        ck_assert_str_eq(said(), "");
        DbgPrintEx(0xFFFFFFFF, DPFLTR_INFO_LEVEL, "no component");
        ck_assert_str_eq(said(), "no component");
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_MASK | 1, "mask");
        ck_assert_str_eq(said(), "mask");
        ck_assert_uint_eq(DbgPrintEx(5000, DPFLTR_ERROR_LEVEL, "no such"), STATUS_SUCCESS);
        ck_assert_str_eq(said(), "");
        stop_listening();
        ck_assert_int_eq(NtQueryDebugFilterState(77, 0), TRUE);
        ck_assert_int_eq(NtQueryDebugFilterState(77, 1), FALSE);
        ck_assert_int_eq(ZwQueryDebugFilterState(155, 31), FALSE);
        ck_assert_int_eq(DbgQueryDebugFilterState(156, 0), STATUS_INVALID_PARAMETER_1);
}
END_TEST

static void NTAPI say(const char *prefix, const char *format, ...) {
        __builtin_ms_va_list arguments;

        __builtin_ms_va_start(arguments, format);
        vDbgPrintExWithPrefix(prefix, DPFLTR_DEFAULT_ID, DPFLTR_ERROR_LEVEL, format, arguments);
        __builtin_ms_va_end(arguments);
}

START_TEST(a_prefix_comes_before_the_text) {
        listen_to_debug_output();
        say("driver: ", "%s %I64d", "text", 5ll);
        ck_assert_str_eq(said(), "driver: text 5");
        stop_listening();
}
END_TEST

START_TEST(nobody_answers_a_prompt) {
        char answer[8] = "xxxxxxx";

        listen_to_debug_output();
        ck_assert_uint_eq(DbgPrompt("well? ", answer, sizeof(answer)), 0);
        ck_assert_str_eq(said(), "well? ");
        ck_assert_str_eq(answer, "");
        stop_listening();
}
END_TEST

START_TEST(a_reader_that_has_gone_ends_nothing) {
        sigset_t pending;

        listen_to_debug_output();
        close(reading_end);
        reading_end = open("/dev/null", O_RDONLY | O_CLOEXEC);
        DbgPrint("nobody reads this\n");
        stop_listening();
        sigpending(&pending);
        ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
}
END_TEST

START_TEST(an_assertion_is_said_and_breaks) {
        int status;
        pid_t child;

        listen_to_debug_output();
        child = fork();
        if (child == 0) {
                RtlAssert((PVOID) "1 == 2", (PVOID) "file.c", 42, (PSTR) "what: ");
                _exit(0);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTRAP);
        ck_assert_str_eq(said(), "\n*** Assertion failed: what: 1 == 2\n"
                                 "***   Source File: file.c, line 42\n\n");
        stop_listening();
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, messages_go_to_standard_error);
        tcase_add_test(tests, long_messages_are_cut_off);
        tcase_add_test(tests, components_speak_at_level_0_at_first);
        tcase_add_test(tests, a_prefix_comes_before_the_text);
        tcase_add_test(tests, nobody_answers_a_prompt);
        tcase_add_test(tests, a_reader_that_has_gone_ends_nothing);
        tcase_add_test(tests, an_assertion_is_said_and_breaks);
}

int main(void) {
        return suite_main("rtl-debug", 10, add_tests);
}
