#include "format-text.h"
#include "formatter.h"

/* One string, of either kind. */
typedef struct Text {
        bool is_wide;
        NarrowText narrow;
        WideText wide;
} Text;

/* The next piece in the sink's units, not beyond @room of them. Return: its length; 0 at the end.
 */
static size_t text_next(Text *text, uint64_t room, void *piece) {
        WideText wide_before = text->wide;
        NarrowText narrow_before = text->narrow;
        size_t n_units;

        if (room == 0)
                return 0;
        n_units = text->is_wide ? wide_text_next(&text->wide, piece)
                                : narrow_text_next(&text->narrow, piece);
        if (n_units <= room)
                return n_units;
        text->wide = wide_before;
        text->narrow = narrow_before;
        return 0;
}

/* Text of the other unit: measured or, with @write, written. Return: its length in the sink's. */
static uint64_t convert_text(Formatter *formatter, Text text, uint64_t limit, bool write) {
        union {
                char bytes[4];
                WCHAR units[2];
        } piece;
        uint64_t length = 0;
        size_t n_units;

        while ((n_units = text_next(&text, limit - length, &piece)) > 0) {
                if (write)
                        format_write(formatter, &piece, n_units);
                length += n_units;
        }
        return length;
}

/* The length of text that is in the sink's unit already. */
static uint64_t plain_length(const Text *text, uint64_t limit) {
        uint64_t length = 0;

        if (text->is_wide) {
                uint64_t n = text->wide.end ? (uint64_t) (text->wide.end - text->wide.at) : limit;

                while (length < limit && length < n && (text->wide.end || text->wide.at[length]))
                        length++;
        } else {
                uint64_t n = text->narrow.end ? (uint64_t) (text->narrow.end - text->narrow.at)
                                              : limit;

                while (length < limit && length < n &&
                                (text->narrow.end || text->narrow.at[length]))
                        length++;
        }
        return length;
}

static void write_text(Formatter *formatter, const Specification *specification, const Text *text) {
        bool is_plain = text->is_wide == formatter->sink->is_wide;
        uint64_t limit = specification->precision < 0 ? UINT64_MAX
                                                      : (uint64_t) specification->precision;
        uint64_t length = is_plain ? plain_length(text, limit)
                                   : convert_text(formatter, *text, limit, false);
        uint64_t padding = format_padding(specification, length);

        if (!specification->left)
                format_pad(formatter, specification->zero ? '0' : ' ', padding);
        if (!is_plain)
                convert_text(formatter, *text, limit, true);
        else if (text->is_wide)
                format_write(formatter, text->wide.at, (size_t) length);
        else
                format_write(formatter, text->narrow.at, (size_t) length);
        if (specification->left)
                format_pad(formatter, ' ', padding);
}

static void write_null(Formatter *formatter, const Specification *specification) {
        Text text = { .narrow = { (const unsigned char *) "(null)", NULL } };

        write_text(formatter, specification, &text);
}

/* @is_other: of S and C, which take the unit that the sink has not. */
static bool is_wide_argument(const Formatter *formatter, Size size, bool is_other) {
        if (size == SIZE_SHORT || size == SIZE_CHAR)
                return false;
        if (size == SIZE_LONG || size == SIZE_WIDE)
                return true;
        return formatter->sink->is_wide != is_other;
}

void format_string(Formatter *formatter, const Specification *specification, bool is_other) {
        const void *string = __builtin_va_arg(formatter->arguments, const void *);
        Text text = { .is_wide = is_wide_argument(formatter, specification->size, is_other) };

        if (!string) {
                write_null(formatter, specification);
                return;
        }
        if (text.is_wide)
                text.wide.at = string;
        else
                text.narrow.at = string;
        write_text(formatter, specification, &text);
}

/* ANSI_STRING and UNICODE_STRING have the same layout but for what the buffer holds. */
void format_counted(Formatter *formatter, const Specification *specification) {
        const UNICODE_STRING *string =
                        __builtin_va_arg(formatter->arguments, const UNICODE_STRING *);
        Text text = { .is_wide = specification->size == SIZE_WIDE ||
                                 specification->size == SIZE_LONG };

        if (!string || !string->Buffer) {
                write_null(formatter, specification);
                return;
        }
        text.wide.at = string->Buffer;
        text.wide.end = string->Buffer + string->Length / sizeof(WCHAR);
        text.narrow.at = (const unsigned char *) string->Buffer;
        text.narrow.end = text.narrow.at + string->Length;
        write_text(formatter, specification, &text);
}

/* A precision says nothing about a character, and a NUL is one. */
void format_character(Formatter *formatter, const Specification *specification, bool is_other) {
        Specification whole = *specification;
        uint32_t argument = __builtin_va_arg(formatter->arguments, uint32_t);
        WCHAR unit = (WCHAR) argument;
        unsigned char byte = (unsigned char) argument;
        Text text = {
                .is_wide = is_wide_argument(formatter, specification->size, is_other),
                .narrow = { &byte, &byte + 1 },
                .wide = { &unit, &unit + 1 },
        };

        whole.precision = -1;
        write_text(formatter, &whole, &text);
}
