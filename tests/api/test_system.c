/*
 * The system instance: one daemon, several users, who must not harm each other. [M] sessions and
 * session-private names; [P] how users stand for sessions.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "raw-client.h"
#include "users.h"

static void create_local(User *user) {
        HANDLE handle = NULL;

        need(NT_SUCCESS(api_create(ALICES u"\\Local\\private", SECTION_ALL_ACCESS, &handle)));
        need(users_try_open(ALICES u"\\private", SECTION_QUERY) == STATUS_SUCCESS);
        need(users_try_open(u"\\BaseNamedObjects\\private", SECTION_QUERY) ==
                        STATUS_OBJECT_NAME_NOT_FOUND);
        user_pause(user);
}

static void look_for_anothers_local(User *user) {
        (void) user;
        need(users_try_open(BOBS u"\\Local\\private", SECTION_QUERY) ==
                        STATUS_OBJECT_NAME_NOT_FOUND);
        need(users_try_open(ALICES u"\\private", SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(users_try_open(ALICES u"\\private", SECTION_MAP_READ) == STATUS_ACCESS_DENIED);
}

START_TEST(names_of_a_session_are_private_to_its_user) {
        User alice;

        user_start(&alice, ALICE, create_local);
        user_wait_ready(&alice);
        users_run(BOB, look_for_anothers_local);
        user_finish(&alice);
}
END_TEST

/* What belongs to another user, and what only root can do. */
static void try_what_is_for_root(User *user) {
        HANDLE handle = NULL;

        (void) user;
        need(zw_attach(NULL, ZW_ATTACH_KERNEL) == STATUS_PRIVILEGE_NOT_HELD);
        need(api_create_with(NAMED_WITH(ALICES u"\\p", OBJ_PERMANENT), SECTION_ALL_ACCESS,
                             &handle) == STATUS_PRIVILEGE_NOT_HELD);
        need(handle == NULL);
        need(NT_SUCCESS(api_create(ALICES u"\\x", SECTION_ALL_ACCESS, &handle)));
        need(users_try_open(ALICES u"\\x", SECTION_QUERY | ACCESS_SYSTEM_SECURITY) ==
                        STATUS_PRIVILEGE_NOT_HELD);
        need(api_create(u"\\x", SECTION_ALL_ACCESS, &handle) == STATUS_ACCESS_DENIED);
        need(api_create(u"\\KnownDlls\\x", SECTION_ALL_ACCESS, &handle) == STATUS_ACCESS_DENIED);
        /* [M] A section in the global namespace takes SeCreateGlobalPrivilege. */
        need(api_create(u"\\BaseNamedObjects\\x", SECTION_ALL_ACCESS, &handle) ==
                        STATUS_ACCESS_DENIED);
        need(api_create(ALICES u"\\Global\\x", SECTION_ALL_ACCESS, &handle) ==
                        STATUS_ACCESS_DENIED);
        need(handle == NULL);
}

static void be_there(User *user) {
        RawClient *client = raw_client_new_attached(getenv("NTOBJ_ADDRESS"));

        need(client != NULL);
        user_pause(user);
        raw_client_free(client);
}

static void make_in_anothers_session(User *user) {
        HANDLE handle = NULL;

        (void) user;
        need(api_create(ALICES u"\\x", SECTION_ALL_ACCESS, &handle) == STATUS_ACCESS_DENIED);
        need(NtOpenDirectoryObject(&handle, DIRECTORY_QUERY, NAMED(ALICES)) ==
                        STATUS_ACCESS_DENIED);
        need(handle == NULL);
}

START_TEST(sessions_are_their_users) {
        User alice;

        user_start(&alice, ALICE, be_there);
        user_wait_ready(&alice);
        users_run(BOB, make_in_anothers_session);
        user_finish(&alice);
}
END_TEST

START_TEST(privileges_are_roots) {
        users_run(ALICE, try_what_is_for_root);
}
END_TEST

