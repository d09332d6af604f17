#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "descriptors.h"
#include "ntstatus.h"
#include "peer.h"
#include "suite.h"
#include "transport.h"

#define SMALL_BUFFER 4608 /* the least that the kernel gives */

static Transport transport; /* its buffer is too long for the stack */

START_TEST(a_client_that_does_not_read_is_served_up_to_a_window_and_then_waits) {
        unsigned n_unread;
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 150; id++)
                client_send(client, (FakeRequest){ .id = id, .size = 100 });
        transport_run(&transport);
        n_unread = fake.n_handled;
        ck_assert_uint_ge(n_unread, 16);
        ck_assert_uint_le(n_unread, 40);

        for (int id = 1; id <= 150; id++)
                ck_assert_int_eq(client_receive(&transport, client), id);
        ck_assert_uint_eq(fake.n_handled, 150);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_client_that_waits_to_read_can_hang_up) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 150; id++)
                client_send(client, (FakeRequest){ .id = id, .size = 100 });
        transport_run(&transport);
        fd_close(client);
        transport_run(&transport);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        transport_clear(&transport);
}
END_TEST

START_TEST(one_reply_with_descriptors_is_on_its_way_at_a_time) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 5; id++)
                client_send(client, (FakeRequest){ .id = id, .n_fds = 2 });
        transport_run(&transport);
        ck_assert_uint_eq(fake.n_handled, 1);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_REPLY_FDS), 2);

        for (int id = 1; id <= 5; id++) {
                ck_assert_int_eq(client_receive(&transport, client), id);
                ck_assert_uint_eq(transport.frame.n_fds, 2);
        }
        ck_assert_uint_eq(fake.n_handled, 5);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(descriptors_beyond_the_quota_become_a_status_until_others_have_read) {
        int first, second;

        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_REPLY_FDS, 3);
        first = transport_connect(&transport, 0);
        second = transport_connect(&transport, 0);
        client_send(first, (FakeRequest){ .id = 1, .n_fds = 2 });
        transport_run(&transport);
        client_send(second, (FakeRequest){ .id = 2, .n_fds = 2 });
        ck_assert_int_eq(client_receive(&transport, second), 2);
        ck_assert_status(client_status(&transport), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_uint_eq(transport.frame.n_fds, 0);

        ck_assert_int_eq(client_receive(&transport, first), 1);
        client_send(second, (FakeRequest){ .id = 3, .n_fds = 2 });
        ck_assert_int_eq(client_receive(&transport, second), 3);
        ck_assert_status(client_status(&transport), STATUS_SUCCESS);
        ck_assert_uint_eq(transport.frame.n_fds, 2);
        fd_close(first);
        fd_close(second);
        transport_clear(&transport);
}
END_TEST

/* Their charges are given back late: the kernel tells only when asked. */
START_TEST(clients_that_have_read_do_not_use_up_the_quota) {
        enum { N = 300 };
        int clients[N];

        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_REPLY_FDS, 8);
        for (unsigned i = 0; i < N; i++) {
                clients[i] = transport_connect(&transport, 0);
                client_send(clients[i], (FakeRequest){ .id = i, .n_fds = 4 });
                ck_assert_int_eq(client_receive(&transport, clients[i]), (int) i);
                ck_assert_uint_eq(transport.frame.n_fds, 4);
        }
        for (unsigned i = 0; i < N; i++)
                fd_close(clients[i]);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_long_reply_is_charged_until_it_is_read) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .id = 1, .size = 100000 });
        client_send(client, (FakeRequest){ .id = 2 });
        transport_run(&transport);
        ck_assert_uint_eq(fake.n_handled, 1);
        ck_assert_uint_ge(transport_used(&transport, QUOTA_REPLY_BYTES), 100000);
        ck_assert_int_eq(client_receive(&transport, client), 1);
        ck_assert_int_eq(client_receive(&transport, client), 2);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_REPLY_BYTES), 0);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_long_reply_beyond_the_quota_drops_the_peer) {
        int hog, victim;

        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_REPLY_BYTES, 150000);
        hog = transport_connect(&transport, 0);
        victim = transport_connect(&transport, 0);
        client_send(hog, (FakeRequest){ .id = 1, .size = 100000 });
        transport_run(&transport);
        client_send(victim, (FakeRequest){ .id = 2, .size = 100000 });
        ck_assert_int_eq(client_receive(&transport, victim), -2);
        ck_assert_uint_eq(transport_count_lines(&transport), 1);
        ck_assert_int_eq(client_receive(&transport, hog), 1);
        fd_close(hog);
        fd_close(victim);
        transport_clear(&transport);
}
END_TEST

