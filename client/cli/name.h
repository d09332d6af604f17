#pragma once

/*
 * Names as people see and type them
 *
 * Inside, a name is counted UTF-16 in which every unit may stand. On a terminal it is text with
 * escapes: %{HEX} stands for the code point HEX, or for a lone surrogate. The escape is no
 * backslash, as that separates the components of an NT path and \u{41} would be a component of its
 * own.
 *
 * Printed escaped is whatever could deceive a terminal or its reader: control and format characters
 * (those that turn the writing direction among them), line and paragraph separators, lone
 * surrogates, unassigned and private code points, and the percent sign of what would read as an
 * escape. What is printed means the same name when it is typed.
 */

#include <glib.h>
#include <stdbool.h>

#include "ntdef.h"

/* The longest name that NT can count, in units. */
#define NAME_UNITS_MAX 32767u

typedef struct Name {
        size_t n_units;
        WCHAR units[]; /* with a NUL behind them, which is not counted */
} Name;

Name *name_new(const WCHAR *units, size_t n_units);

/**
 * name_parse() - the name that a user typed
 * @text:  UTF-8 with escapes
 * @error: says which part of it makes no sense
 * Return: a name that the caller owns, or NULL: no UTF-8, an escape that is no code point, too
 * long.
 */
Name *name_parse(const char *text, GError **error);

void name_free(Name *name);

/* Refers to @name, which must stay. */
UNICODE_STRING name_as_string(Name *name);

bool name_equal(const Name *a, const Name *b, bool ignore_case);

/* In NT's order without regard to case, and by units where that says nothing. */
int name_compare(const Name *a, const Name *b);

/**
 * name_print() - a name as text that is safe to show
 * @utf8: whether the reader's locale is UTF-8; otherwise everything beyond ASCII is escaped
 * Return: UTF-8 that the caller frees with g_free().
 */
char *name_print(const Name *name, bool utf8);

/* The columns of a terminal that printed @text takes. */
size_t name_width(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Name, name_free)
