#include <string.h>

#include "script-constant.h"
#include "script-word.h"
#include "script.h"

/* A line is read from left to right; so is the parser. */
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

static void step_free(gpointer pointer) {
        Step *step = pointer;

        g_free(step->text);
        g_free(step->process);
        g_clear_pointer(&step->user, expression_free);
        g_clear_pointer(&step->statuses, g_array_unref);
        for (size_t i = 0; i < PARAMETERS_MAX; i++)
                g_clear_pointer(&step->arguments[i], expression_free);
        g_free(step->variable);
        g_clear_pointer(&step->left, expression_free);
        g_clear_pointer(&step->right, g_ptr_array_unref);
        g_free(step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Step, step_free)

static void test_free(gpointer pointer) {
        ScriptTest *test = pointer;

        g_free(test->name);
        g_free(test);
}

void script_free(Script *script) {
        g_free(script->file);
        g_ptr_array_unref(script->steps);
        g_ptr_array_unref(script->tests);
        g_free(script);
}

/* Columns are counted in characters, as editors do. */
static bool refuse_at(const Parser *parser, gsize byte, const char *message) {
        glong column = g_utf8_pointer_to_offset(parser->text, parser->text + byte) + 1;

        g_set_error(parser->error, SCRIPT_ERROR, 0, "%s:%u:%ld: %s", parser->script->file,
                        parser->line, column, message);
        return false;
}

static const Word *peek(const Parser *parser) {
        return parser->at < parser->words->len ? parser->words->pdata[parser->at] : NULL;
}

/* Refuses the next word, or the line's end if there is none. */
G_GNUC_PRINTF(2, 3)
static bool refuse(const Parser *parser, const char *format, ...) {
        const Word *word = peek(parser);
        g_autofree char *message = NULL;
        va_list arguments;

        va_start(arguments, format);
        message = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        return refuse_at(parser, word ? word->at : strlen(parser->text), message);
}

/* Refuses what @error says of the part of the next word that begins at its byte @from. */
static bool refuse_word(const Parser *parser, gsize from, const GError *error) {
        return refuse_at(parser, peek(parser)->at + from + (gsize) error->code, error->message);
}

static bool at_end(const Parser *parser) {
        return !peek(parser);
}

static bool word_is(const Parser *parser, const char *text) {
        return peek(parser) && g_str_equal(peek(parser)->text, text);
}

static bool is_identifier(const char *text, gsize length) {
        for (gsize i = 0; i < length; i++) {
                if (!g_ascii_isalnum(text[i]) && text[i] != '_')
                        return false;
        }
        return length > 0 && !g_ascii_isdigit(*text);
}

/* How long the key of "key=value" is; 0 for a word that is no such thing. */
static gsize key_length(const char *text) {
        const char *equals = strchr(text, '=');
        gsize length = equals ? (gsize) (equals - text) : 0;

        return is_identifier(text, length) ? length : 0;
}

static Expression *take_expression(Parser *parser, ScriptType type, gsize from) {
        g_autoptr(GError) error = NULL;
        Expression *expression;

        if (at_end(parser)) {
                refuse(parser, "%s is wanted here", script_type_text(type));
                return NULL;
        }
        expression = expression_parse(type, parser->symbols, peek(parser)->text + from, &error);
        if (!expression) {
                refuse_word(parser, from, error);
                return NULL;
        }
        parser->at++;
        return expression;
}

static bool take_identifier(Parser *parser, const char *what, char **ret) {
        if (at_end(parser) || !is_identifier(peek(parser)->text, strlen(peek(parser)->text)))
                return refuse(parser, "%s is wanted here: letters, digits and _", what);
        *ret = g_strdup(peek(parser)->text);
        parser->at++;
        return true;
}

/* "STATUS_A|0xC0000022" */
static bool take_statuses(Parser *parser, GArray **ret) {
        g_autoptr(GArray) statuses = g_array_new(FALSE, FALSE, sizeof(NTSTATUS));
        g_auto(GStrv) names = NULL;
        gsize from = 0;

        if (at_end(parser))
                return refuse(parser, "a status is wanted here");
        names = g_strsplit(peek(parser)->text, "|", -1);
        for (char **name = names; *name; name++) {
                guint64 number = 0;
                NTSTATUS status;

                if (!g_str_has_prefix(*name, "STATUS_") || !script_constant_find(*name, &number)) {
                        if (!g_str_has_prefix(*name, "0x") ||
                                        !g_ascii_string_to_unsigned(*name + 2, 16, 0, G_MAXUINT32,
                                                        &number, NULL))
                                return refuse_at(parser, peek(parser)->at + from,
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

/* What ends a line: "=> STATUS", or nothing. */
static bool take_outcome(Parser *parser, Step *step) {
        if (word_is(parser, "=>")) {
                parser->at++;
                if (!take_statuses(parser, &step->statuses))
                        return false;
        }
        return at_end(parser) || refuse(parser, "the line should end here");
}

static bool process_known(const Parser *parser, const char *name) {
        return g_hash_table_contains(parser->processes, name);
}

static bool parse_process(Parser *parser, Step *step) {
        const Word *word;

        if (!take_identifier(parser, "a process's name", &step->process))
                return false;
        if (process_known(parser, step->process)) {
                parser->at--;
                return refuse(parser, "there is a process '%s' already", step->process);
        }
        g_hash_table_add(parser->processes, g_strdup(step->process));
        while ((word = peek(parser)) && !g_str_equal(word->text, "=>")) {
                if (g_str_equal(word->text, "kernel") && !step->kernel) {
                        step->kernel = true;
                        parser->at++;
                } else if (g_str_has_prefix(word->text, "uid=") && !step->user) {
                        step->user = take_expression(parser, SCRIPT_INTEGER, strlen("uid="));
                        if (!step->user)
                                return false;
                } else {
                        return refuse(parser, "'kernel' or uid=NUMBER is wanted here");
                }
        }
        return take_outcome(parser, step);
}

static bool parse_ending(Parser *parser, Step *step) {
        if (!take_identifier(parser, "a process's name", &step->process))
                return false;
        if (!g_hash_table_remove(parser->processes, step->process)) {
                parser->at--;
                return refuse(parser, "there is no process '%s' here", step->process);
        }
        return at_end(parser) || refuse(parser, "the line should end here");
}

static bool set_variable(Parser *parser, Step *step, const Output *outputs) {
        g_hash_table_insert(parser->symbols, g_strdup(step->variable), (gpointer) outputs);
        return true;
}

static bool refuse_reserved(Parser *parser, const char *name) {
        if (!g_str_equal(name, SCRIPT_LAST))
                return true;
        parser->at--;
        return refuse(parser, "'" SCRIPT_LAST "' always is what the last call gave");
}

static bool parse_let(Parser *parser, Step *step) {
        ScriptType type;

        if (!take_identifier(parser, "a variable's name", &step->variable) ||
                        !refuse_reserved(parser, step->variable))
                return false;
        if (!word_is(parser, "="))
                return refuse(parser, "'=' is wanted here, with a blank on both sides");
        parser->at++;
        if (at_end(parser))
                return refuse(parser, "a value is wanted here");

        type = expression_guess(parser->symbols, peek(parser)->text);
        step->left = take_expression(parser, type, 0);
        if (!step->left)
                return false;
        if (!at_end(parser))
                return refuse(parser, "the line should end here");
        return set_variable(parser, step, script_plain_outputs(type));
}

static const struct {
        const char *text;
        Relation relation;
} relations[] = {
        { "==", RELATION_EQUAL },
        { "!=", RELATION_DIFFERENT },
        { "<", RELATION_LESS },
        { "<=", RELATION_AT_MOST },
        { ">", RELATION_GREATER },
        { ">=", RELATION_AT_LEAST },
        { "are", RELATION_ARE },
        { "are-in-order", RELATION_ARE_IN_ORDER },
        { "has", RELATION_HAS },
        { "lacks", RELATION_LACKS },
};

static const char *relations_of(ScriptType type) {
        switch (type) {
        case SCRIPT_INTEGER:
                return "==, !=, <, <=, > or >=";
        case SCRIPT_LIST:
                return "are, are-in-order, has or lacks";
        default:
                return "== or !=";
        }
}

static bool relation_suits(Relation relation, ScriptType type) {
        if (type == SCRIPT_LIST)
                return relation >= RELATION_ARE;
        return relation <= (type == SCRIPT_INTEGER ? RELATION_AT_LEAST : RELATION_DIFFERENT);
}

static bool take_relation(Parser *parser, ScriptType type, Relation *ret) {
        for (size_t i = 0; i < G_N_ELEMENTS(relations); i++) {
                if (!word_is(parser, relations[i].text) ||
                                !relation_suits(relations[i].relation, type))
                        continue;
                *ret = relations[i].relation;
                parser->at++;
                return true;
        }
        return refuse(parser, "%s: %s is wanted here", script_type_text(type), relations_of(type));
}

/* "output", which is the last call's, or "$variable" or "$variable.output". */
static bool take_left(Parser *parser, Step *step) {
        const char *text = peek(parser)->text;
        g_autofree char *spelled = NULL;
        g_autoptr(GError) error = NULL;

        if (*text != '$' && !is_identifier(text, strlen(text)))
                return refuse(parser, "a status, $variable, or an output of the last call is "
                                      "wanted here");
        if (*text != '$') {
                if (!parser->call)
                        return refuse(parser, "there is no call before this line");
                spelled = g_strdup_printf("$" SCRIPT_LAST ".%s", text);
                text = spelled;
        }
        step->left = expression_parse(
                        expression_guess(parser->symbols, text), parser->symbols, text, &error);
        if (!step->left)
                return spelled ? refuse(parser, "%s", error->message)
                               : refuse_word(parser, 0, error);
        parser->at++;
        return true;
}

static bool take_right(Parser *parser, Step *step) {
        ScriptType type = expression_type(step->left);
        bool list = type == SCRIPT_LIST;
        bool empty_allowed = list && (step->relation == RELATION_ARE ||
                                                     step->relation == RELATION_ARE_IN_ORDER);

        step->right = g_ptr_array_new_with_free_func((GDestroyNotify) expression_free);
        if (at_end(parser) && !empty_allowed)
                return refuse(parser, "%s is wanted here",
                                list ? "a name" : script_type_text(type));
        while (!at_end(parser)) {
                Expression *expression = take_expression(parser, list ? SCRIPT_NAME : type, 0);

                if (!expression)
                        return false;
                g_ptr_array_add(step->right, expression);
                while (type == SCRIPT_BYTES && !at_end(parser)) {
                        g_autoptr(GError) error = NULL;

                        if (!expression_append(expression, parser->symbols, peek(parser)->text,
                                            &error))
                                return refuse_word(parser, 0, error);
                        parser->at++;
                }
                if (!list)
                        break;
        }
        return at_end(parser) || refuse(parser, "the line should end here");
}

static bool parse_expect(Parser *parser, Step *step) {
        if (at_end(parser))
                return refuse(parser, "what is expected?");
        return take_left(parser, step) &&
               take_relation(parser, expression_type(step->left), &step->relation) &&
               take_right(parser, step);
}

/* `expect STATUS_...` is no step: it says what the call before it should answer. */
static bool parse_expected_status(Parser *parser) {
        if (!parser->call)
                return refuse(parser, "there is no call before this line");
        return take_statuses(parser, &parser->call->statuses) &&
               (at_end(parser) || refuse(parser, "the line should end here"));
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
                return refuse(parser, "%s is given twice", parameter->name);
        step->arguments[index] = take_expression(parser, parameter->type, from);
        if (!step->arguments[index])
                return false;

        while (parameter->type == SCRIPT_BYTES && !at_end(parser) && !word_is(parser, "=>")) {
                g_autoptr(GError) error = NULL;

                if (!expression_append(step->arguments[index], parser->symbols, peek(parser)->text,
                                    &error))
                        return refuse_word(parser, 0, error);
                parser->at++;
        }
        return true;
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

        while (!at_end(parser) && !word_is(parser, "=>")) {
                const char *text = peek(parser)->text;
                gsize length = key_length(text);

                if (length && !parameter_find(step->service, text, length, &index))
                        return refuse(parser,
                                        "%s has no parameter '%.*s'; see 'ntobj script "
                                        "--list'",
                                        step->service->name, (int) length, text);
                if (!length) {
                        if (!next_place(step, &place))
                                return refuse(parser, "%s wants no more than that without a name",
                                                step->service->name);
                        index = place;
                }
                if (!take_argument(parser, step, index, length ? length + 1 : 0))
                        return false;
        }
        for (size_t i = 0; parameters[i].name; i++) {
                if (parameters[i].presence == PARAMETER_REQUIRED && !step->arguments[i])
                        return refuse(parser, "%s also needs %s", step->service->name,
                                        parameters[i].name);
        }
        return true;
}

/* "process:" before a call; without it, the call is the main process's. */
static bool take_process(Parser *parser, Step *step) {
        const char *text = peek(parser)->text;
        gsize length = strlen(text);

        if (text[length - 1] != ':') {
                step->process = g_strdup(SCRIPT_MAIN);
                return true;
        }
        step->process = g_strndup(text, length - 1);
        if (!process_known(parser, step->process) && !g_str_equal(step->process, SCRIPT_MAIN))
                return refuse(parser, "there is no process '%s' here; 'process %s' makes one",
                                step->process, step->process);
        parser->at++;
        return true;
}

static bool parse_call(Parser *parser, Step *step) {
        if (!take_process(parser, step))
                return false;
        if (parser->at + 1 < parser->words->len &&
                        g_str_equal(((const Word *) parser->words->pdata[parser->at + 1])->text,
                                        "=")) {
                if (!take_identifier(parser, "a variable's name", &step->variable) ||
                                !refuse_reserved(parser, step->variable))
                        return false;
                parser->at++;
        }
        if (at_end(parser))
                return refuse(parser, "a call is wanted here");

        step->service = service_find(peek(parser)->text, &step->zw);
        if (!step->service)
                return refuse(parser, "'%s' is nothing to call; see 'ntobj script --list'",
                                peek(parser)->text);
        if (step->variable && !step->service->outputs->name)
                return refuse(parser, "%s gives nothing that $%s could be", step->service->name,
                                step->variable);
        parser->at++;
        if (!take_arguments(parser, step) || !take_outcome(parser, step))
                return false;

        g_hash_table_add(parser->processes, g_strdup(step->process));
        g_hash_table_insert(
                        parser->symbols, g_strdup(SCRIPT_LAST), (gpointer) step->service->outputs);
        return !step->variable || set_variable(parser, step, step->service->outputs);
}

static void add_test(Parser *parser, const char *name, bool grouped) {
        ScriptTest *test = g_new0(ScriptTest, 1);

        test->name = g_strdup(name);
        test->line = parser->line;
        test->grouped = grouped;
        g_ptr_array_add(parser->script->tests, test);
}

/* test "what is shown" */
static bool parse_test(Parser *parser) {
        const char *text = at_end(parser) ? "" : peek(parser)->text;
        gsize length = strlen(text);
        g_autofree char *name = NULL;

        if (length < 3 || text[0] != '"' || strchr(text + 1, '"') != text + length - 1)
                return refuse(parser, "what is tested is wanted here, in quotes");
        name = g_strndup(text + 1, length - 2);
        parser->at++;
        if (!at_end(parser))
                return refuse(parser, "the line should end here");
        parser->grouped = true;
        add_test(parser, name, true);
        return true;
}

static bool parse_step(Parser *parser, Step *step) {
        static const struct {
                const char *word;
                StepKind kind;
                bool (*parse)(Parser *parser, Step *step);
        } kinds[] = {
                { "process", STEP_PROCESS, parse_process },
                { "end", STEP_END, parse_ending },
                { "kill", STEP_KILL, parse_ending },
                { "let", STEP_LET, parse_let },
                { "expect", STEP_EXPECT, parse_expect },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                if (word_is(parser, kinds[i].word)) {
                        parser->at++;
                        step->kind = kinds[i].kind;
                        return kinds[i].parse(parser, step);
                }
        }
        step->kind = STEP_CALL;
        return parse_call(parser, step);
}

/* The line without its comment and the blanks around it. */
static char *clean_text(const Parser *parser) {
        const Word *first = parser->words->pdata[0];
        const Word *last = parser->words->pdata[parser->words->len - 1];

        return g_strndup(parser->text + first->at, last->at + strlen(last->text) - first->at);
}

static bool is_status(const char *text) {
        return g_str_has_prefix(text, "STATUS_") || g_str_has_prefix(text, "0x");
}

static bool parse_words(Parser *parser) {
        g_autoptr(Step) step = NULL;

        if (parser->words->len == 0)
                return true;
        if (word_is(parser, "test")) {
                parser->at++;
                return parse_test(parser);
        }
        if (word_is(parser, "expect") && parser->words->len > 1 &&
                        is_status(((const Word *) parser->words->pdata[1])->text)) {
                parser->at++;
                return parse_expected_status(parser);
        }

        step = g_new0(Step, 1);
        step->line = parser->line;
        step->text = clean_text(parser);
        if (!parse_step(parser, step))
                return false;
        if (!parser->grouped)
                add_test(parser, step->text, false);
        step->test = parser->script->tests->len - 1;
        if (step->kind == STEP_CALL)
                parser->call = step;
        g_ptr_array_add(parser->script->steps, g_steal_pointer(&step));
        return true;
}

/* Nothing that could steer a terminal, or hide from a reader, is let in. */
static bool check_text(Parser *parser, const char *text, gsize size) {
        g_autofree char *line = NULL;
        const char *end;

        for (const char *at = text; at < text + size; at = g_utf8_next_char(at)) {
                gunichar c = g_utf8_get_char_validated(at, text + size - at);
                const char *message = NULL;

                if (c == (gunichar) -1 || c == (gunichar) -2)
                        message = "this byte is not UTF-8; in a name, write units as %{HEX}";
                else if (c != '\t' && g_unichar_iscntrl(c))
                        message = "a control character; in a name, write it as %{HEX}";
                if (!message)
                        continue;
                end = at;
                line = g_strndup(text, (gsize) (end - text));
                parser->text = line;
                return refuse_at(parser, (gsize) (end - text), message);
        }
        return true;
}

static bool parse_line(Parser *parser, const char *text, gsize size) {
        g_autoptr(GPtrArray) words = NULL;
        g_autofree char *line = NULL;
        g_autoptr(GError) error = NULL;

        parser->line++;
        if (size > 0 && text[size - 1] == '\r')
                size--;
        if (!check_text(parser, text, size))
                return false;

        line = g_strndup(text, size);
        parser->text = line;
        words = words_split(line, &error);
        if (!words)
                return refuse_at(parser, (gsize) error->code, error->message);
        parser->words = words;
        parser->at = 0;
        return parse_words(parser);
}

Script *script_parse(const char *file, const char *text, gsize size, GError **error) {
        g_autoptr(Script) script = g_new0(Script, 1);
        g_autoptr(GHashTable) symbols =
                        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autoptr(GHashTable) processes =
                        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        Parser parser = {
                .script = script,
                .symbols = symbols,
                .processes = processes,
                .error = error,
        };

        script->file = g_strdup(file);
        script->steps = g_ptr_array_new_with_free_func(step_free);
        script->tests = g_ptr_array_new_with_free_func(test_free);
        while (size > 0) {
                const char *newline = memchr(text, '\n', size);
                gsize length = newline ? (gsize) (newline - text) : size;

                if (!parse_line(&parser, text, length))
                        return NULL;
                text += newline ? length + 1 : length;
                size -= newline ? length + 1 : length;
        }
        return g_steal_pointer(&script);
}
