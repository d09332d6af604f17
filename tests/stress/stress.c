/*
 * The real thing under stress, and its history checked.
 *
 *     stress [--seed N|random] [--seconds N]
 *
 * Several processes, some with several threads, some without a page, create, open, duplicate and
 * close a few names at random, while this program kills one after the other and puts a new one in
 * its place. At the end nothing may be left in the daemon, and the history of each name must be
 * right (history.h). A seed gives the same choices again, not the same timing: a failure prints the
 * story of its last moments, which is what there is to go by.
 */

#include <check.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "daemon.h"
#include "history.h"
#include "ntstatus.h"
#include "raw-client.h"
#include "scratch.h"
#include "suite.h"
#include "worker.h"

#define N_NAMES             3u
#define N_WITH_PAGE         3u
#define N_WITHOUT_PAGE      2u
#define N_WORKERS           (N_WITH_PAGE + N_WITHOUT_PAGE)
#define THREADS_PER_PAGE    2u
#define OPERATIONS_A_SECOND 20000u
#define LONGEST_LIFE_US     40000u
#define PATIENCE_US         (60 * G_USEC_PER_SEC)

G_STATIC_ASSERT(N_WORKERS <= HISTORY_PROCESSES);
G_STATIC_ASSERT(N_WITH_PAGE *THREADS_PER_PAGE + N_WITHOUT_PAGE <= HISTORY_LANES);

/* From the command line; the test, which is a child, finds it here. */
static struct {
        guint32 seed;
        gint64 seconds;
} options = { .seed = 1, .seconds = 8 };

typedef struct Stage {
        Scratch *folder;
        Daemon *daemon;
        RawClient *observer;
        Board *board;
        GRand *random;
        GArray *deaths; /* of HistoryOperation */
        WorkerPlan plans[N_WORKERS];
        pid_t pids[N_WORKERS];
} Stage;

static void stage_start_worker(Stage *stage, unsigned i) {
        stage->plans[i].seed = g_rand_int(stage->random);
        stage->pids[i] = worker_start(&stage->plans[i]);
        ck_assert_msg(stage->pids[i] > 0, "a worker did not come up");
}

static void stage_init(Stage *stage) {
        unsigned lane = 0;

        stage->folder = scratch_new();
        stage->daemon = daemon_start(&(DaemonOptions){ .folder = scratch_path(stage->folder) });
        stage->board = board_new(N_NAMES, (uint32_t) (options.seconds * OPERATIONS_A_SECOND));
        stage->random = g_rand_new_with_seed(options.seed);
        stage->deaths = g_array_new(FALSE, TRUE, sizeof(HistoryOperation));
        for (unsigned i = 0; i < N_WORKERS; i++) {
                WorkerPlan *plan = &stage->plans[i];

                plan->board = stage->board;
                plan->address = daemon_address(stage->daemon);
                plan->process = i;
                plan->first_lane = lane;
                plan->n_threads = i < N_WITH_PAGE ? THREADS_PER_PAGE : 0;
                lane += MAX(plan->n_threads, 1);
                stage_start_worker(stage, i);
        }
        stage->observer = raw_client_new_attached(daemon_address(stage->daemon));
        ck_assert_ptr_nonnull(stage->observer);
}

static void stage_clear(Stage *stage) {
        raw_client_free(stage->observer);
        daemon_wait_quiet(stage->daemon);
        daemon_stop(stage->daemon);
        board_free(stage->board);
        g_rand_free(stage->random);
        g_array_unref(stage->deaths);
        scratch_free(stage->folder);
}

/* Returns when the daemon knows of @n workers only. */
static void wait_until_known(Stage *stage, uint64_t n) {
        gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
        uint64_t n_processes = 0;

        for (;;) {
                NTSTATUS status = raw_client_statistic(
                                stage->observer, "processes", RAW_CLIENT_NO_USER, &n_processes);

                ck_assert_msg(NT_SUCCESS(status), "statistics: 0x%08x", (unsigned) status);
                if (n_processes == n + 1) /* the observer is one, too */
                        return;
                ck_assert_msg(g_get_monotonic_time() < deadline,
                                "the daemon has %" G_GUINT64_FORMAT " processes", n_processes);
                g_usleep(100); /* lets it have the CPU */
        }
}

static void kill_worker(Stage *stage, unsigned i) {
        HistoryOperation death = { .act = HISTORY_DEATH, .process = (uint8_t) i };
        int wait_status = 0;

        death.begin = history_now();
        ck_assert_int_eq(kill(stage->pids[i], SIGKILL), 0);
        ck_assert_int_eq(waitpid(stage->pids[i], &wait_status, 0), stage->pids[i]);
        ck_assert_msg(WIFSIGNALED(wait_status) ||
                                        (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0),
                        "worker %u ended by itself: status 0x%x", i, wait_status);
        wait_until_known(stage, N_WORKERS - 1);
        death.end = history_now();
        g_array_append_val(stage->deaths, death);
}

