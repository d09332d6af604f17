#pragma once

/*
 * Status codes as text, and from Linux's own errors
 */

#include <stdbool.h>

#include "ntdef.h"
#include "ntstatus.h"

/* "STATUS_SUCCESS" for 0, and so on; NULL for a value that has no name. */
const char *nt_status_name(NTSTATUS status);

/* The other way round: false if no status is called @name by nt_status_name(). */
bool nt_status_find(const char *name, NTSTATUS *ret);

/**
 * nt_status_from_errno() - what a failed system call means to an NT caller
 * @error: positive errno value, of a call that was made on a client's behalf
 * Errors of a descriptor (EBADF and the like) are STATUS_PORT_DISCONNECTED, as all descriptors are
 * our own; ENOENT is STATUS_PORT_CONNECTION_REFUSED, as the only path we open is the server's
 * socket.
 *
 * Return: a failure status, never a success: STATUS_UNSUCCESSFUL for what has no better one.
 */
NTSTATUS nt_status_from_errno(int error);
