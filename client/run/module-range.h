#pragma once

/*
 * Where modules are, for signal handlers
 *
 * Marks are never freed, only used again, so that a handler may read them at any moment. A name
 * that was found may become another's when its module is unloaded: good enough for a report.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct ModuleMark ModuleMark;

/* Return: NULL if there is no memory. The caller sees to it that one thread at a time does this. */
ModuleMark *module_mark_new(const char *name, uintptr_t base, size_t size);
void module_mark_end(ModuleMark *mark);
