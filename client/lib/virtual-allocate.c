#include "extended-parameters.h"
#include "large-memory.h"
#include "memory-call.h"
#include "memory-commit.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "placeholder.h"
#include "private-memory.h"
#include "probe.h"
#include "section-rules.h"
#include "service.h"
#include "trace.h"
#include "zero-bits.h"
#include "zw.h"

/*
 * NtAllocateVirtualMemory
 *
 * The checks are in the order that ReactOS' kernel has them in, as NtAllocateVirtualMemory() in
 * ntmmapi.h says; the statuses are those of Wine's tests where they are known.
 */

#define RESERVE_TYPES                                                                              \
        (MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN | MEM_WRITE_WATCH | MEM_PHYSICAL | MEM_LARGE_PAGES)

/* What only the newer call takes. */
#define PLACEHOLDER_TYPES (MEM_RESERVE_PLACEHOLDER | MEM_REPLACE_PLACEHOLDER)

/* One call, captured. */
typedef struct AllocateCall {
        MemoryCall memory; /* first: the same for all services on memory */
        const MEM_EXTENDED_PARAMETER *parameters;
        ULONG n_parameters;
        bool extended;
        ULONG type;
        ULONG protection;
        RegionPlace place;
} AllocateCall;

static NTSTATUS physical_check(ULONG type, ULONG protection) {
        if (type & ~(MEM_PHYSICAL | MEM_RESERVE | MEM_TOP_DOWN) || !(type & MEM_RESERVE))
                return STATUS_INVALID_PARAMETER_5;
        return protection == PAGE_READWRITE ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER_6;
}

static NTSTATUS type_check(const AllocateCall *call) {
        ULONG type = call->type;

        if (type & ~(RESERVE_TYPES | MEM_RESET | MEM_RESET_UNDO |
                                   (call->extended ? PLACEHOLDER_TYPES : 0)))
                return STATUS_INVALID_PARAMETER_5;
        if (!(type & (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO)))
                return STATUS_INVALID_PARAMETER_5;
        if (type & (MEM_RESET | MEM_RESET_UNDO) && type != MEM_RESET && type != MEM_RESET_UNDO)
                return STATUS_INVALID_PARAMETER_5;
        if (type & MEM_LARGE_PAGES && !(type & MEM_COMMIT))
                return STATUS_INVALID_PARAMETER_5;
        if (type & MEM_WRITE_WATCH && !(type & MEM_RESERVE))
                return STATUS_INVALID_PARAMETER_5;
        return type & MEM_PHYSICAL ? physical_check(type, call->protection) : STATUS_SUCCESS;
}

/* Wine's tests of VirtualAlloc2(): a placeholder is nothing that anybody may touch. */
static NTSTATUS placeholder_check(const AllocateCall *call) {
        ULONG type = call->type;

        if (type & MEM_RESERVE_PLACEHOLDER &&
                        (type & ~(MEM_RESERVE | MEM_TOP_DOWN | MEM_RESERVE_PLACEHOLDER) ||
                                        !(type & MEM_RESERVE) || call->protection != PAGE_NOACCESS))
                return STATUS_INVALID_PARAMETER;
        if (type & MEM_REPLACE_PLACEHOLDER &&
                        (type & ~(MEM_RESERVE | MEM_COMMIT | MEM_REPLACE_PLACEHOLDER) ||
                                        !(type & MEM_RESERVE) || call->memory.base == 0))
                return STATUS_INVALID_PARAMETER;
        return STATUS_SUCCESS;
}

/* Large pages are reserved and committed in one. */
static NTSTATUS large_check(const AllocateCall *call) {
        if (!(call->type & MEM_LARGE_PAGES))
                return STATUS_SUCCESS;
        if (!(call->type & MEM_RESERVE))
                return STATUS_INVALID_PARAMETER_5;
        if (call->memory.base % LARGE_PAGE_SIZE != 0)
                return STATUS_INVALID_PARAMETER_2;
        return call->memory.size % LARGE_PAGE_SIZE != 0 ? STATUS_INVALID_PARAMETER_4
                                                        : STATUS_SUCCESS;
}

