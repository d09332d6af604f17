#pragma once

/*
 * Expressions of a script: how values are written
 *
 * An integer is numbers (decimal, hexadecimal, with K, M, G or T for powers of 1,024), constants
 * and variables with +, - and | between them, taken from left to right. A name is written as it
 * is, or in quotes, which may be repeated (*) and joined (+) with others and variables. Bytes are
 * quoted text in UTF-8, pairs of hexadecimal digits, and variables. Inside names and quoted text
 * %{HEX} stands for a code point, as in names that a user types.
 *
 * What a variable's outputs are called, and which types they have, is known when the script is
 * read: nothing of that can fail when it runs.
 */

#include <glib.h>

#include "script-value.h"

/* What a call gives; the first is what the variable alone stands for. Up to one without a name. */
typedef struct Output {
        const char *name;
        ScriptType type;
} Output;

/* A variable that holds a plain value of one type. */
const Output *script_plain_outputs(ScriptType type);

/* The output called @name, or the first for NULL; NULL if there is none. */
const Output *script_output_find(const Output *outputs, const char *name);

typedef struct Expression Expression;

#define SCRIPT_ERROR script_error_quark()
GQuark script_error_quark(void);

/**
 * expression_parse() - read an expression from a word
 * @symbols:    variables there are: their names to their outputs
 * @text:       all of the word that the expression is in; UTF-8
 * @error:      what was expected; its code is the byte of @text where
 */
Expression *expression_parse(
                ScriptType type, GHashTable *symbols, const char *text, GError **error);

/* Reads one more word of bytes, which follow those that @expression has. */
bool expression_append(
                Expression *expression, GHashTable *symbols, const char *text, GError **error);

/* What @text looks like: a variable's type, a name if it begins like one, or else an integer. */
ScriptType expression_guess(GHashTable *symbols, const char *text);

void expression_free(Expression *expression);

ScriptType expression_type(const Expression *expression);

/**
 * expression_evaluate() - the value of an expression
 * @variables:   names to dictionaries (a{sv}) of outputs
 * @ret_problem: what is missing, or too long; the caller frees it
 * Return: a reference that the caller owns, or NULL.
 */
GVariant *expression_evaluate(
                const Expression *expression, GHashTable *variables, char **ret_problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Expression, expression_free)
