/* Messages between a script and its processes, when the other end does not play its part. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "script-message.h"
#include "suite.h"

#define TYPE "(us)"

typedef struct Pair {
        int ours;
        int theirs;
} Pair;

static void pair_clear(Pair *pair) {
        fd_close(pair->ours);
        fd_close(pair->theirs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static Pair pair_make(void) {
        int sockets[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
        return (Pair){ sockets[0], sockets[1] };
}

static int receive(const Pair *pair, int64_t deadline) {
        g_autoptr(GVariant) message = NULL;

        return message_receive(pair->theirs, TYPE, deadline, &message);
}

START_TEST(what_is_sent_is_received) {
        g_auto(Pair) pair = pair_make();
        g_autoptr(GVariant) message = NULL;
        const char *text;
        guint32 number;

        ck_assert_int_eq(
                        message_send(pair.ours, g_variant_new(TYPE, 5, "five"), MESSAGE_NO_END), 0);
        ck_assert_int_eq(message_receive(pair.theirs, TYPE, MESSAGE_NO_END, &message), 0);
        g_variant_get(message, "(u&s)", &number, &text);
        ck_assert_uint_eq(number, 5);
        ck_assert_str_eq(text, "five");
}
END_TEST

START_TEST(an_end_that_is_gone_is_said) {
        g_auto(Pair) pair = pair_make();

        pair.ours = fd_close(pair.ours);
        ck_assert_int_eq(receive(&pair, MESSAGE_NO_END), -EPIPE);
        ck_assert_int_eq(message_send(pair.theirs, g_variant_new(TYPE, 5, ""), MESSAGE_NO_END),
                        -EPIPE);
}
END_TEST

START_TEST(an_end_in_the_middle_of_a_message_is_one_too) {
        g_auto(Pair) pair = pair_make();
        uint64_t size = 100;

        ck_assert_int_eq(send(pair.ours, &size, sizeof(size), 0), sizeof(size));
        ck_assert_int_eq(send(pair.ours, "x", 1, 0), 1);
        pair.ours = fd_close(pair.ours);
        ck_assert_int_eq(receive(&pair, MESSAGE_NO_END), -EPIPE);
}
END_TEST

START_TEST(silence_ends_at_the_deadline) {
        g_auto(Pair) pair = pair_make();
        g_autofree char *much = g_strnfill(8 << 20, 'a');
        int64_t soon = g_get_monotonic_time() + 20000;

        ck_assert_int_eq(receive(&pair, soon), -ETIMEDOUT);
        ck_assert_int_eq(message_send(pair.ours, g_variant_new(TYPE, 5, much), soon), -ETIMEDOUT);
}
END_TEST

START_TEST(nonsense_is_refused) {
        const struct {
                uint64_t size;
                char bytes[8];
        } rows[] = {
                { UINT64_MAX, "" },
                { UINT64_C(1) << 40, "" },
                { 8, { 1, 2, 3, 4, 5, 6, 7, 8 } },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_auto(Pair) pair = pair_make();

                ck_assert_int_eq(send(pair.ours, &rows[i], sizeof(rows[i]), 0), sizeof(rows[i]));
                ck_assert_int_eq(receive(&pair, MESSAGE_NO_END), -EPROTO);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_is_sent_is_received);
        tcase_add_test(tests, an_end_that_is_gone_is_said);
        tcase_add_test(tests, an_end_in_the_middle_of_a_message_is_one_too);
        tcase_add_test(tests, silence_ends_at_the_deadline);
        tcase_add_test(tests, nonsense_is_refused);
}

int main(void) {
        return suite_main("cli-script-message", 30, add_tests);
}
