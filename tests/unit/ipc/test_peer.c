#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "descriptors.h"
#include "ntstatus.h"
#include "peer.h"
#include "suite.h"
#include "transport.h"

static Transport transport; /* its buffer is too long for the stack */

START_TEST(requests_are_answered_in_their_order) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 20; id++)
                client_send(client, (FakeRequest){ .id = id });
        for (int id = 1; id <= 20; id++)
                ck_assert_int_eq(client_receive(&transport, client), id);
        ck_assert_int_eq(client_receive(&transport, client), -1);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(lone_requests_are_answered_however_many_there_were) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 200; id++) {
                client_send(client, (FakeRequest){ .id = id });
                ck_assert_int_eq(client_receive(&transport, client), (int) id);
        }
        /* and several at once are still all seen */
        for (uint32_t id = 1; id <= 5; id++)
                client_send(client, (FakeRequest){ .id = id });
        for (int id = 1; id <= 5; id++)
                ck_assert_int_eq(client_receive(&transport, client), id);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_one_way_request_is_not_answered_and_the_next_is_served) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        client_send(client, (FakeRequest){ .operation = FAKE_SILENT, .id = 1 });
        client_send(client, (FakeRequest){ .id = 2 });
        transport_turn(&transport);
        ck_assert_uint_eq(fake.n_handled, 1);
        transport_turn(&transport);
        ck_assert_uint_eq(fake.n_handled, 2);
        ck_assert_int_eq(client_receive(&transport, client), 2);
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_peer_with_many_requests_does_not_keep_others_waiting) {
        int busy, other;

        transport_init(&transport);
        busy = transport_connect(&transport, 0);
        other = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 100; id++)
                client_send(busy, (FakeRequest){ .operation = FAKE_SILENT, .id = id });
        client_send(other, (FakeRequest){ .id = 1000 });

        transport_turn(&transport);
        ck_assert_uint_eq(fake.n_handled, 2);
        ck_assert_int_eq(client_receive(&transport, other), 1000);
        ck_assert_uint_eq(fake.n_handled, 101);
        fd_close(busy);
        fd_close(other);
        transport_clear(&transport);
}
END_TEST

START_TEST(who_breaks_the_protocol_is_dropped_and_nobody_else_notices) {
        int bad, good;

        transport_init(&transport);
        bad = transport_connect(&transport, 0);
        good = transport_connect(&transport, 0);
        client_send(bad, (FakeRequest){ .operation = FAKE_DROP });
        client_send(good, (FakeRequest){ .id = 7 });
        ck_assert_int_eq(client_receive(&transport, good), 7);
        ck_assert_int_eq(client_receive(&transport, bad), -2);
        ck_assert_uint_eq(peer_table_count(transport.peers), 1);
        ck_assert_uint_eq(transport_count_lines(&transport), 1);
        fd_close(bad);
        fd_close(good);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_frame_that_is_too_long_drops_the_peer) {
        uint8_t *long_frame = g_malloc0(FRAME_SIZE_MAX + 1);
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        ck_assert_int_eq(send(client, long_frame, FRAME_SIZE_MAX + 1, 0), FRAME_SIZE_MAX + 1);
        ck_assert_int_eq(client_receive(&transport, client), -2);
        ck_assert_uint_eq(fake.n_handled, 0);
        ck_assert_uint_eq(transport_count_lines(&transport), 1);
        fd_close(client);
        g_free(long_frame);
        transport_clear(&transport);
}
END_TEST

static void send_six_descriptors(int client) {
        char control[CMSG_SPACE(6 * sizeof(int))] __attribute__((aligned(16))) = { 0 };
        FakeRequest request = { .id = 1 };
        struct iovec iov = { .iov_base = &request, .iov_len = sizeof(request) };
        struct msghdr message = {
                .msg_iov = &iov,
                .msg_iovlen = 1,
                .msg_control = control,
                .msg_controllen = sizeof(control),
        };
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        int fds[6];

        for (unsigned i = 0; i < 6; i++)
                fds[i] = client;
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(fds));
        memcpy(CMSG_DATA(header), fds, sizeof(fds));
        ck_assert_int_eq(sendmsg(client, &message, 0), sizeof(request));
}

