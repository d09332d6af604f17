#include <stdlib.h>
#include <string.h>

#include "region-pages.h"
#include "suite.h"

#define N 2000u

static RegionPages pages;
static PageState wanted[N];

static void setup(void) {
        region_pages_init(&pages, 4);
        for (unsigned i = 0; i < N; i++)
                wanted[i] = 4;
}

static void teardown(void) {
        region_pages_clear(&pages);
}

/* How many pages are not what they should be, or in a run that ends too early or too late. */
static unsigned count_wrong(const RegionPages *found, const PageState *states, size_t n) {
        unsigned n_wrong = 0;

        for (size_t page = 0, end; page < n; page = end) {
                PageState state = region_pages_find(found, page, n, &end);

                if (end <= page || end > n)
                        return N + 1;
                for (size_t i = page; i < end; i++)
                        n_wrong += states[i] != state;
                n_wrong += end < n && states[end] == state;
        }
        return n_wrong;
}

static void change(size_t first, size_t end, PageState clear, PageState set) {
        ck_assert(region_pages_reserve(&pages));
        region_pages_change(&pages, N, first, end, clear, set);
        for (size_t i = first; i < end; i++)
                wanted[i] = (PageState) ((wanted[i] & ~clear) | set);
}

START_TEST(one_state_is_one_run) {
        size_t end;

        ck_assert_uint_eq(region_pages_find(&pages, 0, N, &end), 4);
        ck_assert_uint_eq(end, N);
        ck_assert_uint_eq(region_pages_find(&pages, N - 1, N, &end), 4);
        ck_assert_uint_eq(end, N);
        ck_assert_ptr_null(pages.block);
}
END_TEST

START_TEST(three_sorts_in_a_row_need_no_memory) {
        change(0, 10, UINT16_MAX, 0);
        change(10, 11, UINT16_MAX, 0x104);
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
        ck_assert_ptr_null(pages.block);
}
END_TEST

START_TEST(runs_that_become_alike_are_one) {
        for (unsigned i = 0; i < N; i += 2)
                change(i, i + 1, UINT16_MAX, 2);
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
        ck_assert_ptr_nonnull(pages.block);
        change(0, N, UINT16_MAX, 8);
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
        ck_assert_uint_eq(pages.runs[0], 1);
        ck_assert_ptr_null(pages.block);
}
END_TEST

START_TEST(bits_come_and_go_and_others_stay) {
        change(100, 200, UINT16_MAX, 2);
        change(50, 150, 0, PAGE_IS_LOCKED);
        change(120, 1000, PAGE_IS_LOCKED, 0x40);
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
}
END_TEST

START_TEST(any_changes_in_any_order_are_kept) {
        srandom(7);
        for (unsigned i = 0; i < 3000; i++) {
                size_t first = (size_t) random() % N;
                size_t end = first + 1 + (size_t) random() % (i % 3 == 0 ? N - first : 1);

                change(first, end, random() % 4 == 0 ? 0 : UINT16_MAX,
                                (PageState) (1u << random() % 9));
                if (i % 100 == 0)
                        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
        }
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);
}
END_TEST

START_TEST(tail_is_what_followed) {
        RegionPages tail;

        for (unsigned i = 0; i < N; i += 3)
                change(i, i + 1, UINT16_MAX, 2);
        region_pages_init(&tail, 0);
        ck_assert(region_pages_copy_tail(&pages, N, 777, &tail));
        ck_assert_uint_eq(count_wrong(&tail, wanted + 777, N - 777), 0);
        ck_assert_uint_eq(count_wrong(&pages, wanted, N), 0);

        /* What is cut off is forgotten, and does not come back. */
        ck_assert_uint_eq(count_wrong(&pages, wanted, 777), 0);
        ck_assert(region_pages_reserve(&pages));
        region_pages_change(&pages, 777, 0, 777, UINT16_MAX, 0x20);
        for (unsigned i = 0; i < 777; i++)
                wanted[i] = 0x20;
        ck_assert_uint_eq(count_wrong(&pages, wanted, 777), 0);
        region_pages_clear(&tail);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_test(tests, one_state_is_one_run);
        tcase_add_test(tests, three_sorts_in_a_row_need_no_memory);
        tcase_add_test(tests, runs_that_become_alike_are_one);
        tcase_add_test(tests, bits_come_and_go_and_others_stay);
        tcase_add_test(tests, any_changes_in_any_order_are_kept);
        tcase_add_test(tests, tail_is_what_followed);
}

int main(void) {
        return suite_main("region-pages", 20, add);
}
