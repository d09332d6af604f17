#pragma once

/*
 * Access control lists
 *
 * Functions that take an ACL expect one that acl_check() has passed: then every entry lies inside
 * it, and every entry of a kind that names one SID has a whole and valid one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntsecurity.h"

/* Whether @size bytes at @bytes (4-byte aligned) hold a whole and valid ACL: revision 2 to 4, size,
 * entries within it, their SIDs. */
bool acl_check(const void *bytes, size_t size);

/* Bytes up to the end of the last entry; AclSize may be larger. */
size_t acl_used(const ACL *acl);

/*
 * Entries in order:
 *
 *     for (AclCursor at = acl_begin(acl); (ace = acl_next(&at));)
 */
typedef struct AclCursor {
        const ACE_HEADER *next;
        unsigned n_left;
} AclCursor;

/* @acl may be NULL, which has no entries. */
AclCursor acl_begin(const ACL *acl);

/* NULL at the end. */
const ACE_HEADER *acl_next(AclCursor *cursor);

/* The SID of an entry whose kind names one (allowed, denied and audit, conditional or not, and
 * label); NULL for others. */
const SID *ace_sid(const ACE_HEADER *ace);
static inline ACCESS_MASK ace_mask(const ACE_HEADER *ace) {
        return ((const ACCESS_ALLOWED_ACE *) (const void *) ace)->Mask;
}

/**
 * acl_append() - add an entry at the end
 * @acl:      with a valid header (acl_init())
 * @capacity: bytes at @acl
 * Return: STATUS_SUCCESS, or STATUS_ALLOTTED_SPACE_EXCEEDED and nothing changed.
 */
NTSTATUS acl_append(ACL *acl,
                size_t capacity,
                uint8_t type,
                uint8_t flags,
                ACCESS_MASK mask,
                const SID *sid);

/**
 * acl_append_copy() - add an entry like another one
 * @ace:  in an ACL that has been checked
 * @mask: in place of its own
 * @sid:  in place of its own; NULL to keep it. Entries that do not name one SID keep what they
 * have. Return: as acl_append() does.
 */
NTSTATUS acl_append_copy(ACL *acl,
                size_t capacity,
                const ACE_HEADER *ace,
                uint8_t flags,
                ACCESS_MASK mask,
                const SID *sid);

/* An ACL without entries; its AclSize grows with acl_append(), unlike that of RtlCreateAcl(). */
void acl_init(ACL *acl);
