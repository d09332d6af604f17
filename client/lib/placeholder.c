#include "placeholder.h"

#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "fault.h"
#include "ntstatus.h"
#include "private-memory.h"

/* What a placeholder is for Linux: nobody may touch it, and no memory is counted for it. */
static const RegionMapping nothing = {
        .fd = -1,
        .protection = PROT_NONE,
        .flags = MAP_PRIVATE | MAP_ANONYMOUS,
};

static void placeholder_init(Region *region, uintptr_t base, size_t size) {
        region->kind = REGION_PRIVATE;
        region->node.base = base;
        region->node.size = size;
        region->protection = PAGE_NOACCESS;
        region->inherit = ViewShare;
        region->placeholder = true;
        region_pages_init(&region->pages, 0);
}

NTSTATUS placeholder_reserve(const RegionPlace *place, size_t size, uintptr_t *ret_base) {
        RegionMapping mapping = nothing;
        NTSTATUS status = STATUS_NO_MEMORY;
        Region *region;

        mapping.size = size;
        regions_lock();
        region = region_new();
        if (region)
                status = region_place_map(place, &mapping, ret_base);
        if (NT_SUCCESS(status)) {
                placeholder_init(region, *ret_base, size);
                region_add(region);
        } else if (region) {
                region_free(region);
        }
        regions_unlock();
        return status;
}

/* The placeholder that has base and size, or NULL. */
static Region *placeholder_find(uintptr_t base, size_t size) {
        Region *region = region_find(base);

        if (!region || !region->placeholder || region->node.base != base ||
                        region->node.size != size)
                return NULL;
        return region;
}

/*
 * Nothing has been mapped here that anybody could have written to, so that other protection is all
 * it takes; unlike another mapping, it fails without having done anything.
 */
NTSTATUS placeholder_replace(uintptr_t base, size_t size, ULONG protection, bool commit) {
        PageState state = commit ? protection & PAGE_STATE_PROTECTION : 0;
        NTSTATUS status = private_memory_check(protection);
        Region *region;

        if (!NT_SUCCESS(status))
                return status;
        regions_lock();
        region = placeholder_find(base, size);
        if (!region)
                status = STATUS_CONFLICTING_ADDRESSES;
        else if (commit)
                status = region_protect(region, 0, region_page_count(region), state);
        if (NT_SUCCESS(status)) {
                region->protection = protection & PRIVATE_MEMORY_KEPT;
                region->placeholder = false;
                region->replaced = true;
        }
        regions_unlock();
        return status;
}

/* Linux may have given up what was there before it says that it has no room for the other. */
NTSTATUS placeholder_take(uintptr_t base, const RegionMapping *mapping) {
        Region *region = placeholder_find(base, mapping->size);
        void *at = (void *) base;
        int error;

        if (!region)
                return STATUS_CONFLICTING_ADDRESSES;
        if (mmap(at, mapping->size, mapping->protection, mapping->flags | MAP_FIXED, mapping->fd,
                            mapping->offset) != MAP_FAILED) {
                region_forget(region);
                region_free(region);
                return STATUS_SUCCESS;
        }
        error = errno;
        mmap(at, mapping->size, nothing.protection, nothing.flags | MAP_FIXED_NOREPLACE, -1, 0);
        return address_space_status(error, STATUS_NO_MEMORY);
}

NTSTATUS placeholder_restore(Region *region) {
        uintptr_t base = region->node.base;
        size_t size = region->node.size;

        if (mmap((void *) base, size, nothing.protection, nothing.flags | MAP_FIXED, -1, 0) ==
                        MAP_FAILED)
                return address_space_status(errno, STATUS_NO_MEMORY);
        region_forget(region);
        region_pages_clear(&region->pages);
        view_commit_clear(&region->commit);
        region->allocation_type = 0;
        region->replaced = false;
        region->locked = false;
        placeholder_init(region, base, size);
        region_add(region);
        return STATUS_SUCCESS;
}

/* Three at most: what is before the range, the range, and what is behind it. */
static NTSTATUS placeholder_split(Region *region, uintptr_t first, uintptr_t end) {
        uintptr_t base = region->node.base, stop = region_end(region);
        Region *tail = NULL, *middle = NULL;

        if (first == base && end == stop)
                return STATUS_CONFLICTING_ADDRESSES;
        if (end < stop) {
                tail = region_new();
                if (!tail)
                        return STATUS_NO_MEMORY;
        }
        if (first > base) {
                middle = region_new();
                if (!middle) {
                        if (tail)
                                region_free(tail);
                        return STATUS_NO_MEMORY;
                }
        }

        region->node.size = (middle ? first : end) - base;
        if (middle) {
                placeholder_init(middle, first, end - first);
                region_add(middle);
        }
        if (tail) {
                placeholder_init(tail, end, stop - end);
                region_add(tail);
        }
        return STATUS_SUCCESS;
}

static NTSTATUS region_preserve(Region *region, uintptr_t first, uintptr_t end) {
        if (region->placeholder)
                return placeholder_split(region, first, end);
        if (!region->replaced || first != region->node.base || end != region_end(region))
                return STATUS_CONFLICTING_ADDRESSES;
        return placeholder_restore(region);
}

NTSTATUS placeholder_preserve(uintptr_t first, uintptr_t end, uintptr_t *ret_end) {
        NTSTATUS status;
        Region *region;

        regions_lock();
        region = region_find(first);
        status = private_memory_check_free(region, first, &end);
        if (NT_SUCCESS(status))
                status = region_preserve(region, first, end);
        if (NT_SUCCESS(status))
                *ret_end = end;
        regions_unlock();
        return status;
}

/* Whether there are two or more, which fill the range. */
static bool placeholders_fill(uintptr_t first, uintptr_t end) {
        const Region *region = region_find(first);
        size_t n = 0;

        if (!region || region->node.base != first)
                return false;
        for (; region && region->placeholder && region_end(region) <= end; n++) {
                if (region_end(region) == end)
                        return n > 0;
                region = region_find(region_end(region));
        }
        return false;
}

NTSTATUS placeholder_coalesce(uintptr_t first, uintptr_t end) {
        NTSTATUS status = STATUS_CONFLICTING_ADDRESSES;
        Region *region;

        regions_lock();
        if (placeholders_fill(first, end)) {
                region = region_find(first);
                while (region_end(region) < end) {
                        Region *next = region_find(region_end(region));

                        region_forget(next);
                        region->node.size += next->node.size;
                        region_free(next);
                }
                status = STATUS_SUCCESS;
        }
        regions_unlock();
        return status;
}
