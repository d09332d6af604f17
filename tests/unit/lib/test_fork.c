#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "attached.h"
#include "connection.h"
#include "suite.h"

/* What a child says must be seen by Check's assertions in the parent; in the child they only exit.
 */
static bool is_another_process(uint64_t parent) {
        uint64_t process = 0, pid = 0;

        return attached_query(&process, &pid) == STATUS_SUCCESS && process != parent &&
               pid == (uint64_t) getpid();
}

static bool has_no_handles(void) {
        const Client *client = NULL;

        return client_enter(CLIENT_HANDLES, &client) == STATUS_INVALID_HANDLE;
}

static pid_t clone_bare(void) {
        return (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

START_TEST(a_child_of_fork_without_inheritable_handles_attaches_by_itself) {
        Attached attached;
        uint64_t parent;
        pid_t child;

        attached_init(&attached);
        parent = attached_process();
        attached_make_handle(false);
        child = fork();
        if (child == 0)
                child_exit(has_no_handles() && is_another_process(parent));
        child_expect_success(child);
        ck_assert_uint_eq(attached.daemon->state->n_heirs, 0);
        ck_assert_uint_eq(attached_process(), parent);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_child_of_fork_has_the_inheritable_handles_from_the_start) {
        Attached attached;
        uint32_t plain, inherited;
        uint64_t parent;
        pid_t child;

        attached_init(&attached);
        parent = attached_process();
        plain = attached_make_handle(false);
        inherited = attached_make_handle(true);
        child = fork();
        if (child == 0)
                child_exit(attached_has_handle(inherited) && !attached_has_handle(plain) &&
                                is_another_process(parent));
        child_expect_success(child);
        ck_assert_uint_eq(attached.daemon->state->n_adopted, 1);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

/* The parent's copy of the heir's channel must not be what keeps the heir, nor the parent's end end
 * it. */
START_TEST(a_child_keeps_its_handles_when_the_parent_detaches_right_after_fork) {
        Attached attached;
        uint32_t inherited;
        int gate[2];
        pid_t child;
        char byte;

        attached_init(&attached);
        inherited = attached_make_handle(true);
        ck_assert_int_eq(pipe(gate), 0);
        child = fork();
        if (child == 0) {
                close(gate[1]);
                child_exit(read(gate[0], &byte, 1) == 0 && attached_has_handle(inherited));
        }
        ck_assert_status(zw_detach(), STATUS_SUCCESS);
        close(gate[0]);
        close(gate[1]);
        child_expect_success(child);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 0);
        attached_clear(&attached);
}
END_TEST

/*
 * A process attaches, makes a child, and ends without a word. What the child still has open of the
 * parent's must not make the daemon think that the parent lives; the child says when it has let go.
 */
static void parent_ends_before_its_child(pid_t (*make)(void)) {
        Attached attached;
        int alive[2], gone[2];
        pid_t parent;
        char byte = 0;

        attached_prepare(&attached);
        ck_assert_int_eq(pipe(alive), 0);
        ck_assert_int_eq(pipe(gone), 0);
        parent = fork();
        if (parent == 0) {
                const Client *client = NULL;

                close(gone[1]);
                if (client_enter(CLIENT_ATTACH, &client) != STATUS_SUCCESS)
                        child_exit(false);
                if (make() == 0) {
                        child_exit(has_no_handles() && write(alive[1], "", 1) == 1 &&
                                        read(gone[0], &byte, 1) == 0);
                }
                child_exit(read(alive[0], &byte, 1) == 1);
        }
        child_expect_success(parent);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_connections, 0);
        ck_assert_uint_eq(attached.daemon->state->n_attached, 1);
        for (int i = 0; i < 2; i++) {
                close(alive[i]);
                close(gone[i]);
        }
        attached_clear(&attached);
}

START_TEST(the_daemon_notices_the_end_of_a_parent_whose_child_lives_on) {
        parent_ends_before_its_child(fork);
}
END_TEST

START_TEST(the_daemon_notices_the_end_of_a_parent_whose_bare_clone_lives_on) {
        parent_ends_before_its_child(clone_bare);
}
END_TEST

/* It could act for its parent there. */
START_TEST(a_child_does_not_see_its_parents_pages) {
        Attached attached;
        const Client *client = NULL;
        pid_t child;

        attached_init(&attached);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_SUCCESS);
        child = clone_bare();
        if (child == 0) {
                unsigned char resident;

                child_exit(mincore(client->page, 1, &resident) < 0 && errno == ENOMEM &&
                                mincore((void *) client->generation, 1, &resident) < 0 &&
                                errno == ENOMEM);
        }
        child_expect_success(child);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_grandchild_inherits_what_its_parent_never_used) {
        Attached attached;
        uint32_t inherited;
        pid_t child;

        attached_init(&attached);
        inherited = attached_make_handle(true);
        child = fork();
        if (child == 0) {
                int state = -1;
                pid_t grandchild = fork();

                if (grandchild == 0)
                        child_exit(attached_has_handle(inherited));
                waitpid(grandchild, &state, 0);
                child_exit(state == 0 && attached_has_handle(inherited));
        }
        child_expect_success(child);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

static void child_made_without_handlers(pid_t (*make)(void)) {
        Attached attached;
        uint64_t parent;
        pid_t child;

        attached_init(&attached);
        parent = attached_process();
        attached_make_handle(true);
        child = make();
        if (child == 0)
                child_exit(has_no_handles() && is_another_process(parent));
        child_expect_success(child);
        ck_assert_uint_eq(attached.daemon->state->n_heirs, 0);
        ck_assert_uint_eq(attached_process(), parent);
        attached_clear(&attached);
}

START_TEST(a_child_of_a_bare_clone_is_told_from_its_parent) {
        child_made_without_handlers(clone_bare);
}
END_TEST

START_TEST(a_child_of_underscore_fork_is_told_from_its_parent) {
        child_made_without_handlers(_Fork);
}
END_TEST

START_TEST(a_program_started_with_posix_spawn_inherits_nothing_and_hurts_nothing) {
        Attached attached;
        char *arguments[] = { (char *) "true", NULL };
        uint64_t parent;
        pid_t child = 0;

        attached_init(&attached);
        parent = attached_process();
        attached_make_handle(true);
        ck_assert_int_eq(posix_spawnp(&child, "true", NULL, NULL, arguments, environ), 0);
        child_expect_success(child);
        ck_assert_uint_eq(attached_process(), parent);
        ck_assert_uint_eq(attached.daemon->state->n_heirs, 0);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_fork_that_fails_gives_the_heir_back) {
        Attached attached;
        struct rlimit limit;
        bool was_root;
        pid_t child;

        attached_init(&attached);
        attached_make_handle(true);
        ck_assert_int_eq(getrlimit(RLIMIT_NPROC, &limit), 0);
        limit.rlim_cur = 0;
        ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &limit), 0);
        /* Root may have any number of processes. */
        was_root = geteuid() == 0;
        if (was_root)
                ck_assert_int_eq(syscall(SYS_setresuid, 65534, 65534, 0), 0);
        child = fork();
        if (child == 0)
                _exit(1);
        if (was_root)
                ck_assert_int_eq(syscall(SYS_setresuid, 0, 0, 0), 0);
        ck_assert_int_lt(child, 0);
        ck_assert_uint_eq(attached.daemon->state->n_heirs, 1);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_fork_after_the_daemon_died_goes_on_without_an_heir) {
        Attached attached;
        pid_t child;

        attached_init(&attached);
        attached_make_handle(true);
        fake_daemon_kill(attached.daemon);
        child = fork();
        if (child == 0)
                child_exit(has_no_handles());
        child_expect_success(child);
        attached_clear(&attached);
}
END_TEST

