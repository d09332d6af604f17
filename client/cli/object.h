#pragma once

/*
 * Objects of the namespace
 *
 * The kinds of object that there is a service to open, and what can be asked about one that is
 * open. Statuses are those of the services.
 */

#include <glib.h>
#include <stdbool.h>

#include "cleanup.h"
#include "name.h"
#include "zw.h"

/* A right that objects of a kind have, by name. */
typedef struct Right {
        const char *name;
        ACCESS_MASK mask;
} Right;

typedef struct Kind {
        const char *type; /* what the server calls it */
        NTSTATUS (*open)(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
        ACCESS_MASK query;   /* the right to read what is particular to the kind */
        const Right *rights; /* up to one without a name */
} Kind;

extern const Kind kind_directory;
extern const Kind kind_symbolic_link;
extern const Kind kind_section;

/* The rights that every kind has, up to one without a name. */
extern const Right standard_rights[];

/* The kind of a type's name, or NULL for one that ntobj cannot open. */
const Kind *kind_find(const char *type);

/**
 * object_open() - open an object by its exact name
 * @root: handle of the directory that @name starts from, or NULL for a full path
 * @ret:  the handle, which the caller closes
 */
NTSTATUS object_open(const Kind *kind, HANDLE root, Name *name, ACCESS_MASK access, HANDLE *ret);

/* The same for a path that a user typed: if there is no such name, in whatever case it is written.
 */
NTSTATUS object_open_path(const Kind *kind, Name *path, ACCESS_MASK access, HANDLE *ret);

/*
 * Opens a directory to list it, and if possible to open what is in it: the names alone are better
 * than nothing. @root is NULL for a path that a user typed.
 */
NTSTATUS object_open_directory(HANDLE root, Name *name, HANDLE *ret);

/* The full path of an object, empty for one without; the caller owns @ret. */
NTSTATUS object_query_path(HANDLE handle, Name **ret);

/* What a symbolic link stands for; the caller owns @ret. */
NTSTATUS object_query_target(HANDLE link, Name **ret);

/* Opens a link below @root and reads its target. */
NTSTATUS object_read_link(HANDLE root, Name *name, Name **ret);

static inline void handle_closep(HANDLE *handle) {
        if (*handle)
                zw_close(*handle);
}

#define autohandle autocleanup(handle_closep)
