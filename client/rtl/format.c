#include <limits.h>
#include <string.h>

#include "formatter.h"

/*
 * Formats as ntdll reads them
 *
 *     %[-+ #0]*[width|*][.[precision|*]][h|hh|l|ll|w|L|I|I32|I64|j|t|z]conversion
 *
 * as Microsoft documents them for its C library, where that differs from C: long has 32 bits; I, j,
 * t and z have 64; s and c take a string of the sink's own unit and S and C one of the other, h
 * makes both narrow, l and w wide; Z takes an ANSI_STRING, or with w or l a UNICODE_STRING; p is 16
 * upper-case digits whatever the precision says; the flag 0 pads strings with zeros too. A NULL
 * string is "(null)". A conversion that does not exist stands for itself. Between narrow and wide
 * text goes UTF-8, which is the code page of everything here; a precision cuts no character that is
 * converted.
 *
 * Floating-point conversions do not exist, as Microsoft says of DbgPrint, and as Wine 8's ntdll has
 * it: %f is an "f", and takes no argument. %n is refused, which Microsoft's library does by
 * default.
 */

static uint32_t unit_at(const Formatter *formatter, size_t index) {
        return formatter->sink->is_wide ? ((const WCHAR *) formatter->format)[index]
                                        : ((const unsigned char *) formatter->format)[index];
}

/* A number in the format, or of the argument that "*" stands for. */
static int read_number(Formatter *formatter) {
        int64_t value = 0;

        if (unit_at(formatter, formatter->at) == '*') {
                formatter->at++;
                return __builtin_va_arg(formatter->arguments, int);
        }
        for (uint32_t unit; unit = unit_at(formatter, formatter->at), unit >= '0' && unit <= '9';
                        formatter->at++) {
                if (value <= INT_MAX)
                        value = value * 10 + (unit - '0');
        }
        return value > INT_MAX ? INT_MAX : (int) value;
}

static void read_flags(Formatter *formatter, Specification *specification) {
        for (;; formatter->at++) {
                switch (unit_at(formatter, formatter->at)) {
                case '-':
                        specification->left = true;
                        break;
                case '+':
                        specification->plus = true;
                        break;
                case ' ':
                        specification->space = true;
                        break;
                case '#':
                        specification->alternate = true;
                        break;
                case '0':
                        specification->zero = true;
                        break;
                default:
                        return;
                }
        }
}

static Size read_size_i(Formatter *formatter) {
        uint32_t first = unit_at(formatter, formatter->at);
        uint32_t second = first ? unit_at(formatter, formatter->at + 1) : 0;

        if ((first == '6' && second == '4') || (first == '3' && second == '2')) {
                formatter->at += 2;
                return first == '6' ? SIZE_64 : SIZE_NONE;
        }
        return SIZE_64;
}

static Size read_size(Formatter *formatter) {
        uint32_t unit = unit_at(formatter, formatter->at);
        bool is_double;

        if (unit == 0 || unit > 'z' || !strchr("hlwLIjtz", (int) unit))
                return SIZE_NONE;
        formatter->at++;
        is_double = (unit == 'h' || unit == 'l') && unit_at(formatter, formatter->at) == unit;
        formatter->at += is_double;
        switch (unit) {
        case 'h':
                return is_double ? SIZE_CHAR : SIZE_SHORT;
        case 'l':
                return is_double ? SIZE_64 : SIZE_LONG;
        case 'w':
                return SIZE_WIDE;
        case 'L': /* of long double */
                return SIZE_NONE;
        case 'I':
                return read_size_i(formatter);
        default:
                return SIZE_64;
        }
}

static Specification read_specification(Formatter *formatter) {
        Specification specification = { .precision = -1 };

        read_flags(formatter, &specification);
        specification.width = read_number(formatter);
        if (specification.width < 0) { /* an argument */
                specification.left = true;
                specification.width =
                                specification.width == INT_MIN ? INT_MAX : -specification.width;
        }
        if (unit_at(formatter, formatter->at) == '.') {
                formatter->at++;
                specification.precision = read_number(formatter);
                if (specification.precision < 0)
                        specification.precision = -1;
        }
        specification.size = read_size(formatter);
        return specification;
}

/* Units of the format stand for themselves. */
static void write_format(Formatter *formatter, size_t begin, size_t end) {
        size_t unit_size = formatter->sink->is_wide ? sizeof(WCHAR) : 1;

        format_write(formatter, (const char *) formatter->format + begin * unit_size, end - begin);
}

/* Return: false for %n. */
static bool write_conversion(Formatter *formatter) {
        Specification specification = read_specification(formatter);
        uint32_t conversion = unit_at(formatter, formatter->at);

        if (conversion == 0) /* the format ends inside */
                return true;
        formatter->at++;
        switch (conversion) {
        case 'd':
        case 'i':
                format_signed(formatter, &specification);
                return true;
        case 'u':
        case 'o':
        case 'x':
        case 'X':
                format_unsigned(formatter, &specification, conversion);
                return true;
        case 'p':
                format_pointer(formatter, &specification);
                return true;
        case 'c':
        case 'C':
                format_character(formatter, &specification, conversion == 'C');
                return true;
        case 's':
        case 'S':
                format_string(formatter, &specification, conversion == 'S');
                return true;
        case 'Z':
                format_counted(formatter, &specification);
                return true;
        case 'n':
                return false;
        default: /* stands for itself, % among them */
                write_format(formatter, formatter->at - 1, formatter->at);
                return true;
        }
}

/* What stands between conversions. */
static void write_literal(Formatter *formatter) {
        size_t begin = formatter->at;
        uint32_t unit;

        while (unit = unit_at(formatter, formatter->at), unit != 0 && unit != '%')
                formatter->at++;
        write_format(formatter, begin, formatter->at);
}

int format_text(const FormatSink *sink, const void *format, __builtin_ms_va_list arguments) {
        /* Not by __builtin_ms_va_copy(), which gcc 12 takes for the other convention's in here. */
        Formatter formatter = { .sink = sink, .format = format, .arguments = arguments };
        bool is_valid = true;

        while (is_valid && formatter.n_written <= INT_MAX) {
                write_literal(&formatter);
                if (unit_at(&formatter, formatter.at) == 0)
                        break;
                formatter.at++;
                is_valid = write_conversion(&formatter);
        }
        return is_valid && formatter.n_written <= INT_MAX ? (int) formatter.n_written : -1;
}
