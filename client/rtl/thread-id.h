#pragma once

/*
 * Thread ids
 *
 * What OwningThread of a lock says, and CLIENT_ID of a thread. A multiple of 4, as on Windows: four
 * times Linux's id, so that no two threads of the machine have the same one. The thread of a forked
 * child has one of its own: what it had locked it can release there, but not take again.
 */

#include <stdint.h>

#include "ntdef.h"

extern __thread uintptr_t thread_id_cached __attribute__((tls_model("initial-exec")));

/* The calling thread's, asked for once. */
uintptr_t thread_id_ask(void);

static inline uintptr_t thread_id(void) {
        return __builtin_expect(thread_id_cached != 0, 1) ? thread_id_cached : thread_id_ask();
}
