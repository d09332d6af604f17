#pragma once

/*
 * Pages that are written to for a moment
 *
 * Addresses go into an image's pages whatever protection these have; afterwards they have it again.
 */

#include <stddef.h>

#include "ntdef.h"

/* An image has pages of so few kinds, and more where the program changed them itself. */
#define WRITABLE_PIECES_MOST 256u

typedef struct WritablePiece {
        PVOID base;
        SIZE_T size;
        ULONG protection;
} WritablePiece;

typedef struct Writable {
        unsigned n_pieces;
        WritablePiece pieces[WRITABLE_PIECES_MOST];
} Writable;

/**
 * writable_begin() - let pages be written to
 * @at:   in an image; pages that nobody may touch stay as they are
 * @ret:  ends with writable_end(), on failure too
 * Return: STATUS_SUCCESS; STATUS_INVALID_IMAGE_FORMAT if they are of too many kinds; as
 * NtProtectVirtualMemory().
 */
NTSTATUS writable_begin(void *at, size_t size, Writable *ret);
void writable_end(Writable *writable);