/* Without a mark in the page: the heir's channel is all that tells. */
START_TEST(a_child_whose_heir_died_before_its_first_call_is_disconnected) {
        Attached attached;
        int gate[2];
        pid_t child;
        char byte;

        attached_init(&attached);
        attached_make_handle(true);
        ck_assert_int_eq(pipe(gate), 0);
        child = fork();
        if (child == 0) {
                const Client *client = NULL;

                close(gate[1]);
                child_exit(read(gate[0], &byte, 1) == 0 &&
                                client_enter(CLIENT_HANDLES, &client) == STATUS_PORT_DISCONNECTED &&
                                client_enter(CLIENT_ATTACH, &client) == STATUS_PORT_DISCONNECTED &&
                                client_enter(CLIENT_HANDLES, &client) == STATUS_PORT_DISCONNECTED &&
                                client_enter(CLIENT_ATTACH, &client) == STATUS_PORT_DISCONNECTED);
        }
        fake_daemon_kill(attached.daemon);
        close(gate[0]);
        close(gate[1]);
        child_expect_success(child);
        attached_clear(&attached);
}
END_TEST

static void *attach_and_end(void *context) {
        (void) context;
        ck_assert_status(zw_attach(NULL, 0), STATUS_SUCCESS);
        return NULL;
}

