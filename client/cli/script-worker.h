#pragma once

/*
 * Inside a process of a script
 */

#include "script.h"

/* A step's index and its arguments. */
#define WORKER_REQUEST "(uamv)"

/* The service's status, what else is wrong (or nothing), and what the service gave. */
#define WORKER_REPLY "(isa{sv})"

/**
 * worker_main() - attach, then do what comes
 * @address: the daemon's socket
 * @socket:  where requests come from; their end is the end of the process
 * @flags:   for zw_attach()
 * @user:    the uid to have, or NULL
 */
G_NORETURN void worker_main(
                const Script *script, const char *address, int socket, ULONG flags, GVariant *user);
