#pragma once

/*
 * Views
 *
 * The views that this process has of sections. They belong to the process alone: no message is sent
 * for them, they outlive handles, objects and the daemon. All are in one ordered tree, behind one
 * mutex.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "ntdef.h"
#include "ntmmapi.h"

#define VIEW_GRANULARITY 0x10000ull
#define VIEW_PAGE_SIZE   4096ull

/* Where a view may be. */
typedef struct ViewPlace {
        uintptr_t base;    /* exactly there, a multiple of VIEW_GRANULARITY; 0: anywhere */
        uintptr_t highest; /* that the last byte may have; 0: no limit */
        bool top_down;
} ViewPlace;

/* What a view is to be. */
typedef struct ViewWish {
        ViewPlace place;
        size_t size; /* in whole pages, not 0 */
        uint64_t offset;
        ULONG protection; /* valid, and allowed by section and handle */
        ULONG allocation_type;
        SECTION_INHERIT inherit;
        ProcessPage *page; /* where the grant counts its views, or NULL */
        uint32_t slot;
        uint32_t tag;
} ViewWish;

/**
 * views_map() - make a view
 * @fd:       the section's memory
 * @ret_base: where it is
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES (@place is taken), STATUS_NO_MEMORY,
 * STATUS_ACCESS_DENIED if the kernel refuses the protection.
 */
NTSTATUS views_map(int fd, const ViewWish *wish, uintptr_t *ret_base);

/**
 * views_unmap() - end the view that @address is in
 * @page: the process's page, or NULL if it has none now
 * Return: STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW, STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS views_unmap(uintptr_t address, ProcessPage *page);

/* How many there are. */
size_t views_count(void);

/*
 * In a child of fork(), before anything else here: no other thread exists, and views that were
 * mapped ViewUnmap do not either.
 */
void views_after_fork(void);
