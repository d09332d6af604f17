#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"
#include "section-rules.h"
#include "service.h"
#include "trace.h"
#include "view-protect.h"
#include "zw.h"

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
        ULONG old = PAGE_NOACCESS; /* what a change that fails leaves there */
        NTSTATUS status, written;
        uintptr_t first, end;

        status = protect_check(call, protection, old_at);
        if (!NT_SUCCESS(status))
                return status;
        first = memory_call_first(call);
        end = memory_call_end(call);

        status = view_protect(call->client, first, end, protection, &old);
        written = probe_write_32(old_at, old);
        if (!NT_SUCCESS(status))
                return status;
        return NT_SUCCESS(written) ? memory_call_answer(call, first, end) : written;
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
