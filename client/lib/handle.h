#pragma once

/*
 * Handles
 *
 * A handle is an entry of the process page that names a grant. Reading one for use, making and
 * ending one are done here; each costs no message, unless the grant is one that the daemon must
 * hear of, or libzw was never told what it is for.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "grant-info.h"
#include "ntdef.h"

/* A handle as it was read. It may be closed by another thread at any moment. */
typedef struct HandleRef {
        uint32_t index;
        uint32_t slot;
        uint64_t entry;
        GrantInfo info;
} HandleRef;

typedef enum PseudoHandle {
        PSEUDO_NONE,
        PSEUDO_PROCESS, /* -1 */
        PSEUDO_THREAD,  /* -2 */
        PSEUDO_TOKEN,   /* -4 to -6 */
} PseudoHandle;

PseudoHandle handle_pseudo(HANDLE handle);

/**
 * handle_reference() - read a handle for use
 * @client: from client_enter()
 * @handle: any value
 * @kind:   ObjectKind that the object must have, or OBJECT_KIND_NONE for any
 * @access: rights that the handle must include
 *
 * Return: STATUS_SUCCESS, or in this order STATUS_INVALID_HANDLE, STATUS_PORT_DISCONNECTED (it was
 * made by a daemon that is gone), STATUS_OBJECT_TYPE_MISMATCH (also for every pseudo handle),
 * STATUS_ACCESS_ DENIED; or why the daemon could not tell what the handle is for.
 */
NTSTATUS handle_reference(const Client *client,
                HANDLE handle,
                uint32_t kind,
                ACCESS_MASK access,
                HandleRef *ret);

/**
 * handle_pin() - keep the grant of a handle from ending
 * @ref: from handle_reference()
 *
 * It counts as one more handle; grant_close() ends it.
 *
 * Return: false if the handle is not what it was: read it again.
 */
bool handle_pin(const Client *client, const HandleRef *ref);

/* A process handle: NtCurrentProcess() is good, another is a handle of the wrong type or none. */
NTSTATUS handle_check_process(const Client *client, HANDLE handle);

/* Whether @ref is still what it was read as. */
static inline bool handle_holds(const Client *client, const HandleRef *ref) {
        return handle_table_read(client->page, ref->index) == ref->entry;
}

/**
 * handle_make() - a handle for a grant that the daemon has just counted
 * @grant:   from a reply
 * @inherit: OBJ_INHERIT
 * @ret:     the handle
 * Return: STATUS_SUCCESS; on failure the count is given back. STATUS_INSUFFICIENT_RESOURCES if the
 * table is full, STATUS_NO_MEMORY, STATUS_PORT_DISCONNECTED if @grant makes no sense.
 */
NTSTATUS handle_make(const Client *client, const Nt__GrantReply *grant, bool inherit, HANDLE *ret);

/**
 * handle_close() - end a handle
 * Return: as NtClose().
 */
NTSTATUS handle_close(const Client *client, HANDLE handle);

/**
 * grant_close() - one handle less on a grant
 *
 * Tells the daemon if it has to know, and returns after it has settled the object's fate if others
 * may hold the object too. A grant without a handle that needs no report is kept, up to PARKED_MAX.
 *
 * Return: STATUS_SUCCESS, or STATUS_PORT_DISCONNECTED.
 */
NTSTATUS grant_close(const Client *client, uint32_t slot);

static inline HANDLE handle_from_index(uint32_t index) {
        return (HANDLE) (uintptr_t) (index * 4u);
}
