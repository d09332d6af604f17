#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"
#include "endpoint.h"
#include "listener.h"
#include "scratch.h"
#include "suite.h"
#include "transport.h"

typedef struct Fixture {
        Scratch *scratch;
        Endpoint *endpoint;
        Listener *listener;
} Fixture;

static Transport transport; /* its buffer is too long for the stack */

static void fixture_init(Fixture *fixture) {
        g_autofree char *path = NULL;

        transport_init(&transport);
        fixture->endpoint = NULL;
        fixture->scratch = scratch_new();
        path = g_build_filename(scratch_path(fixture->scratch), "socket", NULL);
        ck_assert_int_eq(endpoint_bind(path, 0600, &fixture->endpoint), 0);
        fixture->listener = listener_new(
                        transport.base, fixture->endpoint, transport.peers, &transport.log);
        ck_assert_ptr_nonnull(fixture->listener);
}

static void fixture_clear(Fixture *fixture) {
        listener_free(fixture->listener);
        endpoint_free(fixture->endpoint);
        scratch_free(fixture->scratch);
        transport_clear(&transport);
}

static int new_socket(void) {
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        ck_assert_int_ge(fd, 0);
        return fd;
}

static void connect_socket(const Fixture *fixture, int fd) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        g_strlcpy(address.sun_path, endpoint_path(fixture->endpoint), sizeof(address.sun_path));
        ck_assert_int_eq(connect(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
}

static rlim_t set_file_limit(rlim_t limit) {
        struct rlimit files;
        rlim_t before;

        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
        before = files.rlim_cur;
        files.rlim_cur = limit;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
        return before;
}

/* The lowest number that is free: with it as the limit there is none. */
static rlim_t first_free(void) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        fd_close(fd);
        return (rlim_t) fd;
}

START_TEST(whoever_connects_is_served) {
        enum { N = 100 };
        Fixture fixture;
        int clients[N];

        fixture_init(&fixture);
        for (unsigned i = 0; i < N; i++) {
                clients[i] = new_socket();
                connect_socket(&fixture, clients[i]);
                client_send(clients[i], (FakeRequest){ .id = i });
        }
        for (int i = 0; i < N; i++)
                ck_assert_int_eq(client_receive(&transport, clients[i]), i);
        ck_assert_uint_eq(peer_table_count(transport.peers), N);
        for (unsigned i = 0; i < N; i++)
                fd_close(clients[i]);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(without_descriptors_clients_are_refused_at_once_and_nothing_spins) {
        enum { N = 20 };
        Fixture fixture;
        int clients[N];
        rlim_t before;

        if (!file_limit_is_real())
                return;
        fixture_init(&fixture);
        for (unsigned i = 0; i < N; i++)
                clients[i] = new_socket();
        before = set_file_limit(first_free());
        for (unsigned i = 0; i < N; i++)
                connect_socket(&fixture, clients[i]);
        for (unsigned i = 0; i < N; i++)
                ck_assert_int_eq(client_receive(&transport, clients[i]), -2);
        ck_assert_uint_ge(transport_count_lines(&transport), 1);

        /* Room for one more, and the next one is served. */
        set_file_limit(before);
        fd_close(clients[0]);
        clients[0] = new_socket();
        connect_socket(&fixture, clients[0]);
        client_send(clients[0], (FakeRequest){ .id = 5 });
        ck_assert_int_eq(client_receive(&transport, clients[0]), 5);
        for (unsigned i = 0; i < N; i++)
                fd_close(clients[i]);
        fixture_clear(&fixture);
}
END_TEST

/* Even the descriptor in reserve is of no use: its number is beyond the limit. */
START_TEST(a_listener_that_cannot_even_refuse_pauses_until_it_can) {
        Fixture fixture;
        rlim_t before;
        int client;

        if (!file_limit_is_real())
                return;
        fixture_init(&fixture);
        client = new_socket();
        before = set_file_limit(3);
        connect_socket(&fixture, client);
        ck_assert_int_eq(client_receive(&transport, client), -1);
        for (unsigned i = 0; i < 100; i++)
                transport_turn(&transport);
        ck_assert_uint_le(transport_count_lines(&transport), 2);

        set_file_limit(before);
        listener_resume(fixture.listener);
        client_send(client, (FakeRequest){ .id = 5 });
        ck_assert_int_eq(client_receive(&transport, client), 5);
        fd_close(client);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_paused_listener_goes_on_by_itself) {
        Fixture fixture;
        rlim_t before;
        int client;

        if (!file_limit_is_real())
                return;
        fixture_init(&fixture);
        client = new_socket();
        before = set_file_limit(3);
        connect_socket(&fixture, client);
        transport_run(&transport);
        set_file_limit(before);

        client_send(client, (FakeRequest){ .id = 5 });
        while (fake.n_handled == 0)
                ck_assert_int_eq(event_base_loop(transport.base, EVLOOP_ONCE), 0);
        ck_assert_int_eq(client_receive(&transport, client), 5);
        fd_close(client);
        fixture_clear(&fixture);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, whoever_connects_is_served);
        tcase_add_test(tests, without_descriptors_clients_are_refused_at_once_and_nothing_spins);
        tcase_add_test(tests, a_listener_that_cannot_even_refuse_pauses_until_it_can);
        tcase_add_test(tests, a_paused_listener_goes_on_by_itself);
}

int main(void) {
        return suite_main("listener", 20, add_tests);
}
