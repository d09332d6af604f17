#pragma once

/*
 * Paths
 *
 * The walk from a root to the last component of a name: through directories, links and `\??`, in
 * NT's order of checks. Opening and creating walk alike; what they do at the end is in open.h.
 */

#include <stdbool.h>
#include <stddef.h>

#include "generation.h"
#include "namespace.h"
#include "object.h"
#include "token.h"

/* What a caller asks for, captured from its OBJECT_ATTRIBUTES. */
typedef struct ObjectPath {
        Namespace *ns;
        Object *root; /* RootDirectory, or NULL; a reference that the path owns */
        const WCHAR *name;
        size_t n_units;
        ULONG attributes; /* OBJ_ */
        const ObjectType *type;
        const Token *token;
        ULONG session;
        const DescriptorView *descriptor; /* SecurityDescriptor, checked; NULL for none */
        bool creating;                    /* the last component is to get an object */
        bool kernel_mode;                 /* no access checks, unless OBJ_FORCE_ACCESS_CHECK */
} ObjectPath;

void object_path_clear(ObjectPath *path);

/* Where a walk ended. Zero-initialise; path_end_clear() gives the references back. */
typedef struct PathEnd {
        Object *object;    /* found there; NULL if the last component has no object */
        Directory *parent; /* where it is, or would be; NULL for the root directory */
        WCHAR *buffer;     /* the path as the links made it */
        const WCHAR *leaf; /* last component, inside @buffer */
        size_t n_units;    /* of it */
        const WCHAR *rest; /* what follows @object, if its type takes it: inside @buffer, and empty
                              or with a leading separator */
        size_t n_rest;
} PathEnd;

void path_end_clear(PathEnd *end);

/**
 * path_walk() - find where a path leads
 * @path:         what was asked for; its name is not empty, or it has a root
 * @dependencies: counters that the answer depends on are added
 * @end:          zeroed; filled in on success
 *
 * Every object on the way is looked at (grant-anchor.h), the last one included. A link at the end
 * is followed unless the wanted type is SymbolicLink. An object of the wanted type, if that takes
 * the rest of names, ends the walk wherever it stands.
 *
 * Return: STATUS_SUCCESS, also if only the last component is missing (@end has no object then);
 * STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_PATH_NOT_FOUND,
 * STATUS_OBJECT_NAME_NOT_FOUND (too many links, or a relative target), STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED, STATUS_REPARSE_POINT_ENCOUNTERED, STATUS_NAME_TOO_LONG, STATUS_NO_MEMORY.
 */
NTSTATUS path_walk(const ObjectPath *path, Dependencies *dependencies, PathEnd *end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ObjectPath, object_path_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PathEnd, path_end_clear)

/* Whether access checks are off for this request. */
static inline bool path_skips_checks(const ObjectPath *path) {
        return path->kernel_mode && !(path->attributes & OBJ_FORCE_ACCESS_CHECK);
}
