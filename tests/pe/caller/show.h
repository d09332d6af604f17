#pragma once

/*
 * Buffers that a call has written to, and how they are shown: argument.h has the formats
 */

#include "slot.h"

typedef struct Output {
        const void *area;
        const UNICODE_STRING *string; /* instead of @area: one that got @size bytes at most */
        SIZE_T size;
        const char *format;
} Output;

void output_put(const Output *output);
