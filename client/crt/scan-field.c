#include "format-text.h"
#include "scanner.h"

static void store_integer(Scanner *scanner, ScanSize size, uint64_t value) {
        void *target = __builtin_va_arg(scanner->arguments, void *);

        switch (size) {
        case SCAN_CHAR:
                *(uint8_t *) target = (uint8_t) value;
                return;
        case SCAN_SHORT:
                *(uint16_t *) target = (uint16_t) value;
                return;
        case SCAN_64:
                *(uint64_t *) target = value;
                return;
        case SCAN_NONE:
        case SCAN_LONG:
        case SCAN_WIDE:
                *(uint32_t *) target = (uint32_t) value;
                return;
        }
}

void scan_store_position(Scanner *scanner, const ScanField *field) {
        if (!field->is_dropped)
                store_integer(scanner, field->size, scanner->at);
}

static unsigned digit_of(uint32_t unit) {
        if (unit >= '0' && unit <= '9')
                return unit - '0';
        if (unit >= 'a' && unit <= 'f')
                return unit - 'a' + 10;
        if (unit >= 'A' && unit <= 'F')
                return unit - 'A' + 10;
        return 99;
}

static unsigned base_of(uint32_t conversion) {
        switch (conversion) {
        case 'o':
                return 8;
        case 'x':
        case 'X':
        case 'p':
                return 16;
        case 'i':
                return 0; /* what the prefix says */
        default:
                return 10;
        }
}

/* Takes a prefix, which "i" needs to know the base. A 0 that is none counts as a digit. */
static unsigned read_prefix(Scanner *scanner, unsigned base, size_t *room, size_t *n_digits) {
        if ((base != 0 && base != 16) || *room == 0 || scan_peek(scanner) != '0')
                return base ? base : 10;
        scanner->at++;
        --*room;
        if (*room > 0 && (scan_peek(scanner) | 0x20) == 'x') {
                scanner->at++;
                --*room;
                return 16;
        }
        ++*n_digits;
        return base ? base : 8;
}

bool scan_number(Scanner *scanner, const ScanField *field) {
        size_t room = field->width, n_digits = 0;
        bool is_negative = false;
        uint64_t value = 0;
        unsigned base;

        scan_skip_space(scanner);
        scanner->met_end = scan_peek(scanner) == 0;
        if (room > 0 && (scan_peek(scanner) == '-' || scan_peek(scanner) == '+')) {
                is_negative = scan_peek(scanner) == '-';
                scanner->at++;
                room--;
        }
        base = read_prefix(scanner, base_of(field->conversion), &room, &n_digits);
        for (unsigned digit; room > 0 && (digit = digit_of(scan_peek(scanner))) < base; room--) {
                value = value * base + digit;
                scanner->at++;
                n_digits++;
        }
        if (n_digits == 0)
                return false;
        if (!field->is_dropped) {
                store_integer(scanner, field->conversion == 'p' ? SCAN_64 : field->size,
                                is_negative ? 0 - value : value);
                scanner->n_fields++;
        }
        return true;
}

/* Where the text of one field goes, in its own kind of unit. */
typedef struct ScanTarget {
        void *buffer; /* NULL if it is dropped */
        size_t capacity, length;
        bool is_wide;
        bool is_full; /* something found no room */
} ScanTarget;

static void target_put(ScanTarget *target, uint32_t unit) {
        if (!target->buffer)
                return;
        if (target->length >= target->capacity) {
                target->is_full = true;
                return;
        }
        if (target->is_wide)
                ((WCHAR *) target->buffer)[target->length++] = (WCHAR) unit;
        else
                ((char *) target->buffer)[target->length++] = (char) unit;
}

/* The conversion of one character of the text, or of one unit that needs none. */
static void target_take(ScanTarget *target, Scanner *scanner, size_t room, size_t *n_taken) {
        const WCHAR *wide = (const WCHAR *) scanner->text + scanner->at;
        const unsigned char *narrow = (const unsigned char *) scanner->text + scanner->at;

        *n_taken = 1;
        if (scanner->is_wide == target->is_wide) {
                target_put(target, scan_peek(scanner));
        } else if (scanner->is_wide) {
                WideText text = { wide, wide + (room < 2 ? room : 2) };
                char bytes[4];
                size_t n;

                if (room >= 2 && wide[1] == 0)
                        text.end = wide + 1;
                n = wide_text_next(&text, bytes);
                for (size_t i = 0; i < n; i++)
                        target_put(target, (unsigned char) bytes[i]);
                *n_taken = (size_t) (text.at - wide);
        } else {
                NarrowText text = { narrow, NULL };
                WCHAR units[2];
                size_t n = narrow_text_next(&text, units);

                for (size_t i = 0; i < n; i++)
                        target_put(target, units[i]);
                *n_taken = (size_t) (text.at - narrow);
        }
}

static bool is_character(const ScanField *field) {
        return field->conversion == 'c' || field->conversion == 'C';
}

static bool belongs(const Scanner *scanner, const ScanField *field) {
        uint32_t unit = scan_peek(scanner);

        if (unit == 0)
                return false;
        if (field->conversion == '[')
                return scan_set_has(scanner, field, unit);
        return is_character(field) || !(unit == ' ' || (unit >= '\t' && unit <= '\r'));
}

static ScanTarget target_of(Scanner *scanner, const ScanField *field) {
        bool is_other = field->conversion == 'S' || field->conversion == 'C';
        ScanTarget target = { .capacity = SIZE_MAX, .is_wide = scanner->is_wide != is_other };

        if (field->size == SCAN_SHORT || field->size == SCAN_CHAR)
                target.is_wide = false;
        if (field->size == SCAN_LONG || field->size == SCAN_WIDE)
                target.is_wide = true;
        if (field->is_dropped)
                return target;
        target.buffer = __builtin_va_arg(scanner->arguments, void *);
        if (scanner->is_checked)
                target.capacity = __builtin_va_arg(scanner->arguments, uint32_t);
        return target;
}

/* Ends a string, or refuses it. A field of characters has no NUL. */
static bool target_finish(ScanTarget *target, const ScanField *field) {
        if (!target->buffer)
                return true;
        if (!is_character(field) && !target->is_full)
                target_put(target, 0);
        if (!target->is_full)
                return true;
        target->length = 0;
        if (target->capacity > 0)
                target_put(target, 0);
        return false;
}

bool scan_text(Scanner *scanner, const ScanField *field) {
        size_t width = field->width, begin;
        ScanTarget target = target_of(scanner, field);

        if (field->conversion == 's' || field->conversion == 'S')
                scan_skip_space(scanner);
        if (is_character(field) && width == SIZE_MAX)
                width = 1;
        begin = scanner->at;
        scanner->met_end = scan_peek(scanner) == 0;
        while (scanner->at - begin < width && belongs(scanner, field) && !target.is_full) {
                size_t n_taken;

                target_take(&target, scanner, scanner->limit - scanner->at, &n_taken);
                scanner->at += n_taken;
        }
        if (scanner->at == begin || (is_character(field) && scanner->at - begin < width))
                return false;
        if (!target_finish(&target, field))
                return false;
        scanner->n_fields += !field->is_dropped;
        return true;
}
