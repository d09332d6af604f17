#pragma once

/*
 * Memory of the process's own
 *
 * Regions of it: made, given memory, and ended, whole or in part. What is reserved is a mapping
 * that nobody may touch, so that Linux counts no memory for it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"
#include "region-place.h"

/* What stays of the protection that a region is made with. */
#define PRIVATE_MEMORY_KEPT (PAGE_STATE_PROTECTION | PAGE_NOCACHE)

/* Whether private memory may be made with a protection: as private_memory_reserve(). */
NTSTATUS private_memory_check(ULONG protection);

/**
 * private_memory_reserve() - make a region
 * @size:       in whole pages, not 0
 * @protection: valid; what all pages have if @commit, and what the region is reported with
 * @ret_base:   where it is
 * Return: STATUS_SUCCESS; STATUS_INVALID_PAGE_PROTECTION (copy-on-write); STATUS_NOT_SUPPORTED
 * (PAGE_GUARD without fault recovery); STATUS_CONFLICTING_ADDRESSES (the place is taken);
 * STATUS_NO_MEMORY (there is no place); STATUS_COMMITMENT_LIMIT (Linux has not so much memory);
 * STATUS_INSUFFICIENT_RESOURCES (the process has too many mappings).
 */
NTSTATUS private_memory_reserve(const RegionPlace *place,
                size_t size,
                ULONG protection,
                bool commit,
                uintptr_t *ret_base);

/**
 * memory_reset() - what is in the whole pages of @size bytes at @base need not be kept
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES (not all in one region).
 */
NTSTATUS memory_reset(uintptr_t base, size_t size);

/**
 * private_memory_free() - take memory away, or end the region
 * @first:   page's address
 * @end:     address after the last page; @first for all of the region
 * @release: end the region, or the part of it
 * @ret_end: address after the last page that was freed
 * Return: STATUS_SUCCESS; STATUS_MEMORY_NOT_ALLOCATED (no region); STATUS_UNABLE_TO_FREE_VM (it
 * ends before @end); STATUS_INVALID_PARAMETER (a view); STATUS_FREE_VM_NOT_AT_BASE (all of it, but
 * it does not begin at @first); STATUS_NOT_SUPPORTED (a part of a region of large pages, or
 * decommitting it); STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS private_memory_free(uintptr_t first, uintptr_t end, bool release, uintptr_t *ret_end);

/**
 * private_memory_check_free() - whether a range can be freed; the regions are locked
 * @region: that @first is in, or NULL
 * @end:    becomes the region's end where it is @first
 * Return: STATUS_SUCCESS, or why not: as private_memory_free().
 */
NTSTATUS private_memory_check_free(const Region *region, uintptr_t first, uintptr_t *end);