START_TEST(six_descriptors_drop_the_peer_and_none_stays_open) {
        unsigned n_open;
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        n_open = descriptors_count();
        send_six_descriptors(client);
        ck_assert_int_eq(client_receive(&transport, client), -2);
        ck_assert_uint_eq(fake.n_handled, 0);
        while (descriptors_count() != n_open - 1)
                sched_yield(); /* a thread closes it */
        fd_close(client);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_hang_up_in_the_middle_leaves_nothing) {
        int client;

        transport_init(&transport);
        client = transport_connect(&transport, 0);
        for (uint32_t id = 1; id <= 3; id++)
                client_send(client, (FakeRequest){ .id = id, .n_fds = 2 });
        fd_close(client);
        transport_run(&transport);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_CONNECTIONS), 0);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_DESCRIPTORS), 0);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_REPLY_FDS), 0);
        ck_assert_uint_eq(transport_count_lines(&transport), 0);
        ck_assert_uint_eq(transport.n_changes, 2);
        transport_clear(&transport);
}
END_TEST

START_TEST(connections_beyond_the_quota_are_refused) {
        int first, second, third;

        transport_init(&transport);
        transport_set_limit(&transport, QUOTA_CONNECTIONS, 1);
        first = transport_connect(&transport, 0);
        second = transport_connect(&transport, 0);
        ck_assert_int_eq(client_receive(&transport, second), -2);
        client_send(first, (FakeRequest){ .id = 1 });
        ck_assert_int_eq(client_receive(&transport, first), 1);
        fd_close(first);
        transport_run(&transport);

        transport_set_limit(&transport, QUOTA_DESCRIPTORS, 0);
        third = transport_connect(&transport, 0);
        ck_assert_int_eq(client_receive(&transport, third), -2);
        ck_assert_uint_eq(transport_used(&transport, QUOTA_CONNECTIONS), 0);
        fd_close(second);
        fd_close(third);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_flood_of_offences_is_logged_a_few_times_only) {
        transport_init(&transport);
        for (unsigned i = 0; i < 100; i++) {
                int client = transport_connect(&transport, 0);

                client_send(client, (FakeRequest){ .operation = FAKE_DROP });
                transport_run(&transport);
                fd_close(client);
        }
        ck_assert_uint_eq(fake.n_handled, 100);
        ck_assert_uint_eq(transport_count_lines(&transport), LOG_LIMIT_BURST);
        transport_clear(&transport);
}
END_TEST

START_TEST(the_end_of_a_process_closes_its_other_channels) {
        int attaching, channel, stranger;

        transport_init(&transport);
        attaching = transport_connect(&transport, 0);
        channel = transport_connect(&transport, 0);
        stranger = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        client_send(channel, (FakeRequest){ .operation = FAKE_CHANNEL, .id = 2 });
        transport_run(&transport);
        fake.n_work = 5;

        fd_close(attaching);
        transport_run(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 1);
        ck_assert_uint_eq(fake.n_work, 0);
        ck_assert_uint_eq(peer_table_count(transport.peers), 1);
        ck_assert_int_eq(client_receive(&transport, channel), 2);
        ck_assert_int_eq(client_receive(&transport, channel), -2);
        client_send(stranger, (FakeRequest){ .id = 3 });
        ck_assert_int_eq(client_receive(&transport, stranger), 3);
        fd_close(channel);
        fd_close(stranger);
        transport_clear(&transport);
}
END_TEST

/*
 * B may have been told of A's end before it sent its second request: that one must not be served
 * before the end is.
 */
