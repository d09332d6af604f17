#pragma once

/*
 * The lines of a script, checked for what could mislead and with what is repeated written out
 *
 *      each NAME in WORD...
 *              lines in which {NAME} stands for one WORD after the other
 *      done
 *
 * A WORD in quotes is what is between them; N..M stands for all the numbers from N to M.
 */

#include <glib.h>

typedef struct SourceLine {
        unsigned number; /* in the file */
        char *text;
} SourceLine;

/**
 * source_read() - the lines of a script
 * @error: "FILE:LINE:COLUMN: what was expected"
 * Return: an array of SourceLine that the caller owns, or NULL.
 */
GPtrArray *source_read(const char *file, const char *text, gsize size, GError **error);

/* Sets @error to what is wrong at a byte of a line. Columns are counted in characters. */
void source_refuse(const char *file,
                unsigned number,
                const char *text,
                gsize byte,
                const char *message,
                GError **error);
