#include <string.h>

#include "script-parser.h"
#include "script-source.h"
#include "script-word.h"
#include "script.h"

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

static bool parse_process(Parser *parser, Step *step) {
        const Word *word;

        if (!parser_take_identifier(parser, "a process's name", &step->process))
                return false;
        if (parser_has_process(parser, step->process)) {
                parser->at--;
                return parser_refuse(parser, "there is a process '%s' already", step->process);
        }
        g_hash_table_add(parser->processes, g_strdup(step->process));
        while ((word = parser_peek(parser)) && !g_str_equal(word->text, "=>")) {
                if (g_str_equal(word->text, "kernel") && !step->kernel) {
                        step->kernel = true;
                        parser->at++;
                } else if (g_str_has_prefix(word->text, "uid=") && !step->user) {
                        step->user = parser_take_expression(parser, SCRIPT_INTEGER, strlen("uid="));
                        if (!step->user)
                                return false;
                } else {
                        return parser_refuse(parser, "'kernel' or uid=NUMBER is wanted here");
                }
        }
        return parser_take_outcome(parser, step);
}

static bool parse_ending(Parser *parser, Step *step) {
        if (!parser_take_identifier(parser, "a process's name", &step->process))
                return false;
        if (!g_hash_table_remove(parser->processes, step->process)) {
                parser->at--;
                return parser_refuse(parser, "there is no process '%s' here", step->process);
        }
        return parser_take_end(parser);
}

static bool parse_let(Parser *parser, Step *step) {
        ScriptType type;

        if (!parser_take_identifier(parser, "a variable's name", &step->variable) ||
                        !parser_refuse_reserved(parser, step->variable))
                return false;
        if (!parser_word_is(parser, "="))
                return parser_refuse(parser, "'=' is wanted here, with a blank on both sides");
        parser->at++;
        if (parser_at_end(parser))
                return parser_refuse(parser, "a value is wanted here");

        type = expression_guess(parser->symbols, parser_peek(parser)->text);
        step->left = parser_take_expression(parser, type, 0);
        if (!step->left)
                return false;
        if (!parser_at_end(parser))
                return parser_refuse(parser, "the line should end here");
        return parser_set_variable(parser, step, script_plain_outputs(type));
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
        const char *text = parser_at_end(parser) ? "" : parser_peek(parser)->text;
        gsize length = strlen(text);
        g_autofree char *name = NULL;

        if (length < 3 || text[0] != '"' || strchr(text + 1, '"') != text + length - 1)
                return parser_refuse(parser, "what is tested is wanted here, in quotes");
        name = g_strndup(text + 1, length - 2);
        parser->at++;
        if (!parser_at_end(parser))
                return parser_refuse(parser, "the line should end here");
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
                { "expect", STEP_EXPECT, parser_parse_expect },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                if (parser_word_is(parser, kinds[i].word)) {
                        parser->at++;
                        step->kind = kinds[i].kind;
                        return kinds[i].parse(parser, step);
                }
        }
        step->kind = STEP_CALL;
        return parser_parse_call(parser, step);
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
        if (parser_word_is(parser, "test")) {
                parser->at++;
                return parse_test(parser);
        }
        if (parser_word_is(parser, "expect") && parser->words->len > 1 &&
                        is_status(((const Word *) parser->words->pdata[1])->text)) {
                parser->at++;
                return parser_parse_expected_status(parser);
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

static bool parse_line(Parser *parser, const SourceLine *line) {
        g_autoptr(GPtrArray) words = NULL;
        g_autoptr(GError) error = NULL;

        parser->line = line->number;
        parser->text = line->text;
        words = words_split(line->text, &error);
        if (!words)
                return parser_refuse_at(parser, (gsize) error->code, error->message);
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
        g_autoptr(GPtrArray) lines = NULL;
        Parser parser = {
                .script = script,
                .symbols = symbols,
                .processes = processes,
                .error = error,
        };

        script->file = g_strdup(file);
        script->steps = g_ptr_array_new_with_free_func(step_free);
        script->tests = g_ptr_array_new_with_free_func(test_free);
        lines = source_read(file, text, size, error);
        if (!lines)
                return NULL;
        for (guint i = 0; i < lines->len; i++) {
                if (!parse_line(&parser, lines->pdata[i]))
                        return NULL;
        }
        return g_steal_pointer(&script);
}
