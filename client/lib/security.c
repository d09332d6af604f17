#include <stdlib.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "security-capture.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

#define DESCRIPTOR_ALIGNMENT 4u

static void freep(void **memory) {
        free(*memory);
}

/* The rights on the handle that it takes to read these parts. */
static ACCESS_MASK read_access(SECURITY_INFORMATION information) {
        ACCESS_MASK access = 0;

        if (information & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                          DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION))
                access |= READ_CONTROL;
        if (information & SACL_SECURITY_INFORMATION)
                access |= ACCESS_SYSTEM_SECURITY;
        return access;
}

/* And to change them. */
static ACCESS_MASK write_access(SECURITY_INFORMATION information) {
        ACCESS_MASK access = 0;

        if (information & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                          LABEL_SECURITY_INFORMATION))
                access |= WRITE_OWNER;
        if (information & DACL_SECURITY_INFORMATION)
                access |= WRITE_DAC;
        if (information & SACL_SECURITY_INFORMATION)
                access |= ACCESS_SYSTEM_SECURITY;
        return access;
}

static NTSTATUS security_answer(const ProtobufCBinaryData *descriptor,
                PSECURITY_DESCRIPTOR to,
                ULONG length,
                PULONG needed) {
        NTSTATUS status;

        if (descriptor->len > UINT32_MAX)
                return STATUS_PORT_DISCONNECTED;
        status = probe_write_32(needed, (uint32_t) descriptor->len);
        if (!NT_SUCCESS(status))
                return status;
        if (length < descriptor->len)
                return STATUS_BUFFER_TOO_SMALL;
        return probe_write(to, descriptor->data, descriptor->len);
}

static NTSTATUS security_query(HANDLE handle,
                SECURITY_INFORMATION information,
                PSECURITY_DESCRIPTOR descriptor,
                ULONG length,
                PULONG needed) {
        Nt__QuerySecurityRequest body = NT__QUERY_SECURITY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        call_reply_init(&reply);
        status = target_enter(&target, handle);
        if (NT_SUCCESS(status))
                status = probe_writable(descriptor, length, DESCRIPTOR_ALIGNMENT);
        if (NT_SUCCESS(status))
                status = probe_writable(needed, sizeof(*needed), 1);
        if (NT_SUCCESS(status))
                status = target_reference(&target, NT__OBJECT_KIND__OBJECT_KIND_NONE,
                                read_access(information));
        if (!NT_SUCCESS(status))
                return status;

        body.grant = target_grant(&target);
        body.information = information;
        request.body_case = NT__REQUEST__BODY_QUERY_SECURITY;
        request.query_security = &body;
        status = connection_call(target.client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return security_answer(&reply.message->bytes->value, descriptor, length, needed);
}

NTSTATUS zw_query_security_object(HANDLE handle,
                SECURITY_INFORMATION information,
                PSECURITY_DESCRIPTOR descriptor,
                ULONG length,
                PULONG needed) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = security_query(handle, information, descriptor, length, needed);
        if (TRACING())
                trace_end("NtQuerySecurityObject", status, "handle=%p, information=0x%x, length=%u",
                                handle, information, length);
        return status;
}

SERVICE(QuerySecurityObject,
                zw_query_security_object,
                (HANDLE handle,
                                SECURITY_INFORMATION information,
                                PSECURITY_DESCRIPTOR descriptor,
                                ULONG length,
                                PULONG needed),
                (handle, information, descriptor, length, needed));

/* Whether the owner or the group that is to be set is there at all. */
static NTSTATUS parts_check(const void *descriptor, SECURITY_INFORMATION information) {
        const SECURITY_DESCRIPTOR_RELATIVE *header = descriptor;

        if (information & OWNER_SECURITY_INFORMATION && header->Owner == 0)
                return STATUS_INVALID_SECURITY_DESCR;
        if (information & GROUP_SECURITY_INFORMATION && header->Group == 0)
                return STATUS_INVALID_SECURITY_DESCR;
        return STATUS_SUCCESS;
}

/* The handle is looked at before the descriptor. */
static NTSTATUS security_set(
                HANDLE handle, SECURITY_INFORMATION information, const void *descriptor) {
        Nt__SetSecurityRequest body = NT__SET_SECURITY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        autocleanup(target_clear) Target target;
        autocleanup(freep) void *copy = NULL;
        NTSTATUS status;

        call_reply_init(&reply);
        status = target_enter(&target, handle);
        if (!NT_SUCCESS(status))
                return status;
        if (!descriptor)
                return STATUS_ACCESS_VIOLATION;
        status = target_reference(
                        &target, NT__OBJECT_KIND__OBJECT_KIND_NONE, write_access(information));
        if (NT_SUCCESS(status))
                status = security_capture(descriptor, &copy, &body.descriptor.len);
        if (NT_SUCCESS(status))
                status = parts_check(copy, information);
        if (!NT_SUCCESS(status))
                return status;

        body.grant = target_grant(&target);
        body.information = information;
        body.descriptor.data = copy;
        request.body_case = NT__REQUEST__BODY_SET_SECURITY;
        request.set_security = &body;
        return connection_call(target.client, &request, &reply);
}

NTSTATUS zw_set_security_object(
                HANDLE handle, SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = security_set(handle, information, descriptor);
        if (TRACING())
                trace_end("NtSetSecurityObject", status, "handle=%p, information=0x%x", handle,
                                information);
        return status;
}

SERVICE(SetSecurityObject,
                zw_set_security_object,
                (HANDLE handle, SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor),
                (handle, information, descriptor));
