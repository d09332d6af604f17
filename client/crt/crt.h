#pragma once

/*
 * The C functions of ntdll
 *
 * Microsoft's C functions that ntdll.dll exports, in its calling convention, with its 32-bit long
 * and 16-bit wide characters. They are programs' of Windows only: nobody finds them by name but in
 * this table.
 *
 * Not here: what needs structured exception handling (__C_specific_handler, _local_unwind).
 */

#include "builtin.h"

extern const Builtin crt_functions[];
extern const size_t crt_n_functions;
