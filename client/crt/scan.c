#include <stdbool.h>
#include <string.h>

#include "crt-scan.h"
#include "scanner.h"

/*
 * Scanning by a format
 *
 *     %[*][width][h|hh|l|ll|w|L|I|I32|I64|j|t|z]conversion
 *
 * with d i u o x X p, c C s S, [set] and n, of narrow or of wide text. Floating-point conversions
 * do not exist, as in printing: they end the scan. The functions whose names end in _s take the
 * number of units of its buffer, an unsigned, behind the pointer of each c, C, s, S and [set], and
 * empty the buffer and end the scan where that is too small.
 */

static uint32_t unit_of(const Scanner *scanner, const void *text, size_t index) {
        return scanner->is_wide ? ((const WCHAR *) text)[index]
                                : ((const unsigned char *) text)[index];
}

uint32_t scan_peek(const Scanner *scanner) {
        return scanner->at < scanner->limit ? unit_of(scanner, scanner->text, scanner->at) : 0;
}

static uint32_t format_peek(const Scanner *scanner) {
        return unit_of(scanner, scanner->format, scanner->format_at);
}

static bool is_space(uint32_t unit) {
        return unit == ' ' || (unit >= '\t' && unit <= '\r');
}

void scan_skip_space(Scanner *scanner) {
        while (is_space(scan_peek(scanner)))
                scanner->at++;
}

static ScanSize read_size_i(Scanner *scanner) {
        uint32_t first = format_peek(scanner);
        uint32_t second = first ? unit_of(scanner, scanner->format, scanner->format_at + 1) : 0;

        if ((first == '6' && second == '4') || (first == '3' && second == '2')) {
                scanner->format_at += 2;
                return first == '6' ? SCAN_64 : SCAN_NONE;
        }
        return SCAN_64;
}

static ScanSize read_size(Scanner *scanner) {
        uint32_t unit = format_peek(scanner);
        bool is_double;

        if (unit == 0 || unit > 'z' || !strchr("hlwLIjtz", (int) unit))
                return SCAN_NONE;
        scanner->format_at++;
        is_double = (unit == 'h' || unit == 'l') && format_peek(scanner) == unit;
        scanner->format_at += is_double;
        switch (unit) {
        case 'h':
                return is_double ? SCAN_CHAR : SCAN_SHORT;
        case 'l':
                return is_double ? SCAN_64 : SCAN_LONG;
        case 'w':
                return SCAN_WIDE;
        case 'L':
                return SCAN_NONE;
        case 'I':
                return read_size_i(scanner);
        default:
                return SCAN_64;
        }
}

/* A set in the format: its units up to the closing bracket, which may come first as one of them. */
static bool read_set(Scanner *scanner, ScanField *field) {
        if (format_peek(scanner) == '^') {
                field->set_is_negated = true;
                scanner->format_at++;
        }
        field->set_begin = scanner->format_at;
        if (format_peek(scanner) == ']')
                scanner->format_at++;
        while (format_peek(scanner) != ']') {
                if (format_peek(scanner) == 0)
                        return false;
                scanner->format_at++;
        }
        field->set_end = scanner->format_at++;
        return true;
}

bool scan_set_has(const Scanner *scanner, const ScanField *field, uint32_t unit) {
        bool is_in = false;

        for (size_t i = field->set_begin; i < field->set_end && !is_in; i++) {
                uint32_t first = unit_of(scanner, scanner->format, i), last = first;

                if (i + 2 < field->set_end && unit_of(scanner, scanner->format, i + 1) == '-') {
                        last = unit_of(scanner, scanner->format, i + 2);
                        i += 2;
                }
                is_in = first <= last ? unit >= first && unit <= last
                                      : unit >= last && unit <= first;
        }
        return is_in != field->set_is_negated;
}

static void read_field(Scanner *scanner, ScanField *field) {
        uint64_t width = 0;

        *field = (ScanField){ .width = SIZE_MAX };
        if (format_peek(scanner) == '*') {
                field->is_dropped = true;
                scanner->format_at++;
        }
        for (uint32_t unit; unit = format_peek(scanner), unit >= '0' && unit <= '9';
                        scanner->format_at++) {
                if (width < UINT32_MAX)
                        width = width * 10 + (unit - '0');
        }
        if (width > 0)
                field->width = (size_t) width;
        field->size = read_size(scanner);
        field->conversion = format_peek(scanner);
        if (field->conversion != 0)
                scanner->format_at++;
}

/* Return: whether the field was there, and could be stored. */
static bool scan_field(Scanner *scanner) {
        ScanField field;

        read_field(scanner, &field);
        switch (field.conversion) {
        case '%':
                scan_skip_space(scanner);
                if (scan_peek(scanner) != '%')
                        return false;
                scanner->at++;
                return true;
        case 'd':
        case 'i':
        case 'u':
        case 'o':
        case 'x':
        case 'X':
        case 'p':
                return scan_number(scanner, &field);
        case 'n':
                scan_store_position(scanner, &field);
                return true;
        case 'c':
        case 'C':
        case 's':
        case 'S':
                return scan_text(scanner, &field);
        case '[':
                return read_set(scanner, &field) && scan_text(scanner, &field);
        default:
                return false;
        }
}

/* Return: whether what stands in the format stands in the text. */
static bool scan_literal(Scanner *scanner) {
        uint32_t unit = format_peek(scanner);

        scanner->format_at++;
        if (is_space(unit)) {
                scan_skip_space(scanner);
                return true;
        }
        if (scan_peek(scanner) != unit)
                return false;
        scanner->at++;
        return true;
}

int scan(Scanner *scanner) {
        if (!scanner->text || !scanner->format)
                return -1;
        for (uint32_t unit; (unit = format_peek(scanner)) != 0;) {
                bool goes_on;

                if (unit == '%') {
                        scanner->format_at++;
                        goes_on = scan_field(scanner);
                } else {
                        goes_on = scan_literal(scanner);
                }
                if (!goes_on)
                        break;
        }
        /* The end of the text before the first field is no field at all. */
        if (scanner->n_fields == 0 && scanner->met_end)
                return -1;
        return scanner->n_fields;
}
