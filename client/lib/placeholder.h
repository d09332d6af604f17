#pragma once

/*
 * Placeholders
 *
 * Reserved memory whose place is kept for something that comes later: private memory or a view
 * takes it exactly, and nobody else gets in between, since the memory is exchanged in one step. It
 * can be split into several, and several made into one. What took a placeholder's place can become
 * one again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"
#include "region-place.h"

/**
 * placeholder_reserve() - make one
 * @size: in whole pages, not 0
 * Return: as private_memory_reserve().
 */
NTSTATUS placeholder_reserve(const RegionPlace *place, size_t size, uintptr_t *ret_base);

/**
 * placeholder_replace() - put private memory in the place of one
 * @base:       of the placeholder
 * @size:       its size
 * @protection: valid; what all pages have if @commit, and what the region is reported with
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES if no placeholder has base and size;
 * otherwise as private_memory_reserve().
 */
NTSTATUS
placeholder_replace(uintptr_t base, size_t size, ULONG protection, bool commit);

/**
 * placeholder_preserve() - split a placeholder, or make one of the private memory in its place
 * @first: page's address
 * @end:   address after the last page: less than all of a placeholder, or all of what took the
 *         place of one; @first for all of the region
 * @ret_end: address after the last page
 * Return: STATUS_SUCCESS; STATUS_MEMORY_NOT_ALLOCATED (no region); STATUS_UNABLE_TO_FREE_VM (it
 * ends before @end); STATUS_INVALID_PARAMETER (a view); STATUS_FREE_VM_NOT_AT_BASE (all of it, but
 * it does not begin at @first); STATUS_CONFLICTING_ADDRESSES (neither of both, or all of a
 * placeholder); STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS placeholder_preserve(uintptr_t first, uintptr_t end, uintptr_t *ret_end);

/**
 * placeholder_coalesce() - make one of several
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES if the range is not two placeholders or
 * more, without a gap and whole.
 */
NTSTATUS placeholder_coalesce(uintptr_t first, uintptr_t end);

/* All below: the regions are locked. */

/**
 * placeholder_take() - map in the place of a placeholder, which is gone then
 * @base:    of the placeholder
 * @mapping: as large as it is
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES if no placeholder has base and size; and it
 * is what it was: STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES, STATUS_ACCESS_DENIED.
 */
NTSTATUS placeholder_take(uintptr_t base, const RegionMapping *mapping);

/**
 * placeholder_restore() - make one of a region that took its place
 * Return: STATUS_SUCCESS, and the region is the placeholder; STATUS_NO_MEMORY,
 * STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS placeholder_restore(Region *region);