START_TEST(the_longest_reply_fits_into_a_socket) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .id = 1, .size = FRAME_SIZE_MAX - 32 });
        ck_assert_int_eq(client_receive(&transport, client), 1);
        ck_assert_uint_ge(transport.frame.size, FRAME_SIZE_MAX - 32);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_reply_that_does_not_fit_now_is_written_later_with_its_descriptors) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, SMALL_BUFFER);
        for (uint32_t id = 1; id <= 6; id++)
                client_send(client, (FakeRequest){ .id = id, .size = 2000, .n_fds = id == 3 });
        transport_run(&transport);
        ck_assert_uint_lt(fake.n_handled, 6);

        for (int id = 1; id <= 6; id++) {
                ck_assert_int_eq(client_receive(&transport, client), id);
                ck_assert_uint_eq(transport.frame.n_fds, id == 3);
        }
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_kept_reply_is_charged_and_goes_with_the_peer) {
        unsigned n_open;
        int client;

        transport_init(&transport);
        n_open = descriptors_count();
        client = transport_connect(&transport, SMALL_BUFFER);
        for (uint32_t id = 1; id <= 6; id++)
                client_send(client, (FakeRequest){ .id = id, .size = 2000 });
        transport_run(&transport);
        ck_assert_uint_ge(transport_used(&transport, QUOTA_REPLY_BYTES), 2000);
        fd_close(client);
        transport_run(&transport);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_REPLY_BYTES), 0);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        ck_assert_uint_eq(descriptors_count(), n_open);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_reply_that_may_not_be_kept_drops_the_peer) {
        int client, id;

        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_REPLY_BYTES, 1000);
        client = transport_connect(&transport, SMALL_BUFFER);
        for (uint32_t i = 1; i <= 6; i++)
                client_send(client, (FakeRequest){ .id = i, .size = 2000 });
        do
                id = client_receive(&transport, client);
        while (id > 0);
        ck_assert_int_eq(id, -2);
        ck_assert_uint_eq(transport_count_lines(&transport), 1);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(draining_waits_for_what_is_kept) {
        unsigned n_handled;
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, SMALL_BUFFER);
        for (uint32_t id = 1; id <= 6; id++)
                client_send(client, (FakeRequest){ .id = id, .size = 2000 });
        transport_run(&transport);
        n_handled = fake.n_handled;
        ck_assert_uint_lt(n_handled, 6);

        peer_table_drain(transport.peers);
        ck_assert_uint_eq(peer_table_count(transport.peers), 1);
        for (unsigned id = 1; id <= n_handled; id++)
                ck_assert_int_eq(client_receive(&transport, client), (int) id);
        ck_assert_int_eq(client_receive(&transport, client), -2);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_reply_too_long_for_the_socket_becomes_a_status) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, SMALL_BUFFER);
        client_send(client, (FakeRequest){ .id = 77, .size = 20000, .n_fds = 1 });
        ck_assert_int_eq(client_receive(&transport, client), 77);
        ck_assert_status(client_status(&transport), STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_uint_eq(transport.frame.n_fds, 0);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

/* Out of the way of the limit, which is about numbers too. */
static int move_up(int fd) {
        int high = fcntl(fd, F_DUPFD_CLOEXEC, 500);

        ck_assert_int_ge(high, 0);
        fd_close(fd);
        return high;
}

START_TEST(when_the_kernel_passes_no_more_descriptors_clients_get_a_status) {
        enum { N = 40 };
        struct rlimit files;
        int clients[N];
        unsigned n_refused = 0, n_passed = 0;

        if (!file_limit_is_real())
                return;
        /* The kernel lets privileged users pass as many as they like, and counts by user. */
        if (geteuid() == 0) {
                ck_assert_int_eq(setgroups(0, NULL), 0);
                ck_assert_int_eq(setresuid(64321, 64321, 64321), 0);
        }
        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_REPLY_FDS, 1000);
        for (unsigned i = 0; i < N; i++) {
                int pair[2];

                ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                                 0, pair),
                                0);
                clients[i] = move_up(pair[1]);
                ck_assert_int_eq(peer_table_add_take(transport.peers, move_up(pair[0])), 0);
                client_send(clients[i], (FakeRequest){ .id = i, .n_fds = 4 });
        }
        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
        files.rlim_cur = 64;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
        transport_run(&transport);

        files.rlim_cur = files.rlim_max;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
        for (unsigned i = 0; i < N; i++) {
                ck_assert_int_eq(client_receive(&transport, clients[i]), (int) i);
                if (client_status(&transport) == STATUS_INSUFFICIENT_RESOURCES)
                        n_refused++;
                else
                        n_passed += transport.frame.n_fds == 4;
                fd_close(clients[i]);
        }
        ck_assert_uint_gt(n_refused, 0);
        ck_assert_uint_eq(n_refused + n_passed, N);
        transport_clear(&transport);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_client_that_does_not_read_is_served_up_to_a_window_and_then_waits);
        tcase_add_test(tests, a_client_that_waits_to_read_can_hang_up);
        tcase_add_test(tests, one_reply_with_descriptors_is_on_its_way_at_a_time);
        tcase_add_test(tests, descriptors_beyond_the_quota_become_a_status_until_others_have_read);
        tcase_add_test(tests, clients_that_have_read_do_not_use_up_the_quota);
        tcase_add_test(tests, a_long_reply_is_charged_until_it_is_read);
        tcase_add_test(tests, a_long_reply_beyond_the_quota_drops_the_peer);
        tcase_add_test(tests, the_longest_reply_fits_into_a_socket);
        tcase_add_test(tests, a_reply_that_does_not_fit_now_is_written_later_with_its_descriptors);
        tcase_add_test(tests, a_kept_reply_is_charged_and_goes_with_the_peer);
        tcase_add_test(tests, a_reply_that_may_not_be_kept_drops_the_peer);
        tcase_add_test(tests, draining_waits_for_what_is_kept);
        tcase_add_test(tests, a_reply_too_long_for_the_socket_becomes_a_status);
        tcase_add_test(tests, when_the_kernel_passes_no_more_descriptors_clients_get_a_status);
}

int main(void) {
        return suite_main("peer-reply", 20, add_tests);
}
