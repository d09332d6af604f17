#pragma once

/*
 * Text that is read unit by unit, 8-bit or 16-bit
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

typedef struct Text {
        const char *bytes;  /* that end with a NUL, */
        const WCHAR *units; /* or units */
        size_t n_units;     /* SIZE_MAX if they end with a NUL */
        size_t at;
} Text;

/* The next unit; 0 at the end. Bytes are signed, as they are in what reads them on Windows. */
static inline int text_peek(const Text *text) {
        if (text->bytes)
                return text->bytes[text->at];
        return text->at < text->n_units ? text->units[text->at] : 0;
}

/* Whether the next unit is @unit; if it is, it is taken. */
static inline _Bool text_take(Text *text, int unit) {
        if (text_peek(text) != unit)
                return 0;
        text->at++;
        return 1;
}

/* What a digit stands for, up to 15; UINT32_MAX for what is none. */
static inline ULONG text_digit(int unit) {
        if (unit >= '0' && unit <= '9')
                return (ULONG) (unit - '0');
        if (unit >= 'A' && unit <= 'F')
                return (ULONG) (unit - 'A' + 10);
        if (unit >= 'a' && unit <= 'f')
                return (ULONG) (unit - 'a' + 10);
        return UINT32_MAX;
}
