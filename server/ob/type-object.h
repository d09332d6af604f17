#pragma once

/*
 * Type objects: what stands in \ObjectTypes
 *
 * Each kind of object has one. Nobody can open them by a service of NT's: they are there to be
 * seen.
 */

#include "object.h"

extern const ObjectType type_type;

/* STATUS_SUCCESS, or STATUS_NO_MEMORY. */
NTSTATUS type_object_new(uint32_t kind, Object **ret);
