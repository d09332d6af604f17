#include "symbolic-link.h"

#include <string.h>

#include "ntstatus.h"

static void symbolic_link_finalize(Object *object) {
        SymbolicLink *link = (SymbolicLink *) object;

        g_free(link->target);
        quota_charge_release(&link->charge);
}

const ObjectType symbolic_link_type = {
        .rules = &object_types[KIND_SYMBOLIC_LINK],
        .kind = KIND_SYMBOLIC_LINK,
        .size = sizeof(SymbolicLink),
        .needs_global = true,
        .finalize = symbolic_link_finalize,
};

NTSTATUS symbolic_link_new(const WCHAR *target, size_t n_units, Quota *quota, SymbolicLink **ret) {
        g_autoptr(Object) object = NULL;
        SymbolicLink *link = NULL;
        NTSTATUS status = object_new(&symbolic_link_type, quota, &object);

        if (!NT_SUCCESS(status))
                return status;
        link = (SymbolicLink *) object;
        if (quota) {
                status = quota_charge(
                                quota, QUOTA_NAME_BYTES, n_units * sizeof(WCHAR), &link->charge);
                if (!NT_SUCCESS(status))
                        return status;
        }
        link->target = g_try_new(WCHAR, n_units + 1);
        if (!link->target)
                return STATUS_NO_MEMORY;
        if (n_units > 0) /* without one, @target may be NULL */
                memcpy(link->target, target, n_units * sizeof(WCHAR));
        link->n_units = n_units;

        g_steal_pointer(&object);
        *ret = link;
        return STATUS_SUCCESS;
}
