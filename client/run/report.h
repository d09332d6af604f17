#pragma once

/*
 * Reports
 *
 * What ntrun says about the program that it runs when that cannot go on: one line, or for a fault a
 * few, on standard error; with --json one JSON object on one line. They are written while anything
 * may be broken, the heap first of all: from memory of their own, with write() only. Safe in signal
 * handlers.
 */

#include <stdbool.h>

#include "context.h"

#define REPORT_MISSING_EXIT 124 /* a function was called that nobody provides */

/* Whether reports are JSON. Before any thread of the program runs. */
void report_use_json(bool json);

/**
 * report_missing_function() - a function was called that is not there; ends the process with 124
 * @module:   UTF-8, the name of the DLL that should have it
 * @function: its name, or NULL if it is imported by number
 * @ordinal:  its number; of meaning only without a name
 * @caller:   the address that the call would return to
 */
_Noreturn void report_missing_function(
                const char *module, const char *function, unsigned ordinal, const void *caller);

/**
 * report_fault() - an exception that nobody handled; ends the process
 * @record:  what happened
 * @context: the registers at that moment
 *
 * Shows code, address, what was accessed, registers, and those addresses on the stack that lie in
 * the code of a module: some of them are return addresses. The exit code is report_exit_code() of
 * the exception's. A fault inside a report ends the process at once with that code.
 */
_Noreturn void report_fault(const ExceptionRecord *record, const Context *context);

/* The exit code of Linux that stands for an NT status: its low 8 bits, or 255 if those are 0 and it
 * is no success. */
int report_exit_code(NTSTATUS status);
