#pragma once

/*
 * Handles on processes and threads
 */

#include "rpc-call.h"

/* Answers with a grant on a process or a thread, as NtOpenProcess() and NtOpenThread() give it:
 * SeDebugPrivilege opens every one. */
NTSTATUS rpc_reply_opened_process(
                RpcCall *call, Object *object, ACCESS_MASK desired, ULONG attributes);
