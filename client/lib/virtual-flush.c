#include <sys/mman.h>

#include "address-space.h"
#include "cancellation.h"
#include "cleanup.h"
#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* Where the memory at @address ends. Return: false if there is none. */
static bool memory_end(uintptr_t address, uintptr_t *ret_end) {
        const Region *region = region_find(address), *next = region_next(address);
        Mapping mapping;

        if (region) {
                *ret_end = region_end(region);
                return true;
        }
        if (!address_space_find(address, &mapping) || mapping.start > address)
                return false;
        *ret_end = next && next->node.base < mapping.end ? next->node.base : mapping.end;
        return true;
}

/* msync() is a cancellation point. */
static bool file_flush(uintptr_t first, uintptr_t end) {
        NO_CANCELLATION_HERE;

        return msync((void *) first, end - first, MS_SYNC) == 0;
}

/*
 * Memory without a file has nowhere to be written to. Writing takes its time, during which others
 * may change their regions, and this one too.
 */
static NTSTATUS range_flush(uintptr_t first, uintptr_t end, uintptr_t *ret_end) {
        const Region *region;
        uintptr_t last = 0;
        bool found, has_file;

        regions_lock();
        region = region_find(first);
        has_file = region && region->kind == REGION_DATA_FILE;
        found = memory_end(first, &last) && end <= last;
        regions_unlock();
        if (!found)
                return STATUS_INVALID_PARAMETER;
        *ret_end = end == first ? last : end;
        return !has_file || file_flush(first, *ret_end) ? STATUS_SUCCESS : STATUS_NOT_MAPPED_DATA;
}

static NTSTATUS flush(MemoryCall *call, PIO_STATUS_BLOCK io_status) {
        uintptr_t first, end;
        NTSTATUS status = memory_call_capture(call);

        if (NT_SUCCESS(status))
                status = probe_writable(io_status, sizeof(*io_status), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (call->base > VIEW_HIGHEST_ADDRESS || call->size > VIEW_HIGHEST_ADDRESS + 1 - call->base)
                return STATUS_INVALID_PARAMETER;
        status = memory_call_enter(call, PROCESS_VM_OPERATION);
        if (!NT_SUCCESS(status))
                return status;

        first = memory_call_first(call);
        end = call->size == 0 ? first : memory_call_end(call);
        status = range_flush(first, end, &end);
        return NT_SUCCESS(status) ? memory_call_answer(call, first, end) : status;
}

NTSTATUS zw_flush_virtual_memory(
                HANDLE process, PVOID *base, PSIZE_T size, PIO_STATUS_BLOCK io_status) {
        MemoryCall call = { .process = process, .base_at = base, .size_at = size };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = flush(&call, io_status);
        if (TRACING())
                trace_end("NtFlushVirtualMemory", status, "process=%p, base=0x%llx, size=0x%llx",
                                process, (unsigned long long) call.base,
                                (unsigned long long) call.size);
        return status;
}

SERVICE(FlushVirtualMemory,
                zw_flush_virtual_memory,
                (HANDLE process, PVOID *base, PSIZE_T size, PIO_STATUS_BLOCK io_status),
                (process, base, size, io_status));
