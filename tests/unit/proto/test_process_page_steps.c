/*
 * The handle table step by step. The code under test is compiled into this file, with a hook in
 * each of its reads and writes of the page, which counts the reads (what a claim costs is said in
 * words that it reads: time says little on a busy machine), and lets another thread's operation
 * happen, whole, just before any one of them: races that threads of a stress test meet once in a
 * blue moon.
 */

#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>

static unsigned long n_reads;
static void step(void);

#undef atomic_load
#undef atomic_fetch_or
#undef atomic_fetch_and
#undef atomic_compare_exchange_strong
#define atomic_load(word) (step(), n_reads++, atomic_load_explicit((word), memory_order_seq_cst))
#define atomic_fetch_or(word, bits)                                                                \
        (step(), atomic_fetch_or_explicit((word), (bits), memory_order_seq_cst))
#define atomic_fetch_and(word, bits)                                                               \
        (step(), atomic_fetch_and_explicit((word), (bits), memory_order_seq_cst))
#define atomic_compare_exchange_strong(word, was, becomes)                                         \
        (step(), atomic_compare_exchange_strong_explicit((word), (was), (becomes),                 \
                                 memory_order_seq_cst, memory_order_seq_cst))

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

#define ENTRY (1ull << 27)
#define GROUP 5u /* where it happens; all other groups of the first word of hints are full */
#define FIRST (GROUP * HANDLE_GROUP)

typedef int (*Operation)(ProcessPage *page);

/* Each returns by how many entries more are taken then. */
static int claim_lowest(ProcessPage *page) {
        return handle_table_claim(page, ENTRY, UINT_MAX) != 0;
}

static int claim_a_hole(ProcessPage *page) {
        return handle_table_claim_at(page, FIRST + 10, ENTRY);
}

static int free_below_the_holes(ProcessPage *page) {
        return -handle_table_free(page, FIRST + 3, ENTRY);
}

static int free_above_the_holes(ProcessPage *page) {
        return -handle_table_free(page, FIRST + 63, ENTRY);
}

static int free_in_another_group(ProcessPage *page) {
        return -handle_table_free(page, FIRST + HANDLE_GROUP, ENTRY);
}

static const Operation operations[] = {
        claim_lowest,
        claim_a_hole,
        free_below_the_holes,
        free_above_the_holes,
        free_in_another_group,
};

static struct {
        ProcessPage *page;
        Operation operation; /* NULL when it has happened */
        unsigned long n_before;
        int balance;
} other;

static void step(void) {
        Operation operation = other.operation;

        if (!operation || other.n_before-- > 0)
                return;
        other.operation = NULL;
        other.balance = operation(other.page);
}

/* The first word of hints with all its groups full but GROUP, which has @n_holes. */
static void prepare(ProcessPage *page, unsigned n_holes) {
        for (uint32_t index = 1; index < 64 * HANDLE_GROUP; index++)
                atomic_store(&page->handles[index], ENTRY);
        for (uint32_t index = 64 * HANDLE_GROUP; index < 65 * HANDLE_GROUP; index++)
                atomic_store(&page->handles[index], 0);
        for (unsigned i = 0; i < n_holes; i++)
                atomic_store(&page->handles[FIRST + 10 + 10 * i], 0);
        atomic_store(&page->full[0], n_holes > 0 ? ~bit_of(GROUP) : UINT64_MAX);
        atomic_store(&page->full[1], 0);
        atomic_store(&page->full_summary[0], n_holes == 0);
}

static void assert_hints_right(ProcessPage *page) {
        for (uint32_t group = 0; group < 65; group++)
                ck_assert_int_eq((atomic_load(&page->full[group / 64]) & bit_of(group)) != 0,
                                group_is_full(page, group, 0));
        for (uint32_t word = 0; word < 2; word++)
                ck_assert_int_eq((atomic_load(&page->full_summary[0]) & bit_of(word)) != 0,
                                atomic_load(&page->full[word]) == UINT64_MAX);
}

static int count_taken(ProcessPage *page) {
        int n = 0;

        for (uint32_t index = 1; index < 65 * HANDLE_GROUP; index++)
                n += handle_table_read(page, index) != 0;
        return n;
}

/* Lets @second happen before step after step of @first, until @first has no such step any more. */
static unsigned interleave(ProcessPage *page, unsigned n_holes, Operation first, Operation second) {
        for (unsigned n_steps = 0;; n_steps++) {
                int taken, balance;

                prepare(page, n_holes);
                taken = count_taken(page);
                other.page = page;
                other.n_before = n_steps;
                other.operation = second;
                balance = first(page);
                if (other.operation) {
                        other.operation = NULL;
                        return n_steps;
                }
                ck_assert_int_eq(count_taken(page), taken + balance + other.balance);
                assert_hints_right(page);
        }
}

START_TEST(hints_are_right_wherever_another_thread_cuts_in) {
        const size_t n_operations = sizeof(operations) / sizeof(operations[0]);
        ProcessPage *page = page_new();
        unsigned n_steps = 0;

        for (unsigned n_holes = 0; n_holes <= 2; n_holes++) {
                for (size_t i = 0; i < n_operations; i++) {
                        for (size_t j = 0; j < n_operations; j++)
                                n_steps += interleave(page, n_holes, operations[i], operations[j]);
                }
        }
        ck_assert_uint_gt(n_steps, 1000);
        munmap(page, sizeof(ProcessPage));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_claim_costs_the_same_at_the_millionth_handle_as_at_the_first);
        tcase_add_test(tests, closing_and_opening_one_handle_reads_few_words);
        tcase_add_test(tests, hints_are_right_wherever_another_thread_cuts_in);
        tcase_add_test(tests, a_hostile_page_costs_the_server_its_bound_and_no_more);
}

int main(void) {
        return suite_main("process-page-steps", 120, add_tests);
}
