#pragma once

/*
 * The server's hand in a process's handle table
 *
 * Handles are the process's own affair. The server touches its table only where NT has others do
 * so: a duplicate that comes from outside, a source that is closed there, an heir's table. It
 * believes the page nothing that does not agree with the grants.
 */

#include "grant.h"
#include "process.h"

/* Values that stand for something without an entry: NtCurrentProcess(), NtCurrentThread(). */
#define CURRENT_PROCESS UINT64_MAX
#define CURRENT_THREAD  (UINT64_MAX - 1)

/* A handle as it was read. Its process may end it at any moment. */
typedef struct ProcessHandle {
        uint32_t index;
        uint64_t entry;
        GrantName grant;
        ACCESS_MASK access; /* of the handle, and of its grant */
        bool inherit;
        bool protect;
} ProcessHandle;

/* The low two bits of a value are the caller's; 0 for a value that cannot be a handle. */
uint32_t process_handle_index(uint64_t value);

/**
 * process_handle_read() - what a handle of the process stands for
 * @value:      as a client gave it
 * @ret_object: with a reference that the caller owns
 * Return: STATUS_SUCCESS or STATUS_INVALID_HANDLE.
 */
NTSTATUS process_handle_read(
                const Process *process, uint64_t value, ProcessHandle *ret, Object **ret_object);

/**
 * process_handle_make_take() - a handle for a grant
 * @grant: counted for it already; the count is given back on failure
 * @ret:   the handle's value
 * Return: STATUS_SUCCESS, or STATUS_INSUFFICIENT_RESOURCES if the table has no room.
 */
NTSTATUS process_handle_make_take(Process *process,
                GrantName grant,
                ACCESS_MASK access,
                bool inherit,
                bool protect,
                uint64_t *ret);

/* Ends the handle, unless it has changed since it was read. */
void process_handle_close(Process *process, const ProcessHandle *handle);

/**
 * process_make_heir() - a process that a child of @parent will be
 *
 * It has a page with copies of all inheritable handles of @parent at the same values, and a token
 * of its own.
 */
NTSTATUS process_make_heir(Process *parent, Process **ret);
