#pragma once

/*
 * Histories
 *
 * What several processes did to one name: each operation with the moment before it was called, the
 * moment after it returned, and what it answered. A history is right if every operation can be
 * given one moment between its two at which it happened at once, such that the answers are those of
 * NT's rule taken one operation at a time (linearizability): a create succeeds exactly while nobody
 * has a handle on the name's object, an open exactly while somebody has, and leads to that object.
 *
 * It is what tests/model/grant.pml demands as A1 to A3, asked of the real thing.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"

#define HISTORY_PROCESSES 8u
#define HISTORY_LANES     24u /* threads of all processes together */

typedef enum HistoryAct {
        HISTORY_OPEN,
        HISTORY_CREATE,
        HISTORY_DUPLICATE,
        HISTORY_CLOSE,
        HISTORY_DEATH, /* of a process, from before it is killed until the server is through with it
                        */
} HistoryAct;

typedef struct HistoryOperation {
        uint64_t begin; /* in nanoseconds of CLOCK_MONOTONIC */
        uint64_t end;   /* 0 if it never returned: its process was killed */
        NTSTATUS status;
        uint32_t object; /* of a create: the number given to the object; of an open: the number
                            found there; 0 if it is not known */
        uint8_t act;     /* a HistoryAct */
        uint8_t process;
        uint8_t lane; /* the thread, counted over all processes; a death has none */
        uint8_t name;
} HistoryOperation;

uint64_t history_now(void);

/**
 * history_check() - is the history right?
 * @operations: of one name, in any order. A lane does one at a time. An operation without an end is
 *              followed by the death of its process, and a death by nothing of that process that
 * began before the death's end.
 * @ret_why:    filled in if it is not: what happened around the operation that nothing explains
 */
bool history_check(const HistoryOperation *operations, size_t n_operations, GString *ret_why);
