#include "object-references.h"

#include "ntstatus.h"

typedef struct Reference {
        uint64_t id; /* first: the table's key */
        Object *object;
        uint64_t n;
        QuotaCharge charge;
} Reference;

struct ObjectReferences {
        GHashTable *table;
        Quota *quota;
};

static void reference_free(gpointer data) {
        Reference *reference = data;

        object_unref(reference->object);
        quota_charge_release(&reference->charge);
        g_free(reference);
}

ObjectReferences *object_references_new(Quota *quota) {
        ObjectReferences *references = g_new0(ObjectReferences, 1);

        references->table =
                        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, reference_free);
        references->quota = quota_ref(quota);
        return references;
}

void object_references_free(ObjectReferences *references) {
        if (!references)
                return;
        g_hash_table_unref(references->table);
        quota_unref(references->quota);
        g_free(references);
}

NTSTATUS object_references_add(ObjectReferences *references, Object *object) {
        Reference *reference = g_hash_table_lookup(references->table, &object->id);
        QuotaCharge charge = { 0 };
        NTSTATUS status = STATUS_SUCCESS;

        if (reference) {
                reference->n++;
                return STATUS_SUCCESS;
        }
        status = quota_charge(references->quota, QUOTA_GRANTS, 1, &charge);
        if (!NT_SUCCESS(status))
                return status;
        reference = g_new0(Reference, 1);
        reference->id = object->id;
        reference->object = object_ref(object);
        reference->n = 1;
        reference->charge = charge;
        g_hash_table_insert(references->table, &reference->id, reference);
        return STATUS_SUCCESS;
}

bool object_references_remove(ObjectReferences *references, uint64_t id) {
        Reference *reference = g_hash_table_lookup(references->table, &id);

        if (!reference)
                return false;
        if (--reference->n == 0)
                g_hash_table_remove(references->table, &id);
        return true;
}

Object *object_references_find(const ObjectReferences *references, uint64_t id) {
        const Reference *reference = g_hash_table_lookup(references->table, &id);

        return reference ? reference->object : NULL;
}
