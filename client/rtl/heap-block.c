#include "heap-block.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/single_threaded.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rtl-critical-section.h"

#define LOWEST 0x10000u          /* nothing is ever mapped below */
#define END    0x800000000000ull /* of a program's half */

/* 8 of the 16 random bytes that Linux gives each program. */
static uint64_t secret(void) {
        const void *random = (const void *) getauxval(AT_RANDOM);
        uint64_t value = 0x5EC4E7C0FFEE1DEAull;

        if (random)
                memcpy(&value, random, sizeof(value));
        return value;
}

uint64_t block_mark(const Heap *heap, const Block *block, uint64_t size, uint64_t flags) {
        static uint64_t value; /* written by each thread that finds it 0, with the same */
        uint64_t mark = __atomic_load_n(&value, __ATOMIC_RELAXED);

        if (__builtin_expect(mark == 0, 0)) {
                mark = secret() | 1;
                __atomic_store_n(&value, mark, __ATOMIC_RELAXED);
        }
        mark ^= (uintptr_t) heap;
        mark ^= (uint64_t) (uintptr_t) block << 16;
        return mark ^ (size << 8) ^ (flags << 48);
}

Heap *heap_of(PVOID handle) {
        Heap *heap = handle;

        if ((uintptr_t) handle < LOWEST || (uintptr_t) handle % 16 != 0)
                return NULL;
        return heap->signature == HEAP_SIGNATURE ? heap : NULL;
}

/*
 * Locking and unlocking is most of what a block costs. As in the C library's own functions, it is
 * left out while the process has one thread: no other begins between here and heap_unlock().
 */
bool heap_lock(Heap *heap, ULONG flags) {
        if (__libc_single_threaded || !heap->lock || flags & HEAP_NO_SERIALIZE)
                return false;
        critical_section_enter(heap->lock);
        return true;
}

void heap_unlock(Heap *heap, bool locked) {
        if (locked)
                critical_section_leave(heap->lock);
}

static bool can_be_block(PVOID memory) {
        return (uintptr_t) memory % 16 == 0 && (uintptr_t) memory >= LOWEST &&
               (uintptr_t) memory < END;
}

/* A block that has been freed is looked at too, which is what it is for. */
__attribute__((no_sanitize("address", "thread"))) Block *block_of(Heap *heap, PVOID memory) {
        Block *block;

        if (!can_be_block(memory))
                return NULL;
        block = (Block *) memory - 1;
        return block->mark == block_mark(heap, block, block->size, block->flags) ? block : NULL;
}

/* Where Linux does not let a process read itself so, the ring says what is a block. */
static Block *block_in_ring(Heap *heap, PVOID memory) {
        for (Block *block = heap->ring.next; block != &heap->ring; block = block->next) {
                if (block + 1 == memory)
                        return block_of(heap, memory);
        }
        return NULL;
}

Block *block_of_any(Heap *heap, PVOID memory) {
        Block copy;
        struct iovec to = { .iov_base = &copy, .iov_len = sizeof(copy) };
        struct iovec from = { .iov_len = sizeof(copy) };
        int before = errno;
        ssize_t n;

        if (!can_be_block(memory))
                return NULL;
        from.iov_base = (Block *) memory - 1;
        n = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
        if (n < 0 && errno != EFAULT) {
                errno = before;
                return block_in_ring(heap, memory);
        }
        errno = before;
        return n == (ssize_t) sizeof(copy) ? block_of(heap, memory) : NULL;
}

void block_set(const Heap *heap, Block *block, uint64_t size, uint64_t flags) {
        block->size = size & BLOCK_SIZE_MAX;
        block->flags = flags & BLOCK_FLAGS;
        block->mark = block_mark(heap, block, block->size, block->flags);
}

PVOID *block_value(Block *block) {
        return (PVOID *) (void *) ((char *) (block + 1) + (block->size + 7) / 8 * 8);
}
