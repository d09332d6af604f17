#pragma once

/*
 * Reaching the daemon, and starting it where that is allowed
 *
 * A program that is linked with libzw just runs: if nothing listens at the user's own address, a
 * daemon is started there. It is nobody's child that the program could notice: no SIGCHLD, nothing
 * that a wait() of the program would return, no descriptor of the program open in it.
 */

#include "server-address.h"

/**
 * daemon_connect() - connect to the daemon
 * @address: where it listens
 * @ret_fd:  a connected socket, close-on-exec, above 2; the caller owns it
 *
 * Return: STATUS_SUCCESS; STATUS_PORT_CONNECTION_REFUSED if nobody listens there and no daemon
 * could be started, or if who listens is not to be trusted; STATUS_INSUFFICIENT_RESOURCES;
 * STATUS_NO_MEMORY.
 */
NTSTATUS daemon_connect(const ServerAddress *address, int *ret_fd);

/* The same, but no daemon is started. Return: 0 or -errno; -EPERM: not to be trusted. */
int daemon_connect_running(const ServerAddress *address, int *ret_fd);
