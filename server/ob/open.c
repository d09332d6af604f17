#include "open.h"

#include "access.h"
#include "grant-anchor.h"
#include "ntstatus.h"
#include "symbolic-link.h"

void opened_clear(Opened *opened) {
        opened->object = object_unref(opened->object);
}

NTSTATUS opened_grant(Object *object, ACCESS_MASK access, GrantTable *grants, Opened *opened) {
        NTSTATUS status = grant_table_open(grants, object, access, &opened->grant);

        if (!NT_SUCCESS(status))
                return status;
        opened->object = object_ref(object);
        opened->access = access;
        return STATUS_SUCCESS;
}

/* Drivers are trusted to know what they open, but for links (ReactOS's lookup of names). */
static bool passes_as_any_type(const ObjectPath *path) {
        return path_skips_checks(path) && !path->creating && path->type != &symbolic_link_type;
}

NTSTATUS object_check_exclusive(Object *object, ULONG attributes, const GrantTable *grants) {
        const GrantTable *owner = object_exclusive_owner(object);

        if (!(attributes & OBJ_EXCLUSIVE))
                return owner ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
        if (attributes & OBJ_INHERIT || !object->exclusive)
                return STATUS_INVALID_PARAMETER;
        if (owner)
                return owner == grants ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
        return object_count_handles(object) > 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* A handle on what is there already, which may be had. */
static NTSTATUS grant_found(Object *object,
                ULONG attributes,
                ACCESS_MASK access,
                GrantTable *grants,
                Opened *opened) {
        NTSTATUS status = opened_grant(object, access, grants, opened);

        if (NT_SUCCESS(status) && attributes & OBJ_EXCLUSIVE)
                object_own(object);
        return status;
}

/* Opens what a walk found: it was looked at, and nothing has happened since. */
static NTSTATUS open_found(const ObjectPath *path,
                Object *object,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened) {
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (object->type != path->type && !passes_as_any_type(path))
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (path->attributes & object->type->rules->invalid_attributes)
                return STATUS_INVALID_PARAMETER;
        status = object_check_exclusive(object, path->attributes, grants);
        if (!NT_SUCCESS(status))
                return status;
        status = access_check_open(object->security, path->token, object->type->rules,
                        path_skips_checks(path), desired, &granted);
        if (!NT_SUCCESS(status))
                return status;
        return grant_found(object, path->attributes, granted, grants, opened);
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

NTSTATUS object_open_pointer(Object *object,
                const Token *token,
                ULONG attributes,
                bool kernel_mode,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened) {
        bool skips = kernel_mode && !(attributes & OBJ_FORCE_ACCESS_CHECK);
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (attributes & object->type->rules->invalid_attributes)
                return STATUS_INVALID_PARAMETER;
        status = object_check_exclusive(object, attributes, grants);
        if (NT_SUCCESS(status))
                status = access_check_open(object->security, token, object->type->rules, skips,
                                desired, &granted);
        if (!NT_SUCCESS(status))
                return status;
        object_look(object); /* without a handle left it has lost its name, and may still be had */
        return grant_found(object, attributes, granted, grants, opened);
}

static void count_permanent(const Object *object, NameSeed *seed, int difference) {
        if (object->entry && !object->startup)
                seed->n_permanent += (uint64_t) (int64_t) difference;
}

void object_make_temporary(Object *object, NameSeed *seed) {
        if (!object->permanent)
                return;
        count_permanent(object, seed, -1);
        object->permanent = false;
        if (!object->anchor)
                object_elect(object);
}

void object_make_permanent(Object *object, NameSeed *seed) {
        if (object->permanent)
                return;
        count_permanent(object, seed, 1);
        object->permanent = true;
}

NTSTATUS object_check_create_attributes(const ObjectPath *path) {
        if (path->attributes & path->type->rules->invalid_attributes)
                return STATUS_INVALID_PARAMETER;
        if (path->attributes & OBJ_PERMANENT && !path->kernel_mode &&
                        !token_has(path->token, SE_BIT(SE_CREATE_PERMANENT_PRIVILEGE)))
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
        status = access_check_open(parent->object.security, path->token, directory_type.rules,
                        false, wanted, &granted);
        if (!NT_SUCCESS(status))
                return status;

        /* Only directories themselves and waitable objects may be made in another session's place.
         */
        if (parent->has_session && parent->session != path->session && path->type->needs_global &&
                        !token_has(path->token, SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE)))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

/* Named objects have a descriptor, and those of some types always. */
static NTSTATUS secure(
                const ObjectPath *path, const Directory *parent, Object *object, Quota *quota) {
        SecurityOrigin origin = {
                .parent = parent ? parent->object.security : NULL,
                .explicit_view = path->descriptor,
                .token = path->token,
                .type = object->type->rules,
                .kernel_mode = path->kernel_mode,
        };

        if (!parent && !object->type->rules->security_required)
                return STATUS_SUCCESS;
        return security_assign(namespace_security(path->ns), quota, &origin, &object->security);
}

static NTSTATUS insert(const ObjectPath *path,
                const PathEnd *end,
                Object *object,
                ACCESS_MASK granted,
                GrantTable *grants,
                Quota *quota,
                Opened *opened) {
        NTSTATUS status = check_parent(path, end->parent);

        if (NT_SUCCESS(status))
                status = secure(path, end->parent, object, quota);
        if (!NT_SUCCESS(status))
                return status;
        object->permanent = path->attributes & OBJ_PERMANENT;
        status = directory_insert(end->parent, object, end->leaf, end->n_units, quota);
        if (!NT_SUCCESS(status))
                return status;
        status = opened_grant(object, granted, grants, opened);
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

        if (path->attributes & OBJ_EXCLUSIVE && path->attributes & OBJ_INHERIT)
                return STATUS_INVALID_PARAMETER;
        status = access_check_create(
                        path->token, path->type->rules, path_skips_checks(path), desired, &granted);
        if (!NT_SUCCESS(status))
                return status;
        object->exclusive = path->attributes & OBJ_EXCLUSIVE;
        if (object->exclusive)
                object_own(object);
        if (path->n_units == 0) {
                status = secure(path, NULL, object, quota);
                return NT_SUCCESS(status) ? opened_grant(object, granted, grants, opened) : status;
        }
        return insert(path, &end, object, granted, grants, quota, opened);
}
