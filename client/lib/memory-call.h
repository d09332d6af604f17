#pragma once

/*
 * Calls about a range of memory
 *
 * What the services on virtual memory have in common: the variables for base and size, the process
 * whose memory it is, and what is written back.
 */

#include "connection.h"
#include "ntdef.h"

/* One call; the first three are the caller's. */
typedef struct MemoryCall {
        HANDLE process;
        PVOID *base_at;
        PSIZE_T size_at;
        const Client *client; /* or NULL, where there is no attachment */
        uint64_t base;
        uint64_t size;
} MemoryCall;

/* Both variables can be read and written. */
NTSTATUS memory_call_capture(MemoryCall *call);

/**
 * memory_call_enter() - the process must be the calling one
 * @access: rights on it
 *
 * Entering tells whether this is a child of fork(), for which the regions have to be sorted out
 * first; otherwise an attachment is not needed, since memory is the process's own.
 *
 * Return: as handle_check_process().
 */
NTSTATUS memory_call_enter(MemoryCall *call, ACCESS_MASK access);

/**
 * memory_call_check_privilege() - whether the process may keep memory from others
 *
 * That is SeLockMemoryPrivilege, for large pages and for locks that are the system's. Asks the
 * daemon, since privileges are switched on and off. Return: STATUS_SUCCESS;
 * STATUS_PRIVILEGE_NOT_HELD; why there is no daemon to ask.
 */
NTSTATUS memory_call_check_privilege(void);

/* The range in whole pages. */
uintptr_t memory_call_first(const MemoryCall *call);
uintptr_t memory_call_end(const MemoryCall *call);

/* Writes back where the memory is, and how much of it. */
NTSTATUS memory_call_answer(const MemoryCall *call, uintptr_t base, uintptr_t end);
