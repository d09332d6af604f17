#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

/* Of OBJECT_ATTRIBUTES only Attributes counts, and that there is no name. */
static NTSTATUS process_capture(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                const CLIENT_ID *from,
                CLIENT_ID *ret_client_id) {
        OBJECT_ATTRIBUTES fields;
        NTSTATUS status = opening_begin(opening);

        if (NT_SUCCESS(status) && from)
                status = probe_read(ret_client_id, from, sizeof(*from), sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = probe_read(&fields, attributes, sizeof(fields), sizeof(ULONG));
        if (!NT_SUCCESS(status))
                return status;
        if (fields.ObjectName || !from)
                return STATUS_INVALID_PARAMETER_MIX;
        opening->attributes.flags = fields.Attributes & OBJ_VALID_ATTRIBUTES;
        if (access_is_checked(opening->client))
                opening->attributes.flags &= ~OBJ_KERNEL_HANDLE;
        return STATUS_SUCCESS;
}

static NTSTATUS process_open(
                Opening *opening, const OBJECT_ATTRIBUTES *attributes, const CLIENT_ID *from) {
        Nt__OpenProcessRequest body = NT__OPEN_PROCESS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        CLIENT_ID client_id;
        uintptr_t process_id;
        NTSTATUS status;

        status = process_capture(opening, attributes, from, &client_id);
        if (!NT_SUCCESS(status))
                return status;
        /* Threads have no ids here. */
        process_id = (uintptr_t) client_id.UniqueProcess & ~(uintptr_t) 3;
        if (client_id.UniqueThread || process_id > UINT32_MAX)
                return STATUS_INVALID_CID;

        attributes_send_flags(&opening->attributes);
        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        body.process_id = (uint32_t) process_id;
        request.body_case = NT__REQUEST__BODY_OPEN_PROCESS;
        request.open_process = &body;
        return opening_finish(opening, &request);
}

NTSTATUS zw_open_process(PHANDLE process,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PCLIENT_ID client_id) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, process, access);
        status = process_open(&opening, attributes, client_id);
        opening_trace(&opening, "NtOpenProcess", status, "");
        return status;
}

SERVICE(OpenProcess,
                zw_open_process,
                (PHANDLE process,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PCLIENT_ID client_id),
                (process, access, attributes, client_id));
