#pragma once

/*
 * The world that a test program runs in
 *
 * What little a program needs from outside beyond the calls that it tests: its input, its output,
 * its end. world-windows.c has it for a program that imports ntdll.dll only, which runs under ntrun
 * and under other implementations of NT; world-linux.c for the same source linked with libzw.
 */

#include <zw/ntifs.h>
#include <zw/winternl.h>

/* What the program does; what it returns is its exit status. */
NTSTATUS world_main(void);

/**
 * world_read() - the next part of standard input
 *
 * Return: how many bytes were read, 0 at the end.
 */
SIZE_T world_read(void *buffer, SIZE_T size);

/* Whether a service is there at all; one that is not must not be called. */
int world_has(const char *service);

/* Writes all of @text to standard output; ends the program if that cannot be done. */
void world_write(const void *text, SIZE_T size);

__attribute__((noreturn)) void world_exit(NTSTATUS status);
