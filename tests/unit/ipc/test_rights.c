#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "closer.h"
#include "descriptors.h"
#include "rights.h"
#include "suite.h"

static void make_pair(int pair[2]) {
        ck_assert_int_eq(
                        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair),
                        0);
}

static void close_pair(const int pair[2]) {
        fd_close(pair[0]);
        fd_close(pair[1]);
}

/* A message of @size bytes with @n_fds descriptors. Return: 0 or -errno. */
static int send_message(int socket, size_t size, size_t n_fds) {
        union {
                struct cmsghdr header;
                char buffer[CMSG_SPACE(253 * sizeof(int))];
        } control = { .header = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
        static char bytes[100];
        struct iovec iov = { .iov_base = bytes, .iov_len = size };
        struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

        control.header.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        for (size_t i = 0; i < n_fds; i++)
                memcpy(CMSG_DATA(&control.header) + i * sizeof(int), &socket, sizeof(int));
        if (n_fds > 0) {
                message.msg_control = &control;
                message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        }
        return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Numbers of newer kernels have no meaning to older ones. */
static bool kernel_can_refuse(int socket) {
        int passed;
        socklen_t size = sizeof(passed);

        return getsockopt(socket, SOL_SOCKET, 83, &passed, &size) == 0;
}

START_TEST(what_is_refused_cannot_be_sent_and_need_not_be_looked_for) {
        int pair[2];

        g_unsetenv("NTOBJ_TEST_KERNEL");
        make_pair(pair);
        if (kernel_can_refuse(pair[0])) {
                rights_refuse(pair[0]);
                ck_assert(!rights_watch(pair[0]));
                ck_assert_int_eq(send_message(pair[1], 10, 1), -EPERM);
                ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
                ck_assert_int_eq(send_message(pair[0], 10, 1), 0); /* the other way they may */
        }
        close_pair(pair);
}
END_TEST

START_TEST(with_an_older_kernel_nothing_is_refused) {
        int pair[2];

        ck_assert(g_setenv("NTOBJ_TEST_KERNEL", "6.1", TRUE));
        make_pair(pair);
        rights_refuse(pair[0]);
        ck_assert(rights_watch(pair[0]));
        ck_assert_int_eq(send_message(pair[1], 10, 1), 0);
        ck_assert_int_eq(rights_check(pair[0]), -EPROTO);
        close_pair(pair);
        g_unsetenv("NTOBJ_TEST_KERNEL");
}
END_TEST

START_TEST(looking_tells_what_is_next_and_takes_nothing) {
        unsigned n_open;
        char bytes[100];
        int pair[2];

        make_pair(pair);
        ck_assert(rights_watch(pair[0]));
        n_open = descriptors_count();
        ck_assert_int_eq(rights_check(pair[0]), -EAGAIN);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 0, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 20, 0), 0);

        for (unsigned i = 0; i < 3; i++)
                ck_assert_int_eq(rights_check(pair[0]), 1);
        ck_assert_int_eq(recv(pair[0], bytes, sizeof(bytes), 0), 10);
        ck_assert_int_eq(rights_check(pair[0]), 1); /* an empty message is not the end */
        ck_assert_int_eq(recv(pair[0], bytes, sizeof(bytes), 0), 0);
        ck_assert_int_eq(rights_check(pair[0]), 1);
        ck_assert_int_eq(recv(pair[0], bytes, sizeof(bytes), 0), 20);

        ck_assert_int_eq(shutdown(pair[1], SHUT_RDWR), 0);
        ck_assert_int_eq(rights_check(pair[0]), 0);
        ck_assert_uint_eq(descriptors_count(), n_open);
        close_pair(pair);
}
END_TEST

START_TEST(any_number_of_descriptors_is_seen_and_none_is_received) {
        const size_t counts[] = { 1, 2, 3, 4, 5, 8, 64, 253 };

        for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
                unsigned n_open;
                int pair[2];

                make_pair(pair);
                ck_assert(rights_watch(pair[0]));
                ck_assert_int_eq(send_message(pair[1], i % 2, counts[i]), 0);
                n_open = descriptors_count();
                for (unsigned k = 0; k < 3; k++)
                        ck_assert_int_eq(rights_check(pair[0]), -EPROTO);
                ck_assert_uint_eq(descriptors_count(), n_open);
                close_pair(pair);
        }
}
END_TEST

