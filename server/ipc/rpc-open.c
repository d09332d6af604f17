/*
 * What every request that makes a grant has in common: the path that it names, and the reply.
 */

#include "kernel-handles.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "section.h"

#define NAME_BYTES_MOST 65532u

static NTSTATUS capture_descriptor(
                RpcCall *call, const Nt__ObjectAttributes *attributes, ObjectPath *path) {
        DescriptorView *view = NULL;

        if (!attributes->has_security_descriptor)
                return STATUS_SUCCESS;
        view = rpc_alloc(call, sizeof(*view));
        if (!view)
                return STATUS_INSUFFICIENT_RESOURCES;
        path->descriptor = view;
        return descriptor_view(attributes->security_descriptor.data,
                        attributes->security_descriptor.len, view);
}

bool rpc_kernel_mode(const RpcCall *call) {
        return call->request->kernel_mode && process_is_kernel(call->process);
}

NTSTATUS rpc_capture_path(RpcCall *call,
                const Nt__ObjectAttributes *attributes,
                const ObjectType *type,
                ObjectPath *path) {
        *path = (ObjectPath){
                .ns = call->env->namespace,
                .name = (const WCHAR *) (const void *) attributes->name.data,
                .n_units = attributes->has_name ? attributes->name.len / sizeof(WCHAR) : 0,
                .attributes = attributes->attributes,
                .type = type,
                .token = process_token(call->process),
                .session = process_session(call->process),
                .kernel_mode = rpc_kernel_mode(call),
        };
        NTSTATUS status = STATUS_SUCCESS;

        if (attributes->attributes & ~OBJ_VALID_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;
        if (attributes->has_name && (attributes->name.len > NAME_BYTES_MOST ||
                                                    attributes->name.len % sizeof(WCHAR) != 0))
                return STATUS_OBJECT_NAME_INVALID;
        status = capture_descriptor(call, attributes, path);
        if (!NT_SUCCESS(status) || !attributes->root)
                return status;
        return rpc_reference(call, attributes->root, NULL, 0, &path->root);
}

NTSTATUS rpc_capture_new(RpcCall *call,
                const Nt__ObjectAttributes *attributes,
                const ObjectType *type,
                ObjectPath *path) {
        NTSTATUS status = rpc_capture_path(call, attributes, type, path);

        path->creating = true;
        return NT_SUCCESS(status) ? object_check_create_attributes(path) : status;
}

/* The counters that the answer depended on, unless there are too many to be worth it. */
static void reply_dependencies(RpcCall *call, const Dependencies *dependencies) {
        Nt__Reply *reply = call->reply;

        if (dependencies->unknowable || dependencies->n == 0)
                return;
        reply->counter_index = rpc_alloc(call, dependencies->n * sizeof(*reply->counter_index));
        reply->counter_value = rpc_alloc(call, dependencies->n * sizeof(*reply->counter_value));
        if (!reply->counter_index || !reply->counter_value)
                return;
        for (uint32_t i = 0; i < dependencies->n; i++) {
                reply->counter_index[i] = dependencies->index[i];
                reply->counter_value[i] =
                                generation_value(call->env->generation, dependencies->index[i]);
        }
        reply->n_counter_index = reply->n_counter_value = dependencies->n;
}

/* The body is made before anything is granted, so that no grant is made that the client is not told
 * of. */
Nt__GrantReply *rpc_prepare_grant(RpcCall *call) {
        Nt__GrantReply *body = rpc_alloc(call, sizeof(*body));

        if (!body)
                return NULL;
        nt__grant_reply__init(body);
        body->grant = rpc_alloc(call, sizeof(*body->grant));
        body->section = rpc_alloc(call, sizeof(*body->section));
        if (!body->grant || !body->section)
                return NULL;
        nt__grant__init(body->grant);
        nt__section_info__init(body->section);
        return body;
}

void rpc_describe_section(const Section *section, Nt__SectionInfo *info) {
        info->size = section->size;
        info->attributes = section->attributes;
        info->protection = section->protection;
        info->has_base_address = section->base.size != 0;
        info->base_address = section->base.base;
}

void rpc_describe_grant(
                Nt__GrantReply *body, const Object *object, GrantName grant, ACCESS_MASK access) {
        body->grant->slot = grant.slot;
        body->grant->tag = grant.tag;
        body->granted_access = access;
        body->kind = object->type->kind;
        body->has_object_id = true;
        body->object_id = object->id;
        body->has_exclusive = body->exclusive = object->exclusive;
        if (object->type == &section_type)
                rpc_describe_section((const Section *) object, body->section);
        else
                body->section = NULL;
}

static bool wants_kernel_handle(const RpcCall *call, ULONG attributes) {
        return attributes & OBJ_KERNEL_HANDLE && rpc_kernel_mode(call);
}

GrantTable *rpc_grants(RpcCall *call, ULONG attributes) {
        if (!wants_kernel_handle(call, attributes))
                return process_grants(call->process);
        return process_grants(
                        kernel_handles_system(process_table_kernel_handles(call->env->processes)));
}

NTSTATUS rpc_reply_grant(
                RpcCall *call, Nt__GrantReply *body, const Opened *opened, ULONG attributes) {
        NTSTATUS status = STATUS_SUCCESS;

        rpc_describe_grant(body, opened->object, opened->grant, opened->access);
        if (wants_kernel_handle(call, attributes)) {
                status = kernel_handle_make_take(process_table_kernel_handles(call->env->processes),
                                call->process, opened->grant, opened->access,
                                attributes & OBJ_INHERIT, false, &body->handle);
                body->has_handle = true;
        }
        call->reply->body_case = NT__REPLY__BODY_GRANT;
        call->reply->grant = body;
        return status;
}

NTSTATUS rpc_open(RpcCall *call, const Nt__OpenRequest *request, const ObjectType *type) {
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        Nt__GrantReply *body = rpc_prepare_grant(call);
        NTSTATUS status = rpc_capture_path(call, request->object_attributes, type, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        status = object_open(&path, request->desired_access, rpc_grants(call, path.attributes),
                        &dependencies, &opened);
        if (NT_SUCCESS(status))
                status = rpc_reply_grant(call, body, &opened, path.attributes);
        if (NT_SUCCESS(status) || status == STATUS_OBJECT_NAME_NOT_FOUND ||
                        status == STATUS_OBJECT_PATH_NOT_FOUND)
                reply_dependencies(call, &dependencies);
        return status;
}

NTSTATUS rpc_create(RpcCall *call, const ObjectPath *path, ACCESS_MASK desired, Object *object) {
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        Nt__GrantReply *body = rpc_prepare_grant(call);
        NTSTATUS status = STATUS_SUCCESS, made = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = object_create(path, object, desired, rpc_grants(call, path->attributes),
                        process_quota(call->process), &dependencies, &opened);
        if (!NT_SUCCESS(status))
                return status;
        made = rpc_reply_grant(call, body, &opened, path->attributes);
        reply_dependencies(call, &dependencies);
        return NT_SUCCESS(made) ? status : made;
}
