#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cleanup.h"
#include "descriptors.h"
#include "frame.h"
#include "suite.h"

#define MANY 253 /* the most that one datagram can carry */

/* Both ends of a connection, a frame to receive into, and how many descriptors are open with that.
 */
typedef struct Fixture {
        int ours;
        int theirs;
        uint8_t buffer[256];
        Frame frame;
        unsigned n_open;
} Fixture;

static void fixture_init(Fixture *fixture, bool credentials) {
        int pair[2];
        int on = 1;

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        fixture->ours = pair[0];
        fixture->theirs = pair[1];
        if (credentials)
                ck_assert_int_eq(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
        frame_init(&fixture->frame, fixture->buffer, sizeof(fixture->buffer));
        fixture->n_open = descriptors_count();
}

static void fixture_clear(Fixture *fixture) {
        frame_clear(&fixture->frame);
        fixture->ours = fd_close(fixture->ours);
        fixture->theirs = fd_close(fixture->theirs);
}

static int receive(Fixture *fixture) {
        return frame_receive(fixture->ours, &fixture->frame, MSG_DONTWAIT);
}

/* What a hostile peer does: sends any number of descriptors, copies of the socket itself. */
static void send_descriptors(const Fixture *fixture, const void *data, size_t size, size_t n_fds) {
        char control[CMSG_SPACE(MANY * sizeof(int))] __attribute__((aligned(16))) = { 0 };
        struct iovec iov = { .iov_base = (void *) data, .iov_len = size };
        struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

        if (n_fds > 0) {
                struct cmsghdr *header = (struct cmsghdr *) control;

                message.msg_control = control;
                message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
                for (size_t i = 0; i < n_fds; i++)
                        memcpy(CMSG_DATA(header) + i * sizeof(int), &fixture->theirs, sizeof(int));
        }
        ck_assert_int_eq(sendmsg(fixture->theirs, &message, MSG_NOSIGNAL), (ssize_t) size);
}

static void assert_empty(const Fixture *fixture) {
        ck_assert_uint_eq(fixture->frame.n_fds, 0);
        ck_assert_uint_eq(fixture->frame.size, 0);
        ck_assert_int_eq(fixture->frame.sender, 0);
        ck_assert_uint_eq(descriptors_count(), fixture->n_open);
}

static void up_to_four(bool credentials) {
        Fixture fixture;

        fixture_init(&fixture, credentials);
        for (size_t n = 0; n <= FRAME_FDS_MAX; n++) {
                send_descriptors(&fixture, "hello", 5, n);
                ck_assert_int_eq(receive(&fixture), 0);
                ck_assert_uint_eq(fixture.frame.size, 5);
                ck_assert_mem_eq(fixture.frame.data, "hello", 5);
                ck_assert_int_eq(fixture.frame.sender, credentials ? getpid() : 0);
                ck_assert_uint_eq(fixture.frame.n_fds, n);
                for (size_t i = 0; i < n; i++)
                        ck_assert_int_eq(fcntl(fixture.frame.fds[i], F_GETFD), FD_CLOEXEC);
                frame_clear(&fixture.frame);
                assert_empty(&fixture);
        }
        fixture_clear(&fixture);
}

START_TEST(up_to_four_descriptors_come_with_a_frame) {
        up_to_four(false);
}
END_TEST

START_TEST(up_to_four_descriptors_and_the_sender_come_with_a_frame) {
        up_to_four(true);
}
END_TEST

static void too_many(bool credentials) {
        static const size_t counts[] = { 5, 6, 7, 11, 12, 13, 14, MANY };
        Fixture fixture;

        fixture_init(&fixture, credentials);
        for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
                send_descriptors(&fixture, "hello", 5, counts[i]);
                ck_assert_int_eq(receive(&fixture), -EPROTO);
                assert_empty(&fixture);
        }

        send_descriptors(&fixture, "again", 5, 1); /* the next frame is whole */
        ck_assert_int_eq(receive(&fixture), 0);
        ck_assert_uint_eq(fixture.frame.n_fds, 1);
        fixture_clear(&fixture);
}

START_TEST(more_descriptors_are_refused_and_closed) {
        too_many(false);
}
END_TEST

START_TEST(more_descriptors_are_refused_and_closed_beside_credentials) {
        too_many(true);
}
END_TEST

