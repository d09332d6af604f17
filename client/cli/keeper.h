#pragma once

/*
 * Keeper: the process that holds a private daemon
 *
 * It makes sure that nothing is left of a session, however ntobj ends. It starts the daemon, waits
 * for the other end of a pipe to close, which the kernel does even after kill -9, ends the daemon
 * and removes its folder. If the keeper itself is killed, the daemon ends by its parent-death
 * signal.
 */

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct Keeper {
        pid_t pid;     /* a child of ours that nobody else waits for; 0 for none */
        int lifeline;  /* closing it ends the session; close-on-exec */
        char *address; /* of the daemon */
} Keeper;

/**
 * keeper_start() - a daemon of our own, in a folder of its own
 * @config: configuration file for it, or NULL for the defaults
 * @error:  why there is none
 * Return: whether it answers at @keeper->address; otherwise nothing is left of it.
 */
bool keeper_start(Keeper *keeper, const char *config, GError **error);

/* Ends the session; when it returns, daemon and folder are gone. */
void keeper_stop(Keeper *keeper);
