#pragma once

/*
 * The log
 *
 * One line per message on standard error, with the level in front as "<N>", which is what a service
 * manager reads. Only the transport and the main program log: objects answer with a status instead.
 */

#include <stdbool.h>
#include <stdint.h>

/* Their numbers are syslog's. */
typedef enum LogLevel {
        LOG_LEVEL_ERROR = 3,
        LOG_LEVEL_WARNING = 4,
        LOG_LEVEL_INFO = 6,
        LOG_LEVEL_DEBUG = 7,
} LogLevel;

typedef struct Log {
        LogLevel level; /* the least important that is written */
        int fd;         /* not owned */
} Log;

/* "error", "warning", "info", "debug". Return: whether @word is one of them. */
bool log_level_parse(const char *word, LogLevel *ret_level);

/**
 * log_message() - write one line
 * @log:    where to; NULL writes nothing
 * @format: printf's language, without a newline; longer than 1,000 characters is cut
 *
 * Control characters are written as '?', so that a message is one line whatever it quotes. errno is
 * kept.
 */
void log_message(const Log *log, LogLevel level, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

#define log_error(log, ...)   log_message((log), LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(log, ...) log_message((log), LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(log, ...)    log_message((log), LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...)   log_message((log), LOG_LEVEL_DEBUG, __VA_ARGS__)

/* How often something may be logged that a client can cause as often as it likes. */
typedef struct LogLimit {
        int64_t since;         /* beginning of the current interval, monotonic microseconds */
        unsigned n_logged;     /* in this interval */
        unsigned n_suppressed; /* since the last message that was let through */
} LogLimit;

#define LOG_LIMIT_BURST    10u
#define LOG_LIMIT_INTERVAL (10 * INT64_C(1000000))

/**
 * log_limit_pass() - may this message be logged?
 * @limit:          zeroed at first
 * @now:            monotonic time in microseconds
 * @ret_suppressed: how many were not, since the last that was; set if this one may
 */
bool log_limit_pass(LogLimit *limit, int64_t now, unsigned *ret_suppressed);
