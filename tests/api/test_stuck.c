/*
 * Clients that send descriptors whose close() blocks: sockets that linger for a minute. [P] Nobody
 * else notices; what is stuck is charged to its user until it is closed; and the daemon ends
 * without waiting. Each test runs with the kernel as it is, which may refuse the descriptors where
 * they are sent, and once more as if it were an older one.
 */

#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "api.h"
#include "lingering.h"
#include "raw-client.h"

enum { KERNEL_AS_IT_IS, KERNEL_ACTS_OLD, KERNELS };

enum { N_STUCK = 8 };

/* Far less than what lingers would take, and far more than an answer does. */
#define PROMPT_SECONDS 10

typedef struct Scene {
        RawClient *other; /* who must not notice anything */
        Lingering lingering[N_STUCK];
        bool delivered[N_STUCK];
        unsigned n_delivered;
} Scene;

static void assert_prompt(gint64 begin) {
        ck_assert_int_lt(g_get_monotonic_time() - begin, PROMPT_SECONDS * G_USEC_PER_SEC);
}

static uint64_t used(RawClient *client, const char *name) {
        uint64_t value = 0;

        api_assert_ok(raw_client_statistic(client, name, RAW_CLIENT_NO_USER, &value));
        return value;
}

static void expect_alone(const Scene *scene) {
        while (used(scene->other, "connections") > 1)
                sched_yield();
}

static void scene_start(Scene *scene, int kernel, const char *config) {
        const struct timeval patience = { .tv_sec = PROMPT_SECONDS };

        if (kernel == KERNEL_ACTS_OLD)
                ck_assert(g_setenv("NTOBJ_TEST_KERNEL", "6.1", TRUE));
        else
                g_unsetenv("NTOBJ_TEST_KERNEL");
        api_restart(config);

        scene->other = raw_client_new_attached(daemon_address(api_daemon()));
        ck_assert_ptr_nonnull(scene->other);
        expect_alone(scene);
        ck_assert_int_eq(setsockopt(scene->other->socket, SOL_SOCKET, SO_RCVTIMEO, &patience,
                                         sizeof(patience)),
                        0);
        for (unsigned i = 0; i < N_STUCK; i++)
                lingering_init(&scene->lingering[i]);
        scene->n_delivered = 0;
        memset(scene->delivered, 0, sizeof(scene->delivered));
}

static void scene_end(Scene *scene) {
        for (unsigned i = 0; i < N_STUCK; i++)
                lingering_clear(&scene->lingering[i]);
        if (scene->other)
                raw_client_free(scene->other);
}

/* While the daemon stands still, what is sent lies unread. */
static void stop_daemon(void) {
        int wait_status = 0;

        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGSTOP), 0);
        ck_assert_int_eq(waitpid(daemon_pid(api_daemon()), &wait_status, WUNTRACED),
                        daemon_pid(api_daemon()));
        ck_assert(WIFSTOPPED(wait_status));
}

static void continue_daemon(void) {
        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGCONT), 0);
}

