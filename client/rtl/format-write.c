#include <limits.h>
#include <string.h>

#include "formatter.h"

#define CHUNK 32u

void format_write(Formatter *formatter, const void *units, size_t n_units) {
        if (n_units == 0)
                return;
        formatter->n_written += n_units;
        formatter->sink->write(formatter->sink->target, units, n_units);
}

/* Text of ours, which is ASCII. */
void format_write_ascii(Formatter *formatter, const char *text, size_t length) {
        WCHAR units[CHUNK];

        if (!formatter->sink->is_wide) {
                format_write(formatter, text, length);
                return;
        }
        while (length > 0) {
                size_t n_units = length < CHUNK ? length : CHUNK;

                for (size_t i = 0; i < n_units; i++)
                        units[i] = (WCHAR) (unsigned char) text[i];
                format_write(formatter, units, n_units);
                text += n_units;
                length -= n_units;
        }
}

void format_pad(Formatter *formatter, char unit, uint64_t n_units) {
        char text[CHUNK];

        /* More than an int counts is an error in the end, and need not be written. */
        if (formatter->n_written > INT_MAX)
                return;
        memset(text, unit, sizeof(text));
        for (; n_units > CHUNK; n_units -= CHUNK)
                format_write_ascii(formatter, text, CHUNK);
        format_write_ascii(formatter, text, (size_t) n_units);
}

/* How many units are missing to the width. */
uint64_t format_padding(const Specification *specification, uint64_t n_units) {
        uint64_t width = (uint64_t) specification->width;

        return width > n_units ? width - n_units : 0;
}

static void buffer_write(
                FormatBuffer *buffer, const void *units, size_t n_units, size_t unit_size) {
        size_t room = buffer->capacity - buffer->n_units;
        size_t n = n_units < room ? n_units : room;

        if (n == 0)
                return;
        memcpy((char *) buffer->units + buffer->n_units * unit_size, units, n * unit_size);
        buffer->n_units += n;
}

void format_buffer_write(void *target, const void *units, size_t n_units) {
        buffer_write(target, units, n_units, 1);
}

void format_buffer_write_wide(void *target, const void *units, size_t n_units) {
        buffer_write(target, units, n_units, sizeof(WCHAR));
}
