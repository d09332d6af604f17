#pragma once

/*
 * Closing the last handle on a file may delete it, and who closed it then finds it gone: what ends
 * handles of its caller is between these two.
 */

#include "rpc-call.h"

/* Deletions that fall due wait for rpc_await_deletions(). */
void rpc_collect_deletions(RpcCall *call);

/* Return: @status; or, if files are to be deleted, STATUS_PENDING, for the handler to return: it is
 * the answer after they are. */
NTSTATUS rpc_await_deletions(RpcCall *call, NTSTATUS status);
