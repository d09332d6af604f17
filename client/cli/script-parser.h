#pragma once

/*
 * Reading a script's lines
 *
 * A line is read word by word from left to right. Functions that take something step over it, or
 * refuse the line with what was wanted in its place.
 */

#include <glib.h>
#include <stdbool.h>

#include "script-word.h"
#include "script.h"

typedef struct Parser {
        Script *script;
        GHashTable *symbols;   /* variables to their Outputs */
        GHashTable *processes; /* names of those that there are at this line */
        Step *call;            /* the last one, which an `expect STATUS` speaks of */
        bool grouped;          /* a test line came before */

        const char *text; /* of the line */
        unsigned line;
        GPtrArray *words;
        guint at; /* the next of them */
        GError **error;
} Parser;

/* Refuses the line at a byte of it. All that refuse return false. */
bool parser_refuse_at(const Parser *parser, gsize byte, const char *message);

/* Refuses the next word, or the line's end if there is none. */
bool parser_refuse(const Parser *parser, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Refuses what @error says of the part of the next word that begins at its byte @from. */
bool parser_refuse_word(const Parser *parser, gsize from, const GError *error);

/* Refuses the name, just taken, of a variable that scripts cannot set. */
bool parser_refuse_reserved(Parser *parser, const char *name);

const Word *parser_peek(const Parser *parser); /* NULL at the end */
bool parser_at_end(const Parser *parser);
bool parser_word_is(const Parser *parser, const char *text);
bool parser_is_identifier(const char *text, gsize length);

bool parser_take_identifier(Parser *parser, const char *what, char **ret);

/* From byte @from of the next word on; NULL if it is refused. */
Expression *parser_take_expression(Parser *parser, ScriptType type, gsize from);

/* All words that are left, up to @end or the line's: bytes that follow those of @expression. */
bool parser_take_bytes(Parser *parser, Expression *expression, const char *end);

/* "STATUS_A|0xC0000022" */
bool parser_take_statuses(Parser *parser, GArray **ret);

/* Nothing but the end of the line. */
bool parser_take_end(const Parser *parser);

/* What ends a line: "=> STATUS", or nothing. */
bool parser_take_outcome(Parser *parser, Step *step);

bool parser_has_process(const Parser *parser, const char *name);

/* From here on the step's variable has these outputs. */
bool parser_set_variable(Parser *parser, const Step *step, const Output *outputs);

/* The lines of each kind, behind the word that they begin with. */
bool parser_parse_call(Parser *parser, Step *step);
bool parser_parse_expect(Parser *parser, Step *step);
bool parser_parse_expected_status(Parser *parser);
