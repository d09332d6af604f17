#pragma once

/*
 * Which pages of a reserved section are committed
 *
 * One bit for each page, in memory that all processes with a view share, so that a commit is seen
 * by everybody at once and without a message. Bits only go from 0 to 1. Before the bits stands one
 * bit for each page of them, which is set when something in that page is: a section of terabytes of
 * which nothing is committed is looked through without touching, and so making, its bits.
 *
 * Who may write to the section may write anything here too: what is read may be anything, and
 * change at any time. It says what is reported, never what memory there is.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A request to commit is about at most so many pages: the server does it between two others. */
#define COMMIT_PAGES_MOST (1u << 20)

typedef struct CommitBitmap {
        _Atomic(uint64_t) *words; /* a shared mapping of commit_bitmap_size() bytes */
        uint64_t n_pages;         /* of the section */
} CommitBitmap;

/* Bytes that the bits of a section need, in whole pages; and of these, what stands before the bits.
 */
uint64_t commit_bitmap_size(uint64_t n_pages);
uint64_t commit_bitmap_summary_size(uint64_t n_pages);

/* Pages @first up to @end, which are pages of the section, are committed. */
void commit_bitmap_set(const CommitBitmap *bitmap, uint64_t first, uint64_t end);

/**
 * commit_bitmap_find() - whether a page is committed
 * @page:    of the section
 * @end:     where to stop looking: above @page, at most the section's end
 * @ret_end: the first page after it for which it is otherwise; @end if there is none
 */
bool commit_bitmap_find(const CommitBitmap *bitmap, uint64_t page, uint64_t end, uint64_t *ret_end);
