#pragma once

/*
 * Constants of a script: NT's names of rights, flags, classes, privileges and statuses
 */

#include <stdbool.h>
#include <stdint.h>

/* The value of NT's @name; false if it is none that scripts know. */
bool script_constant_find(const char *name, uint64_t *ret);
