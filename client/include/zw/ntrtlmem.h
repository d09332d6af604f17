#pragma once

/*
 * Run-time library: memory, pointers, bytes, random numbers, check sums
 */

#include <string.h>

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Memory. The first five are functions too: names that programs import; sources use the macros. */

#undef RtlCopyMemory
#undef RtlMoveMemory
#undef RtlFillMemory
#undef RtlZeroMemory
VOID NTAPI RtlCopyMemory(VOID *Destination, const VOID *Source, SIZE_T Length);
VOID NTAPI RtlCopyMemoryNonTemporal(VOID *Destination, const VOID *Source, SIZE_T Length);
VOID NTAPI RtlMoveMemory(VOID *Destination, const VOID *Source, SIZE_T Length);
VOID NTAPI RtlFillMemory(VOID *Destination, SIZE_T Length, INT Fill);
VOID NTAPI RtlZeroMemory(VOID *Destination, SIZE_T Length);
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlFillMemory(destination, length, fill)   memset((destination), (fill), (length))
#define RtlZeroMemory(destination, length)         memset((destination), 0, (length))
#ifndef RtlEqualMemory
#define RtlEqualMemory(left, right, length) (memcmp((left), (right), (length)) == 0)
#endif

/* How many bytes are the same before the first that differs. */
SIZE_T NTAPI RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length);

/* How many bytes consist of @Pattern; what is no whole ULONG at the end is not looked at. */
SIZE_T NTAPI RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern);

/* Whole ULONGs only. */
VOID NTAPI RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern);
VOID NTAPI RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern);

BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length);

/* Asks the processor to fetch memory that will be used once. */
VOID NTAPI RtlPrefetchMemoryNonTemporal(PVOID Source, SIZE_T Length);

/* Pointers: turned into a number that only this process can turn back, with a secret that is
 * chosen at random when first needed. System pointers are not known to other processes either. */
PVOID NTAPI RtlEncodePointer(PVOID Ptr);
PVOID NTAPI RtlDecodePointer(PVOID Ptr);
PVOID NTAPI RtlEncodeSystemPointer(PVOID Ptr);
PVOID NTAPI RtlDecodeSystemPointer(PVOID Ptr);

/**
 * RtlUniform() - the next random number
 * @Seed: of the next call: it gets the number
 * Return: below 0x7FFFFFFF, by Windows' formula.
 */
ULONG NTAPI RtlUniform(PULONG Seed);

/* Random numbers shuffled by a table of 128, which all threads of the process share: the sequence
 * is Windows' only if nobody else asks. Of RtlRandomEx() not even then: its table is not known. */
ULONG NTAPI RtlRandom(PULONG Seed);
ULONG NTAPI RtlRandomEx(PULONG Seed);

/* CRC-32 (IEEE 802.3) of a buffer; @PartialCrc is that of what is before it, 0 at first. */
ULONG NTAPI RtlComputeCrc32(ULONG PartialCrc, PVOID Buffer, ULONG Length);
ULONG NTAPI RtlCrc32(const VOID *Buffer, SIZE_T Size, ULONG InitialCrc);

#pragma GCC visibility pop

FORCEINLINE PVOID RtlSecureZeroMemory(PVOID Pointer, SIZE_T Size) {
        volatile char *at = (volatile char *) Pointer;

        while (Size-- > 0)
                *at++ = 0;
        return Pointer;
}

FORCEINLINE USHORT RtlUshortByteSwap(USHORT Source) {
        return __builtin_bswap16(Source);
}

FORCEINLINE ULONG RtlUlongByteSwap(ULONG Source) {
        return __builtin_bswap32(Source);
}

FORCEINLINE ULONGLONG RtlUlonglongByteSwap(ULONGLONG Source) {
        return __builtin_bswap64(Source);
}

#ifdef __cplusplus
}
#endif
