#include "file-name.h"

#include <glib.h>
#include <string.h>

#include "ntstatus.h"

NTSTATUS file_name_new(const WCHAR *units, size_t n_units, Quota *quota, FileName **ret) {
        QuotaCharge charge = { 0 };
        FileName *name = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        if (quota)
                status = quota_charge(quota, QUOTA_NAME_BYTES, n_units * sizeof(WCHAR), &charge);
        if (!NT_SUCCESS(status))
                return status;
        name = g_try_malloc0(sizeof(*name) + n_units * sizeof(WCHAR));
        if (!name) {
                quota_charge_release(&charge);
                return STATUS_NO_MEMORY;
        }
        name->n_refs = 1;
        name->charge = charge;
        name->n_units = n_units;
        if (n_units > 0) /* without a name, @units may be NULL */
                memcpy(name->units, units, n_units * sizeof(WCHAR));
        *ret = name;
        return STATUS_SUCCESS;
}

FileName *file_name_ref(FileName *name) {
        name->n_refs++;
        return name;
}

FileName *file_name_unref(FileName *name) {
        if (name && --name->n_refs == 0) {
                quota_charge_release(&name->charge);
                g_free(name);
        }
        return NULL;
}
