#pragma once

/*
 * Values of a script
 *
 * What variables hold, services take and give: an integer (handles, addresses, sizes, masks), a
 * name of counted UTF-16 units, bytes, or a list of names. They are GVariants, so that they can
 * travel between processes.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "name.h"

typedef enum ScriptType {
        SCRIPT_INTEGER,
        SCRIPT_NAME,
        SCRIPT_BYTES,
        SCRIPT_LIST,
} ScriptType;

/* All of these return a reference that the caller owns. */
GVariant *script_integer_new(uint64_t value);
GVariant *script_name_new(const WCHAR *units, size_t n_units);
GVariant *script_bytes_new(const void *bytes, size_t n_bytes);
GVariant *script_list_new(GPtrArray *names); /* of Name */

uint64_t script_integer(GVariant *value);
Name *script_name(GVariant *value); /* the caller owns it */
const uint8_t *script_bytes(GVariant *value, size_t *ret_n_bytes);
GPtrArray *script_list(GVariant *value); /* of Name; the caller owns it */

/* "an integer", "a name", ... */
const char *script_type_text(ScriptType type);

/* The value for people: the caller owns it. */
char *script_value_print(GVariant *value);
