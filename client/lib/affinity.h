#pragma once

/*
 * Affinity masks: the first 64 processors
 */

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

#include "ntdef.h"

/* Where a thread of Linux may run; @tid 0 is the calling one. 0 if it is not known. */
static inline ULONG_PTR affinity_of(pid_t tid) {
        cpu_set_t set;
        ULONG_PTR mask = 0;

        if (sched_getaffinity(tid, sizeof(set), &set) < 0)
                return 0;
        for (unsigned i = 0; i < 64; i++) {
                if (CPU_ISSET(i, &set))
                        mask |= (ULONG_PTR) 1 << i;
        }
        return mask;
}

/* Return: whether Linux has such processors. */
static inline bool affinity_set(pid_t tid, ULONG_PTR mask) {
        cpu_set_t set;

        CPU_ZERO(&set);
        for (unsigned i = 0; i < 64; i++) {
                if (mask >> i & 1)
                        CPU_SET(i, &set);
        }
        return sched_setaffinity(tid, sizeof(set), &set) == 0;
}
