#pragma once

/*
 * Faults
 *
 * Signals of the processor become Windows' exceptions. The handlers are there before libzw's, which
 * passes on what is not its own.
 */

#include "context.h"

/**
 * fault_install() - take SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGTRAP
 *
 * To be called once, before zw_enable_fault_recovery(). The handlers run on the alternate signal
 * stack, which each thread of the program has to have: a stack overflow has nowhere else to be
 * told.
 *
 * Return: STATUS_SUCCESS, or why the kernel refused.
 */
NTSTATUS fault_install(void);

/**
 * exception_dispatch() - an exception happened in the program
 * @record:  code, flags, address and parameters as Windows would have them
 * @context: the registers at that moment
 *
 * The one place through which all exceptions go, those of the processor and those that are raised.
 * Nobody can handle them: structured exception handling does not exist here, so that each ends the
 * process with a report.
 */
_Noreturn void exception_dispatch(const ExceptionRecord *record, const Context *context);
