#include "arena.h"

#define ARENA_ALIGNMENT 16u /* what malloc() gives, which is what decoders are used to */

static void *arena_alloc(void *allocator_data, size_t size) {
        Arena *arena = allocator_data;
        uintptr_t at = (uintptr_t) arena->memory + arena->used;
        size_t padding = (size_t) (-at & (ARENA_ALIGNMENT - 1));
        size_t room = arena->size - arena->used;

        if (padding > room || size > room - padding)
                return NULL;

        arena->used += padding + size;
        return (void *) (at + padding);
}

static void arena_free(void *allocator_data, void *pointer) {
        (void) allocator_data; /* the whole block is forgotten at once */
        (void) pointer;
}

void arena_init(Arena *arena, void *memory, size_t size) {
        *arena = (Arena) {
                .allocator = {
                        .alloc = arena_alloc,
                        .free = arena_free,
                        .allocator_data = arena,
                },
                .memory = memory,
                .size = size,
        };
}
