#include "memory-commit.h"

#include "ntstatus.h"
#include "region-protect.h"
#include "region.h"
#include "view-protect.h"

/* What stands in the way of it, the regions being locked. */
static NTSTATUS commit_check(const Region *region, uintptr_t end, ULONG protection) {
        if (!region || end > region_end(region) || region->placeholder)
                return STATUS_CONFLICTING_ADDRESSES;
        if (region->kind == REGION_DATA_FILE || region->kind == REGION_IMAGE)
                return STATUS_ALREADY_COMMITTED;
        return region_check_protection(region, protection);
}

NTSTATUS memory_commit(const Client *client, uintptr_t first, uintptr_t end, ULONG protection) {
        bool is_view = false;
        NTSTATUS status;
        Region *region;
        ULONG old;

        protection &= PAGE_STATE_PROTECTION;
        regions_lock();
        region = region_find(first);
        status = commit_check(region, end, protection);
        if (NT_SUCCESS(status)) {
                is_view = region_is_view(region);
                status = is_view ? view_commit_pages(client, first, end)
                                 : region_change_protection(region, region_page_of(region, first),
                                                   region_page_of(region, end), protection);
        }
        regions_unlock();
        return NT_SUCCESS(status) && is_view ? view_protect(client, first, end, protection, &old)
                                             : status;
}
