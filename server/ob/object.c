/*
 * References are plain integers: one thread, one loop, no atomics.
 */

#include "object.h"

#include "grant.h"
#include "ntstatus.h"

#define EPOCH_1601_TO_1970 G_GINT64_CONSTANT(116444736000000000)

NTSTATUS object_new(const ObjectType *type, Quota *quota, const Security *security, Object **ret) {
        g_autoptr(Object) object = g_try_malloc0(type->size);
        NTSTATUS status = STATUS_SUCCESS;

        if (!object)
                return STATUS_NO_MEMORY;
        object->type = type;
        object->n_refs = 1;
        object->security = *security;
        object->created = g_get_real_time() * 10 + EPOCH_1601_TO_1970;
        if (quota) {
                status = quota_charge(quota, QUOTA_OBJECTS, 1, &object->charge);
                if (!NT_SUCCESS(status)) {
                        g_free(g_steal_pointer(
                                        &object)); /* its body is not ready for a finalizer */
                        return status;
                }
        }

        *ret = g_steal_pointer(&object);
        return STATUS_SUCCESS;
}

Object *object_ref(Object *object) {
        object->n_refs++;
        return object;
}

Object *object_unref(Object *object) {
        if (!object || --object->n_refs > 0)
                return NULL;

        g_assert(!object->entry && !object->grants);
        if (object->type->finalize)
                object->type->finalize(object);
        quota_charge_release(&object->charge);
        g_free(object);
        return NULL;
}

uint32_t object_count_handles(const Object *object) {
        uint64_t n = 0;

        for (const GrantEntry *entry = object->grants; entry; entry = entry->next)
                n += grant_entry_count_handles(entry);
        return (uint32_t) MIN(n, UINT32_MAX);
}

uint32_t object_count_pointers(const Object *object) {
        uint64_t n = (uint64_t) object_count_handles(object) + 1;

        if (object->entry)
                n++;
        return (uint32_t) MIN(n, UINT32_MAX);
}