static void stage_run(Stage *stage) {
        gint64 deadline = g_get_monotonic_time() + options.seconds * G_USEC_PER_SEC;

        while (g_get_monotonic_time() < deadline) {
                unsigned i = (unsigned) g_rand_int_range(stage->random, 0, N_WORKERS);

                g_usleep((gulong) g_rand_int_range(stage->random, 0, LONGEST_LIFE_US));
                kill_worker(stage, i);
                stage_start_worker(stage, i);
        }
}

static void stage_stop(Stage *stage) {
        atomic_store(&stage->board->stop, true);
        for (unsigned i = 0; i < N_WORKERS; i++) {
                int wait_status = 0;

                ck_assert_int_eq(waitpid(stage->pids[i], &wait_status, 0), stage->pids[i]);
                ck_assert_msg(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0,
                                "worker %u: status 0x%x", i, wait_status);
        }
}

static GArray *history_of(const Stage *stage, unsigned name) {
        GArray *history = g_array_new(FALSE, FALSE, sizeof(HistoryOperation));

        g_array_append_vals(history, stage->deaths->data, stage->deaths->len);
        for (unsigned i = 0; i < HISTORY_LANES; i++) {
                const Lane *lane = &stage->board->lanes[i];

                for (uint32_t j = 0; j < atomic_load(&lane->n_operations); j++)
                        if (lane->operations[j].name == name)
                                g_array_append_val(history, lane->operations[j]);
        }
        return history;
}

static unsigned count(const GArray *history, HistoryAct act, NTSTATUS status) {
        unsigned n = 0;

        for (guint i = 0; i < history->len; i++) {
                const HistoryOperation *operation = &g_array_index(history, HistoryOperation, i);

                n += operation->act == act && operation->status == status && operation->end != 0;
        }
        return n;
}

/* A history in which hardly anything happened shows nothing. */
static void check_name(const Stage *stage, unsigned name) {
        g_autoptr(GArray) history = history_of(stage, name);
        g_autoptr(GString) why = g_string_new(NULL);
        unsigned found = count(history, HISTORY_OPEN, STATUS_SUCCESS);
        unsigned absent = count(history, HISTORY_OPEN, STATUS_OBJECT_NAME_NOT_FOUND);
        unsigned created = count(history, HISTORY_CREATE, STATUS_SUCCESS);
        unsigned taken = count(history, HISTORY_CREATE, STATUS_OBJECT_NAME_COLLISION);
        bool right = history_check((const HistoryOperation *) history->data, history->len, why);

        g_print("name %u: %u operations; open: %u found, %u absent; create: %u made, %u taken; "
                "%u deaths\n",
                        name, history->len, found, absent, created, taken, stage->deaths->len);
        ck_assert_msg(right, "%s", why->str);
        ck_assert_msg(MIN(MIN(found, absent), MIN(created, taken)) > 0 && stage->deaths->len > 0,
                        "too little happened");
}

START_TEST(what_processes_see_of_a_name_is_as_if_one_did_something_at_a_time) {
        Stage stage = { 0 };

        stage_init(&stage);
        stage_run(&stage);
        stage_stop(&stage);
        for (unsigned i = 0; i < N_NAMES; i++)
                check_name(&stage, i);
        stage_clear(&stage);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_processes_see_of_a_name_is_as_if_one_did_something_at_a_time);
}

int main(int argc, char **argv) {
        g_autofree char *seed = NULL;
        g_autoptr(GError) error = NULL;
        const GOptionEntry entries[] = {
                { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "A number, or \"random\"", "N" },
                { "seconds", 0, 0, G_OPTION_ARG_INT64, &options.seconds, "How long", "N" },
                { 0 },
        };
        g_autoptr(GOptionContext) context = g_option_context_new(NULL);

        g_option_context_add_main_entries(context, entries, NULL);
        if (!g_option_context_parse(context, &argc, &argv, &error) || options.seconds < 1 ||
                        options.seconds > 86400) {
                g_printerr("%s\n", error ? error->message : "--seconds: from 1 to 86400");
                return EXIT_FAILURE;
        }
        if (seed && strcmp(seed, "random") == 0)
                options.seed = g_random_int();
        else if (seed)
                options.seed = (guint32) g_ascii_strtoull(seed, NULL, 0);
        g_print("seed %u\n", options.seed);
        return suite_main("stress", (double) options.seconds * 3 + 300, add_tests);
}
