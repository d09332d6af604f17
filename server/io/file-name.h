#pragma once

/*
 * Names of files
 *
 * What NtQueryObject says of a File, and NtQueryVirtualMemory of a view of its section: as the
 * client gave it, since only Linux knows what a file is called. A name is shared by the File and
 * its sections, and never changes.
 */

#include <stddef.h>

#include "ntdef.h"
#include "quota.h"

typedef struct FileName {
        unsigned n_refs;
        QuotaCharge charge;
        size_t n_units;
        WCHAR units[];
} FileName;

/* @quota: who pays; NULL for the server's own. STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED or
 * STATUS_NO_MEMORY. The caller owns one reference. */
NTSTATUS file_name_new(const WCHAR *units, size_t n_units, Quota *quota, FileName **ret);
FileName *file_name_ref(FileName *name);
FileName *file_name_unref(FileName *name); /* NULL is ignored; returns NULL */
