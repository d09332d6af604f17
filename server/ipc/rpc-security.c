#include "file.h"
#include "namespace.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"

/* A file's descriptor would be Linux's permissions, which are not the server's to tell or change.
 */
static NTSTATUS reference_secured(
                RpcCall *call, const Nt__Grant *grant, ACCESS_MASK access, Object **ret) {
        NTSTATUS status = rpc_reference(call, grant, NULL, access, ret);

        if (NT_SUCCESS(status) && (*ret)->type == &file_type)
                return STATUS_NOT_SUPPORTED;
        return status;
}

NTSTATUS rpc_query_security(RpcCall *call) {
        const Nt__QuerySecurityRequest *request = call->request->query_security;
        g_autoptr(Object) object = NULL;
        g_autofree void *data = NULL;
        size_t size = 0;
        NTSTATUS status = reference_secured(
                        call, request->grant, security_read_access(request->information), &object);

        if (NT_SUCCESS(status))
                status = security_query(object->security, request->information, &data, &size);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_reply_units(call, data, size / sizeof(WCHAR)); /* a multiple of four */
}

/* Whoever may open the object may change with this: what was said of it must be asked anew. */
NTSTATUS rpc_set_security(RpcCall *call) {
        const Nt__SetSecurityRequest *request = call->request->set_security;
        g_autoptr(Object) object = NULL;
        g_autoptr(Security) changed = NULL;
        DescriptorView view = { 0 };
        NTSTATUS status = reference_secured(
                        call, request->grant, security_write_access(request->information), &object);

        if (NT_SUCCESS(status))
                status = descriptor_view(request->descriptor.data, request->descriptor.len, &view);
        if (NT_SUCCESS(status))
                status = security_change(namespace_security(call->env->namespace),
                                process_quota(call->process), object->security,
                                request->information, &view, process_token(call->process),
                                object->type->rules, rpc_kernel_mode(call), &changed);
        if (!NT_SUCCESS(status))
                return status;
        security_unref(object->security);
        object->security = g_steal_pointer(&changed);
        directory_touch(object);
        return STATUS_SUCCESS;
}
