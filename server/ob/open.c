#include "open.h"

#include "grant-anchor.h"
#include "ntstatus.h"
#include "symbolic-link.h"

void opened_clear(Opened *opened) {
        opened->object = object_unref(opened->object);
}

static NTSTATUS grant(Object *object, ACCESS_MASK access, GrantTable *grants, Opened *opened) {
        NTSTATUS status = grant_table_open(grants, object, access, &opened->grant);

        if (!NT_SUCCESS(status))
                return status;
        opened->object = object_ref(object);
        opened->access = access;
        return STATUS_SUCCESS;
}

/* Opens what a walk found: it was looked at, and nothing has happened since. */
static NTSTATUS open_found(const ObjectPath *path,
                Object *object,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened) {
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (path->attributes & OBJ_OPENLINK)
                return STATUS_INVALID_PARAMETER;
        if (object->type != path->type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (path->attributes & OBJ_EXCLUSIVE)
                return STATUS_INVALID_PARAMETER; /* no object was created exclusive */
        status = access_check_open(&object->security, path->token, &object->type->rules,
                        path_skips_checks(path), desired, &granted);
        if (!NT_SUCCESS(status))
                return status;
        return grant(object, granted, grants, opened);
}

NTSTATUS object_open(const ObjectPath *path,
                ACCESS_MASK desired,
                GrantTable *grants,
                Dependencies *dependencies,
                Opened *opened) {
        g_auto(PathEnd) end = { 0 };
        NTSTATUS status = path_walk(path, dependencies, &end);

        if (!NT_SUCCESS(status))
                return status;
        if (!end.object)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        return open_found(path, end.object, desired, grants, opened);
}

NTSTATUS object_check_create_attributes(const ObjectPath *path) {
        if (path->attributes & OBJ_OPENLINK)
                return STATUS_INVALID_PARAMETER;
        if (path->attributes & OBJ_EXCLUSIVE)
                return STATUS_NOT_SUPPORTED;
        if (path->attributes & OBJ_PERMANENT && !path->kernel_mode &&
                        !token_has(path->token, SE_CREATE_PERMANENT))
                return STATUS_PRIVILEGE_NOT_HELD;
        return STATUS_SUCCESS;
}

/* The name is taken. */
static NTSTATUS create_over(const ObjectPath *path,
                Object *existing,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened) {
        NTSTATUS status = STATUS_SUCCESS;

        if (existing->type != path->type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (!(path->attributes & OBJ_OPENIF))
                return STATUS_OBJECT_NAME_COLLISION;
        status = open_found(path, existing, desired, grants, opened);
        if (!NT_SUCCESS(status) || existing->type == &symbolic_link_type)
                return status;
        return STATUS_OBJECT_NAME_EXISTS;
}

/* Whether the process may put a new object of this type into the directory. */
static NTSTATUS check_parent(const ObjectPath *path, const Directory *parent) {
        ACCESS_MASK wanted = path->type == &directory_type ? DIRECTORY_CREATE_SUBDIRECTORY
                                                           : DIRECTORY_CREATE_OBJECT;
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (path_skips_checks(path))
                return STATUS_SUCCESS;
        status = access_check_open(&parent->object.security, path->token, &directory_type.rules,
                        false, wanted, &granted);
        if (!NT_SUCCESS(status))
                return status;

        /* Only directories themselves and waitable objects may be made in another session's place.
         */
        if (parent->has_session && parent->session != path->session && path->type->needs_global &&
                        !token_has(path->token, SE_CREATE_GLOBAL))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

static NTSTATUS insert(const ObjectPath *path,
                const PathEnd *end,
                Object *object,
                ACCESS_MASK granted,
                GrantTable *grants,
                Quota *quota,
                Opened *opened) {
        NTSTATUS status = check_parent(path, end->parent);

        if (!NT_SUCCESS(status))
                return status;
        object->permanent = path->attributes & OBJ_PERMANENT;
        status = directory_insert(end->parent, object, end->leaf, end->n_units, quota);
        if (!NT_SUCCESS(status))
                return status;
        status = grant(object, granted, grants, opened);
        if (!NT_SUCCESS(status))
                directory_remove(object->entry);
        return status;
}

NTSTATUS object_create(const ObjectPath *path,
                Object *object,
                ACCESS_MASK desired,
                GrantTable *grants,
                Quota *quota,
                Dependencies *dependencies,
                Opened *opened) {
        g_auto(PathEnd) end = { 0 };
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (path->n_units > 0) {
                status = path_walk(path, dependencies, &end);
                if (!NT_SUCCESS(status))
                        return status;
                if (end.object)
                        return create_over(path, end.object, desired, grants, opened);
        }

        status = access_check_create(path->token, &path->type->rules, path_skips_checks(path),
                        desired, &granted);
        if (!NT_SUCCESS(status))
                return status;
        if (path->n_units == 0)
                return grant(object, granted, grants, opened);
        return insert(path, &end, object, granted, grants, quota, opened);
}
