#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "closer.h"
#include "lingering.h"
#include "suite.h"
#include "worker.h"

typedef struct Fixture {
        QuotaTable *quotas;
        Quota *quota;
        WorkerPool *workers;
} Fixture;

static void fixture_init(Fixture *fixture) {
        QuotaLimits limits;

        quota_limits_init(&limits);
        fixture->quotas = quota_table_new(&limits);
        fixture->quota = quota_table_get(fixture->quotas, 1000);
        fixture->workers = worker_pool_new();
        ck_assert_ptr_nonnull(fixture->workers);
}

static void fixture_clear(Fixture *fixture) {
        worker_pool_free(fixture->workers);
        ck_assert_uint_eq(quota_used(fixture->quota, QUOTA_DESCRIPTORS), 0);
        quota_unref(fixture->quota);
        quota_table_free(fixture->quotas);
}

static bool is_worker_thread(const char *id) {
        g_autofree char *path = g_strdup_printf("/proc/self/task/%s/comm", id);
        g_autofree char *name = NULL;

        return g_file_get_contents(path, &name, NULL, NULL) && strcmp(name, "worker\n") == 0;
}

/* A sanitizer may have threads of its own. */
static unsigned count_threads(void) {
        g_autoptr(GDir) folder = g_dir_open("/proc/self/task", 0, NULL);
        unsigned n = 0;

        ck_assert_ptr_nonnull(folder);
        for (const char *id = g_dir_read_name(folder); id; id = g_dir_read_name(folder))
                n += is_worker_thread(id);
        return n;
}

/* A thread gets its name when it begins to run, and is gone a little after it was joined. */
static void wait_for_threads(unsigned n) {
        while (count_threads() != n)
                g_thread_yield();
}

/* Returns when something was closed, and reaps it. */
static void wait_and_reap(Fixture *fixture) {
        struct pollfd poller = { .fd = worker_pool_fd(fixture->workers), .events = POLLIN };

        ck_assert_int_eq(poll(&poller, 1, -1), 1);
        worker_pool_reap(fixture->workers);
}

/* Hands over the writing end of a pipe; returns the reading end, which sees when it is closed. */
static int hand_over_pipe(Fixture *fixture, uid_t uid) {
        QuotaCharge charge = { 0 };
        int ends[2];

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
        quota_charge(fixture->quota, QUOTA_DESCRIPTORS, 1, &charge);
        ck_assert_ptr_nonnull(charge.quota);
        closer_close_take(fixture->workers, uid, ends[1], &charge);
        ck_assert_ptr_null(charge.quota);
        return ends[0];
}

static bool is_closed(int reading_end) {
        char byte;

        return read(reading_end, &byte, 1) == 0;
}

static void hand_over_lingering(Fixture *fixture, uid_t uid, Lingering *lingering) {
        lingering_init(lingering);
        closer_close_take(fixture->workers, uid, fd_steal(&lingering->fd), NULL);
}

START_TEST(what_is_handed_over_is_closed_and_then_given_back) {
        Fixture fixture;
        int pipes[10];

        fixture_init(&fixture);
        for (unsigned i = 0; i < G_N_ELEMENTS(pipes); i++)
                pipes[i] = hand_over_pipe(&fixture, 1000);
        ck_assert_uint_eq(quota_used(fixture.quota, QUOTA_DESCRIPTORS), G_N_ELEMENTS(pipes));
        while (quota_used(fixture.quota, QUOTA_DESCRIPTORS) > 0)
                wait_and_reap(&fixture);
        for (unsigned i = 0; i < G_N_ELEMENTS(pipes); i++) {
                ck_assert(is_closed(pipes[i]));
                fd_close(pipes[i]);
        }
        fixture_clear(&fixture);
}
END_TEST

