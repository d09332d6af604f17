#include "thread-target.h"

#include "cleanup.h"
#include "ntstatus.h"

void thread_target_init(ThreadTarget *thread) {
        *thread = (ThreadTarget){ .exit_status = STATUS_PENDING };
        handle_ref_init(&thread->target.ref);
}

void thread_target_clear(ThreadTarget *thread) {
        target_clear(&thread->target);
        thread->record = thread_record_unref(thread->record);
}

NTSTATUS thread_target_enter(ThreadTarget *thread, HANDLE handle) {
        return target_enter(&thread->target, handle);
}

static NTSTATUS find_self(ThreadTarget *thread) {
        thread->own = thread->self = true;
        thread->client_id.UniqueThread = zw_thread_id();
        if (thread->target.client)
                thread->client_id.UniqueProcess =
                                (HANDLE) (uintptr_t) thread->target.client->process_id;
        if (!thread_record_self())
                return STATUS_NO_MEMORY;
        thread->record = thread_record_find(thread->client_id.UniqueThread);
        return thread->target.entered;
}

static NTSTATUS ask(ThreadTarget *thread) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__QueryThreadRequest body = NT__QUERY_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        const Nt__QueryThreadReply *answer;
        NTSTATUS status;

        call_reply_init(&reply);
        body.grant = target_grant(&thread->target);
        request.body_case = NT__REQUEST__BODY_QUERY_THREAD;
        request.query_thread = &body;
        status = connection_call(thread->target.client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        answer = reply.message->query_thread;
        thread->client_id.UniqueProcess = (HANDLE) (uintptr_t) answer->process_id;
        thread->client_id.UniqueThread = (HANDLE) (uintptr_t) answer->thread_id;
        thread->exit_status = answer->exit_status;
        thread->ended = answer->ended;
        thread->own = answer->process_id == thread->target.client->process_id;
        thread->self = thread->own && thread->client_id.UniqueThread == zw_thread_id();
        if (thread->own && !thread->ended)
                thread->record = thread_record_find(thread->client_id.UniqueThread);
        return STATUS_SUCCESS;
}

NTSTATUS thread_target_check(ThreadTarget *thread, ACCESS_MASK access) {
        if (handle_pseudo(thread->target.handle) == PSEUDO_THREAD)
                return STATUS_SUCCESS;
        return target_reference(&thread->target, NT__OBJECT_KIND__OBJECT_KIND_THREAD, access);
}

NTSTATUS thread_target_find(ThreadTarget *thread, ACCESS_MASK access, ACCESS_MASK or) {
        NTSTATUS status;

        if (handle_pseudo(thread->target.handle) == PSEUDO_THREAD)
                return find_self(thread);
        status = thread_target_check(thread, access);
        if (status == STATUS_ACCESS_DENIED && or != 0)
                status = thread_target_check(thread, or);
        return NT_SUCCESS(status) ? ask(thread) : status;
}
