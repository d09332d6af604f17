#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"
#include "status.h"

enum { ARGUMENTS_MAX = 900, LINE_MAX_SIZE = 1200 };

_Atomic bool trace_enabled;

/* The file, and what it was when we opened it. Set once, when the library is loaded. */
static struct TraceFile {
        int fd;
        dev_t device;
        ino_t inode;
} trace_file = { .fd = -1 };

static __thread unsigned n_messages __attribute__((tls_model("initial-exec")));

static int trace_open(const char *name) {
        if (strcmp(name, "-") == 0)
                return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return descriptor_settle(
                        open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666));
}

static __attribute__((constructor)) void trace_start(void) {
        const char *name = secure_getenv("ZW_TRACE");
        struct stat about;
        int fd;

        if (!name || name[0] == '\0')
                return;
        fd = trace_open(name);
        if (fd < 0)
                return;
        if (fstat(fd, &about) < 0) {
                close(fd);
                return;
        }
        trace_file = (struct TraceFile){ .fd = fd, .device = about.st_dev, .inode = about.st_ino };
        atomic_store(&trace_enabled, true);
}

void trace_begin(void) {
        n_messages = 0;
}

void trace_message(void) {
        n_messages++;
}

/* A trace whose reader has gone must not end the program: the signal is taken back. */
static void write_quietly(int fd, const char *line, size_t size) {
        const struct timespec now = { 0 };
        sigset_t pipe_signal, before, pending;
        bool was_pending;
        ssize_t n;

        sigemptyset(&pipe_signal);
        sigaddset(&pipe_signal, SIGPIPE);
        sigpending(&pending);
        was_pending = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
        do {
                n = write(fd, line, size);
        } while (n < 0 && errno == EINTR);
        if (n < 0 && errno == EPIPE && !was_pending) {
                while (sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR) {
                }
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* One write a line, so that the lines of threads and processes do not mix. */
static void trace_write(const char *line, size_t size) {
        struct stat about;

        if (fstat(trace_file.fd, &about) < 0 || about.st_dev != trace_file.device ||
                        about.st_ino != trace_file.inode)
                return; /* the program closed it, and may have opened another under its number */
        write_quietly(trace_file.fd, line, size);
}

void trace_end(const char *name, NTSTATUS status, const char *format, ...) {
        char arguments[ARGUMENTS_MAX + 1], number[sizeof("0x12345678")], line[LINE_MAX_SIZE];
        const char *status_name = nt_status_name(status);
        int error = errno, n;
        va_list list;

        va_start(list, format);
        n = vsnprintf(arguments, sizeof(arguments), format, list);
        va_end(list);
        if (n < 0)
                arguments[0] = '\0';
        if (!status_name) {
                snprintf(number, sizeof(number), "0x%08X", (unsigned) status);
                status_name = number;
        }

        n = snprintf(line, sizeof(line), "%s(%s) = %s, %u message%s\n", name, arguments,
                        status_name, n_messages, n_messages == 1 ? "" : "s");
        if (n > 0)
                trace_write(line, (size_t) n < sizeof(line) ? (size_t) n : sizeof(line) - 1);
        errno = error;
}

/* One code point, or an unpaired surrogate; returns how many units it took. */
static size_t utf16_read(const WCHAR *name, size_t n_units, uint32_t *ret) {
        uint32_t unit = (uint16_t) name[0], next;

        *ret = unit;
        if (unit < 0xD800 || unit > 0xDBFF || n_units < 2)
                return 1;
        next = (uint16_t) name[1];
        if (next < 0xDC00 || next > 0xDFFF)
                return 1;
        *ret = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
        return 2;
}

/* Whether a terminal, or a reader of the trace, could take it for something else. */
static bool needs_escape(uint32_t point) {
        return point < 0x20 || point == '"' || (point >= 0x7F && point < 0xA0) ||
               (point >= 0xD800 && point <= 0xDFFF) || (point >= 0x200B && point <= 0x200F) ||
               (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
               point == 0xFEFF || (point & 0xFFFE) == 0xFFFE;
}

static size_t utf8_write(char *text, uint32_t point) {
        static const uint8_t first[] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };
        size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

        for (size_t i = n - 1; i > 0; i--) {
                text[i] = (char) (0x80 | (point & 0x3F));
                point >>= 6;
        }
        text[0] = (char) (first[n] | point);
        return n;
}

const char *trace_name(char *buffer, size_t size, const WCHAR *name, size_t n_units) {
        static const char cut[] = "...\"";
        size_t used = 0, i = 0;
        char text[sizeof("\\u{10ffff}")];
        uint32_t point;

        if (!name || size <= sizeof(cut)) {
                snprintf(buffer, size, "%s", "NULL");
                return buffer;
        }

        buffer[used++] = '"';
        while (i < n_units) {
                size_t taken = utf16_read(name + i, n_units - i, &point);
                size_t n = needs_escape(point)
                                           ? (size_t) snprintf(text, sizeof(text), "\\u{%x}", point)
                                           : utf8_write(text, point);

                if (used + n + sizeof(cut) > size)
                        break;
                memcpy(buffer + used, text, n);
                used += n;
                i += taken;
        }
        snprintf(buffer + used, size - used, "%s", i < n_units ? cut : "\"");
        return buffer;
}
