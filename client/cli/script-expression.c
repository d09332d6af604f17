#include "script-expression.h"

#include <string.h>

#include "script-constant.h"

/* Longer than this no value gets: what a repetition asks for is bounded before it is made. */
#define UNITS_MAX NAME_UNITS_MAX
#define BYTES_MAX (16u * 1024 * 1024)

/* A value, or a variable's output. */
typedef struct Term {
        char operator; /* how it is joined to those before it: '+', '-' or '|' */
        GVariant *value;
        char *variable;
        char *output;
} Term;

struct Expression {
        ScriptType type;
        GPtrArray *terms;
};

/* A word while it is read. */
typedef struct Reader {
        GHashTable *symbols;
        const char *text;
        const char *at;
        GError **error;
} Reader;

G_DEFINE_QUARK(ntobj - script - error, script_error)

const Output *script_plain_outputs(ScriptType type) {
        static const Output plain[][2] = {
                [SCRIPT_INTEGER] = { { "value", SCRIPT_INTEGER }, { NULL, 0 } },
                [SCRIPT_NAME] = { { "value", SCRIPT_NAME }, { NULL, 0 } },
                [SCRIPT_BYTES] = { { "value", SCRIPT_BYTES }, { NULL, 0 } },
                [SCRIPT_LIST] = { { "value", SCRIPT_LIST }, { NULL, 0 } },
        };

        return plain[type];
}

const Output *script_output_find(const Output *outputs, const char *name) {
        if (!name)
                return outputs->name ? outputs : NULL;
        for (; outputs->name; outputs++) {
                if (g_str_equal(outputs->name, name))
                        return outputs;
        }
        return NULL;
}

static void term_free(gpointer pointer) {
        Term *term = pointer;

        g_clear_pointer(&term->value, g_variant_unref);
        g_free(term->variable);
        g_free(term->output);
        g_free(term);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Term, term_free)

static Expression *expression_new(ScriptType type) {
        Expression *expression = g_new0(Expression, 1);

        expression->type = type;
        expression->terms = g_ptr_array_new_with_free_func(term_free);
        return expression;
}

void expression_free(Expression *expression) {
        g_ptr_array_unref(expression->terms);
        g_free(expression);
}

ScriptType expression_type(const Expression *expression) {
        return expression->type;
}

G_GNUC_PRINTF(3, 4)
static bool refuse(const Reader *reader, const char *at, const char *format, ...) {
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        g_set_error_literal(reader->error, SCRIPT_ERROR, (int) (at - reader->text), text);
        return false;
}

static char *read_identifier(Reader *reader) {
        const char *begin = reader->at;

        while (g_ascii_isalnum(*reader->at) || *reader->at == '_')
                reader->at++;
        return g_strndup(begin, (gsize) (reader->at - begin));
}

static char *list_outputs(const Output *outputs) {
        GString *text = g_string_new(NULL);

        for (; outputs->name; outputs++)
                g_string_append_printf(text, "%s%s", text->len ? ", " : "", outputs->name);
        return g_string_free(text, FALSE);
}

/* "$name" or "$name.output". */
static bool read_variable(Reader *reader, ScriptType type, Term *term) {
        const char *begin = reader->at++;
        const Output *outputs;
        const Output *output;

        term->variable = read_identifier(reader);
        outputs = g_hash_table_lookup(reader->symbols, term->variable);
        if (!outputs)
                return refuse(reader, begin, "no line before this one sets $%s", term->variable);

        if (*reader->at == '.') {
                reader->at++;
                term->output = read_identifier(reader);
        }
        output = script_output_find(outputs, term->output);
        if (!output && !term->output)
                return refuse(reader, begin, "the call that sets $%s gives nothing",
                                term->variable);
        if (!output) {
                g_autofree char *there = list_outputs(outputs);

                return refuse(reader, begin, "$%s has no '%s'; it has: %s", term->variable,
                                term->output, *there ? there : "nothing");
        }
        if (output->type != type)
                return refuse(reader, begin, "%s is wanted here; $%s.%s is %s",
                                script_type_text(type), term->variable, output->name,
                                script_type_text(output->type));

        g_free(term->output);
        term->output = g_strdup(output->name);
        return true;
}

