#pragma once

/*
 * The loader
 *
 * Maps a Windows program and the DLLs that it imports, binds them to each other and to the built-in
 * ntdll.dll, keeps the PEB's lists of modules, and tells DLLs when the process and its threads
 * begin and end. What main.c, process-*.c and thread-*.c call, in this order:
 *
 *     loader_load_program()      once, on any thread; needs no TEB and runs nothing of the program
 *     tls_thread_init()          on each thread of the program, the first one included, with its
 * TEB loader_attach_process()    on the first thread, at GS the TEB; then the entry point
 *     loader_attach_thread()     on each further thread, before its routine
 *     loader_detach_thread()     on each thread that ends while the process goes on
 *     tls_thread_free()          when no code of the program runs on the thread any more
 *     loader_detach_process()    once, on the thread that ends the process; others are stopped
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"
#include "peb.h"
#include "teb.h"

/* How DLLs are looked for beyond the program's own folder. Must outlive the process's modules. */
typedef struct LoaderOptions {
        const char *const *dll_paths; /* folders of Linux, in order */
        size_t n_dll_paths;
        bool allow_missing_dlls; /* functions of a DLL that is nowhere are missing functions */
} LoaderOptions;

/* Why a program cannot be run. Zero-initialise; ends with load_error_clear(). */
typedef struct LoadError {
        int exit_code; /* 126: found, but cannot be run; 127: it or a DLL is not there; 125: ours */
        NTSTATUS status; /* what NT would say */
        char *message; /* one sentence without "ntrun: " and newline: what was tried, and why not */
        char *advice;  /* what to do about it; may be NULL */
} LoadError;

void load_error_clear(LoadError *error);

/* What of a program its first thread needs. */
typedef struct LoadedProgram {
        PVOID base;
        PVOID entry_point; /* of the exe; NULL if it has none, which is legal of a DLL only */
        uint64_t stack_reserve;
        uint64_t stack_commit;
        USHORT subsystem;
} LoadedProgram;

/**
 * loader_load_program() - map a program and all that it imports, and bind them
 * @options: how DLLs are looked for
 * @peb:     its ProcessHeap and parameters are left alone; gets Ldr, ImageBaseAddress, the lock of
 *           the loader, and image's subsystem and versions
 * @path:    of the .exe, in Linux's terms
 * @ret:     filled in on success
 * @error:   filled in on failure
 *
 * The process is attached to a daemon. No handle stays open. Nothing of the program has run.
 *
 * Return: STATUS_SUCCESS, or the status in @error.
 */
NTSTATUS loader_load_program(const LoaderOptions *options,
                Peb *peb,
                const char *path,
                LoadedProgram *ret,
                LoadError *error);

/**
 * loader_attach_process() - TLS callbacks and DllMain(DLL_PROCESS_ATTACH) of all DLLs, each after
 * those that it imports; then the TLS callbacks of the program
 * @error: filled in on failure
 *
 * Return: STATUS_SUCCESS; STATUS_DLL_INIT_FAILED if a DllMain refuses: the process has to end.
 */
NTSTATUS loader_attach_process(LoadError *error);

/* The same for DLL_THREAD_ATTACH, of the calling thread. */
void loader_attach_thread(void);

/* DLL_THREAD_DETACH and DLL_PROCESS_DETACH, in the opposite order. The latter does nothing when it
 * is called again. */
void loader_detach_thread(void);
void loader_detach_process(void);

/* The loader's lock, which PEB.LoaderLock is; a thread may take it several times. Who ends a
 * process takes it before he stops the other threads, so that none of them has it. */
void loader_lock(void);
void loader_unlock(void);

/**
 * tls_thread_init() - static TLS of a thread: gives it the array at gs:58h and its blocks
 * @teb: of a thread that runs nothing of the program yet
 * Return: STATUS_SUCCESS, STATUS_NO_MEMORY.
 */
NTSTATUS tls_thread_init(Teb *teb);
void tls_thread_free(Teb *teb);

/* A module as reports show it. */
typedef struct ModuleRange {
        const char *name; /* UTF-8: "prog.exe"; stays valid */
        uintptr_t base;
        size_t size;
} ModuleRange;

/* Which module @address lies in. Return: false if in none. May be called in a signal handler. */
bool module_at(const void *address, ModuleRange *ret);

/**
 * loader_show_imports() - list what a program imports, and what provides each
 * @path: of a PE32+ file of Linux, .exe or .dll; nothing of it is run, and no daemon is needed
 * @json: one JSON object instead of lines
 *
 * Return: the exit code: 0 if all is provided, 1 if something is missing, 126 or 127 with @error
 * filled in if the file cannot be read as a program.
 */
int loader_show_imports(
                const LoaderOptions *options, const char *path, bool json, LoadError *error);
