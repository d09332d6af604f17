#pragma once

/*
 * What Linux, or the host of a Windows program, says of the calling process
 */

#include "ntpsapi.h"

/* STATUS_SUCCESS, or STATUS_NOT_SUPPORTED without /proc. */
NTSTATUS process_self_memory(VM_COUNTERS *ret);

/* A number that no other process is likely to have, and that stays. */
ULONG process_self_cookie(void);

/**
 * process_self_string() - a name of the program, or its command line
 * @which:      ProcessImageFileName (of the device), ProcessImageFileNameWin32 (of the drive),
 *              ProcessCommandLineInformation
 * @ret:        with a NUL; for free()
 * @ret_length: in bytes, without it
 *
 * Those of a Windows program stand in its process parameters. A native one has its own file.
 *
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; STATUS_NAME_TOO_LONG; STATUS_NOT_SUPPORTED without
 * /proc, and for the command line of a native program.
 */
NTSTATUS process_self_string(PROCESSINFOCLASS which, WCHAR **ret, USHORT *ret_length);
