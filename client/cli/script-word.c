#include "script-word.h"

#include <stdbool.h>

#include "script-expression.h"

static void word_free(gpointer pointer) {
        Word *word = pointer;

        g_free(word->text);
        g_free(word);
}

static bool is_blank(char c) {
        return c == ' ' || c == '\t';
}

static void add_word(GPtrArray *words, const char *line, gsize begin, gsize end) {
        Word *word = g_new0(Word, 1);

        word->text = g_strndup(line + begin, end - begin);
        word->at = begin;
        g_ptr_array_add(words, word);
}

GPtrArray *words_split(const char *line, GError **error) {
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(word_free);
        gsize at = 0;

        for (;;) {
                gsize begin;
                gsize quote = 0;
                bool quoted = false;

                while (is_blank(line[at]))
                        at++;
                if (!line[at] || line[at] == '#')
                        return g_steal_pointer(&words);

                for (begin = at; line[at] && (quoted || !is_blank(line[at])); at++) {
                        if (line[at] == '"') {
                                quoted = !quoted;
                                quote = at;
                        }
                }
                if (quoted) {
                        g_set_error_literal(error, SCRIPT_ERROR, (int) quote,
                                        "this quote has no closing one");
                        return NULL;
                }
                add_word(words, line, begin, at);
        }
}
