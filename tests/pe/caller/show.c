#include "show.h"

/* Up to the last byte that is not what was there before. */
static SIZE_T written(const unsigned char *bytes, SIZE_T size) {
        while (size > 0 && bytes[size - 1] == 0xCC)
                size--;
        return size;
}

static uint64_t read_number(const unsigned char *bytes, SIZE_T size) {
        uint64_t number = 0;

        for (SIZE_T i = size; i > 0; i--)
                number = number << 8 | bytes[i - 1];
        return number;
}

static void put_bytes(const unsigned char *bytes, SIZE_T size) {
        for (SIZE_T i = 0; i < size; i++) {
                put_char("0123456789ABCDEF"[bytes[i] >> 4]);
                put_char("0123456789ABCDEF"[bytes[i] & 15]);
        }
}

static void put_number(const unsigned char *bytes, SIZE_T size) {
        if (written(bytes, size) == 0)
                put_char('=');
        else
                put_hex(read_number(bytes, size));
}

static bool inside(const Output *output, uint64_t address, SIZE_T size) {
        uint64_t begin = (uint64_t) (uintptr_t) output->area;

        return address >= begin && size <= output->size && address - begin <= output->size - size;
}

/* Length, room, where the text is in the buffer, and the text. */
static void put_string_at(const Output *output, const unsigned char *bytes) {
        uint64_t length = read_number(bytes, 2), buffer = read_number(bytes + 8, 8);

        put_number(bytes, 2);
        put_char('/');
        put_number(bytes + 2, 2);
        put_char('@');
        if (!inside(output, buffer, length)) {
                put_text(buffer == 0 ? "0" : buffer == RUBBISH ? "=" : "outside");
                return;
        }
        put_hex(buffer - (uint64_t) (uintptr_t) output->area);
        put_char('"');
        put_utf16((const WCHAR *) (uintptr_t) buffer, length / 2);
        put_char('"');
}

/*
 * A MEMORY_BASIC_INFORMATION. Where there is nothing, it depends on what else is in the process how
 * much nothing there is.
 */
static void put_memory(const unsigned char *bytes) {
        if (written(bytes, 48) == 0) {
                put_char('=');
                return;
        }
        put_address(read_number(bytes, 8));
        put_char(' ');
        put_address(read_number(bytes + 8, 8));
        put_char(' ');
        put_hex(read_number(bytes + 16, 4));
        put_char(' ');
        if (read_number(bytes + 32, 4) == MEM_FREE)
                put_text("any");
        else
                put_hex(read_number(bytes + 24, 8));
        for (unsigned offset = 32; offset < 44; offset += 4) {
                put_char(' ');
                put_hex(read_number(bytes + offset, 4));
        }
}

static void put_rest(const Output *output, SIZE_T at, bool as_text) {
        const unsigned char *bytes = output->area;
        SIZE_T end = written(bytes, output->size);

        if (end <= at)
                return;
        if (as_text)
                put_utf16((const WCHAR *) (const void *) (bytes + at), (end - at) / 2);
        else
                put_bytes(bytes + at, end - at);
}

static SIZE_T field_size(char format) {
        switch (format) {
        case '1':
        case '.':
                return 1;
        case '2':
                return 2;
        case '4':
        case ',':
                return 4;
        case 'M':
                return 48;
        case 'u':
                return 16;
        case 't':
        case 'r':
        case '!':
                return 0;
        default:
                return 8;
        }
}

static void put_field(const Output *output, SIZE_T at, char format) {
        const unsigned char *bytes = (const unsigned char *) output->area + at;

        if (format == 'u')
                put_string_at(output, bytes);
        else if (format == 'M')
                put_memory(bytes);
        else if (format == 't' || format == 'r')
                put_rest(output, at, format == 't');
        else if (format == 'p')
                put_address(read_number(bytes, 8));
        else if (format == 'h')
                put_text(written(bytes, 8) == 0 ? "=" : read_number(bytes, 8) ? "H" : "0");
        else
                put_number(bytes, field_size(format));
}

static void put_out_string(const Output *output) {
        const UNICODE_STRING *string = output->string;
        const unsigned char *bytes = (const unsigned char *) string->Buffer;
        SIZE_T end = bytes ? written(bytes, output->size) : 0;

        put_char('[');
        put_hex(string->Length);
        put_char('/');
        put_hex(string->MaximumLength);
        put_char(' ');
        put_utf16(string->Buffer, end / 2);
        put_text(end % 2 ? " half]" : "]");
}

static bool has(const char *format, char c) {
        while (*format && *format != c)
                format++;
        return *format != '\0';
}

void output_put(const Output *output) {
        const unsigned char *bytes = output->area;
        SIZE_T at = 0, end;

        if (output->string) {
                put_out_string(output);
                return;
        }
        end = written(bytes, output->size);
        put_char('[');
        for (const char *format = output->format; *format && end > 0; format++) {
                SIZE_T size = field_size(*format);

                if (size > output->size - at || at >= output->size)
                        break;
                if (*format != '.' && *format != ',' && *format != ';' && *format != '!') {
                        put_field(output, at, *format);
                        put_char(' ');
                }
                at += size;
        }
        if (!has(output->format, 'M') && !has(output->format, '!')) {
                put_char('#');
                put_hex(end);
        }
        put_char(']');
}
