#pragma once

/*
 * Layout of an image's memory
 *
 * The memory of an image is a row of pieces without gaps, each of whole pages: the headers, then
 * the sections, with empty pieces where the alignment or the end of the image leaves room.
 */

#include "pe-image.h"

/* Headers and sections, each with room behind it. */
#define PE_PIECES_MOST (2u * (PE_SECTIONS_MOST + 1u))

typedef struct PePiece {
        uint32_t rva;         /* where the piece before ends */
        uint32_t size;        /* whole pages, never 0 */
        uint32_t file_offset; /* need not be a multiple of anything */
        uint32_t file_size;   /* bytes to copy to @rva, at most @size; the rest is zero */
        ULONG protection;     /* PAGE_; PAGE_NOACCESS for room that belongs to nothing */
        bool shared;          /* written pages are seen by all views: IMAGE_SCN_MEM_SHARED */
} PePiece;

typedef struct PeLayout {
        size_t n_pieces;
        PePiece pieces[PE_PIECES_MOST];
} PeLayout;

/**
 * pe_layout() - say what goes where
 * @no_execute: for SEC_IMAGE_NO_EXECUTE: no piece may be executed
 *
 * Pieces come in the order of their addresses and fill the image's size to the byte. Different
 * pieces may have the same bytes of the file, so that a small file can fill a large image: what is
 * to be paid for is the image's size. A file that was cut since it was parsed ends early: what
 * cannot be read stays zero. A flat image is one piece.
 */
void pe_layout(const PeImage *image, bool no_execute, PeLayout *ret);
