#include "script-source.h"

#include <stdbool.h>
#include <string.h>

#include "script-expression.h"
#include "script-word.h"

/* Repetitions inside repetitions. */
#define DEPTH_MAX 8u

/* Repetitions of repetitions grow fast; more than this nobody means. */
#define LINES_MAX 1000000u
#define BYTES_MAX (256u * 1024 * 1024)

typedef struct Expansion {
        const char *file;
        GPtrArray *lines; /* as they are in the file */
        GPtrArray *ret;
        gsize n_bytes;
        GError **error;
} Expansion;

/* What a name inside braces stands for. */
typedef struct Binding {
        const struct Binding *outer;
        unsigned depth;
        const char *name;
        const char *value;
} Binding;

static void line_free(gpointer pointer) {
        SourceLine *line = pointer;

        g_free(line->text);
        g_free(line);
}

void source_refuse(const char *file,
                unsigned number,
                const char *text,
                gsize byte,
                const char *message,
                GError **error) {
        glong column = g_utf8_pointer_to_offset(text, text + byte) + 1;

        g_set_error(error, SCRIPT_ERROR, 0, "%s:%u:%ld: %s", file, number, column, message);
}

static bool refuse(const Expansion *expansion, const SourceLine *line, gsize at, const char *text) {
        source_refuse(expansion->file, line->number, line->text, at, text, expansion->error);
        return false;
}

/* What is wrong with the character at @at, or NULL. */
static const char *find_fault(const char *at, gsize size) {
        gunichar c = *at ? g_utf8_get_char_validated(at, (gssize) size) : 0;

        if (c == (gunichar) -1 || c == (gunichar) -2)
                return "this byte is not UTF-8; in a name, write units as %{HEX}";
        if (c != '\t' && g_unichar_iscntrl(c))
                return "a control character; in a name, write it as %{HEX}";
        return NULL;
}

/* Nothing that could steer a terminal is let in. */
static bool add_line(Expansion *expansion, const char *text, gsize size) {
        SourceLine *line = g_new0(SourceLine, 1);
        const char *fault = NULL;
        const char *at = text;

        if (size > 0 && text[size - 1] == '\r')
                size--;
        while (at < text + size && !(fault = find_fault(at, (gsize) (text + size - at))))
                at = g_utf8_next_char(at);
        line->number = expansion->lines->len + 1;
        line->text = g_strndup(text, fault ? (gsize) (at - text) : size);
        g_ptr_array_add(expansion->lines, line);
        return !fault || refuse(expansion, line, (gsize) (at - text), fault);
}

static bool split(Expansion *expansion, const char *text, gsize size) {
        while (size > 0) {
                const char *newline = memchr(text, '\n', size);
                gsize length = newline ? (gsize) (newline - text) : size;

                if (!add_line(expansion, text, length))
                        return false;
                text += newline ? length + 1 : length;
                size -= newline ? length + 1 : length;
        }
        return true;
}

/* The name in braces at @at, and what it stands for; NULL if that is something else. */
static const Binding *find_binding(const Binding *bindings, const char *at) {
        for (; bindings; bindings = bindings->outer) {
                size_t length = strlen(bindings->name);

                if (strncmp(at + 1, bindings->name, length) == 0 && at[length + 1] == '}')
                        return bindings;
        }
        return NULL;
}

static char *substitute(const char *text, const Binding *bindings) {
        GString *result = g_string_new(NULL);

        for (const char *at = text; *at; at++) {
                /* %{ begins an escape of a name. */
                bool brace = *at == '{' && (at == text || at[-1] != '%');
                const Binding *binding = brace ? find_binding(bindings, at) : NULL;

                if (binding) {
                        g_string_append(result, binding->value);
                        at += strlen(binding->name) + 1;
                } else {
                        g_string_append_c(result, *at);
                }
        }
        return g_string_free(result, FALSE);
}

/* The words of a line that can be split, or none: the parser says why it cannot. */
static GPtrArray *words_of(const SourceLine *line) {
        GPtrArray *words = words_split(line->text, NULL);

        return words ? words : g_ptr_array_new();
}

static const char *word_text(const GPtrArray *words, guint index) {
        return index < words->len ? ((const Word *) words->pdata[index])->text : "";
}

