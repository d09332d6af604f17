#pragma once

/*
 * Linux's errors as files have them
 *
 * Other than nt_status_from_errno(), which knows sockets and memory: here ENOENT is a name, and
 * EBADF an open file without the right.
 */

#include "ntdef.h"

/* @error: positive errno value. Return: a failure. */
NTSTATUS file_status(int error);

/* The same for a component that is not the last one of a name: what is missing is the path. */
NTSTATUS file_path_status(int error);
