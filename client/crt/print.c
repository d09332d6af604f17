#include "crt-print.h"
#include "errors.h"
#include "format.h"

/*
 * Printing into buffers
 *
 * One function for each rule of what happens at the end of the buffer, narrow and wide alike; the
 * exported ones choose between them.
 *
 *     bounded    _snprintf: no NUL where there is no room for it, -1 if text was lost
 *     checked    sprintf_s: all must fit, or the buffer becomes empty
 *     truncated  _snprintf_s: like checked, but text may be lost where the caller says so
 */

/* @capacity in units. Return: what format_text() returns; @ret_n_units: what is in the buffer. */
static int print(void *buffer,
                size_t capacity,
                bool is_wide,
                const void *format,
                __builtin_ms_va_list arguments,
                size_t *ret_n_units) {
        FormatBuffer target = { .units = buffer, .capacity = capacity };
        FormatSink sink = {
                .write = is_wide ? format_buffer_write_wide : format_buffer_write,
                .target = &target,
                .is_wide = is_wide,
        };
        int n_units = format_text(&sink, format, arguments);

        *ret_n_units = target.n_units;
        return n_units;
}

static void terminate(void *buffer, size_t at, bool is_wide) {
        if (is_wide)
                ((WCHAR *) buffer)[at] = 0;
        else
                ((char *) buffer)[at] = 0;
}

static int print_bounded(void *buffer,
                size_t count,
                bool is_wide,
                const void *format,
                __builtin_ms_va_list arguments) {
        size_t n_units;
        int length;

        if (!format || (!buffer && count > 0))
                return -1;
        length = print(buffer, count, is_wide, format, arguments, &n_units);
        if (n_units < count)
                terminate(buffer, n_units, is_wide);
        if (!buffer) /* asks how much room is needed */
                return length;
        return length < 0 || (size_t) length > count ? -1 : length;
}

static int print_checked(void *buffer,
                size_t capacity,
                bool is_wide,
                const void *format,
                __builtin_ms_va_list arguments) {
        size_t n_units;
        int length;

        if (!format || !buffer || capacity == 0)
                return -1;
        length = print(buffer, capacity, is_wide, format, arguments, &n_units);
        if (length < 0 || (size_t) length >= capacity) {
                terminate(buffer, 0, is_wide);
                return -1;
        }
        terminate(buffer, n_units, is_wide);
        return length;
}

static int print_truncated(void *buffer,
                size_t capacity,
                size_t count,
                bool is_wide,
                const void *format,
                __builtin_ms_va_list arguments) {
        size_t n_units, room;
        int length;

        if (format && count == 0 && !buffer && capacity == 0)
                return 0;
        if (!format || !buffer || capacity == 0)
                return -1;
        room = count < capacity ? count : capacity - 1;
        length = print(buffer, room, is_wide, format, arguments, &n_units);
        if (length >= 0 && (size_t) length <= room) {
                terminate(buffer, n_units, is_wide);
                return length;
        }
        /* Too long: of what was asked for, or of what there is room for. */
        terminate(buffer, count < capacity || count == CRT_TRUNCATE ? n_units : 0, is_wide);
        return -1;
}

static int print_length(bool is_wide, const void *format, __builtin_ms_va_list arguments) {
        size_t n_units;

        return format ? print(NULL, 0, is_wide, format, arguments, &n_units) : -1;
}

int NTAPI crt__vsnprintf(
                char *buffer, size_t count, const char *format, __builtin_ms_va_list arguments) {
        return print_bounded(buffer, count, false, format, arguments);
}

int NTAPI crt__vsnwprintf(
                WCHAR *buffer, size_t count, const WCHAR *format, __builtin_ms_va_list arguments) {
        return print_bounded(buffer, count, true, format, arguments);
}

