#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#include "commit-bitmap.h"
#include "suite.h"

#define BLOCK 32768u /* pages that one page of bits is about */

static CommitBitmap bitmap;

static void begin_with(uint64_t n_pages) {
        void *memory = mmap(NULL, commit_bitmap_size(n_pages), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        ck_assert_ptr_ne(memory, MAP_FAILED);
        bitmap = (CommitBitmap){ .words = memory, .n_pages = n_pages };
}

static void end(void) {
        if (bitmap.words)
                munmap((void *) bitmap.words, commit_bitmap_size(bitmap.n_pages));
        bitmap.words = NULL;
}

static void expect(uint64_t page, bool committed, uint64_t stop) {
        uint64_t found = 0;

        ck_assert_msg(commit_bitmap_find(&bitmap, page, bitmap.n_pages, &found) == committed,
                        "page %llu", (unsigned long long) page);
        ck_assert_uint_eq(found, stop);
}

START_TEST(size_is_whole_pages_of_bits_and_one_page_for_what_stands_before) {
        ck_assert_uint_eq(commit_bitmap_size(1), 0x2000);
        ck_assert_uint_eq(commit_bitmap_size(BLOCK), 0x2000);
        ck_assert_uint_eq(commit_bitmap_size(BLOCK + 1), 0x3000);
        ck_assert_uint_eq(commit_bitmap_summary_size(1ull << 31), 0x2000);
        ck_assert_uint_eq(commit_bitmap_size(1ull << 31), (256ull << 20) + 0x2000);
}
END_TEST

START_TEST(nothing_is_committed_at_first) {
        begin_with(1);
        expect(0, false, 1);
        end();
        begin_with(3 * BLOCK + 5);
        expect(0, false, 3 * BLOCK + 5);
        expect(3 * BLOCK + 4, false, 3 * BLOCK + 5);
}
END_TEST

START_TEST(ranges_are_found_with_their_ends) {
        begin_with(4 * BLOCK);
        commit_bitmap_set(&bitmap, 3, 5);
        commit_bitmap_set(&bitmap, 64, 128);
        commit_bitmap_set(&bitmap, BLOCK - 1, 2 * BLOCK + 1);
        expect(0, false, 3);
        expect(3, true, 5);
        expect(4, true, 5);
        expect(5, false, 64);
        expect(64, true, 128);
        expect(128, false, BLOCK - 1);
        expect(BLOCK - 1, true, 2 * BLOCK + 1);
        expect(2 * BLOCK + 1, false, 4 * BLOCK);
}
END_TEST

START_TEST(search_stops_where_it_is_told) {
        uint64_t stop = 0;

        begin_with(BLOCK);
        commit_bitmap_set(&bitmap, 10, 100);
        ck_assert(commit_bitmap_find(&bitmap, 10, 11, &stop));
        ck_assert_uint_eq(stop, 11);
        ck_assert(commit_bitmap_find(&bitmap, 20, 70, &stop));
        ck_assert_uint_eq(stop, 70);
        ck_assert(!commit_bitmap_find(&bitmap, 0, 9, &stop));
        ck_assert_uint_eq(stop, 9);
}
END_TEST

/* Against one byte for each page. */
START_TEST(random_ranges_are_found_as_a_plain_array_has_them) {
        g_autoptr(GRand) random = g_rand_new_with_seed((guint32) _i);
        uint64_t n = (uint64_t) g_rand_int_range(random, 1, 3 * BLOCK);
        g_autofree uint8_t *plain = g_malloc0(n);

        begin_with(n);
        for (int i = 0; i < 50; i++) {
                uint64_t first = (uint64_t) g_rand_int_range(random, 0, (gint32) n);
                uint64_t last = (uint64_t) g_rand_int_range(random, (gint32) first, (gint32) n);

                if (i % 2 == 0 && last > first + 70)
                        last = first + 70;
                commit_bitmap_set(&bitmap, first, last + 1);
                memset(plain + first, 1, last + 1 - first);
        }
        for (uint64_t page = 0, stop; page < n; page = stop) {
                bool committed = commit_bitmap_find(&bitmap, page, n, &stop);

                ck_assert_uint_gt(stop, page);
                for (uint64_t i = page; i < stop; i++)
                        ck_assert_int_eq(plain[i], committed);
                if (stop < n)
                        ck_assert_int_ne(plain[stop], committed);
        }
}
END_TEST

/* Whoever may write to the section may write anything: the search ends, within its bounds. */
START_TEST(rubbish_is_read_without_harm) {
        g_autoptr(GRand) random = g_rand_new_with_seed((guint32) _i);

        begin_with(2 * BLOCK + 77);
        for (uint64_t i = 0; i < commit_bitmap_size(bitmap.n_pages) / 8; i++)
                atomic_store(&bitmap.words[i],
                                (uint64_t) g_rand_int(random) << 32 | g_rand_int(random));
        for (uint64_t page = 0, stop; page < bitmap.n_pages; page = stop) {
                commit_bitmap_find(&bitmap, page, bitmap.n_pages, &stop);
                ck_assert_uint_gt(stop, page);
                ck_assert_uint_le(stop, bitmap.n_pages);
        }
}
END_TEST

START_TEST(looking_through_terabytes_touches_no_bits) {
        unsigned char present[2];
        uint64_t n = (1ull << 31) - 1, at;

        begin_with(n);
        expect(0, false, n);
        at = commit_bitmap_summary_size(n);
        for (int i = 0; i < 100; i++) {
                ck_assert_int_eq(mincore((char *) bitmap.words + at + (uint64_t) i * 0x1000, 0x1000,
                                                 present),
                                0);
                ck_assert_int_eq(present[0] & 1, 0);
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, NULL, end);
        tcase_add_test(tests, size_is_whole_pages_of_bits_and_one_page_for_what_stands_before);
        tcase_add_test(tests, nothing_is_committed_at_first);
        tcase_add_test(tests, ranges_are_found_with_their_ends);
        tcase_add_test(tests, search_stops_where_it_is_told);
        tcase_add_loop_test(tests, random_ranges_are_found_as_a_plain_array_has_them, 0, 20);
        tcase_add_loop_test(tests, rubbish_is_read_without_harm, 0, 5);
        tcase_add_test(tests, looking_through_terabytes_touches_no_bits);
}

int main(void) {
        return suite_main("commit-bitmap", 60, add);
}
