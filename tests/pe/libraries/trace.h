#pragma once

/*
 * What test DLLs share: a line of output from a DllMain, and the two things that it is told.
 */

#include "pe.h"

#define DLL_PROCESS_DETACH 0
#define DLL_PROCESS_ATTACH 1
#define DLL_THREAD_ATTACH  2
#define DLL_THREAD_DETACH  3

/* Writes "WHO REASON", with "+" behind it if @reserved is not NULL. */
static inline void trace(const char *who, ULONG reason, PVOID reserved) {
        IO_STATUS_BLOCK result = { 0 };
        char line[64];
        int length = _snprintf(line, sizeof(line), "%s %s%s\n", who,
                        reason == DLL_PROCESS_ATTACH   ? "attach"
                        : reason == DLL_PROCESS_DETACH ? "detach"
                        : reason == DLL_THREAD_ATTACH  ? "thread"
                                                       : "thread-end",
                        reserved ? " +" : "");

        NtWriteFile(at_offset(HANDLE, process_parameters(), 0x28), NULL, NULL, NULL, &result, line,
                        (ULONG) length, NULL, NULL);
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved);
