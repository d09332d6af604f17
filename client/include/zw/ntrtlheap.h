#pragma once

/*
 * Heaps
 *
 * A heap is memory that is given out in blocks of any size, 16-byte aligned. Every process has one
 * from the start, zw_process_heap(), which is PEB.ProcessHeap of programs that have a PEB; what
 * other Rtl functions allocate for their callers comes from it. The memory is that of Linux's C
 * library. Before each block lie 32 bytes that say which heap it is of and how long it is; a block
 * that was freed, is of another heap, or whose header has been written over is no block to any of
 * these functions. The 32 bytes are read, though: what is no memory faults, but in
 * RtlValidateHeap() and RtlWalkHeap(), and so may a long block that was freed.
 *
 * Heaps may be used by several threads, but with HEAP_NO_SERIALIZE, of a heap or a call. In a
 * forked child only the process heap may be used, unless the parent had one thread.
 *
 * Windows raises an exception for HEAP_GENERATE_EXCEPTIONS, and may end the process for a damaged
 * heap; here there are only the return values.
 */

#include "ntdef.h"
#include "ntrtlsync.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define HEAP_NO_SERIALIZE             0x00000001u
#define HEAP_GROWABLE                 0x00000002u
#define HEAP_GENERATE_EXCEPTIONS      0x00000004u
#define HEAP_ZERO_MEMORY              0x00000008u
#define HEAP_REALLOC_IN_PLACE_ONLY    0x00000010u
#define HEAP_TAIL_CHECKING_ENABLED    0x00000020u
#define HEAP_FREE_CHECKING_ENABLED    0x00000040u
#define HEAP_DISABLE_COALESCE_ON_FREE 0x00000080u
#define HEAP_SETTABLE_USER_VALUE      0x00000100u
#define HEAP_SETTABLE_USER_FLAG1      0x00000200u
#define HEAP_SETTABLE_USER_FLAG2      0x00000400u
#define HEAP_SETTABLE_USER_FLAG3      0x00000800u
#define HEAP_SETTABLE_USER_FLAGS      0x00000E00u
#define HEAP_CLASS_0                  0x00000000u
#define HEAP_CLASS_1                  0x00001000u
#define HEAP_CLASS_MASK               0x0000F000u
#define HEAP_CREATE_ALIGN_16          0x00010000u
#define HEAP_CREATE_ENABLE_TRACING    0x00020000u
#define HEAP_CREATE_ENABLE_EXECUTE    0x00040000u

typedef NTSTATUS(NTAPI *PRTL_HEAP_COMMIT_ROUTINE)(
                PVOID Base, PVOID *CommitAddress, PSIZE_T CommitSize);

typedef struct _RTL_HEAP_PARAMETERS {
        ULONG Length;
        SIZE_T SegmentReserve;
        SIZE_T SegmentCommit;
        SIZE_T DeCommitFreeBlockThreshold;
        SIZE_T DeCommitTotalFreeThreshold;
        SIZE_T MaximumAllocationSize;
        SIZE_T VirtualMemoryThreshold;
        SIZE_T InitialCommit;
        SIZE_T InitialReserve;
        PRTL_HEAP_COMMIT_ROUTINE CommitRoutine;
        SIZE_T Reserved[2];
} RTL_HEAP_PARAMETERS, *PRTL_HEAP_PARAMETERS;

/**
 * RtlCreateHeap() - make a heap
 * @Flags:       HEAP_GROWABLE for a heap without a limit; HEAP_NO_SERIALIZE. What else has a name
 *               changes nothing, but HEAP_CREATE_ENABLE_EXECUTE, which is refused: no block can
 *               hold code. What is set here holds for all calls.
 * @HeapBase:    NULL: a heap in the caller's memory is not to be had
 * @ReserveSize: limit of a heap that is not growable, for all blocks and their headers; 256 KiB for
 *               0. No block of such a heap is longer than 1,044,480 bytes.
 * @CommitSize:  the least that the limit is; commits nothing
 * @Lock:        a critical section to use, which stays the caller's; NULL for one of the heap's
 * @Parameters:  MaximumAllocationSize is kept to; NULL for none. With a CommitRoutine it is
 * refused; its other sizes say how Windows would manage memory, and change nothing
 *
 * Return: the heap, or NULL.
 */
PVOID NTAPI RtlCreateHeap(ULONG Flags,
                PVOID HeapBase,
                SIZE_T ReserveSize,
                SIZE_T CommitSize,
                PVOID Lock,
                PRTL_HEAP_PARAMETERS Parameters);