static unsigned shift_of(char suffix) {
        switch (suffix) {
        case 'K':
                return 10;
        case 'M':
                return 20;
        case 'G':
                return 30;
        case 'T':
                return 40;
        default:
                return 0;
        }
}

static bool read_number(Reader *reader, uint64_t *ret) {
        const char *begin = reader->at;
        bool hexadecimal = begin[0] == '0' && (begin[1] == 'x' || begin[1] == 'X');
        uint64_t value = 0;
        unsigned shift;

        if (hexadecimal)
                reader->at += 2;
        if (!(hexadecimal ? g_ascii_isxdigit(*reader->at) : g_ascii_isdigit(*reader->at)))
                return refuse(reader, begin, "a number is wanted here");
        for (; hexadecimal ? g_ascii_isxdigit(*reader->at) : g_ascii_isdigit(*reader->at);
                        reader->at++) {
                uint64_t digit = (uint64_t) g_ascii_xdigit_value(*reader->at);

                if (!g_uint64_checked_mul(&value, value, hexadecimal ? 16 : 10) ||
                                !g_uint64_checked_add(&value, value, digit))
                        return refuse(reader, begin, "the number is greater than 64 bits");
        }

        shift = shift_of(*reader->at);
        if (value > UINT64_MAX >> shift)
                return refuse(reader, begin, "the number is greater than 64 bits");
        if (shift)
                reader->at++;
        *ret = value << shift;
        return true;
}

static bool read_constant(Reader *reader, uint64_t *ret) {
        const char *begin = reader->at;
        g_autofree char *name = read_identifier(reader);

        if (!script_constant_find(name, ret))
                return refuse(reader, begin, "'%s' is neither a number nor a constant of NT",
                                *name ? name : begin);
        return true;
}

static bool read_integer(Reader *reader, Term *term) {
        uint64_t value = 0;

        if (*reader->at == '$')
                return read_variable(reader, SCRIPT_INTEGER, term);
        if (g_ascii_isdigit(*reader->at) ? !read_number(reader, &value)
                                         : !read_constant(reader, &value))
                return false;
        term->value = script_integer_new(value);
        return true;
}

/* What is between the quotes at @reader, escapes not understood yet. */
static char *read_quoted(Reader *reader) {
        const char *begin = reader->at + 1;
        const char *end = *reader->at == '"' ? strchr(begin, '"') : NULL;

        if (!end)
                return NULL;
        reader->at = end + 1;
        return g_strndup(begin, (gsize) (end - begin));
}

static GVariant *parse_name(const Reader *reader, const char *at, const char *text) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Name) name = name_parse(text, &error);

        if (!name) {
                refuse(reader, at, "%s", error->message);
                return NULL;
        }
        return script_name_new(name->units, name->n_units);
}

static GVariant *repeat(GVariant *value, uint64_t times) {
        g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(WCHAR));
        g_autoptr(Name) name = script_name(value);

        for (uint64_t i = 0; i < times; i++)
                g_array_append_vals(units, name->units, (guint) name->n_units);
        return script_name_new((const WCHAR *) units->data, units->len);
}

static bool read_name(Reader *reader, Term *term) {
        const char *begin = reader->at;
        g_autoptr(GVariant) value = NULL;
        g_autofree char *text = NULL;
        uint64_t times;

        if (*begin == '$')
                return read_variable(reader, SCRIPT_NAME, term);
        text = read_quoted(reader);
        if (!text)
                return refuse(reader, begin, "a name in quotes, or a variable, is wanted here");
        value = parse_name(reader, begin, text);
        if (!value || *reader->at != '*') {
                term->value = g_steal_pointer(&value);
                return term->value != NULL;
        }

        reader->at++;
        if (!read_number(reader, &times))
                return false;
        if (times > UNITS_MAX || g_variant_n_children(value) * times > UNITS_MAX)
                return refuse(reader, begin, "that is longer than %u units", UNITS_MAX);
        term->value = repeat(value, times);
        return true;
}

