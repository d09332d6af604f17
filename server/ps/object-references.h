#pragma once

/*
 * Object references of a process
 *
 * What a driver has by ObReferenceObjectByHandle: the object stays, its name does not. A reference
 * is told by the object's id, and counted.
 */

#include "object.h"

typedef struct ObjectReferences ObjectReferences;

/* @quota: pays for each object that is referenced; one reference is taken */
ObjectReferences *object_references_new(Quota *quota);

/* Gives all of them up. */
void object_references_free(ObjectReferences *references);

/* One more. STATUS_SUCCESS or STATUS_QUOTA_EXCEEDED. */
NTSTATUS object_references_add(ObjectReferences *references, Object *object);

/* One less. Return: whether there was one. */
bool object_references_remove(ObjectReferences *references, uint64_t id);

/* The object, without a reference for the caller; NULL if it is not referenced. */
Object *object_references_find(const ObjectReferences *references, uint64_t id);
