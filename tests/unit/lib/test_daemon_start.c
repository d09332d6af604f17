#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "attached.h"
#include "connection.h"
#include "suite.h"

enum { N_THREADS = 8 };

/*
 * The daemon is this program, under the options that libzw starts one with. It writes what it finds
 * around itself to a file beside its socket, before it says that it is ready.
 */
static void report_surroundings(const char *address) {
        g_autofree char *path = g_strconcat(address, ".report", NULL);
        g_autofree char *folder = g_get_current_dir();
        g_autoptr(GString) report = g_string_new(NULL);
        struct sigaction action;
        sigset_t blocked;
        int n_open = 0, n_ignored = 0, n_blocked = 0;

        for (int fd = 0; fd < 256; fd++)
                n_open += fcntl(fd, F_GETFD) >= 0;
        sigprocmask(SIG_BLOCK, NULL, &blocked);
        for (int i = 1; i < NSIG; i++) {
                n_ignored += sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
                n_blocked += sigismember(&blocked, i) == 1;
        }
        g_string_printf(report, "open=%d ignored=%d blocked=%d folder=%s leader=%d parent=%d",
                        n_open, n_ignored, n_blocked, folder, getsid(0) == getpid(),
                        (int) getppid());
        g_file_set_contents(path, report->str, -1, NULL);
}

static int daemon_main(int argc, char **argv) {
        const char *wanted[] = { "--foreground", "--address", NULL, "--idle-exit", "10",
                "--print-address", "3" };
        const char *how = getenv("FAKE_DAEMON");

        for (int i = 0; i < 7; i++) {
                if (argc != 8 || (wanted[i] && strcmp(argv[i + 1], wanted[i]) != 0))
                        return 2;
        }
        if (how && strcmp(how, "fails") == 0)
                return 1;
        report_surroundings(argv[3]);
        return fake_daemon_main(argv[3], 3);
}

typedef struct Home {
        Scratch *scratch;
        char *folder;
        char *socket;
} Home;

static void home_init(Home *home) {
        home->scratch = scratch_new();
        home->folder = g_build_filename(scratch_path(home->scratch), "ntobjd", NULL);
        home->socket = g_build_filename(home->folder, "socket", NULL);
        setenv("XDG_RUNTIME_DIR", scratch_path(home->scratch), 1);
        setenv("NTOBJD", "/proc/self/exe", 1);
        unsetenv("NTOBJ_ADDRESS");
}

/* The daemon removes its socket when its last client is gone; then the folder can go. */
static void home_clear(Home *home) {
        zw_detach();
        while (access(home->socket, F_OK) == 0)
                sched_yield();
        scratch_free(home->scratch);
        g_free(home->folder);
        g_free(home->socket);
}

static char *home_report(const Home *home) {
        g_autofree char *path = g_strconcat(home->socket, ".report", NULL);
        char *report = NULL;

        ck_assert(g_file_get_contents(path, &report, NULL, NULL));
        return report;
}

START_TEST(a_program_that_finds_no_daemon_starts_one) {
        Home home;
        struct stat about;

        home_init(&home);
        ck_assert_uint_eq(attached_process(), 4);
        ck_assert_int_eq(stat(home.folder, &about), 0);
        ck_assert_uint_eq(about.st_mode & 0777, 0700);
        home_clear(&home);
}
END_TEST

START_TEST(a_daemon_that_was_started_has_nothing_of_the_program) {
        Home home;
        g_autofree char *report = NULL;
        g_autofree char *start = NULL;
        sigset_t all;

        home_init(&home);
        signal(SIGPIPE, SIG_IGN);
        sigfillset(&all);
        sigdelset(&all, SIGALRM);
        ck_assert_int_eq(sigprocmask(SIG_SETMASK, &all, NULL), 0);
        ck_assert_int_ge(fcntl(1, F_DUPFD, 100), 0);
        ck_assert_uint_eq(attached_process(), 4);
        report = home_report(&home);
        ck_assert_str_eq(strstr(report, "open"), report);
        start = g_strndup(report, strlen("open=4 ignored=0 blocked=0 folder=/ leader=1"));
        ck_assert_str_eq(start, "open=4 ignored=0 blocked=0 folder=/ leader=1");
        home_clear(&home);
        close_range(100, ~0u, 0);
}
END_TEST

