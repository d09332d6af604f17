#pragma once

/*
 * Views
 *
 * The views that this process has of sections: regions that are not its own memory.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "ntdef.h"
#include "ntmmapi.h"
#include "region-place.h"
#include "region.h"

/* What a view is to be. */
typedef struct ViewWish {
        RegionPlace place;
        RegionKind kind; /* not REGION_PRIVATE */
        size_t size;     /* in whole pages, not 0 */
        uint64_t offset;
        ULONG protection; /* valid, and allowed by section and handle */
        ULONG allocation_type;
        SECTION_INHERIT inherit;
        const Client *client; /* the attachment that knows the grant, or NULL */
        uint32_t slot;        /* which the caller keeps from ending */
        uint32_t tag;
        FileIdentity file; /* for views of files */

        /* Of images: what it is, and the parts that views share, or -1 if there are none. */
        const struct SectionImage *image;
        int shared_fd;

        uint64_t section_pages; /* of a reserved section; 0: it is none */
        int commit_fd;          /* its bits of those that are committed */
        bool replaces;          /* a placeholder, exactly (placeholder.h) */
        bool large;             /* its pages are LARGE_PAGE_SIZE */
} ViewWish;

/**
 * views_map() - make a view
 * @fd:       the section's memory
 * @ret_base: where it is
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES (@place is taken, or no placeholder has it),
 * STATUS_NO_MEMORY,
 * STATUS_INSUFFICIENT_RESOURCES (the process has too many mappings), STATUS_ACCESS_DENIED if the
 * kernel refuses the protection.
 */
NTSTATUS views_map(int fd, const ViewWish *wish, uintptr_t *ret_base);

/**
 * views_unmap() - end the view that @address is in
 * @client: the attachment that there is now, or NULL
 *
 * If it was the last that kept a file bound, the daemon has heard of it.
 *
 * Return: STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW, STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS views_unmap(uintptr_t address, const Client *client);

/**
 * views_preserve() - the same, and make the placeholder that it took the place of again
 * Return: as views_unmap(); STATUS_CONFLICTING_ADDRESSES if it took the place of none.
 */
NTSTATUS views_preserve(uintptr_t address, const Client *client);

/* How many there are. */
size_t views_count(void);
