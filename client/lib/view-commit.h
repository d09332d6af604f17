#pragma once

/*
 * Committed pages of views
 *
 * A view of a reserved section shares with all others which pages are committed (commit-bitmap.h).
 * What a page of the region is said to be is what it will be once it is committed, here or in
 * another process. The memory can be touched all the same: Linux does not know of it.
 *
 * All functions but the first two are called with the regions locked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "commit-bitmap.h"
#include "ntdef.h"

typedef struct Client Client;
typedef struct Region Region;

typedef struct ViewCommit {
        CommitBitmap bitmap; /* without words: all pages are committed */
        bool is_ours;        /* to write */
} ViewCommit;

/**
 * view_commit_map() - share the bits of a section
 * @commit:  without any
 * @fd:      where they are
 * @n_pages: of the section
 * Return: STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES (too many mappings), STATUS_NO_MEMORY.
 */
NTSTATUS view_commit_map(ViewCommit *commit, int fd, uint64_t n_pages);

/* Gives them up. Nothing happens where there are none. */
void view_commit_clear(ViewCommit *commit);

/**
 * view_commit_find() - whether a page is committed, as far as its section has to say
 * @page:    of the region
 * @ret_end: the first page after it for which it is otherwise, at most the region's end
 */
bool view_commit_find(const Region *region, size_t page, size_t *ret_end);

/* Whether all of the pages are, which are one or more. */
static inline bool view_commit_is_all(const Region *region, size_t first, size_t end) {
        size_t stop;

        return view_commit_find(region, first, &stop) && stop >= end;
}

/**
 * view_commit_pages() - commit the pages from @first to @end of a region in its section
 * @client: or NULL, where there is no attachment
 *
 * Where the process may not write to the section, the daemon is told, and the regions are not
 * locked meanwhile: the region may be another afterwards, or gone.
 *
 * Return: STATUS_SUCCESS; STATUS_NOT_SUPPORTED if the daemon has to be told, and the grant that the
 * view was made with is over; what the daemon says.
 */
NTSTATUS view_commit_pages(const Client *client, uintptr_t first, uintptr_t end);