START_TEST(the_attachment_outlives_the_thread_that_attached) {
        Attached attached;
        uint32_t index;
        pthread_t thread;
        pid_t child;

        attached_prepare(&attached);
        ck_assert_int_eq(pthread_create(&thread, NULL, attach_and_end, NULL), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        index = attached_make_handle(true);
        ck_assert_uint_eq(attached_pid(), (uint64_t) getpid());
        child = fork();
        if (child == 0)
                child_exit(attached_has_handle(index));
        child_expect_success(child);
        ck_assert(attached_has_handle(index));
        ck_assert_uint_eq(attached.daemon->state->n_attached, 1);
        attached_clear(&attached);
}
END_TEST

static _Atomic bool stop;

static void *keep_calling(void *context) {
        (void) context;
        while (!atomic_load(&stop))
                attached_process();
        return NULL;
}

/* Locks, and the process's channel, are held by threads that the child does not have. */
START_TEST(children_of_fork_find_no_lock_of_their_parents_threads_held) {
        Attached attached;
        pthread_t threads[3];
        uint32_t index;

        attached_init(&attached);
        index = attached_make_handle(true);
        for (int i = 0; i < 3; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_calling, NULL), 0);
        for (int i = 0; i < 50; i++) {
                pid_t child = fork();

                if (child == 0)
                        child_exit(attached_has_handle(index) && is_another_process(4));
                child_expect_success(child);
        }
        atomic_store(&stop, true);
        for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

/* ThreadSanitizer does not know that _Fork() leaves the other threads behind, and reports them. */
#if defined(__SANITIZE_THREAD__)
#define THREADS_LEAVE_TRACES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREADS_LEAVE_TRACES 1
#endif
#endif

#ifndef THREADS_LEAVE_TRACES
START_TEST(children_of_underscore_fork_close_what_their_parents_threads_had_open) {
        Attached attached;
        pthread_t threads[3];

        attached_init(&attached);
        attached_make_handle(true);
        for (int i = 0; i < 3; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_calling, NULL), 0);
        for (int i = 0; i < 50; i++) {
                pid_t child = _Fork();

                /* malloc's locks may be held here, so no more than this can be asked of it. */
                if (child == 0)
                        child_exit(has_no_handles());
                child_expect_success(child);
        }
        atomic_store(&stop, true);
        for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
        attached_clear(&attached);
}
END_TEST
#endif

static void add(TCase *tests) {
        tcase_add_test(tests, a_child_of_fork_without_inheritable_handles_attaches_by_itself);
        tcase_add_test(tests, a_child_of_fork_has_the_inheritable_handles_from_the_start);
        tcase_add_test(tests, a_child_keeps_its_handles_when_the_parent_detaches_right_after_fork);
        tcase_add_test(tests, the_daemon_notices_the_end_of_a_parent_whose_child_lives_on);
        tcase_add_test(tests, the_daemon_notices_the_end_of_a_parent_whose_bare_clone_lives_on);
        tcase_add_test(tests, a_child_does_not_see_its_parents_pages);
        tcase_add_test(tests, a_grandchild_inherits_what_its_parent_never_used);
        tcase_add_test(tests, a_child_of_a_bare_clone_is_told_from_its_parent);
        tcase_add_test(tests, a_child_of_underscore_fork_is_told_from_its_parent);
        tcase_add_test(tests,
                        a_program_started_with_posix_spawn_inherits_nothing_and_hurts_nothing);
        tcase_add_test(tests, a_fork_that_fails_gives_the_heir_back);
        tcase_add_test(tests, a_fork_after_the_daemon_died_goes_on_without_an_heir);
        tcase_add_test(tests, a_child_whose_heir_died_before_its_first_call_is_disconnected);
        tcase_add_test(tests, the_attachment_outlives_the_thread_that_attached);
        tcase_add_test(tests, children_of_fork_find_no_lock_of_their_parents_threads_held);
#ifndef THREADS_LEAVE_TRACES
        tcase_add_test(tests,
                        children_of_underscore_fork_close_what_their_parents_threads_had_open);
#endif
}

int main(void) {
        return suite_main("fork", 60, add);
}
