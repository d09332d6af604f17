#pragma once

/*
 * Telling modules of processes and threads, and letting go of them
 *
 * A DLL is attached after those that it imports, and detached before them; of those that import
 * each other, the one that was met first is attached last. The loader's lock is held in all
 * functions here. Modules' code runs in them, which may load and unload others.
 */

#include "module.h"

#define DLL_PROCESS_DETACH 0u
#define DLL_PROCESS_ATTACH 1u
#define DLL_THREAD_ATTACH  2u
#define DLL_THREAD_DETACH  3u

/* Why LdrRegisterDllNotification()'s functions are called. */
#define LDR_NOTIFY_LOADED   1u
#define LDR_NOTIFY_UNLOADED 2u

/**
 * module_attach() - attach a module, and those that it needs
 * @with_program: whether it is loaded with the program, which its DllMain is told
 * @ret_failed:   the module that refused
 *
 * Return: STATUS_SUCCESS, also if it is attached; STATUS_DLL_INIT_FAILED: the one that refused has
 * been detached again, those before it are attached.
 */
NTSTATUS module_attach(Module *module, bool with_program, Module **ret_failed);

/* Of the calling thread: in the order in which modules were attached. */
void module_attach_thread(void);

/* In the opposite order; but the TLS callbacks of the program come last here too. The same for the
 * end of the process, after which nobody is told anything. */
void module_detach_thread(void);
void module_detach_all(void);

/* Detaches, unmaps and frees the modules that nobody needs any more. Called again from a DllMain
 * while that goes on, it only lets go of those that could not be bound: the rest is the first
 * call's. */
void module_sweep(void);

/**
 * module_notify_register() - have a function called when a module is loaded and unloaded
 * @cookie: names it; for module_notify_remove()
 * Return: STATUS_SUCCESS, STATUS_NO_MEMORY.
 */
NTSTATUS module_notify_register(PVOID function, PVOID context, PVOID *cookie);
NTSTATUS module_notify_remove(PVOID cookie); /* STATUS_DLL_NOT_FOUND */