/* Frees a heap and all its blocks. Return: NULL; @HeapHandle if it is no heap or the process's. */
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle);

/**
 * RtlAllocateHeap() - get a block
 * @HeapHandle: the heap
 * @Flags:      HEAP_ZERO_MEMORY, HEAP_NO_SERIALIZE; HEAP_SETTABLE_USER_VALUE for a block with a
 *              value of the program's; HEAP_SETTABLE_USER_FLAGS that the block begins with
 * @Size:       in bytes; a block of 0 bytes is a block too
 * Return: the block, or NULL.
 */
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size);

/**
 * RtlReAllocateHeap() - change a block's size
 * @HeapHandle:  its heap
 * @Flags:       HEAP_ZERO_MEMORY for what is added; HEAP_REALLOC_IN_PLACE_ONLY; HEAP_NO_SERIALIZE
 * @BaseAddress: the block
 * @Size:        it will have
 * Return: the block, which may have moved; NULL if that cannot be had or @BaseAddress is no block
 * of the heap, and nothing has changed. The block's value and flags stay.
 */
PVOID NTAPI RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, SIZE_T Size);

/* Gives a block back. NULL is nothing to be done. Return: FALSE if it is no block of the heap. */
BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);

/* With how many bytes a block was asked for; (SIZE_T) -1 for what is no block of the heap. */
SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);

/**
 * RtlMultipleAllocateHeap() - get blocks of one size
 * @Array: gets them
 * Return: how many there are; fewer than @Count if memory ran out.
 */
ULONG NTAPI RtlMultipleAllocateHeap(
                PVOID HeapHandle, ULONG Flags, SIZE_T Size, ULONG Count, PVOID *Array);

/* Return: how many were freed; it ends with the first that is no block of the heap. */
ULONG NTAPI RtlMultipleFreeHeap(PVOID HeapHandle, ULONG Flags, ULONG Count, PVOID *Array);

/**
 * RtlValidateHeap() - look whether a heap, or one block, is in order
 * @BaseAddress: a block, any value is safe; NULL for all blocks
 * Return: whether it is.
 */
BOOLEAN NTAPI RtlValidateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
BOOLEAN NTAPI RtlValidateProcessHeaps(VOID);

/* No other thread gets at the heap until it is unlocked as often. Return: FALSE for no heap, and
 * for one that was made with HEAP_NO_SERIALIZE or that the caller has not locked. */
BOOLEAN NTAPI RtlLockHeap(PVOID HeapHandle);
BOOLEAN NTAPI RtlUnlockHeap(PVOID HeapHandle);

/* Gives free memory back to Linux. Return: 0, since nobody knows the largest free block. */
SIZE_T NTAPI RtlCompactHeap(PVOID HeapHandle, ULONG Flags);

#define RTL_HEAP_BUSY           0x0001u
#define RTL_HEAP_SETTABLE_VALUE 0x0010u
#define RTL_HEAP_SETTABLE_FLAG1 0x0020u
#define RTL_HEAP_SETTABLE_FLAG2 0x0040u
#define RTL_HEAP_SETTABLE_FLAG3 0x0080u

typedef struct _RTL_HEAP_WALK_ENTRY {
        PVOID DataAddress;
        SIZE_T DataSize;
        UCHAR OverheadBytes;
        UCHAR SegmentIndex;
        USHORT Flags;
        __extension__ union {
                struct {
                        SIZE_T Settable; /* the block's value */
                        USHORT TagIndex;
                        USHORT AllocatorBackTraceIndex;
                        ULONG Reserved[2];
                } Block;
                struct {
                        ULONG CommittedSize;
                        ULONG UnCommittedSize;
                        PVOID FirstEntry;
                        PVOID LastEntry;
                } Segment;
        };
} RTL_HEAP_WALK_ENTRY, *PRTL_HEAP_WALK_ENTRY;

/**
 * RtlWalkHeap() - the next block of a heap
 * @HeapHandle: the heap, locked unless no other thread uses it
 * @Entry:      DataAddress is the block before, NULL to begin; gets the next one
 *
 * There are blocks only: no entries for segments, nor for free memory.
 *
 * Return: STATUS_SUCCESS; STATUS_NO_MORE_ENTRIES; STATUS_INVALID_PARAMETER if DataAddress is no
 * block of the heap; STATUS_INVALID_HANDLE for no heap.
 */
