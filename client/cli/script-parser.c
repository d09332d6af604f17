#include "script-parser.h"

#include <string.h>

#include "script-constant.h"
#include "script-source.h"

bool parser_refuse_at(const Parser *parser, gsize byte, const char *message) {
        source_refuse(parser->script->file, parser->line, parser->text, byte, message,
                        parser->error);
        return false;
}

const Word *parser_peek(const Parser *parser) {
        return parser->at < parser->words->len ? parser->words->pdata[parser->at] : NULL;
}

bool parser_refuse(const Parser *parser, const char *format, ...) {
        const Word *word = parser_peek(parser);
        g_autofree char *message = NULL;
        va_list arguments;

        va_start(arguments, format);
        message = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        return parser_refuse_at(parser, word ? word->at : strlen(parser->text), message);
}

bool parser_refuse_word(const Parser *parser, gsize from, const GError *error) {
        return parser_refuse_at(parser, parser_peek(parser)->at + from + (gsize) error->code,
                        error->message);
}

bool parser_at_end(const Parser *parser) {
        return !parser_peek(parser);
}

bool parser_word_is(const Parser *parser, const char *text) {
        return parser_peek(parser) && g_str_equal(parser_peek(parser)->text, text);
}

bool parser_is_identifier(const char *text, gsize length) {
        for (gsize i = 0; i < length; i++) {
                if (!g_ascii_isalnum(text[i]) && text[i] != '_')
                        return false;
        }
        return length > 0 && !g_ascii_isdigit(*text);
}

Expression *parser_take_expression(Parser *parser, ScriptType type, gsize from) {
        g_autoptr(GError) error = NULL;
        Expression *expression;

        if (parser_at_end(parser)) {
                parser_refuse(parser, "%s is wanted here", script_type_text(type));
                return NULL;
        }
        expression = expression_parse(
                        type, parser->symbols, parser_peek(parser)->text + from, &error);
        if (!expression) {
                parser_refuse_word(parser, from, error);
                return NULL;
        }
        parser->at++;
        return expression;
}

bool parser_take_identifier(Parser *parser, const char *what, char **ret) {
        const char *text = parser_at_end(parser) ? "" : parser_peek(parser)->text;

        if (!parser_is_identifier(text, strlen(text)))
                return parser_refuse(parser, "%s is wanted here: letters, digits and _", what);
        *ret = g_strdup(text);
        parser->at++;
        return true;
}

bool parser_take_statuses(Parser *parser, GArray **ret) {
        g_autoptr(GArray) statuses = g_array_new(FALSE, FALSE, sizeof(NTSTATUS));
        g_auto(GStrv) names = NULL;
        gsize from = 0;

        if (parser_at_end(parser))
                return parser_refuse(parser, "a status is wanted here");
        names = g_strsplit(parser_peek(parser)->text, "|", -1);
        for (char **name = names; *name; name++) {
                guint64 number = 0;
                NTSTATUS status;

                if (!g_str_has_prefix(*name, "STATUS_") || !script_constant_find(*name, &number)) {
                        if (!g_str_has_prefix(*name, "0x") ||
                                        !g_ascii_string_to_unsigned(*name + 2, 16, 0, G_MAXUINT32,
                                                        &number, NULL))
                                return parser_refuse_at(parser, parser_peek(parser)->at + from,
                                                "a status is wanted here: its name or its number, "
                                                "such as 0xC0000022");
                }
                status = (NTSTATUS) (uint32_t) number;
                g_array_append_val(statuses, status);
                from += strlen(*name) + 1;
        }
        parser->at++;
        g_clear_pointer(ret, g_array_unref);
        *ret = g_steal_pointer(&statuses);
        return true;
}

bool parser_take_end(const Parser *parser) {
        return parser_at_end(parser) || parser_refuse(parser, "the line should end here");
}

bool parser_take_bytes(Parser *parser, Expression *expression, const char *end) {
        while (!parser_at_end(parser) && !(end && parser_word_is(parser, end))) {
                g_autoptr(GError) error = NULL;

                if (!expression_append(
                                    expression, parser->symbols, parser_peek(parser)->text, &error))
                        return parser_refuse_word(parser, 0, error);
                parser->at++;
        }
        return true;
}

bool parser_take_outcome(Parser *parser, Step *step) {
        if (parser_word_is(parser, "=>")) {
                parser->at++;
                if (!parser_take_statuses(parser, &step->statuses))
                        return false;
        }
        return parser_take_end(parser);
}

bool parser_has_process(const Parser *parser, const char *name) {
        return g_hash_table_contains(parser->processes, name);
}

bool parser_set_variable(Parser *parser, const Step *step, const Output *outputs) {
        g_hash_table_insert(parser->symbols, g_strdup(step->variable), (gpointer) outputs);
        return true;
}

bool parser_refuse_reserved(Parser *parser, const char *name) {
        if (!g_str_equal(name, SCRIPT_LAST))
                return true;
        parser->at--;
        return parser_refuse(parser, "'" SCRIPT_LAST "' always is what the last call gave");
}
