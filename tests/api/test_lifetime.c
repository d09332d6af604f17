/*
 * How long names live: exactly as long as the last handle, in whatever process that is.
 *
 * [W] om.c and [M] state the rule for handles; that it holds across processes at every moment,
 * however little is said to the daemon, is this project's promise (the grant protocol).
 */

#include <glib.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "partner.h"
#include "raw-client.h"

#define NAME "\\BaseNamedObjects\\lifetime"
#define WIDE u"\\BaseNamedObjects\\lifetime"

static RawClient *other_process(void) {
        RawClient *client = raw_client_new_attached(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

static bool exists(RawClient *client) {
        Nt__Grant grant;
        NTSTATUS status = raw_client_open_section(client, NAME, SECTION_QUERY, &grant);

        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
                return false;
        api_assert_ok(status);
        api_assert_ok(raw_client_close(client, &grant));
        return true;
}

/* [W] One process: the name goes with the last of several handles, not before. */
START_TEST(name_is_gone_the_moment_the_last_handle_is_closed) {
        autoraw *other = other_process();
        HANDLE first = NULL;
        HANDLE second = NULL;

        for (unsigned i = 0; i < 100; i++) {
                api_assert_ok(api_create(WIDE, SECTION_ALL_ACCESS, &first));
                api_assert_ok(api_open(WIDE, SECTION_QUERY, &second));
                ck_assert(exists(other));
                api_assert_ok(NtClose(first));
                ck_assert(exists(other));
                api_assert_ok(NtClose(second));
                ck_assert(!exists(other));
                ck_assert_status(api_open(WIDE, SECTION_QUERY, &first),
                                STATUS_OBJECT_NAME_NOT_FOUND);
        }
}
END_TEST

/* The creator lets go first: somebody else's handle keeps the name. */
START_TEST(name_lives_as_long_as_another_process_has_a_handle) {
        autoraw *other = other_process();
        HANDLE handle = NULL;
        Nt__Grant grant;

        api_assert_ok(api_create(WIDE, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(raw_client_open_section(other, NAME, SECTION_QUERY, &grant));
        api_assert_ok(NtClose(handle));
        api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
        api_assert_ok(NtClose(handle));
        api_assert_ok(raw_client_close(other, &grant));
        ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* A process that opens and closes over and over keeps nothing alive by it. */
START_TEST(grant_that_is_kept_without_a_handle_keeps_no_name_alive) {
        autoraw *owner = other_process();
        HANDLE handle = NULL;
        Nt__Grant grant;

        for (unsigned i = 0; i < 100; i++) {
                api_assert_ok(raw_client_create_section(
                                owner, NAME, SECTION_ALL_ACCESS, API_PAGE, &grant));
                for (unsigned j = 0; j < 5; j++) {
                        api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
                        api_assert_ok(NtClose(handle));
                }
                api_assert_ok(raw_client_close(owner, &grant));
                ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle),
                                STATUS_OBJECT_NAME_NOT_FOUND);
                ck_assert_ptr_null(handle);
        }
}
END_TEST

/* A grant that was parked comes to life again, and holds the name then. */
START_TEST(opening_again_holds_the_name_again) {
        autoraw *owner = other_process();
        autoraw *third = other_process();
        HANDLE handle = NULL;
        Nt__Grant grant;

        api_assert_ok(raw_client_create_section(owner, NAME, SECTION_ALL_ACCESS, API_PAGE, &grant));
        api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
        api_assert_ok(NtClose(handle));
        api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
        api_assert_ok(raw_client_close(owner, &grant));
        ck_assert(exists(third));
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(NtClose(handle));
        ck_assert(!exists(third));
}
END_TEST

/* A new object of the name is another object, for those too who knew the old one. */
START_TEST(name_that_is_made_again_is_a_new_object) {
        autoraw *owner = other_process();
        HANDLE handle = NULL;
        SECTION_BASIC_INFORMATION basic;
        Nt__Grant grant;

        for (unsigned i = 1; i <= 50; i++) {
                api_assert_ok(raw_client_create_section(
                                owner, NAME, SECTION_ALL_ACCESS, i * API_PAGE, &grant));
                api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
                api_assert_ok(NtQuerySection(
                                handle, SectionBasicInformation, &basic, sizeof(basic), NULL));
                ck_assert_int_eq(basic.MaximumSize.QuadPart, (LONGLONG) i * API_PAGE);
                api_assert_ok(NtClose(handle));
                api_assert_ok(raw_client_close(owner, &grant));
        }
}
END_TEST

/* A process that found nothing finds the name as soon as somebody has made it. */
START_TEST(name_that_was_missing_is_found_once_it_is_made) {
        autoraw *owner = other_process();
        HANDLE handle = NULL;
        Nt__Grant grant;

        for (unsigned i = 0; i < 50; i++) {
                for (unsigned j = 0; j < 5; j++)
                        ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle),
                                        STATUS_OBJECT_NAME_NOT_FOUND);
                api_assert_ok(raw_client_create_section(
                                owner, NAME, SECTION_ALL_ACCESS, API_PAGE, &grant));
                api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
                api_assert_ok(NtClose(handle));
                api_assert_ok(raw_client_close(owner, &grant));
        }
}
END_TEST

/* The last holder is killed: nothing says a word to the daemon, and yet the name goes. */
START_TEST(name_is_gone_when_its_last_holder_is_killed) {
        HANDLE handle = NULL;

        for (unsigned i = 0; i < 20; i++) {
                Partner *partner = partner_start();

                api_assert_ok(partner_create(partner, WIDE, SECTION_ALL_ACCESS, &handle));
                api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
                api_assert_ok(NtClose(handle));
                partner_kill(partner);
                ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle),
                                STATUS_OBJECT_NAME_NOT_FOUND);
        }
}
END_TEST

