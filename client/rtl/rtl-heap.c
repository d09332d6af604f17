#include "rtl-heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "zw.h"

typedef struct Heap {
        uint64_t signature;
} Heap;

/* What lies before each block. */
typedef struct Block {
        size_t size;
        uint64_t mark;
} Block;

static Heap process_heap;

PVOID rtl_process_heap(void) {
        return &process_heap;
}

static void *allocate(Heap *heap, ULONG flags, size_t size) {
        Block *block;

        if (size > PTRDIFF_MAX)
                return NULL;
        block = flags & HEAP_ZERO_MEMORY ? calloc(1, sizeof(*block) + size)
                                         : malloc(sizeof(*block) + size);
        if (!block)
                return NULL;
        block->size = size;
        block->mark = (uintptr_t) heap ^ (uintptr_t) block;
        return block + 1;
}

static Block *find(Heap *heap, void *memory) {
        Block *block = (Block *) memory - 1;

        return block->mark == ((uintptr_t) heap ^ (uintptr_t) block) ? block : NULL;
}

static bool release(Heap *heap, void *memory) {
        Block *block;

        if (!memory)
                return true;
        block = find(heap, memory);
        if (!block)
                return false;
        block->mark = 0;
        free(block);
        return true;
}

PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size) {
        return allocate(HeapHandle, Flags, Size);
}

BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
        (void) Flags;
        return release(HeapHandle, BaseAddress);
}

SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
        Block *block = find(HeapHandle, BaseAddress);

        (void) Flags;
        return block ? block->size : (SIZE_T) -1;
}

ULONG NTAPI RtlGetProcessHeaps(ULONG NumberOfHeaps, PVOID *ProcessHeaps) {
        if (NumberOfHeaps > 0)
                ProcessHeaps[0] = &process_heap;
        return 1;
}

PVOID zw_process_heap(void) {
        return &process_heap;
}

void *rtl_allocate(size_t size) {
        return allocate(&process_heap, 0, size);
}

void rtl_free(void *block) {
        release(&process_heap, block);
}
