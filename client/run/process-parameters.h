#pragma once

/*
 * The process parameters
 *
 * What a program is told about itself when it starts: its name, its command line, its environment,
 * where it is, and its three standard handles.
 */

#include "ntdef.h"
#include "peb.h"

/* What they are made of, in Linux's terms. */
typedef struct ProcessStart {
        const char *program;      /* absolute path */
        char *const *arguments;   /* without the program's name; ends with NULL */
        char *const *environment; /* ends with NULL */
} ProcessStart;

/**
 * process_parameters_new() - make the parameters of this process
 * @ret: one block of memory with all strings but the environment, which is a block of the process
 *       heap. It lives as long as the process
 *
 * ImagePathName is "Z:\..." and CommandLine begins with it. CurrentDirectory has a handle, unless
 * the directory has a name that NT has no way to say, or may not be looked into. A standard handle
 * is 0 if its descriptor is closed.
 *
 * Return: STATUS_SUCCESS; STATUS_NAME_TOO_LONG if the command line or a path has more than 32,766
 * units; STATUS_NO_MEMORY; STATUS_OBJECT_PATH_NOT_FOUND if the current directory is gone; why the
 * standard handles cannot be made.
 */
NTSTATUS process_parameters_new(const ProcessStart *start, ProcessParameters **ret);
