#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtCompareObjects
 */

static NTSTATUS compare(const Client *client, HANDLE first, HANDLE second) {
        autocleanup(handle_release) HandleRef first_ref;
        autocleanup(handle_release) HandleRef second_ref;
        uint64_t first_id = 0, second_id = 0;
        NTSTATUS status;

        handle_ref_init(&first_ref);
        handle_ref_init(&second_ref);
        status = handle_reference(client, first, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &first_ref);
        if (NT_SUCCESS(status))
                status = handle_reference(
                                client, second, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &second_ref);
        if (!NT_SUCCESS(status))
                return status;
        if (first_ref.slot == second_ref.slot && first_ref.info.tag == second_ref.info.tag)
                return STATUS_SUCCESS;

        status = grant_object_id(client, &first_ref, &first_id);
        if (NT_SUCCESS(status))
                status = grant_object_id(client, &second_ref, &second_id);
        if (!NT_SUCCESS(status))
                return status;
        return first_id == second_id ? STATUS_SUCCESS : STATUS_NOT_SAME_OBJECT;
}

static NTSTATUS objects_compare(HANDLE first, HANDLE second) {
        bool pseudo = handle_pseudo(first) != PSEUDO_NONE && handle_pseudo(second) != PSEUDO_NONE;
        const Client *client;
        NTSTATUS status;

        status = client_enter(pseudo ? CLIENT_ATTACH : CLIENT_HANDLES, &client);
        if (!NT_SUCCESS(status))
                return status;
        if (handle_pseudo(first) == PSEUDO_THREAD && handle_pseudo(second) == PSEUDO_THREAD)
                return STATUS_SUCCESS;
        return compare(client, first, second);
}

NTSTATUS zw_compare_objects(HANDLE first, HANDLE second) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = objects_compare(first, second);
        if (TRACING())
                trace_end("NtCompareObjects", status, "handle=%p, other=%p", first, second);
        return status;
}

SERVICE(CompareObjects, zw_compare_objects, (HANDLE first, HANDLE second), (first, second));
