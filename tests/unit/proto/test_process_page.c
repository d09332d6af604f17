#include <glib.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "process-page.h"
#include "suite.h"

#define N_THREADS    4u
#define SERVER_TRIES 16u /* a bound such as the server sets on a page that may be hostile */

static ProcessPage *page_new(void) {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        ProcessPage *page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, flags, -1, 0);

        ck_assert(page != MAP_FAILED);
        return page;
}

static void page_free(ProcessPage *page) {
        munmap(page, sizeof(ProcessPage));
}

static uint64_t entry_of(uint32_t slot) {
        return handle_entry(slot, 1, 0xF001F, false);
}

static uint32_t claim(ProcessPage *page, uint32_t slot) {
        return handle_table_claim(page, entry_of(slot), UINT_MAX);
}

/* Whenever nobody is active, the hints say exactly what the entries say. */
static void assert_hints_right(const ProcessPage *page) {
        for (uint32_t group = 0; group < HANDLE_ENTRIES / HANDLE_GROUP; group++) {
                uint64_t hints = atomic_load(&page->full[group / 64]);
                bool full = true;

                for (uint32_t i = group == 0 ? 1 : 0; i < HANDLE_GROUP && full; i++)
                        full = handle_table_read(page, group * HANDLE_GROUP + i) != 0;
                ck_assert_msg((hints >> group % 64 & 1) == full, "group %u", group);
        }
        for (uint32_t word = 0; word < HANDLE_ENTRIES / HANDLE_GROUP / 64; word++) {
                uint64_t hints = atomic_load(&page->full_summary[word / 64]);

                ck_assert_uint_eq(hints >> word % 64 & 1,
                                atomic_load(&page->full[word]) == UINT64_MAX);
        }
}

START_TEST(an_entry_keeps_its_fields_apart) {
        uint64_t entry = handle_entry(GRANT_SLOTS - 1, 0xFFFF, 0, false);

        ck_assert_uint_eq(handle_entry_slot(entry), GRANT_SLOTS - 1);
        ck_assert_uint_eq(handle_entry_tag(entry), 0xFFFF);
        ck_assert_uint_eq(handle_entry_access(entry), 0);
        ck_assert_uint_eq(entry & (HANDLE_ENTRY_INHERIT | HANDLE_ENTRY_PROTECT), 0);

        entry = handle_entry(1, 0, 0xFFFFFFFF, true);
        ck_assert_uint_eq(handle_entry_slot(entry), 1);
        ck_assert_uint_eq(handle_entry_tag(entry), 0);
        ck_assert_uint_eq(handle_entry_access(entry), 0x01FFFFFF);
        ck_assert_uint_eq(entry & HANDLE_ENTRY_INHERIT, HANDLE_ENTRY_INHERIT);
        ck_assert_uint_eq(entry & HANDLE_ENTRY_PROTECT, 0);
}
END_TEST

START_TEST(handles_count_from_the_lowest_free_entry_and_never_from_0) {
        ProcessPage *page = page_new();

        for (uint32_t i = 1; i <= 200; i++)
                ck_assert_uint_eq(claim(page, i), i);
        ck_assert(handle_table_free(page, 130, entry_of(130)));
        ck_assert(handle_table_free(page, 3, entry_of(3)));
        ck_assert(handle_table_free(page, 64, entry_of(64)));
        ck_assert_uint_eq(claim(page, 7), 3);
        ck_assert_uint_eq(claim(page, 7), 64);
        ck_assert_uint_eq(claim(page, 7), 130);
        ck_assert_uint_eq(claim(page, 7), 201);
        ck_assert_uint_eq(handle_table_read(page, 0), 0);
        assert_hints_right(page);
        page_free(page);
}
END_TEST

START_TEST(an_entry_is_freed_by_who_knows_what_it_says) {
        ProcessPage *page = page_new();

        ck_assert_uint_eq(claim(page, 5), 1);
        ck_assert(!handle_table_free(page, 1, entry_of(6)));
        ck_assert(!handle_table_free(page, 1, 0));
        ck_assert(!handle_table_free(page, 2, entry_of(5)));
        ck_assert_uint_eq(handle_table_read(page, 1), entry_of(5));
        ck_assert(handle_table_free(page, 1, entry_of(5)));
        ck_assert(!handle_table_free(page, 1, entry_of(5)));
        page_free(page);
}
END_TEST

