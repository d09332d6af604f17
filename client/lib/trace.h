#pragma once

/*
 * ZW_TRACE
 *
 * One line per call: name, arguments, status, how many messages it sent. Off, it costs one load and
 * a branch that is never taken.
 *
 *     NtOpenSection(handle=0x8, access=0x4, name="\BaseNamedObjects\x") = STATUS_SUCCESS, 1 message
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "ntdef.h"

extern _Atomic bool trace_enabled; /* set once, when the library is loaded */

#define TRACING() __builtin_expect(atomic_load_explicit(&trace_enabled, memory_order_relaxed), 0)

/* Begins a call of this thread: messages are counted from here. */
void trace_begin(void);

/* One more message was sent by this thread. */
void trace_message(void);

/**
 * trace_end() - write the line
 * @name:   of the service
 * @status: what it returns
 * @format: its arguments, in printf's language, at most 900 characters; longer is cut
 *
 * errno is kept. Names of objects are made printable by trace_name() first.
 */
void trace_end(const char *name, NTSTATUS status, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

/* Writes a counted name as UTF-8 with escapes, quoted, into @buffer; returns @buffer. Reads no
 * memory that the service has not captured already. */
const char *trace_name(char *buffer, size_t size, const WCHAR *name, size_t n_units);
