#pragma once

/*
 * Writing JSON
 *
 * Written as it comes, so that the tree of a million names needs no memory. JSON's \u escapes are
 * UTF-16 units: an NT name, lone surrogates included, is written exactly, which libraries that keep
 * strings as UTF-8 cannot.
 *
 * Keys are given inside an object and are NULL inside an array. Failures to write stay in @out's
 * error flag: whoever owns it looks at the end.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "name.h"

typedef struct JsonWriter {
        FILE *out;
        GString *closers; /* what closes each open object and array, innermost last */
        bool after_value; /* the next value needs a comma */
} JsonWriter;

void json_init(JsonWriter *json, FILE *out);
void json_clear(JsonWriter *json); /* nothing is open any more */

void json_begin_object(JsonWriter *json, const char *key);
void json_end_object(JsonWriter *json);
void json_begin_array(JsonWriter *json, const char *key);
void json_end_array(JsonWriter *json);

/* @value is UTF-8; bytes that are not are written as U+FFFD. */
void json_string(JsonWriter *json, const char *key, const char *value);
void json_name(JsonWriter *json, const char *key, const Name *value);
void json_uint(JsonWriter *json, const char *key, uint64_t value);
void json_bool(JsonWriter *json, const char *key, bool value);
void json_null(JsonWriter *json, const char *key);
