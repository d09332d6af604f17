#include "memory-call.h"

#include "handle.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"
#include "zw.h"

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

NTSTATUS memory_call_check_privilege(void) {
        PRIVILEGE_SET wanted = { .PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY };
        BOOLEAN held = FALSE;
        HANDLE token = NULL;
        NTSTATUS status;

        wanted.Privilege[0].Luid.LowPart = SE_LOCK_MEMORY_PRIVILEGE;
        status = zw_open_process_token(NtCurrentProcess(), TOKEN_QUERY, &token);
        if (!NT_SUCCESS(status))
                return status;
        status = zw_privilege_check(token, &wanted, &held);
        zw_close(token);
        if (!NT_SUCCESS(status))
                return status;
        return held ? STATUS_SUCCESS : STATUS_PRIVILEGE_NOT_HELD;
}

uintptr_t memory_call_first(const MemoryCall *call) {
        return region_page_down(call->base);
}

uintptr_t memory_call_end(const MemoryCall *call) {
        return region_page_up(call->base + call->size);
}

NTSTATUS memory_call_answer(const MemoryCall *call, uintptr_t base, uintptr_t end) {
        NTSTATUS status = probe_write_64(call->base_at, base);

        return NT_SUCCESS(status) ? probe_write_64(call->size_at, end - base) : status;
}
