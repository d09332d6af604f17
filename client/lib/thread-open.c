#include "thread-open.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "thread-record.h"
#include "trace.h"
#include "zw.h"

/* Of OBJECT_ATTRIBUTES only Attributes counts, and that there is no name. */
static NTSTATUS capture(Opening *opening, const OBJECT_ATTRIBUTES *attributes) {
        OBJECT_ATTRIBUTES fields;
        NTSTATUS status;

        if (!attributes)
                return STATUS_SUCCESS;
        status = probe_read(&fields, attributes, sizeof(fields), sizeof(ULONG));
        if (!NT_SUCCESS(status))
                return status;
        if (fields.ObjectName)
                return STATUS_INVALID_PARAMETER_MIX;
        opening->attributes.flags = fields.Attributes & OBJ_VALID_ATTRIBUTES;
        if (access_is_checked(opening->client))
                opening->attributes.flags &= ~OBJ_KERNEL_HANDLE;
        return STATUS_SUCCESS;
}

static NTSTATUS ask(Opening *opening, Nt__OpenThreadRequest *body) {
        Nt__Request request = NT__REQUEST__INIT;

        attributes_send_flags(&opening->attributes);
        body->object_attributes = &opening->attributes.message;
        body->desired_access = opening->access;
        request.body_case = NT__REQUEST__BODY_OPEN_THREAD;
        request.open_thread = body;
        return opening_finish(opening, &request);
}

/* A thread that ended meanwhile has told nobody, if nobody watched then. */
static NTSTATUS open_own(Opening *opening, uint32_t id) {
        Nt__OpenThreadRequest body = NT__OPEN_THREAD_REQUEST__INIT;
        ThreadRecord *record = thread_record_find((HANDLE) (uintptr_t) id);
        NTSTATUS status = STATUS_INVALID_CID;

        body.thread_id = id;
        body.own = true;
        if (record || syscall(SYS_tgkill, getpid(), id / 4, 0) == 0)
                status = ask(opening, &body);
        if (record && thread_record_has_ended(record))
                thread_record_tell_end(record);
        thread_record_unref(record);
        return status;
}

static NTSTATUS open_by_id(Opening *opening, const CLIENT_ID *client_id) {
        Nt__OpenThreadRequest body = NT__OPEN_THREAD_REQUEST__INIT;
        uintptr_t process = (uintptr_t) client_id->UniqueProcess & ~(uintptr_t) 3;
        uintptr_t thread = (uintptr_t) client_id->UniqueThread & ~(uintptr_t) 3;

        if (process > UINT32_MAX || thread > UINT32_MAX || thread == 0)
                return STATUS_INVALID_CID;
        if (process == opening->client->process_id)
                return open_own(opening, (uint32_t) thread);
        if (process == 0) {
                NTSTATUS status = open_own(opening, (uint32_t) thread);

                if (status != STATUS_INVALID_CID)
                        return status;
        }
        body.thread_id = (uint32_t) thread;
        body.has_process_id = process != 0;
        body.process_id = (uint32_t) process;
        return ask(opening, &body);
}

NTSTATUS thread_open_own(PHANDLE handle,
                ACCESS_MASK access,
                const OBJECT_ATTRIBUTES *attributes,
                HANDLE id) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, handle, access);
        status = opening_begin(&opening);
        if (NT_SUCCESS(status))
                status = capture(&opening, attributes);
        return NT_SUCCESS(status) ? open_own(&opening, (uint32_t) (uintptr_t) id) : status;
}

static NTSTATUS thread_open(
                Opening *opening, const OBJECT_ATTRIBUTES *attributes, const CLIENT_ID *from) {
        CLIENT_ID client_id = { 0 };
        OBJECT_ATTRIBUTES fields;
        NTSTATUS status = opening_begin(opening);

        if (NT_SUCCESS(status) && from)
                status = probe_read(&client_id, from, sizeof(client_id), sizeof(ULONG));
        if (NT_SUCCESS(status)) /* NULL is no attributes here */
                status = probe_read(&fields, attributes, sizeof(fields), sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = capture(opening, attributes);
        if (NT_SUCCESS(status) && !from)
                status = STATUS_INVALID_PARAMETER_MIX;
        return NT_SUCCESS(status) ? open_by_id(opening, &client_id) : status;
}

NTSTATUS zw_open_thread(PHANDLE thread,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PCLIENT_ID client_id) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, thread, access);
        status = thread_open(&opening, attributes, client_id);
        opening_trace(&opening, "NtOpenThread", status, "");
        return status;
}

SERVICE(OpenThread,
                zw_open_thread,
                (PHANDLE thread,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PCLIENT_ID client_id),
                (thread, access, attributes, client_id));
