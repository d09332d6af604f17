/*
 * What a claim costs, in words of the page that it reads: not in time, which says little on a busy
 * machine. The code under test is compiled into this file, with its reads counted.
 */

#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>

static unsigned long n_reads;

#undef atomic_load
#define atomic_load(word) (n_reads++, atomic_load_explicit((word), memory_order_seq_cst))

#include "process-page.c"
#include "suite.h"

/*
 * The summary, a word of hints, a group of entries; and afterwards, when the last of a group was
 * taken, twice the group and its hint, and twice the word and its hint.
 */
#define READS_MOST (4u + 1u + 64u + 2u * (64u + 1u) + 2u * 2u)

static ProcessPage *page_new(void) {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        ProcessPage *page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, flags, -1, 0);

        ck_assert(page != MAP_FAILED);
        return page;
}

static unsigned long cost_of_claim(ProcessPage *page, uint32_t want) {
        n_reads = 0;
        ck_assert_uint_eq(handle_table_claim(page, 1u << 27, UINT_MAX), want);
        return n_reads;
}

START_TEST(a_claim_costs_the_same_at_the_millionth_handle_as_at_the_first) {
        ProcessPage *page = page_new();
        unsigned long most = 0;

        for (uint32_t index = 1; index < HANDLE_ENTRIES; index++) {
                unsigned long cost = cost_of_claim(page, index);

                most = cost > most ? cost : most;
        }
        ck_assert_uint_le(most, READS_MOST);
        ck_assert_uint_le(cost_of_claim(page, 0), 4); /* full: the summary says so */
        munmap(page, sizeof(ProcessPage));
}
END_TEST

START_TEST(closing_and_opening_one_handle_reads_few_words) {
        ProcessPage *page = page_new();

        for (uint32_t index = 1; index < 10; index++)
                cost_of_claim(page, index);
        n_reads = 0;
        ck_assert(handle_table_free(page, 3, 1u << 27));
        ck_assert_uint_le(n_reads, 4);
        ck_assert_uint_le(cost_of_claim(page, 3), 20);
        munmap(page, sizeof(ProcessPage));
}
END_TEST

/* Every hint says "room", no entry is free: each try looks at one group. */
START_TEST(a_hostile_page_costs_the_server_its_bound_and_no_more) {
        const unsigned n_tries = 16;
        ProcessPage *page = page_new();

        for (uint32_t index = 0; index < HANDLE_ENTRIES; index++)
                atomic_store(&page->handles[index], UINT64_MAX);
        n_reads = 0;
        ck_assert_uint_eq(handle_table_claim(page, 1u << 27, n_tries), 0);
        ck_assert_uint_le(n_reads, n_tries * READS_MOST);

        /* A summary that says "room" of words that have none costs one look at each of the 256. */
        for (uint32_t word = 0; word < WORDS; word++)
                atomic_store(&page->full[word], UINT64_MAX);
        for (uint32_t word = 0; word < SUMMARY_WORDS; word++)
                atomic_store(&page->full_summary[word], 0);
        n_reads = 0;
        ck_assert_uint_eq(handle_table_claim(page, 1u << 27, n_tries), 0);
        ck_assert_uint_le(n_reads, WORDS + SUMMARY_WORDS);
        munmap(page, sizeof(ProcessPage));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_claim_costs_the_same_at_the_millionth_handle_as_at_the_first);
        tcase_add_test(tests, closing_and_opening_one_handle_reads_few_words);
        tcase_add_test(tests, a_hostile_page_costs_the_server_its_bound_and_no_more);
}

int main(void) {
        return suite_main("process-page-cost", 120, add_tests);
}
