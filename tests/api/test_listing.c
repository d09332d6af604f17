/*
 * Listings of directories that others change meanwhile, and of large ones [P]: what is there
 * throughout is listed exactly once. NT promises less: there a listing counts from the beginning
 * with every call.
 */

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "api.h"
#include "partner.h"

#define PATH   u"\\BaseNamedObjects\\listing"
#define STAYS  700u
#define GUESTS 700u
#define ENTRY  sizeof(OBJECT_DIRECTORY_INFORMATION)

/* More than the daemon looks at for one request. */
#define MANY 5000u

typedef struct Directory {
        HANDLE handle;
        HANDLE stays[STAYS];
        HANDLE guests[GUESTS];
        unsigned n_guests_made;
        unsigned n_seen[STAYS];
} Directory;

/* PREFIX, a letter and a number of five digits. */
static const WCHAR *numbered(const WCHAR *prefix, char letter, unsigned number) {
        static _Thread_local WCHAR name[64];
        char text[16];
        size_t n = 0;

        snprintf(text, sizeof(text), "%c%05u", letter, number % 100000);
        while (prefix[n]) {
                name[n] = prefix[n];
                n++;
        }
        for (const char *c = text; *c; c++)
                name[n++] = (WCHAR) *c;
        name[n] = 0;
        return name;
}

static HANDLE make(const Directory *directory, char letter, unsigned number) {
        HANDLE section = NULL;

        api_assert_ok(api_create_with(NAMED_IN(directory->handle, numbered(u"", letter, number)),
                        SECTION_QUERY, &section));
        return section;
}

static void make_guest(Directory *directory, unsigned i) {
        directory->guests[i] = make(directory, 'g', directory->n_guests_made++);
}

/* Those that stay and those that come and go stand side by side. */
static void begin(Directory *directory) {
        api_assert_ok(NtCreateDirectoryObject(
                        &directory->handle, DIRECTORY_ALL_ACCESS, NAMED(PATH)));
        for (unsigned i = 0; i < STAYS; i++) {
                directory->stays[i] = make(directory, 's', i);
                make_guest(directory, i);
        }
}

static void end(Directory *directory) {
        for (unsigned i = 0; i < STAYS; i++) {
                api_assert_ok(NtClose(directory->stays[i]));
                api_assert_ok(NtClose(directory->guests[i]));
        }
        api_assert_ok(NtClose(directory->handle));
}

/* Counts an entry that stays. */
static void see(Directory *directory, const UNICODE_STRING *name) {
        unsigned number = 0;

        ck_assert_uint_eq(name->Length, 6 * sizeof(WCHAR));
        if (name->Buffer[0] != u's')
                return;
        for (unsigned i = 1; i < 6; i++)
                number = number * 10 + (unsigned) (name->Buffer[i] - u'0');
        ck_assert_uint_lt(number, STAYS);
        directory->n_seen[number]++;
}

/*
 * Guests go and others come, who stand behind all others: they must be fewer than a listing passes
 * meanwhile, or it never ends.
 */
static void change_guests(Directory *directory, GRand *random, unsigned n_most) {
        for (unsigned n = 0; n < n_most; n++) {
                unsigned i = g_rand_int(random) % GUESTS;

                api_assert_ok(NtClose(directory->guests[i]));
                make_guest(directory, i);
        }
}

/* Return: how many entries came. @random: changes the guests between the calls; NULL: nobody does
 */
static unsigned list(Directory *directory, HANDLE handle, ULONG room, GRand *random) {
        g_autofree OBJECT_DIRECTORY_INFORMATION *entries = g_malloc(room);
        NTSTATUS status = STATUS_MORE_ENTRIES;
        ULONG context = 0, length = 0;
        unsigned n = 0;

        while (status == STATUS_MORE_ENTRIES) {
                unsigned n_before = n;

                status = NtQueryDirectoryObject(
                                handle, entries, room, FALSE, n == 0, &context, &length);
                if (status == STATUS_NO_MORE_ENTRIES)
                        break;
                ck_assert(NT_SUCCESS(status));
                for (unsigned i = 0; entries[i].Name.Buffer; i++, n++)
                        see(directory, &entries[i].Name);
                if (random)
                        change_guests(directory, random, (n - n_before + 1) / 2);
        }
        return n;
}

static void check_seen(Directory *directory, unsigned n_times) {
        for (unsigned i = 0; i < STAYS; i++) {
                ck_assert_msg(directory->n_seen[i] == n_times, "entry %u came %u times", i,
                                directory->n_seen[i]);
                directory->n_seen[i] = 0;
        }
}

static const ULONG rooms[] = { 200, 1000, 4096, 10000, 65536 };

START_TEST(what_stays_is_listed_once_while_others_come_and_go_between_the_calls) {
        static Directory directory;
        GRand *random = g_rand_new_with_seed(1);

        begin(&directory);
        list(&directory, directory.handle, rooms[_i], random);
        check_seen(&directory, 1);
        list(&directory, directory.handle, rooms[_i], random);
        check_seen(&directory, 1);
        g_rand_free(random);
        end(&directory);
}
END_TEST

static atomic_bool enough;

