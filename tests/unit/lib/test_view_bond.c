#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "assert-status.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "views.h"
#include "zw.h"

/*
 * The daemon's side of the bonds, as it is to be: the bond of a grant ends when its word is DEAD
 * and it has no views, whatever message says so.
 */
static unsigned n_ended, n_reports;

static bool bond_answer(const Nt__Request *request, Nt__Reply *reply) {
        static uint32_t ended; /* slots are not used again here */
        const Nt__Grant *grant;

        if (request->body_case == NT__REQUEST__BODY_RELEASE)
                grant = request->release->grant;
        else if (request->body_case == NT__REQUEST__BODY_RELEASE_VIEWS)
                grant = request->release_views->grant;
        else
                return false;
        n_reports += request->body_case == NT__REQUEST__BODY_RELEASE_VIEWS;
        if (grant->slot == ended) {
                if (request->body_case == NT__REQUEST__BODY_RELEASE_VIEWS)
                        reply->status = STATUS_INVALID_HANDLE;
                return true; /* a Release is a hint only */
        }
        if (atomic_load(&stub.client.page->grants[grant->slot]) & GRANT_DEAD &&
                        atomic_load(&stub.client.page->views[grant->slot]) == 0) {
                ended = grant->slot;
                n_ended++;
        }
        return true;
}

static void setup(void) {
        stub_init();
        stub.attributes = SEC_FILE;
        stub.grant_flags = GRANT_REPORT | GRANT_SHARED;
        stub.more = bond_answer;
        n_ended = 0;
        n_reports = 0;
}

static HANDLE make(void) {
        LARGE_INTEGER size = { .QuadPart = stub.size };
        HANDLE made = NULL;

        ck_assert_status(NtCreateSection(&made, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        return made;
}

static PVOID map(HANDLE section) {
        PVOID base = NULL;
        SIZE_T size = 0x10000;

        ck_assert_status(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &size,
                                         ViewShare, 0, PAGE_READWRITE),
                        STATUS_SUCCESS);
        return base;
}

static void unmap(PVOID base) {
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), base), STATUS_SUCCESS);
}

static uint32_t n_counted(void) {
        return atomic_load(&stub.client.page->views[stub.last_slot]);
}

START_TEST(a_grant_of_a_file_section_counts_its_views) {
        HANDLE section = make();
        PVOID first = map(section), second = map(section);

        ck_assert_uint_eq(n_counted(), 2);
        unmap((char *) first + 0x1234);
        ck_assert_uint_eq(n_counted(), 1);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_uint_eq(n_counted(), 1);
        ck_assert_uint_eq(n_ended, 0);
        ck_assert_uint_eq(n_reports, 0);
        unmap(second);
        ck_assert_uint_eq(n_reports, 1);
        ck_assert_uint_eq(n_ended, 1);
}
END_TEST

START_TEST(views_that_end_before_the_handle_are_no_message) {
        HANDLE section = make();
        PVOID base = map(section);

        stub_messages();
        unmap(base);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_uint_eq(n_ended, 1);
}
END_TEST

START_TEST(views_of_page_file_sections_are_not_counted) {
        HANDLE section;
        PVOID base;

        stub.attributes = SEC_COMMIT;
        section = make();
        base = map(section);
        ck_assert_uint_eq(n_counted(), 0);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        stub_messages();
        unmap(base);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(a_view_that_was_made_under_another_attachment_counts_for_none) {
        HANDLE section = make();
        PVOID base = map(section);

        stub.client.serial = 2; /* another, whose page lies where the old one was */
        ck_assert_uint_eq(n_counted(), 1);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        stub_messages();
        unmap(base);
        ck_assert_uint_eq(n_counted(), 1);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(a_slot_that_is_another_grants_by_now_is_not_reported) {
        HANDLE section = make();
        PVOID base = map(section);

        atomic_store(&stub.client.page->grants[stub.last_slot], grant_word_make(2, 0, GRANT_DEAD));
        unmap(base);
        ck_assert_uint_eq(n_reports, 0);
        (void) section;
}
END_TEST

START_TEST(a_view_that_could_not_be_reported_back_is_gone_and_counted_for_nothing) {
        HANDLE section = make();
        SIZE_T *size = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        PVOID base = (PVOID) 0x10001; /* not aligned */

        *size = 0x10000;
        ck_assert_status(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, size,
                                         ViewShare, 0, PAGE_READWRITE),
                        STATUS_MAPPED_ALIGNMENT);
        ck_assert_uint_eq(n_counted(), 0);
        munmap(size, 4096);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_uint_eq(n_ended, 1);
}
END_TEST

#define N_ROUNDS 3000

typedef struct Race {
        pthread_barrier_t begin, end;
        HANDLE section;
        PVOID views[2];
} Race;

static void *race_close(void *context) {
        Race *race = context;

        for (unsigned i = 0; i < N_ROUNDS; i++) {
                pthread_barrier_wait(&race->begin);
                ck_assert_status(NtClose(race->section), STATUS_SUCCESS);
                pthread_barrier_wait(&race->end);
        }
        return NULL;
}

static void *race_unmap(void *context) {
        Race *race = context;

        for (unsigned i = 0; i < N_ROUNDS; i++) {
                pthread_barrier_wait(&race->begin);
                unmap(race->views[1]);
                pthread_barrier_wait(&race->end);
        }
        return NULL;
}

/* The last handle and the last two views end at the same time, in three threads. */
START_TEST(whoever_is_last_ends_the_bond_and_it_ends_once) {
        pthread_t closing, unmapping;
        Race race;

        pthread_barrier_init(&race.begin, NULL, 3);
        pthread_barrier_init(&race.end, NULL, 3);
        ck_assert_int_eq(pthread_create(&closing, NULL, race_close, &race), 0);
        ck_assert_int_eq(pthread_create(&unmapping, NULL, race_unmap, &race), 0);
        for (unsigned i = 0; i < N_ROUNDS; i++) {
                race.section = make();
                race.views[0] = map(race.section);
                race.views[1] = map(race.section);
                pthread_barrier_wait(&race.begin);
                unmap(race.views[0]);
                pthread_barrier_wait(&race.end);
                ck_assert_uint_eq(n_ended, i + 1);
                ck_assert_uint_eq(n_counted(), 0);
        }
        pthread_join(closing, NULL);
        pthread_join(unmapping, NULL);
        ck_assert_uint_eq(views_count(), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, a_grant_of_a_file_section_counts_its_views);
        tcase_add_test(tests, views_that_end_before_the_handle_are_no_message);
        tcase_add_test(tests, views_of_page_file_sections_are_not_counted);
        tcase_add_test(tests, a_view_that_was_made_under_another_attachment_counts_for_none);
        tcase_add_test(tests, a_slot_that_is_another_grants_by_now_is_not_reported);
        tcase_add_test(tests,
                        a_view_that_could_not_be_reported_back_is_gone_and_counted_for_nothing);
        tcase_add_test(tests, whoever_is_last_ends_the_bond_and_it_ends_once);
}

int main(void) {
        return suite_main("view-bond", 60, add);
}
