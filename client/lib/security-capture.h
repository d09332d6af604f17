#pragma once

/*
 * Security descriptors, captured
 *
 * A caller's descriptor is read once, part by part, whether it is absolute or self-relative. What
 * comes out is a self-relative copy in which every part has been checked, and nothing else counts
 * from then on.
 */

#include <stddef.h>

#include "ntsecurity.h"

/**
 * security_capture() - read the caller's descriptor
 * @from:     may not be NULL
 * @ret:      from malloc(); the caller frees it
 * @ret_size: bytes; at most 65,000
 *
 * SACL and DACL are looked at only if Control says that they are present.
 *
 * Return, of each part in the order owner, group, SACL, DACL: STATUS_ACCESS_VIOLATION,
 * STATUS_DATATYPE_MISALIGNMENT (nothing here is aligned to less than 4 bytes),
 * STATUS_UNKNOWN_REVISION of the descriptor, STATUS_INVALID_SID, STATUS_INVALID_ACL. First come the
 * headers of all parts, which say how long they are: STATUS_INSUFFICIENT_RESOURCES if they are over
 * 65,000 bytes together, which is less than NT takes; then what is in them. STATUS_NO_MEMORY.
 */
NTSTATUS security_capture(const void *from, void **ret, size_t *ret_size);
