#include "ntstatus.h"
#include "object-kinds.h"
#include "process.h"
#include "rpc-call.h"
#include "section.h"
#include "symbolic-link.h"

#define NAME_BYTES_MOST 65532u

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
                .kernel_mode = call->request->kernel_mode && process_is_kernel(call->process),
        };
        if (attributes->attributes & ~OBJ_VALID_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;
        if (attributes->has_name && (attributes->name.len > NAME_BYTES_MOST ||
                                                    attributes->name.len % sizeof(WCHAR) != 0))
                return STATUS_OBJECT_NAME_INVALID;
        if (!attributes->root)
                return STATUS_SUCCESS;
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

Security rpc_new_security(const RpcCall *call) {
        return (Security){ .owner = process_token(call->process)->uid };
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
static Nt__GrantReply *prepare_reply(RpcCall *call) {
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

static void describe_section(const Section *section, Nt__SectionInfo *info) {
        info->size = section->size;
        info->attributes = section->attributes;
        info->protection = section->protection;
}

static void reply_opened(RpcCall *call, Nt__GrantReply *body, const Opened *opened) {
        body->grant->slot = opened->grant.slot;
        body->grant->tag = opened->grant.tag;
        body->granted_access = opened->access;
        body->kind = opened->object->type->kind;
        if (opened->object->type == &section_type) {
                describe_section((const Section *) opened->object, body->section);
        } else {
                body->section = NULL;
        }
        call->reply->body_case = NT__REPLY__BODY_GRANT;
        call->reply->grant = body;
}

NTSTATUS rpc_open(RpcCall *call, const Nt__OpenRequest *request, const ObjectType *type) {
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        Nt__GrantReply *body = prepare_reply(call);
        NTSTATUS status = rpc_capture_path(call, request->object_attributes, type, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        status = object_open(&path, request->desired_access, process_grants(call->process),
                        &dependencies, &opened);
        if (NT_SUCCESS(status))
                reply_opened(call, body, &opened);
        if (NT_SUCCESS(status) || status == STATUS_OBJECT_NAME_NOT_FOUND ||
                        status == STATUS_OBJECT_PATH_NOT_FOUND)
                reply_dependencies(call, &dependencies);
        return status;
}

NTSTATUS rpc_create(RpcCall *call, const ObjectPath *path, ACCESS_MASK desired, Object *object) {
        g_auto(Opened) opened = { 0 };
        Dependencies dependencies = { 0 };
        Nt__GrantReply *body = prepare_reply(call);
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = object_create(path, object, desired, process_grants(call->process),
                        process_quota(call->process), &dependencies, &opened);
        if (!NT_SUCCESS(status))
                return status;
        reply_opened(call, body, &opened);
        reply_dependencies(call, &dependencies);
        return status;
}

static NTSTATUS describe(RpcCall *call, const Object *object, Nt__QueryObjectReply *body) {
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = directory_full_name(
                        object, namespace_root(call->env->namespace), &name, &n_units);

        if (!NT_SUCCESS(status))
                return status;
        body->attributes = object->permanent ? OBJ_PERMANENT : 0;
        body->handle_count = object_count_handles(object);
        body->pointer_count = object_count_pointers(object);
        body->name_length = (uint32_t) (n_units * sizeof(WCHAR));
        body->creation_time = object->type == &symbolic_link_type ? (uint64_t) object->created : 0;
        body->has_kind = true;
        body->kind = object->type->kind;
        if (object->type != &section_type)
                return STATUS_SUCCESS;
        body->section = rpc_alloc(call, sizeof(*body->section));
        if (!body->section)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__section_info__init(body->section);
        describe_section((const Section *) object, body->section);
        return STATUS_SUCCESS;
}

NTSTATUS rpc_query_object(RpcCall *call) {
        Nt__QueryObjectReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        NTSTATUS status = grant_table_reference(process_grants(call->process),
                        rpc_grant_name(call->request->query_object->grant), NULL, 0, &object,
                        &access);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        nt__query_object_reply__init(body);
        status = describe(call, object, body);
        if (!NT_SUCCESS(status))
                return status;

        body->has_granted_access = true;
        body->granted_access = access;
        call->reply->body_case = NT__REPLY__BODY_QUERY_OBJECT;
        call->reply->query_object = body;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_query_name(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = rpc_reference(call, call->request->query_name->grant, NULL, 0, &object);

        if (!NT_SUCCESS(status))
                return status;
        status = directory_full_name(object, namespace_root(call->env->namespace), &name, &n_units);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_reply_units(call, name, n_units);
}
