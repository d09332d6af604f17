#include <glib.h>

#include "hash-index.h"
#include "suite.h"

typedef struct Item {
        HashLink link;
        unsigned number;
} Item;

/* Spreads numbers over the hash as a good hash would, and never twice the same. */
static uint64_t hash_of(unsigned number) {
        return (uint64_t) (number + 1) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
}

static Item *find(const HashIndex *index, unsigned number) {
        HashLink *link = hash_index_first(index, hash_of(number));

        while (link && ((Item *) link)->number != number)
                link = hash_index_next(link);
        return (Item *) link;
}

START_TEST(everything_is_found_while_it_grows_and_shrinks) {
        enum { N = 50000 };
        g_autofree Item *items = g_new0(Item, N);
        HashIndex index;

        hash_index_init(&index);
        for (unsigned i = 0; i < N; i++) {
                items[i].number = i;
                ck_assert_int_eq(hash_index_insert(&index, &items[i].link, hash_of(i)), 0);
                ck_assert_ptr_eq(find(&index, i), &items[i]);
                ck_assert_ptr_eq(find(&index, i / 2), &items[i / 2]);
        }
        ck_assert_uint_eq(index.n_links, N);
        for (unsigned i = 0; i < N; i++) {
                hash_index_remove(&index, &items[i].link);
                ck_assert_ptr_null(find(&index, i));
                if (i + 1 < N)
                        ck_assert_ptr_eq(find(&index, N - 1), &items[N - 1]);
        }
        ck_assert_uint_lt(index.n_buckets, 64);
        hash_index_clear(&index);
}
END_TEST

START_TEST(equal_hashes_are_chained) {
        Item items[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
        HashIndex index;
        HashLink *link = NULL;
        unsigned n = 0;

        hash_index_init(&index);
        ck_assert_ptr_null(hash_index_first(&index, 7));
        for (unsigned i = 0; i < 3; i++)
                ck_assert_int_eq(hash_index_insert(&index, &items[i].link, 7), 0);
        hash_index_remove(&index, &items[1].link);
        for (link = hash_index_first(&index, 7); link; link = hash_index_next(link))
                n++;
        ck_assert_uint_eq(n, 2);
        hash_index_clear(&index);
}
END_TEST

/* No insertion moves more than a few buckets: growing is spread over the insertions that follow. */
START_TEST(growing_is_done_in_small_steps) {
        enum { N = 20000 };
        g_autofree Item *items = g_new0(Item, N);
        HashIndex index;
        size_t most = 0;

        hash_index_init(&index);
        for (unsigned i = 0; i < N; i++) {
                size_t before = index.old ? index.n_moved : 0;

                ck_assert_int_eq(hash_index_insert(&index, &items[i].link, hash_of(i)), 0);
                if (index.old && index.n_moved > before)
                        most = MAX(most, index.n_moved - before);
        }
        ck_assert_uint_gt(most, 0);
        ck_assert_uint_le(most, 4);
        hash_index_clear(&index);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, everything_is_found_while_it_grows_and_shrinks);
        tcase_add_test(tests, equal_hashes_are_chained);
        tcase_add_test(tests, growing_is_done_in_small_steps);
}

int main(void) {
        return suite_main("hash-index", 30, add);
}
