#pragma once

/*
 * Text of reports
 *
 * Put together in memory of a fixed size, without allocation or locks. What does not fit is left
 * out, which the size makes impossible for the reports that there are.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ReportText {
        char bytes[16384];
        size_t length;
} ReportText;

void report_put(ReportText *text, const char *string);

/* "0x" and at least @n_digits digits. */
void report_put_hex(ReportText *text, uint64_t value, unsigned n_digits);
void report_put_decimal(ReportText *text, uint64_t value);

/* @string for a line: what does not print becomes "?". */
void report_put_name(ReportText *text, const char *string);

/* @string as JSON: in quotes, escaped; bytes that are no UTF-8 become U+FFFD. */
void report_put_json(ReportText *text, const char *string);

/* "0x..." in quotes: JSON's numbers do not hold 64 bits. */
void report_put_json_hex(ReportText *text, uint64_t value);

/* Writes all of it to standard error. */
void report_flush(ReportText *text);
