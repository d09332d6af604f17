#pragma once

/*
 * Strings between UTF-8 and UTF-16, a character at a time
 *
 * For the formatter: strings may end with a NUL or after a count, and the text that they become may
 * be cut off after a number of units, but never inside a character.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

/* Units still to be read: up to @end, or up to a NUL if that is NULL. */
typedef struct NarrowText {
        const unsigned char *at;
        const unsigned char *end;
} NarrowText;

typedef struct WideText {
        const WCHAR *at;
        const WCHAR *end;
} WideText;

/**
 * wide_text_next() - the next character of UTF-16, as UTF-8
 * @bytes: gets 1 to 4 bytes; half a surrogate pair becomes U+FFFD
 * Return: how many; 0 at the end.
 */
size_t wide_text_next(WideText *text, char bytes[4]);

/**
 * narrow_text_next() - the next character of UTF-8, as UTF-16
 * @units: gets 1 or 2 units; a byte that begins no character becomes U+FFFD
 * Return: how many; 0 at the end.
 */
size_t narrow_text_next(NarrowText *text, WCHAR units[2]);
