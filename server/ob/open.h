#pragma once

/*
 * Opening and creating by name
 *
 * What a path leads to, made into a grant: the one implementation that serves every type.
 */

#include "grant.h"
#include "path.h"

/* What the caller gets. */
typedef struct Opened {
        Object *object; /* a reference that the caller owns */
        GrantName grant;
        ACCESS_MASK access; /* what the handle has */
} Opened;

void opened_clear(Opened *opened);

/* Gives the process a handle with these rights, which it may have: grant_table_open(). */
NTSTATUS opened_grant(Object *object, ACCESS_MASK access, GrantTable *grants, Opened *opened);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opened, opened_clear)

/**
 * object_open() - open an existing object by name
 * @path:         where; with the wanted type
 * @desired:      access as the caller gave it
 * @grants:       of the process
 * @dependencies: counters that the answer depends on, on failure too
 * @opened:       zeroed; filled in on success
 *
 * Return: what path_walk() says; STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_TYPE_MISMATCH (not in
 * kernel mode, unless a link is wanted); STATUS_INVALID_PARAMETER for flags that the type refuses,
 * reported after a successful lookup; what object_check_exclusive() says; STATUS_ACCESS_DENIED,
 * STATUS_PRIVILEGE_NOT_HELD; what grant_table_open() says.
 */
NTSTATUS object_open(const ObjectPath *path,
                ACCESS_MASK desired,
                GrantTable *grants,
                Dependencies *dependencies,
                Opened *opened);

/**
 * object_create() - give a new object its name and its first handle
 * @path:   where; an empty name makes an unnamed object
 * @object: complete, without name or grants
 * @quota:  who pays for the name
 *
 * With OBJ_OPENIF an existing object of the same type is opened instead, and @object is not used.
 *
 * Return: STATUS_SUCCESS; STATUS_OBJECT_NAME_EXISTS, a success, if it was opened (STATUS_SUCCESS
 * for a symbolic link: Windows 10 and later); STATUS_OBJECT_NAME_COLLISION,
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD; what path_walk()
 * and grant_table_open() say.
 */
NTSTATUS object_create(const ObjectPath *path,
                Object *object,
                ACCESS_MASK desired,
                GrantTable *grants,
                Quota *quota,
                Dependencies *dependencies,
                Opened *opened);

/**
 * object_check_create_attributes() - what is refused before the object is made
 * Return: STATUS_SUCCESS; STATUS_PRIVILEGE_NOT_HELD for OBJ_PERMANENT without SeCreatePermanent;
 * STATUS_INVALID_PARAMETER for flags that the type refuses.
 */
NTSTATUS object_check_create_attributes(const ObjectPath *path);

/**
 * object_check_exclusive() - may this process have one more handle?
 * @attributes: OBJ_EXCLUSIVE and OBJ_INHERIT count
 * @grants:     of the process
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for OBJ_EXCLUSIVE with OBJ_INHERIT, or on an
 * object that was not made exclusive; STATUS_ACCESS_DENIED if a process has it exclusively, unless
 * that is this one and it says OBJ_EXCLUSIVE again, and for OBJ_EXCLUSIVE if there are handles and
 * no owner. (ReactOS's making of handles.)
 */
NTSTATUS object_check_exclusive(Object *object, ULONG attributes, const GrantTable *grants);

/**
 * object_open_pointer() - one more handle on an object that the caller has otherwise
 * @object:      a reference of the caller's
 * @attributes:  OBJ_ flags of the handle
 * @kernel_mode: nothing is checked, unless OBJ_FORCE_ACCESS_CHECK
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_ACCESS_DENIED,
 * STATUS_PRIVILEGE_NOT_HELD; what grant_table_open() says.
 */
NTSTATUS object_open_pointer(Object *object,
                const Token *token,
                ULONG attributes,
                bool kernel_mode,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened);

/* NtMakeTemporaryObject: the name goes with the last handle, which may be past already. */
void object_make_temporary(Object *object, NameSeed *seed);
void object_make_permanent(Object *object, NameSeed *seed);
