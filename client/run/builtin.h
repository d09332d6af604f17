#pragma once

/*
 * What built-in modules are made of
 *
 * A built-in module, ntdll.dll, has no file: its functions are ours, in the Microsoft calling
 * convention. Each area that provides some has a table of them; ntdll.c puts the tables together.
 * Names are unique over all tables of a module, in any order.
 */

#include <stddef.h>

/* One function that a built-in module exports. */
typedef struct Builtin {
        const char *name;
        const void *address;
} Builtin;

/* What libzw exports, generated from the public headers by services-table.py. */
extern const Builtin service_functions[];
extern const size_t service_n_functions;

/* The loader's Ldr functions, and what reads images. */
extern const Builtin ldr_functions[];
extern const size_t ldr_n_functions;
