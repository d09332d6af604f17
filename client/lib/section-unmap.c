#include <stdbool.h>

#include "handle.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "views.h"
#include "zw.h"

/*
 * Entering tells whether this is a child of fork(), for which the views have to be sorted out
 * first; otherwise an attachment is not needed, since views are the process's own.
 */
static NTSTATUS unmap_view(HANDLE process, PVOID base, bool preserve) {
        const Client *client = NULL;
        NTSTATUS entered, status;

        entered = client_enter(CLIENT_HANDLES, &client);
        if (!NT_SUCCESS(entered))
                client = NULL;
        if ((uintptr_t) base > VIEW_HIGHEST_ADDRESS)
                return STATUS_NOT_MAPPED_VIEW;
        status = handle_check_process(client, process, PROCESS_VM_OPERATION);
        if (!NT_SUCCESS(status))
                return status;
        return (preserve ? views_preserve : views_unmap)((uintptr_t) base, client);
}

NTSTATUS zw_unmap_view_of_section(HANDLE process, PVOID base) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = unmap_view(process, base, false);
        if (TRACING())
                trace_end("NtUnmapViewOfSection", status, "process=%p, base=%p", process, base);
        return status;
}

SERVICE(UnmapViewOfSection,
                zw_unmap_view_of_section,
                (HANDLE process, PVOID base),
                (process, base));

/* The boost is of pages that a process is about to need again; Linux has no such thing. */
#define UNMAP_FLAGS (MEM_UNMAP_WITH_TRANSIENT_BOOST | MEM_PRESERVE_PLACEHOLDER)

NTSTATUS zw_unmap_view_of_section_ex(HANDLE process, PVOID base, ULONG flags) {
        NTSTATUS status = STATUS_INVALID_PARAMETER;

        if (TRACING())
                trace_begin();
        if (!(flags & ~UNMAP_FLAGS))
                status = unmap_view(process, base, flags & MEM_PRESERVE_PLACEHOLDER);
        if (TRACING())
                trace_end("NtUnmapViewOfSectionEx", status, "process=%p, base=%p, flags=0x%x",
                                process, base, flags);
        return status;
}

SERVICE(UnmapViewOfSectionEx,
                zw_unmap_view_of_section_ex,
                (HANDLE process, PVOID base, ULONG flags),
                (process, base, flags));