/* Names are text in UTF-8 here; lone surrogates have no bytes. */
static bool read_text_bytes(Reader *reader, Term *term) {
        const char *begin = reader->at;
        g_autofree char *text = read_quoted(reader);
        g_autoptr(GError) error = NULL;
        g_autoptr(Name) name = NULL;
        g_autofree char *bytes = NULL;
        glong n_bytes = 0;

        if (!text)
                return refuse(reader, begin, "the text has no closing quote");
        name = name_parse(text, &error);
        if (!name)
                return refuse(reader, begin, "%s", error->message);
        bytes = g_utf16_to_utf8(name->units, (glong) name->n_units, NULL, &n_bytes, NULL);
        if (!bytes)
                return refuse(reader, begin,
                                "the text has a lone surrogate or a NUL; write such "
                                "bytes as hexadecimal digits");
        term->value = script_bytes_new(bytes, (size_t) n_bytes);
        return true;
}

static bool read_bytes(Reader *reader, Term *term) {
        const char *begin = reader->at;
        g_autoptr(GByteArray) bytes = g_byte_array_new();

        if (*begin == '$')
                return read_variable(reader, SCRIPT_BYTES, term);
        if (*begin == '"')
                return read_text_bytes(reader, term);

        for (; g_ascii_isxdigit(reader->at[0]) && g_ascii_isxdigit(reader->at[1]);
                        reader->at += 2) {
                guint8 byte = (guint8) (g_ascii_xdigit_value(reader->at[0]) * 16 +
                                        g_ascii_xdigit_value(reader->at[1]));

                g_byte_array_append(bytes, &byte, 1);
        }
        if (bytes->len == 0)
                return refuse(reader, begin,
                                "bytes are wanted here: text in quotes, or pairs of "
                                "hexadecimal digits");
        term->value = script_bytes_new(bytes->data, bytes->len);
        return true;
}

static bool read_term(Reader *reader, ScriptType type, Term *term) {
        switch (type) {
        case SCRIPT_INTEGER:
                return read_integer(reader, term);
        case SCRIPT_NAME:
                return read_name(reader, term);
        case SCRIPT_BYTES:
                return read_bytes(reader, term);
        case SCRIPT_LIST:
                if (*reader->at == '$')
                        return read_variable(reader, SCRIPT_LIST, term);
                return refuse(reader, reader->at, "a variable with a list is wanted here");
        }
        g_assert_not_reached();
}

static const char *operators_of(ScriptType type) {
        return type == SCRIPT_INTEGER ? "+-|" : type == SCRIPT_NAME ? "+" : "";
}

/* A name without quotes is the whole word. */
static bool read_plain_name(Reader *reader, Expression *expression) {
        g_autoptr(Term) term = g_new0(Term, 1);

        if (strchr(reader->text, '"'))
                return refuse(reader, strchr(reader->text, '"'),
                                "quotes go around a whole name; one inside it is %%{22}");
        term->operator= '+';
        term->value = parse_name(reader, reader->text, reader->text);
        if (!term->value)
                return false;
        g_ptr_array_add(expression->terms, g_steal_pointer(&term));
        return true;
}

static bool read_terms(Reader *reader, Expression *expression) {
        char operator= '+';

        if (expression->type == SCRIPT_INTEGER && *reader->at == '-')
                operator= * reader->at++;
        for (;;) {
                g_autoptr(Term) term = g_new0(Term, 1);

                term->operator= operator;
                if (!read_term(reader, expression->type, term))
                        return false;
                g_ptr_array_add(expression->terms, g_steal_pointer(&term));
                if (!*reader->at)
                        return true;

                operator= * reader->at;
                if (!strchr(operators_of(expression->type), operator))
                        return refuse(reader, reader->at, "'%s' does not belong here", reader->at);
                reader->at++;
        }
}

