#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static void free_text(char **text) {
        free(*text);
}

/* Reads one character of UTF-8. Return: its length; 0 for what is none, surrogates too. */
static size_t get_character(const uint8_t *bytes, size_t n_bytes, uint32_t *ret) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = bytes[0] < 0x80 ? 1 : bytes[0] >> 5 == 6 ? 2 : bytes[0] >> 4 == 14 ? 3 : 4;
        uint32_t c;

        if ((n == 4 && bytes[0] >> 3 != 30) || n > n_bytes)
                return 0;
        c = n == 1 ? bytes[0] : bytes[0] & (0x7Fu >> n);
        for (size_t i = 1; i < n; i++) {
                if (bytes[i] >> 6 != 2)
                        return 0;
                c = c << 6 | (bytes[i] & 0x3Fu);
        }
        if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
                return 0;
        *ret = c;
        return n;
}

size_t text_decode(const char *bytes, size_t n_bytes, WCHAR *units) {
        const uint8_t *from = (const uint8_t *) bytes;
        size_t n = 0;

        for (size_t i = 0; i < n_bytes;) {
                uint32_t c = 0;
                size_t length = get_character(from + i, n_bytes - i, &c);

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

char *text_dos_path(const char *path) {
        size_t length = strlen(path);
        char *dos = malloc(length + sizeof("Z:"));

        if (!dos)
                return NULL;
        memcpy(dos, "Z:", 2);
        for (size_t i = 0; i <= length; i++)
                dos[2 + i] = path[i] == '/' ? '\\' : path[i];
        return dos;
}

char *text_absolute_path(const char *path) {
        const char *slash = strrchr(path, '/');
        autocleanup(free_text) char *folder = NULL;
        autocleanup(free_text) char *resolved = NULL;
        const char *leaf = slash ? slash + 1 : path;
        char *absolute = NULL;

        if (*leaf == '\0' || strcmp(leaf, ".") == 0 || strcmp(leaf, "..") == 0)
                return realpath(path, NULL);
        folder = !slash          ? strdup(".")
                 : slash == path ? strdup("/")
                                 : strndup(path, (size_t) (slash - path));
        if (!folder)
                return NULL;
        resolved = realpath(folder, NULL);
        if (!resolved)
                return NULL;
        if (asprintf(&absolute, "%s/%s", strcmp(resolved, "/") == 0 ? "" : resolved, leaf) < 0)
                return NULL;
        return absolute;
}
