#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
        const char *word;
        LogLevel level;
} level_words[] = {
        { "error", LOG_LEVEL_ERROR },
        { "warning", LOG_LEVEL_WARNING },
        { "info", LOG_LEVEL_INFO },
        { "debug", LOG_LEVEL_DEBUG },
};

bool log_level_parse(const char *word, LogLevel *ret_level) {
        for (size_t i = 0; i < sizeof(level_words) / sizeof(level_words[0]); i++) {
                if (strcmp(word, level_words[i].word) != 0)
                        continue;
                *ret_level = level_words[i].level;
                return true;
        }
        return false;
}

void log_message(const Log *log, LogLevel level, const char *format, ...) {
        char line[1024];
        int saved = errno;
        va_list arguments;
        size_t length;
        int n;

        if (!log || level > log->level)
                return;

        n = snprintf(line, sizeof(line), "<%d>", level);
        va_start(arguments, format);
        (void) vsnprintf(line + n, sizeof(line) - (size_t) n - 1, format, arguments);
        va_end(arguments);

        length = strlen(line);
        for (size_t i = 0; i < length; i++) {
                if ((unsigned char) line[i] < ' ' || line[i] == 0x7F)
                        line[i] = '?';
        }
        line[length] = '\n';

        /* One write, so that lines of several programs do not mix. There is nobody to tell of a
         * failure. */
        n = (int) write(log->fd, line, length + 1);
        (void) n;
        errno = saved;
}

bool log_limit_pass(LogLimit *limit, int64_t now, unsigned *ret_suppressed) {
        if (limit->n_logged == 0 || now - limit->since >= LOG_LIMIT_INTERVAL) {
                limit->since = now;
                limit->n_logged = 0;
        }
        if (limit->n_logged >= LOG_LIMIT_BURST) {
                limit->n_suppressed++;
                return false;
        }

        limit->n_logged++;
        *ret_suppressed = limit->n_suppressed;
        limit->n_suppressed = 0;
        return true;
}
