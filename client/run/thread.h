#pragma once

/*
 * Threads of a Windows program
 *
 * Each is a thread of Linux that runs on a stack of the program's, with a TEB at GS. It ends by
 * going back to its own stack, whereupon all that belongs to it is given back. The first one is
 * Linux's first one too. When the last one ends, the process does.
 */

#include "loader.h"
#include "ntdef.h"

/* From here on NtCreateThreadEx() and its like make threads of the program. */
NTSTATUS thread_install_hooks(void);

/**
 * thread_run_first() - run the program on the calling thread
 * @program: what has been loaded
 * @error:   filled in if it does not begin
 *
 * Tells the DLLs that the process begins, and calls the entry point with the PEB. Does not return
 * if it begins: the process ends by process_exit().
 *
 * Return: why it cannot begin.
 */
NTSTATUS thread_run_first(const LoadedProgram *program, LoadError *error);

/* What RtlExitUserThread() does: tells the DLLs, and ends the calling thread, or with the last
 * thread the process. */
_Noreturn void thread_exit(NTSTATUS status);
