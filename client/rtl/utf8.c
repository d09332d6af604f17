#include "utf8.h"

#include <stdbool.h>
#include <string.h>

#include "ntstatus.h"

#define SURROGATE_HIGH  0xD800
#define SURROGATE_LOW   0xDC00
#define SURROGATE_END   0xE000
#define SUPPLEMENTARY   0x10000
#define UTF8_LENGTH_MAX 4

static bool is_trail(uint8_t byte) {
        return (byte & 0xC0) == 0x80;
}

/* Whether the second byte may follow the first of a three- or four-byte form. */
static bool fits(uint8_t lead, uint8_t second) {
        switch (lead) {
        case 0xE0:
                return second >= 0xA0;
        case 0xED:
                return second < 0xA0;
        case 0xF0:
                return second >= 0x90;
        case 0xF4:
                return second < 0x90;
        }
        return true;
}

int32_t utf8_next(const uint8_t **at, const uint8_t *end) {
        uint8_t lead = *(*at)++;
        int32_t character;
        int n_trails;

        if (lead < 0x80)
                return lead;
        if (lead < 0xC2 || lead > 0xF4)
                return -1;
        n_trails = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        character = lead & (0x3F >> n_trails);
        for (int i = 0; i < n_trails; i++) {
                if (*at == end || !is_trail(**at))
                        return -1;
                if (i == 0 && !fits(lead, **at)) {
                        (*at)++; /* it goes with the first */
                        return -1;
                }
                character = character << 6 | (*(*at)++ & 0x3F);
        }
        return character;
}

int32_t utf16_next(const WCHAR **at, const WCHAR *end) {
        int32_t unit = (uint16_t) * (*at)++;

        if (unit < SURROGATE_HIGH || unit >= SURROGATE_END)
                return unit;
        if (unit >= SURROGATE_LOW || *at == end)
                return -1;
        if ((uint16_t) * *at < SURROGATE_LOW || (uint16_t) * *at >= SURROGATE_END)
                return -1;
        return SUPPLEMENTARY + ((unit - SURROGATE_HIGH) << 10) +
               ((uint16_t) * (*at)++ - SURROGATE_LOW);
}

size_t utf8_put(uint32_t character, uint8_t *to) {
        size_t n;

        if (character < 0x80) {
                to[0] = (uint8_t) character;
                return 1;
        }
        n = character < 0x800 ? 2 : character < SUPPLEMENTARY ? 3 : 4;
        for (size_t i = n - 1; i > 0; i--) {
                to[i] = (uint8_t) (0x80 | (character & 0x3F));
                character >>= 6;
        }
        to[0] = (uint8_t) ((0xF00u >> n) | character);
        return n;
}

NTSTATUS utf8_to_utf16(WCHAR *to, size_t max, size_t *ret_n, const void *from, size_t size) {
        const uint8_t *at = from, *end = at + size;
        NTSTATUS status = STATUS_SUCCESS;
        size_t n = 0;

        while (at < end) {
                int32_t character = utf8_next(&at, end);
                WCHAR units[2];
                size_t n_units = 1;

                if (character < 0) {
                        status = STATUS_SOME_NOT_MAPPED;
                        character = UTF8_REPLACEMENT;
                }
                units[0] = (WCHAR) character;
                if (character >= SUPPLEMENTARY) {
                        character -= SUPPLEMENTARY;
                        units[0] = (WCHAR) (SURROGATE_HIGH + (character >> 10));
                        units[1] = (WCHAR) (SURROGATE_LOW + (character & 0x3FF));
                        n_units = 2;
                }
                for (size_t i = 0; i < n_units; i++) {
                        if (to && n == max) {
                                *ret_n = n;
                                return STATUS_BUFFER_TOO_SMALL;
                        }
                        if (to)
                                to[n] = units[i];
                        n++;
                }
        }
        *ret_n = n;
        return status;
}

NTSTATUS utf16_to_utf8(void *to,
                size_t max,
                size_t *ret_size,
                const WCHAR *from,
                size_t n,
                const uint16_t *table) {
        const WCHAR *at = from, *end = from + n;
        NTSTATUS status = STATUS_SUCCESS;
        size_t size = 0;

        while (at < end) {
                int32_t character = utf16_next(&at, end);
                uint8_t bytes[UTF8_LENGTH_MAX];
                size_t n_bytes;

                if (character < 0) {
                        status = STATUS_SOME_NOT_MAPPED;
                        character = UTF8_REPLACEMENT;
                } else if (table && character < SUPPLEMENTARY) {
                        character = table[character];
                }
                n_bytes = utf8_put((uint32_t) character, bytes);
                if (to && n_bytes > max - size) {
                        status = STATUS_BUFFER_TOO_SMALL;
                        break;
                }
                if (to)
                        memcpy((uint8_t *) to + size, bytes, n_bytes);
                size += n_bytes;
        }
        *ret_size = size;
        return status;
}
