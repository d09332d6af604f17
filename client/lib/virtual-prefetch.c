#include <sys/mman.h>

#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* One call. */
typedef struct PrefetchCall {
        MemoryCall memory; /* of which there is only the process */
        VIRTUAL_MEMORY_INFORMATION_CLASS which;
        ULONG_PTR n_ranges;
        const MEMORY_RANGE_ENTRY *ranges;
        const void *information;
        ULONG length;
} PrefetchCall;

static NTSTATUS range_read(const PrefetchCall *call, ULONG_PTR i, MEMORY_RANGE_ENTRY *ret) {
        NTSTATUS status = probe_read(
                        ret, &call->ranges[i], sizeof(*ret), _Alignof(MEMORY_RANGE_ENTRY));
        uintptr_t base;

        if (!NT_SUCCESS(status))
                return status;
        base = (uintptr_t) ret->VirtualAddress;
        if (ret->NumberOfBytes == 0 || base > VIEW_HIGHEST_ADDRESS ||
                        ret->NumberOfBytes > VIEW_HIGHEST_ADDRESS + 1 - base)
                return STATUS_INVALID_PARAMETER_4;
        return STATUS_SUCCESS;
}

/* A wrong range is noticed before anything is done for those before it. */
static NTSTATUS ranges_check(const PrefetchCall *call) {
        SIZE_T size;
        NTSTATUS status;

        if (__builtin_mul_overflow(call->n_ranges, sizeof(*call->ranges), &size))
                return STATUS_INVALID_PARAMETER_3;
        status = probe_range(call->ranges, size, _Alignof(MEMORY_RANGE_ENTRY));
        for (ULONG_PTR i = 0; NT_SUCCESS(status) && i < call->n_ranges; i++) {
                MEMORY_RANGE_ENTRY range;

                status = range_read(call, i, &range);
        }
        return status;
}

static NTSTATUS prefetch_check(PrefetchCall *call) {
        uint32_t flags = 0;
        NTSTATUS status;

        if (call->which != VmPrefetchInformation)
                return (ULONG) call->which < MaxVmInfoClass ? STATUS_NOT_IMPLEMENTED
                                                            : STATUS_INVALID_PARAMETER_2;
        if (call->n_ranges == 0)
                return STATUS_INVALID_PARAMETER_3;
        if (!call->information)
                return STATUS_INVALID_PARAMETER_5;
        if (call->length != sizeof(flags))
                return STATUS_INVALID_PARAMETER_6;
        status = probe_read_32(&flags, call->information);
        if (NT_SUCCESS(status))
                status = ranges_check(call);
        if (NT_SUCCESS(status))
                status = memory_call_enter(&call->memory, PROCESS_VM_OPERATION);
        if (NT_SUCCESS(status) && flags != 0)
                status = STATUS_NOT_SUPPORTED;
        return status;
}

/* What is not mapped cannot be fetched, and it is no failure: the caller gets what there is. */
static void prefetch_range(const MEMORY_RANGE_ENTRY *range) {
        uintptr_t base = (uintptr_t) range->VirtualAddress;
        uintptr_t first = region_page_down(base);

        madvise((void *) first, base + range->NumberOfBytes - first, MADV_WILLNEED);
}

static NTSTATUS prefetch(PrefetchCall *call) {
        NTSTATUS status = prefetch_check(call);

        for (ULONG_PTR i = 0; NT_SUCCESS(status) && i < call->n_ranges; i++) {
                MEMORY_RANGE_ENTRY range;

                status = range_read(call, i, &range);
                if (NT_SUCCESS(status))
                        prefetch_range(&range);
        }
        return status;
}

NTSTATUS zw_set_information_virtual_memory(HANDLE process,
                VIRTUAL_MEMORY_INFORMATION_CLASS information_class,
                ULONG_PTR n_ranges,
                PMEMORY_RANGE_ENTRY ranges,
                PVOID information,
                ULONG length) {
        PrefetchCall call = {
                .memory = { .process = process },
                .which = information_class,
                .n_ranges = n_ranges,
                .ranges = ranges,
                .information = information,
                .length = length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = prefetch(&call);
        if (TRACING())
                trace_end("NtSetInformationVirtualMemory", status,
                                "process=%p, class=%u, ranges=%llu, length=%u", process,
                                (unsigned) information_class, (unsigned long long) n_ranges,
                                length);
        return status;
}

SERVICE(SetInformationVirtualMemory,
                zw_set_information_virtual_memory,
                (HANDLE process,
                                VIRTUAL_MEMORY_INFORMATION_CLASS information_class,
                                ULONG_PTR n_ranges,
                                PMEMORY_RANGE_ENTRY ranges,
                                PVOID information,
                                ULONG length),
                (process, information_class, n_ranges, ranges, information, length));
