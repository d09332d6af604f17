/*
 * NtDuplicateObject, where it is more than a second name inside one process: other processes'
 * tables, kernel handles, more rights than the source has.
 */

#include "access.h"
#include "grant-anchor.h"
#include "kernel-handles.h"
#include "namespace.h"
#include "ntstatus.h"
#include "process-object.h"
#include "rpc-call.h"
#include "thread-object.h"

#define DUPLICATE_CLOSE_SOURCE    0x1u
#define DUPLICATE_SAME_ACCESS     0x2u
#define DUPLICATE_SAME_ATTRIBUTES 0x4u

/* One call. */
typedef struct Duplication {
        RpcCall *call;
        const Nt__DuplicateRequest *request;
        Process *source; /* whose handle it is: for a kernel handle the System process */
        Process *target;
        Object *source_process; /* references that keep them */
        Object *target_process;
        Object *object;       /* what is duplicated; a reference */
        ProcessHandle handle; /* the source; index 0 for a pseudo handle */
} Duplication;

static void duplication_clear(Duplication *duplication) {
        object_unref(duplication->source_process);
        object_unref(duplication->target_process);
        object_unref(duplication->object);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Duplication, duplication_clear)

static KernelHandles *kernel_handles(const Duplication *duplication) {
        return process_table_kernel_handles(duplication->call->env->processes);
}

/* The source's own process, as a pseudo handle says it. */
static NTSTATUS read_current_process(Duplication *duplication) {
        duplication->handle.access = PROCESS_ALL_ACCESS;
        return process_object_get(duplication->source,
                        namespace_security(duplication->call->env->namespace),
                        &duplication->object);
}

/* The caller's, whatever process it takes it from. */
static NTSTATUS read_current_thread(Duplication *duplication) {
        const RpcCall *call = duplication->call;

        duplication->handle.access = THREAD_ALL_ACCESS;
        return thread_object_get(call->process, duplication->request->thread_id, true,
                        namespace_security(call->env->namespace), &duplication->object);
}

static NTSTATUS read_source(Duplication *duplication) {
        uint64_t value = duplication->request->source_handle;

        if (process_ended(duplication->source))
                return STATUS_PROCESS_IS_TERMINATING;
        if (value == CURRENT_PROCESS)
                return read_current_process(duplication);
        if (value == CURRENT_THREAD)
                return read_current_thread(duplication);
        if (is_kernel_handle(value) && rpc_kernel_mode(duplication->call)) {
                duplication->source = kernel_handles_system(kernel_handles(duplication));
                value &= ~KERNEL_HANDLE_BITS;
        } else if (!process_has_page(duplication->source) &&
                        duplication->source != kernel_handles_system(kernel_handles(duplication))) {
                return STATUS_NOT_SUPPORTED; /* it names no handles */
        }
        return process_handle_read(
                        duplication->source, value, &duplication->handle, &duplication->object);
}

/* Even if what follows fails. A protected handle stays. */
static void close_source(Duplication *duplication) {
        const ProcessHandle *handle = &duplication->handle;
        KernelHandles *kernel = kernel_handles(duplication);

        if (!(duplication->request->options & DUPLICATE_CLOSE_SOURCE) || handle->index == 0 ||
                        handle->protect)
                return;
        if (duplication->source == kernel_handles_system(kernel))
                kernel_handle_close(kernel, (uint64_t) handle->index * 4 | KERNEL_HANDLE_BITS);
        else
                process_handle_close(duplication->source, handle);
}

/*
 * Rights that the source has are never checked; more are asked of the object's descriptor, for the
 * process that gets them (Wine's test of duplicated handles' access).
 */
