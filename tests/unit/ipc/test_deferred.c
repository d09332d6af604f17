#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "descriptors.h"
#include "lingering.h"
#include "suite.h"
#include "transport.h"
#include "worker.h"

/* Requests that are answered later, and those that bring descriptors. */

static Transport transport; /* its buffer is too long for the stack */

static void start(void) {
        transport_init(&transport);
        fake.begin = eventfd(0, EFD_CLOEXEC);
        ck_assert_int_ge(fake.begin, 0);
}

static void end(void) {
        transport_clear(&transport);
        fd_close(fake.begin);
}

static void let_begin(void) {
        ck_assert_int_eq(eventfd_write(fake.begin, 1), 0);
}

/* The next reply, however long the threads take. */
static int receive(int client) {
        int id = -1;

        while (id == -1) {
                ck_assert_int_ge(event_base_loop(transport.base, EVLOOP_ONCE), 0);
                id = client_receive(&transport, client);
        }
        return id;
}

static void wait_for_workers(void) {
        while (worker_pool_count(transport.env.workers) > 0)
                ck_assert_int_ge(event_base_loop(transport.base, EVLOOP_ONCE), 0);
}

START_TEST(a_deferred_request_is_answered_after_its_work_and_the_next_one_waits) {
        int client;

        start();
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_DEFER, .id = 1 });
        client_send(client, (FakeRequest){ .id = 2 });
        ck_assert_int_eq(client_receive(&transport, client), -1);
        ck_assert_uint_eq(fake.n_handled, 1);

        let_begin();
        ck_assert_int_eq(receive(client), 1);
        ck_assert_uint_eq(fake.n_completed, 1);
        ck_assert_uint_eq(fake.n_released, 1);
        ck_assert_int_eq(client_receive(&transport, client), 2);
        fd_close(client);
        end();
}
END_TEST

START_TEST(others_are_served_while_the_work_is_under_way) {
        int client, other;

        start();
        client = transport_connect(&transport, 0);
        other = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_DEFER, .id = 1 });
        transport_run(&transport);
        for (uint32_t id = 1; id <= 20; id++) {
                client_send(other, (FakeRequest){ .id = id });
                ck_assert_int_eq(client_receive(&transport, other), (int) id);
        }
        let_begin();
        ck_assert_int_eq(receive(client), 1);
        fd_close(client);
        fd_close(other);
        end();
}
END_TEST

START_TEST(a_client_that_is_dropped_meanwhile_gets_no_answer_and_leaves_nothing) {
        int client, attaching;

        start();
        fake.process.quota = quota_table_get(transport.env.quotas, geteuid());
        attaching = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        ck_assert_int_eq(client_receive(&transport, attaching), 1);
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_CHANNEL, .id = 1 });
        ck_assert_int_eq(client_receive(&transport, client), 1);
        client_send(client, (FakeRequest){ .operation = FAKE_DEFER, .id = 2 });
        transport_run(&transport);

        fd_close(attaching);
        while (peer_table_count(transport.peers) > 0)
                ck_assert_int_ge(event_base_loop(transport.base, EVLOOP_ONCE), 0);
        let_begin();
        wait_for_workers();
        ck_assert_uint_eq(fake.n_completed, 0);
        ck_assert_uint_eq(fake.n_released, 1);
        fd_close(client);
        quota_unref(fake.process.quota);
        end();
}
END_TEST

START_TEST(the_end_does_not_wait_for_work_that_is_under_way) {
        unsigned n_open;
        int client;

        n_open = descriptors_count();
        start();
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_DEFER, .id = 1 });
        transport_run(&transport);
        transport_clear(&transport);
        ck_assert_uint_eq(fake.n_completed, 0);
        ck_assert_uint_eq(fake.n_released, 1);
        let_begin();
        fd_close(client);
        while (atomic_load(&fake.n_freed) == 0)
                sched_yield();
        fd_close(fake.begin);
        ck_assert_uint_eq(descriptors_count(), n_open);
}
END_TEST

