#pragma once

/*
 * Workers
 *
 * The processes of a stress run. Each has one or more threads that create, open, duplicate and
 * close at random, and write what they did to the board, which outlives them: a worker may be
 * killed at any moment, also in the middle of a call.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "history.h"

/* One thread's operations, of all workers that had this place one after the other. */
typedef struct Lane {
        _Atomic uint32_t n_operations;
        HistoryOperation *operations;
} Lane;

/* Memory that all workers share. */
typedef struct Board {
        _Atomic bool stop;
        uint32_t lane_most;
        unsigned n_names;
        Lane lanes[HISTORY_LANES];
} Board;

Board *board_new(unsigned n_names, uint32_t lane_most);
void board_free(Board *board);

typedef struct WorkerPlan {
        Board *board;
        const char *address; /* of the daemon */
        unsigned process;
        unsigned first_lane;
        unsigned n_threads; /* 0: one thread that is a client without a page */
        uint64_t seed;
} WorkerPlan;

/**
 * worker_start() - make a worker and wait until the server knows it
 * Return: its pid, or -1 if it did not come up.
 */
pid_t worker_start(const WorkerPlan *plan);
