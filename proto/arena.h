#pragma once

/*
 * Arena: a bounded allocator for decoding
 *
 * protobuf-c allocates per field, and per unknown field too: 400 KB of those would become 13 MB.
 * What one message may use is therefore one block of memory that the caller chose; when it is used
 * up, the decoder fails. Nothing is freed singly: whoever owns the block forgets it all at once.
 */

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena {
        ProtobufCAllocator allocator; /* pass &arena->allocator to a decoder */
        uint8_t *memory;              /* the caller's */
        size_t size;
        size_t used;
} Arena;

/* Prepares @arena to hand out the @size bytes at @memory; also empties one that was used before. */
void arena_init(Arena *arena, void *memory, size_t size);