START_TEST(no_index_and_no_entry_is_dangerous) {
        static const uint32_t indices[] = { 0, HANDLE_ENTRIES, HANDLE_ENTRIES + 1, UINT32_MAX };
        ProcessPage *page = page_new();

        for (size_t i = 0; i < G_N_ELEMENTS(indices); i++) {
                ck_assert_uint_eq(handle_table_read(page, indices[i]), 0);
                ck_assert(!handle_table_claim_at(page, indices[i], entry_of(1)));
                ck_assert(!handle_table_free(page, indices[i], 0));
                ck_assert(!handle_table_free(page, indices[i], entry_of(1)));
                ck_assert(!handle_table_change(page, indices[i], entry_of(1), entry_of(1)));
        }
        ck_assert_uint_eq(handle_table_claim(page, 0, UINT_MAX), 0);
        ck_assert(!handle_table_claim_at(page, 9, 0));
        ck_assert(!handle_table_change(page, 9, 0, HANDLE_ENTRY_INHERIT));
        ck_assert_uint_eq(handle_table_claim(page, entry_of(1), 0), 0); /* no tries */
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 0);
        ck_assert_uint_eq(claim(page, 1), 1);
        page_free(page);
}
END_TEST

START_TEST(an_heir_gets_its_handles_at_the_same_values) {
        ProcessPage *page = page_new();

        for (uint32_t index = 1; index < 3 * HANDLE_GROUP; index++) {
                if (index != 100)
                        ck_assert(handle_table_claim_at(page, index, entry_of(index)));
        }
        ck_assert(!handle_table_claim_at(page, 70, entry_of(1)));
        ck_assert_uint_eq(handle_table_read(page, 70), entry_of(70));
        assert_hints_right(page);
        ck_assert_uint_eq(claim(page, 1), 100);
        ck_assert_uint_eq(claim(page, 1), 3 * HANDLE_GROUP);
        ck_assert(handle_table_claim_at(page, HANDLE_ENTRIES - 1, entry_of(1)));
        page_free(page);
}
END_TEST

START_TEST(inheritable_handles_are_counted) {
        const uint64_t plain = entry_of(1);
        const uint64_t inherit = plain | HANDLE_ENTRY_INHERIT;
        ProcessPage *page = page_new();

        ck_assert_uint_eq(handle_table_claim(page, inherit, UINT_MAX), 1);
        ck_assert_uint_eq(handle_table_claim(page, plain, UINT_MAX), 2);
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 1);
        ck_assert(!handle_table_claim_at(page, 2, inherit));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 1);
        ck_assert(handle_table_claim_at(page, 3, inherit));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 2);
        ck_assert(handle_table_change(page, 2, plain, inherit));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 3);
        ck_assert(handle_table_change(page, 3, inherit, inherit | HANDLE_ENTRY_PROTECT));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 3);
        ck_assert(handle_table_change(page, 3, inherit | HANDLE_ENTRY_PROTECT, plain));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 2);
        ck_assert(handle_table_free(page, 1, inherit));
        ck_assert(handle_table_free(page, 2, inherit));
        ck_assert(handle_table_free(page, 3, plain));
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 0);
        page_free(page);
}
END_TEST

START_TEST(a_change_touches_the_two_flags_only) {
        const uint64_t entry = entry_of(1);
        ProcessPage *page = page_new();

        ck_assert_uint_eq(claim(page, 1), 1);
        ck_assert(!handle_table_change(page, 1, entry, entry ^ 1));
        ck_assert(!handle_table_change(page, 1, entry, entry_of(2)));
        ck_assert(!handle_table_change(page, 1, entry, 0));
        ck_assert(!handle_table_change(
                        page, 1, entry | HANDLE_ENTRY_PROTECT, entry | HANDLE_ENTRY_INHERIT));
        ck_assert_uint_eq(handle_table_read(page, 1), entry);
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), 0);
        ck_assert(handle_table_change(page, 1, entry, entry | HANDLE_ENTRY_PROTECT));
        ck_assert_uint_eq(handle_table_read(page, 1), entry | HANDLE_ENTRY_PROTECT);
        page_free(page);
}
END_TEST

/* Threads that claim and free at random; each entry names its thread, so that a mix-up shows. */
typedef struct Churn {
        ProcessPage *page;
        unsigned seed;
        uint32_t slot;
        unsigned n_rounds;
        uint32_t held[500];
        unsigned n_held;
        bool failed;
} Churn;

