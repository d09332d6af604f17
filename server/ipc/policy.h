#pragma once

/*
 * Policy: who may do what, beyond what objects say
 *
 * Read from the configuration; the defaults are those of a per-user or of a system instance.
 */

#include <stdbool.h>
#include <sys/types.h>

typedef struct Policy {
        bool system; /* one daemon for all users: each uid is a session, uid 0 is session 0 */
        uid_t owner; /* uid of the daemon */
        unsigned max_parked; /* grants without a handle that a process may keep */
} Policy;
