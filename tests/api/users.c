#include "users.h"

#include <fcntl.h>
#include <glib.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "scratch.h"
#include "suite.h"

#define SKIPPED 77

static Scratch *the_folder;
static Daemon *the_daemon;
static void (*add_tests)(TCase *tests);

static void become(uid_t uid, gid_t group) {
        need(setgroups(group == uid ? 0 : 1, &group) == 0);
        need(setresgid(uid, uid, uid) == 0);
        need(setresuid(uid, uid, uid) == 0);
        need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
}

void user_start_in(User *user, uid_t uid, gid_t group, void (*body)(User *user)) {
        ck_assert_int_eq(pipe2(user->ready, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(user->go, O_CLOEXEC), 0);
        user->pid = fork();
        ck_assert_int_ge(user->pid, 0);
        if (user->pid == 0) {
                close(user->ready[0]);
                close(user->go[1]);
                become(uid, group);
                body(user);
                _exit(0);
        }
        close(user->ready[1]);
        close(user->go[0]);
}

void user_start(User *user, uid_t uid, void (*body)(User *user)) {
        user_start_in(user, uid, uid, body);
}

void user_pause(User *user) {
        char byte = 'x';

        need(write(user->ready[1], &byte, 1) == 1);
        need(read(user->go[0], &byte, 1) >= 0);
}

void user_wait_ready(User *user) {
        char byte;

        ck_assert_msg(read(user->ready[0], &byte, 1) == 1, "the user's process ended early");
}

void user_finish(User *user) {
        close(user->go[1]);
        scene_expect_success(user->pid);
        close(user->ready[0]);
}

void users_run(uid_t uid, void (*body)(User *user)) {
        User user;

        user_start(&user, uid, body);
        user_finish(&user);
}

static void setup_with(const char *config) {
        const DaemonOptions options = {
                .folder = scratch_path(the_folder), .config = config, .system = true
        };

        the_daemon = daemon_start(&options);
        ck_assert(g_setenv("NTOBJ_ADDRESS", daemon_address(the_daemon), TRUE));
}

static void setup(void) {
        setup_with(NULL);
}

static void teardown(void) {
        daemon_wait_quiet(the_daemon);
        daemon_stop(the_daemon);
}

Daemon *users_daemon(void) {
        return the_daemon;
}

void users_restart(const char *config) {
        daemon_stop(the_daemon);
        setup_with(config);
}

NTSTATUS users_try_open(const WCHAR *name, ACCESS_MASK access) {
        HANDLE handle = NULL;
        NTSTATUS status = api_open(name, access, &handle);

        if (NT_SUCCESS(status))
                need(NT_SUCCESS(NtClose(handle)));
        return status;
}

/* The others must be able to reach the socket. */
static void make_folder(void) {
        the_folder = scratch_new();
        ck_assert_int_eq(chmod(scratch_path(the_folder), 0711), 0);
}

static void remove_folder(void) {
        scratch_free(the_folder);
}

static void add(TCase *tests) {
        tcase_add_unchecked_fixture(tests, make_folder, remove_folder);
        tcase_add_checked_fixture(tests, setup, teardown);
        add_tests(tests);
}

/* Whether this is a root that can become others: in some containers it is not. */
static bool can_become_others(void) {
        int wait_status = 0;
        pid_t child;

        if (geteuid() != 0)
                return false;
        child = fork();
        if (child == 0)
                _exit(setgroups(0, NULL) == 0 && setresgid(ALICE, ALICE, ALICE) == 0 &&
                                                                setresuid(ALICE, ALICE, ALICE) == 0
                                                ? 0
                                                : 1);
        return child > 0 && waitpid(child, &wait_status, 0) == child && wait_status == 0;
}

int users_main(const char *name, double seconds, void (*add_them)(TCase *tests)) {
        if (!can_become_others()) {
                fprintf(stderr, "needs to be root, and to become other users: skipped\n");
                return SKIPPED;
        }
        add_tests = add_them;
        return suite_main(name, seconds, add);
}
