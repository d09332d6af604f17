/*
 * The names of private namespaces lie in a directory that no path leads to: so they go with the
 * last handle like any other name. A name there is the boundary in one order: the caller's name,
 * then the SIDs sorted, then the integrity level.
 */

#include "private-namespace.h"

#include <string.h>

#include "access.h"
#include "grant-anchor.h"
#include "ntstatus.h"

#define BOUNDARY_VERSION   1u
#define BOUNDARY_SIZE_MOST 32768u
#define BOUNDARY_SIDS_MOST 64u

typedef struct BoundaryHeader {
        uint32_t version;
        uint32_t n_items;
        uint32_t total_size;
        uint32_t flags;
} BoundaryHeader;

typedef struct BoundaryEntry {
        uint32_t type;
        uint32_t size; /* with this header; the next entry begins at a multiple of eight */
} BoundaryEntry;

enum { BOUNDARY_NAME = 1, BOUNDARY_SID = 2, BOUNDARY_LABEL = 3 };

typedef struct Boundary {
        const uint8_t *name;
        size_t n_name; /* bytes */
        const SID *sids[BOUNDARY_SIDS_MOST];
        size_t n_sids;
        const SID *label;
        WCHAR *units; /* what stands in the hidden directory */
        size_t n_units;
} Boundary;

static void boundary_clear(Boundary *boundary) {
        g_free(boundary->units);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Boundary, boundary_clear)

static bool take_entry(Boundary *boundary, uint32_t type, const uint8_t *data, size_t size) {
        switch (type) {
        case BOUNDARY_NAME:
                if (boundary->name || size == 0 || size % sizeof(WCHAR) != 0)
                        return false;
                boundary->name = data;
                boundary->n_name = size;
                return true;
        case BOUNDARY_SID:
                if (boundary->n_sids == BOUNDARY_SIDS_MOST || !sid_check(data, size))
                        return false;
                boundary->sids[boundary->n_sids++] = (const SID *) (const void *) data;
                return true;
        case BOUNDARY_LABEL:
                if (boundary->label || !sid_check(data, size))
                        return false;
                boundary->label = (const SID *) (const void *) data;
                return true;
        default:
                return false;
        }
}

static int compare_sids(const void *a, const void *b) {
        const SID *left = *(const SID *const *) a, *right = *(const SID *const *) b;
        size_t n_left = sid_size(left), n_right = sid_size(right);
        int order = memcmp(left, right, MIN(n_left, n_right));

        return order != 0 ? order : (n_left > n_right) - (n_left < n_right);
}

static void put(uint8_t **at, const void *data, size_t size) {
        memcpy(*at, data, size);
        *at += size;
}

/* The boundary in one order. A SID that is named twice counts once. */
static NTSTATUS make_units(Boundary *boundary) {
        uint8_t *at = NULL;
        const SID *last = NULL;

        boundary->units = g_try_malloc(BOUNDARY_SIZE_MOST + sizeof(uint64_t));
        if (!boundary->units)
                return STATUS_NO_MEMORY;
        at = (uint8_t *) boundary->units;
        put(&at, &boundary->n_name, sizeof(boundary->n_name));
        put(&at, boundary->name, boundary->n_name);
        qsort(boundary->sids, boundary->n_sids, sizeof(boundary->sids[0]), compare_sids);
        for (size_t i = 0; i < boundary->n_sids; i++) {
                if (!last || !sid_equal(last, boundary->sids[i]))
                        put(&at, boundary->sids[i], sid_size(boundary->sids[i]));
                last = boundary->sids[i];
        }
        if (boundary->label)
                put(&at, boundary->label, sid_size(boundary->label));
        boundary->n_units = (size_t) (at - (uint8_t *) boundary->units) / sizeof(WCHAR);
        return STATUS_SUCCESS;
}

static NTSTATUS boundary_read(Boundary *boundary, const void *data, size_t size) {
        BoundaryHeader header = { 0 };
        size_t at = sizeof(header);

        if (size < sizeof(header) || size > BOUNDARY_SIZE_MOST)
                return STATUS_INVALID_PARAMETER;
        memcpy(&header, data, sizeof(header));
        if (header.version != BOUNDARY_VERSION || header.total_size != size || header.flags != 0)
                return STATUS_INVALID_PARAMETER;
        for (uint32_t i = 0; i < header.n_items; i++) {
                BoundaryEntry entry = { 0 };
                const uint8_t *start = (const uint8_t *) data + at;

                if (at > size || size - at < sizeof(entry))
                        return STATUS_INVALID_PARAMETER;
                memcpy(&entry, start, sizeof(entry));
                if (entry.size < sizeof(entry) || entry.size > size - at ||
                                !take_entry(boundary, entry.type, start + sizeof(entry),
                                                entry.size - sizeof(entry)))
                        return STATUS_INVALID_PARAMETER;
                at += (entry.size + 7u) & ~7u;
        }
        if (!boundary->name)
                return STATUS_INVALID_PARAMETER;
        return make_units(boundary);
}

