#include <stdbool.h>
#include <string.h>

#include "crt-sort.h"

/*
 * Sorting and searching
 *
 * The comparison is the program's, in its calling convention, and may be wrong: nothing outside the
 * array is touched whatever it answers. Quicksort of the median of three, which becomes heapsort
 * where it goes too deep, so that no input makes it slow; short pieces are left to insertion.
 */

#define INSERTION_MAX 8u

typedef struct Sorting {
        char *base;
        size_t width;
        CrtCompare compare;
        CrtCompareContext compare_context; /* if not NULL, instead */
        void *context;
} Sorting;

static char *item(const Sorting *sorting, size_t index) {
        return sorting->base + index * sorting->width;
}

static int compare(const Sorting *sorting, const void *left, const void *right) {
        if (sorting->compare_context)
                return sorting->compare_context(sorting->context, left, right);
        return sorting->compare(left, right);
}

static bool is_less(const Sorting *sorting, size_t left, size_t right) {
        return compare(sorting, item(sorting, left), item(sorting, right)) < 0;
}

static void swap(const Sorting *sorting, size_t left, size_t right) {
        char *a = item(sorting, left), *b = item(sorting, right);
        char held[64];

        if (left == right)
                return;
        for (size_t done = 0, n; done < sorting->width; done += n) {
                n = sorting->width - done < sizeof(held) ? sorting->width - done : sizeof(held);
                memcpy(held, a + done, n);
                memcpy(a + done, b + done, n);
                memcpy(b + done, held, n);
        }
}

static void insertion_sort(const Sorting *sorting, size_t begin, size_t end) {
        for (size_t i = begin + 1; i < end; i++) {
                for (size_t j = i; j > begin && is_less(sorting, j, j - 1); j--)
                        swap(sorting, j, j - 1);
        }
}

/* Lets the item at @root of a heap that begins at @begin sink to its place. */
static void heap_sink(const Sorting *sorting, size_t begin, size_t root, size_t n) {
        for (size_t child; child = 2 * root + 1, child < n; root = child) {
                if (child + 1 < n && is_less(sorting, begin + child, begin + child + 1))
                        child++;
                if (!is_less(sorting, begin + root, begin + child))
                        return;
                swap(sorting, begin + root, begin + child);
        }
}

static void heap_sort(const Sorting *sorting, size_t begin, size_t end) {
        size_t n = end - begin;

        for (size_t root = n / 2; root-- > 0;)
                heap_sink(sorting, begin, root, n);
        while (n > 1) {
                swap(sorting, begin, begin + --n);
                heap_sink(sorting, begin, 0, n);
        }
}

/* Return: where the pivot has come to lie: what is before is not greater, what is behind not less.
 */
static size_t partition(const Sorting *sorting, size_t begin, size_t end) {
        size_t middle = begin + (end - begin) / 2, last = end - 1, store = begin;

        if (is_less(sorting, middle, begin))
                swap(sorting, middle, begin);
        if (is_less(sorting, last, middle)) {
                swap(sorting, last, middle);
                if (is_less(sorting, middle, begin))
                        swap(sorting, middle, begin);
        }
        swap(sorting, middle, last);
        for (size_t left = begin, right = last;;) {
                while (left < last && is_less(sorting, left, last))
                        left++;
                while (right > left && (right == last || is_less(sorting, last, right)))
                        right--;
                store = left;
                if (left >= right)
                        break;
                swap(sorting, left++, right--);
        }
        swap(sorting, store, last);
        return store;
}

static void quick_sort(const Sorting *sorting, size_t begin, size_t end, unsigned depth) {
        while (end - begin > INSERTION_MAX) {
                size_t pivot;

                if (depth-- == 0) {
                        heap_sort(sorting, begin, end);
                        return;
                }
                pivot = partition(sorting, begin, end);
                if (pivot - begin < end - pivot) {
                        quick_sort(sorting, begin, pivot, depth);
                        begin = pivot + 1;
                } else {
                        quick_sort(sorting, pivot + 1, end, depth);
                        end = pivot;
                }
        }
        insertion_sort(sorting, begin, end);
}

static void sort(const Sorting *sorting, size_t n_items) {
        unsigned depth = 0;

        for (size_t n = n_items; n > 1; n /= 2)
                depth += 2;
        if (n_items > 1 && sorting->width > 0)
                quick_sort(sorting, 0, n_items, depth);
}

void NTAPI crt_qsort(void *base, size_t n_items, size_t width, CrtCompare order) {
        Sorting sorting = { .base = base, .width = width, .compare = order };

        sort(&sorting, n_items);
}

void NTAPI crt_qsort_s(
                void *base, size_t n_items, size_t width, CrtCompareContext order, void *context) {
        Sorting sorting = {
                .base = base,
                .width = width,
                .compare_context = order,
                .context = context,
        };

        if (order && (base || n_items == 0))
                sort(&sorting, n_items);
}

static void *search(const Sorting *sorting, const void *key, size_t n_items) {
        size_t begin = 0, end = n_items;

        while (begin < end) {
                size_t middle = begin + (end - begin) / 2;
                int order = compare(sorting, key, item(sorting, middle));

                if (order == 0)
                        return item(sorting, middle);
                if (order < 0)
                        end = middle;
                else
                        begin = middle + 1;
        }
        return NULL;
}

void *NTAPI crt_bsearch(
                const void *key, const void *base, size_t n_items, size_t width, CrtCompare order) {
        Sorting sorting = { .base = (char *) base, .width = width, .compare = order };

        return search(&sorting, key, n_items);
}

void *NTAPI crt_bsearch_s(const void *key,
                const void *base,
                size_t n_items,
                size_t width,
                CrtCompareContext order,
                void *context) {
        Sorting sorting = {
                .base = (char *) base,
                .width = width,
                .compare_context = order,
                .context = context,
        };

        if (!order || (!base && n_items > 0) || width == 0)
                return NULL;
        return search(&sorting, key, n_items);
}

void *NTAPI
crt__lfind(const void *key, const void *base, unsigned *n_items, unsigned width, CrtCompare order) {
        Sorting sorting = { .base = (char *) base, .width = width, .compare = order };

        for (unsigned i = 0; i < *n_items; i++) {
                if (compare(&sorting, key, item(&sorting, i)) == 0)
                        return item(&sorting, i);
        }
        return NULL;
}
