#pragma once

/*
 * The inside of the scanner
 *
 * scan.c reads formats, scan-field.c stores what one conversion says.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

/* What stands before a conversion. */
typedef enum ScanSize {
        SCAN_NONE,
        SCAN_CHAR,
        SCAN_SHORT,
        SCAN_LONG,
        SCAN_64,
        SCAN_WIDE,
} ScanSize;

typedef struct ScanField {
        bool is_dropped; /* * */
        size_t width;    /* in units; SIZE_MAX if there is none */
        ScanSize size;
        uint32_t conversion;
        bool set_is_negated;
        size_t set_begin, set_end; /* of [set], in the format */
} ScanField;

/* The state of one call. */
typedef struct Scanner {
        bool is_wide;    /* text and format */
        bool is_checked; /* buffers have sizes */
        const void *text;
        size_t at;
        size_t limit; /* of the text, which may end before */
        const void *format;
        size_t format_at;
        __builtin_ms_va_list arguments;
        int n_fields; /* stored */
        bool met_end; /* a field found nothing because the text was at its end */
} Scanner;

/* Return: how many fields were stored; -1 if the text ended before the first, or a pointer is NULL.
 */
int scan(Scanner *scanner);

/* The next unit of the text; 0 at its end. */
uint32_t scan_peek(const Scanner *scanner);
void scan_skip_space(Scanner *scanner);
bool scan_set_has(const Scanner *scanner, const ScanField *field, uint32_t unit);

/* Return, both: whether the field was there, and could be stored. */
bool scan_number(Scanner *scanner, const ScanField *field);
bool scan_text(Scanner *scanner, const ScanField *field);

/* %n: how many units were read. */
void scan_store_position(Scanner *scanner, const ScanField *field);
