#pragma once

/*
 * Run-time library: bit maps
 *
 * A bit map is a number of bits in the caller's array of ULONGs, the lowest bit of the first ULONG
 * first. RtlSetBits(), RtlClearBits() and the functions for one bit trust the caller: an index
 * beyond the size reaches beyond the map, as on Windows. All others stay inside.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct _RTL_BITMAP {
        ULONG SizeOfBitMap; /* in bits */
        PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;

typedef struct _RTL_BITMAP_RUN {
        ULONG StartingIndex;
        ULONG NumberOfBits;
} RTL_BITMAP_RUN, *PRTL_BITMAP_RUN;

/* Makes a bit map of a buffer, whose bits stay as they are. */
VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap);

/* Whole ULONGs, so that bits behind the last change too. */
VOID NTAPI RtlClearAllBits(PRTL_BITMAP BitMapHeader);
VOID NTAPI RtlSetAllBits(PRTL_BITMAP BitMapHeader);

VOID NTAPI RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID NTAPI RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
BOOLEAN NTAPI RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID NTAPI RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
VOID NTAPI RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);

/* Whether all of a range are so; FALSE for an empty range and one that reaches beyond the map. */
BOOLEAN NTAPI RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);

ULONG NTAPI RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader);
ULONG NTAPI RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader);
ULONG NTAPI RtlNumberOfClearBitsInRange(
                PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
ULONG NTAPI RtlNumberOfSetBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target);

/**
 * RtlFindClearBits() - look for a run, and its kin
 * @NumberToFind: how long; 0 is found at the hint, rounded down to a multiple of eight
 * @HintIndex:    where to begin; 0 is taken if it is not in the map. If there is none from there
 *                on, the search begins anew at 0
 * Return: its first bit, or 0xFFFFFFFF.
 */
ULONG NTAPI RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);

/**
 * RtlFindClearRuns() - the runs of a map
 * @RunArray:          gets them
 * @SizeOfRunArray:    how many have room
 * @LocateLongestRuns: the longest, longest first, rather than the first
 * Return: how many were written.
 */
ULONG NTAPI RtlFindClearRuns(PRTL_BITMAP BitMapHeader,
                PRTL_BITMAP_RUN RunArray,
                ULONG SizeOfRunArray,
                BOOLEAN LocateLongestRuns);
ULONG NTAPI RtlFindSetRuns(PRTL_BITMAP BitMapHeader,
                PRTL_BITMAP_RUN RunArray,
                ULONG SizeOfRunArray,
                BOOLEAN LocateLongestRuns);

/* Length of the longest run, of the first, of the first from @FromIndex on, and of the last that
 * begins at or before @FromIndex and ends there; 0 if there is none. The index says where it
 * begins. */
ULONG NTAPI RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG NTAPI RtlFindLongestRunSet(PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG NTAPI RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG NTAPI RtlFindNextForwardRunClear(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex);
ULONG NTAPI RtlFindNextForwardRunSet(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex);
ULONG NTAPI RtlFindLastBackwardRunClear(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex);
ULONG NTAPI RtlFindLastBackwardRunSet(
                PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex);

/* Copies @Source to @Destination from bit @TargetBit on; and bits of @Source from that bit on to
 * the beginning of @Destination, @NumberOfBits of them. What has no room is left out. */
VOID NTAPI RtlCopyBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit);
VOID NTAPI RtlExtractBitMap(
                PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit, ULONG NumberOfBits);

/* Index of the highest and the lowest bit that is set; -1 for 0. */
CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG Set);
CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG Set);

#pragma GCC visibility pop

#define RtlCheckBit(bit_map, bit) ((((bit_map)->Buffer[(bit) / 32]) >> ((bit) % 32)) & 1u)

#ifdef __cplusplus
}
#endif
