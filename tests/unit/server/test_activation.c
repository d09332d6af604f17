#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "activation.h"
#include "cleanup.h"
#include "scratch.h"
#include "suite.h"

static void set_environment(const char *pid, const char *n) {
        g_autofree char *own = g_strdup_printf("%d", (int) getpid());

        g_setenv("LISTEN_PID", pid ? pid : own, TRUE);
        g_setenv("LISTEN_FDS", n, TRUE);
}

START_TEST(without_a_service_manager_there_is_no_socket) {
        int fd = 99;

        g_unsetenv("LISTEN_PID");
        g_unsetenv("LISTEN_FDS");
        ck_assert_int_eq(activation_take_socket(&fd), 0);
        ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(the_socket_is_descriptor_three_and_the_variables_are_forgotten) {
        autofd int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        autofd int saved = fcntl(
                        3, F_DUPFD_CLOEXEC, 10); /* somebody else's, unless tests are forked */
        int fd = -1;

        set_environment(NULL, "1");
        if (null != 3)
                ck_assert_int_eq(dup2(null, 3), 3);
        ck_assert_int_eq(activation_take_socket(&fd), 0);
        ck_assert_int_eq(fd, 3);
        ck_assert_int_eq(fcntl(3, F_GETFD), FD_CLOEXEC);
        ck_assert_ptr_null(getenv("LISTEN_PID"));
        ck_assert_ptr_null(getenv("LISTEN_FDS"));
        if (saved >= 0 && null != 3)
                ck_assert_int_eq(dup2(saved, 3), 3);
        else if (null != 3)
                close(3);
}
END_TEST

START_TEST(sockets_for_another_process_are_not_ours) {
        int fd = 99;

        set_environment("1", "1");
        ck_assert_int_eq(activation_take_socket(&fd), 0);
        ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(an_environment_that_makes_no_sense_is_refused) {
        static const char *numbers[] = { "2", "-1", "x", "", "1x", "99999999999999999999" };
        int fd = 99;

        for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
                set_environment(NULL, numbers[i]);
                ck_assert_int_eq(activation_take_socket(&fd), -EINVAL);
        }
        set_environment("me", "1");
        ck_assert_int_eq(activation_take_socket(&fd), -EINVAL);
        ck_assert_int_eq(fd, 99);
}
END_TEST

static int bind_datagram(const char *name) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        size_t length = strlen(name);
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        memcpy(address.sun_path, name, length);
        if (name[0] == '@')
                address.sun_path[0] = '\0';
        ck_assert_int_eq(bind(fd, (const struct sockaddr *) &address,
                                         (socklen_t) (offsetof(struct sockaddr_un, sun_path) +
                                                         length)),
                        0);
        return fd;
}

static void expect_message(int fd, const char *want) {
        char text[64] = "";

        ck_assert_int_ge(recv(fd, text, sizeof(text) - 1, 0), 0);
        ck_assert_str_eq(text, want);
}

START_TEST(the_service_manager_is_told_at_a_path_and_at_an_abstract_name) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *path = g_build_filename(scratch_path(scratch), "notify", NULL);
        g_autofree char *name = g_strdup_printf("@ntobjd-test-%d", (int) getpid());
        autofd int at_path = bind_datagram(path);
        autofd int at_name = bind_datagram(name);

        g_setenv("NOTIFY_SOCKET", path, TRUE);
        ck_assert_int_eq(activation_notify("READY=1"), 0);
        expect_message(at_path, "READY=1");
        g_setenv("NOTIFY_SOCKET", name, TRUE);
        ck_assert_int_eq(activation_notify("STOPPING=1"), 0);
        expect_message(at_name, "STOPPING=1");
}
END_TEST

START_TEST(telling_nobody_is_no_error_and_telling_nowhere_is) {
        g_unsetenv("NOTIFY_SOCKET");
        ck_assert_int_eq(activation_notify("READY=1"), 0);
        g_setenv("NOTIFY_SOCKET", "", TRUE);
        ck_assert_int_eq(activation_notify("READY=1"), 0);
        g_setenv("NOTIFY_SOCKET", "relative", TRUE);
        ck_assert_int_eq(activation_notify("READY=1"), -EINVAL);
        g_setenv("NOTIFY_SOCKET", "/nonexistent/socket", TRUE);
        ck_assert_int_eq(activation_notify("READY=1"), -ENOENT);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, without_a_service_manager_there_is_no_socket);
        tcase_add_test(tests, the_socket_is_descriptor_three_and_the_variables_are_forgotten);
        tcase_add_test(tests, sockets_for_another_process_are_not_ours);
        tcase_add_test(tests, an_environment_that_makes_no_sense_is_refused);
        tcase_add_test(tests, the_service_manager_is_told_at_a_path_and_at_an_abstract_name);
        tcase_add_test(tests, telling_nobody_is_no_error_and_telling_nowhere_is);
}

int main(void) {
        return suite_main("activation", 10, add_tests);
}
