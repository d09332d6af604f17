/*
 * Threads by handle.
 */

#include "namespace.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-process.h"
#include "thread-object.h"

/* Which process a client means: one that it names, its own without a name, or whoever has it. */
static Process *find_process(RpcCall *call, const Nt__OpenThreadRequest *request) {
        ProcessTable *processes = call->env->processes;

        if (request->has_process_id)
                return process_table_find_id(processes, request->process_id);
        if (request->own)
                return call->process;
        return thread_find_process(processes, request->thread_id);
}

NTSTATUS rpc_open_thread(RpcCall *call) {
        const Nt__OpenThreadRequest *request = call->request->open_thread;
        ULONG attributes = request->object_attributes->attributes;
        g_autoptr(Object) object = NULL;
        Process *process = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (attributes & ~OBJ_VALID_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;
        process = find_process(call, request);
        if (!process)
                return STATUS_INVALID_CID;
        status = thread_object_get(process, request->thread_id,
                        request->own && process == call->process,
                        namespace_security(call->env->namespace), &object);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_reply_opened_process(call, object, request->desired_access, attributes);
}

NTSTATUS rpc_end_thread(RpcCall *call) {
        const Nt__EndThreadRequest *request = call->request->end_thread;

        thread_object_end(call->process, request->thread_id, request->exit_status);
        return STATUS_SUCCESS;
}

NTSTATUS rpc_query_thread(RpcCall *call) {
        Nt__QueryThreadReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        ThreadObject *thread = NULL;
        NTSTATUS status = rpc_reference(
                        call, call->request->query_thread->grant, &thread_type, 0, &object);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        thread = (ThreadObject *) object;
        thread_object_look(thread);
        nt__query_thread_reply__init(body);
        body->process_id = process_id(thread->process);
        body->thread_id = thread->id;
        body->exit_status = thread->exit_status;
        body->ended = thread->ended;
        body->creation_time = (uint64_t) thread->created;
        call->reply->body_case = NT__REPLY__BODY_QUERY_THREAD;
        call->reply->query_thread = body;
        return STATUS_SUCCESS;
}
