#pragma once

/*
 * Security descriptors, self-relative, with bounds
 *
 * What travels and what is kept is the self-relative form: one run of bytes that holds owner,
 * group, SACL and DACL by offsets. A DescriptorView is such a run after every offset, SID, ACL and
 * ACE in it has been checked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntsecurity.h"

/* The longest descriptor that is accepted, in bytes. NT's limit is higher; a longer one is refused
 * with STATUS_INSUFFICIENT_RESOURCES. */
#define DESCRIPTOR_SIZE_MAX 65000u

/* The parts of a descriptor. Pointers lead into memory that somebody else owns. */
typedef struct DescriptorView {
        SECURITY_DESCRIPTOR_CONTROL control;
        const SID *owner; /* NULL: absent */
        const SID *group;
        const ACL *sacl; /* NULL: absent, or present and NULL: SE_SACL_PRESENT tells */
        const ACL *dacl;
} DescriptorView;

/**
 * descriptor_view() - check a self-relative descriptor
 * @data: 4-byte aligned
 * @size: in bytes; all parts must lie inside
 * @ret:  set on success
 * Return, in this order: STATUS_INVALID_SECURITY_DESCR (too short, not self-relative),
 * STATUS_UNKNOWN_REVISION, STATUS_INVALID_SID (owner, group), STATUS_INVALID_ACL (SACL, DACL: an
 * offset that leads outside, or acl_check() fails), STATUS_INSUFFICIENT_RESOURCES (over
 * DESCRIPTOR_SIZE_MAX).
 */
NTSTATUS descriptor_view(const void *data, size_t size, DescriptorView *ret);

/* Bytes of the self-relative descriptor with these parts. */
size_t descriptor_size(const DescriptorView *view);

/* Writes it; @data is 4-byte aligned and has descriptor_size() bytes. SE_SELF_RELATIVE is added. */
void descriptor_write(const DescriptorView *view, void *data);

/* Only the parts that @information (OWNER_SECURITY_INFORMATION and so on) names, with their control
 * bits. LABEL_SECURITY_INFORMATION is not looked at here. */
DescriptorView descriptor_select(const DescriptorView *view, SECURITY_INFORMATION information);