/* A reader gets a descriptor that it can make nothing more of, however it opens it again. */
static void try_to_write_what_may_be_read(User *user) {
        RawClient *client = raw_client_new_attached(getenv("NTOBJ_ADDRESS"));
        char path[64];
        Nt__Grant grant;
        int fd = -1;

        (void) user;
        need(client != NULL);
        need(NT_SUCCESS(raw_client_create_section(
                        client, NULL, SECTION_MAP_READ, API_PAGE, &grant)));
        need(NT_SUCCESS(raw_client_section_memory(client, &grant, &fd)));
        need(mmap(NULL, API_PAGE, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED);
        need(mmap(NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        need(open(path, O_RDWR | O_CLOEXEC) < 0);
        need(open(path, O_WRONLY | O_CLOEXEC) < 0);
        need(fchmod(fd, 0666) < 0);
        raw_client_free(client);
}

START_TEST(readers_of_another_user_cannot_make_themselves_writers) {
        users_run(ALICE, try_to_write_what_may_be_read);
}
END_TEST

/* Root's own names in the global namespace; others see what they may. */
static void look_for_global(User *user) {
        NTSTATUS status = users_try_open(u"\\BaseNamedObjects\\root's", SECTION_MAP_WRITE);

        (void) user;
        need(status == STATUS_ACCESS_DENIED);
        need(users_try_open(u"\\BaseNamedObjects\\nobody's", SECTION_MAP_READ) ==
                        STATUS_OBJECT_NAME_NOT_FOUND);
}

START_TEST(section_of_another_user_cannot_be_opened_for_writing) {
        HANDLE handle = NULL;

        api_assert_ok(api_create(u"\\BaseNamedObjects\\root's", SECTION_ALL_ACCESS, &handle));
        users_run(ALICE, look_for_global);
        api_assert_ok(NtClose(handle));
        api_assert_ok(zw_detach());
}
END_TEST

/* One user uses up a quota; the other is not even slowed down by it. */
static void use_everything_up(User *user) {
        RawClient *client = raw_client_new_attached(getenv("NTOBJ_ADDRESS"));
        NTSTATUS status;

        need(client != NULL);
        do
                status = raw_client_create_section(client, NULL, SECTION_QUERY, API_PAGE, NULL);
        while (NT_SUCCESS(status));
        need(status == STATUS_QUOTA_EXCEEDED);
        user_pause(user);
        raw_client_free(client);
}

static void use_a_little(User *user) {
        HANDLE handle = NULL;
        PVOID base = NULL;

        (void) user;
        need(NT_SUCCESS(api_create(BOBS u"\\Local\\little", SECTION_ALL_ACCESS, &handle)));
        need(NT_SUCCESS(api_map(handle, PAGE_READWRITE, &base)));
        *(volatile uint8_t *) base = 1;
}

START_TEST(quota_of_one_user_is_not_anothers) {
        User alice;

        users_restart("[limits]\nobjects=5\n");
        user_start(&alice, ALICE, use_everything_up);
        user_wait_ready(&alice);
        users_run(BOB, use_a_little);
        user_finish(&alice);
}
END_TEST

/* Users see their own statistics and the totals, and nobody else's. */
static void look_at_statistics(User *user) {
        RawClient *client = raw_client_new_attached(getenv("NTOBJ_ADDRESS"));
        uint64_t value = 0;

        (void) user;
        need(client != NULL);
        need(NT_SUCCESS(raw_client_statistic(client, "processes", BOB, &value)) && value == 1);
        need(NT_SUCCESS(raw_client_statistic(client, "processes", ALICE, &value)) && value == 0);
        need(NT_SUCCESS(raw_client_statistic(client, "processes", RAW_CLIENT_NO_USER, &value)) &&
                        value == 2);
        raw_client_free(client);
}

START_TEST(statistics_show_no_other_user) {
        User alice;

        user_start(&alice, ALICE, be_there);
        user_wait_ready(&alice);
        users_run(BOB, look_at_statistics);
        user_finish(&alice);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, names_of_a_session_are_private_to_its_user);
        tcase_add_test(tests, privileges_are_roots);
        tcase_add_test(tests, sessions_are_their_users);
        tcase_add_test(tests, readers_of_another_user_cannot_make_themselves_writers);
        tcase_add_test(tests, section_of_another_user_cannot_be_opened_for_writing);
        tcase_add_test(tests, quota_of_one_user_is_not_anothers);
        tcase_add_test(tests, statistics_show_no_other_user);
}

int main(void) {
        return users_main("system", 60, add);
}
