#pragma once

/*
 * Handles
 *
 * A handle is an entry of the process page that names a grant. Reading one for use, making and
 * ending one are done here; each costs no message, unless the grant is one that the daemon must
 * hear of, or libzw was never told what it is for.
 *
 * What is no entry of the page, a pseudo handle or a kernel handle, is made a grant of this process
 * for as long as it is used.
 */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "grant-info.h"
#include "ntdef.h"
#include "previous-mode.h"

/* From here on, handle values that are no pseudo handles are the system's. */
#define KERNEL_HANDLES 0xFFFFFFFF80000000ull

/*
 * A handle as it was read. It may be closed by another thread at any moment. Initialise with
 * handle_ref_init(); ends with handle_release().
 */
typedef struct HandleRef {
        uint32_t index;
        uint32_t slot;
        uint64_t entry;
        GrantInfo info;
        const Client *owner; /* of a grant that was made for this reference only, or NULL */
} HandleRef;

typedef enum PseudoHandle {
        PSEUDO_NONE,
        PSEUDO_PROCESS, /* -1 */
        PSEUDO_THREAD,  /* -2 */
        PSEUDO_TOKEN,   /* -4 to -6 */
} PseudoHandle;

PseudoHandle handle_pseudo(HANDLE handle);

/* Whether @handle is of those that name an entry of the system's table: the high bits are set. */
static inline bool handle_is_kernel(HANDLE handle) {
        return (uintptr_t) handle >= KERNEL_HANDLES && handle_pseudo(handle) == PSEUDO_NONE;
}

/**
 * handle_reference() - read a handle for use
 * @client: from client_enter()
 * @handle: any value
 * @kind:   ObjectKind that the object must have, or OBJECT_KIND_NONE for any
 * @access: rights that the handle must include, unless the call is made for the kernel
 *
 * Return: STATUS_SUCCESS, or in this order STATUS_INVALID_HANDLE (also a kernel handle in
 * UserMode), STATUS_PORT_DISCONNECTED (it was made by a daemon that is gone),
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; or why the daemon could not tell what the
 * handle is for.
 */
NTSTATUS handle_reference(const Client *client,
                HANDLE handle,
                uint32_t kind,
                ACCESS_MASK access,
                HandleRef *ret);

/* How a request names what was referenced. */
static inline Nt__Grant handle_grant(const HandleRef *ref) {
        return grant_message(ref->slot, ref->info.tag);
}

static inline void handle_ref_init(HandleRef *ref) {
        ref->owner = NULL;
}

/* Gives back what was made for the reference; for an ordinary handle that is nothing. */
void handle_release_grant(HandleRef *ref);
static inline void handle_release(HandleRef *ref) {
        if (__builtin_expect(ref->owner != NULL, 0))
                handle_release_grant(ref);
}

/* Whether what is not granted to a handle is refused: a call that the kernel makes may do all. */
static inline bool access_is_checked(const Client *client) {
        return !(client->kernel && previous_mode_is_kernel());
}

/**
 * handle_refresh() - ask anew what may change about an object: a section of a file's data grows
 * @ref: from handle_reference()
 * Return: STATUS_SUCCESS, and @ref->info is what the daemon says now; or why it does not tell.
 */
NTSTATUS handle_refresh(const Client *client, HandleRef *ref);

/**
 * handle_pin() - keep the grant of a handle from ending
 * @ref: from handle_reference()
 *
 * It counts as one more handle; grant_close() ends it.
 *
 * Return: false if the handle is not what it was: read it again.
 */
bool handle_pin(const Client *client, const HandleRef *ref);

/**
 * handle_check_process() - a process handle, where a service can act on the own process only
 * @client: or NULL, where there is no attachment and so no handle
 * @access: rights on the process
 *
 * Return: STATUS_SUCCESS for NtCurrentProcess() and handles to it; STATUS_NOT_SUPPORTED for another
 * process; as handle_reference() otherwise.
 */
NTSTATUS handle_check_process(const Client *client, HANDLE handle, ACCESS_MASK access);

/* Whether @ref is still what it was read as. */
static inline bool handle_holds(const Client *client, const HandleRef *ref) {
        return ref->owner || handle_table_read(client->page, ref->index) == ref->entry;
}

/**
 * handle_make() - a handle for a grant that the daemon has just counted
 * @grant:   from a reply; if that says which handle the daemon made, it is that one
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
 * grant_object_id() - the number of the object behind a reference
 *
 * Known without a message, unless the handle came from another process. Return: STATUS_SUCCESS;
 * STATUS_PORT_DISCONNECTED also from a daemon that gives objects no numbers.
 */
NTSTATUS grant_object_id(const Client *client, const HandleRef *ref, uint64_t *ret);

/**
 * grant_close() - one handle less on a grant
 *
 * Tells the daemon if it has to know, and returns after it has settled the object's fate if others
 * may hold the object too. A grant without a handle that needs no report is kept, up to PARKED_MAX.
 *
 * Return: STATUS_SUCCESS, or STATUS_PORT_DISCONNECTED.
 */
NTSTATUS grant_close(const Client *client, uint32_t slot);

/* OBJ_ flags of the handle. */
static inline ULONG handle_attributes(const HandleRef *ref) {
        return (ref->entry & HANDLE_ENTRY_INHERIT ? OBJ_INHERIT : 0) |
               (ref->entry & HANDLE_ENTRY_PROTECT ? OBJ_PROTECT_CLOSE : 0);
}

static inline HANDLE handle_from_index(uint32_t index) {
        return (HANDLE) (uintptr_t) (index * 4u);
}
