#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "endpoint.h"
#include "scratch.h"
#include "suite.h"

typedef struct Fixture {
        Scratch *scratch;
        char *path;
} Fixture;

static void fixture_init(Fixture *fixture) {
        fixture->scratch = scratch_new();
        fixture->path = g_build_filename(scratch_path(fixture->scratch), "socket", NULL);
}

static void fixture_clear(Fixture *fixture) {
        g_free(fixture->path);
        scratch_free(fixture->scratch);
}

static unsigned count_entries(const Fixture *fixture) {
        g_autoptr(GDir) folder = g_dir_open(scratch_path(fixture->scratch), 0, NULL);
        unsigned n = 0;

        while (g_dir_read_name(folder))
                n++;
        return n;
}

static struct sockaddr_un address_of(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
        return address;
}

/* A connected socket, or -errno. */
static int connect_to(const char *path) {
        struct sockaddr_un address = address_of(path);
        autofd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        if (connect(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -errno;
        return fd_steal(&fd);
}

/* A socket of which only the name is left. */
static void leave_stale(const char *path, int type) {
        struct sockaddr_un address = address_of(path);
        autofd int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
}

START_TEST(a_bound_endpoint_can_be_connected_to_and_leaves_nothing_behind) {
        Fixture fixture;
        Endpoint *endpoint = NULL;
        struct stat st;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), 0);
        ck_assert_str_eq(endpoint_path(endpoint), fixture.path);
        ck_assert_int_eq(lstat(fixture.path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 0777, 0600);
        ck_assert_uint_eq(count_entries(&fixture), 1);
        fd_close(connect_to(fixture.path));

        endpoint_free(endpoint);
        ck_assert_uint_eq(count_entries(&fixture), 0);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_system_endpoint_is_open_to_all_whatever_the_umask) {
        Fixture fixture;
        Endpoint *endpoint = NULL;
        struct stat st;

        fixture_init(&fixture);
        umask(0077);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0666, &endpoint), 0);
        ck_assert_int_eq(lstat(fixture.path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 0777, 0666);
        ck_assert_uint_eq(umask(0022), 0077);
        endpoint_free(endpoint);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_live_endpoint_is_not_taken) {
        Fixture fixture;
        Endpoint *first = NULL, *second = NULL;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &first), 0);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &second), -EADDRINUSE);
        ck_assert_ptr_null(second);
        ck_assert_uint_eq(count_entries(&fixture), 1);
        fd_close(connect_to(fixture.path));
        endpoint_free(first);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_live_endpoint_whose_queue_is_full_is_not_taken) {
        Fixture fixture;
        Endpoint *first = NULL, *second = NULL;
        int waiting[8], last;
        unsigned n = 0;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &first), 0);
        ck_assert_int_eq(listen(endpoint_fd(first), 1), 0);
        while ((last = connect_to(fixture.path)) >= 0) {
                ck_assert_uint_lt(n, G_N_ELEMENTS(waiting));
                waiting[n++] = last;
        }
        ck_assert_int_eq(last, -EAGAIN);

        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &second), -EADDRINUSE);
        while (n > 0)
                fd_close(waiting[--n]);
        endpoint_free(first);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_server_of_another_kind_is_not_replaced) {
        Fixture fixture;
        struct sockaddr_un address;
        Endpoint *endpoint = NULL;
        autofd int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        fixture_init(&fixture);
        address = address_of(fixture.path);
        ck_assert_int_eq(bind(other, (const struct sockaddr *) &address, sizeof(address)), 0);
        ck_assert_int_eq(listen(other, 1), 0);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), -EADDRINUSE);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_socket_that_nobody_listens_at_is_replaced) {
        Fixture fixture;
        Endpoint *endpoint = NULL;

        fixture_init(&fixture);
        leave_stale(fixture.path, SOCK_SEQPACKET);
        ck_assert_int_eq(connect_to(fixture.path), -ECONNREFUSED);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), 0);
        fd_close(connect_to(fixture.path));
        endpoint_free(endpoint);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_file_that_is_no_socket_is_not_touched) {
        Fixture fixture;
        Endpoint *endpoint = NULL;
        g_autofree char *text = NULL;

        fixture_init(&fixture);
        ck_assert(g_file_set_contents(fixture.path, "precious", -1, NULL));
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), -EEXIST);
        ck_assert(g_file_get_contents(fixture.path, &text, NULL, NULL));
        ck_assert_str_eq(text, "precious");
        ck_assert_uint_eq(count_entries(&fixture), 1);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_path_too_long_for_a_socket_is_refused) {
        char path[200] = "/tmp/";
        Endpoint *endpoint = NULL;

        memset(path + 5, 'x', sizeof(path) - 6);
        path[sizeof(path) - 1] = '\0';
        ck_assert_int_eq(endpoint_bind(path, 0600, &endpoint), -ENAMETOOLONG);
}
END_TEST

