#pragma once

/*
 * Parked grants
 *
 * When the last handle of a grant closes and the daemon need not know, the grant is kept: the
 * object may be opened again. A process keeps as many as the daemon said when it attached, at most
 * PARKED_MAX; then the oldest are let go, many in one message.
 */

#include "connection.h"

/**
 * parked_add() - the grant has no handle any more, and is kept
 * Return: STATUS_SUCCESS, or STATUS_PORT_DISCONNECTED if there were too many and the daemon could
 * not be told.
 */
NTSTATUS parked_add(const Client *client, uint32_t slot, uint32_t tag);

/* The grant is over: what was kept with it goes. */
void parked_forget(const Client *client, uint32_t slot, uint32_t tag);
