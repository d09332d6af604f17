#include "file-name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#include "upcase.h"

static bool is_high(uint32_t unit) {
        return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit) {
        return unit >= 0xDC00 && unit < 0xE000;
}

/* A byte that is no UTF-8. */
static bool is_escape(uint32_t unit) {
        return unit >= 0xDC80 && unit < 0xDD00;
}

static size_t put_character(uint32_t c, char *to) {
        if (c < 0x80) {
                to[0] = (char) c;
                return 1;
        }
        if (c < 0x800) {
                to[0] = (char) (0xC0 | c >> 6);
                to[1] = (char) (0x80 | (c & 0x3F));
                return 2;
        }
        if (c < 0x10000) {
                to[0] = (char) (0xE0 | c >> 12);
                to[1] = (char) (0x80 | (c >> 6 & 0x3F));
                to[2] = (char) (0x80 | (c & 0x3F));
                return 3;
        }
        to[0] = (char) (0xF0 | c >> 18);
        to[1] = (char) (0x80 | (c >> 12 & 0x3F));
        to[2] = (char) (0x80 | (c >> 6 & 0x3F));
        to[3] = (char) (0x80 | (c & 0x3F));
        return 4;
}

static size_t encode_any(const WCHAR *units, size_t n_units, char *bytes) {
        size_t n = 0;

        for (size_t i = 0; i < n_units; i++) {
                uint32_t c = units[i];

                if (is_high(c) && i + 1 < n_units && is_low(units[i + 1]))
                        c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00u);
                if (is_escape(c))
                        bytes[n++] = (char) (c - 0xDC00);
                else
                        n += put_character(c, bytes + n);
        }
        return n;
}

/* Reads one character, surrogates too. Return: its length; 0 for what is no UTF-8. */
static size_t get_character(const uint8_t *bytes, size_t n_bytes, uint32_t *ret) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = bytes[0] < 0x80 ? 1 : bytes[0] >> 5 == 6 ? 2 : bytes[0] >> 4 == 14 ? 3 : 4;
        uint32_t c;

        if (n == 4 && bytes[0] >> 3 != 30)
                return 0;
        if (n > n_bytes)
                return 0;
        c = n == 1 ? bytes[0] : bytes[0] & (0x7Fu >> n);
        for (size_t i = 1; i < n; i++) {
                if (bytes[i] >> 6 != 2)
                        return 0;
                c = c << 6 | (bytes[i] & 0x3F);
        }
        if (c < least[n] || c > 0x10FFFF)
                return 0;
        *ret = c;
        return n;
}

/* @halves: whether the three bytes of a lone surrogate stand for it, or for themselves. */
static size_t decode_with(const char *bytes, size_t n_bytes, bool halves, WCHAR *units) {
        const uint8_t *from = (const uint8_t *) bytes;
        size_t n = 0;

        for (size_t i = 0; i < n_bytes;) {
                uint32_t c = 0;
                size_t length = get_character(from + i, n_bytes - i, &c);

                if (length > 0 && (is_high(c) || is_low(c)) && (!halves || is_escape(c)))
                        length = 0;
                if (length == 0) {
                        units[n++] = (WCHAR) (0xDC00 + from[i++]);
                        continue;
                }
                i += length;
                if (c < 0x10000) {
                        units[n++] = (WCHAR) c;
                        continue;
                }
                units[n++] = (WCHAR) (0xD800 + ((c - 0x10000) >> 10));
                units[n++] = (WCHAR) (0xDC00 + (c & 0x3FF));
        }
        return n;
}

/* Surrogates that would pair up with what follows them are spelt byte by byte, and all others then.
 */
size_t file_name_decode(const char *bytes, size_t n_bytes, WCHAR *units) {
        size_t n = decode_with(bytes, n_bytes, true, units);

        for (size_t i = 0, at = 0; i < n; i++) {
                char back[4];
                bool pair = is_high(units[i]) && i + 1 < n && is_low(units[i + 1]);
                size_t length = encode_any(units + i, pair ? 2 : 1, back);

                if (at + length > n_bytes || memcmp(back, bytes + at, length) != 0)
                        return decode_with(bytes, n_bytes, false, units);
                at += length;
                i += pair;
        }
        return n;
}