static NTSTATUS range_check(const AllocateCall *call) {
        uint64_t base = call->memory.base, size = call->memory.size;

        if (base > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER_2;
        if (size > VIEW_HIGHEST_ADDRESS + 1 - base || size == 0)
                return STATUS_INVALID_PARAMETER_4;
        if (call->place.highest != 0 && base != 0 && base + size - 1 > call->place.highest)
                return STATUS_INVALID_PARAMETER_3;
        return STATUS_SUCCESS;
}

/* What exists on Windows and not here, and what not everybody may have. */
static NTSTATUS support_check(const AllocateCall *call) {
        NTSTATUS status = STATUS_SUCCESS;

        if (call->type & MEM_LARGE_PAGES)
                status = memory_call_check_privilege();
        if (!NT_SUCCESS(status))
                return status;
        if (call->type & (MEM_WRITE_WATCH | MEM_PHYSICAL | MEM_RESET_UNDO))
                return STATUS_NOT_SUPPORTED;
        return STATUS_SUCCESS;
}

/* The kind of memory that the call is about; all but placeholders may be committed. */
static NTSTATUS region_make(AllocateCall *call, size_t size, uintptr_t *ret_base) {
        if (call->type & MEM_RESERVE_PLACEHOLDER)
                return placeholder_reserve(&call->place, size, ret_base);
        if (call->type & MEM_LARGE_PAGES)
                return large_memory_new(&call->place, size, call->protection, ret_base);
        return private_memory_reserve(
                        &call->place, size, call->protection, call->type & MEM_COMMIT, ret_base);
}

/* Where nothing is reserved yet. A given base is where the region that it is in begins. */
static NTSTATUS allocate_region(AllocateCall *call) {
        const MemoryCall *memory = &call->memory;
        uintptr_t end = memory_call_end(memory), base = memory->base & ~(REGION_GRANULARITY - 1);
        NTSTATUS status;

        call->place.base = base;
        call->place.top_down = call->type & MEM_TOP_DOWN;
        if (memory->base != 0 && base == 0)
                return STATUS_CONFLICTING_ADDRESSES; /* nobody has the first 64 KiB */
        status = region_make(call, end - base, &base);
        if (!NT_SUCCESS(status))
                return status;
        end += base - call->place.base;

        status = memory_call_answer(memory, base, end);
        if (!NT_SUCCESS(status))
                private_memory_free(base, base, true, &end);
        return status;
}

static NTSTATUS replace_placeholder(const AllocateCall *call) {
        const MemoryCall *memory = &call->memory;
        uintptr_t first = memory->base, end = memory_call_end(memory);
        NTSTATUS status;

        status = placeholder_replace(first, end - first, call->protection, call->type & MEM_COMMIT);
        return NT_SUCCESS(status) ? memory_call_answer(memory, first, end) : status;
}

static NTSTATUS allocate_pages(const AllocateCall *call) {
        const MemoryCall *memory = &call->memory;
        uintptr_t first = memory_call_first(memory), end = memory_call_end(memory);
        NTSTATUS status;

        if (call->type & MEM_RESET)
                status = memory_reset(memory->base, memory->size);
        else
                status = memory_commit(memory->client, first, end, call->protection);
        return NT_SUCCESS(status) ? memory_call_answer(memory, first, end) : status;
}

static NTSTATUS allocate(AllocateCall *call, ULONG_PTR zero_bits) {
        NTSTATUS status = STATUS_SUCCESS;
        uint64_t highest;

        if (!zero_bits_limit(zero_bits, &highest))
                return STATUS_INVALID_PARAMETER_3;
        call->place.highest = highest;
        if (call->extended)
                status = extended_parameters_read(
                                call->parameters, call->n_parameters, &call->place);
        if (NT_SUCCESS(status))
                status = type_check(call);
        if (NT_SUCCESS(status) && !protection_is_valid(call->protection))
                status = STATUS_INVALID_PAGE_PROTECTION;
        if (NT_SUCCESS(status))
                status = memory_call_capture(&call->memory);
        if (NT_SUCCESS(status) && call->extended && call->memory.base != 0 &&
                        region_place_is_wished(&call->place))
                status = STATUS_INVALID_PARAMETER;
        if (NT_SUCCESS(status))
                status = range_check(call);
        if (NT_SUCCESS(status))
                status = placeholder_check(call);
        if (NT_SUCCESS(status))
                status = memory_call_enter(&call->memory, PROCESS_VM_OPERATION);
        if (NT_SUCCESS(status))
                status = support_check(call);
        if (NT_SUCCESS(status))
                status = large_check(call);
        if (!NT_SUCCESS(status))
                return status;

        if (call->type & MEM_REPLACE_PLACEHOLDER)
                return replace_placeholder(call);
        if (call->type & MEM_RESERVE || (call->type & MEM_COMMIT && call->memory.base == 0))
                return allocate_region(call);
        return allocate_pages(call);
}

static void allocate_trace(const AllocateCall *call, const char *name, NTSTATUS status) {
        trace_end(name, status,
                        "process=%p, base=0x%llx, size=0x%llx, type=0x%x, protection=0x%x, "
                        "highest=0x%llx",
                        call->memory.process, (unsigned long long) call->memory.base,
                        (unsigned long long) call->memory.size, call->type, call->protection,
                        (unsigned long long) call->place.highest);
}

NTSTATUS zw_allocate_virtual_memory(HANDLE process,
                PVOID *base,
                ULONG_PTR zero_bits,
                PSIZE_T size,
                ULONG type,
                ULONG protection) {
        AllocateCall call = {
                .memory = { .process = process, .base_at = base, .size_at = size },
                .type = type,
                .protection = protection,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = allocate(&call, zero_bits);
        if (TRACING())
                allocate_trace(&call, "NtAllocateVirtualMemory", status);
        return status;
}

SERVICE(AllocateVirtualMemory,
                zw_allocate_virtual_memory,
                (HANDLE process,
                                PVOID *base,
                                ULONG_PTR zero_bits,
                                PSIZE_T size,
                                ULONG type,
                                ULONG protection),
                (process, base, zero_bits, size, type, protection));

NTSTATUS zw_allocate_virtual_memory_ex(HANDLE process,
                PVOID *base,
                PSIZE_T size,
                ULONG type,
                ULONG protection,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters) {
        AllocateCall call = {
                .memory = { .process = process, .base_at = base, .size_at = size },
                .parameters = parameters,
                .n_parameters = n_parameters,
                .extended = true,
                .type = type,
                .protection = protection,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = allocate(&call, 0);
        if (TRACING())
                allocate_trace(&call, "NtAllocateVirtualMemoryEx", status);
        return status;
}

SERVICE(AllocateVirtualMemoryEx,
                zw_allocate_virtual_memory_ex,
                (HANDLE process,
                                PVOID *base,
                                PSIZE_T size,
                                ULONG type,
                                ULONG protection,
                                PMEM_EXTENDED_PARAMETER parameters,
                                ULONG n_parameters),
                (process, base, size, type, protection, parameters, n_parameters));
