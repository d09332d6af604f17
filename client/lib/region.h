#pragma once

/*
 * Regions
 *
 * The parts of the address space that this process got from us: memory of its own, and views of
 * sections. They belong to the process alone: no message is sent for them, they outlive handles,
 * objects and the daemon. All are in one ordered tree, behind one mutex. All functions but
 * those that lock and unlock it, and the last one, are called with it held.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "descriptor.h"
#include "ntdef.h"
#include "ntmmapi.h"
#include "region-pages.h"
#include "region-tree.h"
#include "view-commit.h"

#define REGION_GRANULARITY 0x10000ull
#define REGION_PAGE_SIZE   4096ull

typedef enum RegionKind {
        REGION_PRIVATE,
        REGION_PAGE_FILE, /* views: of a section without a file, */
        REGION_DATA_FILE, /* of one with a file, */
        REGION_IMAGE,     /* and of one that is a program's */
} RegionKind;

typedef struct Region {
        RegionNode node; /* first: the tree hands it back */
        RegionKind kind;
        ULONG protection; /* that it was made with; modifiers hold for all of its pages */
        ULONG allocation_type;
        RegionPages pages;

        /* Of views. */
        SECTION_INHERIT inherit;
        uint64_t offset;
        uint64_t serial; /* of the attachment that knows the grant; 0: none */
        uint32_t slot;
        uint32_t tag;
        FileIdentity file; /* of views of files */
        size_t image_size; /* of images: of all of it, whatever the view shows */

        ViewCommit commit;

        bool placeholder; /* reserved, for private memory or a view to take its place
                             (placeholder.h) */
        bool replaced;    /* was in the place of a placeholder, and can become one again */
        bool large;       /* its pages are LARGE_PAGE_SIZE */
        bool locked;      /* some pages may be */
        _Atomic bool mapped;
        struct Region *next_free;
} Region;

void regions_lock(void);
void regions_unlock(void);

/* The same for a signal handler. Return: false if the thread that it interrupts has the lock. */
bool regions_lock_in_handler(void);

/*
 * Over a fork() the lock is held, so that nobody's view is half made in the child, and memory left
 * there that should not be. The thread that forks may lock and unlock as always meanwhile.
 */
void regions_before_fork(void);
void regions_after_fork_in_parent(void);

/* Where memory is likely to be free, for @size bytes, or 0: programs map and unmap in turns. */
uintptr_t regions_free_place(size_t size);

/* One that is not there yet, all zero but for its pages; NULL without memory. */
Region *region_new(void);

/* Gives back one that is not there, or not any more. */
void region_free(Region *region);

/* It is there, its memory mapped. */
void region_add(Region *region);

/**
 * region_remove() - it is not there any more, and nor is its memory
 * Return: STATUS_SUCCESS, and the caller frees it; STATUS_INSUFFICIENT_RESOURCES if Linux cannot
 * split its mapping: nothing has changed.
 */
NTSTATUS region_remove(Region *region);

/* It is not there any more, but its memory is, and is another region's from now on. */
void region_forget(Region *region);

/* The region that @address is in, or NULL. */
Region *region_find(uintptr_t address);

/* The first region that begins at @address or above; the last that begins below it; or NULL. */
Region *region_next(uintptr_t address);
Region *region_before(uintptr_t address);

/* Where the page of @at begins; and the first one that begins there or above. */
static inline uint64_t region_page_down(uint64_t at) {
        return at & ~(REGION_PAGE_SIZE - 1);
}

static inline uint64_t region_page_up(uint64_t at) {
        return region_page_down(at + REGION_PAGE_SIZE - 1);
}

static inline bool region_is_view(const Region *region) {
        return region->kind != REGION_PRIVATE;
}

/* Whether it is a view of a file: processes agree on what may be done to such files (view-bond.h).
 */
static inline bool region_is_of_file(const Region *region) {
        return region->kind == REGION_DATA_FILE || region->kind == REGION_IMAGE;
}

static inline uintptr_t region_end(const Region *region) {
        return region->node.base + region->node.size;
}

static inline size_t region_page_count(const Region *region) {
        return region->node.size / REGION_PAGE_SIZE;
}

/* The number in its region that the page of @address has. */
static inline size_t region_page_of(const Region *region, uintptr_t address) {
        return (address - region->node.base) / REGION_PAGE_SIZE;
}

/**
 * region_protect() - give pages another state, and the memory the protection for it
 * @first: page
 * @end:   the page after the last
 * @state: PageState without PAGE_IS_ bits, which stay; not 0
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES (the process has too many
 * mappings), STATUS_COMMITMENT_LIMIT, STATUS_ACCESS_DENIED (not executable here),
 * STATUS_NOT_SUPPORTED (a part of a large page): nothing has changed.
 */
NTSTATUS region_protect(Region *region, size_t first, size_t end, PageState state);

/* Linux's protection for pages in @state. */
int region_kernel_protection(PageState state);

/* Views that there are. */
size_t regions_count_views(void);

/*
 * In a child of fork(), before anything else here: no other thread exists, and views that were
 * mapped ViewUnmap do not either.
 */
void regions_after_fork(void);
