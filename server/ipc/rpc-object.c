#include <string.h>

#include "file.h"
#include "ntstatus.h"
#include "object-references.h"
#include "process.h"
#include "rpc-call.h"
#include "section.h"
#include "symbolic-link.h"

/* What an object is called: a file as its client said. */
static NTSTATUS full_name(RpcCall *call, const Object *object, WCHAR **ret, size_t *ret_units) {
        const FileName *name = NULL;

        if (object->type != &file_type)
                return directory_full_name(
                                object, namespace_root(call->env->namespace), ret, ret_units);
        name = ((const File *) object)->name;
        *ret = g_try_new(WCHAR, name->n_units + 1);
        if (!*ret)
                return STATUS_NO_MEMORY;
        memcpy(*ret, name->units, name->n_units * sizeof(WCHAR));
        *ret_units = name->n_units;
        return STATUS_SUCCESS;
}

static NTSTATUS
describe(RpcCall *call, const Object *object, ACCESS_MASK access, Nt__QueryObjectReply *body) {
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = full_name(call, object, &name, &n_units);

        if (!NT_SUCCESS(status))
                return status;
        body->attributes = (object->permanent ? OBJ_PERMANENT : 0) |
                           (object->exclusive ? OBJ_EXCLUSIVE : 0);
        body->handle_count = object_count_handles(object);
        body->pointer_count = object_count_pointers(object);
        body->name_length = (uint32_t) (n_units * sizeof(WCHAR));
        body->creation_time = object->type == &symbolic_link_type ? (uint64_t) object->created : 0;
        body->has_kind = true;
        body->kind = object->type->kind;
        body->has_object_id = true;
        body->object_id = object->id;
        body->has_descriptor_length = access & READ_CONTROL;
        body->descriptor_length = (uint32_t) security_size(object->security);
        if (object->type != &section_type)
                return STATUS_SUCCESS;
        body->section = rpc_alloc(call, sizeof(*body->section));
        if (!body->section)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__section_info__init(body->section);
        rpc_describe_section((const Section *) object, body->section);
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
        status = describe(call, object, access, body);
        if (!NT_SUCCESS(status))
                return status;

        body->has_granted_access = true;
        body->granted_access = access;
        call->reply->body_case = NT__REPLY__BODY_QUERY_OBJECT;
        call->reply->query_object = body;
        return STATUS_SUCCESS;
}

/* By grant, or, from a driver host, by a reference. */
static NTSTATUS find_named(RpcCall *call, Object **ret) {
        const Nt__QueryNameRequest *request = call->request->query_name;
        Object *object = NULL;

        if (request->grant)
                return rpc_reference(call, request->grant, NULL, 0, ret);
        object = object_references_find(process_references(call->process), request->object_id);
        if (!object)
                return STATUS_INVALID_PARAMETER;
        *ret = object_ref(object);
        return STATUS_SUCCESS;
}

NTSTATUS rpc_query_name(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = find_named(call, &object);

        if (NT_SUCCESS(status))
                status = full_name(call, object, &name, &n_units);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_reply_units(call, name, n_units);
}

NTSTATUS rpc_query_types(RpcCall *call) {
        const Nt__QueryTypesRequest *request = call->request->query_types;
        Nt__QueryTypesReply *body = rpc_alloc(call, sizeof(*body));

        if (body)
                nt__query_types_reply__init(body);
        if (!body || !(body->types = rpc_alloc(call, KINDS * sizeof(*body->types))))
                return STATUS_INSUFFICIENT_RESOURCES;
        for (uint32_t kind = KIND_NONE + 1; kind < KINDS; kind++) {
                const ObjectCount *count = object_count(kind);
                Nt__TypeInfo *type = NULL;

                if (request->has_kind && request->kind != kind)
                        continue;
                type = rpc_alloc(call, sizeof(*type));
                if (!type)
                        return STATUS_INSUFFICIENT_RESOURCES;
                nt__type_info__init(type);
                type->kind = kind;
                type->n_objects = count->n_objects;
                type->n_grants = count->n_grants;
                type->most_objects = count->most_objects;
                type->most_grants = count->most_grants;
                body->types[body->n_types++] = type;
        }
        call->reply->body_case = NT__REPLY__BODY_QUERY_TYPES;
        call->reply->query_types = body;
        return STATUS_SUCCESS;
}

/* What was there from the start stays: the server relies on it. */
NTSTATUS rpc_make_temporary(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        NTSTATUS status = rpc_reference(
                        call, call->request->make_temporary->grant, NULL, DELETE, &object);

        if (!NT_SUCCESS(status))
                return status;
        if (object->startup)
                return STATUS_ACCESS_DENIED;
        object_make_temporary(object, namespace_seed(call->env->namespace));
        return STATUS_SUCCESS;
}

static bool holds(const RpcCall *call, uint64_t privilege) {
        return rpc_kernel_mode(call) || token_has(process_token(call->process), SE_BIT(privilege));
}

NTSTATUS rpc_make_permanent(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (!holds(call, SE_CREATE_PERMANENT_PRIVILEGE))
                return STATUS_PRIVILEGE_NOT_HELD;
        status = rpc_reference(call, call->request->make_permanent->grant, NULL, 0, &object);
        if (NT_SUCCESS(status))
                object_make_permanent(object, namespace_seed(call->env->namespace));
        return status;
}

NTSTATUS rpc_set_object_session(RpcCall *call) {
        g_autoptr(Object) object = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (!holds(call, SE_TCB_PRIVILEGE))
                return STATUS_PRIVILEGE_NOT_HELD;
        status = rpc_reference(call, call->request->set_object_session->grant, &directory_type, 0,
                        &object);
        if (!NT_SUCCESS(status))
                return status;
        ((Directory *) object)->has_session = true;
        ((Directory *) object)->session = process_session(call->process);
        return STATUS_SUCCESS;
}
