#pragma once

/*
 * A daemon of one's own
 *
 * Starts the ntobjd that the environment variable NTOBJD names, on a socket in a private folder,
 * and returns when it says that it is ready. What it writes to standard error goes to the test's
 * own, so that a failed test's log has it. It dies with the process that started it, however that
 * ends.
 *
 * What goes wrong here is the test's failure (ck_abort).
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct Daemon Daemon;

typedef struct DaemonOptions {
        const char *folder;  /* an existing folder for socket and configuration */
        const char *address; /* the socket, to follow an earlier daemon there; NULL: a new one in
                                @folder */
        const char *config;  /* text of its configuration, or NULL */
        bool system;         /* a system instance */
} DaemonOptions;

Daemon *daemon_start(const DaemonOptions *options);

const char *daemon_address(const Daemon *daemon);
pid_t daemon_pid(const Daemon *daemon);

/* How many descriptors it has open. */
unsigned daemon_count_fds(const Daemon *daemon);

/* What it counts, over all users: "grants" and so on. Fails the test for a word that it does not
 * know. */
uint64_t daemon_statistic(const Daemon *daemon, const char *name);

/**
 * daemon_wait_quiet() - nothing is left of what any client did
 *
 * Returns as soon as the daemon holds what it held when it was new: objects, grants, descriptors
 * and all else that has a quota. Fails the test if that does not come about.
 */
void daemon_wait_quiet(const Daemon *daemon);

/* Ends it with SIGKILL. */
void daemon_kill(Daemon *daemon);

/* Ends it in order, unless it was killed, and fails the test if its exit status is not 0. Frees
 * @daemon. */
void daemon_stop(Daemon *daemon);
