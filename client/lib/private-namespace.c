#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "object-ask.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * Private namespaces
 *
 * The boundary descriptor is copied here; what it says is the daemon's to judge.
 */

/* The daemon takes none that is longer. */
#define BOUNDARY_SIZE_MOST 32768u

static void freep(void **memory) {
        free(*memory);
}

/* The caller may change its memory while we read: the length that was checked is the one that
 * counts. */
static NTSTATUS boundary_capture(
                const OBJECT_BOUNDARY_DESCRIPTOR *from, void **ret, size_t *ret_size) {
        OBJECT_BOUNDARY_DESCRIPTOR header;
        NTSTATUS status;
        void *copy;

        status = probe_read(&header, from, sizeof(header), sizeof(ULONG));
        if (!NT_SUCCESS(status))
                return status;
        if (header.Version != OBJECT_BOUNDARY_DESCRIPTOR_VERSION ||
                        header.TotalSize < sizeof(header) || header.TotalSize > BOUNDARY_SIZE_MOST)
                return STATUS_INVALID_PARAMETER;

        copy = malloc(header.TotalSize);
        if (!copy)
                return STATUS_NO_MEMORY;
        status = probe_read(copy, from, header.TotalSize, sizeof(ULONG));
        if (!NT_SUCCESS(status)) {
                free(copy);
                return status;
        }
        memcpy(copy, &header, sizeof(header));
        *ret = copy;
        *ret_size = header.TotalSize;
        return STATUS_SUCCESS;
}

/* Creating and opening differ in what the daemon makes of it. */
static NTSTATUS namespace_open(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                const OBJECT_BOUNDARY_DESCRIPTOR *boundary,
                Nt__Request__BodyCase body_case) {
        Nt__PrivateNamespaceRequest body = NT__PRIVATE_NAMESPACE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(freep) void *copy = NULL;
        size_t size = 0;
        NTSTATUS status;

        status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = boundary_capture(boundary, &copy, &size);
        if (NT_SUCCESS(status))
                status = opening_capture(opening, attributes, ATTRIBUTES_CREATE);
        if (!NT_SUCCESS(status))
                return status;

        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        body.boundary.data = copy;
        body.boundary.len = size;
        request.body_case = body_case;
        request.create_private_namespace = &body; /* one of a union: both have this body */
        return opening_finish(opening, &request);
}

NTSTATUS zw_create_private_namespace(PHANDLE handle,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                POBJECT_BOUNDARY_DESCRIPTOR boundary) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, handle, access);
        status = namespace_open(
                        &opening, attributes, boundary, NT__REQUEST__BODY_CREATE_PRIVATE_NAMESPACE);
        opening_trace(&opening, "NtCreatePrivateNamespace", status, "");
        return status;
}

SERVICE(CreatePrivateNamespace,
                zw_create_private_namespace,
                (PHANDLE handle,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                POBJECT_BOUNDARY_DESCRIPTOR boundary),
                (handle, access, attributes, boundary));

NTSTATUS zw_open_private_namespace(PHANDLE handle,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                POBJECT_BOUNDARY_DESCRIPTOR boundary) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, handle, access);
        status = namespace_open(
                        &opening, attributes, boundary, NT__REQUEST__BODY_OPEN_PRIVATE_NAMESPACE);
        opening_trace(&opening, "NtOpenPrivateNamespace", status, "");
        return status;
}

SERVICE(OpenPrivateNamespace,
                zw_open_private_namespace,
                (PHANDLE handle,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                POBJECT_BOUNDARY_DESCRIPTOR boundary),
                (handle, access, attributes, boundary));

NTSTATUS zw_delete_private_namespace(HANDLE handle) {
        const ObjectAsk ask = {
                .kind = NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY,
                .access = DELETE,
                .body_case = NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = object_ask(handle, &ask);
        if (TRACING())
                trace_end("NtDeletePrivateNamespace", status, "handle=%p", handle);
        return status;
}

SERVICE(DeletePrivateNamespace, zw_delete_private_namespace, (HANDLE handle), (handle));
