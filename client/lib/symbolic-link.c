#include <stdlib.h>

#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

static void freep(void **memory) {
        free(*memory);
}

/* Checks the target as Windows does before it looks at anything else, and copies it. */
static NTSTATUS target_capture(const UNICODE_STRING *from, void **ret_text, size_t *ret_size) {
        UNICODE_STRING string;
        NTSTATUS status;
        void *text;

        status = string_capture(from, &string);
        if (!NT_SUCCESS(status))
                return status;
        status = probe_range(string.Buffer, string.MaximumLength, sizeof(WCHAR));
        if (!NT_SUCCESS(status))
                return status;
        string.MaximumLength &= (USHORT) ~1u; /* ReactOS: half a unit is none */
        if (string.MaximumLength == 0 || string.Length > string.MaximumLength ||
                        string.Length % sizeof(WCHAR) != 0)
                return STATUS_INVALID_PARAMETER;

        text = malloc(string.Length + 1u);
        if (!text)
                return STATUS_NO_MEMORY;
        status = probe_read(text, string.Buffer, string.Length, sizeof(WCHAR));
        if (!NT_SUCCESS(status)) {
                free(text);
                return status;
        }
        *ret_text = text;
        *ret_size = string.Length;
        return STATUS_SUCCESS;
}

/* Without OBJECT_ATTRIBUTES at all today's Windows faults, as for no other type (Wine's tests). */
static NTSTATUS link_capture(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                const UNICODE_STRING *target,
                void **ret_text,
                size_t *ret_size) {
        NTSTATUS status;

        status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = target_capture(target, ret_text, ret_size);
        if (!NT_SUCCESS(status))
                return status;
        if (!attributes)
                return STATUS_ACCESS_VIOLATION;
        return opening_capture(opening, attributes, ATTRIBUTES_CREATE);
}

static NTSTATUS link_create(Opening *opening, const void *text, size_t size) {
        Nt__CreateSymbolicLinkRequest body = NT__CREATE_SYMBOLIC_LINK_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        body.target.data = (uint8_t *) text;
        body.target.len = size;
        request.body_case = NT__REQUEST__BODY_CREATE_SYMBOLIC_LINK;
        request.create_symbolic_link = &body;
        return opening_finish(opening, &request);
}

NTSTATUS zw_create_symbolic_link_object(PHANDLE link,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PUNICODE_STRING target) {
        autocleanup(opening_clear) Opening opening;
        autocleanup(freep) void *text = NULL;
        size_t size = 0;
        NTSTATUS status;

        opening_init(&opening, link, access);
        status = link_capture(&opening, attributes, target, &text, &size);
        if (NT_SUCCESS(status))
                status = link_create(&opening, text, size);
        opening_trace(&opening, "NtCreateSymbolicLinkObject", status, "");
        return status;
}

SERVICE(CreateSymbolicLinkObject,
                zw_create_symbolic_link_object,
                (PHANDLE link,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PUNICODE_STRING target),
                (link, access, attributes, target));

NTSTATUS zw_open_symbolic_link_object(
                PHANDLE link, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, link, access);
        status = opening_open(&opening, attributes, NT__REQUEST__BODY_OPEN_SYMBOLIC_LINK);
        opening_trace(&opening, "NtOpenSymbolicLinkObject", status, "");
        return status;
}

SERVICE(OpenSymbolicLinkObject,
                zw_open_symbolic_link_object,
                (PHANDLE link, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes),
                (link, access, attributes));

static NTSTATUS target_check(
                const UNICODE_STRING *target, const ULONG *return_length, UNICODE_STRING *ret) {
        NTSTATUS status;

        status = probe_writable((void *) target, sizeof(*target), _Alignof(UNICODE_STRING));
        if (NT_SUCCESS(status))
                status = string_capture(target, ret);
        if (NT_SUCCESS(status))
                status = probe_writable(ret->Buffer, ret->MaximumLength, sizeof(WCHAR));
        if (NT_SUCCESS(status) && return_length)
                status = probe_writable((void *) return_length, sizeof(*return_length), 1);
        return status;
}

/* A caller that wants to know the length gets a NUL too, and has to have room for it. */
static NTSTATUS target_answer(const ProtobufCBinaryData *text,
                PUNICODE_STRING target,
                const UNICODE_STRING *room,
                PULONG return_length) {
        size_t needed = text->len + (return_length ? sizeof(WCHAR) : 0);
        const uint16_t length = (uint16_t) text->len;
        const WCHAR end = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (return_length)
                status = probe_write_32(return_length, (uint32_t) (text->len + sizeof(WCHAR)));
        if (!NT_SUCCESS(status))
                return status;
        if (room->MaximumLength < needed)
                return STATUS_BUFFER_TOO_SMALL;

        status = probe_write(room->Buffer, text->data, text->len);
        if (NT_SUCCESS(status) && return_length)
                status = probe_write((uint8_t *) room->Buffer + text->len, &end, sizeof(end));
        if (NT_SUCCESS(status))
                status = probe_write(&target->Length, &length, sizeof(length));
        return status;
}

static NTSTATUS link_query(HANDLE link, PUNICODE_STRING target, PULONG return_length) {
        Nt__Grant grant;
        Nt__QuerySymbolicLinkRequest body = NT__QUERY_SYMBOLIC_LINK_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        autocleanup(handle_release) HandleRef ref;
        const Client *client;
        UNICODE_STRING room;
        NTSTATUS entered, status;

        call_reply_init(&reply);
        handle_ref_init(&ref);
        entered = client_enter(CLIENT_HANDLES, &client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = target_check(target, return_length, &room);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(entered))
                return handle_pseudo(link) != PSEUDO_NONE ? STATUS_OBJECT_TYPE_MISMATCH : entered;
        status = handle_reference(client, link, NT__OBJECT_KIND__OBJECT_KIND_SYMBOLIC_LINK,
                        SYMBOLIC_LINK_QUERY, &ref);
        if (!NT_SUCCESS(status))
                return status;

        grant = handle_grant(&ref);
        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_QUERY_SYMBOLIC_LINK;
        request.query_symbolic_link = &body;
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        if (reply.message->bytes->value.len > UINT16_MAX - 1)
                return STATUS_PORT_DISCONNECTED;
        return target_answer(&reply.message->bytes->value, target, &room, return_length);
}

NTSTATUS zw_query_symbolic_link_object(HANDLE link, PUNICODE_STRING target, PULONG return_length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = link_query(link, target, return_length);
        if (TRACING())
                trace_end("NtQuerySymbolicLinkObject", status, "handle=%p", link);
        return status;
}

SERVICE(QuerySymbolicLinkObject,
                zw_query_symbolic_link_object,
                (HANDLE link, PUNICODE_STRING target, PULONG return_length),
                (link, target, return_length));
