#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "format.h"
#include "ntrtldbg.h"
#include "ntstatus.h"

#define MESSAGE_SIZE 512u /* what Windows' buffer holds */
#define NO_COMPONENT 0xFFFFFFFFu

static void write_all(const char *message, size_t length) {
        while (length > 0) {
                ssize_t n = write(STDERR_FILENO, message, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return;
                message += n;
                length -= (size_t) n;
        }
}

/*
 * Standard error takes one message in one write, so that messages of threads do not mix. A pipe
 * whose reader has gone takes none, and does not end the program either.
 */
static void write_message(const char *message, size_t length) {
        static const struct timespec at_once;
        int error = errno;
        sigset_t pipe, before, pending;

        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, &before);
        sigpending(&pending);
        write_all(message, length);
        if (!sigismember(&pending, SIGPIPE)) { /* what is pending now is ours */
                while (sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR)
                        continue;
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        errno = error;
}

static void print(const char *prefix, const char *format, __builtin_ms_va_list arguments) {
        char message[MESSAGE_SIZE];
        FormatBuffer buffer = { .units = message, .capacity = sizeof(message) };
        FormatSink sink = { .write = format_buffer_write, .target = &buffer };
        size_t n_prefix = strlen(prefix);
        int n_text;

        format_buffer_write(&buffer, prefix, n_prefix);
        n_text = format_text(&sink, format, arguments);
        if (n_text < 0 || n_prefix + (size_t) n_text > sizeof(message)) {
                buffer.n_units = buffer.n_units < sizeof(message) ? buffer.n_units
                                                                  : sizeof(message) - 1;
                message[buffer.n_units++] = '\n';
        }
        write_message(message, buffer.n_units);
}

static ULONG print_filtered(const char *prefix,
                ULONG component,
                ULONG level,
                const char *format,
                __builtin_ms_va_list arguments) {
        if (component == NO_COMPONENT || NtQueryDebugFilterState(component, level) == TRUE)
                print(prefix, format, arguments);
        return STATUS_SUCCESS;
}

ULONG NTAPI vDbgPrintExWithPrefix(PCCH Prefix,
                ULONG ComponentId,
                ULONG Level,
                PCCH Format,
                __builtin_ms_va_list arglist) {
        return print_filtered(Prefix, ComponentId, Level, Format, arglist);
}

ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, __builtin_ms_va_list arglist) {
        return print_filtered("", ComponentId, Level, Format, arglist);
}

ULONG NTAPI DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...) {
        __builtin_ms_va_list arguments;
        ULONG status;

        __builtin_ms_va_start(arguments, Format);
        status = print_filtered("", ComponentId, Level, Format, arguments);
        __builtin_ms_va_end(arguments);
        return status;
}

ULONG NTAPI DbgPrint(PCSTR Format, ...) {
        __builtin_ms_va_list arguments;

        __builtin_ms_va_start(arguments, Format);
        print("", Format, arguments);
        __builtin_ms_va_end(arguments);
        return STATUS_SUCCESS;
}

ULONG NTAPI DbgPrompt(PCCH Prompt, PCHAR Response, ULONG Length) {
        write_message(Prompt, strnlen(Prompt, MESSAGE_SIZE));
        if (Length > 0)
                Response[0] = 0;
        return 0;
}

NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level) {
        return NtQueryDebugFilterState(ComponentId, Level);
}

NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State) {
        return NtSetDebugFilterState(ComponentId, Level, State);
}

VOID NTAPI DbgBreakPoint(VOID) {
        __asm__ volatile("int3");
}

VOID NTAPI DbgUserBreakPoint(VOID) {
        __asm__ volatile("int3");
}

VOID NTAPI RtlAssert(PVOID VoidFailedAssertion,
                PVOID VoidFileName,
                ULONG LineNumber,
                PSTR MutableMessage) {
        DbgPrint("\n*** Assertion failed: %s%s\n***   Source File: %s, line %lu\n\n",
                        MutableMessage ? MutableMessage : "", VoidFailedAssertion, VoidFileName,
                        LineNumber);
        DbgBreakPoint();
}
