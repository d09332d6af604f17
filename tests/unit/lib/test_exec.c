#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "attached.h"
#include "cleanup.h"
#include "connection.h"
#include "suite.h"

/* The other program: this one, told which part to play. */
#define OTHER_PROGRAM "--other-program"

static bool runs_again(const char *part, const char *index) {
        char *arguments[] = { (char *) "test", (char *) OTHER_PROGRAM, (char *) part,
                (char *) index, NULL };

        execv("/proc/self/exe", arguments);
        return false;
}

/* Its handles are there at its first call, whatever that is; its descriptor does not go further. */
static bool is_heir(uint32_t index) {
        uint64_t process = 0, pid = 0;

        return attached_has_handle(index) &&
               fcntl(atoi(getenv("NTOBJ_INHERIT")), F_GETFD) == FD_CLOEXEC &&
               attached_query(&process, &pid) == STATUS_SUCCESS && pid == (uint64_t) getpid();
}

static bool is_heir_once(uint32_t index) {
        return zw_attach(NULL, 0) == STATUS_ALREADY_REGISTERED && is_heir(index) &&
               zw_detach() == STATUS_SUCCESS && !attached_has_handle(index) &&
               zw_attach(NULL, 0) == STATUS_SUCCESS && !attached_has_handle(index);
}

static bool is_disconnected(void) {
        const Client *client = NULL;

        return client_enter(CLIENT_HANDLES, &client) == STATUS_PORT_DISCONNECTED &&
               client_enter(CLIENT_ATTACH, &client) == STATUS_PORT_DISCONNECTED &&
               client_enter(CLIENT_HANDLES, &client) == STATUS_PORT_DISCONNECTED &&
               client_enter(CLIENT_ATTACH, &client) == STATUS_PORT_DISCONNECTED;
}

static bool other_program(const char *part, uint32_t index) {
        if (strcmp(part, "heir") == 0)
                return is_heir(index);
        if (strcmp(part, "heir-once") == 0)
                return is_heir_once(index);
        return strcmp(part, "disconnected") == 0 && is_disconnected();
}

static void name_inheritance(int fd) {
        g_autofree char *number = g_strdup_printf("%d", fd);

        setenv("NTOBJ_INHERIT", number, 1);
}

static pid_t start_other_program(const char *part, uint32_t index) {
        g_autofree char *number = g_strdup_printf("%u", index);
        pid_t child = fork();

        if (child == 0)
                child_exit(runs_again(part, number));
        return child;
}

START_TEST(a_program_finds_the_handles_that_were_prepared_for_it) {
        Attached attached;
        uint32_t index;
        pid_t child;
        int fd = -1;

        attached_init(&attached);
        index = attached_make_handle(true);
        ck_assert_status(zw_prepare_exec(&fd), STATUS_SUCCESS);
        ck_assert_int_gt(fd, 2);
        ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
        name_inheritance(fd);
        child = start_other_program("heir", index);
        close(fd);
        child_expect_success(child);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(a_program_may_exec_itself_and_keep_its_handles) {
        Attached attached;
        g_autofree char *number = NULL;
        pid_t child;
        int fd = -1;

        attached_prepare(&attached);
        child = fork();
        if (child == 0) {
                number = g_strdup_printf("%u", attached_make_handle(true));
                if (zw_prepare_exec(&fd) != STATUS_SUCCESS)
                        child_exit(false);
                name_inheritance(fd);
                child_exit(runs_again("heir", number));
        }
        child_expect_success(child);
        ck_assert_uint_eq(attached.daemon->state->n_adopted, 1);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 0);
        attached_clear(&attached);
}
END_TEST

START_TEST(closing_what_was_prepared_gives_it_back) {
        Attached attached;
        int fd = -1;

        attached_init(&attached);
        ck_assert_status(zw_prepare_exec(&fd), STATUS_SUCCESS);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 2);
        close(fd);
        fake_daemon_wait(attached.daemon, &attached.daemon->state->n_processes, 1);
        ck_assert_status(zw_prepare_exec(NULL), STATUS_INVALID_PARAMETER);
        attached_clear(&attached);
}
END_TEST

/* A number in the environment may name anything by now. */
static void stale_inheritance_is_left_alone(const char *number, int peer) {
        Attached attached;
        char byte;

        attached_prepare(&attached);
        setenv("NTOBJ_INHERIT", number, 1);
        ck_assert_status(zw_attach(NULL, 0), STATUS_SUCCESS);
        ck_assert_uint_eq(attached.daemon->state->n_adopted, 0);
        if (peer >= 0)
                ck_assert_int_lt(recv(peer, &byte, 1, MSG_DONTWAIT), 0);
        attached_clear(&attached);
}

START_TEST(a_number_that_names_another_socket_is_left_alone) {
        g_autofree char *number = NULL;
        int pair[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
        number = g_strdup_printf("%d", pair[0]);
        stale_inheritance_is_left_alone(number, pair[1]);
        ck_assert_int_eq(fcntl(pair[0], F_GETFD), 0);
        close(pair[0]);
        close(pair[1]);
}
END_TEST

START_TEST(a_number_that_names_a_file_or_nothing_is_left_alone) {
        stale_inheritance_is_left_alone("1", -1);
}
END_TEST

START_TEST(what_is_not_a_number_is_left_alone) {
        stale_inheritance_is_left_alone("7x", -1);
}
END_TEST

START_TEST(a_number_that_was_used_already_is_left_alone) {
        Attached attached;
        uint32_t index;
        int fd = -1;

        attached_init(&attached);
        index = attached_make_handle(true);
        ck_assert_status(zw_prepare_exec(&fd), STATUS_SUCCESS);
        name_inheritance(fd);
        child_expect_success(start_other_program("heir-once", index));
        close(fd);
        ck_assert_uint_eq(attached.daemon->state->n_adopted, 1);
        attached_clear(&attached);
}
END_TEST

START_TEST(an_heir_whose_daemon_is_gone_disconnects_the_program) {
        Attached attached;
        int fd = -1;

        attached_init(&attached);
        ck_assert_status(zw_prepare_exec(&fd), STATUS_SUCCESS);
        name_inheritance(fd);
        fake_daemon_kill(attached.daemon);
        child_expect_success(start_other_program("disconnected", 0));
        close(fd);
        attached_clear(&attached);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_program_finds_the_handles_that_were_prepared_for_it);
        tcase_add_test(tests, a_program_may_exec_itself_and_keep_its_handles);
        tcase_add_test(tests, closing_what_was_prepared_gives_it_back);
        tcase_add_test(tests, a_number_that_names_another_socket_is_left_alone);
        tcase_add_test(tests, a_number_that_names_a_file_or_nothing_is_left_alone);
        tcase_add_test(tests, what_is_not_a_number_is_left_alone);
        tcase_add_test(tests, a_number_that_was_used_already_is_left_alone);
        tcase_add_test(tests, an_heir_whose_daemon_is_gone_disconnects_the_program);
}

int main(int argc, char **argv) {
        if (argc == 4 && strcmp(argv[1], OTHER_PROGRAM) == 0)
                return !other_program(argv[2], (uint32_t) atoi(argv[3]));
        return suite_main("exec", 60, add);
}
