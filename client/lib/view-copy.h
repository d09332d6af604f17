#pragma once

/*
 * Copy-on-write in views for writing
 *
 * A view for writing shows the section's own memory. Pages of it that are to be copied when they
 * are written to need another mapping, and so the section's memory at hand; so do those that were
 * not copied, when they are to be the section's again. The regions are locked.
 */

#include <stdbool.h>

#include "region.h"

/**
 * view_copy_needs_section() - whether the pages need other mappings for a protection
 * @protection: that the view may have
 */
bool view_copy_needs_section(const Region *view, size_t first, size_t end, ULONG protection);

/**
 * view_copy_remap() - give the pages the mappings that they need for a protection
 * @fd: the section's memory
 *
 * Locks of the pages end. Return: STATUS_SUCCESS, and what they need the section for is done;
 * STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES, STATUS_COMMITMENT_LIMIT, STATUS_ACCESS_DENIED:
 * the pages show what they did, and can be read only.
 */
NTSTATUS view_copy_remap(Region *view, size_t first, size_t end, ULONG protection, int fd);
