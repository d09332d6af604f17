#pragma once

/*
 * Heaps
 *
 * A heap is memory that is given out in blocks of any size, 16-byte aligned. Every process has one
 * from the start, PEB.ProcessHeap; what other Rtl functions allocate for their callers comes from
 * it.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define HEAP_NO_SERIALIZE          0x00000001u
#define HEAP_GROWABLE              0x00000002u
#define HEAP_GENERATE_EXCEPTIONS   0x00000004u
#define HEAP_ZERO_MEMORY           0x00000008u
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010u

/**
 * RtlAllocateHeap() - get a block
 * @HeapHandle: the heap
 * @Flags:      HEAP_ZERO_MEMORY
 * @Size:       in bytes; a block of 0 bytes is a block too
 * Return: the block, or NULL.
 */
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size);

/* Gives a block back. NULL is nothing to be done. Return: FALSE if it is no block of the heap. */
BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);

/* How many bytes a block was asked with, (SIZE_T) -1 for what is no block of the heap. */
SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);

/**
 * RtlGetProcessHeaps() - the heaps of this process
 * @NumberOfHeaps: room in @ProcessHeaps
 * @ProcessHeaps:  gets as many as fit; the process heap is the first
 * Return: how many there are.
 */
ULONG NTAPI RtlGetProcessHeaps(ULONG NumberOfHeaps, PVOID *ProcessHeaps);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
