#include "rtl-bitmap.h"

#include <string.h>

#define WORD_BITS 32u

static ULONG n_words(const RTL_BITMAP *map) {
        return map->SizeOfBitMap / WORD_BITS + (map->SizeOfBitMap % WORD_BITS != 0);
}

ULONG bitmap_next(const RTL_BITMAP *map, ULONG from, ULONG end, bool set) {
        while (from < end) {
                ULONG word = bitmap_word(map, from, set) >> from % WORD_BITS;
                ULONG left = WORD_BITS - from % WORD_BITS;

                if (word != 0) {
                        ULONG skip = (ULONG) __builtin_ctz(word);

                        return skip < end - from ? from + skip : end;
                }
                if (left >= end - from)
                        return end;
                from += left;
        }
        return end;
}

void bitmap_fill(RTL_BITMAP *map, ULONG from, ULONG n, bool set) {
        while (n > 0) {
                ULONG offset = from % WORD_BITS;
                ULONG count = n < WORD_BITS - offset ? n : WORD_BITS - offset;
                ULONG mask = (count == WORD_BITS ? UINT32_MAX : (1u << count) - 1) << offset;

                if (set)
                        map->Buffer[from / WORD_BITS] |= mask;
                else
                        map->Buffer[from / WORD_BITS] &= ~mask;
                from += count;
                n -= count;
        }
}

VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap) {
        BitMapHeader->SizeOfBitMap = SizeOfBitMap;
        BitMapHeader->Buffer = BitMapBuffer;
}

VOID NTAPI RtlClearAllBits(PRTL_BITMAP BitMapHeader) {
        memset(BitMapHeader->Buffer, 0, (size_t) n_words(BitMapHeader) * sizeof(ULONG));
}

VOID NTAPI RtlSetAllBits(PRTL_BITMAP BitMapHeader) {
        memset(BitMapHeader->Buffer, 0xFF, (size_t) n_words(BitMapHeader) * sizeof(ULONG));
}

VOID NTAPI RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
        BitMapHeader->Buffer[BitNumber / WORD_BITS] &= ~(1u << BitNumber % WORD_BITS);
}

VOID NTAPI RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
        BitMapHeader->Buffer[BitNumber / WORD_BITS] |= 1u << BitNumber % WORD_BITS;
}

BOOLEAN NTAPI RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
        return (BOOLEAN) (BitMapHeader->Buffer[BitNumber / WORD_BITS] >> BitNumber % WORD_BITS & 1);
}

VOID NTAPI RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear) {
        bitmap_fill(BitMapHeader, StartingIndex, NumberToClear, false);
}

VOID NTAPI RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet) {
        bitmap_fill(BitMapHeader, StartingIndex, NumberToSet, true);
}

static bool inside(const RTL_BITMAP *map, ULONG from, ULONG n) {
        return from <= map->SizeOfBitMap && n <= map->SizeOfBitMap - from;
}

static bool all(const RTL_BITMAP *map, ULONG from, ULONG n, bool set) {
        if (n == 0 || !inside(map, from, n))
                return false;
        return bitmap_next(map, from, from + n, !set) == from + n;
}

BOOLEAN NTAPI RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length) {
        return all(BitMapHeader, StartingIndex, Length, false);
}

BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length) {
        return all(BitMapHeader, StartingIndex, Length, true);
}

static ULONG count(const RTL_BITMAP *map, ULONG from, ULONG n, bool set) {
        ULONG found = 0;

        while (n > 0) {
                ULONG offset = from % WORD_BITS;
                ULONG part = n < WORD_BITS - offset ? n : WORD_BITS - offset;
                ULONG mask = part == WORD_BITS ? UINT32_MAX : (1u << part) - 1;

                found += (ULONG) __builtin_popcount(bitmap_word(map, from, set) >> offset & mask);
                from += part;
                n -= part;
        }
        return found;
}

ULONG NTAPI RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader) {
        return count(BitMapHeader, 0, BitMapHeader->SizeOfBitMap, false);
}

ULONG NTAPI RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader) {
        return count(BitMapHeader, 0, BitMapHeader->SizeOfBitMap, true);
}

static ULONG count_inside(const RTL_BITMAP *map, ULONG from, ULONG n, bool set) {
        return inside(map, from, n) ? count(map, from, n, set) : UINT32_MAX;
}

ULONG NTAPI RtlNumberOfClearBitsInRange(
                PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length) {
        return count_inside(BitMapHeader, StartingIndex, Length, false);
}

ULONG NTAPI RtlNumberOfSetBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length) {
        return count_inside(BitMapHeader, StartingIndex, Length, true);
}

ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target) {
        return (ULONG) __builtin_popcountll(Target);
}

/* Copies bit by bit: the two need not be at the same place in their words. */
static void copy(const RTL_BITMAP *from, ULONG source, RTL_BITMAP *to, ULONG target, ULONG n) {
        for (ULONG i = 0; i < n; i++) {
                ULONG bit = from->Buffer[(source + i) / WORD_BITS] >> (source + i) % WORD_BITS & 1;

                bitmap_fill(to, target + i, 1, bit);
        }
}

VOID NTAPI RtlCopyBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit) {
        ULONG n = Source->SizeOfBitMap;

        if (TargetBit >= Destination->SizeOfBitMap)
                return;
        if (n > Destination->SizeOfBitMap - TargetBit)
                n = Destination->SizeOfBitMap - TargetBit;
        copy(Source, 0, Destination, TargetBit, n);
}

VOID NTAPI RtlExtractBitMap(
                PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit, ULONG NumberOfBits) {
        ULONG n = NumberOfBits;

        if (TargetBit >= Source->SizeOfBitMap)
                return;
        if (n > Source->SizeOfBitMap - TargetBit)
                n = Source->SizeOfBitMap - TargetBit;
        if (n > Destination->SizeOfBitMap)
                n = Destination->SizeOfBitMap;
        copy(Source, TargetBit, Destination, 0, n);
}

CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG Set) {
        return (CCHAR) (Set ? 63 - __builtin_clzll(Set) : -1);
}

CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG Set) {
        return (CCHAR) (Set ? __builtin_ctzll(Set) : -1);
}