/* The line of the `done` that belongs to the `each` before @from. */
static bool find_done(const Expansion *expansion, guint from, guint end, guint *ret) {
        unsigned depth = 1;

        for (guint i = from; i < end; i++) {
                g_autoptr(GPtrArray) words = words_of(expansion->lines->pdata[i]);

                if (g_str_equal(word_text(words, 0), "each"))
                        depth++;
                else if (g_str_equal(word_text(words, 0), "done") && --depth == 0) {
                        *ret = i;
                        return true;
                }
        }
        return false;
}

static bool expand(Expansion *expansion, guint begin, guint end, const Binding *bindings);

static bool expand_value(Expansion *expansion,
                guint begin,
                guint end,
                const Binding *outer,
                const char *name,
                const char *word) {
        gsize length = strlen(word);
        bool quoted = length > 1 && word[0] == '"' && strchr(word + 1, '"') == word + length - 1;
        g_autofree char *value = quoted ? g_strndup(word + 1, length - 2) : g_strdup(word);
        const Binding binding = { outer, outer ? outer->depth + 1 : 1, name, value };

        return expand(expansion, begin, end, &binding);
}

static bool expand_range(Expansion *expansion,
                guint begin,
                guint end,
                const Binding *outer,
                const char *name,
                const char *word,
                bool *ret_is_range) {
        g_auto(GStrv) parts = g_strsplit(word, "..", 2);
        guint64 first;
        guint64 last;

        *ret_is_range = parts[0] && parts[1] &&
                        g_ascii_string_to_unsigned(parts[0], 10, 0, LINES_MAX, &first, NULL) &&
                        g_ascii_string_to_unsigned(parts[1], 10, 0, LINES_MAX, &last, NULL);
        for (guint64 i = *ret_is_range ? first : 1; i <= (*ret_is_range ? last : 0); i++) {
                g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT, i);

                if (!expand_value(expansion, begin, end, outer, name, value))
                        return false;
        }
        return true;
}

/* Line @index is an `each`: its lines for one word after the other. */
static bool expand_each(Expansion *expansion,
                guint index,
                guint end,
                const GPtrArray *words,
                const Binding *outer,
                guint *ret_done) {
        const SourceLine *line = expansion->lines->pdata[index];
        const char *name = word_text(words, 1);

        if (!g_ascii_isalpha(*name) || !g_str_equal(word_text(words, 2), "in"))
                return refuse(expansion, line, ((const Word *) words->pdata[0])->at,
                                "'each NAME in WORD...' is wanted here");
        if (outer && outer->depth == DEPTH_MAX)
                return refuse(expansion, line, ((const Word *) words->pdata[0])->at,
                                "too many repetitions inside each other");
        if (!find_done(expansion, index + 1, end, ret_done))
                return refuse(expansion, line, ((const Word *) words->pdata[0])->at,
                                "no line 'done' ends this");
        for (guint i = 3; i < words->len; i++) {
                bool is_range;

                if (!expand_range(expansion, index + 1, *ret_done, outer, name, word_text(words, i),
                                    &is_range))
                        return false;
                if (!is_range && !expand_value(expansion, index + 1, *ret_done, outer, name,
                                                 word_text(words, i)))
                        return false;
        }
        return true;
}

static bool expand(Expansion *expansion, guint begin, guint end, const Binding *bindings) {
        for (guint i = begin; i < end; i++) {
                const SourceLine *line = expansion->lines->pdata[i];
                SourceLine plain = { line->number, substitute(line->text, bindings) };
                g_autofree char *owned = plain.text;
                g_autoptr(GPtrArray) words = words_of(&plain);

                if (g_str_equal(word_text(words, 0), "each")) {
                        if (!expand_each(expansion, i, end, words, bindings, &i))
                                return false;
                        continue;
                }
                if (g_str_equal(word_text(words, 0), "done"))
                        return refuse(expansion, line, 0, "there is no 'each' that this ends");

                expansion->n_bytes += strlen(plain.text);
                if (expansion->ret->len >= LINES_MAX || expansion->n_bytes > BYTES_MAX)
                        return refuse(expansion, line, 0, "too many repetitions");
                g_ptr_array_add(expansion->ret, g_memdup2(&plain, sizeof(plain)));
                owned = NULL;
        }
        return true;
}

GPtrArray *source_read(const char *file, const char *text, gsize size, GError **error) {
        g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
        g_autoptr(GPtrArray) ret = g_ptr_array_new_with_free_func(line_free);
        Expansion expansion = { .file = file, .lines = lines, .ret = ret, .error = error };

        if (!split(&expansion, text, size) || !expand(&expansion, 0, lines->len, NULL))
                return NULL;
        return g_steal_pointer(&ret);
}
