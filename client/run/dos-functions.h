#pragma once

/*
 * What ntdll.dll exports of environment, DOS paths and process parameters
 */

#include "builtin.h"

extern const Builtin dos_functions[];
extern const size_t dos_n_functions;
