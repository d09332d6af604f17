#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "symbolic-link.h"

#define TARGET_BYTES_MOST 65534u

NTSTATUS rpc_create_symbolic_link(RpcCall *call) {
        const Nt__CreateSymbolicLinkRequest *request = call->request->create_symbolic_link;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL;
        SymbolicLink *link = NULL;
        NTSTATUS status = rpc_capture_new(
                        call, request->object_attributes, &symbolic_link_type, &path);

        if (request->target.len > TARGET_BYTES_MOST || request->target.len % sizeof(WCHAR) != 0)
                return STATUS_INVALID_PARAMETER;
        if (NT_SUCCESS(status))
                status = symbolic_link_new((const WCHAR *) (const void *) request->target.data,
                                request->target.len / sizeof(WCHAR), process_quota(call->process),
                                &link);
        if (!NT_SUCCESS(status))
                return status;
        object = &link->object;
        return rpc_create(call, &path, request->desired_access, object);
}

NTSTATUS rpc_open_symbolic_link(RpcCall *call) {
        return rpc_open(call, call->request->open_symbolic_link, &symbolic_link_type);
}

NTSTATUS rpc_query_symbolic_link(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        const SymbolicLink *link = NULL;
        NTSTATUS status = rpc_reference(call, call->request->query_symbolic_link->grant,
                        &symbolic_link_type, SYMBOLIC_LINK_QUERY, &object);

        if (!NT_SUCCESS(status))
                return status;
        link = (const SymbolicLink *) object;
        return rpc_reply_units(call, link->target, link->n_units);
}
