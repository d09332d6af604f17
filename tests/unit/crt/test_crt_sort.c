#include <stdlib.h>

#include "crt-sort.h"
#include "suite.h"

static int NTAPI by_value(const void *left, const void *right) {
        int a = *(const int *) left, b = *(const int *) right;

        return (a > b) - (a < b);
}

typedef struct Order {
        int sign;
        size_t n_calls;
} Order;

static int NTAPI by_order(void *context, const void *left, const void *right) {
        Order *order = context;

        order->n_calls++;
        return order->sign * by_value(left, right);
}

static int NTAPI by_chance(const void *left, const void *right) {
        (void) left;
        (void) right;
        return rand() % 3 - 1;
}

static void fill(int *items, size_t n, int pattern) {
        for (size_t i = 0; i < n; i++)
                items[i] = pattern == 0   ? (int) i
                           : pattern == 1 ? (int) (n - i)
                           : pattern == 2 ? 5
                           : pattern == 3 ? (int) (i % 7)
                                          : rand();
}

START_TEST(arrays_of_every_shape_are_sorted) {
        int items[1001];

        for (size_t n = 0; n <= 1000; n = n < 30 ? n + 1 : n * 3) {
                for (int pattern = 0; pattern < 5; pattern++) {
                        long sum = 0;

                        fill(items, n, pattern);
                        items[n] = 123456;
                        for (size_t i = 0; i < n; i++)
                                sum += items[i];
                        crt_qsort(items, n, sizeof(items[0]), by_value);
                        for (size_t i = 0; i < n; i++) {
                                sum -= items[i];
                                ck_assert(i == 0 || items[i - 1] <= items[i]);
                        }
                        ck_assert_int_eq(sum, 0);
                        ck_assert_int_eq(items[n], 123456);
                }
        }
}
END_TEST

START_TEST(no_input_makes_sorting_slow) {
        static int items[100000];

        for (int pattern = 0; pattern < 5; pattern++) {
                Order order = { .sign = 1 };

                fill(items, 100000, pattern);
                crt_qsort_s(items, 100000, sizeof(items[0]), by_order, &order);
                ck_assert_uint_lt(order.n_calls, 5000000);
        }
}
END_TEST

START_TEST(large_items_are_sorted_in_the_order_of_a_context) {
        struct {
                int key;
                char rest[96];
        } items[50];
        Order order = { .sign = -1 };

        for (int i = 0; i < 50; i++) {
                items[i].key = i;
                for (size_t j = 0; j < sizeof(items[i].rest); j++)
                        items[i].rest[j] = (char) i;
        }
        crt_qsort_s(items, 50, sizeof(items[0]), by_order, &order);
        for (int i = 0; i < 50; i++) {
                ck_assert_int_eq(items[i].key, 49 - i);
                ck_assert_int_eq(items[i].rest[0], 49 - i);
                ck_assert_int_eq(items[i].rest[95], 49 - i);
        }
}
END_TEST

START_TEST(a_comparison_that_lies_does_no_harm) {
        int items[502];

        for (int round = 0; round < 50; round++) {
                fill(items, 502, 0);
                crt_qsort(items + 1, 500, sizeof(items[0]), by_chance);
                ck_assert_int_eq(items[0], 0);
                ck_assert_int_eq(items[501], 501);
        }
}
END_TEST

START_TEST(sorted_arrays_are_searched) {
        static const int items[] = { 1, 3, 5, 7, 9 };
        Order order = { .sign = 1 };
        unsigned n = 5;

        for (int key = 0; key <= 10; key++) {
                const int *want = key % 2 ? &items[key / 2] : NULL;

                ck_assert_ptr_eq(crt_bsearch(&key, items, 5, sizeof(int), by_value), want);
                ck_assert_ptr_eq(
                                crt_bsearch_s(&key, items, 5, sizeof(int), by_order, &order), want);
                ck_assert_ptr_eq(crt__lfind(&key, items, &n, sizeof(int), by_value), want);
        }
        ck_assert_ptr_null(crt_bsearch(items, items, 0, sizeof(int), by_value));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, arrays_of_every_shape_are_sorted);
        tcase_add_test(tests, no_input_makes_sorting_slow);
        tcase_add_test(tests, large_items_are_sorted_in_the_order_of_a_context);
        tcase_add_test(tests, a_comparison_that_lies_does_no_harm);
        tcase_add_test(tests, sorted_arrays_are_searched);
}

int main(void) {
        return suite_main("crt-sort", 60, add_tests);
}