START_TEST(an_end_is_seen_before_what_others_send_after_it) {
        int a, b;

        transport_init(&transport);
        a = transport_connect(&transport, 0);
        b = transport_connect(&transport, 0);
        client_send(a, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        transport_run(&transport);

        client_send(b, (FakeRequest){ .operation = FAKE_SILENT, .id = 2 });
        fd_close(a);
        client_send(b, (FakeRequest){ .id = 3 });
        transport_turn(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 1);
        ck_assert_uint_eq(fake.n_handled, 2);
        ck_assert_int_eq(client_receive(&transport, b), 3);
        fd_close(b);
        transport_clear(&transport);
}
END_TEST

/* The kernel keeps a socket that was just read before those that have become ready meanwhile. */
START_TEST(an_end_is_seen_first_by_whoever_was_just_served) {
        int a, b;

        transport_init(&transport);
        a = transport_connect(&transport, 0);
        b = transport_connect(&transport, 0);
        client_send(a, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        ck_assert_int_eq(client_receive(&transport, a), 1);
        client_send(b, (FakeRequest){ .operation = FAKE_SILENT, .id = 2 });
        transport_turn(&transport);

        fd_close(a);
        client_send(b, (FakeRequest){ .id = 3 });
        ck_assert_int_eq(client_receive(&transport, b), 3);
        ck_assert_uint_eq(fake.process.n_handled_before, 2);
        fd_close(b);
        transport_clear(&transport);
}
END_TEST

/* Killed with a reply unread, it leaves an error on its socket and no hang-up: the pidfd tells. */
START_TEST(a_kill_is_seen_first_by_whoever_was_just_served) {
        int a, b;

        transport_init(&transport);
        fake.process.pidfd = eventfd(0, EFD_CLOEXEC);
        a = transport_connect(&transport, 0);
        b = transport_connect(&transport, 0);
        client_send(a, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        transport_run(&transport);
        client_send(b, (FakeRequest){ .operation = FAKE_SILENT, .id = 2 });
        transport_turn(&transport);

        fd_close(a);
        ck_assert_int_eq(eventfd_write(fake.process.pidfd, 1), 0);
        client_send(b, (FakeRequest){ .id = 3 });
        ck_assert_int_eq(client_receive(&transport, b), 3);
        ck_assert_uint_eq(fake.process.n_handled_before, 2);
        fd_close(fake.process.pidfd);
        fd_close(b);
        transport_clear(&transport);
}
END_TEST

START_TEST(an_end_does_not_wait_for_what_the_process_had_sent) {
        int attaching;

        transport_init(&transport);
        attaching = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        transport_run(&transport);
        for (uint32_t id = 2; id < 100; id++)
                client_send(attaching, (FakeRequest){ .operation = FAKE_SILENT, .id = id });
        fd_close(attaching);
        transport_turn(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 1);
        ck_assert_uint_le(fake.n_handled, 2);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_channel_that_ends_does_not_end_its_process) {
        int attaching, channel;

        transport_init(&transport);
        attaching = transport_connect(&transport, 0);
        channel = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        client_send(channel, (FakeRequest){ .operation = FAKE_CHANNEL, .id = 2 });
        transport_run(&transport);
        fd_close(channel);
        transport_run(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 0);
        ck_assert_uint_eq(peer_table_count(transport.peers), 1);
        fd_close(attaching);
        transport_clear(&transport);
}
END_TEST

START_TEST(a_process_ends_with_its_program_though_its_channels_stay_open) {
        int attaching, channel;

        transport_init(&transport);
        fake.process.pidfd = eventfd(0, EFD_CLOEXEC);
        attaching = transport_connect(&transport, 0);
        channel = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH, .id = 1 });
        client_send(channel, (FakeRequest){ .operation = FAKE_CHANNEL, .id = 2 });
        transport_run(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 0);

        ck_assert_int_eq(eventfd_write(fake.process.pidfd, 1), 0);
        transport_run(&transport);
        ck_assert_uint_ge(fake.process.n_ends, 1);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        fd_close(attaching);
        fd_close(channel);
        fd_close(fake.process.pidfd);
        transport_clear(&transport);
}
END_TEST

START_TEST(requests_on_channels_of_an_ended_process_are_not_looked_at) {
        int channel;

        transport_init(&transport);
        channel = transport_connect(&transport, 0);
        client_send(channel, (FakeRequest){ .operation = FAKE_CHANNEL, .id = 1 });
        client_send(channel, (FakeRequest){ .operation = FAKE_END, .id = 2 });
        client_send(channel, (FakeRequest){ .id = 3 });
        transport_run(&transport);
        ck_assert_uint_eq(fake.n_handled, 2);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        fd_close(channel);
        transport_clear(&transport);
}
END_TEST

START_TEST(many_channels_of_an_ended_process_are_closed_in_slices) {
        enum { N = 200 };
        int attaching, channels[N], stranger;

        transport_init(&transport);
        attaching = transport_connect(&transport, 0);
        client_send(attaching, (FakeRequest){ .operation = FAKE_ATTACH });
        for (unsigned i = 0; i < N; i++) {
                channels[i] = transport_connect(&transport, 0);
                client_send(channels[i], (FakeRequest){ .operation = FAKE_CHANNEL });
        }
        stranger = transport_connect(&transport, 0);
        transport_run(&transport);

        fd_close(attaching);
        transport_turn(&transport);
        transport_turn(&transport);
        ck_assert_uint_gt(peer_table_count(transport.peers), 1);
        transport_run(&transport);
        ck_assert_uint_eq(peer_table_count(transport.peers), 1);
        for (unsigned i = 0; i < N; i++)
                fd_close(channels[i]);
        fd_close(stranger);
        transport_clear(&transport);
}
END_TEST

START_TEST(an_heir_is_known_by_what_the_kernel_says_of_who_speaks) {
        Quota *quota;
        int pair[2];

        transport_init(&transport);
        quota = quota_table_get(transport.env.quotas, 4711);
        fake.process.quota = quota;
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        ck_assert_status(peer_table_add_heir_take(transport.peers, pair[0], &fake.process),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(quota_used(quota, QUOTA_CONNECTIONS), 1);
        client_send(pair[1], (FakeRequest){ .id = 1 });
        ck_assert_int_eq(client_receive(&transport, pair[1]), 1);
        ck_assert_int_eq(fake.sender, (int) getpid());

        fd_close(pair[1]); /* nobody adopted it */
        transport_run(&transport);
        ck_assert_uint_eq(fake.process.n_ends, 1);
        ck_assert_uint_eq(quota_used(quota, QUOTA_CONNECTIONS), 0);
        quota_unref(quota);
        transport_clear(&transport);
}
END_TEST

START_TEST(an_heir_beyond_the_quota_is_refused_and_its_socket_closed) {
        Quota *quota;
        int pair[2];

        transport_init(&transport);
        quota = quota_table_get(transport.env.quotas, 4711);
        fake.process.quota = quota;
        transport_set_limit(&transport, QUOTA_CONNECTIONS, 0);
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        ck_assert_status(peer_table_add_heir_take(transport.peers, pair[0], &fake.process),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_int_eq(client_receive(&transport, pair[1]), -2);
        fd_close(pair[1]);
        quota_unref(quota);
        transport_clear(&transport);
}
END_TEST

START_TEST(draining_answers_what_has_arrived_and_hangs_up) {
        int asking, silent;

        transport_init(&transport);
        asking = transport_connect(&transport, 0);
        silent = transport_connect(&transport, 0);
        client_send(asking, (FakeRequest){ .id = 9 });
        peer_table_drain(transport.peers);
        ck_assert_uint_eq(peer_table_count(transport.peers), 0);
        ck_assert_int_eq(client_receive(&transport, asking), 9);
        ck_assert_int_eq(client_receive(&transport, asking), -2);
        ck_assert_int_eq(client_receive(&transport, silent), -2);
        fd_close(asking);
        fd_close(silent);
        transport_clear(&transport);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, requests_are_answered_in_their_order);
        tcase_add_test(tests, lone_requests_are_answered_however_many_there_were);
        tcase_add_test(tests, a_one_way_request_is_not_answered_and_the_next_is_served);
        tcase_add_test(tests, a_peer_with_many_requests_does_not_keep_others_waiting);
        tcase_add_test(tests, who_breaks_the_protocol_is_dropped_and_nobody_else_notices);
        tcase_add_test(tests, a_frame_that_is_too_long_drops_the_peer);
        tcase_add_test(tests, six_descriptors_drop_the_peer_and_none_stays_open);
        tcase_add_test(tests, a_hang_up_in_the_middle_leaves_nothing);
        tcase_add_test(tests, connections_beyond_the_quota_are_refused);
        tcase_add_test(tests, a_flood_of_offences_is_logged_a_few_times_only);
        tcase_add_test(tests, the_end_of_a_process_closes_its_other_channels);
        tcase_add_test(tests, an_end_is_seen_before_what_others_send_after_it);
        tcase_add_test(tests, a_kill_is_seen_first_by_whoever_was_just_served);
        tcase_add_test(tests, an_end_is_seen_first_by_whoever_was_just_served);
        tcase_add_test(tests, an_end_does_not_wait_for_what_the_process_had_sent);
        tcase_add_test(tests, a_channel_that_ends_does_not_end_its_process);
        tcase_add_test(tests, a_process_ends_with_its_program_though_its_channels_stay_open);
        tcase_add_test(tests, requests_on_channels_of_an_ended_process_are_not_looked_at);
        tcase_add_test(tests, many_channels_of_an_ended_process_are_closed_in_slices);
        tcase_add_test(tests, an_heir_is_known_by_what_the_kernel_says_of_who_speaks);
        tcase_add_test(tests, an_heir_beyond_the_quota_is_refused_and_its_socket_closed);
        tcase_add_test(tests, draining_answers_what_has_arrived_and_hangs_up);
}

int main(void) {
        return suite_main("peer", 20, add_tests);
}