static NTSTATUS check_access(const Duplication *duplication, ACCESS_MASK *ret) {
        const Nt__DuplicateRequest *request = duplication->request;
        const Object *object = duplication->object;
        const ObjectTypeRules *rules = object->type->rules;
        ACCESS_MASK had = duplication->handle.access, wanted = had, granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (!(request->options & DUPLICATE_SAME_ACCESS))
                wanted = access_map_generic(&rules->mapping, request->desired_access) &
                         (rules->valid | ACCESS_SYSTEM_SECURITY);
        *ret = wanted;
        if (wanted & ~had && object->type->no_more_access)
                return STATUS_ACCESS_DENIED;
        if (!(wanted & ~had) || rpc_kernel_mode(duplication->call))
                return STATUS_SUCCESS;
        status = access_check_open(object->security, process_token(duplication->target), rules,
                        false, wanted & ~had, &granted);
        /* ... who has all 32 bits asked for refused like any other. */
        return status == STATUS_PRIVILEGE_NOT_HELD ? STATUS_ACCESS_DENIED : status;
}

/* The handle in the target's table. */
static NTSTATUS make_handle(Duplication *duplication, ACCESS_MASK access, uint64_t *ret) {
        const Nt__DuplicateRequest *request = duplication->request;
        const ProcessHandle *source = &duplication->handle;
        KernelHandles *kernel = kernel_handles(duplication);
        bool same = request->options & DUPLICATE_SAME_ATTRIBUTES;
        bool inherit = same ? source->inherit : request->attributes & OBJ_INHERIT;
        bool protect = same ? source->protect : request->attributes & OBJ_PROTECT_CLOSE;
        GrantTable *grants = process_grants(duplication->target);
        GrantName grant = { 0 };
        NTSTATUS status = object_check_exclusive(duplication->object, 0, grants);

        if (NT_SUCCESS(status) && !object_look(duplication->object) && source->index != 0)
                status = STATUS_INVALID_HANDLE;
        if (NT_SUCCESS(status))
                status = grant_table_open(grants, duplication->object, access, &grant);
        if (!NT_SUCCESS(status))
                return status;
        if (duplication->target != kernel_handles_system(kernel))
                return process_handle_make_take(
                                duplication->target, grant, access, inherit, protect, ret);
        status = kernel_handle_make_take(
                        kernel, duplication->call->process, grant, access, inherit, protect, ret);
        if (!(request->attributes & OBJ_KERNEL_HANDLE))
                *ret &= ~KERNEL_HANDLE_BITS; /* a value that only the System process can use */
        return status;
}

static NTSTATUS find_processes(Duplication *duplication) {
        const Nt__DuplicateRequest *request = duplication->request;
        NTSTATUS status = rpc_reference_process(duplication->call, request->source_process,
                        PROCESS_DUP_HANDLE, &duplication->source_process, &duplication->source);

        if (NT_SUCCESS(status) && !request->no_target)
                status = rpc_reference_process(duplication->call, request->target_process,
                                PROCESS_DUP_HANDLE, &duplication->target_process,
                                &duplication->target);
        return status;
}

static NTSTATUS check_target(const Duplication *duplication) {
        const Process *target = duplication->target;

        if (!target)
                return duplication->request->options & DUPLICATE_CLOSE_SOURCE
                                       ? STATUS_SUCCESS
                                       : STATUS_INVALID_PARAMETER;
        if (process_ended(target))
                return STATUS_PROCESS_IS_TERMINATING;
        if (!process_has_page(target) &&
                        target != kernel_handles_system(kernel_handles(duplication)))
                return STATUS_NOT_SUPPORTED;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_duplicate(RpcCall *call) {
        g_auto(Duplication) duplication = {
                .call = call,
                .request = call->request->duplicate,
        };
        Nt__DuplicateReply *body = rpc_alloc(call, sizeof(*body));
        ACCESS_MASK access = 0;
        NTSTATUS status = find_processes(&duplication);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__duplicate_reply__init(body);
        if (NT_SUCCESS(status))
                status = read_source(&duplication);
        if (!NT_SUCCESS(status))
                return status;
        status = check_target(&duplication);
        if (NT_SUCCESS(status) && duplication.target)
                status = check_access(&duplication, &access);
        if (NT_SUCCESS(status) && duplication.target) {
                status = make_handle(&duplication, access, &body->handle);
                body->has_handle = true;
        }
        close_source(&duplication);
        if (!NT_SUCCESS(status))
                return status;
        call->reply->body_case = NT__REPLY__BODY_DUPLICATE;
        call->reply->duplicate = body;
        return STATUS_SUCCESS;
}
