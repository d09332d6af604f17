#pragma once

/*
 * Process parameters that a program makes, for a process to be
 *
 * One block of the process heap with all strings and the environment. Normalized, its strings are
 * pointers; otherwise their offsets from the block's beginning.
 */

#include "ntdef.h"
#include "peb.h"

#define PARAMETERS_CREATE_NORMALIZED 0x1u

NTSTATUS NTAPI parameters_create_ex(ProcessParameters **ret,
                const UNICODE_STRING *image,
                const UNICODE_STRING *dll_path,
                const UNICODE_STRING *directory,
                const UNICODE_STRING *command_line,
                PWSTR environment,
                const UNICODE_STRING *title,
                const UNICODE_STRING *desktop,
                const UNICODE_STRING *shell,
                const UNICODE_STRING *runtime,
                ULONG flags);

/* The same, not normalized. */
NTSTATUS NTAPI parameters_create(ProcessParameters **ret,
                const UNICODE_STRING *image,
                const UNICODE_STRING *dll_path,
                const UNICODE_STRING *directory,
                const UNICODE_STRING *command_line,
                PWSTR environment,
                const UNICODE_STRING *title,
                const UNICODE_STRING *desktop,
                const UNICODE_STRING *shell,
                const UNICODE_STRING *runtime);

/* Return: the block. */
ProcessParameters *NTAPI parameters_normalize(ProcessParameters *parameters);
ProcessParameters *NTAPI parameters_denormalize(ProcessParameters *parameters);

NTSTATUS NTAPI parameters_destroy(ProcessParameters *parameters);
