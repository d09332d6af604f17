#pragma once

/*
 * What the string functions share
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "ntdef.h"

/* Units before the NUL, at most @max. */
size_t rtl_units(const WCHAR *text, size_t max);

/* memcpy() and memmove() that may be given no buffer with no bytes. */
static inline void rtl_copy(void *to, const void *from, size_t size) {
        if (size > 0)
                memcpy(to, from, size);
}

static inline void rtl_move(void *to, const void *from, size_t size) {
        if (size > 0)
                memmove(to, from, size);
}

/* Upper and lower case of the ASCII letters; every other byte is itself. */
static inline unsigned char rtl_upper_byte(char byte) {
        return (unsigned char) (byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
}