static void *come_and_go(void *context) {
        Directory *directory = context;
        GRand *random = g_rand_new_with_seed(2);

        while (!atomic_load(&enough))
                change_guests(directory, random, 1);
        g_rand_free(random);
        return NULL;
}

START_TEST(what_stays_is_listed_once_while_a_thread_makes_others_come_and_go) {
        static Directory directory;
        pthread_t thread;

        begin(&directory);
        ck_assert_int_eq(pthread_create(&thread, NULL, come_and_go, &directory), 0);
        for (unsigned i = 0; i < 20; i++) {
                list(&directory, directory.handle, rooms[i % G_N_ELEMENTS(rooms)], NULL);
                check_seen(&directory, 1);
        }
        atomic_store(&enough, true);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        end(&directory);
}
END_TEST

START_TEST(two_listings_at_a_time_do_not_disturb_each_other) {
        static Directory directory;
        OBJECT_DIRECTORY_INFORMATION entries[2][2048 / ENTRY];
        ULONG contexts[2] = { 0 }, length = 0;
        HANDLE handles[2] = { 0 };
        bool more = true;

        begin(&directory);
        api_assert_ok(NtOpenDirectoryObject(&handles[0], DIRECTORY_QUERY, NAMED(PATH)));
        api_assert_ok(NtOpenDirectoryObject(
                        &handles[1], DIRECTORY_QUERY | DIRECTORY_TRAVERSE, NAMED(PATH)));
        while (more) {
                more = false;
                for (unsigned i = 0; i < 2; i++) {
                        NTSTATUS status = NtQueryDirectoryObject(handles[i], entries[i],
                                        i == 0 ? 600 : sizeof(entries[i]), FALSE, FALSE,
                                        &contexts[i], &length);

                        for (unsigned j = 0; NT_SUCCESS(status) && entries[i][j].Name.Buffer; j++)
                                see(&directory, &entries[i][j].Name);
                        more = more || status == STATUS_MORE_ENTRIES;
                }
        }
        check_seen(&directory, 2);
        api_assert_ok(NtClose(handles[0]));
        api_assert_ok(NtClose(handles[1]));
        end(&directory);
}
END_TEST

/* A caller may say any number of entries to pass over, and whoever just opened has no other way. */
START_TEST(a_listing_may_begin_far_behind) {
        static Directory directory;
        static HANDLE sections[MANY];
        OBJECT_DIRECTORY_INFORMATION entries[512 / ENTRY];
        ULONG context = MANY - 2, length = 0;
        HANDLE handle = NULL;

        api_assert_ok(NtCreateDirectoryObject(
                        &directory.handle, DIRECTORY_ALL_ACCESS, NAMED(PATH)));
        for (unsigned i = 0; i < MANY; i++)
                sections[i] = make(&directory, 'g', i);
        api_assert_ok(NtOpenDirectoryObject(&handle, DIRECTORY_QUERY, NAMED(PATH)));
        api_assert_ok(NtQueryDirectoryObject(
                        handle, entries, sizeof(entries), FALSE, FALSE, &context, &length));
        ck_assert_uint_eq(context, MANY);
        ck_assert_mem_eq(entries[0].Name.Buffer, u"g04998", 14);
        ck_assert_mem_eq(entries[1].Name.Buffer, u"g04999", 14);
        ck_assert_ptr_null(entries[2].Name.Buffer);
        context = MANY;
        ck_assert_status(NtQueryDirectoryObject(handle, entries, sizeof(entries), TRUE, FALSE,
                                         &context, &length),
                        STATUS_NO_MORE_ENTRIES);
        context = UINT32_MAX;
        ck_assert_status(NtQueryDirectoryObject(handle, entries, sizeof(entries), TRUE, FALSE,
                                         &context, &length),
                        STATUS_NO_MORE_ENTRIES);
        for (unsigned i = 0; i < MANY; i++)
                api_assert_ok(NtClose(sections[i]));
        api_assert_ok(NtClose(handle));
        api_assert_ok(NtClose(directory.handle));
}
END_TEST

START_TEST(what_a_killed_process_leaves_is_not_listed) {
        static Directory directory;
        Partner *partner = partner_start();
        HANDLE handle = NULL;

        begin(&directory);
        for (unsigned i = 0; i < MANY; i++)
                api_assert_ok(partner_create(
                                partner, numbered(PATH u"\\", 'p', i), SECTION_QUERY, &handle));
        ck_assert_uint_eq(list(&directory, directory.handle, 4096, NULL), STAYS + GUESTS + MANY);
        check_seen(&directory, 1);
        partner_kill(partner);
        ck_assert_uint_eq(list(&directory, directory.handle, 4096, NULL), STAYS + GUESTS);
        check_seen(&directory, 1);
        end(&directory);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_loop_test(tests,
                        what_stays_is_listed_once_while_others_come_and_go_between_the_calls, 0,
                        G_N_ELEMENTS(rooms));
        tcase_add_test(tests, what_stays_is_listed_once_while_a_thread_makes_others_come_and_go);
        tcase_add_test(tests, two_listings_at_a_time_do_not_disturb_each_other);
        tcase_add_test(tests, a_listing_may_begin_far_behind);
        tcase_add_test(tests, what_a_killed_process_leaves_is_not_listed);
}

int main(void) {
        return api_main("listing", 120, add_tests);
}