START_TEST(the_socket_of_a_successor_is_not_removed) {
        Fixture fixture;
        Endpoint *first = NULL, *second = NULL;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &first), 0);
        ck_assert_int_eq(unlink(fixture.path), 0);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &second), 0);
        endpoint_free(first);
        fd_close(connect_to(fixture.path));
        ck_assert_uint_eq(count_entries(&fixture), 1);
        endpoint_free(second);
        fixture_clear(&fixture);
}
END_TEST

/* Each child tries once, and the winner stays until all have. */
static int race(const char *path, int go, int done) {
        Endpoint *endpoint = NULL;
        char byte;
        int r;

        (void) !read(go, &byte, 1); /* until the parent closes it */
        r = endpoint_bind(path, 0600, &endpoint);
        (void) !write(done, r == 0 ? "w" : "l", 1);
        if (r == 0)
                pause();
        return r == -EADDRINUSE ? 0 : 1;
}

START_TEST(of_many_that_start_at_once_one_gets_the_address) {
        enum { N = 12 };
        Fixture fixture;
        pid_t children[N];
        int go[2], done[2], n_winners = 0, status;
        char result;

        fixture_init(&fixture);
        leave_stale(fixture.path, SOCK_SEQPACKET);
        ck_assert_int_eq(pipe2(go, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(done, O_CLOEXEC), 0);
        for (int i = 0; i < N; i++) {
                children[i] = fork();
                if (children[i] == 0) {
                        fd_close(go[1]);
                        _exit(race(fixture.path, go[0], done[1]));
                }
        }
        fd_close(go[1]);
        for (int i = 0; i < N; i++) {
                ck_assert_int_eq(read(done[0], &result, 1), 1);
                n_winners += result == 'w';
        }
        for (int i = 0; i < N; i++)
                kill(children[i], SIGKILL);
        for (int i = 0; i < N; i++)
                ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_int_eq(n_winners, 1);

        fd_close(go[0]);
        fd_close(done[0]);
        fd_close(done[1]);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(retiring_makes_the_name_go_when_nobody_waits) {
        Fixture fixture;
        Endpoint *endpoint = NULL;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), 0);
        ck_assert(endpoint_retire(endpoint));
        ck_assert_uint_eq(count_entries(&fixture), 0);
        ck_assert_int_eq(connect_to(fixture.path), -ENOENT);
        endpoint_free(endpoint);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(retiring_gives_way_to_a_client_that_has_just_come) {
        Fixture fixture;
        Endpoint *endpoint = NULL;
        int client;

        fixture_init(&fixture);
        ck_assert_int_eq(endpoint_bind(fixture.path, 0600, &endpoint), 0);
        client = connect_to(fixture.path);
        ck_assert_int_ge(client, 0);
        ck_assert(!endpoint_retire(endpoint));
        fd_close(connect_to(fixture.path));
        fd_close(client);
        endpoint_free(endpoint);
        ck_assert_uint_eq(count_entries(&fixture), 0);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(a_socket_that_was_passed_in_is_used_and_stays) {
        Fixture fixture;
        struct sockaddr_un address;
        Endpoint *endpoint = NULL;
        int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

        fixture_init(&fixture);
        address = address_of(fixture.path);
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
        ck_assert_int_eq(listen(fd, 5), 0);
        ck_assert_int_eq(endpoint_adopt_take(fd, &endpoint), 0);
        ck_assert_str_eq(endpoint_path(endpoint), fixture.path);
        ck_assert_int_eq(fcntl(endpoint_fd(endpoint), F_GETFD), FD_CLOEXEC);
        ck_assert(fcntl(endpoint_fd(endpoint), F_GETFL) & O_NONBLOCK);
        ck_assert(endpoint_retire(endpoint));
        endpoint_free(endpoint);
        ck_assert_uint_eq(count_entries(&fixture), 1);
        fixture_clear(&fixture);
}
END_TEST

START_TEST(an_abstract_socket_that_was_passed_in_has_its_name_shown) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        g_autofree char *name = g_strdup_printf("ntobjd-test-%d", (int) getpid());
        g_autofree char *shown = g_strconcat("@", name, NULL);
        Endpoint *endpoint = NULL;
        int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);

        memcpy(address.sun_path + 1, name, strlen(name));
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address, (socklen_t) size), 0);
        ck_assert_int_eq(listen(fd, 5), 0);
        ck_assert_int_eq(endpoint_adopt_take(fd, &endpoint), 0);
        ck_assert_str_eq(endpoint_path(endpoint), shown);
        endpoint_free(endpoint);
}
END_TEST

