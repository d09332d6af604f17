#include "command-line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Written to twice: to count, with @text NULL, and to fill in. */
typedef struct Line {
        char *text;
        size_t length;
} Line;

static void put(Line *line, char c, size_t times) {
        if (line->text)
                memset(line->text + line->length, c, times);
        line->length += times;
}

static void put_word(Line *line, const char *word) {
        for (; *word; word++)
                put(line, *word, 1);
}

static void put_program(Line *line, const char *program) {
        bool quoted = program[0] == '\0' || strpbrk(program, " \t");

        if (quoted)
                put(line, '"', 1);
        put_word(line, program);
        if (quoted)
                put(line, '"', 1);
}

/* Backslashes stand for themselves but before a quote: there they are doubled. */
static void put_quoted(Line *line, const char *word) {
        put(line, '"', 1);
        for (;;) {
                size_t n_backslashes = strspn(word, "\\");

                word += n_backslashes;
                if (*word == '\0' || *word == '"')
                        n_backslashes *= 2;
                put(line, '\\', n_backslashes);
                if (*word == '\0')
                        break;
                if (*word == '"')
                        put(line, '\\', 1);
                put(line, *word++, 1);
        }
        put(line, '"', 1);
}

static void put_all(Line *line, const char *program, char *const *arguments) {
        put_program(line, program);
        for (; *arguments; arguments++) {
                put(line, ' ', 1);
                if (**arguments == '\0' || strpbrk(*arguments, " \t\n\v\r\""))
                        put_quoted(line, *arguments);
                else
                        put_word(line, *arguments);
        }
        put(line, '\0', 1);
}

char *command_line_new(const char *program, char *const *arguments) {
        Line line = { 0 };

        put_all(&line, program, arguments);
        line.text = malloc(line.length);
        line.length = 0;
        if (line.text)
                put_all(&line, program, arguments);
        return line.text;
}