/* Nobody knows how large these buffers are. */
int NTAPI crt_vsprintf(char *buffer, const char *format, __builtin_ms_va_list arguments) {
        return print_bounded(buffer, SIZE_MAX / 2, false, format, arguments);
}

int NTAPI crt__vswprintf(WCHAR *buffer, const WCHAR *format, __builtin_ms_va_list arguments) {
        return print_bounded(buffer, SIZE_MAX / 4, true, format, arguments);
}

int NTAPI crt_vsprintf_s(
                char *buffer, size_t capacity, const char *format, __builtin_ms_va_list arguments) {
        return print_checked(buffer, capacity, false, format, arguments);
}

int NTAPI crt_vswprintf_s(WCHAR *buffer,
                size_t capacity,
                const WCHAR *format,
                __builtin_ms_va_list arguments) {
        return print_checked(buffer, capacity, true, format, arguments);
}

int NTAPI crt__vsnprintf_s(char *buffer,
                size_t capacity,
                size_t count,
                const char *format,
                __builtin_ms_va_list arguments) {
        return print_truncated(buffer, capacity, count, false, format, arguments);
}

int NTAPI crt__vsnwprintf_s(WCHAR *buffer,
                size_t capacity,
                size_t count,
                const WCHAR *format,
                __builtin_ms_va_list arguments) {
        return print_truncated(buffer, capacity, count, true, format, arguments);
}

int NTAPI crt__vscprintf(const char *format, __builtin_ms_va_list arguments) {
        return print_length(false, format, arguments);
}

int NTAPI crt__vscwprintf(const WCHAR *format, __builtin_ms_va_list arguments) {
        return print_length(true, format, arguments);
}

/* The function with its arguments in place of a list of them. */
#define WITH_ARGUMENTS(call)                                                                       \
        do {                                                                                       \
                __builtin_ms_va_list arguments;                                                    \
                int length;                                                                        \
                                                                                                   \
                __builtin_ms_va_start(arguments, format);                                          \
                length = (call);                                                                   \
                __builtin_ms_va_end(arguments);                                                    \
                return length;                                                                     \
        } while (0)

int NTAPI crt__snprintf(char *buffer, size_t count, const char *format, ...) {
        WITH_ARGUMENTS(print_bounded(buffer, count, false, format, arguments));
}

int NTAPI crt__snwprintf(WCHAR *buffer, size_t count, const WCHAR *format, ...) {
        WITH_ARGUMENTS(print_bounded(buffer, count, true, format, arguments));
}

int NTAPI crt_sprintf(char *buffer, const char *format, ...) {
        WITH_ARGUMENTS(print_bounded(buffer, SIZE_MAX / 2, false, format, arguments));
}

int NTAPI crt_swprintf(WCHAR *buffer, const WCHAR *format, ...) {
        WITH_ARGUMENTS(print_bounded(buffer, SIZE_MAX / 4, true, format, arguments));
}

int NTAPI crt__swprintf(WCHAR *buffer, const WCHAR *format, ...) {
        WITH_ARGUMENTS(print_bounded(buffer, SIZE_MAX / 4, true, format, arguments));
}

int NTAPI crt_sprintf_s(char *buffer, size_t capacity, const char *format, ...) {
        WITH_ARGUMENTS(print_checked(buffer, capacity, false, format, arguments));
}

int NTAPI crt_swprintf_s(WCHAR *buffer, size_t capacity, const WCHAR *format, ...) {
        WITH_ARGUMENTS(print_checked(buffer, capacity, true, format, arguments));
}

int NTAPI crt__snprintf_s(char *buffer, size_t capacity, size_t count, const char *format, ...) {
        WITH_ARGUMENTS(print_truncated(buffer, capacity, count, false, format, arguments));
}

int NTAPI crt__snwprintf_s(WCHAR *buffer, size_t capacity, size_t count, const WCHAR *format, ...) {
        WITH_ARGUMENTS(print_truncated(buffer, capacity, count, true, format, arguments));
}