START_TEST(a_datagram_longer_than_the_buffer_is_refused_whole) {
        uint8_t message[257] = { 1 };
        Fixture fixture;

        fixture_init(&fixture, true);
        send_descriptors(&fixture, message, 256, 0);
        ck_assert_int_eq(receive(&fixture), 0);
        ck_assert_uint_eq(fixture.frame.size, 256);
        frame_clear(&fixture.frame);

        send_descriptors(&fixture, message, 257, 2);
        ck_assert_int_eq(receive(&fixture), -EPROTO);
        assert_empty(&fixture);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_datagram_longer_than_a_frame_is_refused_however_large_the_buffer) {
        g_autofree uint8_t *message = g_malloc0(FRAME_SIZE_MAX + 1);
        g_autofree uint8_t *buffer = g_malloc0(FRAME_SIZE_MAX + 1);
        int room = 2 * (int) FRAME_SIZE_MAX;
        Fixture fixture;

        fixture_init(&fixture, false);
        ck_assert_int_eq(setsockopt(fixture.theirs, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
        frame_init(&fixture.frame, buffer, FRAME_SIZE_MAX + 1);

        ck_assert_int_eq(frame_send(fixture.theirs, message, FRAME_SIZE_MAX, NULL, 0, 0), 0);
        ck_assert_int_eq(receive(&fixture), 0);
        ck_assert_uint_eq(fixture.frame.size, FRAME_SIZE_MAX);
        frame_clear(&fixture.frame);

        send_descriptors(&fixture, message, FRAME_SIZE_MAX + 1, 1);
        ck_assert_int_eq(receive(&fixture), -EPROTO);
        assert_empty(&fixture);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(an_empty_datagram_counts_as_a_hang_up_and_leaks_nothing) {
        Fixture fixture;

        fixture_init(&fixture, true);
        send_descriptors(&fixture, "", 0, 0);
        ck_assert_int_eq(receive(&fixture), -EPIPE);
        assert_empty(&fixture);
        send_descriptors(&fixture, "", 0, 3);
        ck_assert_int_eq(receive(&fixture), -EPIPE);
        assert_empty(&fixture);
        fixture_clear(&fixture);
}
END_TEST

static void file_closep(FILE **file) {
        if (*file)
                fclose(*file);
}

/* The limit as the kernel has it: valgrind keeps one of its own, that this call does not meet. */
static rlim_t limit_of_kernel(void) {
        autocleanup(file_closep) FILE *limits = fopen("/proc/self/limits", "re");
        unsigned long limit = 0;
        char line[256];

        ck_assert_ptr_nonnull(limits);
        while (limit == 0 && fgets(line, sizeof(line), limits))
                (void) !sscanf(line, "Max open files %lu", &limit);
        return limit;
}

START_TEST(descriptors_that_this_process_has_no_room_for_are_its_own_problem) {
        struct rlimit limit = { 0 };
        bool limited;
        Fixture fixture;

        fixture_init(&fixture, true);
        send_descriptors(&fixture, "hello", 5, 3);
        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
        limit.rlim_cur = (rlim_t) fixture.theirs + 2; /* one more than there is */
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
        limited = limit_of_kernel() == limit.rlim_cur;
        ck_assert_int_eq(receive(&fixture), limited ? -EMFILE : 0);
        frame_clear(&fixture.frame);
        limit.rlim_cur = limit.rlim_max;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_empty(&fixture);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(nothing_to_receive_is_not_an_error_of_the_peer) {
        Fixture fixture;

        fixture_init(&fixture, true);
        ck_assert_int_eq(receive(&fixture), -EAGAIN);
        assert_empty(&fixture);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_peer_that_is_gone_is_told_from_an_error) {
        Fixture fixture;

        fixture_init(&fixture, true);
        fixture.theirs = fd_close(fixture.theirs);
        ck_assert_int_eq(receive(&fixture), -EPIPE);
        ck_assert_int_eq(frame_send(fixture.ours, (const uint8_t *) "x", 1, NULL, 0, 0), -EPIPE);
        fixture_clear(&fixture);
}
END_TEST

/* The kernel says ECONNRESET where the peer had not read everything when it closed. */
START_TEST(a_peer_that_left_unread_frames_behind_is_gone_too) {
        Fixture fixture;

        fixture_init(&fixture, false);
        ck_assert_int_eq(frame_send(fixture.ours, (const uint8_t *) "x", 1, NULL, 0, 0), 0);
        fixture.theirs = fd_close(fixture.theirs);
        ck_assert_int_eq(receive(&fixture), -EPIPE);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_descriptor_that_was_taken_belongs_to_the_caller) {
        autofd int first = -1;
        Fixture fixture;

        fixture_init(&fixture, false);
        send_descriptors(&fixture, "hello", 5, 2);
        ck_assert_int_eq(receive(&fixture), 0);
        first = frame_take_fd(&fixture.frame, 0);
        ck_assert_int_ge(first, 0);
        ck_assert_int_eq(frame_take_fd(&fixture.frame, 0), -1);
        ck_assert_int_eq(frame_take_fd(&fixture.frame, 2), -1);
        ck_assert_int_eq(frame_take_fd(&fixture.frame, SIZE_MAX), -1);

        frame_clear(&fixture.frame);
        ck_assert_uint_eq(descriptors_count(), fixture.n_open + 1);
        ck_assert_int_ge(fcntl(first, F_GETFD), 0);
        ck_assert_int_eq(frame_take_fd(&fixture.frame, 1), -1);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(sending_checks_what_the_other_side_would_refuse) {
        const int fds[FRAME_FDS_MAX + 1] = { 0 };
        const uint8_t byte = 1;
        Fixture fixture;

        fixture_init(&fixture, false);
        ck_assert_int_eq(frame_send(fixture.ours, &byte, 0, NULL, 0, 0), -EMSGSIZE);
        ck_assert_int_eq(
                        frame_send(fixture.ours, &byte, FRAME_SIZE_MAX + 1, NULL, 0, 0), -EMSGSIZE);
        ck_assert_int_eq(frame_send(fixture.ours, &byte, 1, fds, FRAME_FDS_MAX + 1, 0), -EINVAL);
        ck_assert_int_eq(frame_send(-1, &byte, 1, NULL, 0, 0), -EBADF);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(what_is_sent_is_what_is_received) {
        Fixture fixture;
        int fds[FRAME_FDS_MAX];

        fixture_init(&fixture, true);
        for (size_t i = 0; i < FRAME_FDS_MAX; i++)
                fds[i] = fixture.theirs;
        for (size_t n = 0; n <= FRAME_FDS_MAX; n++) {
                const uint8_t text[] = "sections";

                ck_assert_int_eq(frame_send(fixture.theirs, text, 8, fds, n, MSG_DONTWAIT), 0);
                ck_assert_int_eq(receive(&fixture), 0);
                ck_assert_uint_eq(fixture.frame.size, 8);
                ck_assert_mem_eq(fixture.frame.data, text, 8);
                ck_assert_uint_eq(fixture.frame.n_fds, n);
                frame_clear(&fixture.frame);
        }
        ck_assert_uint_eq(descriptors_count(), fixture.n_open);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_full_queue_does_not_block_who_asks_not_to) {
        uint8_t message[128] = { 0 };
        Fixture fixture;
        int r = 0;

        fixture_init(&fixture, false);
        for (unsigned i = 0; i < 1u << 20 && r == 0; i++)
                r = frame_send(fixture.theirs, message, sizeof(message), NULL, 0, MSG_DONTWAIT);
        ck_assert_int_eq(r, -EAGAIN);
        fixture_clear(&fixture);
}
END_TEST

static volatile sig_atomic_t n_interrupts;
static int interrupt_socket;

static void interrupt(int number) {
        (void) number;
        if (++n_interrupts == 5)
                (void) !send(interrupt_socket, "late", 4, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The signals arrive while the call sleeps, or before it; only the fifth brings the datagram. */
START_TEST(a_signal_does_not_end_a_blocking_receive) {
        const struct sigaction action = { .sa_handler = interrupt };
        const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
        const struct itimerval never = { { 0, 0 }, { 0, 0 } };
        Fixture fixture;

        fixture_init(&fixture, false);
        interrupt_socket = fixture.theirs;
        ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
        ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
        ck_assert_int_eq(frame_receive(fixture.ours, &fixture.frame, 0), 0);
        ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
        ck_assert_uint_eq(fixture.frame.size, 4);
        ck_assert_int_ge(n_interrupts, 5);
        fixture_clear(&fixture);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, up_to_four_descriptors_come_with_a_frame);
        tcase_add_test(tests, up_to_four_descriptors_and_the_sender_come_with_a_frame);
        tcase_add_test(tests, more_descriptors_are_refused_and_closed);
        tcase_add_test(tests, more_descriptors_are_refused_and_closed_beside_credentials);
        tcase_add_test(tests, a_datagram_longer_than_the_buffer_is_refused_whole);
        tcase_add_test(tests, a_datagram_longer_than_a_frame_is_refused_however_large_the_buffer);
        tcase_add_test(tests, an_empty_datagram_counts_as_a_hang_up_and_leaks_nothing);
        tcase_add_test(tests, descriptors_that_this_process_has_no_room_for_are_its_own_problem);
        tcase_add_test(tests, nothing_to_receive_is_not_an_error_of_the_peer);
        tcase_add_test(tests, a_peer_that_is_gone_is_told_from_an_error);
        tcase_add_test(tests, a_peer_that_left_unread_frames_behind_is_gone_too);
        tcase_add_test(tests, a_descriptor_that_was_taken_belongs_to_the_caller);
        tcase_add_test(tests, sending_checks_what_the_other_side_would_refuse);
        tcase_add_test(tests, what_is_sent_is_what_is_received);
        tcase_add_test(tests, a_full_queue_does_not_block_who_asks_not_to);
        tcase_add_test(tests, a_signal_does_not_end_a_blocking_receive);
}

int main(void) {
        return suite_main("frame", 10, add_tests);
}
