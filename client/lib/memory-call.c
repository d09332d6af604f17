#include "memory-call.h"

#include "handle.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"

static NTSTATUS capture(void *at, uint64_t *ret) {
        NTSTATUS status = probe_writable(at, sizeof(*ret), 1);

        return NT_SUCCESS(status) ? probe_read_64(ret, at) : status;
}

NTSTATUS memory_call_capture(MemoryCall *call) {
        NTSTATUS status = capture(call->base_at, &call->base);

        return NT_SUCCESS(status) ? capture(call->size_at, &call->size) : status;
}

NTSTATUS memory_call_enter(MemoryCall *call, ACCESS_MASK access) {
        if (!NT_SUCCESS(client_enter(CLIENT_HANDLES, &call->client)))
                call->client = NULL;
        return handle_check_process(call->client, call->process, access);
}

uintptr_t memory_call_first(const MemoryCall *call) {
        return call->base & ~(REGION_PAGE_SIZE - 1);
}

uintptr_t memory_call_end(const MemoryCall *call) {
        return (call->base + call->size + REGION_PAGE_SIZE - 1) & ~(REGION_PAGE_SIZE - 1);
}

NTSTATUS memory_call_answer(const MemoryCall *call, uintptr_t base, uintptr_t end) {
        NTSTATUS status = probe_write_64(call->base_at, base);

        return NT_SUCCESS(status) ? probe_write_64(call->size_at, end - base) : status;
}
