#pragma once

/*
 * Protection of views
 *
 * Some changes need the section itself (view-copy.h), which is reached by the grant that the view
 * was made with.
 */

#include <stdint.h>

#include "connection.h"
#include "ntdef.h"

/**
 * view_protect() - change the protection of committed pages of a view, or of private memory
 * @client:     or NULL, where there is no attachment
 * @first:      page's address
 * @end:        address after the last page
 * @protection: valid
 * @ret_old:    that of the first page; untouched on failure
 *
 * Return: as NtProtectVirtualMemory() from STATUS_CONFLICTING_ADDRESSES on.
 */
NTSTATUS view_protect(const Client *client,
                uintptr_t first,
                uintptr_t end,
                ULONG protection,
                ULONG *ret_old);
