/*
 * Benchmark program
 *
 * Reads lines and answers each with a line:
 *
 *     OPERATION COUNT   do it so often; the answer is the nanoseconds that took
 *     hold 1            make the section that others open, and keep it; the answer is 0
 *
 * "failed STATUS" (hexadecimal) answers a service's failure, "unknown" anything else. Without a C
 * library, since the Windows program has none.
 */

#include <stdbool.h>

#include "operations.h"

static bool word_is(const char *line, const char *word) {
        while (*word && *line == *word) {
                line++;
                word++;
        }
        return !*word && *line == ' ';
}

static ULONG number_after_word(const char *line) {
        ULONG number = 0;

        while (*line && *line != ' ')
                line++;
        while (*line == ' ')
                line++;
        for (; *line >= '0' && *line <= '9'; line++)
                number = number * 10 + (ULONG) (*line - '0');
        return number;
}

static void answer(const char *word, ULONGLONG number, ULONG base) {
        char text[64];
        ULONG end = sizeof(text);

        text[--end] = '\n';
        do {
                text[--end] = "0123456789ABCDEF"[number % base];
                number /= base;
        } while (number);
        for (ULONG length = 0; word[length]; length++)
                platform_write(&word[length], 1);
        platform_write(&text[end], (ULONG) sizeof(text) - end);
}

static NTSTATUS serve(const char *line, ULONGLONG *ret_nanoseconds) {
        *ret_nanoseconds = 0;
        if (word_is(line, "hold"))
                return operations_hold();
        for (const Operation *operation = operations; operation->name; operation++) {
                if (word_is(line, operation->name))
                        return operation->run(number_after_word(line), ret_nanoseconds);
        }
        return STATUS_NOT_IMPLEMENTED;
}

/* One line without its end; false at the end of the input, and for a line that is too long. */
static bool read_line(char *line, ULONG size) {
        for (ULONG length = 0; length < size; length++) {
                if (platform_read(&line[length], 1) == 0)
                        return false;
                if (line[length] == '\n') {
                        line[length] = 0;
                        return true;
                }
        }
        return false;
}

int bench_main(void) {
        char line[64];

        while (read_line(line, sizeof(line))) {
                ULONGLONG nanoseconds;
                NTSTATUS status = serve(line, &nanoseconds);

                if (NT_SUCCESS(status))
                        answer("", nanoseconds, 10);
                else
                        answer("failed ", (ULONG) status, 16);
        }
        return 0;
}
