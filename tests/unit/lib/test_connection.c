#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "attached.h"
#include "cleanup.h"
#include "connection.h"
#include "suite.h"

enum { N_THREADS = 8, N_CALLS = 200, N_FDS = 64 };

START_TEST(a_call_with_a_handle_before_any_attachment_has_an_invalid_handle) {
        const Client *client = NULL;

        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(client);
}
END_TEST

START_TEST(attaching_where_nobody_listens_is_refused) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *address = g_build_filename(scratch_path(scratch), "socket", NULL);
        const Client *client = NULL;

        ck_assert_status(zw_attach(address, 0), STATUS_PORT_CONNECTION_REFUSED);
        setenv("NTOBJ_ADDRESS", address, 1);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_PORT_CONNECTION_REFUSED);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(attaching_checks_its_arguments) {
        Attached attached;
        char address[200];

        memset(address, 'x', sizeof(address) - 1);
        address[sizeof(address) - 1] = '\0';
        attached_prepare(&attached);
        ck_assert_status(zw_attach(NULL, 0x80), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_attach(address, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_attach("", 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_attach(NULL, ZW_ATTACH_KERNEL), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(zw_attach(NULL, 0), STATUS_SUCCESS);
        ck_assert_status(zw_attach(NULL, 0), STATUS_ALREADY_REGISTERED);
        ck_assert_status(zw_detach(), STATUS_SUCCESS);
        ck_assert_status(zw_detach(), STATUS_PORT_DISCONNECTED);
        attached_clear(&attached);
}
END_TEST

START_TEST(detaching_returns_when_the_daemon_has_ended_the_process) {
        Attached attached;
        const Client *client = NULL;

        attached_init(&attached);
        ck_assert_status(zw_detach(), STATUS_SUCCESS);
        ck_assert_uint_eq(attached.daemon->state->n_processes, 0);
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_INVALID_HANDLE);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_SUCCESS);
        ck_assert_uint_eq(attached.daemon->state->n_attached, 2);
        attached_clear(&attached);
}
END_TEST

START_TEST(statistics_come_whole_or_say_how_many_there_are) {
        Attached attached;
        ZW_STATISTIC statistics[2] = { 0 };
        ULONG n = 0;

        attached_init(&attached);
        ck_assert_status(zw_query_statistics(NULL, 0, &n), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(n, 2);
        ck_assert_status(zw_query_statistics(statistics, 1, &n), STATUS_BUFFER_TOO_SMALL);
        ck_assert_str_eq(statistics[0].Name, "process");
        ck_assert_uint_eq(statistics[0].Limit, ZW_NO_LIMIT);
        ck_assert_uint_eq(statistics[0].User, ZW_NO_USER);
        ck_assert_str_eq(statistics[1].Name, "");
        ck_assert_status(zw_query_statistics(statistics, 2, &n), STATUS_SUCCESS);
        ck_assert_uint_eq(statistics[1].Limit, 7);
        ck_assert_uint_eq(statistics[1].User, 8);
        ck_assert_status(zw_query_statistics(NULL, 1, &n), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_query_statistics(statistics, 2, NULL), STATUS_INVALID_PARAMETER);
        attached_clear(&attached);
}
END_TEST

START_TEST(one_thread_has_one_connection) {
        Attached attached;

        attached_init(&attached);
        for (int i = 0; i < 100; i++)
                attached_process();
        ck_assert_uint_eq(attached.daemon->state->n_connections, 1);
        ck_assert_uint_eq(attached.daemon->state->n_channels, 0);
        attached_clear(&attached);
}
END_TEST

static void *call_often(void *context) {
        (void) context;
        for (int i = 0; i < N_CALLS; i++)
                ck_assert_uint_eq(attached_process(), 4);
        return NULL;
}

static void threads_start(pthread_t *threads, void *(*run)(void *), void *context) {
        for (int i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, run, context), 0);
}

static void threads_join(pthread_t *threads) {
        for (int i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(threads_that_attach_at_once_make_one_process) {
        Attached attached;
        pthread_t threads[N_THREADS];

        attached_prepare(&attached);
        threads_start(threads, call_often, NULL);
        threads_join(threads);
        ck_assert_uint_eq(attached.daemon->state->n_attached, 1);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_connections, 1);
        attached_clear(&attached);
}
END_TEST

static void *call_once(void *context) {
        (void) context;
        attached_process();
        return NULL;
}

START_TEST(a_thread_that_waits_for_an_answer_keeps_no_other_from_calling) {
        Attached attached;
        FakeState *state;
        pthread_t threads[N_THREADS];

        attached_init(&attached);
        state = attached.daemon->state;
        fake_daemon_set(attached.daemon, &state->hold, true);
        threads_start(threads, call_once, NULL);
        fake_daemon_wait(attached.daemon, &state->n_held, N_THREADS);
        ck_assert_uint_eq(state->n_connections, N_THREADS);
        fake_daemon_set(attached.daemon, &state->hold, false);
        threads_join(threads);
        fake_daemon_wait(attached.daemon, &state->n_connections, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(threads_that_can_get_no_channel_share_the_process_s) {
        Attached attached;
        pthread_t threads[N_THREADS];

        attached_init(&attached);
        fake_daemon_set(attached.daemon, &attached.daemon->state->refuse_channels, true);
        threads_start(threads, call_often, NULL);
        threads_join(threads);
        ck_assert_uint_eq(attached.daemon->state->n_channels, 0);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_connections, 1);
        attached_clear(&attached);
}
END_TEST

static void limit_descriptors(rlim_t n) {
        struct rlimit limit;

        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
        limit.rlim_cur = n;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(threads_share_when_there_are_no_descriptors_left) {
        Attached attached;
        pthread_t threads[N_THREADS];

        attached_init(&attached);
        limit_descriptors(3);
        threads_start(threads, call_often, NULL);
        threads_join(threads);
        ck_assert_uint_eq(attached.daemon->state->n_channels, 0);
        limit_descriptors(64);
        attached_clear(&attached);
}
END_TEST

START_TEST(attaching_without_descriptors_says_so_and_works_afterwards) {
        Attached attached;
        const Client *client = NULL;
        int lowest;

        attached_prepare(&attached);
        lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
        close(lowest);
        for (int room = 0; room < 3; room++) {
                limit_descriptors((rlim_t) (lowest + room));
                ck_assert_status(client_enter(CLIENT_ATTACH, &client),
                                STATUS_INSUFFICIENT_RESOURCES);
        }
        limit_descriptors(64);
        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_SUCCESS);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(an_heir_that_finds_no_descriptor_leaves_the_connection_as_it_was) {
        Attached attached;
        int fd = -1;

        attached_init(&attached);
        limit_descriptors(3);
        ck_assert_status(zw_prepare_exec(&fd), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_int_eq(fd, -1);
        ck_assert_uint_eq(attached_process(), 4);
        limit_descriptors(64);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_program_without_standard_streams_gets_none_of_ours_there) {
        Attached attached;
        int saved[3];

        attached_prepare(&attached);
        for (int i = 0; i < 3; i++) {
                saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
                close(i);
        }
        ck_assert_uint_eq(attached_process(), 4);
        for (int i = 0; i < 3; i++)
                ck_assert_int_lt(fcntl(i, F_GETFD), 0);
        for (int i = 0; i < 3; i++) {
                ck_assert_int_eq(dup2(saved[i], i), i);
                close(saved[i]);
        }
        attached_clear(&attached);
}
END_TEST

START_TEST(all_our_descriptors_are_closed_by_exec) {
        Attached attached;
        pthread_t threads[N_THREADS];
        bool was_open[N_FDS];

        attached_prepare(&attached);
        limit_descriptors(N_FDS);
        for (int fd = 0; fd < N_FDS; fd++)
                was_open[fd] = fcntl(fd, F_GETFD) >= 0;
        fake_daemon_set(attached.daemon, &attached.daemon->state->hold, true);
        threads_start(threads, call_once, NULL);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_held, N_THREADS);
        for (int fd = 0; fd < N_FDS; fd++) {
                int flags = fcntl(fd, F_GETFD);

                ck_assert(was_open[fd] || flags < 0 || flags & FD_CLOEXEC);
        }
        fake_daemon_set(attached.daemon, &attached.daemon->state->hold, false);
        threads_join(threads);
        attached_clear(&attached);
}
END_TEST

static volatile sig_atomic_t n_signals;

static void on_signal(int number) {
        (void) number;
        n_signals++;
}

START_TEST(signals_neither_repeat_nor_lose_a_request) {
        Attached attached;
        struct sigaction action = { .sa_handler = on_signal }; /* without SA_RESTART */
        struct itimerval often = { .it_interval.tv_usec = 50, .it_value.tv_usec = 50 };
        struct itimerval never = { 0 };
        uint32_t before;
        int n = 0;

        attached_init(&attached);
        before = attached.daemon->state->n_requests;
        ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
        ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
        while (n_signals < 200) {
                attached_process();
                n++;
        }
        ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
        ck_assert_uint_eq(attached.daemon->state->n_requests - before, n);
        attached_clear(&attached);
}
END_TEST

/* Nothing else in here is a place to be cancelled at. */
static void *call_and_note(void *context) {
        _Atomic bool *done = context;
        ZW_STATISTIC statistics[4];
        ULONG n = 0;

        atomic_store(done, zw_query_statistics(statistics, 4, &n) == STATUS_SUCCESS);
        return NULL;
}

START_TEST(a_thread_is_not_cancelled_while_it_waits_for_an_answer) {
        Attached attached;
        FakeState *state;
        pthread_t thread;
        _Atomic bool done = false;

        attached_init(&attached);
        state = attached.daemon->state;
        fake_daemon_set(attached.daemon, &state->hold, true);
        ck_assert_int_eq(pthread_create(&thread, NULL, call_and_note, &done), 0);
        fake_daemon_wait(attached.daemon, &state->n_held, 1);
        ck_assert_int_eq(pthread_cancel(thread), 0);
        fake_daemon_set(attached.daemon, &state->hold, false);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        ck_assert(done);
        ck_assert_uint_eq(attached_process(), 4);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_one_way_request_waits_for_nothing) {
        Attached attached;
        Nt__ReleaseParkedRequest body = NT__RELEASE_PARKED_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        const Client *client = NULL;
        uint32_t before;

        attached_init(&attached);
        before = attached.daemon->state->n_requests;
        request.body_case = NT__REQUEST__BODY_RELEASE_PARKED;
        request.release_parked = &body;
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_SUCCESS);
        ck_assert_status(connection_send(client, &request), STATUS_SUCCESS);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_requests, before + 1);
        ck_assert_uint_eq(attached_process(), 4);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_request_longer_than_a_small_buffer_arrives_whole) {
        Attached attached;
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__OpenRequest body = NT__OPEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Client *client = NULL;
        static uint8_t name[65532];

        call_reply_init(&reply);
        attached_init(&attached);
        attributes.has_name = true;
        attributes.name = (ProtobufCBinaryData){ .data = name, .len = sizeof(name) };
        body.object_attributes = &attributes;
        request.body_case = NT__REQUEST__BODY_OPEN_SECTION;
        request.open_section = &body;
        ck_assert_status(client_enter(CLIENT_HANDLES, &client), STATUS_SUCCESS);
        ck_assert_status(connection_call(client, &request, &reply), STATUS_NOT_IMPLEMENTED);
        attached_clear(&attached);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_call_with_a_handle_before_any_attachment_has_an_invalid_handle);
        tcase_add_test(tests, attaching_where_nobody_listens_is_refused);
        tcase_add_test(tests, attaching_checks_its_arguments);
        tcase_add_test(tests, detaching_returns_when_the_daemon_has_ended_the_process);
        tcase_add_test(tests, statistics_come_whole_or_say_how_many_there_are);
        tcase_add_test(tests, one_thread_has_one_connection);
        tcase_add_test(tests, threads_that_attach_at_once_make_one_process);
        tcase_add_test(tests, a_thread_that_waits_for_an_answer_keeps_no_other_from_calling);
        tcase_add_test(tests, threads_that_can_get_no_channel_share_the_process_s);
        tcase_add_test(tests, threads_share_when_there_are_no_descriptors_left);
        tcase_add_test(tests, attaching_without_descriptors_says_so_and_works_afterwards);
        tcase_add_test(tests, an_heir_that_finds_no_descriptor_leaves_the_connection_as_it_was);
        tcase_add_test(tests, a_program_without_standard_streams_gets_none_of_ours_there);
        tcase_add_test(tests, all_our_descriptors_are_closed_by_exec);
        tcase_add_test(tests, signals_neither_repeat_nor_lose_a_request);
        tcase_add_test(tests, a_thread_is_not_cancelled_while_it_waits_for_an_answer);
        tcase_add_test(tests, a_one_way_request_waits_for_nothing);
        tcase_add_test(tests, a_request_longer_than_a_small_buffer_arrives_whole);
}

int main(void) {
        return suite_main("connection", 60, add);
}
