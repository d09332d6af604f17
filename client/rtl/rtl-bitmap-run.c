#include "rtl-bitmap.h"

#define NOT_FOUND UINT32_MAX

/* The first run of at least @n bits that begins and ends in a range; NOT_FOUND if there is none. */
static ULONG find_in(const RTL_BITMAP *map, ULONG n, ULONG from, ULONG end, bool set) {
        while (from < end && end - from >= n) {
                ULONG start = bitmap_next(map, from, end, set);
                ULONG stop;

                if (end - start < n)
                        return NOT_FOUND;
                stop = bitmap_next(map, start, start + n, !set);
                if (stop - start >= n)
                        return start;
                from = stop;
        }
        return NOT_FOUND;
}

static ULONG find(const RTL_BITMAP *map, ULONG n, ULONG hint, bool set) {
        ULONG found;

        if (hint >= map->SizeOfBitMap)
                hint = 0;
        if (n == 0)
                return hint & ~7u;
        found = find_in(map, n, hint, map->SizeOfBitMap, set);
        if (found == NOT_FOUND && hint > 0)
                found = find_in(map, n, 0, map->SizeOfBitMap, set);
        return found;
}

ULONG NTAPI RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex) {
        return find(BitMapHeader, NumberToFind, HintIndex, false);
}

ULONG NTAPI RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex) {
        return find(BitMapHeader, NumberToFind, HintIndex, true);
}

static ULONG find_and_change(RTL_BITMAP *map, ULONG n, ULONG hint, bool set) {
        ULONG found = find(map, n, hint, set);

        if (found != NOT_FOUND)
                bitmap_fill(map, found, n, !set);
        return found;
}

ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex) {
        return find_and_change(BitMapHeader, NumberToFind, HintIndex, false);
}

ULONG NTAPI RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex) {
        return find_and_change(BitMapHeader, NumberToFind, HintIndex, true);
}

/* The first run from @from on: its length, 0 if there is none. */
static ULONG next_run(const RTL_BITMAP *map, ULONG from, ULONG *start, bool set) {
        ULONG size = map->SizeOfBitMap;

        if (from >= size) {
                *start = from;
                return 0;
        }
        *start = bitmap_next(map, from, size, set);
        return bitmap_next(map, *start, size, !set) - *start;
}

/* Puts a run where it belongs among the longest; one as long as another comes behind it. */
static void keep_longest(RTL_BITMAP_RUN *runs, ULONG *n, ULONG max, RTL_BITMAP_RUN run) {
        ULONG at;

        if (*n == max && runs[max - 1].NumberOfBits >= run.NumberOfBits)
                return;
        if (*n < max)
                (*n)++;
        for (at = *n - 1; at > 0 && runs[at - 1].NumberOfBits < run.NumberOfBits; at--)
                runs[at] = runs[at - 1];
        runs[at] = run;
}

static ULONG find_runs(
                const RTL_BITMAP *map, RTL_BITMAP_RUN *runs, ULONG max, bool longest, bool set) {
        ULONG n = 0, from = 0;

        while (max > 0 && (longest || n < max)) {
                RTL_BITMAP_RUN run;

                run.NumberOfBits = next_run(map, from, &run.StartingIndex, set);
                if (run.NumberOfBits == 0)
                        break;
                from = run.StartingIndex + run.NumberOfBits;
                if (longest)
                        keep_longest(runs, &n, max, run);
                else
                        runs[n++] = run;
        }
        return n;
}

ULONG NTAPI RtlFindClearRuns(PRTL_BITMAP BitMapHeader,
                PRTL_BITMAP_RUN RunArray,
                ULONG SizeOfRunArray,
                BOOLEAN LocateLongestRuns) {
        return find_runs(BitMapHeader, RunArray, SizeOfRunArray, LocateLongestRuns, false);
}

ULONG NTAPI RtlFindSetRuns(PRTL_BITMAP BitMapHeader,
                PRTL_BITMAP_RUN RunArray,
                ULONG SizeOfRunArray,
                BOOLEAN LocateLongestRuns) {
        return find_runs(BitMapHeader, RunArray, SizeOfRunArray, LocateLongestRuns, true);
}

static ULONG longest_run(const RTL_BITMAP *map, ULONG *start, bool set) {
        RTL_BITMAP_RUN run = { 0 };

        (void) find_runs(map, &run, 1, true, set);
        *start = run.StartingIndex;
        return run.NumberOfBits;
}

ULONG NTAPI RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex) {
        return longest_run(BitMapHeader, StartingIndex, false);
}

ULONG NTAPI RtlFindLongestRunSet(PRTL_BITMAP BitMapHeader, PULONG StartingIndex) {
        return longest_run(BitMapHeader, StartingIndex, true);
}

ULONG NTAPI RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex) {
        return next_run(BitMapHeader, 0, StartingIndex, false);
}

ULONG NTAPI RtlFindNextForwardRunClear(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex) {
        return next_run(BitMapHeader, FromIndex, StartingRunIndex, false);
}

ULONG NTAPI RtlFindNextForwardRunSet(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex) {
        return next_run(BitMapHeader, FromIndex, StartingRunIndex, true);
}

/* The last bit at or before @from that is set, or clear; NOT_FOUND if there is none. */
static ULONG previous(const RTL_BITMAP *map, ULONG from, bool set) {
        for (;;) {
                ULONG word = bitmap_word(map, from, set) << (31 - from % 32);

                if (word != 0)
                        return from - (ULONG) __builtin_clz(word);
                if (from < 32)
                        return NOT_FOUND;
                from = from / 32 * 32 - 1;
        }
}

static ULONG last_run(const RTL_BITMAP *map, ULONG from, ULONG *start, bool set) {
        ULONG last = from < map->SizeOfBitMap ? previous(map, from, set) : NOT_FOUND;

        if (last == NOT_FOUND)
                return 0;
        *start = previous(map, last, !set) + 1; /* NOT_FOUND + 1 is 0 */
        return last - *start + 1;
}

ULONG NTAPI RtlFindLastBackwardRunClear(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex) {
        return last_run(BitMapHeader, FromIndex, StartingRunIndex, false);
}

ULONG NTAPI RtlFindLastBackwardRunSet(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex) {
        return last_run(BitMapHeader, FromIndex, StartingRunIndex, true);
}