bool expression_append(
                Expression *expression, GHashTable *symbols, const char *text, GError **error) {
        Reader reader = { symbols, text, text, error };

        if (expression->type == SCRIPT_NAME && *text != '"' && *text != '$')
                return read_plain_name(&reader, expression);
        return read_terms(&reader, expression);
}

Expression *expression_parse(
                ScriptType type, GHashTable *symbols, const char *text, GError **error) {
        g_autoptr(Expression) expression = expression_new(type);

        if (!expression_append(expression, symbols, text, error))
                return NULL;
        return g_steal_pointer(&expression);
}

ScriptType expression_guess(GHashTable *symbols, const char *text) {
        g_autoptr(Term) term = g_new0(Term, 1);
        g_autoptr(GError) error = NULL;
        const Output *output = NULL;
        const Output *outputs;
        Reader reader = { symbols, text, text + 1, &error };

        if (*text != '$')
                return *text == '"' || *text == '\\' ? SCRIPT_NAME : SCRIPT_INTEGER;

        term->variable = read_identifier(&reader);
        outputs = g_hash_table_lookup(symbols, term->variable);
        if (*reader.at == '.') {
                reader.at++;
                term->output = read_identifier(&reader);
        }
        if (outputs)
                output = script_output_find(outputs, term->output);
        return output ? output->type : SCRIPT_INTEGER;
}

static GVariant *term_value(const Term *term, GHashTable *variables, char **ret_problem) {
        GVariant *dictionary;
        GVariant *value;

        if (term->value)
                return g_variant_ref(term->value);
        dictionary = g_hash_table_lookup(variables, term->variable);
        if (!dictionary) {
                *ret_problem = g_strdup_printf("$%s is not set: the line that sets it was not run",
                                term->variable);
                return NULL;
        }
        value = g_variant_lookup_value(dictionary, term->output, NULL);
        if (!value)
                *ret_problem = g_str_equal(term->variable, "last")
                                               ? g_strdup_printf("the last call gave no %s",
                                                                 term->output)
                                               : g_strdup_printf("the call that set $%s gave no %s",
                                                                 term->variable, term->output);
        return value;
}

static uint64_t combine(char operator, uint64_t left, uint64_t right) {
        switch (operator) {
        case '-':
                return left - right;
        case '|':
                return left | right;
        default:
                return left + right;
        }
}

static GVariant *concatenation_finish(ScriptType type, GByteArray *joined, char **ret_problem) {
        if (type == SCRIPT_BYTES)
                return script_bytes_new(joined->data, joined->len);
        if (joined->len / sizeof(WCHAR) > UNITS_MAX) {
                *ret_problem = g_strdup_printf("the name is longer than %u units", UNITS_MAX);
                return NULL;
        }
        return script_name_new((const WCHAR *) joined->data, joined->len / sizeof(WCHAR));
}

GVariant *expression_evaluate(
                const Expression *expression, GHashTable *variables, char **ret_problem) {
        g_autoptr(GByteArray) joined = g_byte_array_new();
        uint64_t integer = 0;

        for (guint i = 0; i < expression->terms->len; i++) {
                const Term *term = expression->terms->pdata[i];
                g_autoptr(GVariant) value = term_value(term, variables, ret_problem);

                if (!value)
                        return NULL;
                if (expression->type == SCRIPT_LIST)
                        return g_steal_pointer(&value);
                if (expression->type == SCRIPT_INTEGER) {
                        integer = combine(term->operator, integer, script_integer(value));
                        continue;
                }
                if (joined->len + g_variant_get_size(value) > BYTES_MAX) {
                        *ret_problem = g_strdup("the value is too long");
                        return NULL;
                }
                g_byte_array_append(joined, g_variant_get_data(value),
                                (guint) g_variant_get_size(value));
        }
        if (expression->type == SCRIPT_INTEGER)
                return script_integer_new(integer);
        return concatenation_finish(expression->type, joined, ret_problem);
}
