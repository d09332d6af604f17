#pragma once

/*
 * Raised exceptions
 *
 * The functions of ntdll that make an exception without the processor's help. Nothing can handle
 * one yet, so that each ends the process with a report.
 */

#include "builtin.h"

extern const Builtin raise_functions[];
extern const size_t raise_n_functions;
