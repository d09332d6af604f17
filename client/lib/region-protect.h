#pragma once

/*
 * Protection of regions
 *
 * What the pages of a region may become, and what they are. Guard pages are kept by fault recovery:
 * Linux lets nobody touch them, and the first fault at one gives it its protection.
 */

#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"
#include "region.h"

/**
 * region_check_protection() - whether committed pages may have a protection
 * @protection: valid; modifiers other than PAGE_GUARD are not looked at
 * Return: STATUS_SUCCESS; STATUS_INVALID_PAGE_PROTECTION (copy-on-write private memory, more than
 * the view was mapped for, SEC_NO_CHANGE); STATUS_SECTION_PROTECTION (a view that nobody may
 * touch); STATUS_NOT_SUPPORTED (PAGE_GUARD without fault recovery).
 */
NTSTATUS region_check_protection(const Region *region, ULONG protection);

/**
 * region_change_protection() - what NtProtectVirtualMemory() does to committed pages, and
 * MEM_COMMIT to a view
 * @first:      page
 * @end:        the page after the last
 * @protection: valid; modifiers other than PAGE_GUARD are not looked at
 * Return: STATUS_SUCCESS; as region_check_protection(); STATUS_NOT_SUPPORTED (what
 * view_copy_needs_section()); as region_protect().
 */
NTSTATUS
region_change_protection(Region *region, size_t first, size_t end, ULONG protection);

/* Whether pages are all committed: @first, and those up to @end. */
bool region_is_committed(const Region *region, size_t first, size_t end);

/**
 * region_page_protection() - what NtQueryVirtualMemory() says of a page; 0 if it is not committed
 * @page:    number in the region
 * @ret_end: first page after it whose protection is another
 *
 * A page of a copy-on-write view that has been written to is the view's own, and can be written.
 */
ULONG region_page_protection(const Region *region, size_t page, size_t *ret_end);

/* What a fault was about. */
typedef enum GuardFault {
        GUARD_FAULT_NONE,  /* not about a guard page */
        GUARD_FAULT_FIRST, /* the first access to one, whose guard has ended */
        GUARD_FAULT_LATE,  /* another thread's was the first meanwhile: the access is to be repeated
                            */
} GuardFault;

/**
 * region_guard_fault() - in a signal handler: end the guard of a page
 * @address: at which there was a fault
 * @access:  Linux's PROT_ flag for what was tried
 */
GuardFault region_guard_fault(uintptr_t address, int access);