static RawClient *connected(void) {
        RawClient *client = raw_client_new(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

/* Sends the next of those that linger; if it is delivered the daemon has the last copy. */
static void send_lingering(Scene *scene, unsigned i, RawClient *client) {
        int r = raw_client_send_bytes(client, "x", 1, &scene->lingering[i].fd, 1);

        if (r == 0) {
                lingering_leave(&scene->lingering[i]);
                scene->delivered[i] = true;
                scene->n_delivered++;
        } else {
                ck_assert_int_eq(r, -EPERM);
        }
}

static void expect_prompt_answers(const Scene *scene) {
        for (unsigned i = 0; i < 100; i++) {
                gint64 begin = g_get_monotonic_time();
                Nt__Grant grant;

                api_assert_ok(raw_client_create_section(
                                scene->other, NULL, SECTION_QUERY, API_PAGE, &grant));
                api_assert_ok(raw_client_close(scene->other, &grant));
                assert_prompt(begin);
        }
}

/* All others are gone, and only what they have left stuck is still charged. */
static void expect_stuck_is_charged(const Scene *scene, uint64_t n_before) {
        expect_alone(scene);
        ck_assert_uint_eq(used(scene->other, "descriptors"), n_before + scene->n_delivered);
}

static void expect_delivered(const Scene *scene, int kernel) {
        if (kernel == KERNEL_ACTS_OLD)
                ck_assert_uint_eq(scene->n_delivered, N_STUCK);
}

START_TEST(descriptors_in_messages_that_the_daemon_reads) {
        RawClient *clients[N_STUCK];
        uint64_t n_before;
        Scene scene;

        scene_start(&scene, _i, NULL);
        n_before = used(scene.other, "descriptors");
        for (unsigned i = 0; i < N_STUCK; i++) {
                clients[i] = connected();
                if (i % 2)
                        api_assert_ok(raw_client_attach(clients[i], 0));
        }
        stop_daemon();
        for (unsigned i = 0; i < N_STUCK; i++)
                send_lingering(&scene, i, clients[i]);
        continue_daemon();
        expect_delivered(&scene, _i);

        for (unsigned i = 0; i < N_STUCK; i++) {
                gint64 begin = g_get_monotonic_time();

                if (scene.delivered[i])
                        ck_assert(raw_client_wait_end(clients[i]));
                assert_prompt(begin);
                raw_client_free(clients[i]);
        }
        expect_prompt_answers(&scene);
        expect_stuck_is_charged(&scene, n_before);
        scene_end(&scene);
}
END_TEST

/* Behind a message that ends the connection, or of a client that has gone. */
START_TEST(descriptors_that_lie_unread_when_a_connection_ends) {
        RawClient *clients[N_STUCK];
        uint64_t n_before;
        Scene scene;

        scene_start(&scene, _i, NULL);
        n_before = used(scene.other, "descriptors");
        for (unsigned i = 0; i < N_STUCK; i++) {
                clients[i] = connected();
                api_assert_ok(raw_client_attach(clients[i], 0));
        }
        stop_daemon();
        for (unsigned i = 0; i < N_STUCK; i++) {
                if (i % 2)
                        ck_assert_int_eq(raw_client_send_bytes(clients[i], "\xff", 1, NULL, 0), 0);
                send_lingering(&scene, i, clients[i]);
                if (i % 2 == 0)
                        raw_client_freep(&clients[i]);
        }
        continue_daemon();
        expect_delivered(&scene, _i);

        for (unsigned i = 1; i < N_STUCK; i += 2) {
                gint64 begin = g_get_monotonic_time();

                ck_assert(raw_client_wait_end(clients[i]));
                assert_prompt(begin);
                raw_client_free(clients[i]);
        }
        expect_prompt_answers(&scene);
        expect_stuck_is_charged(&scene, n_before);
        scene_end(&scene);
}
END_TEST

START_TEST(descriptors_that_are_sent_before_the_daemon_accepts) {
        RawClient *clients[N_STUCK];
        uint64_t n_before;
        Scene scene;

        scene_start(&scene, _i, NULL);
        n_before = used(scene.other, "descriptors");
        stop_daemon();
        for (unsigned i = 0; i < N_STUCK; i++) {
                clients[i] = connected();
                send_lingering(&scene, i, clients[i]);
                if (i % 2)
                        raw_client_freep(&clients[i]);
        }
        continue_daemon();
        expect_delivered(&scene, _i);

        expect_prompt_answers(&scene);
        for (unsigned i = 0; i < N_STUCK; i += 2)
                raw_client_free(clients[i]);
        expect_stuck_is_charged(&scene, n_before);
        scene_end(&scene);
}
END_TEST

/* Whoever is refused has paid for nothing, so nothing of it may be counted. */
START_TEST(descriptors_in_connections_that_are_refused) {
        RawClient *allowed[3], *clients[N_STUCK];
        uint64_t n_before;
        Scene scene;

        scene_start(&scene, _i, "[limits]\nconnections=4\n");
        for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++) {
                allowed[i] = raw_client_new_attached(daemon_address(api_daemon()));
                ck_assert_ptr_nonnull(allowed[i]);
        }
        n_before = used(scene.other, "descriptors");
        stop_daemon();
        for (unsigned i = 0; i < N_STUCK; i++) {
                clients[i] = connected();
                send_lingering(&scene, i, clients[i]);
        }
        continue_daemon();
        expect_delivered(&scene, _i);

        for (unsigned i = 0; i < N_STUCK; i++) {
                gint64 begin = g_get_monotonic_time();

                ck_assert(raw_client_wait_end(clients[i]));
                assert_prompt(begin);
                raw_client_free(clients[i]);
        }
        expect_prompt_answers(&scene);
        ck_assert_uint_eq(used(scene.other, "descriptors"), n_before);
        for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
                raw_client_free(allowed[i]);
        expect_alone(&scene); /* who counts at the end must get in */
        scene_end(&scene);
}
END_TEST

/* Some are stuck already, some lie in connections, some in those that nobody has accepted. */
START_TEST(the_daemon_ends_in_order_though_descriptors_are_stuck) {
        RawClient *clients[N_STUCK];
        siginfo_t end;
        Scene scene;
        gint64 begin;

        scene_start(&scene, _i, NULL);
        for (unsigned i = 0; i < N_STUCK / 2; i++)
                clients[i] = connected();
        stop_daemon();
        for (unsigned i = 0; i < N_STUCK / 4; i++)
                send_lingering(&scene, i, clients[i]);
        continue_daemon();
        expect_prompt_answers(&scene);

        stop_daemon();
        for (unsigned i = N_STUCK / 4; i < N_STUCK; i++) {
                if (i >= N_STUCK / 2)
                        clients[i] = connected();
                send_lingering(&scene, i, clients[i]);
        }
        expect_delivered(&scene, _i);
        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGTERM), 0);
        begin = g_get_monotonic_time();
        continue_daemon();
        raw_client_freep(&scene.other);
        ck_assert_int_eq(
                        waitid(P_PID, (id_t) daemon_pid(api_daemon()), &end, WEXITED | WNOWAIT), 0);
        assert_prompt(begin);
        api_restart(NULL); /* checks that the old one's end was orderly */

        for (unsigned i = 0; i < N_STUCK; i++)
                raw_client_free(clients[i]);
        scene_end(&scene);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, descriptors_in_messages_that_the_daemon_reads, 0, KERNELS);
        tcase_add_loop_test(tests, descriptors_that_lie_unread_when_a_connection_ends, 0, KERNELS);
        tcase_add_loop_test(tests, descriptors_that_are_sent_before_the_daemon_accepts, 0, KERNELS);
        tcase_add_loop_test(tests, descriptors_in_connections_that_are_refused, 0, KERNELS);
        tcase_add_loop_test(
                        tests, the_daemon_ends_in_order_though_descriptors_are_stuck, 0, KERNELS);
}

int main(void) {
        return api_main("stuck", 90, add);
}
