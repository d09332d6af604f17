#pragma once

/*
 * Words of a script's line
 *
 * Blanks separate words, but not between quotes. A word that begins with # ends the line, as a
 * comment.
 */

#include <glib.h>

typedef struct Word {
        char *text; /* quotes and all */
        gsize at;   /* its first byte in the line */
} Word;

/**
 * words_split() - the words of a line
 * @line:  valid UTF-8
 * @error: an SCRIPT_ERROR whose code is the byte of @line where it is wrong
 * Return: an array of Word that the caller owns, or NULL.
 */
GPtrArray *words_split(const char *line, GError **error);
