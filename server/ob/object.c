/*
 * References are plain integers: one thread, one loop, no atomics.
 */

#include "object.h"

#include "grant.h"
#include "nt-time.h"
#include "ntstatus.h"

/* One server per program: what there is of each kind, and the number that was given out last. */
static ObjectCount counts[KINDS];
static uint64_t last_id;

static void count_object(uint32_t kind, int difference) {
        ObjectCount *count = &counts[kind];

        count->n_objects += (uint32_t) difference;
        count->most_objects = MAX(count->most_objects, count->n_objects);
}

void object_count_grant(uint32_t kind, int difference) {
        ObjectCount *count = &counts[kind];

        count->n_grants += (uint32_t) difference;
        count->most_grants = MAX(count->most_grants, count->n_grants);
}

const ObjectCount *object_count(uint32_t kind) {
        return &counts[kind];
}

NTSTATUS object_new(const ObjectType *type, Quota *quota, Object **ret) {
        QuotaCharge charge = { 0 };
        Object *object = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (quota)
                status = quota_charge(quota, QUOTA_OBJECTS, 1, &charge);
        if (!NT_SUCCESS(status))
                return status;
        object = g_try_malloc0(type->size);
        if (!object) {
                quota_charge_release(&charge);
                return STATUS_NO_MEMORY;
        }

        object->type = type;
        object->n_refs = 1;
        object->id = ++last_id;
        object->charge = charge;
        object->created = nt_time_now();
        count_object(type->kind, 1);
        *ret = object;
        return STATUS_SUCCESS;
}

Object *object_ref(Object *object) {
        object->n_refs++;
        return object;
}

Object *object_unref(Object *object) {
        if (!object || --object->n_refs > 0)
                return NULL;

        g_assert(!object->entry && !object->grants && !object->viewed);
        if (object->type->finalize)
                object->type->finalize(object);
        count_object(object->type->kind, -1);
        security_unref(object->security);
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

/* That the last handle is gone is noticed here, and nobody gets another without asking. */
const GrantTable *object_exclusive_owner(Object *object) {
        if (!object->owned)
                return NULL;
        for (const GrantEntry *entry = object->grants; entry; entry = entry->next) {
                if (grant_entry_count_handles(entry) > 0)
                        return entry->table;
        }
        object->owned = false;
        return NULL;
}

void object_own(Object *object) {
        object->owned = true;
}
