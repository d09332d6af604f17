#include "large-memory.h"

#include <linux/mman.h>
#include <sys/mman.h>

#include "ntstatus.h"
#include "private-memory.h"
#include "section-rules.h"

static NTSTATUS large_map(
                const RegionPlace *place, size_t size, ULONG protection, uintptr_t *ret_base) {
        RegionPlace aligned = *place;
        RegionMapping mapping = {
                .fd = -1,
                .size = size,
                .protection = region_kernel_protection((PageState) protection),
                .flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB,
        };
        NTSTATUS status;

        if (aligned.alignment < LARGE_PAGE_SIZE)
                aligned.alignment = LARGE_PAGE_SIZE;
        status = region_place_map(&aligned, &mapping, ret_base);

        /* Linux may have no large pages at all, which it says in several ways. */
        if (NT_SUCCESS(status) || status == STATUS_CONFLICTING_ADDRESSES)
                return status;
        return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS large_memory_new(
                const RegionPlace *place, size_t size, ULONG protection, uintptr_t *ret_base) {
        NTSTATUS status = private_memory_check(protection);
        Region *region;

        if (!NT_SUCCESS(status))
                return status;
        regions_lock();
        region = region_new();
        status = region ? large_map(place, size, protection, ret_base) : STATUS_NO_MEMORY;
        if (NT_SUCCESS(status)) {
                region->kind = REGION_PRIVATE;
                region->node.base = *ret_base;
                region->node.size = size;
                region->protection = protection & PRIVATE_MEMORY_KEPT;
                region->inherit = ViewShare;
                region->large = true;
                region_pages_init(&region->pages, protection & PAGE_STATE_PROTECTION);
                region_add(region);
        } else if (region) {
                region_free(region);
        }
        regions_unlock();
        return status;
}
