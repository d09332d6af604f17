#include <stdatomic.h>

#include "ntsecurity.h"
#include "ntstatus.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * Who speaks through DbgPrintEx()
 *
 * A mask of levels for each component, and one that counts for all, whose bit 0 is set: errors are
 * said. On Windows the kernel keeps them for all processes; nothing of ours speaks for another
 * process, so that each has its own. Asking costs no message.
 */

#define N_COMPONENTS   156u /* of Windows 10 */
#define ALL_COMPONENTS 0xFFFFFFFFu
#define LEVEL_BITS     32u

static _Atomic ULONG mask_of_all = 1;
static _Atomic ULONG masks[N_COMPONENTS];

static ULONG bits_of(ULONG level) {
        return level < LEVEL_BITS ? 1u << level : level;
}

static _Atomic ULONG *mask_of(ULONG component) {
        if (component == ALL_COMPONENTS)
                return &mask_of_all;
        return component < N_COMPONENTS ? &masks[component] : NULL;
}

NTSTATUS zw_query_debug_filter_state(ULONG component, ULONG level) {
        const _Atomic ULONG *mask = mask_of(component);
        NTSTATUS status = STATUS_INVALID_PARAMETER_1;

        if (TRACING())
                trace_begin();
        if (mask)
                status = ((atomic_load(mask) | atomic_load(&mask_of_all)) & bits_of(level)) != 0;
        if (TRACING())
                trace_end("NtQueryDebugFilterState", status, "component=%u, level=0x%x", component,
                                level);
        return status;
}

static NTSTATUS check_privilege(void) {
        PRIVILEGE_SET required = {
                .PrivilegeCount = 1,
                .Control = PRIVILEGE_SET_ALL_NECESSARY,
                .Privilege = { { .Luid = { .LowPart = SE_DEBUG_PRIVILEGE } } },
        };
        BOOLEAN is_held = FALSE;
        NTSTATUS status = zw_privilege_check(NtCurrentProcessToken(), &required, &is_held);

        if (!NT_SUCCESS(status))
                return status;
        return is_held ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

static NTSTATUS set_state(ULONG component, ULONG level, BOOLEAN state) {
        _Atomic ULONG *mask = mask_of(component);
        NTSTATUS status = check_privilege();

        if (!NT_SUCCESS(status))
                return status;
        if (!mask)
                return STATUS_INVALID_PARAMETER_1;
        if (state)
                atomic_fetch_or(mask, bits_of(level));
        else
                atomic_fetch_and(mask, ~bits_of(level));
        return STATUS_SUCCESS;
}

NTSTATUS zw_set_debug_filter_state(ULONG component, ULONG level, BOOLEAN state) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = set_state(component, level, state);
        if (TRACING())
                trace_end("NtSetDebugFilterState", status, "component=%u, level=0x%x, state=%u",
                                component, level, state);
        return status;
}

SERVICE(QueryDebugFilterState,
                zw_query_debug_filter_state,
                (ULONG ComponentId, ULONG Level),
                (ComponentId, Level));

SERVICE(SetDebugFilterState,
                zw_set_debug_filter_state,
                (ULONG ComponentId, ULONG Level, BOOLEAN State),
                (ComponentId, Level, State));
