#include "process-object.h"

#include "ntstatus.h"

static void process_object_finalize(Object *object) {
        ProcessObject *self = (ProcessObject *) object;

        if (!self->process)
                return;
        *process_object_slot(self->process) = NULL;
        process_unref(self->process);
}

static void token_object_finalize(Object *object) {
        TokenObject *self = (TokenObject *) object;

        if (self->process)
                *process_token_object_slot(self->process) = NULL;
        process_unref(self->process);
        token_unref(self->token);
}

const ObjectType process_type = {
        .rules = &object_types[KIND_PROCESS],
        .kind = KIND_PROCESS,
        .size = sizeof(ProcessObject),
        .finalize = process_object_finalize,
};

const ObjectType token_type = {
        .rules = &object_types[KIND_TOKEN],
        .kind = KIND_TOKEN,
        .size = sizeof(TokenObject),
        .finalize = token_object_finalize,
};

/* Both are what the process's own defaults say: its user and SYSTEM may everything. */
static NTSTATUS secure(Object *object, const Process *process, SecurityStore *store) {
        SecurityOrigin origin = {
                .token = process_token(process),
                .type = object->type->rules,
        };

        return security_assign(store, process_quota(process), &origin, &object->security);
}

NTSTATUS process_object_get(Process *process, SecurityStore *store, Object **ret) {
        Object **slot = process_object_slot(process);
        g_autoptr(Object) object = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (*slot) {
                *ret = object_ref(*slot);
                return STATUS_SUCCESS;
        }
        status = object_new(&process_type, process_quota(process), &object);
        if (NT_SUCCESS(status))
                status = secure(object, process, store);
        if (!NT_SUCCESS(status))
                return status;
        ((ProcessObject *) object)->process = process_ref(process);
        *slot = object;
        *ret = g_steal_pointer(&object);
        return STATUS_SUCCESS;
}

NTSTATUS token_object_new(Token *token, Quota *quota, Object **ret) {
        NTSTATUS status = object_new(&token_type, quota, ret);

        if (NT_SUCCESS(status))
                ((TokenObject *) *ret)->token = token_ref(token);
        return status;
}

NTSTATUS token_object_get(Process *process, SecurityStore *store, Object **ret) {
        Object **slot = process_token_object_slot(process);
        g_autoptr(Object) object = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (*slot) {
                *ret = object_ref(*slot);
                return STATUS_SUCCESS;
        }
        status = token_object_new(process_token(process), process_quota(process), &object);
        if (NT_SUCCESS(status))
                status = secure(object, process, store);
        if (!NT_SUCCESS(status))
                return status;
        ((TokenObject *) object)->process = process_ref(process);
        *slot = object;
        *ret = g_steal_pointer(&object);
        return STATUS_SUCCESS;
}
