#include <malloc.h>
#include <string.h>

#include "heap-block.h"
#include "ntstatus.h"
#include "rtl-critical-section.h"

#define LOW_FRAGMENTATION 2u
#define STANDARD          0u

/* The ring and every header in it; a link is followed only to what is a block. */
static bool ring_is_valid(Heap *heap) {
        Block *previous = &heap->ring;
        uint64_t n_bytes = 0;

        for (Block *block = previous->next; block != &heap->ring; block = block->next) {
                if (!block_of_any(heap, block + 1) || block->previous != previous)
                        return false;
                n_bytes += sizeof(*block) + block->size;
                previous = block;
        }
        return heap->ring.previous == previous && n_bytes <= heap->n_bytes &&
               heap->n_bytes <= heap->limit;
}

static bool heap_is_valid(Heap *heap, ULONG flags) {
        bool valid, locked;

        locked = heap_lock(heap, flags);
        valid = ring_is_valid(heap);
        heap_unlock(heap, locked);
        return valid;
}

BOOLEAN NTAPI RtlValidateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
        Heap *heap = heap_of(HeapHandle);

        if (!heap)
                return FALSE;
        return BaseAddress ? block_of_any(heap, BaseAddress) != NULL : heap_is_valid(heap, Flags);
}

BOOLEAN NTAPI RtlLockHeap(PVOID HeapHandle) {
        Heap *heap = heap_of(HeapHandle);

        if (!heap || !heap->lock)
                return FALSE;
        critical_section_enter(heap->lock);
        return TRUE;
}

BOOLEAN NTAPI RtlUnlockHeap(PVOID HeapHandle) {
        Heap *heap = heap_of(HeapHandle);

        if (!heap || !heap->lock || !RtlIsCriticalSectionLockedByThread(heap->lock))
                return FALSE;
        return NT_SUCCESS(critical_section_leave(heap->lock));
}

SIZE_T NTAPI RtlCompactHeap(PVOID HeapHandle, ULONG Flags) {
        (void) Flags; /* nothing that the heap's lock guards is changed */
        if (heap_of(HeapHandle))
                malloc_trim(0);
        return 0;
}

static void entry_fill(RTL_HEAP_WALK_ENTRY *entry, Block *block) {
        memset(entry, 0, sizeof(*entry));
        entry->DataAddress = block + 1;
        entry->DataSize = block->size;
        entry->OverheadBytes = sizeof(*block);
        entry->Flags = RTL_HEAP_BUSY | (USHORT) (block->flags >> 4);
        if (block->flags & HEAP_SETTABLE_USER_VALUE)
                entry->Block.Settable = (SIZE_T) *block_value(block);
}

NTSTATUS NTAPI RtlWalkHeap(PVOID HeapHandle, PRTL_HEAP_WALK_ENTRY Entry) {
        Heap *heap = heap_of(HeapHandle);
        Block *block;
        NTSTATUS status = STATUS_SUCCESS;
        bool locked;

        if (!heap)
                return STATUS_INVALID_HANDLE;
        locked = heap_lock(heap, 0);
        block = Entry->DataAddress ? block_of_any(heap, Entry->DataAddress) : &heap->ring;
        if (!block)
                status = STATUS_INVALID_PARAMETER;
        else if (block->next == &heap->ring)
                status = STATUS_NO_MORE_ENTRIES;
        else
                entry_fill(Entry, block->next);
        heap_unlock(heap, locked);
        return status;
}

BOOLEAN NTAPI RtlGetUserInfoHeap(PVOID HeapHandle,
                ULONG Flags,
                PVOID BaseAddress,
                PVOID *UserValue,
                PULONG UserFlags) {
        Heap *heap = heap_of(HeapHandle);
        Block *block = heap ? block_of(heap, BaseAddress) : NULL;

        (void) Flags; /* as RtlSizeHeap() */
        if (!block)
                return FALSE;
        if (UserValue && block->flags & HEAP_SETTABLE_USER_VALUE)
                *UserValue = *block_value(block);
        if (UserFlags)
                *UserFlags = block->flags & HEAP_SETTABLE_USER_FLAGS;
        return TRUE;
}

