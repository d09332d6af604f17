#pragma once

/*
 * Private namespaces
 *
 * A private namespace is a directory outside the tree. What finds it is its boundary: a name and
 * the SIDs that whoever opens or makes it must have, so that no stranger can stand in the way of
 * the name. Its objects are reached with the directory's handle as RootDirectory.
 */

#include "open.h"

/**
 * private_namespace_create() - make one
 * @path:     attributes, descriptor, token; no name
 * @boundary: OBJECT_BOUNDARY_DESCRIPTOR; any bytes are safe
 * @quota:    who pays
 * Return, in this order: STATUS_INVALID_PARAMETER (@boundary makes no sense), STATUS_ACCESS_DENIED
 * (the token lacks a SID or the integrity level of the boundary), STATUS_OBJECT_NAME_COLLISION;
 * what security_assign(), directory_insert() and grant_table_open() say.
 */
NTSTATUS private_namespace_create(const ObjectPath *path,
                const void *boundary,
                size_t size,
                ACCESS_MASK desired,
                GrantTable *grants,
                Quota *quota,
                Opened *opened);

/**
 * private_namespace_open() - open an existing one
 * Return, in this order: STATUS_INVALID_PARAMETER, STATUS_ACCESS_DENIED (as above),
 * STATUS_OBJECT_PATH_NOT_FOUND; what object_open_pointer() says.
 */
NTSTATUS private_namespace_open(const ObjectPath *path,
                const void *boundary,
                size_t size,
                ACCESS_MASK desired,
                GrantTable *grants,
                Opened *opened);

/**
 * private_namespace_delete() - take its name away; the directory stays as long as its handles
 * Return: STATUS_SUCCESS, or STATUS_INVALID_PARAMETER for a directory that is none, or none any
 * more.
 */
NTSTATUS private_namespace_delete(Directory *directory);
