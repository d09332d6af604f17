/*
 * What driver hosts have beyond handles of their own: kernel handles, references to objects.
 */

#include "kernel-handles.h"
#include "ntstatus.h"
#include "object-references.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-file.h"

static KernelHandles *kernel_handles(const RpcCall *call) {
        return process_table_kernel_handles(call->env->processes);
}

NTSTATUS rpc_close_kernel_handle(RpcCall *call) {
        uint64_t value = call->request->close_kernel_handle->handle;
        NTSTATUS status = STATUS_INVALID_HANDLE;

        if (!rpc_kernel_mode(call) || !is_kernel_handle(value))
                return status;
        rpc_collect_deletions(call);
        status = kernel_handle_close(kernel_handles(call), value);
        return rpc_await_deletions(call, status);
}

NTSTATUS rpc_set_kernel_handle_flags(RpcCall *call) {
        const Nt__SetKernelHandleFlagsRequest *request = call->request->set_kernel_handle_flags;

        if (!rpc_kernel_mode(call) || !is_kernel_handle(request->handle))
                return STATUS_INVALID_HANDLE;
        return kernel_handle_set_flags(
                        kernel_handles(call), request->handle, request->inherit, request->protect);
}

NTSTATUS rpc_reference_object(RpcCall *call) {
        const Nt__ReferenceObjectRequest *request = call->request->reference_object;
        Nt__GrantReply *body = rpc_prepare_grant(call);
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        GrantName name = rpc_grant_name(request->grant);
        NTSTATUS status = STATUS_SUCCESS;

        if (!process_is_kernel(call->process))
                return STATUS_ACCESS_DENIED;
        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = grant_table_reference(
                        process_grants(call->process), name, NULL, 0, &object, &access);
        if (!NT_SUCCESS(status))
                return status;
        if (request->kind != KIND_NONE && object->type->kind != request->kind)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (!rpc_kernel_mode(call) && request->desired_access & ~access)
                return STATUS_ACCESS_DENIED;
        status = object_references_add(process_references(call->process), object);
        if (!NT_SUCCESS(status))
                return status;
        rpc_describe_grant(body, object, name, access);
        call->reply->body_case = NT__REPLY__BODY_GRANT;
        call->reply->grant = body;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_dereference_object(RpcCall *call) {
        bool had = object_references_remove(process_references(call->process),
                        call->request->dereference_object->object_id);

        return had ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS rpc_open_referenced(RpcCall *call) {
        const Nt__OpenReferencedRequest *request = call->request->open_referenced;
        Nt__GrantReply *body = rpc_prepare_grant(call);
        g_auto(Opened) opened = { 0 };
        Object *object = object_references_find(
                        process_references(call->process), request->object_id);
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!object)
                return STATUS_INVALID_PARAMETER;
        if (request->kind != KIND_NONE && object->type->kind != request->kind)
                return STATUS_OBJECT_TYPE_MISMATCH;
        status = object_open_pointer(object, process_token(call->process), request->attributes,
                        rpc_kernel_mode(call), request->desired_access,
                        rpc_grants(call, request->attributes), &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, request->attributes)
                                  : status;
}
