#pragma once

/*
 * Built-in modules
 *
 * To the program a built-in module is a DLL like any other: it has headers, sections and a table of
 * exports in memory, for those who walk it by hand. What stands there are jumps; whoever imports a
 * function, or asks for its address, gets the function itself.
 */

#include <stddef.h>
#include <stdint.h>

#include "builtin.h"
#include "image.h"

/* A module's functions, by name. */
typedef struct BuiltinModule {
        const char *name; /* "ntdll.dll" */
        size_t n_functions;
        Builtin functions[]; /* sorted; the ordinal of the first is 1 */
} BuiltinModule;

/* A part of a built-in module. */
typedef struct BuiltinTable {
        const Builtin *functions;
        const size_t *n_functions;
} BuiltinTable;

/* Built-in modules that there are; the last one's name is NULL. */
typedef struct BuiltinSource {
        const char *name;
        const BuiltinTable *tables; /* the last one's functions are NULL */
} BuiltinSource;

extern const BuiltinSource builtin_sources[];

/* @name: counted, without case. Return: NULL if it is no built-in module's. */
const BuiltinSource *builtin_source_find(const WCHAR *name, size_t n_units);

/* Return: for free(); NULL if there is no memory. */
BuiltinModule *builtin_module_new(const BuiltinSource *source);

/* The function of that name; NULL if there is none. */
const void *builtin_module_find(const BuiltinModule *module, const char *name);

/* The same by ordinal. */
const void *builtin_module_find_ordinal(const BuiltinModule *module, uint32_t ordinal);

/**
 * builtin_image_make() - the module's image in memory
 * @ret: with its spans; ends with builtin_image_free()
 * Return: STATUS_SUCCESS; as NtAllocateVirtualMemory().
 */
NTSTATUS builtin_image_make(const BuiltinModule *module, Image *ret);
void builtin_image_free(const Image *image);