NTSTATUS NTAPI RtlWalkHeap(PVOID HeapHandle, PRTL_HEAP_WALK_ENTRY Entry);

/**
 * RtlGetUserInfoHeap() - the program's value and flags of a block
 * @UserValue: gets the value; may be NULL. Untouched for a block without
 * @UserFlags: gets the HEAP_SETTABLE_USER_FLAGS; may be NULL
 * Return: FALSE if it is no block of the heap.
 */
BOOLEAN NTAPI RtlGetUserInfoHeap(PVOID HeapHandle,
                ULONG Flags,
                PVOID BaseAddress,
                PVOID *UserValue,
                PULONG UserFlags);

/* Return: FALSE if it is no block of the heap, or none with a value. */
BOOLEAN NTAPI RtlSetUserValueHeap(
                PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, PVOID UserValue);

/* Clears flags, then sets flags. Return: FALSE if it is no block of the heap, or for others than
 * HEAP_SETTABLE_USER_FLAGS. */
BOOLEAN NTAPI RtlSetUserFlagsHeap(PVOID HeapHandle,
                ULONG Flags,
                PVOID BaseAddress,
                ULONG UserFlagsReset,
                ULONG UserFlagsSet);

/**
 * RtlGetProcessHeaps() - the heaps of this process
 * @NumberOfHeaps: room in @ProcessHeaps
 * @ProcessHeaps:  gets as many as fit; the process heap is the first
 * Return: how many there are.
 */
ULONG NTAPI RtlGetProcessHeaps(ULONG NumberOfHeaps, PVOID *ProcessHeaps);

typedef NTSTATUS(NTAPI *PRTL_ENUM_HEAPS_ROUTINE)(PVOID HeapHandle, PVOID Parameter);

/* Calls @Routine for each heap while it returns successes. No heap may be made or destroyed
 * meanwhile. Return: what it returned last. */
NTSTATUS NTAPI RtlEnumProcessHeaps(PRTL_ENUM_HEAPS_ROUTINE Routine, PVOID Parameter);

typedef enum _HEAP_INFORMATION_CLASS {
        HeapCompatibilityInformation = 0,
        HeapEnableTerminationOnCorruption = 1,
        HeapOptimizeResources = 3,
} HEAP_INFORMATION_CLASS;

#define HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION 1

typedef struct _HEAP_OPTIMIZE_RESOURCES_INFORMATION {
        ULONG Version;
        ULONG Flags;
} HEAP_OPTIMIZE_RESOURCES_INFORMATION, *PHEAP_OPTIMIZE_RESOURCES_INFORMATION;

/**
 * RtlSetHeapInformation() - change how a heap works
 * @HeapHandle:            a heap; NULL for HeapOptimizeResources, which is for all
 * @HeapInformationClass:  HeapCompatibilityInformation (a ULONG: 2, the low-fragmentation heap,
 *                         which is what every growable heap with a lock is), HeapOptimizeResources
 *                         (gives free memory back to Linux)
 * @HeapInformation:       the value
 * @HeapInformationLength: of it, or more
 *
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL; STATUS_INVALID_PARAMETER for a heap that cannot
 * be what is wanted, or no heap; STATUS_UNSUCCESSFUL for other values; STATUS_NOT_SUPPORTED for
 * HeapEnableTerminationOnCorruption, since nothing here ends a process;
 * STATUS_INVALID_INFO_CLASS.
 */
NTSTATUS NTAPI RtlSetHeapInformation(PVOID HeapHandle,
                HEAP_INFORMATION_CLASS HeapInformationClass,
                PVOID HeapInformation,
                SIZE_T HeapInformationLength);

/**
 * RtlQueryHeapInformation() - how a heap works
 * @HeapHandle:            the heap
 * @HeapInformationClass:  HeapCompatibilityInformation
 * @HeapInformation:       gets a ULONG: 2 for growable heaps with a lock, 0 for others
 * @HeapInformationLength: 4 or more
 * @ReturnLength:          gets 4, if the buffer is too small too; may be NULL
 *
 * Return: STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER for no heap,
 * STATUS_INVALID_INFO_CLASS.
 */
NTSTATUS NTAPI RtlQueryHeapInformation(PVOID HeapHandle,
                HEAP_INFORMATION_CLASS HeapInformationClass,
                PVOID HeapInformation,
                SIZE_T HeapInformationLength,
                PSIZE_T ReturnLength);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