START_TEST(there_is_no_thread_while_nothing_is_to_be_closed) {
        Fixture fixture;
        int pipe_end;

        fixture_init(&fixture);
        ck_assert_uint_eq(count_threads(), 0);
        pipe_end = hand_over_pipe(&fixture, 1000);
        wait_and_reap(&fixture);
        wait_for_threads(0);
        fd_close(pipe_end);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(many_users_have_their_turns) {
        Fixture fixture;
        int pipes[WORKERS_ALL * 2];

        fixture_init(&fixture);
        for (unsigned i = 0; i < G_N_ELEMENTS(pipes); i++)
                pipes[i] = hand_over_pipe(&fixture, i);
        while (quota_used(fixture.quota, QUOTA_DESCRIPTORS) > 0)
                wait_and_reap(&fixture);
        for (unsigned i = 0; i < G_N_ELEMENTS(pipes); i++) {
                ck_assert(is_closed(pipes[i]));
                fd_close(pipes[i]);
        }
        fixture_clear(&fixture);
}
END_TEST

START_TEST(stuck_descriptors_delay_those_of_their_user_only) {
        Lingering stuck[WORKERS_PER_USER];
        Fixture fixture;
        int same, other;

        if (!lingering_blocks_one_thread_only())
                return;
        fixture_init(&fixture);
        for (unsigned i = 0; i < WORKERS_PER_USER; i++)
                hand_over_lingering(&fixture, 1, &stuck[i]);
        same = hand_over_pipe(&fixture, 1);
        other = hand_over_pipe(&fixture, 2);
        wait_and_reap(&fixture);
        ck_assert(is_closed(other));
        ck_assert(!is_closed(same));
        ck_assert_uint_eq(quota_used(fixture.quota, QUOTA_DESCRIPTORS), 1);

        lingering_clear(&stuck[1]);
        while (quota_used(fixture.quota, QUOTA_DESCRIPTORS) > 0)
                wait_and_reap(&fixture);
        ck_assert(is_closed(same));
        for (unsigned i = 0; i < WORKERS_PER_USER; i++)
                lingering_clear(&stuck[i]);
        while (worker_pool_count(fixture.workers) > 0)
                wait_and_reap(&fixture);
        fd_close(same);
        fd_close(other);
        fixture_clear(&fixture);
}
END_TEST

/* Work that ends when somebody writes to a descriptor. */
typedef struct Stuck {
        Job job;
        int until;
} Stuck;

static void stuck_work(Job *job) {
        eventfd_t value;

        ck_assert_int_eq(eventfd_read(((Stuck *) job)->until, &value), 0);
}

static void stuck_finish(Job *job, bool done) {
        (void) job;
        ck_assert(done);
}

static void stuck_free(Job *job) {
        g_free(job);
}

static void add_stuck(Fixture *fixture, uid_t uid, int until) {
        Stuck *stuck = g_new0(Stuck, 1);

        stuck->job = (Job){ .work = stuck_work, .finish = stuck_finish, .free = stuck_free };
        stuck->until = until;
        ck_assert(worker_pool_add(fixture->workers, uid, &stuck->job));
}

static void release_stuck(Fixture *fixture, int until, unsigned n) {
        ck_assert_int_eq(eventfd_write(until, n), 0);
        while (worker_pool_count(fixture->workers) > 0)
                wait_and_reap(fixture);
        wait_for_threads(0);
}

START_TEST(users_with_many_stuck_threads_do_not_delay_who_has_none) {
        autofd int until = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
        Fixture fixture;
        int next, second;

        fixture_init(&fixture);
        for (unsigned i = 0; i < WORKERS_MOST; i++)
                add_stuck(&fixture, i / WORKERS_PER_USER, until);
        next = hand_over_pipe(&fixture, 4711);
        wait_and_reap(&fixture);
        ck_assert(is_closed(next));
        ck_assert_uint_eq(quota_used(fixture.quota, QUOTA_DESCRIPTORS), 0);

        add_stuck(&fixture, 4711, until);
        second = hand_over_pipe(&fixture, 4711);
        wait_for_threads(WORKERS_MOST + 1);
        ck_assert(!is_closed(second));
        release_stuck(&fixture, until, WORKERS_MOST + 1);
        ck_assert(is_closed(second));
        fd_close(next);
        fd_close(second);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(when_every_thread_is_stuck_the_next_user_waits_for_the_first_that_is_not) {
        autofd int until = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
        Fixture fixture;
        int next;

        fixture_init(&fixture);
        for (unsigned i = 0; i < WORKERS_ALL; i++)
                add_stuck(&fixture, i, until);
        next = hand_over_pipe(&fixture, 4711);
        wait_for_threads(WORKERS_ALL);
        ck_assert(!is_closed(next));

        ck_assert_int_eq(eventfd_write(until, 1), 0);
        while (quota_used(fixture.quota, QUOTA_DESCRIPTORS) > 0)
                wait_and_reap(&fixture);
        ck_assert(is_closed(next));
        release_stuck(&fixture, until, WORKERS_ALL - 1);
        fd_close(next);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(the_end_waits_for_nothing_that_is_stuck) {
        gint64 begin = g_get_monotonic_time();
        Lingering stuck[WORKERS_PER_USER];
        Fixture fixture;
        int ends[2];

        if (!lingering_blocks_one_thread_only())
                return;
        fixture_init(&fixture);
        for (unsigned i = 0; i < WORKERS_PER_USER; i++)
                hand_over_lingering(&fixture, 1000, &stuck[i]);
        ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
        closer_close_take(fixture.workers, 1000, ends[1], NULL);
        wait_for_threads(WORKERS_PER_USER);
        fixture_clear(&fixture);
        ck_assert_int_lt(g_get_monotonic_time() - begin, LINGERING_SECONDS / 2 * G_USEC_PER_SEC);
        ck_assert(!is_closed(ends[0]));

        for (unsigned i = 0; i < WORKERS_PER_USER; i++)
                lingering_clear(&stuck[i]);
        wait_for_threads(0);
        fd_close(ends[0]);
        fd_close(ends[1]); /* it was left to the end of this process */
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_is_handed_over_is_closed_and_then_given_back);
        tcase_add_test(tests, there_is_no_thread_while_nothing_is_to_be_closed);
        tcase_add_test(tests, many_users_have_their_turns);
        tcase_add_test(tests, stuck_descriptors_delay_those_of_their_user_only);
        tcase_add_test(tests, users_with_many_stuck_threads_do_not_delay_who_has_none);
        tcase_add_test(tests,
                        when_every_thread_is_stuck_the_next_user_waits_for_the_first_that_is_not);
        tcase_add_test(tests, the_end_waits_for_nothing_that_is_stuck);
}

int main(void) {
        return suite_main("closer", 20, add_tests);
}
