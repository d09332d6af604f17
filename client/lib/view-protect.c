#include "view-protect.h"

#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "address-space.h"
#include "grant-word.h"
#include "handle.h"
#include "ntstatus.h"
#include "region-protect.h"
#include "section-memory.h"
#include "view-copy.h"

/* The regions are locked. */
static NTSTATUS region_protect_range(
                Region *region, uintptr_t first, uintptr_t end, ULONG protection, ULONG *ret_old) {
        size_t first_page = region_page_of(region, first), end_page = region_page_of(region, end);
        size_t stop;
        ULONG old;
        NTSTATUS status;

        if (end > region_end(region))
                return STATUS_CONFLICTING_ADDRESSES;
        if (region_is_view(region) && protection & (PAGE_NOCACHE | PAGE_WRITECOMBINE))
                return STATUS_INVALID_PARAMETER_4;
        if (!region_is_committed(region, first_page, end_page))
                return region_is_view(region) ? STATUS_SECTION_PROTECTION : STATUS_NOT_COMMITTED;
        old = region_page_protection(region, first_page, &stop);
        status = region_change_protection(region, first_page, end_page, protection);
        if (NT_SUCCESS(status))
                *ret_old = old;
        return status;
}

/* Memory that is none of ours, and so private: the program's code, heap and stack. */
static NTSTATUS foreign_protect(uintptr_t first, uintptr_t end, ULONG protection, ULONG *ret_old) {
        Region *next = region_next(first);
        ULONG old;

        if (next && next->node.base < end)
                return STATUS_CONFLICTING_ADDRESSES;
        if (!address_space_is_mapped(first, end, &old))
                return STATUS_CONFLICTING_ADDRESSES;
        if (protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY))
                return STATUS_INVALID_PAGE_PROTECTION;
        if (protection & PAGE_GUARD)
                return STATUS_NOT_SUPPORTED;
        if (mprotect((void *) first, end - first, address_space_protection(protection)) < 0)
                return address_space_status(errno, STATUS_COMMITMENT_LIMIT);
        *ret_old = old;
        return STATUS_SUCCESS;
}

/* A change of protection, and what it needs to be made. */
typedef struct Change {
        uintptr_t first;
        uintptr_t end;
        ULONG protection;
        ULONG old;
        uint64_t serial; /* the grant of the section that it needs, and who knows it */
        uint32_t slot;
        uint32_t tag;
} Change;

/* Whether the section has to be at hand. The regions are locked. */
static bool section_is_needed(Change *change, const Region *region) {
        if (!region || !region_is_view(region) || change->end > region_end(region) ||
                        change->protection & (PAGE_NOCACHE | PAGE_WRITECOMBINE) ||
                        !NT_SUCCESS(region_check_protection(region, change->protection)) ||
                        !region_is_committed(region, region_page_of(region, change->first),
                                        region_page_of(region, change->end)) ||
                        !view_copy_needs_section(region, region_page_of(region, change->first),
                                        region_page_of(region, change->end), change->protection))
                return false;
        change->serial = region->serial;
        change->slot = region->slot;
        change->tag = region->tag;
        return true;
}

static NTSTATUS change_make(Change *change, Region *region) {
        if (!region)
                return foreign_protect(
                                change->first, change->end, change->protection, &change->old);
        return region_protect_range(
                        region, change->first, change->end, change->protection, &change->old);
}

/* The view may be another by now, or none. */
static NTSTATUS change_with_section(int fd, void *context) {
        Change *change = context, now = *change;
        NTSTATUS status = STATUS_CONFLICTING_ADDRESSES;
        Region *region;

        regions_lock();
        region = region_find(change->first);
        if (section_is_needed(&now, region) && now.serial == change->serial &&
                        now.slot == change->slot && now.tag == change->tag) {
                size_t first = region_page_of(region, now.first), stop;
                ULONG old = region_page_protection(region, first, &stop);

                status = view_copy_remap(
                                region, first, region_page_of(region, now.end), now.protection, fd);
                if (NT_SUCCESS(status))
                        status = change_make(change, region);
                if (NT_SUCCESS(status))
                        change->old = old;
        }
        regions_unlock();
        return status;
}

/* The section is reached by the grant that the view was made with, while that lasts. */
static NTSTATUS change_by_grant(const Client *client, Change *change) {
        NTSTATUS status;

        if (!client || client->serial != change->serial ||
                        !grant_word_count_up(&client->page->grants[change->slot], change->tag,
                                        GRANT_TAG_MAX, UINT_MAX))
                return STATUS_NOT_SUPPORTED;
        status = section_memory_use(client, change->slot, change->tag, change_with_section, change);
        grant_close(client, change->slot);
        return status;
}

NTSTATUS view_protect(const Client *client,
                uintptr_t first,
                uintptr_t end,
                ULONG protection,
                ULONG *ret_old) {
        Change change = { .first = first, .end = end, .protection = protection };
        NTSTATUS status = STATUS_SUCCESS;
        Region *region;
        bool with_section;

        regions_lock();
        region = region_find(first);
        with_section = section_is_needed(&change, region);
        if (!with_section)
                status = change_make(&change, region);
        regions_unlock();
        if (with_section)
                status = change_by_grant(client, &change);
        if (NT_SUCCESS(status))
                *ret_old = change.old;
        return status;
}
