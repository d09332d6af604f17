#include <string.h>

#include "formatter.h"

static uint64_t take_integer(Formatter *formatter, Size size, bool is_signed) {
        uint64_t value;

        if (size == SIZE_64)
                return __builtin_va_arg(formatter->arguments, uint64_t);
        value = __builtin_va_arg(formatter->arguments, uint32_t);
        switch (size) {
        case SIZE_CHAR:
                return is_signed ? (uint64_t) (int8_t) value : (uint8_t) value;
        case SIZE_SHORT:
                return is_signed ? (uint64_t) (int16_t) value : (uint16_t) value;
        case SIZE_NONE:
        case SIZE_LONG:
        case SIZE_WIDE:
        case SIZE_64:
                break;
        }
        return is_signed ? (uint64_t) (int32_t) value : value;
}

/* @digits is filled from its end. Return: how many; none for 0. */
static size_t digits_of(uint64_t value, unsigned base, bool upper, char *end) {
        const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
        size_t n_digits = 0;

        for (; value > 0; value /= base)
                *--end = set[value % base], n_digits++;
        return n_digits;
}

static void write_number(Formatter *formatter,
                const Specification *specification,
                const char *prefix,
                const char *digits,
                size_t n_digits) {
        size_t n_prefix = strlen(prefix);
        uint64_t precision = specification->precision < 0 ? 1 : (uint64_t) specification->precision;
        uint64_t n_zeros = precision > n_digits ? precision - n_digits : 0;
        uint64_t padding = format_padding(specification, n_prefix + n_zeros + n_digits);

        if (specification->zero && !specification->left && specification->precision < 0) {
                n_zeros += padding;
                padding = 0;
        }
        if (!specification->left)
                format_pad(formatter, ' ', padding);
        format_write_ascii(formatter, prefix, n_prefix);
        format_pad(formatter, '0', n_zeros);
        format_write_ascii(formatter, digits, n_digits);
        if (specification->left)
                format_pad(formatter, ' ', padding);
}

void format_signed(Formatter *formatter, const Specification *specification) {
        uint64_t value = take_integer(formatter, specification->size, true);
        bool is_negative = (int64_t) value < 0;
        char digits[24], *end = digits + sizeof(digits);
        size_t n_digits = digits_of(is_negative ? 0 - value : value, 10, false, end);
        const char *prefix = is_negative            ? "-"
                             : specification->plus  ? "+"
                             : specification->space ? " "
                                                    : "";

        write_number(formatter, specification, prefix, end - n_digits, n_digits);
}

void format_unsigned(
                Formatter *formatter, const Specification *specification, uint32_t conversion) {
        unsigned base = conversion == 'u' ? 10 : conversion == 'o' ? 8 : 16;
        uint64_t value = take_integer(formatter, specification->size, false);
        char digits[24], *end = digits + sizeof(digits);
        size_t n_digits = digits_of(value, base, conversion == 'X', end);
        const char *prefix = "";

        if (specification->alternate && base == 16 && value != 0)
                prefix = conversion == 'X' ? "0X" : "0x";
        /* A leading zero, but not where the precision has put one already; and one for 0. */
        if (specification->alternate && base == 8 &&
                        (specification->precision < 0 ? value != 0
                                                      : (int64_t) n_digits >=
                                                                        specification->precision)) {
                *(end - ++n_digits) = '0';
        }
        write_number(formatter, specification, prefix, end - n_digits, n_digits);
}

void format_pointer(Formatter *formatter, const Specification *specification) {
        Specification number = *specification;
        char digits[24], *end = digits + sizeof(digits);
        size_t n_digits =
                        digits_of(__builtin_va_arg(formatter->arguments, uint64_t), 16, true, end);

        number.precision = 2 * sizeof(PVOID);
        write_number(formatter, &number, specification->alternate && n_digits ? "0X" : "",
                        end - n_digits, n_digits);
}
