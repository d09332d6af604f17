#pragma once

/*
 * A line of output, and the words of a line of input
 *
 * No C library is here; these are the few things that caller needs of one.
 */

#include <stdbool.h>

#include "../support/world.h"

/* Adds to the line that is being written. One that is too long is cut. */
void put_char(char c);
void put_text(const char *text);
void put_hex(uint64_t number);

/* Ends the line and writes it, so that it is there whatever the next call does. */
void put_line(void);

/**
 * next_word() - cut the next word off a line
 * @line: what is left of it
 *
 * Return: the word, NUL-terminated, or NULL if there is none.
 */
char *next_word(char **line);

/* The same for what stands between two '|' of a word; may be empty. */
char *next_field(char **word);

/* Reads digits of base 16, with '-' before them for a negative number, up to what is none. */
uint64_t read_hex(const char **text);

bool text_equal(const char *left, const char *right);
bool text_begins(const char *text, const char *beginning);
SIZE_T text_length(const char *text);

/**
 * to_utf16() - a name as the script writes it
 * @text: Latin-1, where \uXXXX is any unit
 * @to:   gets the units; has room for as many as @text has bytes
 *
 * Return: how many there are.
 */
SIZE_T to_utf16(const char *text, WCHAR *to);

/* Writes units the way to_utf16() reads them; blanks too are escaped. */
void put_utf16(const WCHAR *units, SIZE_T n_units);
