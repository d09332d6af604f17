#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zw/ntrtl.h>

#include "suite.h"

#define SIZE_MAX_BITS 96

typedef struct FindRow {
        ULONG size, n, hint, want;
} FindRow;

/* ReactOS's tests of bit maps (modules/rostests/apitests/ntdll/RtlBitmap.c), which Windows passes.
 */
static const FindRow clear_rows[] = {
        { 0, 0, 0, 0 },
        { 0, 0, 3, 0 },
        { 0, 1, 0, -1u },
        { 0, 1, 1, -1u },
        { 8, 0, 3, 0 },
        { 8, 1, 0, 1 },
        { 8, 1, 1, 1 },
        { 8, 1, 2, 4 },
        { 8, 2, 0, 4 },
        { 8, 3, 0, -1u },
        { 32, 0, 3, 0 },
        { 32, 0, 21, 16 },
        { 32, 0, 12, 8 },
        { 32, 0, 31, 24 },
        { 32, 0, 32, 0 },
        { 32, 0, 39, 0 },
        { 32, 4, 0, 11 },
        { 32, 5, 0, 20 },
        { 32, 4, 11, 11 },
        { 32, 4, 12, 20 },
        { 32, 2, 11, 11 },
        { 32, 2, 12, 12 },
        { 32, 1, 32, 1 },
        { 32, 4, 32, 11 },
        { 32, 5, 32, 20 },
        { 64, 5, 64, 20 },
        { 64, 9, 28, 27 },
        { 64, 10, 0, -1u },
};
static const FindRow set_rows[] = {
        { 0, 0, 3, 0 },
        { 0, 1, 1, -1u },
        { 8, 1, 2, 4 },
        { 8, 3, 0, -1u },
        { 32, 0, 21, 16 },
        { 32, 4, 12, 20 },
        { 64, 5, 64, 20 },
        { 64, 6, 57, 40 },
        { 64, 7, 0, -1u },
        { 64, 1, 62, 1 },
};

START_TEST(runs_are_found_where_windows_finds_them) {
        ULONG clear[2] = { 0x060F874D, 0x3F303F30 }, set[2] = { 0xF9F078B2, 0x3F303F30 };
        RTL_BITMAP map;

        for (size_t i = 0; i < RTL_NUMBER_OF(clear_rows); i++) {
                RtlInitializeBitMap(&map, clear, clear_rows[i].size);
                ck_assert_uint_eq(RtlFindClearBits(&map, clear_rows[i].n, clear_rows[i].hint),
                                clear_rows[i].want);
        }
        for (size_t i = 0; i < RTL_NUMBER_OF(set_rows); i++) {
                RtlInitializeBitMap(&map, set, set_rows[i].size);
                ck_assert_uint_eq(RtlFindSetBits(&map, set_rows[i].n, set_rows[i].hint),
                                set_rows[i].want);
        }
}
END_TEST

static bool is_set(const RTL_BITMAP *map, ULONG i) {
        return map->Buffer[i / 32] >> i % 32 & 1;
}

/* The run from @from on, bit by bit. */
static ULONG slow_next(const RTL_BITMAP *map, ULONG from, bool set, ULONG *start) {
        ULONG n = 0;

        while (from < map->SizeOfBitMap && is_set(map, from) != set)
                from++;
        *start = from;
        while (from + n < map->SizeOfBitMap && is_set(map, from + n) == set)
                n++;
        return n;
}

static void check_runs(RTL_BITMAP *map, bool set) {
        RTL_BITMAP_RUN runs[SIZE_MAX_BITS], longest[4];
        ULONG n, n_longest, want_longest = 0, want_at = 0, at, start, total = 0;

        n = set ? RtlFindSetRuns(map, runs, SIZE_MAX_BITS, FALSE)
                : RtlFindClearRuns(map, runs, SIZE_MAX_BITS, FALSE);
        for (ULONG i = 0, from = 0; i < n; i++) {
                ULONG length = slow_next(map, from, set, &start);

                ck_assert_uint_gt(length, 0);
                ck_assert_uint_eq(runs[i].StartingIndex, start);
                ck_assert_uint_eq(runs[i].NumberOfBits, length);
                total += length;
                if (length > want_longest) {
                        want_longest = length;
                        want_at = start;
                }
                from = start + length;
        }
        ck_assert_uint_eq(total, set ? RtlNumberOfSetBits(map) : RtlNumberOfClearBits(map));
        ck_assert_uint_eq(set ? RtlFindLongestRunSet(map, &at) : RtlFindLongestRunClear(map, &at),
                        want_longest);
        ck_assert_uint_eq(at, want_at);

        n_longest = set ? RtlFindSetRuns(map, longest, 4, TRUE)
                        : RtlFindClearRuns(map, longest, 4, TRUE);
        ck_assert_uint_eq(n_longest, n < 4 ? n : 4);
        for (ULONG i = 0; i < n_longest; i++) {
                ULONG n_longer = 0;

                for (ULONG k = 0; k < n; k++)
                        n_longer += runs[k].NumberOfBits > longest[i].NumberOfBits;
                ck_assert_uint_le(n_longer, i);
        }
}

