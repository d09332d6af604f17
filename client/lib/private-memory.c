#include "private-memory.h"

#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "fault.h"
#include "ntstatus.h"
#include "region-protect.h"
#include "region.h"

NTSTATUS private_memory_check(ULONG protection) {
        if (protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY))
                return STATUS_INVALID_PAGE_PROTECTION;
        if (protection & PAGE_GUARD && !fault_recovery_is_on())
                return STATUS_NOT_SUPPORTED;
        return STATUS_SUCCESS;
}

/* If there is a place, but not the memory, then it is the memory that is short. */
static NTSTATUS shortage(const RegionPlace *place, const RegionMapping *mapping) {
        RegionMapping reserved = *mapping;
        uintptr_t base;
        NTSTATUS status;

        reserved.protection = PROT_NONE;
        status = region_place_map(place, &reserved, &base);
        if (!NT_SUCCESS(status))
                return status;
        munmap((void *) base, mapping->size);
        return STATUS_COMMITMENT_LIMIT;
}

static NTSTATUS
region_make(Region *region, const RegionPlace *place, size_t size, ULONG protection, bool commit) {
        PageState state = commit ? protection & PAGE_STATE_PROTECTION : 0;
        RegionMapping mapping = {
                .fd = -1,
                .size = size,
                .protection = region_kernel_protection(state),
                .flags = MAP_PRIVATE | MAP_ANONYMOUS,
        };
        uintptr_t base;
        NTSTATUS status;

        status = region_place_map(place, &mapping, &base);
        if (status == STATUS_NO_MEMORY && commit)
                status = shortage(place, &mapping);
        if (!NT_SUCCESS(status))
                return status;
        region->kind = REGION_PRIVATE;
        region->node.base = base;
        region->node.size = size;
        region->protection = protection & PRIVATE_MEMORY_KEPT;
        region->inherit = ViewShare;
        region_pages_init(&region->pages, state);
        return STATUS_SUCCESS;
}

NTSTATUS private_memory_reserve(const RegionPlace *place,
                size_t size,
                ULONG protection,
                bool commit,
                uintptr_t *ret_base) {
        NTSTATUS status = private_memory_check(protection);
        Region *region;

        if (!NT_SUCCESS(status))
                return status;
        regions_lock();
        region = region_new();
        status = region ? region_make(region, place, size, protection, commit)
                        : address_space_shortage();
        if (NT_SUCCESS(status)) {
                region_add(region);
                *ret_base = region->node.base;
        } else if (region) {
                region_free(region);
        }
        regions_unlock();
        return status;
}

/* The region that all of the range is in, or NULL. */
static Region *region_around(uintptr_t first, uintptr_t end) {
        Region *region = region_find(first);

        return region && end <= region_end(region) ? region : NULL;
}

/*
 * Linux takes pages back when it is short of memory, and leaves alone what is written to before.
 * That there is something that it cannot do so with, locked pages, is no failure.
 */
NTSTATUS memory_reset(uintptr_t base, size_t size) {
        uintptr_t first = region_page_up(base), end = region_page_down(base + size);
        NTSTATUS status = STATUS_CONFLICTING_ADDRESSES;
        Region *region;

        regions_lock();
        region = region_around(base, base + size);
        if (region) {
                status = STATUS_SUCCESS;
                if (!region_is_view(region) && first < end)
                        madvise((void *) first, end - first, MADV_FREE);
        }
        regions_unlock();
        return status;
}

/* The memory goes, and with it what was in it, its locks and what Linux counts for it. */
static NTSTATUS region_decommit(Region *region, uintptr_t first, uintptr_t end) {
        if (!region_pages_reserve(&region->pages))
                return address_space_shortage();
        if (mmap((void *) first, end - first, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
                            -1, 0) == MAP_FAILED)
                return address_space_status(errno, STATUS_NO_MEMORY);
        region_pages_change(&region->pages, region_page_count(region),
                        region_page_of(region, first), region_page_of(region, end), UINT16_MAX, 0);
        return STATUS_SUCCESS;
}

/* What comes after the released part, as a region of its own, not there yet. */
static NTSTATUS tail_make(const Region *region, uintptr_t first, Region **ret_tail) {
        Region *tail = region_new();

        if (!tail)
                return address_space_shortage();
        if (!region_pages_copy_tail(&region->pages, region_page_count(region),
                            region_page_of(region, first), &tail->pages)) {
                region_free(tail);
                return address_space_shortage();
        }
        tail->kind = region->kind;
        tail->node.base = first;
        tail->node.size = region_end(region) - first;
        tail->protection = region->protection;
        tail->inherit = region->inherit;
        tail->placeholder = region->placeholder;
        tail->locked = region->locked;
        *ret_tail = tail;
        return STATUS_SUCCESS;
}

/* Ends the part of @region from @first to @end; what follows becomes a region of its own. */
static NTSTATUS region_release(Region *region, uintptr_t first, uintptr_t end) {
        size_t size = region->node.size;
        Region *tail = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (end < region_end(region))
                status = tail_make(region, end, &tail);
        if (!NT_SUCCESS(status))
                return status;

        region->node.size = first > region->node.base ? first - region->node.base : end - first;
        if (first > region->node.base) {
                if (munmap((void *) first, end - first) < 0)
                        status = STATUS_INSUFFICIENT_RESOURCES;
        } else {
                status = region_remove(region);
                if (NT_SUCCESS(status))
                        region_free(region);
        }

        if (!NT_SUCCESS(status)) {
                region->node.size = size;
                if (tail)
                        region_free(tail);
        } else if (tail) {
                region_add(tail);
        }
        return status;
}

NTSTATUS private_memory_check_free(const Region *region, uintptr_t first, uintptr_t *end) {
        bool all = *end == first;

        if (!region)
                return STATUS_MEMORY_NOT_ALLOCATED;
        if (all)
                *end = region_end(region);
        if (*end > region_end(region))
                return STATUS_UNABLE_TO_FREE_VM;
        if (region_is_view(region))
                return STATUS_INVALID_PARAMETER;
        return all && first != region->node.base ? STATUS_FREE_VM_NOT_AT_BASE : STATUS_SUCCESS;
}

/* Large pages come and go with all of their region, as on Windows. */
static NTSTATUS region_free_part(Region *region, uintptr_t first, uintptr_t end, bool release) {
        if (region->large && (!release || first != region->node.base || end != region_end(region)))
                return STATUS_NOT_SUPPORTED;
        return release ? region_release(region, first, end) : region_decommit(region, first, end);
}

NTSTATUS private_memory_free(uintptr_t first, uintptr_t end, bool release, uintptr_t *ret_end) {
        NTSTATUS status;
        Region *region;

        regions_lock();
        region = region_find(first);
        status = private_memory_check_free(region, first, &end);
        if (NT_SUCCESS(status))
                status = region_free_part(region, first, end, release);
        if (NT_SUCCESS(status))
                *ret_end = end;
        regions_unlock();
        return status;
}
