#pragma once

/*
 * Fiber local storage
 *
 * Slots as those of TLS, with a function each that is called with what a thread has in the slot
 * when the thread ends, or the slot does. C runtimes keep their data for each thread here.
 */

#include "ntdef.h"
#include "teb.h"

typedef VOID(NTAPI *FlsCallback)(PVOID value);

/* As ntdll.dll exports them. 0 is no index; there are 4,080. */
NTSTATUS NTAPI thread_fls_alloc(FlsCallback callback, ULONG *ret_index);
NTSTATUS NTAPI thread_fls_free(ULONG index);
NTSTATUS NTAPI thread_fls_get(ULONG index, PVOID *ret);
NTSTATUS NTAPI thread_fls_set(ULONG index, PVOID value);

/* Calls the functions for all that @teb's thread, the calling one, has, and forgets it. */
void thread_fls_run_callbacks(Teb *teb);
