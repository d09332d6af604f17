#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region-protect.h"
#include "service.h"
#include "status.h"
#include "trace.h"
#include "zw.h"

/*
 * NtLockVirtualMemory and its counterpart. A page is locked or not, however often that was asked
 * for, by Linux as by Windows. Both kinds of lock keep pages in memory here.
 */

/* One range in one region, with the regions locked. */
typedef struct LockRange {
        Region *region;
        uintptr_t first;
        uintptr_t end;
} LockRange;

/* What is not committed cannot be locked, and what nobody may touch cannot be made present. */
static NTSTATUS range_check(const LockRange *range, bool *ret_any, bool *ret_all) {
        const Region *region = range->region;
        size_t page = region_page_of(region, range->first);
        size_t end = region_page_of(region, range->end), stop;

        *ret_any = false;
        *ret_all = true;
        if (!region_is_committed(region, page, end))
                return STATUS_ACCESS_DENIED;
        for (; page < end; page = stop) {
                PageState state = region_pages_find(
                                &region->pages, page, region_page_count(region), &stop);

                if (state & (PAGE_NOACCESS | PAGE_GUARD))
                        return STATUS_ACCESS_VIOLATION;
                if (state & PAGE_IS_LOCKED)
                        *ret_any = true;
                else
                        *ret_all = false;
        }
        return STATUS_SUCCESS;
}

/* Linux's limit is RLIMIT_MEMLOCK, and it may have locked the first pages before it says so. */
static NTSTATUS lock_failed(int error) {
        if (error == ENOMEM || error == EPERM || error == EAGAIN)
                return address_space_status(ENOMEM, STATUS_WORKING_SET_QUOTA);
        return nt_status_from_errno(error);
}

/* Unlocks what was not locked before the attempt. */
static void lock_undo(const LockRange *range) {
        const Region *region = range->region;
        size_t page = region_page_of(region, range->first);
        size_t end = region_page_of(region, range->end), stop;

        for (; page < end; page = stop) {
                PageState state = region_pages_find(
                                &region->pages, page, region_page_count(region), &stop);

                if (stop > end)
                        stop = end;
                if (!(state & PAGE_IS_LOCKED))
                        munlock((void *) (region->node.base + page * REGION_PAGE_SIZE),
                                        (stop - page) * REGION_PAGE_SIZE);
        }
}

static void range_mark(const LockRange *range, PageState clear, PageState set) {
        Region *region = range->region;

        region_pages_change(&region->pages, region_page_count(region),
                        region_page_of(region, range->first), region_page_of(region, range->end),
                        clear, set);
}

/* What Linux locks it writes to, if it can, which would make copies of all pages of a view. */
static int pages_lock(const LockRange *range) {
        void *first = (void *) range->first;
        size_t size = range->end - range->first;

        if (!region_is_view(range->region))
                return mlock(first, size);
        return mlock2(first, size, MLOCK_ONFAULT) < 0 ? -1
                                                      : madvise(first, size, MADV_POPULATE_READ);
}

static NTSTATUS range_lock(const LockRange *range) {
        bool any, all;
        NTSTATUS status = range_check(range, &any, &all);

        if (!NT_SUCCESS(status))
                return status;
        if (!region_pages_reserve(&range->region->pages))
                return address_space_shortage();
        if (pages_lock(range) < 0) {
                status = lock_failed(errno);
                lock_undo(range);
                return status;
        }
        range->region->locked = true;
        range_mark(range, 0, PAGE_IS_LOCKED);
        return any ? STATUS_WAS_LOCKED : STATUS_SUCCESS;
}

static NTSTATUS range_unlock(const LockRange *range) {
        bool any, all;
        NTSTATUS status = range_check(range, &any, &all);

        /* Protection may have changed since. */
        if (!NT_SUCCESS(status) && status != STATUS_ACCESS_VIOLATION)
                return status;
        if (!all)
                return STATUS_NOT_LOCKED;
        if (!region_pages_reserve(&range->region->pages))
                return address_space_shortage();
        if (munlock((void *) range->first, range->end - range->first) < 0)
                return address_space_status(errno, STATUS_NO_MEMORY);
        range_mark(range, PAGE_IS_LOCKED, 0);
        return STATUS_SUCCESS;
}

/* Memory that is none of ours: what is locked of it, only Linux knows. */
static NTSTATUS foreign_lock(const LockRange *range, bool lock) {
        void *first = (void *) range->first;
        size_t size = range->end - range->first;
        Region *next = region_next(range->first);
        ULONG protection = PAGE_NOACCESS;

        if (next && next->node.base < range->end)
                return STATUS_ACCESS_DENIED;
        if (!address_space_is_mapped(range->first, range->end, &protection))
                return STATUS_ACCESS_DENIED;
        if (lock && protection == PAGE_NOACCESS)
                return STATUS_ACCESS_VIOLATION;
        if ((lock ? mlock(first, size) : munlock(first, size)) < 0)
                return lock_failed(errno);
        return STATUS_SUCCESS;
}

static NTSTATUS lock_check(MemoryCall *call, ULONG type) {
        NTSTATUS status;

        if (type == 0 || type & ~(MAP_PROCESS | MAP_SYSTEM))
                return STATUS_INVALID_PARAMETER;
        status = memory_call_capture(call);
        if (!NT_SUCCESS(status))
                return status;
        if (call->base > VIEW_HIGHEST_ADDRESS ||
                        call->size > VIEW_HIGHEST_ADDRESS + 1 - call->base || call->size == 0)
                return STATUS_INVALID_PARAMETER;
        status = memory_call_enter(call, PROCESS_VM_OPERATION);
        if (NT_SUCCESS(status) && type & MAP_SYSTEM)
                status = memory_call_check_privilege();
        return status;
}

static NTSTATUS lock_or_unlock(MemoryCall *call, ULONG type, bool lock) {
        LockRange range;
        NTSTATUS status = lock_check(call, type), written;

        if (!NT_SUCCESS(status))
                return status;
        range.first = memory_call_first(call);
        range.end = memory_call_end(call);

        regions_lock();
        range.region = region_find(range.first);
        if (!range.region)
                status = foreign_lock(&range, lock);
        else if (range.end > region_end(range.region))
                status = STATUS_ACCESS_DENIED;
        else
                status = lock ? range_lock(&range) : range_unlock(&range);
        regions_unlock();
        if (!NT_SUCCESS(status))
                return status;
        written = memory_call_answer(call, range.first, range.end);
        return NT_SUCCESS(written) ? status : written;
}

static NTSTATUS lock_traced(MemoryCall *call, ULONG type, bool lock) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = lock_or_unlock(call, type, lock);
        if (TRACING())
                trace_end(lock ? "NtLockVirtualMemory" : "NtUnlockVirtualMemory", status,
                                "process=%p, base=0x%llx, size=0x%llx, type=%u", call->process,
                                (unsigned long long) call->base, (unsigned long long) call->size,
                                type);
        return status;
}

NTSTATUS zw_lock_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type) {
        MemoryCall call = { .process = process, .base_at = base, .size_at = size };

        return lock_traced(&call, type, true);
}

SERVICE(LockVirtualMemory,
                zw_lock_virtual_memory,
                (HANDLE process, PVOID *base, PSIZE_T size, ULONG type),
                (process, base, size, type));

NTSTATUS zw_unlock_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type) {
        MemoryCall call = { .process = process, .base_at = base, .size_at = size };

        return lock_traced(&call, type, false);
}

SERVICE(UnlockVirtualMemory,
                zw_unlock_virtual_memory,
                (HANDLE process, PVOID *base, PSIZE_T size, ULONG type),
                (process, base, size, type));
