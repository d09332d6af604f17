#pragma once

/*
 * Object types: what is the same for all objects of a kind
 *
 * Names, generic mappings and valid rights are Windows's (Wine's test of object types, which
 * Windows passes). Kinds are the values of ObjectKind in ntobj.proto.
 */

#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"
#include "object-kinds.h"

typedef struct ObjectTypeRules {
        const char *name; /* ASCII */
        GENERIC_MAPPING mapping;
        ACCESS_MASK valid;
        ULONG invalid_attributes; /* OBJ_ flags that are refused; OBJ_OPENLINK for every type */
        bool ignores_case;        /* names are looked up without case, whatever the caller says */
        bool security_required;   /* unnamed objects have a descriptor too */
        bool container;           /* entries for containers are inherited, not those for objects */
} ObjectTypeRules;

extern const ObjectTypeRules object_types[KINDS];

/* The rules of @kind; NULL for a number that is no kind. */
const ObjectTypeRules *object_type_rules(uint32_t kind);

/* Replaces the generic bits of @access by what they mean for the mapping. */
ACCESS_MASK access_map_generic(const GENERIC_MAPPING *mapping, ACCESS_MASK access);
