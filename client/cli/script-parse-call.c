#include <string.h>

#include "script-parser.h"

/* Lines that call something. */

/* How long the key of "key=value" is; 0 for a word that is no such thing. */
static gsize key_length(const char *text) {
        const char *equals = strchr(text, '=');
        gsize length = equals ? (gsize) (equals - text) : 0;

        return parser_is_identifier(text, length) ? length : 0;
}

static bool parameter_find(
                const Service *service, const char *name, gsize length, size_t *ret_index) {
        for (size_t i = 0; service->parameters[i].name; i++) {
                if (strlen(service->parameters[i].name) == length &&
                                strncmp(service->parameters[i].name, name, length) == 0) {
                        *ret_index = i;
                        return true;
                }
        }
        return false;
}

static bool take_argument(Parser *parser, Step *step, size_t index, gsize from) {
        const Parameter *parameter = &step->service->parameters[index];

        if (step->arguments[index])
                return parser_refuse(parser, "%s is given twice", parameter->name);
        step->arguments[index] = parser_take_expression(parser, parameter->type, from);
        if (!step->arguments[index])
                return false;

        return parameter->type != SCRIPT_BYTES ||
               parser_take_bytes(parser, step->arguments[index], "=>");
}

/* The next parameter that may be given by its place alone. */
static bool next_place(const Step *step, size_t *index) {
        for (const Parameter *parameters = step->service->parameters; parameters[*index].name;
                        (*index)++) {
                if (parameters[*index].presence != PARAMETER_NAMED && !step->arguments[*index])
                        return true;
        }
        return false;
}

static bool take_arguments(Parser *parser, Step *step) {
        const Parameter *parameters = step->service->parameters;
        size_t place = 0;
        size_t index;

        while (!parser_at_end(parser) && !parser_word_is(parser, "=>")) {
                const char *text = parser_peek(parser)->text;
                gsize length = key_length(text);

                if (length && !parameter_find(step->service, text, length, &index))
                        return parser_refuse(parser,
                                        "%s has no parameter '%.*s'; see 'ntobj script "
                                        "--list'",
                                        step->service->name, (int) length, text);
                if (!length) {
                        if (!next_place(step, &place))
                                return parser_refuse(parser,
                                                "%s wants no more than that without a name",
                                                step->service->name);
                        index = place;
                }
                if (!take_argument(parser, step, index, length ? length + 1 : 0))
                        return false;
        }
        for (size_t i = 0; parameters[i].name; i++) {
                if (parameters[i].presence == PARAMETER_REQUIRED && !step->arguments[i])
                        return parser_refuse(parser, "%s also needs %s", step->service->name,
                                        parameters[i].name);
        }
        return true;
}

/* "process:" before a call; without it, the call is the main process's. */
static bool take_process(Parser *parser, Step *step) {
        const char *text = parser_peek(parser)->text;
        gsize length = strlen(text);

        if (text[length - 1] != ':') {
                step->process = g_strdup(SCRIPT_MAIN);
                return true;
        }
        step->process = g_strndup(text, length - 1);
        if (!parser_has_process(parser, step->process) && !g_str_equal(step->process, SCRIPT_MAIN))
                return parser_refuse(parser,
                                "there is no process '%s' here; 'process %s' makes one",
                                step->process, step->process);
        parser->at++;
        return true;
}

bool parser_parse_call(Parser *parser, Step *step) {
        if (!take_process(parser, step))
                return false;
        if (parser->at + 1 < parser->words->len &&
                        g_str_equal(((const Word *) parser->words->pdata[parser->at + 1])->text,
                                        "=")) {
                if (!parser_take_identifier(parser, "a variable's name", &step->variable) ||
                                !parser_refuse_reserved(parser, step->variable))
                        return false;
                parser->at++;
        }
        if (parser_at_end(parser))
                return parser_refuse(parser, "a call is wanted here");

        step->service = service_find(parser_peek(parser)->text, &step->zw);
        if (!step->service)
                return parser_refuse(parser, "'%s' is nothing to call; see 'ntobj script --list'",
                                parser_peek(parser)->text);
        if (step->variable && !step->service->outputs->name)
                return parser_refuse(parser, "%s gives nothing that $%s could be",
                                step->service->name, step->variable);
        parser->at++;
        if (!take_arguments(parser, step) || !parser_take_outcome(parser, step))
                return false;

        g_hash_table_add(parser->processes, g_strdup(step->process));
        g_hash_table_insert(
                        parser->symbols, g_strdup(SCRIPT_LAST), (gpointer) step->service->outputs);
        return !step->variable || parser_set_variable(parser, step, step->service->outputs);
}