/* A program that just ends closes what it had open. */
START_TEST(name_is_gone_when_its_last_holder_ends) {
        Partner *partner = partner_start();
        HANDLE handle = NULL;

        api_assert_ok(partner_create(partner, WIDE, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(partner_duplicate(partner, handle, &handle));
        partner_end(partner);
        ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* The one that must report is killed; another that holds the name takes over, and its close ends
 * it. */
START_TEST(another_holder_takes_over_when_the_anchor_is_killed) {
        autoraw *third = other_process();
        Partner *creator = partner_start();
        HANDLE handle = NULL;
        HANDLE theirs = NULL;

        api_assert_ok(partner_create(creator, WIDE, SECTION_ALL_ACCESS, &theirs));
        api_assert_ok(api_open(WIDE, SECTION_QUERY, &handle));
        partner_kill(creator);
        ck_assert(exists(third));
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(NtClose(handle));
        ck_assert(!exists(third));
}
END_TEST

/* Three processes, in every order of letting go: the name goes with the last of them. */
START_TEST(three_processes_let_go_in_every_order) {
        static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
                { 2, 0, 1 }, { 2, 1, 0 } };
        autoraw *observer = other_process();
        Partner *partners[3];

        for (unsigned i = 0; i < 3; i++)
                partners[i] = partner_start();
        for (unsigned order = 0; order < 6; order++) {
                HANDLE handles[3];

                api_assert_ok(partner_create(partners[0], WIDE, SECTION_ALL_ACCESS, &handles[0]));
                api_assert_ok(partner_open(partners[1], WIDE, SECTION_QUERY, &handles[1]));
                api_assert_ok(partner_open(partners[2], WIDE, SECTION_QUERY, &handles[2]));
                for (unsigned i = 0; i < 3; i++) {
                        unsigned leaver = orders[order][i];

                        ck_assert(exists(observer));
                        api_assert_ok(partner_close(partners[leaver], handles[leaver]));
                }
                ck_assert(!exists(observer));
                for (unsigned i = 0; i < 3; i++)
                        ck_assert_status(
                                        partner_open(partners[i], WIDE, SECTION_QUERY, &handles[i]),
                                        STATUS_OBJECT_NAME_NOT_FOUND);
        }
        for (unsigned i = 0; i < 3; i++)
                partner_end(partners[i]);
}
END_TEST

/* [W] A view is no handle: it keeps the memory, in its own process and in others, and not the name.
 */
START_TEST(view_keeps_memory_and_not_the_name) {
        Partner *partner = partner_start();
        HANDLE theirs = NULL;
        HANDLE handle = NULL;
        PVOID base = NULL;

        api_assert_ok(api_create(WIDE, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(api_map(handle, PAGE_READWRITE, &base));
        api_assert_ok(partner_open(partner, WIDE, SECTION_ALL_ACCESS, &theirs));
        api_assert_ok(NtClose(handle));
        api_assert_ok(partner_touch(partner, theirs));
        ck_assert_uint_eq(*(volatile uint8_t *) base, 1);
        partner_kill(partner);
        ck_assert_status(api_open(WIDE, SECTION_QUERY, &handle), STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_uint_eq(*(volatile uint8_t *) base, 1);
        *(volatile uint8_t *) base = 2;
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
}
END_TEST

/* [P] What the daemon keeps for a process that has closed its handles is bounded. */
START_TEST(grants_without_a_handle_are_let_go_of) {
        enum { N_NAMES = 5000, N_PARKED_MOST = 4096 };
        autoraw *owner = other_process();
        g_autofree Nt__Grant *grants = g_new0(Nt__Grant, N_NAMES);
        HANDLE handle = NULL;

        for (unsigned i = 0; i < N_NAMES; i++) {
                g_autofree char *name = g_strdup_printf(NAME "-%u", i);
                g_autofree gunichar2 *wide = g_utf8_to_utf16(name, -1, NULL, NULL, NULL);

                api_assert_ok(raw_client_create_section(
                                owner, name, SECTION_QUERY, API_PAGE, &grants[i]));
                api_assert_ok(api_open((const WCHAR *) wide, SECTION_QUERY, &handle));
                api_assert_ok(NtClose(handle));
        }
        ck_assert_uint_le(daemon_statistic(api_daemon(), "grants"), N_NAMES + N_PARKED_MOST);
        for (unsigned i = 0; i < N_NAMES; i++)
                api_assert_ok(raw_client_close(owner, &grants[i]));
        /* Nobody has a handle: the objects are over, and with them the grants. */
        ck_assert_uint_eq(daemon_statistic(api_daemon(), "grants"), 0);
}
END_TEST

/* What a close that overlaps opens may do is decided once: everybody agrees on it afterwards. */
static void *open_and_close(void *n_wrong) {
        for (unsigned i = 0; i < 3000; i++) {
                HANDLE handle = NULL;
                NTSTATUS status = api_open(WIDE, SECTION_QUERY, &handle);

                if (status == STATUS_OBJECT_NAME_NOT_FOUND)
                        continue;
                if (!NT_SUCCESS(status) || api_granted_access(handle) != SECTION_QUERY ||
                                !NT_SUCCESS(NtClose(handle)))
                        g_atomic_int_inc((gint *) n_wrong);
        }
        return NULL;
}

START_TEST(opens_that_overlap_the_last_close_find_all_or_nothing) {
        autoraw *owner = other_process();
        pthread_t threads[3];
        gint n_wrong = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, &n_wrong), 0);
        for (unsigned i = 0; i < 1000; i++) {
                Nt__Grant grant;
                NTSTATUS status = raw_client_create_section(
                                owner, NAME, SECTION_QUERY, API_PAGE, &grant);

                /* A thread of ours may still hold the one before. */
                if (status == STATUS_OBJECT_NAME_COLLISION)
                        continue;
                api_assert_ok(status);
                api_assert_ok(raw_client_close(owner, &grant));
        }
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(g_atomic_int_get(&n_wrong), 0);
        ck_assert(!exists(owner));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, name_is_gone_the_moment_the_last_handle_is_closed);
        tcase_add_test(tests, name_lives_as_long_as_another_process_has_a_handle);
        tcase_add_test(tests, grant_that_is_kept_without_a_handle_keeps_no_name_alive);
        tcase_add_test(tests, opening_again_holds_the_name_again);
        tcase_add_test(tests, name_that_is_made_again_is_a_new_object);
        tcase_add_test(tests, name_that_was_missing_is_found_once_it_is_made);
        tcase_add_test(tests, name_is_gone_when_its_last_holder_is_killed);
        tcase_add_test(tests, name_is_gone_when_its_last_holder_ends);
        tcase_add_test(tests, another_holder_takes_over_when_the_anchor_is_killed);
        tcase_add_test(tests, three_processes_let_go_in_every_order);
        tcase_add_test(tests, view_keeps_memory_and_not_the_name);
        tcase_add_test(tests, grants_without_a_handle_are_let_go_of);
        tcase_add_test(tests, opens_that_overlap_the_last_close_find_all_or_nothing);
}

int main(void) {
        return api_main("lifetime", 120, add);
}
