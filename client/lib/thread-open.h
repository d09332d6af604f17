#pragma once

#include "ntdef.h"

/**
 * thread_open_own() - a handle on a living thread of this process
 * @handle:     the caller's variable; 0 on failure
 * @attributes: the caller's, or NULL
 * Return: as NtOpenThread().
 */
NTSTATUS thread_open_own(
                PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes, HANDLE id);
