/*
 * Processes and their tokens by handle.
 */

#include "access.h"
#include "kernel-handles.h"
#include "namespace.h"
#include "ntstatus.h"
#include "process-object.h"
#include "rpc-call.h"
#include "rpc-process.h"
#include "thread-object.h"

#define PROCESS_TOKEN   (UINT64_MAX - 3)
#define THREAD_TOKEN    (UINT64_MAX - 4) /* nobody impersonates: there is none */
#define EFFECTIVE_TOKEN (UINT64_MAX - 5)

static SecurityStore *store(const RpcCall *call) {
        return namespace_security(call->env->namespace);
}

/* SeDebugPrivilege opens every process. */
static bool skips_checks(const RpcCall *call, ULONG attributes) {
        if (rpc_kernel_mode(call) && !(attributes & OBJ_FORCE_ACCESS_CHECK))
                return true;
        return token_has(process_token(call->process), SE_BIT(SE_DEBUG_PRIVILEGE));
}

static NTSTATUS reply_opened(
                RpcCall *call, Object *object, ACCESS_MASK desired, ULONG attributes, bool skips) {
        Nt__GrantReply *body = rpc_prepare_grant(call);
        g_auto(Opened) opened = { 0 };
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = object_open_pointer(object, process_token(call->process),
                        attributes & ~OBJ_FORCE_ACCESS_CHECK, skips, desired,
                        rpc_grants(call, attributes), &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, attributes) : status;
}

NTSTATUS rpc_reply_opened_process(
                RpcCall *call, Object *object, ACCESS_MASK desired, ULONG attributes) {
        return reply_opened(call, object, desired, attributes, skips_checks(call, attributes));
}

NTSTATUS rpc_open_process(RpcCall *call) {
        const Nt__OpenProcessRequest *request = call->request->open_process;
        ULONG attributes = request->object_attributes->attributes;
        g_autoptr(Object) object = NULL;
        Process *process = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (attributes & ~OBJ_VALID_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;
        process = process_table_find_id(call->env->processes, request->process_id);
        if (!process)
                return STATUS_INVALID_CID;
        status = process_object_get(process, store(call), &object);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_reply_opened_process(call, object, request->desired_access, attributes);
}

NTSTATUS rpc_open_process_token(RpcCall *call) {
        const Nt__OpenProcessTokenRequest *request = call->request->open_process_token;
        g_autoptr(Object) process_object = NULL, object = NULL;
        Process *process = NULL;
        NTSTATUS status = rpc_reference_process(call, request->process,
                        PROCESS_QUERY_LIMITED_INFORMATION, &process_object, &process);

        if (NT_SUCCESS(status))
                status = token_object_get(process, store(call), &object);
        if (!NT_SUCCESS(status))
                return status;
        return reply_opened(call, object, request->desired_access, request->attributes,
                        rpc_kernel_mode(call) && !(request->attributes & OBJ_FORCE_ACCESS_CHECK));
}

/* What a pseudo handle names is the caller's own, and it may everything with it that NT lets it. */
static NTSTATUS open_pseudo(RpcCall *call, uint64_t value) {
        g_autoptr(Object) object = NULL;
        NTSTATUS status = STATUS_INVALID_HANDLE;
        ACCESS_MASK access = PROCESS_ALL_ACCESS;

        if (value == THREAD_TOKEN)
                return STATUS_NO_TOKEN;
        if (value == CURRENT_THREAD) {
                access = THREAD_ALL_ACCESS;
                status = thread_object_get(call->process, call->request->open_special->thread_id,
                                true, store(call), &object);
        }
        if (value == CURRENT_PROCESS) {
                status = process_object_get(call->process, store(call), &object);
        } else if (value == PROCESS_TOKEN || value == EFFECTIVE_TOKEN) {
                access = TOKEN_QUERY | TOKEN_QUERY_SOURCE;
                status = token_object_get(call->process, store(call), &object);
        }
        return NT_SUCCESS(status) ? reply_opened(call, object, access, 0, true) : status;
}

/* A grant of the caller's own on what a kernel handle stands for. */
static NTSTATUS open_kernel_handle(RpcCall *call, uint64_t value) {
        g_autoptr(Object) object = NULL;
        g_auto(Opened) opened = { 0 };
        Nt__GrantReply *body = rpc_prepare_grant(call);
        ProcessHandle handle = { 0 };
        NTSTATUS status = kernel_handle_read(process_table_kernel_handles(call->env->processes),
                        value, &handle, &object);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        status = opened_grant(object, handle.access, process_grants(call->process), &opened);
        body->has_handle_attributes = true;
        body->handle_attributes = (handle.inherit ? OBJ_INHERIT : 0) |
                                  (handle.protect ? OBJ_PROTECT_CLOSE : 0);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, 0) : status;
}

NTSTATUS rpc_open_special(RpcCall *call) {
        uint64_t value = call->request->open_special->handle;

        if (value >= EFFECTIVE_TOKEN)
                return open_pseudo(call, value);
        if (!is_kernel_handle(value) || !rpc_kernel_mode(call))
                return STATUS_INVALID_HANDLE;
        return open_kernel_handle(call, value);
}

static uint32_t count_handles(const Process *process) {
        return process_ended(process) ? 0 : grant_table_count_handles(process_grants(process));
}

/* Who may look into a process's memory may know which one it is. */
static NTSTATUS reference_queried(RpcCall *call, Object **ret_object, Process **ret_process) {
        static const ACCESS_MASK accesses[] = { PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_VM_READ,
                PROCESS_VM_WRITE };
        NTSTATUS status = STATUS_ACCESS_DENIED;

        for (size_t i = 0; i < G_N_ELEMENTS(accesses) && status == STATUS_ACCESS_DENIED; i++)
                status = rpc_reference_process(call, call->request->query_process->grant,
                                accesses[i], ret_object, ret_process);
        return status;
}

NTSTATUS rpc_query_process(RpcCall *call) {
        Nt__QueryProcessReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        Process *process = NULL;
        NTSTATUS status = reference_queried(call, &object, &process);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        nt__query_process_reply__init(body);
        body->process_id = process_id(process);
        body->parent_id = process_parent_id(process);
        body->session_id = process_session(process);
        body->exit_status = process_exit_status(process);
        body->pid = (uint32_t) process_pid(process);
        body->creation_time = (uint64_t) process_created(process);
        body->handle_count = count_handles(process);
        call->reply->body_case = NT__REPLY__BODY_QUERY_PROCESS;
        call->reply->query_process = body;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_terminate_process(RpcCall *call) {
        const Nt__TerminateProcessRequest *request = call->request->terminate_process;
        g_autoptr(Object) object = NULL;
        Process *process = NULL;
        NTSTATUS status = rpc_reference_process(
                        call, request->grant, PROCESS_TERMINATE, &object, &process);

        return NT_SUCCESS(status) ? process_kill(process, request->exit_status) : status;
}