static volatile sig_atomic_t n_child_signals;

static void on_child(int number) {
        (void) number;
        n_child_signals++;
}

START_TEST(the_program_is_told_of_no_child_and_has_none) {
        Home home;

        home_init(&home);
        signal(SIGCHLD, on_child);
        ck_assert_uint_eq(attached_process(), 4);
        ck_assert_int_eq(n_child_signals, 0);
        ck_assert_int_lt(waitpid(-1, NULL, WNOHANG | __WALL), 0);
        ck_assert_int_eq(errno, ECHILD);
        home_clear(&home);
}
END_TEST

START_TEST(a_program_that_ignores_its_children_starts_a_daemon_too) {
        Home home;

        home_init(&home);
        signal(SIGCHLD, SIG_IGN);
        ck_assert_uint_eq(attached_process(), 4);
        home_clear(&home);
}
END_TEST

static void *attach(void *context) {
        (void) context;
        attached_process();
        return NULL;
}

START_TEST(programs_that_start_at_once_start_one_daemon) {
        Home home;
        pthread_t thread;
        pid_t children[N_THREADS];
        int gate[2], hold[2];
        char byte;

        home_init(&home);
        ck_assert_int_eq(pipe(gate), 0);
        ck_assert_int_eq(pipe(hold), 0);
        for (int i = 0; i < N_THREADS; i++) {
                children[i] = fork();
                if (children[i] == 0) {
                        bool equal;

                        close(gate[1]);
                        close(hold[1]);
                        equal = read(gate[0], &byte, 1) == 0 && attached_process() % 4 == 0;
                        /* Nobody leaves, and ends the daemon, before all have come. */
                        child_exit(equal && read(hold[0], &byte, 1) == 0);
                }
        }
        close(gate[1]);
        ck_assert_int_eq(pthread_create(&thread, NULL, attach, NULL), 0);
        pthread_join(thread, NULL);
        close(hold[1]);
        for (int i = 0; i < N_THREADS; i++)
                child_expect_success(children[i]);
        close(gate[0]);
        close(hold[0]);
        home_clear(&home);
}
END_TEST

START_TEST(a_daemon_that_cannot_start_refuses_the_connection) {
        Home home;
        const Client *client = NULL;

        home_init(&home);
        setenv("FAKE_DAEMON", "fails", 1);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_PORT_CONNECTION_REFUSED);
        setenv("NTOBJD", "/nonexistent/ntobjd", 1);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_PORT_CONNECTION_REFUSED);
        home_clear(&home);
}
END_TEST

START_TEST(no_daemon_is_started_at_an_address_that_was_named) {
        Home home;
        const Client *client = NULL;

        home_init(&home);
        setenv("NTOBJ_ADDRESS", home.socket, 1);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_PORT_CONNECTION_REFUSED);
        ck_assert_status(zw_attach(home.socket, 0), STATUS_PORT_CONNECTION_REFUSED);
        ck_assert_int_lt(access(home.folder, F_OK), 0);
        home_clear(&home);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_program_that_finds_no_daemon_starts_one);
        tcase_add_test(tests, a_daemon_that_was_started_has_nothing_of_the_program);
        tcase_add_test(tests, the_program_is_told_of_no_child_and_has_none);
        tcase_add_test(tests, a_program_that_ignores_its_children_starts_a_daemon_too);
        tcase_add_test(tests, programs_that_start_at_once_start_one_daemon);
        tcase_add_test(tests, a_daemon_that_cannot_start_refuses_the_connection);
        tcase_add_test(tests, no_daemon_is_started_at_an_address_that_was_named);
}

int main(int argc, char **argv) {
        if (argc > 1 && strcmp(argv[1], "--foreground") == 0)
                return daemon_main(argc, argv);
        return suite_main("daemon-start", 60, add);
}
