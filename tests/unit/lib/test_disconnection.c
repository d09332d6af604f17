#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "attached.h"
#include "connection.h"
#include "suite.h"

enum { N_THREADS = 8, FIRST_FD = 3, N_PAIRS = 8 };

static void all_calls_fail(NTSTATUS first, NTSTATUS then) {
        const Client *client = NULL;

        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_PORT_DISCONNECTED);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), first);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_PORT_DISCONNECTED);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), then);
}

START_TEST(calls_that_send_nothing_notice_that_the_daemon_died) {
        Attached attached;

        attached_init(&attached);
        fake_daemon_kill(attached.daemon);
        all_calls_fail(STATUS_PORT_DISCONNECTED, STATUS_PORT_DISCONNECTED);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_daemon_that_hangs_up_in_the_middle_of_a_call_disconnects) {
        Attached attached;
        ZW_STATISTIC statistics[4];
        ULONG n = 0;

        attached_init(&attached);
        fake_daemon_set(attached.daemon, &attached.daemon->state->hang_up, true);
        ck_assert_status(zw_query_statistics(statistics, 4, &n), STATUS_PORT_DISCONNECTED);
        fake_daemon_set(attached.daemon, &attached.daemon->state->hang_up, false);
        ck_assert_status(zw_query_statistics(statistics, 4, &n), STATUS_SUCCESS);
        ck_assert_uint_eq(statistics[0].Value, 8);
        attached_clear(&attached);
}
END_TEST

static void *call_until_disconnected(void *context) {
        ZW_STATISTIC statistics[4];
        ULONG n = 0;

        (void) context;
        ck_assert_status(zw_query_statistics(statistics, 4, &n), STATUS_PORT_DISCONNECTED);
        return NULL;
}

START_TEST(a_daemon_that_dies_wakes_all_who_wait_for_it) {
        Attached attached;
        FakeState *state;
        pthread_t threads[N_THREADS];

        attached_init(&attached);
        state = attached.daemon->state;
        fake_daemon_set(attached.daemon, &state->hold, true);
        for (int i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, call_until_disconnected, NULL),
                                0);
        fake_daemon_wait(attached.daemon, &state->n_held, N_THREADS);
        fake_daemon_kill(attached.daemon);
        for (int i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        attached_clear(&attached);
}
END_TEST

/* The daemon ends the process, but the kernel has no reason to tell us. */
START_TEST(a_process_that_the_daemon_ended_is_disconnected_without_a_message) {
        Attached attached;
        const Client *client = NULL;

        attached_init(&attached);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_SUCCESS);
        client->page->magic = 0;
        all_calls_fail(STATUS_PORT_DISCONNECTED, STATUS_SUCCESS);
        attached_clear(&attached);
}
END_TEST

START_TEST(handles_of_a_dead_daemon_stay_taken_and_mean_nothing_new) {
        Attached attached;
        FakeDaemon *next;
        const Client *client = NULL;
        uint32_t handles[3];

        attached_init(&attached);
        for (int i = 0; i < 3; i++)
                handles[i] = attached_make_handle(true);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_SUCCESS);
        ck_assert(handle_table_free(
                        client->page, handles[1], handle_table_read(client->page, handles[1])));
        fake_daemon_kill(attached.daemon);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_PORT_DISCONNECTED);

        next = fake_daemon_new(scratch_path(attached.scratch));
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_PORT_DISCONNECTED);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_PORT_DISCONNECTED);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_SUCCESS);
        ck_assert_uint_eq(handle_entry_slot(handle_table_read(client->page, handles[0])),
                        GRANT_SLOT_LOST);
        ck_assert_uint_eq(handle_entry_slot(handle_table_read(client->page, handles[2])),
                        GRANT_SLOT_LOST);
        ck_assert_uint_eq(client->page->n_inheritable, 0);
        ck_assert_uint_eq(attached_make_handle(false), handles[1]);
        ck_assert_uint_gt(attached_make_handle(false), handles[2]);
        attached_clear(&attached);
        fake_daemon_free(next);
}
END_TEST

START_TEST(an_answer_to_another_request_disconnects) {
        Attached attached;
        ZW_STATISTIC statistics[4];
        ULONG n = 0;

        attached_init(&attached);
        fake_daemon_set(attached.daemon, &attached.daemon->state->answer_stale, true);
        ck_assert_status(zw_query_statistics(statistics, 4, &n), STATUS_PORT_DISCONNECTED);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_success_without_its_body_disconnects) {
        Attached attached;
        ZW_STATISTIC statistics[4];
        ULONG n = 0;

        attached_init(&attached);
        fake_daemon_set(attached.daemon, &attached.daemon->state->answer_bodiless, true);
        ck_assert_status(zw_query_statistics(statistics, 4, &n), STATUS_PORT_DISCONNECTED);
        attached_clear(&attached);
}
END_TEST

/* Opens as many sockets of the program's own as descriptors were closed under us. */
static bool program_takes_all_descriptors(void) {
        int pair[2], n = 0;

        close_range(FIRST_FD, ~0u, 0);
        for (int i = 0; i < N_PAIRS; i++)
                n += socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0;
        return n == N_PAIRS;
}

/* In a child, and without Check's assertions: they write to a descriptor that is closed here. */
static bool survives_closing_all_descriptors(const Attached *attached) {
        ZW_STATISTIC statistics[4];
        const Client *client = NULL;
        ULONG n = 0;
        char byte;

        if (zw_attach(NULL, 0) != STATUS_SUCCESS || !program_takes_all_descriptors())
                return false;
        if (zw_query_statistics(statistics, 4, &n) != STATUS_PORT_DISCONNECTED ||
                        client_enter(CLIENT_HANDLES, &client) != STATUS_PORT_DISCONNECTED)
                return false;
        for (int fd = FIRST_FD; fd < FIRST_FD + 2 * N_PAIRS; fd++) {
                /* Neither written to nor closed. */
                if (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN)
                        return false;
        }
        close_range(FIRST_FD, ~0u, 0);
        if (client_enter(CLIENT_ATTACH, &client) != STATUS_SUCCESS)
                return false;
        fake_daemon_wait(attached->daemon, &attached->daemon->state->n_processes, 1);
        return true;
}

START_TEST(a_program_that_closed_all_descriptors_gets_no_byte_of_ours) {
        Attached attached;
        pid_t child;

        attached_prepare(&attached);
        child = fork();
        if (child == 0)
                child_exit(survives_closing_all_descriptors(&attached));
        child_expect_success(child);
        attached_clear(&attached);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, calls_that_send_nothing_notice_that_the_daemon_died);
        tcase_add_test(tests, a_daemon_that_hangs_up_in_the_middle_of_a_call_disconnects);
        tcase_add_test(tests, a_daemon_that_dies_wakes_all_who_wait_for_it);
        tcase_add_test(tests, a_process_that_the_daemon_ended_is_disconnected_without_a_message);
        tcase_add_test(tests, handles_of_a_dead_daemon_stay_taken_and_mean_nothing_new);
        tcase_add_test(tests, an_answer_to_another_request_disconnects);
        tcase_add_test(tests, a_success_without_its_body_disconnects);
        tcase_add_test(tests, a_program_that_closed_all_descriptors_gets_no_byte_of_ours);
}

int main(void) {
        return suite_main("disconnection", 60, add);
}
