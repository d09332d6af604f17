#pragma once

/*
 * Policy: who may do what, beyond what objects say
 *
 * Read from the configuration; the defaults are those of a per-user or of a system instance.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct TokenRule TokenRule;

typedef struct Policy {
        bool system; /* one daemon for all users: each uid is a session, uid 0 is session 0 */
        uid_t owner; /* uid of the daemon */
        gid_t ntobjd_group;  /* its members hold SeCreateGlobal; (gid_t) -1: there is none */
        unsigned max_parked; /* grants without a handle that a process may keep */
        const TokenRule *token_rules; /* what users and groups have beyond the defaults */
        size_t n_token_rules;
} Policy;
