#include "opening.h"

#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "probe.h"
#include "trace.h"

void opening_init(Opening *opening, PHANDLE target, ACCESS_MASK access) {
        opening->client = NULL;
        opening->target = target;
        opening->handle = NULL;
        opening->access = access;
        attributes_init(&opening->attributes);
        if (TRACING())
                trace_begin();
}

void opening_clear(Opening *opening) {
        attributes_clear(&opening->attributes);
}

NTSTATUS opening_begin(Opening *opening) {
        NTSTATUS status = probe_clear_handle(opening->target);

        if (!NT_SUCCESS(status))
                return status;
        return client_enter(CLIENT_ATTACH, &opening->client);
}

NTSTATUS opening_capture(Opening *opening, const OBJECT_ATTRIBUTES *attributes, AttributesUse use) {
        return attributes_capture(opening->client, &opening->attributes, attributes, use);
}

void opening_forget_attributes(Opening *opening) {
        nt__object_attributes__init(&opening->attributes.message);
}

NTSTATUS opening_try(Opening *opening, Nt__Request *request, SentFds fds) {
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        call_reply_init(&reply);
        status = connection_call_with(opening->client, request, fds, &reply);
        if (!NT_SUCCESS(status))
                return status;
        if (NT_SUCCESS(handle_make(
                            opening->client, reply.message->grant, false, &opening->handle))) {
                handle_close(opening->client, opening->handle);
                opening->handle = NULL;
        }
        return status;
}

NTSTATUS opening_finish(Opening *opening, Nt__Request *request) {
        return opening_finish_with(opening, request, NO_FDS);
}

NTSTATUS opening_finish_with(Opening *opening, Nt__Request *request, SentFds fds) {
        autocleanup(call_reply_clear) CallReply reply;
        bool inherit = opening->attributes.flags & OBJ_INHERIT;
        NTSTATUS status, made;

        call_reply_init(&reply);
        status = connection_call_with(opening->client, request, fds, &reply);
        if (!NT_SUCCESS(status))
                return status;
        made = handle_make(opening->client, reply.message->grant, inherit, &opening->handle);
        if (!NT_SUCCESS(made))
                return made;

        /* It could be written before, but other threads can take memory away. */
        made = probe_write_64(opening->target, (uintptr_t) opening->handle);
        if (!NT_SUCCESS(made)) {
                handle_close(opening->client, opening->handle);
                opening->handle = NULL;
                return made;
        }
        return status;
}

void opening_undo(Opening *opening) {
        handle_close(opening->client, opening->handle);
        opening->handle = NULL;
        probe_clear_handle(opening->target);
}

NTSTATUS opening_open(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                Nt__Request__BodyCase body_case) {
        Nt__OpenRequest body = NT__OPEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = opening_capture(opening, attributes, ATTRIBUTES_OPEN);
        if (!NT_SUCCESS(status))
                return status;

        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        request.body_case = body_case;
        request.open_section = &body; /* one of a union: all kinds have this body */
        return opening_finish(opening, &request);
}

void opening_trace(const Opening *opening, const char *service, NTSTATUS status, const char *more) {
        const Attributes *attributes = &opening->attributes;
        char name[512];

        if (!TRACING())
                return;
        trace_end(service, status, "handle=%p, access=0x%x, name=%s%s", opening->handle,
                        opening->access,
                        trace_name(name, sizeof(name), attributes->name,
                                        attributes->n_name / sizeof(WCHAR)),
                        more);
}
