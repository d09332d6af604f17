#pragma once

/*
 * Objects
 *
 * An Object is the header every kind of NT object starts with. References keep its memory alive,
 * handles keep its name alive: a temporary object leaves the namespace with its last handle and is
 * destroyed with its last reference. The server does not count handles: each process counts its own
 * in its page, and grant-anchor.h knows when the last one is gone.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "access.h"
#include "ntdef.h"
#include "quota.h"

typedef struct DirectoryEntry DirectoryEntry;
typedef struct GrantEntry GrantEntry;
typedef struct Object Object;

/* An unset slot means "objects of this type cannot do that"; object.c answers for it. */
typedef struct ObjectType {
        const char *name;
        uint32_t kind; /* the number of the type on the wire */
        size_t size;
        AccessRules rules;
        bool needs_global; /* making one in another session's directory needs SeCreateGlobal */
        bool ignores_case; /* names of this type are looked up without case, whatever the caller
                              says */

        void (*finalize)(Object *object);
} ObjectType;

struct Object {
        const ObjectType *type;
        unsigned n_refs;
        bool permanent;
        bool startup;          /* made by the server itself: not the work of any client */
        DirectoryEntry *entry; /* its name; NULL without one. The entry has a reference */
        GrantEntry *grants;    /* all grants on it, in any process; each has a reference */
        GrantEntry *anchor;    /* the grant that reports; NULL while there is none */
        Security security;
        QuotaCharge charge;
        gint64 created; /* in 100 ns since 1601 */
};

/**
 * object_new() - an object without name, grants or body
 * @type:      what it is; its body is zeroed
 * @quota:     who pays; NULL for the server's own
 * @security:  who may open it
 * @ret:       the caller owns one reference
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS object_new(const ObjectType *type, Quota *quota, const Security *security, Object **ret);
Object *object_ref(Object *object);
Object *object_unref(Object *object);

/* Handles on the object in all processes. */
uint32_t object_count_handles(const Object *object);

/* What PointerCount says: the references that NT would count. */
uint32_t object_count_pointers(const Object *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Object, object_unref)
