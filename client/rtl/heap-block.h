#pragma once

/*
 * Heaps and their blocks
 *
 * A block is one allocation of the C library: a header, the caller's bytes, and if wanted a value
 * of the program's behind them, at the next multiple of 8. The header's mark is made of a secret of
 * the process, the heap, the block's place and size: nothing that is no block of the heap has it.
 * All blocks of a heap are in a ring, oldest first, which the heap's lock guards; the C library's
 * functions are called without it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntrtlheap.h"

typedef struct Block Block;
typedef struct Heap Heap;

/* What is written past the block before destroys size and mark first, before the links are used. */
struct Block {
        uint64_t size : 48;
        uint64_t flags : 16; /* HEAP_SETTABLE_USER_VALUE and HEAP_SETTABLE_USER_FLAGS */
        uint64_t mark;
        Block *next;
        Block *previous;
};

_Static_assert(sizeof(Block) == 32, "blocks are aligned to 16 bytes");

#define HEAP_SIGNATURE         0xEEFFEEFFu
#define HEAP_SEGMENT_SIGNATURE 0xFFEEFFEEu
#define BLOCK_FLAGS            (HEAP_SETTABLE_USER_VALUE | HEAP_SETTABLE_USER_FLAGS)
#define BLOCK_SIZE_MAX         0x7FFFFFFFFFFFull

/* What programs look at, debuggers' friends and foes, stands where Windows has it. */
struct Heap {
        uint8_t unused_1[0x10];
        uint32_t segment_signature;
        uint8_t unused_2[0x5C];
        uint32_t flags;
        uint32_t force_flags;
        uint8_t unused_3[0x20];
        uint32_t signature;
        Heap *next; /* of all heaps */
        Block ring;
        RTL_CRITICAL_SECTION *lock; /* NULL for HEAP_NO_SERIALIZE */
        RTL_CRITICAL_SECTION own_lock;
        uint64_t n_bytes; /* of all blocks with their headers */
        uint64_t limit;
        uint64_t block_max;
};

_Static_assert(offsetof(Heap, segment_signature) == 0x10, "_HEAP.SegmentSignature");
_Static_assert(offsetof(Heap, flags) == 0x70, "_HEAP.Flags");
_Static_assert(offsetof(Heap, force_flags) == 0x74, "_HEAP.ForceFlags");
_Static_assert(offsetof(Heap, signature) == 0x98, "_HEAP.Signature");

extern Heap process_heap;

/* The heap that a handle means; NULL if it is none. */
Heap *heap_of(PVOID handle);

/* Guards the ring against other threads, unless the heap or the call says that there are none, or
 * the process has none. Return: whether it is locked, which heap_unlock() wants to know. */
bool heap_lock(Heap *heap, ULONG flags);
void heap_unlock(Heap *heap, bool locked);

/* The mark of a header with what stands in it. */
uint64_t block_mark(const Heap *heap, const Block *block, uint64_t size, uint64_t flags);

/* The block whose bytes begin at @memory; NULL if it is none of the heap. What lies before @memory
 * is read. */
Block *block_of(Heap *heap, PVOID memory);

/* The same for any value: memory that is not there is no block. */
Block *block_of_any(Heap *heap, PVOID memory);

/* Sets what the header says of the block, and its mark. */
void block_set(const Heap *heap, Block *block, uint64_t size, uint64_t flags);

/* It is no block any more. The compiler would leave that out before free(): nobody may look there.
 */
static inline void block_unset(Block *block) {
        *(volatile uint64_t *) &block->mark = 0;
}

/* Where the program's value is. */
PVOID *block_value(Block *block);

/* Whether the ring leads to the block and back. */
static inline bool block_is_linked(const Block *block) {
        return block->next->previous == block && block->previous->next == block;
}
