#pragma once

/*
 * Operations
 *
 * What is measured, as loops around NT's services and nothing else. The same source is compiled
 * against libzw and as a Windows program.
 */

#include "platform.h"

typedef struct Operation {
        const char *name;
        /* Does it @n_times; *ret_nanoseconds is what that took. */
        NTSTATUS (*run)(ULONG n_times, ULONGLONG *ret_nanoseconds);
} Operation;

extern const Operation operations[]; /* the last one has no name */

/* Makes the section whose name another process's operations open. It is held until the program
 * ends. */
NTSTATUS operations_hold(void);
