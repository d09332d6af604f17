#pragma once

/*
 * Platform
 *
 * What the operations need besides NT's services, once for Linux with libzw and once for a Windows
 * program that imports nothing but ntdll: a clock, and lines to and from whoever started the
 * program.
 */

#ifdef _WIN32
#include "windows-services.h"
#else
#include <winternl.h>
#endif

/* Nanoseconds on a clock that only goes forward. */
ULONGLONG platform_clock(void);

/* Up to @size bytes of input; 0 at its end. */
ULONG platform_read(char *buffer, ULONG size);

void platform_write(const char *text, ULONG size);

/* What the program does; each platform starts it in its way. */
int bench_main(void);
