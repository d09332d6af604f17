#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "address-space.h"
#include "grant-word.h"
#include "handle.h"
#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region-protect.h"
#include "section-memory.h"
#include "section-rules.h"
#include "service.h"
#include "trace.h"
#include "view-copy.h"
#include "zw.h"

/* Protection of the first page, and whether all of them are committed. */
static bool pages_are_committed(const Region *region, size_t first, size_t end, ULONG *ret_old) {
        size_t n_pages = region_page_count(region), stop;

        *ret_old = region_page_protection(region, first, &stop);
        for (size_t page = first; page < end; page = stop) {
                if (!(region_pages_find(&region->pages, page, n_pages, &stop) &
                                    PAGE_STATE_PROTECTION))
                        return false;
        }
        return true;
}

/* The regions are locked. */
static NTSTATUS region_protect_range(
                Region *region, uintptr_t first, uintptr_t end, ULONG protection, ULONG *ret_old) {
        size_t first_page = region_page_of(region, first), end_page = region_page_of(region, end);
        ULONG old;
        NTSTATUS status;

        if (end > region_end(region))
                return STATUS_CONFLICTING_ADDRESSES;
        if (region_is_view(region) && protection & (PAGE_NOCACHE | PAGE_WRITECOMBINE))
                return STATUS_INVALID_PARAMETER_4;
        if (!pages_are_committed(region, first_page, end_page, &old))
                return STATUS_NOT_COMMITTED;
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

static NTSTATUS range_protect(const Client *client, Change *change) {
        NTSTATUS status = STATUS_SUCCESS;
        Region *region;
        bool with_section;

        regions_lock();
        region = region_find(change->first);
        with_section = section_is_needed(change, region);
        if (!with_section)
                status = change_make(change, region);
        regions_unlock();
        return with_section ? change_by_grant(client, change) : status;
}

static NTSTATUS protect_check(MemoryCall *call, ULONG protection, const ULONG *old_at) {
        NTSTATUS status;

        if (!protection_is_valid(protection))
                return STATUS_INVALID_PAGE_PROTECTION;
        status = memory_call_capture(call);
        if (NT_SUCCESS(status))
                status = probe_writable((void *) (uintptr_t) old_at, sizeof(*old_at), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (call->base > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER_2;
        if (call->size > VIEW_HIGHEST_ADDRESS + 1 - call->base || call->size == 0)
                return STATUS_INVALID_PARAMETER_3;
        return memory_call_enter(call, PROCESS_VM_OPERATION);
}

static NTSTATUS protect(MemoryCall *call, ULONG protection, PULONG old_at) {
        Change change = {
                .protection = protection,
                .old = PAGE_NOACCESS, /* what a change that fails leaves there */
        };
        NTSTATUS status, written;

        status = protect_check(call, protection, old_at);
        if (!NT_SUCCESS(status))
                return status;
        change.first = memory_call_first(call);
        change.end = memory_call_end(call);

        status = range_protect(call->client, &change);
        written = probe_write_32(old_at, change.old);
        if (!NT_SUCCESS(status))
                return status;
        return NT_SUCCESS(written) ? memory_call_answer(call, change.first, change.end) : written;
}

NTSTATUS zw_protect_virtual_memory(
                HANDLE process, PVOID *base, PSIZE_T size, ULONG protection, PULONG old) {
        MemoryCall call = { .process = process, .base_at = base, .size_at = size };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = protect(&call, protection, old);
        if (TRACING())
                trace_end("NtProtectVirtualMemory", status,
                                "process=%p, base=0x%llx, size=0x%llx, protection=0x%x", process,
                                (unsigned long long) call.base, (unsigned long long) call.size,
                                protection);
        return status;
}

SERVICE(ProtectVirtualMemory,
                zw_protect_virtual_memory,
                (HANDLE process, PVOID *base, PSIZE_T size, ULONG protection, PULONG old),
                (process, base, size, protection, old));