size_t file_name_encode(const WCHAR *units, size_t n_units, char *bytes) {
        WCHAR back[3 * FILE_COMPONENT_MAX];
        size_t n_bytes;

        if (n_units > FILE_COMPONENT_MAX)
                return 0;
        n_bytes = encode_any(units, n_units, bytes);
        if (file_name_decode(bytes, n_bytes, back) != n_units ||
                        memcmp(back, units, n_units * sizeof(*units)) != 0)
                return 0;
        return n_bytes;
}

static bool unit_is_refused(WCHAR unit) {
        return unit < 0x20 || unit == '"' || unit == '*' || unit == '/' || unit == ':' ||
               unit == '<' || unit == '>' || unit == '?' || unit == '|';
}

static bool component_is_valid(const WCHAR *units, size_t n_units) {
        if (n_units == 0 || n_units > FILE_COMPONENT_MAX)
                return false;
        if (units[0] == '.' && (n_units == 1 || (n_units == 2 && units[1] == '.')))
                return false;
        for (size_t i = 0; i < n_units; i++) {
                if (unit_is_refused(units[i]))
                        return false;
        }
        return true;
}

/* Adds the component to @name, whose text has room for it at @at. Return: where the next one goes,
 * or 0. */
static size_t component_add(FileName *name, size_t at, const WCHAR *units, size_t n_units) {
        size_t n_bytes;

        if (!component_is_valid(units, n_units))
                return 0;
        n_bytes = file_name_encode(units, n_units, name->text + at);
        if (n_bytes == 0 || n_bytes > FILE_COMPONENT_MAX)
                return 0;
        name->text[at + n_bytes] = '\0';
        name->n_components++;
        return at + n_bytes + 1;
}

static NTSTATUS components_cut(FileName *name, const WCHAR *units, size_t n_units) {
        size_t at = 0, start = 0;

        for (size_t i = 0; i <= n_units; i++) {
                if (i < n_units && units[i] != '\\')
                        continue;
                if (i == n_units && i == start && i > 0) {
                        name->trailing = true;
                        break;
                }
                at = component_add(name, at, units + start, i - start);
                if (at == 0)
                        return STATUS_OBJECT_NAME_INVALID;
                start = i + 1;
        }
        return STATUS_SUCCESS;
}

NTSTATUS file_name_parse(const WCHAR *units, size_t n_units, bool relative, FileName *ret) {
        FileName name = { NULL, 0, false };
        NTSTATUS status = STATUS_SUCCESS;

        if (relative && n_units > 0 && units[0] == '\\')
                return STATUS_INVALID_PARAMETER;
        for (int i = 0; i < 2 && !relative && n_units > 0 && units[0] == '\\'; i++) {
                units++;
                n_units--;
        }
        name.text = malloc(3 * n_units + n_units + 1);
        if (!name.text)
                return STATUS_NO_MEMORY;
        if (n_units > 0)
                status = components_cut(&name, units, n_units);
        if (!NT_SUCCESS(status)) {
                free(name.text);
                return status;
        }
        *ret = name;
        return STATUS_SUCCESS;
}

void file_name_clear(FileName *name) {
        free(name->text);
        *name = (FileName){ NULL, 0, false };
}

const char *file_name_next(const char *component) {
        return component + strlen(component) + 1;
}

bool file_name_equal_folded(const char *left, const char *right) {
        WCHAR a[FILE_COMPONENT_MAX], b[FILE_COMPONENT_MAX];
        size_t n_left = strlen(left), n_right = strlen(right);

        if (n_left > FILE_COMPONENT_MAX || n_right > FILE_COMPONENT_MAX)
                return false;
        n_left = file_name_decode(left, n_left, a);
        n_right = file_name_decode(right, n_right, b);
        return nt_name_equal(a, n_left, b, n_right, true);
}