START_TEST(only_a_listening_seqpacket_socket_can_be_passed_in) {
        Endpoint *endpoint = NULL;

        ck_assert_int_eq(endpoint_adopt_take(socket(AF_UNIX, SOCK_STREAM, 0), &endpoint),
                        -EPROTOTYPE);
        ck_assert_int_eq(endpoint_adopt_take(socket(AF_UNIX, SOCK_SEQPACKET, 0), &endpoint),
                        -EPROTOTYPE);
        ck_assert_int_eq(endpoint_adopt_take(open("/dev/null", O_RDONLY), &endpoint), -EPROTOTYPE);
        ck_assert_ptr_null(endpoint);
}
END_TEST

START_TEST(the_folder_is_made_and_must_be_ours_alone) {
        Fixture fixture;
        g_autofree char *folder = NULL, *path = NULL, *link = NULL, *beyond = NULL;
        struct stat st;

        fixture_init(&fixture);
        folder = g_build_filename(scratch_path(fixture.scratch), "ntobjd", NULL);
        path = g_build_filename(folder, "socket", NULL);
        ck_assert_int_eq(endpoint_make_folder(path), 0);
        ck_assert_int_eq(endpoint_make_folder(path), 0);
        ck_assert_int_eq(lstat(folder, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0700);

        ck_assert_int_eq(chmod(folder, 0710), 0);
        ck_assert_int_eq(endpoint_make_folder(path), -EPERM);
        ck_assert_int_eq(chmod(folder, 0700), 0);

        link = g_build_filename(scratch_path(fixture.scratch), "link", NULL);
        beyond = g_build_filename(link, "socket", NULL);
        ck_assert_int_eq(symlink(folder, link), 0);
        ck_assert_int_eq(endpoint_make_folder(beyond), -EPERM);

        if (geteuid() == 0) {
                ck_assert_int_eq(chown(folder, 12345, 12345), 0);
                ck_assert_int_eq(endpoint_make_folder(path), -EPERM);
        }
        fixture_clear(&fixture);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_bound_endpoint_can_be_connected_to_and_leaves_nothing_behind);
        tcase_add_test(tests, a_system_endpoint_is_open_to_all_whatever_the_umask);
        tcase_add_test(tests, a_live_endpoint_is_not_taken);
        tcase_add_test(tests, a_live_endpoint_whose_queue_is_full_is_not_taken);
        tcase_add_test(tests, a_server_of_another_kind_is_not_replaced);
        tcase_add_test(tests, a_socket_that_nobody_listens_at_is_replaced);
        tcase_add_test(tests, a_file_that_is_no_socket_is_not_touched);
        tcase_add_test(tests, a_path_too_long_for_a_socket_is_refused);
        tcase_add_test(tests, the_socket_of_a_successor_is_not_removed);
        tcase_add_test(tests, of_many_that_start_at_once_one_gets_the_address);
        tcase_add_test(tests, retiring_makes_the_name_go_when_nobody_waits);
        tcase_add_test(tests, retiring_gives_way_to_a_client_that_has_just_come);
        tcase_add_test(tests, a_socket_that_was_passed_in_is_used_and_stays);
        tcase_add_test(tests, an_abstract_socket_that_was_passed_in_has_its_name_shown);
        tcase_add_test(tests, only_a_listening_seqpacket_socket_can_be_passed_in);
        tcase_add_test(tests, the_folder_is_made_and_must_be_ours_alone);
}

int main(void) {
        return suite_main("endpoint", 20, add_tests);
}
