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

#include "ntdef.h"
#include "object-types.h"
#include "quota.h"
#include "security.h"

typedef struct DirectoryEntry DirectoryEntry;
typedef struct GrantEntry GrantEntry;
typedef struct GrantTable GrantTable;
typedef struct Object Object;

/* An unset slot means "objects of this type cannot do that"; object.c answers for it. */
typedef struct ObjectType {
        const ObjectTypeRules *rules; /* name, rights and flags */
        uint32_t kind;                /* the number of the type on the wire */
        size_t size;
        bool needs_global;   /* making one in another session's directory needs SeCreateGlobal */
        bool takes_rest;     /* a path that looks for one ends there, with the rest of the name */
        bool no_more_access; /* a duplicate has no right that its source lacks */

        /* Its last grant is gone; there may be references. Called again if one is made anew. */
        void (*close)(Object *object);
        void (*finalize)(Object *object);
} ObjectType;

struct Object {
        const ObjectType *type;
        unsigned n_refs;
        bool permanent : 1;
        bool startup : 1;      /* made by the server itself: not the work of any client */
        bool exclusive : 1;    /* made with OBJ_EXCLUSIVE: one process at a time can own it */
        bool owned : 1;        /* whoever has handles has it alone; read object_exclusive_owner() */
        bool reports : 1;      /* every grant's last close is reported and waited for; from birth */
        uint64_t id;           /* shared with no other object while the server runs */
        DirectoryEntry *entry; /* its name; NULL without one. The entry has a reference */
        GrantEntry *grants;    /* all grants on it, in any process; each has a reference */
        GrantEntry *viewed;    /* grants that are over and had views; each has a reference */
        GrantEntry *anchor;    /* the grant that reports; NULL while there is none */
        Security *security;    /* a reference; NULL: none, and who reaches the object may all */
        QuotaCharge charge;
        gint64 created; /* in 100 ns since 1601 */
};

/**
 * object_new() - an object without name, descriptor, grants or body
 * @type:  what it is; its body is zeroed
 * @quota: who pays; NULL for the server's own
 * @ret:   the caller owns one reference
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS object_new(const ObjectType *type, Quota *quota, Object **ret);
Object *object_ref(Object *object);
Object *object_unref(Object *object);

/* Handles on the object in all processes. */
uint32_t object_count_handles(const Object *object);

/* What PointerCount says: the references that NT would count. */
uint32_t object_count_pointers(const Object *object);

/* The process that has the object to itself. NULL if none has: there is no handle, or the first was
 * made without OBJ_EXCLUSIVE. */
const GrantTable *object_exclusive_owner(Object *object);

/* The one process that has handles, or is about to have the first, has the object to itself. */
void object_own(Object *object);

/* What there is of a kind, and the most there ever was. */
typedef struct ObjectCount {
        uint32_t n_objects;
        uint32_t n_grants;
        uint32_t most_objects;
        uint32_t most_grants;
} ObjectCount;

const ObjectCount *object_count(uint32_t kind);

/* One grant more, or one less, on an object of @kind. */
void object_count_grant(uint32_t kind, int difference);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Object, object_unref)
