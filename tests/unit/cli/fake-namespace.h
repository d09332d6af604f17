#pragma once

/*
 * A namespace without a daemon
 *
 * Stands in for libzw: one root directory whose entries the test gives, served by the services that
 * ntobj calls, with NT's statuses.
 */

#include <stdbool.h>
#include <stddef.h>

#include "zw.h"

typedef struct FakeObject {
        const WCHAR *name;
        const WCHAR *type;
        const WCHAR *target; /* of a SymbolicLink */
        NTSTATUS refused;    /* what opening it is answered with, if not 0 */
} FakeObject;

typedef struct FakeNamespace {
        const FakeObject *objects;
        size_t n_objects;
        size_t n_at_once;         /* entries that one query returns at most; 0 for all that fit */
        NTSTATUS query_failure;   /* what queries are answered with, if not 0 */
        NTSTATUS section_failure; /* ... and queries of sections */
        NTSTATUS attach_failure;  /* what attaching is answered with, if not 0 */
        const ZW_STATISTIC *statistics;
        ULONG n_statistics;
        unsigned n_queries; /* that were made */
        unsigned n_open;    /* handles not closed yet */
} FakeNamespace;

extern FakeNamespace fake_namespace;

/* Begins anew with these objects. */
void fake_namespace_set(const FakeObject *objects, size_t n_objects);
