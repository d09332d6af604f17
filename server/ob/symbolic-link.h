#pragma once

/*
 * Symbolic links
 *
 * A link stands for a path. Its target is not looked at before the link is followed: it may lead
 * nowhere, be relative (which leads nowhere), or be empty, which is the root.
 */

#include "object.h"

typedef struct SymbolicLink {
        Object object;
        WCHAR *target;
        size_t n_units;
        QuotaCharge charge;
} SymbolicLink;

extern const ObjectType symbolic_link_type;

/* @target is copied. STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED or STATUS_NO_MEMORY. */
NTSTATUS symbolic_link_new(const WCHAR *target, size_t n_units, Quota *quota, SymbolicLink **ret);
