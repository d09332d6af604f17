#include <string.h>

#include "affinity.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

#define INFORMATION_ALIGNMENT 4u
#define BASE_PRIORITY         8 /* of every process whose priority nobody has changed */

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

/* What the caller's buffer gets. */
typedef union ProcessAnswer {
        PROCESS_BASIC_INFORMATION basic;
        PROCESS_SESSION_INFORMATION session;
        ULONG handle_count;
} ProcessAnswer;

/* Bytes of the class's structure; 0 for a class that is not answered. */
static ULONG class_length(PROCESSINFOCLASS which) {
        switch ((ULONG) which) {
        case ProcessBasicInformation:
                return sizeof(PROCESS_BASIC_INFORMATION);
        case ProcessSessionInformation:
                return sizeof(PROCESS_SESSION_INFORMATION);
        case ProcessHandleCount:
                return sizeof(ULONG);
        default:
                return 0;
        }
}

static void information_fill(ProcessAnswer *information,
                const Nt__QueryProcessReply *process,
                PROCESSINFOCLASS which,
                bool own) {
        memset(information, 0, sizeof(*information)); /* padding goes out too */
        if (which == ProcessSessionInformation) {
                information->session.SessionId = process->session_id;
        } else if (which == ProcessHandleCount) {
                information->handle_count = process->handle_count;
        } else {
                information->basic.ExitStatus = process->exit_status;
                information->basic.AffinityMask = own ? affinity_of(0) : 0;
                information->basic.BasePriority = BASE_PRIORITY;
                information->basic.UniqueProcessId = process->process_id;
                information->basic.InheritedFromUniqueProcessId = process->parent_id;
        }
}

static NTSTATUS process_fetch(Target *target, CallReply *reply) {
        Nt__QueryProcessRequest body = NT__QUERY_PROCESS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        status = target_reference_process(target, PROCESS_QUERY_LIMITED_INFORMATION);
        if (!NT_SUCCESS(status))
                return status;
        body.grant = target_grant(target);
        request.body_case = NT__REQUEST__BODY_QUERY_PROCESS;
        request.query_process = &body;
        return connection_call(target->client, &request, reply);
}

static NTSTATUS
process_query(HANDLE handle, PROCESSINFOCLASS which, PVOID to, ULONG length, PULONG return_length) {
        autocleanup(call_reply_clear) CallReply reply;
        autocleanup(target_clear) Target target;
        ProcessAnswer information;
        const Nt__QueryProcessReply *process;
        NTSTATUS status;

        call_reply_init(&reply);
        status = target_enter(&target, handle);
        if (NT_SUCCESS(status))
                status = probe_writable(to, length, INFORMATION_ALIGNMENT);
        if (NT_SUCCESS(status) && return_length)
                status = probe_writable(return_length, sizeof(*return_length), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (class_length(which) == 0)
                return (ULONG) which < MaxProcessInfoClass ? STATUS_NOT_IMPLEMENTED
                                                           : STATUS_INVALID_INFO_CLASS;
        if (return_length)
                status = probe_write_32(return_length, class_length(which));
        if (NT_SUCCESS(status) && length != class_length(which))
                status = STATUS_INFO_LENGTH_MISMATCH;
        if (NT_SUCCESS(status))
                status = process_fetch(&target, &reply);
        if (!NT_SUCCESS(status))
                return status;

        process = reply.message->query_process;
        information_fill(&information, process, which,
                        process->process_id == target.client->process_id);
        return probe_write(to, &information, length);
}

NTSTATUS zw_query_information_process(HANDLE process,
                PROCESSINFOCLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = process_query(process, information_class, information, length, return_length);
        if (TRACING())
                trace_end("NtQueryInformationProcess", status, "process=%p, class=%u, length=%u",
                                process, (unsigned) information_class, length);
        return status;
}

SERVICE(QueryInformationProcess,
                zw_query_information_process,
                (HANDLE process,
                                PROCESSINFOCLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (process, information_class, information, length, return_length));
