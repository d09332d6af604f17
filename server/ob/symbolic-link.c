#include "symbolic-link.h"

#include <string.h>

#include "ntstatus.h"
#include "object-kinds.h"

static void symbolic_link_finalize(Object *object) {
        SymbolicLink *link = (SymbolicLink *) object;

        g_free(link->target);
        quota_charge_release(&link->charge);
}

const ObjectType symbolic_link_type = {
        .name = "SymbolicLink",
        .kind = KIND_SYMBOLIC_LINK,
        .size = sizeof(SymbolicLink),
        .rules = {
                .mapping = {
                        .GenericRead = STANDARD_RIGHTS_READ | SYMBOLIC_LINK_QUERY,
                        .GenericWrite = STANDARD_RIGHTS_WRITE,
                        .GenericExecute = STANDARD_RIGHTS_EXECUTE | SYMBOLIC_LINK_QUERY,
                        .GenericAll = SYMBOLIC_LINK_ALL_ACCESS,
                },
                .valid = SYMBOLIC_LINK_ALL_ACCESS,
        },
        .needs_global = true,
        .ignores_case = true,
        .finalize = symbolic_link_finalize,
};

NTSTATUS symbolic_link_new(const WCHAR *target,
                size_t n_units,
                Quota *quota,
                const Security *security,
                SymbolicLink **ret) {
        g_autoptr(Object) object = NULL;
        SymbolicLink *link = NULL;
        NTSTATUS status = object_new(&symbolic_link_type, quota, security, &object);

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
