#pragma once

/*
 * How ACLs become those of an object
 *
 * What a creator or a caller of NtSetSecurityObject gives, and what a directory hands down, is not
 * kept as it is: generic bits get the meaning that the object's type gives them, and CREATOR OWNER
 * and CREATOR GROUP become who they stand for.
 */

#include <stdbool.h>
#include <stdint.h>

#include "acl.h"
#include "object-types.h"
#include "security-descriptor.h"
#include "token.h"

/* An ACL under construction; none in a descriptor is longer. */
typedef union AclSpace {
        ACL acl;
        uint32_t words[DESCRIPTOR_SIZE_MAX / sizeof(uint32_t)];
} AclSpace;

/* Whom an ACL is made for. */
typedef struct AclOrigin {
        const ObjectTypeRules *type;
        const SID *owner;
        const SID *group;
} AclOrigin;

/**
 * acl_adopt() - an ACL as it was given, for an object
 * @from: NULL: none, and @to is not touched
 * @to:   gets the entries
 *
 * In entries that count for the object itself generic bits are mapped and creator SIDs replaced. If
 * that changes an entry that a container hands down, a second, inherit-only one keeps what the
 * first was, so that children of another type get their own meaning of it.
 *
 * Return: STATUS_SUCCESS or STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS acl_adopt(const ACL *from, const AclOrigin *origin, AclSpace *to);

/**
 * acl_inherit() - what a parent's ACL hands down
 * @from: the parent's; NULL: nothing
 * @to:   gets the entries; none if there is nothing to inherit
 * Return: STATUS_SUCCESS or STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS acl_inherit(const ACL *from, const AclOrigin *origin, AclSpace *to);

/* A SACL's mandatory label: what those below @level may not do. */
typedef struct AclLabel {
        uint32_t level;
        ACCESS_MASK policy; /* SYSTEM_MANDATORY_LABEL_ */
} AclLabel;

/* The first label that is not inherit-only; false if @sacl (or NULL) has none. */
bool acl_label(const ACL *sacl, AclLabel *ret);

/* Whether all of its entries are labels, and there is one. */
bool acl_is_only_labels(const ACL *sacl);

/**
 * acl_check_labels() - may the token give these labels?
 * @any_level: whatever it is itself
 * Return: STATUS_SUCCESS; STATUS_INVALID_LABEL for one above the token's own without SeRelabel, and
 * for one that is no label: another SID than S-1-16-n, or a policy that does not exist.
 */
NTSTATUS acl_check_labels(const ACL *sacl, const Token *token, bool any_level);