BOOLEAN NTAPI RtlSetUserValueHeap(
                PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, PVOID UserValue) {
        Heap *heap = heap_of(HeapHandle);
        Block *block = heap ? block_of(heap, BaseAddress) : NULL;

        (void) Flags;
        if (!block || !(block->flags & HEAP_SETTABLE_USER_VALUE))
                return FALSE;
        *block_value(block) = UserValue;
        return TRUE;
}

BOOLEAN NTAPI RtlSetUserFlagsHeap(PVOID HeapHandle,
                ULONG Flags,
                PVOID BaseAddress,
                ULONG UserFlagsReset,
                ULONG UserFlagsSet) {
        Heap *heap = heap_of(HeapHandle);
        Block *block = heap ? block_of(heap, BaseAddress) : NULL;
        bool locked;

        if (!block || (UserFlagsReset | UserFlagsSet) & ~HEAP_SETTABLE_USER_FLAGS)
                return FALSE;
        locked = heap_lock(heap, Flags);
        block_set(heap, block, block->size, (block->flags & ~UserFlagsReset) | UserFlagsSet);
        heap_unlock(heap, locked);
        return TRUE;
}

static ULONG kind_of(const Heap *heap) {
        return heap->flags & HEAP_GROWABLE && heap->lock ? LOW_FRAGMENTATION : STANDARD;
}

static NTSTATUS set_kind(const Heap *heap, const void *from, size_t length) {
        ULONG kind;

        if (length < sizeof(kind))
                return STATUS_BUFFER_TOO_SMALL;
        memcpy(&kind, from, sizeof(kind));
        if (!heap)
                return STATUS_INVALID_PARAMETER;
        if (kind != LOW_FRAGMENTATION)
                return STATUS_UNSUCCESSFUL;
        return kind_of(heap) == LOW_FRAGMENTATION ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static NTSTATUS optimize(const void *from, size_t length) {
        HEAP_OPTIMIZE_RESOURCES_INFORMATION information;

        if (length < sizeof(information))
                return STATUS_BUFFER_TOO_SMALL;
        memcpy(&information, from, sizeof(information));
        if (information.Version != HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION || information.Flags)
                return STATUS_INVALID_PARAMETER;
        malloc_trim(0);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetHeapInformation(PVOID HeapHandle,
                HEAP_INFORMATION_CLASS HeapInformationClass,
                PVOID HeapInformation,
                SIZE_T HeapInformationLength) {
        switch ((ULONG) HeapInformationClass) {
        case HeapCompatibilityInformation:
                return set_kind(heap_of(HeapHandle), HeapInformation, HeapInformationLength);
        case HeapEnableTerminationOnCorruption:
                return STATUS_NOT_SUPPORTED;
        case HeapOptimizeResources:
                return optimize(HeapInformation, HeapInformationLength);
        default:
                return STATUS_INVALID_INFO_CLASS;
        }
}

NTSTATUS NTAPI RtlQueryHeapInformation(PVOID HeapHandle,
                HEAP_INFORMATION_CLASS HeapInformationClass,
                PVOID HeapInformation,
                SIZE_T HeapInformationLength,
                PSIZE_T ReturnLength) {
        const Heap *heap = heap_of(HeapHandle);
        ULONG kind;

        if (HeapInformationClass != HeapCompatibilityInformation)
                return STATUS_INVALID_INFO_CLASS;
        if (!heap)
                return STATUS_INVALID_PARAMETER;
        if (ReturnLength)
                *ReturnLength = sizeof(kind);
        if (HeapInformationLength < sizeof(kind))
                return STATUS_BUFFER_TOO_SMALL;
        kind = kind_of(heap);
        memcpy(HeapInformation, &kind, sizeof(kind));
        return STATUS_SUCCESS;
}
