#pragma once

/*
 * The inside of the formatter
 *
 * format.c reads formats, format-number.c and format-string.c write what one conversion says.
 */

#include <stdint.h>

#include "format.h"

/* What stands before a conversion. */
typedef enum Size {
        SIZE_NONE,
        SIZE_CHAR,
        SIZE_SHORT,
        SIZE_LONG,
        SIZE_64,
        SIZE_WIDE,
} Size;

typedef struct Specification {
        bool left, plus, space, alternate, zero;
        int width;
        int precision; /* -1 if there is none */
        Size size;
} Specification;

/* The state of one call. */
typedef struct Formatter {
        const FormatSink *sink;
        const void *format;
        size_t at;
        uint64_t n_written;
        __builtin_ms_va_list arguments;
} Formatter;

/* Writes units of the sink's own kind. */
void format_write(Formatter *formatter, const void *units, size_t n_units);

/* Writes text of ours, which is ASCII, to any sink. */
void format_write_ascii(Formatter *formatter, const char *text, size_t length);

/* Writes @unit as often. */
void format_pad(Formatter *formatter, char unit, uint64_t n_units);

/* How many units @n_units are short of the width. */
uint64_t format_padding(const Specification *specification, uint64_t n_units);

void format_signed(Formatter *formatter, const Specification *specification);

/* @conversion: u, o, x or X. */
void format_unsigned(Formatter *formatter, const Specification *specification, uint32_t conversion);
void format_pointer(Formatter *formatter, const Specification *specification);

/* @is_other: the conversion is S or C, whose argument is of the kind that the sink is not. */
void format_string(Formatter *formatter, const Specification *specification, bool is_other);
void format_character(Formatter *formatter, const Specification *specification, bool is_other);

/* An ANSI_STRING or UNICODE_STRING. */
void format_counted(Formatter *formatter, const Specification *specification);
