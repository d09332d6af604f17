#include "rtl-heap.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "heap-block.h"

/* Bytes of the allocation. */
static size_t length_of(uint64_t size, uint64_t flags) {
        size_t length = sizeof(Block) + size;

        return flags & HEAP_SETTABLE_USER_VALUE ? (length + 7) / 8 * 8 + sizeof(PVOID) : length;
}

static bool is_allowed(const Heap *heap, uint64_t size) {
        return size <= heap->block_max;
}

/* Counts what a block is longer or shorter. Return: false if that is more than the heap may have.
 * These three want the lock. */
static bool count(Heap *heap, size_t before, size_t after) {
        if (after > before && after - before > heap->limit - heap->n_bytes)
                return false;
        heap->n_bytes += after - before;
        return true;
}

static void ring_add(Heap *heap, Block *block) {
        block->next = &heap->ring;
        block->previous = heap->ring.previous;
        block->previous->next = block;
        heap->ring.previous = block;
}

static void ring_remove(Block *block) {
        block->next->previous = block->previous;
        block->previous->next = block->next;
}

/* Return: false if the heap would be longer than its limit. */
static bool link_block(Heap *heap, Block *block, ULONG flags) {
        bool fits, locked;

        locked = heap_lock(heap, flags);
        fits = count(heap, 0, length_of(block->size, block->flags));
        if (fits)
                ring_add(heap, block);
        heap_unlock(heap, locked);
        return fits;
}

/* Takes a block out of the ring that will have @length bytes. Return: false if it may not, or the
 * ring is damaged there; nothing is changed then. */
static bool unlink_block(Heap *heap, Block *block, size_t length, ULONG flags) {
        bool done, locked;

        locked = heap_lock(heap, flags);
        done = block_is_linked(block) && count(heap, length_of(block->size, block->flags), length);
        if (done)
                ring_remove(block);
        heap_unlock(heap, locked);
        return done;
}

/* Puts a block back that was counted with @length bytes. */
static void relink_block(Heap *heap, Block *block, size_t length, ULONG flags) {
        bool locked = heap_lock(heap, flags);

        heap->n_bytes += length_of(block->size, block->flags) - length;
        ring_add(heap, block);
        heap_unlock(heap, locked);
}

static PVOID allocate(Heap *heap, ULONG flags, size_t size) {
        Block *block;
        size_t length;

        if (!heap || !is_allowed(heap, size))
                return NULL;
        flags |= heap->flags;
        length = length_of(size, flags);
        block = flags & HEAP_ZERO_MEMORY ? calloc(1, length) : malloc(length);
        if (!block)
                return NULL;
        block_set(heap, block, size, flags);
        if (flags & HEAP_SETTABLE_USER_VALUE)
                *block_value(block) = NULL;
        if (!link_block(heap, block, flags)) {
                free(block);
                return NULL;
        }
        return block + 1;
}

static bool release(Heap *heap, ULONG flags, PVOID memory) {
        Block *block;

        if (!memory)
                return true;
        block = heap ? block_of(heap, memory) : NULL;
        if (!block || !unlink_block(heap, block, 0, flags))
                return false;
        block_unset(block);
        free(block);
        return true;
}

/* Changes the size of a block that stays where it is. */
static void resize(Heap *heap, Block *block, uint64_t size, ULONG flags) {
        PVOID value = NULL;
        bool has_value = block->flags & HEAP_SETTABLE_USER_VALUE;

        if (has_value)
                value = *block_value(block);
        if (flags & HEAP_ZERO_MEMORY && size > block->size)
                memset((char *) (block + 1) + block->size, 0, size - block->size);
        block_set(heap, block, size, block->flags);
        if (has_value)
                *block_value(block) = value;
}

/*
 * In place: only the heap's count of bytes is to be kept. A block is not moved to give back less
 * than half of it.
 */
static bool resize_in_place(Heap *heap, Block *block, uint64_t size, ULONG flags) {
        size_t before = length_of(block->size, block->flags);
        size_t after = length_of(size, block->flags);
        bool fits, locked;

        if (after > malloc_usable_size(block))
                return false;
        if (after < before / 2 && !(flags & HEAP_REALLOC_IN_PLACE_ONLY))
                return false;
        locked = heap_lock(heap, flags);
        fits = count(heap, before, after);
        if (fits)
                resize(heap, block, size, flags);
        heap_unlock(heap, locked);
        return fits;
}

/* The block is in no ring while the C library moves it. */
static PVOID move(Heap *heap, Block *block, uint64_t size, ULONG flags) {
        size_t before = block->size;
        size_t length = length_of(size, block->flags);
        PVOID value = NULL;
        Block *moved;

        if (!unlink_block(heap, block, length, flags))
                return NULL;
        if (block->flags & HEAP_SETTABLE_USER_VALUE)
                value = *block_value(block);
        block_unset(block); /* what is left behind is no block */
        moved = realloc(block, length);
        if (!moved) {
                block_set(heap, block, before, block->flags);
                relink_block(heap, block, length, flags);
                return NULL;
        }
        block_set(heap, moved, size, moved->flags);
        if (flags & HEAP_ZERO_MEMORY && size > before)
                memset((char *) (moved + 1) + before, 0, size - before);
        if (moved->flags & HEAP_SETTABLE_USER_VALUE)
                *block_value(moved) = value;
        relink_block(heap, moved, length, flags);
        return moved + 1;
}

static PVOID reallocate(Heap *heap, ULONG flags, PVOID memory, size_t size) {
        Block *block = heap && memory ? block_of(heap, memory) : NULL;

        if (!block || !is_allowed(heap, size))
                return NULL;
        flags |= heap->flags;
        if (resize_in_place(heap, block, size, flags))
                return memory;
        return flags & HEAP_REALLOC_IN_PLACE_ONLY ? NULL : move(heap, block, size, flags);
}

PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size) {
        return allocate(heap_of(HeapHandle), Flags, Size);
}

PVOID NTAPI RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress, SIZE_T Size) {
        return reallocate(heap_of(HeapHandle), Flags, BaseAddress, Size);
}

BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
        return release(heap_of(HeapHandle), Flags, BaseAddress);
}

SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
        Heap *heap = heap_of(HeapHandle);
        Block *block = heap ? block_of(heap, BaseAddress) : NULL;

        (void) Flags; /* nothing that a lock guards is read */
        return block ? block->size : (SIZE_T) -1;
}

ULONG NTAPI RtlMultipleAllocateHeap(
                PVOID HeapHandle, ULONG Flags, SIZE_T Size, ULONG Count, PVOID *Array) {
        Heap *heap = heap_of(HeapHandle);
        ULONG n = 0;

        while (n < Count && (Array[n] = allocate(heap, Flags, Size)))
                n++;
        return n;
}

ULONG NTAPI RtlMultipleFreeHeap(PVOID HeapHandle, ULONG Flags, ULONG Count, PVOID *Array) {
        Heap *heap = heap_of(HeapHandle);
        ULONG n = 0;

        while (n < Count && release(heap, Flags, Array[n]))
                n++;
        return n;
}

void *rtl_allocate(size_t size) {
        return allocate(&process_heap, 0, size);
}

void rtl_free(void *block) {
        release(&process_heap, 0, block);
}
