#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "assert-status.h"
#include "cleanup.h"
#include "scratch.h"
#include "server-address.h"
#include "suite.h"

/* The default of a user without a runtime folder, as if /tmp were the scratch folder. */
static void public_address(const Scratch *scratch, ServerAddress *ret) {
        g_autofree char *path = g_build_filename(scratch_path(scratch), "ntobjd", "socket", NULL);

        *ret = (ServerAddress){ .may_start = true, .public_parent = true };
        ck_assert_int_eq(address_resolve(path, NULL, &ret->socket), 0);
}

START_TEST(a_named_address_is_taken_and_never_started) {
        ServerAddress found;

        setenv("NTOBJ_ADDRESS", "/run/other", 1);
        ck_assert_status(server_address_find("system", &found), STATUS_SUCCESS);
        ck_assert_str_eq(found.socket.sun_path, ADDRESS_SYSTEM);
        ck_assert(!found.may_start);
        ck_assert_status(server_address_find(NULL, &found), STATUS_SUCCESS);
        ck_assert_str_eq(found.socket.sun_path, "/run/other");
        ck_assert(!found.may_start && !found.public_parent);
}
END_TEST

START_TEST(the_users_own_address_is_in_the_runtime_folder) {
        ServerAddress found;

        setenv("NTOBJ_ADDRESS", "", 1);
        setenv("XDG_RUNTIME_DIR", "/run/user/5", 1);
        ck_assert_status(server_address_find(NULL, &found), STATUS_SUCCESS);
        ck_assert_str_eq(found.socket.sun_path, "/run/user/5/ntobjd/socket");
        ck_assert(found.may_start && !found.public_parent);
}
END_TEST

START_TEST(a_runtime_folder_that_is_relative_or_missing_does_not_count) {
        static const char *const values[] = { NULL, "", "run" };
        g_autofree char *want = g_strdup_printf("/tmp/ntobjd-%u/socket", (unsigned) geteuid());
        ServerAddress found;

        unsetenv("NTOBJ_ADDRESS");
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
                unsetenv("XDG_RUNTIME_DIR");
                if (values[i])
                        setenv("XDG_RUNTIME_DIR", values[i], 1);
                ck_assert_status(server_address_find(NULL, &found), STATUS_SUCCESS);
                ck_assert_str_eq(found.socket.sun_path, want);
                ck_assert(found.may_start && found.public_parent);
        }
}
END_TEST

START_TEST(a_folder_in_a_public_place_must_be_ours_alone) {
        g_autoptr(Scratch) scratch = scratch_new();
        char folder[sizeof(((struct sockaddr_un *) NULL)->sun_path)];
        ServerAddress address;

        public_address(scratch, &address);
        server_address_folder(&address, folder);
        ck_assert_int_eq(server_folder_check(&address), -ENOENT);
        ck_assert_int_eq(mkdir(folder, 0700), 0);
        ck_assert_int_eq(server_folder_check(&address), 0);
        ck_assert_int_eq(chmod(folder, 0710), 0);
        ck_assert_int_eq(server_folder_check(&address), -EPERM);
        ck_assert_int_eq(chmod(folder, 0700), 0);
        if (geteuid() == 0) {
                ck_assert_int_eq(chown(folder, 65534, (gid_t) -1), 0);
                ck_assert_int_eq(server_folder_check(&address), -EPERM);
        }
}
END_TEST

START_TEST(a_link_in_a_public_place_is_not_followed) {
        g_autoptr(Scratch) scratch = scratch_new();
        g_autofree char *real = g_build_filename(scratch_path(scratch), "real", NULL);
        char folder[sizeof(((struct sockaddr_un *) NULL)->sun_path)];
        ServerAddress address;

        public_address(scratch, &address);
        server_address_folder(&address, folder);
        ck_assert_int_eq(mkdir(real, 0700), 0);
        ck_assert_int_eq(symlink(real, folder), 0);
        ck_assert_int_eq(server_folder_check(&address), -EPERM);
}
END_TEST

/* A socket pair shows the credentials of who made it. */
START_TEST(only_this_user_and_root_and_the_service_may_be_the_daemon) {
        int pair[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        ck_assert(server_may_be_trusted(pair[0]));
        if (geteuid() == 0) {
                int theirs[2];

                ck_assert_int_eq(seteuid(65533), 0);
                ck_assert(server_may_be_trusted(pair[0])); /* root's */
                ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, theirs), 0);
                ck_assert(server_may_be_trusted(theirs[0])); /* its own */
                ck_assert_int_eq(seteuid(0), 0);
                ck_assert(!server_may_be_trusted(theirs[0]));
                close(theirs[0]);
                close(theirs[1]);
        }
        close(pair[0]);
        close(pair[1]);
        ck_assert(!server_may_be_trusted(-1));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_named_address_is_taken_and_never_started);
        tcase_add_test(tests, the_users_own_address_is_in_the_runtime_folder);
        tcase_add_test(tests, a_runtime_folder_that_is_relative_or_missing_does_not_count);
        tcase_add_test(tests, a_folder_in_a_public_place_must_be_ours_alone);
        tcase_add_test(tests, a_link_in_a_public_place_is_not_followed);
        tcase_add_test(tests, only_this_user_and_root_and_the_service_may_be_the_daemon);
}

int main(void) {
        return suite_main("server-address", 60, add);
}
