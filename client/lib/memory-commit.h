#pragma once

/*
 * Committing memory
 */

#include <stdint.h>

#include "connection.h"
#include "ntdef.h"

/**
 * memory_commit() - give the pages from @first to @end memory, and a protection
 * @client: or NULL, where there is no attachment
 *
 * Pages of a reserved section are committed in it, for all its views.
 *
 * Return: STATUS_SUCCESS; STATUS_CONFLICTING_ADDRESSES (not in one region);
 * STATUS_ALREADY_COMMITTED (a view of a file); as view_commit_pages(); as
 * region_change_protection(), and for views as view_protect().
 */
NTSTATUS memory_commit(const Client *client, uintptr_t first, uintptr_t end, ULONG protection);
