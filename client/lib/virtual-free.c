#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "placeholder.h"
#include "private-memory.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

#define RELEASE_AND_PRESERVE (MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER)
#define RELEASE_AND_COALESCE (MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS)

static NTSTATUS free_range(uintptr_t first, uintptr_t end, ULONG type, uintptr_t *ret_end) {
        switch (type) {
        case RELEASE_AND_PRESERVE:
                return placeholder_preserve(first, end, ret_end);
        case RELEASE_AND_COALESCE:
                return placeholder_coalesce(first, end);
        default:
                return private_memory_free(first, end, type == MEM_RELEASE, ret_end);
        }
}

static NTSTATUS free_memory(MemoryCall *call, ULONG type) {
        uintptr_t first, end;
        NTSTATUS status;

        if (type != MEM_DECOMMIT && type != MEM_RELEASE && type != RELEASE_AND_PRESERVE &&
                        type != RELEASE_AND_COALESCE)
                return STATUS_INVALID_PARAMETER_4;
        status = memory_call_capture(call);
        if (!NT_SUCCESS(status))
                return status;
        if (call->base > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER_2;
        if (call->size > VIEW_HIGHEST_ADDRESS + 1 - call->base ||
                        (call->size == 0 && type == RELEASE_AND_COALESCE))
                return STATUS_INVALID_PARAMETER_3;
        status = memory_call_enter(call, PROCESS_VM_OPERATION);
        if (!NT_SUCCESS(status))
                return status;

        first = memory_call_first(call);
        end = call->size == 0 ? first : memory_call_end(call);
        status = free_range(first, end, type, &end);
        return NT_SUCCESS(status) ? memory_call_answer(call, first, end) : status;
}

NTSTATUS zw_free_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type) {
        MemoryCall call = { .process = process, .base_at = base, .size_at = size };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = free_memory(&call, type);
        if (TRACING())
                trace_end("NtFreeVirtualMemory", status,
                                "process=%p, base=0x%llx, size=0x%llx, type=0x%x", process,
                                (unsigned long long) call.base, (unsigned long long) call.size,
                                type);
        return status;
}

SERVICE(FreeVirtualMemory,
                zw_free_virtual_memory,
                (HANDLE process, PVOID *base, PSIZE_T size, ULONG type),
                (process, base, size, type));
