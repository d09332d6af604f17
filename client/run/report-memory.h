#pragma once

/*
 * What reports know of the process's memory
 *
 * Read from the kernel, not by looking: any pointer may be bad. Safe in signal handlers. One thread
 * reports at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an address lies. */
typedef struct ReportPlace {
        const char *name; /* of a module of the program, or of a file of Linux; NULL: in none */
        uint64_t offset;  /* from where that begins */
        bool is_ours;     /* no code of the program: ntrun, libzw, libc */
} ReportPlace;

/* Reads the list of mappings, which report_place() and report_is_executable() look at. */
void report_memory_load(void);

ReportPlace report_place(uint64_t address);

/* Whether code may run there, and, of code of a module or file, whether a call ends there. */
bool report_is_executable(uint64_t address);
bool report_is_behind_call(uint64_t address);

/* Copies what can be read. Return: how many bytes. */
size_t report_read(uint64_t address, void *buffer, size_t size);
