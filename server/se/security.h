#pragma once

/*
 * Security: the descriptors of objects
 *
 * A Security is an immutable self-relative descriptor that any number of objects share: equal ones
 * of one user exist once, so that a million names cost a pointer each. The SecurityStore finds
 * them. What is accepted here has been checked with security-descriptor.h.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object-types.h"
#include "quota.h"
#include "security-descriptor.h"
#include "token.h"

typedef struct Security Security;
typedef struct SecurityStore SecurityStore;

SecurityStore *security_store_new(void);

/* All of its descriptors must be gone. */
void security_store_free(SecurityStore *store);

/**
 * security_new() - a descriptor as it is
 * @view:  checked
 * @quota: who pays (QUOTA_DESCRIPTOR_BYTES); NULL for the server's own
 * Return: STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES (over DESCRIPTOR_SIZE_MAX),
 * STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS security_new(
                SecurityStore *store, Quota *quota, const DescriptorView *view, Security **ret);
Security *security_ref(Security *security);
Security *security_unref(Security *security);

/* Its parts; they live as long as it does. */
const DescriptorView *security_view(const Security *security);

/* Bytes of the whole descriptor; 0 for NULL. */
size_t security_size(const Security *security);

/* What a new object's descriptor is made of. */
typedef struct SecurityOrigin {
        const Security *parent;              /* the directory's; NULL: none */
        const DescriptorView *explicit_view; /* from OBJECT_ATTRIBUTES; NULL: none */
        const Token *token;
        const ObjectTypeRules *type;
        bool kernel_mode; /* no privileges are asked for */
} SecurityOrigin;

/**
 * security_assign() - the descriptor of a new object
 *
 * Owner, group, DACL and SACL by NT's rules of assignment and inheritance: explicit ones first,
 * then what the parent hands down, then the token's defaults. A token below medium integrity adds
 * its label.
 *
 * Return: STATUS_SUCCESS; STATUS_PRIVILEGE_NOT_HELD (a SACL without SeSecurity);
 * STATUS_INVALID_OWNER (an owner that the token may not give; SeRestore lifts it);
 * STATUS_INVALID_LABEL (a label above the token's own without SeRelabel);
 * STATUS_INVALID_PRIMARY_GROUP; and what security_new() says.
 */
NTSTATUS security_assign(
                SecurityStore *store, Quota *quota, const SecurityOrigin *origin, Security **ret);

/* The rights that a handle needs to read or to write these parts. */
ACCESS_MASK security_read_access(SECURITY_INFORMATION information);
ACCESS_MASK security_write_access(SECURITY_INFORMATION information);

/**
 * security_query() - the parts that are asked for, self-relative
 * @security: NULL: a descriptor in which nothing is present
 * @ret:      from g_try_malloc(); the caller frees it with g_free()
 *
 * LABEL_SECURITY_INFORMATION gives the label entries of the SACL only, SACL_SECURITY_INFORMATION
 * all of it.
 *
 * Return: STATUS_SUCCESS or STATUS_NO_MEMORY.
 */
NTSTATUS security_query(const Security *security,
                SECURITY_INFORMATION information,
                void **ret,
                size_t *ret_size);

/**
 * security_change() - what a descriptor becomes when parts of it are set
 * @old:  NULL: the object has none
 * @view: the new parts, as given: nothing is inherited
 * Return: STATUS_SUCCESS; STATUS_NO_SECURITY_ON_OBJECT without @old; STATUS_INVALID_SECURITY_DESCR
 * (owner or group asked for but absent); STATUS_INVALID_OWNER; STATUS_INVALID_LABEL; and what
 * security_new() says.
 */
NTSTATUS security_change(SecurityStore *store,
                Quota *quota,
                const Security *old,
                SECURITY_INFORMATION information,
                const DescriptorView *view,
                const Token *token,
                const ObjectTypeRules *type,
                bool kernel_mode,
                Security **ret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Security, security_unref)
