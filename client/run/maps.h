#pragma once

/*
 * The kernel's list of mappings, read without allocation: for signal handlers
 */

#include <stdbool.h>
#include <stdint.h>

/* One mapping. */
typedef struct Mapping {
        uint64_t begin, end;
        bool is_readable, is_writable, is_executable;
        const char *name; /* of the file without its folder, or "[stack]"; "" if there is none */
} Mapping;

/* Calls @take with each mapping, in order, until it says false. The name is valid for the call. */
void maps_read(bool (*take)(void *context, const Mapping *mapping), void *context);

/* Whether memory allows an access now. */
bool maps_allow(uint64_t address, bool write, bool execute);