static void *churn(void *argument) {
        Churn *self = argument;
        const uint64_t entry = entry_of(self->slot) | HANDLE_ENTRY_INHERIT;

        for (unsigned i = 0; i < self->n_rounds; i++) {
                if (self->n_held < G_N_ELEMENTS(self->held) && rand_r(&self->seed) % 2 == 0) {
                        uint32_t index = handle_table_claim(self->page, entry, UINT_MAX);

                        self->failed |= index == 0;
                        self->held[self->n_held++] = index;
                } else if (self->n_held > 0) {
                        unsigned at = (unsigned) rand_r(&self->seed) % self->n_held;

                        self->failed |= !handle_table_free(self->page, self->held[at], entry);
                        self->held[at] = self->held[--self->n_held];
                }
        }
        return NULL;
}

static void churn_run(ProcessPage *page, Churn *churns, unsigned n_rounds) {
        pthread_t threads[N_THREADS];

        for (unsigned i = 0; i < N_THREADS; i++) {
                churns[i].page = page;
                churns[i].seed = churns[i].slot = i + 1;
                churns[i].n_rounds = n_rounds;
                ck_assert_int_eq(pthread_create(&threads[i], NULL, churn, &churns[i]), 0);
        }
        for (unsigned i = 0; i < N_THREADS; i++) {
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
                ck_assert(!churns[i].failed);
        }
}

START_TEST(threads_never_share_an_entry_and_lose_none) {
        g_autofree Churn *churns = g_new0(Churn, N_THREADS);
        ProcessPage *page = page_new();
        unsigned n_held = 0;
        uint32_t n_taken = 0;

        churn_run(page, churns, 100000);
        assert_hints_right(page);
        for (unsigned i = 0; i < N_THREADS; i++) {
                for (unsigned j = 0; j < churns[i].n_held; j++)
                        ck_assert_uint_eq(handle_entry_slot(handle_table_read(
                                                          page, churns[i].held[j])),
                                        i + 1);
                n_held += churns[i].n_held;
        }
        for (uint32_t index = 0; index < HANDLE_ENTRIES; index++)
                n_taken += handle_table_read(page, index) != 0;
        ck_assert_uint_eq(n_taken, n_held);
        ck_assert_uint_eq(atomic_load(&page->n_inheritable), n_held);

        /* Now that it is quiet, the holes are filled from the bottom. */
        for (uint32_t index = 1, n = 0; n < 100; index++) {
                if (handle_table_read(page, index) == 0) {
                        ck_assert_uint_eq(claim(page, 9), index);
                        n++;
                }
        }
        page_free(page);
}
END_TEST

static void fill(ProcessPage *page, uint32_t from) {
        for (uint32_t index = from; index < HANDLE_ENTRIES; index++)
                ck_assert_uint_eq(claim(page, 9), index);
        ck_assert_uint_eq(claim(page, 9), 0);
}

START_TEST(the_table_holds_1048575_handles_exactly) {
        static const uint32_t holes[] = { 1, 63, 64, 4095, 4096, 262143, 262144, 1048575 };
        ProcessPage *page = page_new();

        fill(page, 1);
        assert_hints_right(page);
        for (size_t i = 0; i < G_N_ELEMENTS(holes); i++) {
                ck_assert(handle_table_free(page, holes[i], entry_of(9)));
                ck_assert_uint_eq(claim(page, 9), holes[i]);
                ck_assert_uint_eq(claim(page, 9), 0);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(holes); i++)
                ck_assert(handle_table_free(page, holes[i], entry_of(9)));
        for (size_t i = 0; i < G_N_ELEMENTS(holes); i++)
                ck_assert_uint_eq(claim(page, 9), holes[i]);
        page_free(page);
}
END_TEST

/* All but some entries are taken, so that the threads fight for hints at every level. */
START_TEST(threads_at_a_nearly_full_table_find_every_entry_again) {
        g_autofree Churn *churns = g_new0(Churn, N_THREADS);
        ProcessPage *page = page_new();
        const uint32_t n_free = N_THREADS * (uint32_t) G_N_ELEMENTS(churns->held);

        for (uint32_t index = 1; index < HANDLE_ENTRIES - n_free; index++)
                atomic_store(&page->handles[index], entry_of(9));
        for (uint32_t group = 0; group < HANDLE_ENTRIES / HANDLE_GROUP; group++) {
                if ((group + 1) * HANDLE_GROUP <= HANDLE_ENTRIES - n_free)
                        page->full[group / 64] |= 1ull << group % 64;
        }
        for (uint32_t word = 0; word < HANDLE_ENTRIES / HANDLE_GROUP / 64; word++) {
                if (page->full[word] == UINT64_MAX)
                        page->full_summary[word / 64] |= 1ull << word % 64;
        }

        churn_run(page, churns, 50000);
        assert_hints_right(page);
        for (uint32_t i = 0; i < HANDLE_ENTRIES; i++) {
                if (claim(page, 9) == 0)
                        break;
        }
        for (uint32_t index = 1; index < HANDLE_ENTRIES; index++)
                ck_assert_uint_ne(handle_table_read(page, index), 0);
        page_free(page);
}
END_TEST

