#pragma once

/*
 * UTF-8, with NT's rules for what is not valid
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

#define UTF8_REPLACEMENT 0xFFFDu

/**
 * utf8_next() - take a character
 * @at:  moves behind it
 * @end: of the text; there is at least a byte before it
 * Return: the character; -1 for bytes that are none.
 */
int32_t utf8_next(const uint8_t **at, const uint8_t *end);

/* The same for UTF-16. */
int32_t utf16_next(const WCHAR **at, const WCHAR *end);

/* Writes a character, at most four bytes; returns how many. */
size_t utf8_put(uint32_t character, uint8_t *to);

/**
 * utf8_to_utf16() - convert
 * @to:      gets the units; NULL to count them
 * @max:     units at @to
 * @ret_n:   gets how many were written, or are needed
 * Return: STATUS_SUCCESS, STATUS_SOME_NOT_MAPPED, STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS utf8_to_utf16(WCHAR *to, size_t max, size_t *ret_n, const void *from, size_t size);

/* @table says what each unit becomes first; NULL for itself. @n is in units, @max in bytes. */
NTSTATUS utf16_to_utf8(void *to,
                size_t max,
                size_t *ret_size,
                const WCHAR *from,
                size_t n,
                const uint16_t *table);