static void check_places(RTL_BITMAP *map, ULONG from) {
        ULONG at = 0, start, n, last = from;

        ck_assert_uint_eq(RtlFindNextForwardRunClear(map, from, &at),
                        slow_next(map, from, false, &start));
        ck_assert_uint_eq(at, start);
        ck_assert_uint_eq(RtlFindNextForwardRunSet(map, from, &at),
                        slow_next(map, from, true, &start));
        ck_assert_uint_eq(at, start);
        if (from >= map->SizeOfBitMap) {
                ck_assert_uint_eq(RtlFindLastBackwardRunClear(map, from, &at), 0);
                return;
        }
        while (last > 0 && is_set(map, last))
                last--;
        for (n = 0; n <= last && !is_set(map, last - n); n++)
                ;
        ck_assert_uint_eq(RtlFindLastBackwardRunClear(map, from, &at), n);
        if (n > 0)
                ck_assert_uint_eq(at, last - n + 1);
        for (ULONG length = 1; length < 8; length++) {
                bool clear = from + length <= map->SizeOfBitMap;

                for (ULONG i = from; clear && i < from + length; i++)
                        clear = !is_set(map, i);
                ck_assert_uint_eq(RtlAreBitsClear(map, from, length), clear);
        }
}

START_TEST(runs_are_those_that_a_look_at_each_bit_finds) {
        srand(1);
        for (int round = 0; round < 2000; round++) {
                ULONG words[SIZE_MAX_BITS / 32];
                RTL_BITMAP map = { (ULONG) rand() % (SIZE_MAX_BITS + 1), words };

                for (size_t i = 0; i < RTL_NUMBER_OF(words); i++)
                        words[i] = round % 3 ? (ULONG) (rand() & rand()) * 2u
                                             : ~(ULONG) (rand() & rand());
                check_runs(&map, true);
                check_runs(&map, false);
                check_places(&map, (ULONG) rand() % 100);
        }
}
END_TEST

START_TEST(ranges_are_set_cleared_and_copied_bit_by_bit) {
        ULONG words[2] = { 0xCCCCCCCC, 0xCCCCCCCC }, more[2] = { 0 };
        RTL_BITMAP map = { 64, words }, other = { 40, more };

        RtlSetBits(&map, 3, 6);
        RtlSetBits(&map, 11, 5);
        RtlSetBits(&map, 21, 7);
        RtlSetBits(&map, 37, 4);
        ck_assert_uint_eq(words[0], 0xCFECFDFC);
        ck_assert_uint_eq(words[1], 0xCCCCCDEC);
        RtlClearBits(&map, 30, 4);
        ck_assert_uint_eq(words[0], 0x0FECFDFC);
        ck_assert_uint_eq(words[1], 0xCCCCCDEC);
        RtlExtractBitMap(&map, &other, 2, 64);
        ck_assert_uint_eq(more[0], 0x0FECFDFCu >> 2 | 0xCCCCCDECu << 30);
        ck_assert_uint_eq(more[1], 0xCCCCCDEC >> 2 & 0xFF);
        RtlClearAllBits(&map);
        RtlCopyBitMap(&other, &map, 60);
        ck_assert_uint_eq(words[0], 0);
        ck_assert_uint_eq(words[1], more[0] << 28);
        ck_assert_uint_eq(RtlNumberOfSetBitsInRange(&map, 60, 4), 4);
        ck_assert_uint_eq(RtlNumberOfSetBitsInRange(&map, 60, 5), -1u);
        map.SizeOfBitMap = 19;
        RtlSetAllBits(&map);
        ck_assert_uint_eq(words[0], 0xFFFFFFFF);
        ck_assert_uint_ne(words[1], 0xFFFFFFFF);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, runs_are_found_where_windows_finds_them);
        tcase_add_test(tests, runs_are_those_that_a_look_at_each_bit_finds);
        tcase_add_test(tests, ranges_are_set_cleared_and_copied_bit_by_bit);
}

int main(void) {
        return suite_main("rtl-bitmap", 10, add_tests);
}
