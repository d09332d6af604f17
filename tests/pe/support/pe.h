#pragma once

/*
 * What test programs share
 *
 * A program imports ntdll.dll only; it begins at world_main() and writes lines, which its first
 * comment lists as run-pe.py reads them:
 *
 *     Run: ARGUMENT...   a run of the program, quoted as for a shell; without one there is one run
 *                        without arguments
 *     In: TEXT           a line of its standard input
 *     Out: TEXT          a line that it writes
 *     Err: TEXT          what stands somewhere in standard error, which ntrun writes to
 *     Exit: N            its exit status, as the shell sees it; 0 unless it is said
 *
 * check() says what did not hold and where, so that a run of checks writes nothing if all is well.
 * Functions that ntdll.dll exports and no public header declares are declared here.
 */

#include <stdarg.h>
#include <stdbool.h>

#include "world.h"

/* One line or a part of one, formatted by ntdll.dll: %s narrow, %ls wide, %I64x 64 bits. */
__attribute__((format(ms_printf, 1, 2))) void print(const char *format, ...);

/* Writes "WHAT: STATUS" with the status as eight digits. */
void print_status(const char *what, NTSTATUS status);

/* Whether a check has failed: what world_main() is to return. */
extern NTSTATUS failed;

#define check(condition)                                                                           \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        print("FAILED %s:%d: %s\n", __FILE_NAME__, __LINE__, #condition);          \
                        failed = 1;                                                                \
                }                                                                                  \
        } while (0)

#define check_status(call, want)                                                                   \
        do {                                                                                       \
                NTSTATUS is_ = (call);                                                             \
                if (is_ != (NTSTATUS) (want)) {                                                    \
                        print("FAILED %s:%d: %s is %08X, not %08X\n", __FILE_NAME__, __LINE__,     \
                                        #call, (unsigned) is_, (unsigned) (want));                 \
                        failed = 1;                                                                \
                }                                                                                  \
        } while (0)

/* Fields of the TEB and the PEB by their offset on x64, as Microsoft's symbols have them. */
static inline uint64_t teb_word(ULONG offset) {
        uint64_t word;

        __asm__ volatile("movq %%gs:(%1), %0" : "=r"(word) : "r"((uint64_t) offset));
        return word;
}

#define at_offset(type, base, offset) (*(type *) (void *) ((char *) (base) + (offset)))
#define teb_self()                    ((char *) teb_word(0x30))
#define peb_self()                    ((char *) teb_word(0x60))
#define process_parameters()          (at_offset(char *, peb_self(), 0x20))

NTSTATUS NTAPI LdrGetDllHandle(PCWSTR path, PULONG flags, PUNICODE_STRING name, PVOID *module);
NTSTATUS NTAPI LdrGetProcedureAddress(PVOID module, PSTRING name, ULONG ordinal, PVOID *address);

/* ntdll.dll's C functions. */
int _vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
int _snprintf(char *buffer, size_t size, const char *format, ...);