START_TEST(what_was_sent_before_anybody_watched_is_seen_too) {
        int pair[2];

        make_pair(pair);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 10, 2), 0);
        ck_assert(rights_watch(pair[0]));
        ck_assert_int_eq(rights_check(pair[0]), 1);
        ck_assert_int_eq(recv(pair[0], (char[10]){ 0 }, 10, 0), 10);
        ck_assert_int_eq(rights_check(pair[0]), -EPROTO);
        close_pair(pair);
}
END_TEST

START_TEST(a_client_that_dies_with_replies_unread_is_told_of_once) {
        int pair[2];

        make_pair(pair);
        ck_assert(rights_watch(pair[0]));
        ck_assert_int_eq(send_message(pair[0], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        fd_close(pair[1]);
        ck_assert_int_eq(rights_check(pair[0]), -ECONNRESET);
        ck_assert_int_eq(rights_check(pair[0]), 1);
        fd_close(pair[0]);
}
END_TEST

START_TEST(draining_takes_everything_and_lets_nothing_more_in) {
        char bytes[100];
        int pair[2];

        make_pair(pair);
        for (unsigned i = 0; i < 100; i++)
                ck_assert_int_eq(send_message(pair[1], i % 10, 0), 0);
        ck_assert_int_eq(send_message(pair[0], 33, 0), 0);
        ck_assert(rights_drain(pair[0]));
        ck_assert_int_eq(send_message(pair[1], 10, 0), -EPIPE);
        fd_close(pair[0]);
        ck_assert_int_eq(recv(pair[1], bytes, sizeof(bytes), 0), 33); /* the last reply */
        ck_assert_int_eq(recv(pair[1], bytes, sizeof(bytes), 0), 0);
        fd_close(pair[1]);
}
END_TEST

START_TEST(draining_goes_on_after_a_client_has_died_with_replies_unread) {
        int pair[2];

        make_pair(pair);
        ck_assert_int_eq(send_message(pair[0], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 10, 1), 0);
        fd_close(pair[1]);
        ck_assert(!rights_drain(pair[0]));
        ck_assert_int_eq(rights_check(pair[0]), -EPROTO);
        fd_close(pair[0]);
}
END_TEST

START_TEST(a_socket_with_descriptors_is_closed_elsewhere_and_any_other_here) {
        WorkerPool *workers = worker_pool_new();
        unsigned n_open = descriptors_count();
        int pair[2];

        make_pair(pair);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        rights_close_take(workers, pair[0], 1000, NULL);
        fd_close(pair[1]);
        ck_assert_uint_eq(descriptors_count(), n_open);

        make_pair(pair);
        ck_assert_int_eq(send_message(pair[1], 10, 0), 0);
        ck_assert_int_eq(send_message(pair[1], 10, 3), 0);
        rights_close_take(workers, pair[0], 1000, NULL);
        ck_assert_int_lt(send_message(pair[1], 10, 0), 0); /* EPIPE, or ECONNRESET for once */
        fd_close(pair[1]);
        while (descriptors_count() != n_open)
                sched_yield();
        worker_pool_free(workers);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_is_refused_cannot_be_sent_and_need_not_be_looked_for);
        tcase_add_test(tests, with_an_older_kernel_nothing_is_refused);
        tcase_add_test(tests, looking_tells_what_is_next_and_takes_nothing);
        tcase_add_test(tests, any_number_of_descriptors_is_seen_and_none_is_received);
        tcase_add_test(tests, what_was_sent_before_anybody_watched_is_seen_too);
        tcase_add_test(tests, a_client_that_dies_with_replies_unread_is_told_of_once);
        tcase_add_test(tests, draining_takes_everything_and_lets_nothing_more_in);
        tcase_add_test(tests, draining_goes_on_after_a_client_has_died_with_replies_unread);
        tcase_add_test(tests, a_socket_with_descriptors_is_closed_elsewhere_and_any_other_here);
}

int main(void) {
        return suite_main("rights", 20, add_tests);
}
