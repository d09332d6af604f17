#include "ntstatus.h"
#include "private-namespace.h"
#include "process.h"
#include "rpc-call.h"

/* What both have in common: a boundary takes the place of the name. */
static NTSTATUS capture(
                RpcCall *call, const Nt__PrivateNamespaceRequest *request, ObjectPath *path) {
        const Nt__ObjectAttributes *attributes = request->object_attributes;

        if (attributes->root || (attributes->has_name && attributes->name.len > 0))
                return STATUS_INVALID_PARAMETER;
        return rpc_capture_path(call, attributes, &directory_type, path);
}

NTSTATUS rpc_create_private_namespace(RpcCall *call) {
        const Nt__PrivateNamespaceRequest *request = call->request->create_private_namespace;
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        Nt__GrantReply *body = rpc_prepare_grant(call);
        NTSTATUS status = capture(call, request, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status))
                status = object_check_create_attributes(&path);
        if (NT_SUCCESS(status))
                status = private_namespace_create(&path, request->boundary.data,
                                request->boundary.len, request->desired_access,
                                rpc_grants(call, path.attributes), process_quota(call->process),
                                &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, path.attributes) : status;
}

NTSTATUS rpc_open_private_namespace(RpcCall *call) {
        const Nt__PrivateNamespaceRequest *request = call->request->open_private_namespace;
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        Nt__GrantReply *body = rpc_prepare_grant(call);
        NTSTATUS status = capture(call, request, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status))
                status = private_namespace_open(&path, request->boundary.data,
                                request->boundary.len, request->desired_access,
                                rpc_grants(call, path.attributes), &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, path.attributes) : status;
}

NTSTATUS rpc_delete_private_namespace(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        NTSTATUS status = rpc_reference(call, call->request->delete_private_namespace->grant,
                        &directory_type, DELETE, &object);

        return NT_SUCCESS(status) ? private_namespace_delete((Directory *) object) : status;
}
