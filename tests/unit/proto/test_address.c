#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "suite.h"

static void resolve(const char *address, const char *runtime, const char *want) {
        struct sockaddr_un is = { 0 };

        ck_assert_int_eq(address_resolve(address, runtime, &is), 0);
        ck_assert_int_eq(is.sun_family, AF_UNIX);
        ck_assert_str_eq(is.sun_path, want);
}

START_TEST(the_word_system_names_the_system_socket) {
        resolve("system", "/run/user/7", "/run/ntobjd/socket");
}
END_TEST

START_TEST(another_address_is_a_path) {
        resolve("/somewhere/socket", "/run/user/7", "/somewhere/socket");
        resolve("system/socket", NULL, "system/socket");
}
END_TEST

START_TEST(without_an_address_it_is_the_users_own) {
        char fallback[64];

        resolve(NULL, "/run/user/7", "/run/user/7/ntobjd/socket");
        snprintf(fallback, sizeof(fallback), "/tmp/ntobjd-%u/socket", (unsigned) geteuid());
        resolve(NULL, NULL, fallback);
        resolve(NULL, "", fallback);
        resolve(NULL, "relative/paths/are/ignored", fallback);
}
END_TEST

START_TEST(an_empty_address_is_refused) {
        struct sockaddr_un untouched;

        memset(&untouched, 0x5A, sizeof(untouched));
        ck_assert_int_eq(address_resolve("", "/run/user/7", &untouched), -EINVAL);
        ck_assert_int_eq(untouched.sun_path[0], 0x5A);
}
END_TEST

START_TEST(a_path_must_fit_with_its_terminator) {
        struct sockaddr_un is = { 0 };
        char path[sizeof(is.sun_path) + 1];

        memset(path, 'a', sizeof(path));
        path[0] = '/';
        path[sizeof(is.sun_path)] = '\0';
        ck_assert_int_eq(address_resolve(path, NULL, &is), -ENAMETOOLONG);
        ck_assert_int_eq(address_resolve(NULL, path, &is), -ENAMETOOLONG);
        ck_assert_int_eq(is.sun_path[0], '\0');

        path[sizeof(is.sun_path) - 1] = '\0';
        resolve(path, NULL, path);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, the_word_system_names_the_system_socket);
        tcase_add_test(tests, another_address_is_a_path);
        tcase_add_test(tests, without_an_address_it_is_the_users_own);
        tcase_add_test(tests, an_empty_address_is_refused);
        tcase_add_test(tests, a_path_must_fit_with_its_terminator);
}

int main(void) {
        return suite_main("address", 10, add_tests);
}
