#pragma once

/*
 * Pages of a region
 *
 * What is known of each page: runs of pages in the same state, in order. A region whose pages are
 * all alike, or of up to three sorts in a row, needs no memory for it.
 *
 * A list of runs never changes: another one is made and takes its place at once, so that a child of
 * fork() finds a whole one whatever another thread was doing to it.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

/*
 * A page's PAGE_ protection without the modifiers that belong to the whole region, PAGE_GUARD, and
 * PAGE_IS_ bits of our own. 0 is a page that is reserved and not committed.
 */
typedef uint16_t PageState;

#define PAGE_IS_LOCKED  0x1000u /* by NtLockVirtualMemory() */
#define PAGE_IS_PRIVATE 0x2000u /* of a shared view, but mapped so that writes stay private */
#define PAGE_IS_SHARED  0x4000u /* of an image, but mapped so that all views see what is written */

#define PAGE_STATE_PROTECTION 0x1FFu

#define PAGES_INLINE 4

/* Room for two lists. */
typedef struct PagesBlock {
        size_t capacity; /* of each */
        uint64_t lists[];
} PagesBlock;

/* A list: how many runs, and for each its first page (shifted up) and its state. */
typedef struct RegionPages {
        _Atomic(uint64_t *) runs;
        _Atomic(PagesBlock *) block; /* or NULL */
        uint64_t few[2][1 + PAGES_INLINE];
} RegionPages;

/* All pages are in one state. */
void region_pages_init(RegionPages *pages, PageState state);

/* Gives back what the lists need. */
void region_pages_clear(RegionPages *pages);

/**
 * region_pages_find() - the run that a page is in
 * @page:    number in the region
 * @n_pages: of the region
 * @ret_end: first page after the run, at most @n_pages
 * Return: the state of its pages.
 */
PageState region_pages_find(const RegionPages *pages, size_t page, size_t n_pages, size_t *ret_end);

/**
 * region_pages_reserve() - have the room for one change
 * Return: false if there is no memory. The next region_pages_change() cannot fail then.
 */
bool region_pages_reserve(RegionPages *pages);

/**
 * region_pages_change() - change the state of the pages from @first up to @end
 * @n_pages: of the region
 * @clear:   bits that go
 * @set:     bits that come
 */
void region_pages_change(RegionPages *pages,
                size_t n_pages,
                size_t first,
                size_t end,
                PageState clear,
                PageState set);

/**
 * region_pages_copy_tail() - what is known of the pages from @first on
 * @n_pages: of the region
 * @tail:    initialised; gets it, counted from 0
 * Return: false if there is no memory.
 */
bool region_pages_copy_tail(
                const RegionPages *pages, size_t n_pages, size_t first, RegionPages *tail);