START_TEST(a_page_whose_hints_all_say_full_is_full) {
        ProcessPage *page = page_new();

        memset((void *) page->full_summary, 0xFF, sizeof(page->full_summary));
        ck_assert_uint_eq(claim(page, 1), 0);
        memset((void *) page->full_summary, 0, sizeof(page->full_summary));
        memset((void *) page->full, 0xFF, sizeof(page->full));
        ck_assert_uint_eq(handle_table_claim(page, entry_of(1), SERVER_TRIES), 0);

        /* What is given a place there can be freed, and repairs the hints around it. */
        ck_assert(handle_table_claim_at(page, 70, entry_of(1)));
        ck_assert_uint_eq(claim(page, 1), 64);
        page_free(page);
}
END_TEST

START_TEST(hints_that_wrongly_say_room_end_the_tries) {
        ProcessPage *page = page_new();

        for (uint32_t index = 0; index < HANDLE_ENTRIES - 1; index++)
                atomic_store(&page->handles[index], UINT64_MAX);
        ck_assert_uint_eq(handle_table_claim(page, entry_of(1), SERVER_TRIES), 0);
        ck_assert_uint_eq(page->full[0],
                        (1ull << SERVER_TRIES) - 1); /* looked at no more than that */
        ck_assert_uint_eq(claim(page, 1), HANDLE_ENTRIES - 1);
        page_free(page);
}
END_TEST

/* A process that undoes whatever the server does to its page. */
typedef struct Vandal {
        ProcessPage *page;
        atomic_bool stop;
} Vandal;

static void *vandalise(void *argument) {
        Vandal *vandal = argument;
        ProcessPage *page = vandal->page;
        unsigned seed = 1;

        while (!atomic_load(&vandal->stop)) {
                uint64_t rubbish = (uint64_t) rand_r(&seed) << 32 | (unsigned) rand_r(&seed);

                atomic_store(&page->full[rand_r(&seed) % 4], rubbish);
                atomic_store(&page->full_summary[0], rubbish & 1);
                atomic_store(&page->handles[rand_r(&seed) % 512], rubbish & 1 ? rubbish : 0);
                atomic_store(&page->n_inheritable, (uint32_t) rubbish);
        }
        return NULL;
}

START_TEST(a_process_that_scribbles_over_its_page_does_not_hold_the_server_up) {
        Vandal vandal = { .page = page_new() };
        pthread_t thread;

        ck_assert_int_eq(pthread_create(&thread, NULL, vandalise, &vandal), 0);
        for (unsigned i = 0; i < 20000; i++) {
                uint32_t index = handle_table_claim(
                                vandal.page, entry_of(1) | HANDLE_ENTRY_INHERIT, SERVER_TRIES);

                ck_assert_uint_lt(index, HANDLE_ENTRIES);
                handle_table_claim_at(vandal.page, i % 512, entry_of(1));
                handle_table_free(vandal.page, index, entry_of(1) | HANDLE_ENTRY_INHERIT);
        }
        atomic_store(&vandal.stop, true);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        page_free(vandal.page);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_entry_keeps_its_fields_apart);
        tcase_add_test(tests, handles_count_from_the_lowest_free_entry_and_never_from_0);
        tcase_add_test(tests, an_entry_is_freed_by_who_knows_what_it_says);
        tcase_add_test(tests, no_index_and_no_entry_is_dangerous);
        tcase_add_test(tests, an_heir_gets_its_handles_at_the_same_values);
        tcase_add_test(tests, inheritable_handles_are_counted);
        tcase_add_test(tests, a_change_touches_the_two_flags_only);
        tcase_add_test(tests, threads_never_share_an_entry_and_lose_none);
        tcase_add_test(tests, the_table_holds_1048575_handles_exactly);
        tcase_add_test(tests, threads_at_a_nearly_full_table_find_every_entry_again);
        tcase_add_test(tests, a_page_whose_hints_all_say_full_is_full);
        tcase_add_test(tests, hints_that_wrongly_say_room_end_the_tries);
        tcase_add_test(tests, a_process_that_scribbles_over_its_page_does_not_hold_the_server_up);
}

int main(void) {
        return suite_main("process-page", 120, add_tests);
}
