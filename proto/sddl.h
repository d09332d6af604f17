#pragma once

/*
 * Security descriptors as text (SDDL)
 *
 * "O:BAG:SYD:(A;;0xf000f;;;SY)(A;;GR;;;WD)S:(ML;;NW;;;ME)", as Microsoft documents it: owner,
 * group, DACL and SACL with their flags, allow, deny, audit and label entries, SIDs by number or by
 * the two letters of those that exist here. Conditional and object entries are refused.
 * Spaces may stand between parts, entries and fields. An ACL that is present and NULL is
 * NO_ACCESS_CONTROL. That an owner or an ACL was defaulted has no text.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntsecurity.h"

/**
 * sddl_parse() - make a self-relative descriptor of its text
 * @text: NUL-terminated
 * @ret:  from malloc(); the caller frees it
 * @ret_error: where in @text it stopped making sense, on failure; may be NULL
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER (syntax), STATUS_INVALID_SID,
 * STATUS_INVALID_ACL (a kind of entry that is refused), STATUS_INSUFFICIENT_RESOURCES (over
 * DESCRIPTOR_SIZE_MAX), STATUS_NO_MEMORY.
 */
NTSTATUS sddl_parse(const char *text, void **ret, size_t *ret_size, size_t *ret_error);

/**
 * sddl_format() - the text of a descriptor
 * @data:        self-relative; checked here
 * @information: the parts to show; LABEL_SECURITY_INFORMATION without SACL_SECURITY_INFORMATION
 *               the SACL's label entries only
 * @ret:         from malloc(); the caller frees it
 * Return: STATUS_SUCCESS, what descriptor_view() says, STATUS_INVALID_ACL (also for entries that
 * have no text here), STATUS_NO_MEMORY.
 */
NTSTATUS sddl_format(const void *data, size_t size, SECURITY_INFORMATION information, char **ret);
