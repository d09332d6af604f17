#pragma once

/*
 * Text by a format
 *
 * The formatter behind DbgPrint and ntdll's _snprintf, _snwprintf and kin. Microsoft's rules, not
 * C's: see format.c. What is written goes to a sink unit by unit, so that no buffer limits it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "ntdef.h"

/* Where text goes: in bytes, or in 16-bit units. */
typedef struct FormatSink {
        void (*write)(void *target, const void *units, size_t n_units);
        void *target;
        bool is_wide;
} FormatSink;

/**
 * format_text() - write arguments as a format says
 * @sink:      gets the text, in pieces, without a NUL at its end
 * @format:    units like the sink's, with a NUL
 * @arguments: used up
 *
 * Return: how many units were written; -1 for a format with %n, which is refused, or if there are
 * more units than an int counts. What was written until then stays written.
 */
int format_text(const FormatSink *sink, const void *format, __builtin_ms_va_list arguments);

/* A sink's target: a buffer that text is cut off at. */
typedef struct FormatBuffer {
        void *units;
        size_t capacity; /* in units */
        size_t n_units;  /* written so far; at most capacity */
} FormatBuffer;

/* What writes into a FormatBuffer: @n_units bytes, or 16-bit units. */
void format_buffer_write(void *target, const void *units, size_t n_units);
void format_buffer_write_wide(void *target, const void *units, size_t n_units);
