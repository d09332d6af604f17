#pragma once

/*
 * The process that a Windows program runs in
 *
 * There is one, and it begins once: with a PEB, before anything is loaded; and it ends once, on
 * whatever thread that happens.
 */

#include <stdbool.h>

#include "builtin.h"
#include "ntdef.h"
#include "peb.h"
#include "process-parameters.h"

/* What ntdll.dll exports of this area: PEB lock, last errors, FLS, versions, exit. */
extern const Builtin process_functions[];
extern const size_t process_n_functions;

/**
 * process_begin() - make the PEB
 *
 * Filled in are the version of the system (Windows 10, build 19045), the process heap, the locks,
 * the bit maps of TLS, and the parameters. The loader fills in what it knows.
 *
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; as process_parameters_new().
 */
NTSTATUS process_begin(const ProcessStart *start);

/* NULL before process_begin(). */
Peb *process_peb(void);

/**
 * process_exit() - what RtlExitUserProcess() does
 *
 * Takes the loader's lock, stops the other threads, tells the DLLs, and ends the process. Of
 * several threads that call it, the first one's status is the process's; called again by that one,
 * from a DLL that it tells, it ends the process at once.
 */
_Noreturn void process_exit(NTSTATUS status);