/* Whether the token is inside the boundary. */
static NTSTATUS boundary_check(const Boundary *boundary, const ObjectPath *path) {
        uint32_t level = 0;

        if (path_skips_checks(path))
                return STATUS_SUCCESS;
        for (size_t i = 0; i < boundary->n_sids; i++) {
                if (!token_allows_sid(path->token, boundary->sids[i]))
                        return STATUS_ACCESS_DENIED;
        }
        if (!boundary->label)
                return STATUS_SUCCESS;
        if (boundary->label->SubAuthorityCount > 0)
                memcpy(&level, (const uint8_t *) boundary->label + 8, sizeof(level));
        return path->token->integrity < level ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

static NTSTATUS capture(Boundary *boundary, const ObjectPath *path, const void *data, size_t size) {
        NTSTATUS status = boundary_read(boundary, data, size);

        return NT_SUCCESS(status) ? boundary_check(boundary, path) : status;
}

/* The namespace behind the boundary, with a reference; NULL if there is none. */
static Object *find(const ObjectPath *path, const Boundary *boundary) {
        Directory *names = namespace_private(path->ns);

        for (;;) {
                DirectoryEntry *entry = directory_lookup(
                                names, boundary->units, boundary->n_units, LOOKUP_NO_SHADOW, NULL);
                g_autoptr(Object) object = entry ? object_ref(entry->object) : NULL;

                if (!object || object_look(object))
                        return g_steal_pointer(&object);
        }
}

static NTSTATUS make(const ObjectPath *path, Quota *quota, Object **ret) {
        SecurityOrigin origin = {
                .explicit_view = path->descriptor,
                .token = path->token,
                .type = directory_type.rules,
                .kernel_mode = path->kernel_mode,
        };
        g_autoptr(Object) object = NULL;
        Directory *directory = NULL;
        NTSTATUS status = directory_new(namespace_seed(path->ns), quota, &directory);

        if (!NT_SUCCESS(status))
                return status;
        object = &directory->object;
        object->exclusive = path->attributes & OBJ_EXCLUSIVE;
        status = security_assign(namespace_security(path->ns), quota, &origin, &object->security);
        if (NT_SUCCESS(status))
                *ret = g_steal_pointer(&object);
        return status;
}

NTSTATUS private_namespace_create(const ObjectPath *path,
                const void *boundary_data,
                size_t size,
                ACCESS_MASK desired,
                GrantTable *grants,
                Quota *quota,
                Opened *opened) {
        g_auto(Boundary) boundary = { 0 };
        g_autoptr(Object) object = NULL, existing = NULL;
        ACCESS_MASK granted = 0;
        NTSTATUS status = capture(&boundary, path, boundary_data, size);

        if (!NT_SUCCESS(status))
                return status;
        existing = find(path, &boundary);
        if (existing)
                return STATUS_OBJECT_NAME_COLLISION;
        status = access_check_create(path->token, directory_type.rules, path_skips_checks(path),
                        desired, &granted);
        if (NT_SUCCESS(status))
                status = make(path, quota, &object);
        if (NT_SUCCESS(status))
                status = directory_insert(namespace_private(path->ns), object, boundary.units,
                                boundary.n_units, quota);
        if (!NT_SUCCESS(status))
                return status;
        if (object->exclusive)
                object_own(object);
        status = opened_grant(object, granted, grants, opened);
        if (!NT_SUCCESS(status))
                directory_remove(object->entry);
        return status;
}

NTSTATUS private_namespace_open(const ObjectPath *path,
                const void *boundary_data,
                size_t size,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened) {
        g_auto(Boundary) boundary = { 0 };
        g_autoptr(Object) object = NULL;
        NTSTATUS status = capture(&boundary, path, boundary_data, size);

        if (!NT_SUCCESS(status))
                return status;
        object = find(path, &boundary);
        if (!object) /* ERROR_PATH_NOT_FOUND on Windows, as Firebird's issue 8509 shows */
                return STATUS_OBJECT_PATH_NOT_FOUND;
        return object_open_pointer(object, path->token, path->attributes, path->kernel_mode,
                        desired, grants, opened);
}

NTSTATUS private_namespace_delete(Directory *directory) {
        DirectoryEntry *entry = directory->object.entry;

        if (!entry || !entry->directory->hidden)
                return STATUS_INVALID_PARAMETER;
        directory_remove(entry);
        return STATUS_SUCCESS;
}