static int send_bytes_with_fd(int client, const void *bytes, size_t size, int fd) {
        union {
                struct cmsghdr header;
                char buffer[CMSG_SPACE(sizeof(int))];
        } control = { .header = { .cmsg_level = SOL_SOCKET,
                                      .cmsg_type = SCM_RIGHTS,
                                      .cmsg_len = CMSG_LEN(sizeof(int)) } };
        struct iovec iov = { .iov_base = (void *) bytes, .iov_len = size };
        struct msghdr message = {
                .msg_iov = &iov,
                .msg_iovlen = 1,
                .msg_control = &control,
                .msg_controllen = sizeof(control),
        };

        *(int *) CMSG_DATA(&control.header) = fd;
        return sendmsg(client, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static int send_with_fd(int client, const FakeRequest *request) {
        return send_bytes_with_fd(client, request, sizeof(*request), client);
}

static int attach(void) {
        int client;

        fake.process.quota = quota_table_get(transport.env.quotas, geteuid());
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        ck_assert_int_eq(client_receive(&transport, client), 1);
        return client;
}

START_TEST(requests_of_a_process_may_bring_descriptors) {
        int client;

        start();
        client = attach();
        for (unsigned i = 0; i < 20; i++) {
                ck_assert_int_eq(send_with_fd(client, &(FakeRequest){ .id = 2 }), 0);
                ck_assert_int_eq(client_receive(&transport, client), 2);
        }
        ck_assert_uint_eq(fake.n_fds, 20);
        fd_close(client);
        transport_run(&transport);
        quota_unref(fake.process.quota);
        end();
}
END_TEST

START_TEST(descriptors_beyond_the_quota_end_the_connection_and_stay_outside) {
        int client;

        start();
        client = attach();
        transport_set_limit(&transport, QUOTA_DESCRIPTORS,
                        transport_used(&transport, QUOTA_DESCRIPTORS) + FRAME_FDS_MAX - 1);
        client_send(client, (FakeRequest){ .id = 2 });
        ck_assert_int_eq(client_receive(&transport, client), 2);
        ck_assert_int_eq(send_with_fd(client, &(FakeRequest){ .id = 3 }), 0);
        ck_assert_int_eq(client_receive(&transport, client), -2);
        ck_assert_uint_eq(fake.n_fds, 0);
        fd_close(client);
        wait_for_workers();
        quota_unref(fake.process.quota);
        end();
}
END_TEST

/* Or a client that comes again and again has the server hold any number of them. */
START_TEST(descriptors_of_a_refused_message_are_charged_until_they_are_closed) {
        g_autofree uint8_t *bytes = g_malloc0(FRAME_SIZE_MAX + 1);
        Lingering stuck;
        int client;

        if (!lingering_blocks_one_thread_only())
                return;
        start();
        client = attach();
        quota_unref(fake.process.quota);
        lingering_init(&stuck);
        ck_assert_int_eq(send_bytes_with_fd(client, bytes, FRAME_SIZE_MAX + 1, stuck.fd), 0);
        lingering_leave(&stuck);
        while (peer_table_count(transport.peers) > 0)
                ck_assert_int_ge(event_base_loop(transport.base, EVLOOP_ONCE), 0);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_DESCRIPTORS), 1);
        lingering_clear(&stuck);
        wait_for_workers();
        ck_assert_uint_eq(transport_used(&transport, QUOTA_DESCRIPTORS), 0);
        fd_close(client);
        end();
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_deferred_request_is_answered_after_its_work_and_the_next_one_waits);
        tcase_add_test(tests, others_are_served_while_the_work_is_under_way);
        tcase_add_test(tests, a_client_that_is_dropped_meanwhile_gets_no_answer_and_leaves_nothing);
        tcase_add_test(tests, the_end_does_not_wait_for_work_that_is_under_way);
        tcase_add_test(tests, requests_of_a_process_may_bring_descriptors);
        tcase_add_test(tests, descriptors_beyond_the_quota_end_the_connection_and_stay_outside);
        tcase_add_test(tests, descriptors_of_a_refused_message_are_charged_until_they_are_closed);
}

int main(void) {
        return suite_main("deferred", 20, add_tests);
}
