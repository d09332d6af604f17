#pragma once

/*
 * Functions that are not there
 *
 * Whoever imports a function that nobody has gets the address of a stub. It is as good as any until
 * it is called: then it says what is missing, and the run ends.
 */

#include "ntdef.h"

/**
 * missing_function_stub() - where calls of a function go that is not there
 * @module:   that should have it, UTF-8; copied
 * @function: its name, copied; or NULL, and
 * @ordinal:  its number
 * @ret:      the same address for the same function
 * Return: STATUS_SUCCESS, STATUS_NO_MEMORY; as NtAllocateVirtualMemory(). The loader's lock is
 * held.
 */
NTSTATUS missing_function_stub(
                const char *module, const char *function, unsigned ordinal, const void **ret);
