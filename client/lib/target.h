#pragma once

/*
 * The object that a service is about
 *
 * What services have in common that take a handle and ask the daemon something: the client, the
 * handle as it was read, and the grant to name in the request. Pseudo handles of processes and
 * tokens are handles like others here.
 */

#include <stdbool.h>

#include "connection.h"
#include "handle.h"
#include "ntdef.h"

/* Filled in by target_enter(); ends with target_clear(). */
typedef struct Target {
        const Client *client;
        NTSTATUS entered; /* why there is no client */
        HANDLE handle;    /* the caller's */
        bool referenced;
        HandleRef ref;
        Nt__Grant grant;
} Target;

/**
 * target_enter() - begin a call
 * @handle: any value
 * Return: STATUS_SUCCESS, or STATUS_PORT_DISCONNECTED. Whatever else is wrong is told by
 * target_reference(), after the service has looked at its other arguments.
 */
NTSTATUS target_enter(Target *target, HANDLE handle);

/**
 * target_reference() - read the handle for use
 * @kind:   ObjectKind that the object must have, or OBJECT_KIND_NONE for any
 * @access: rights that the handle must include
 * Return: as handle_reference(), or why the process could not be attached.
 */
NTSTATUS target_reference(Target *target, uint32_t kind, ACCESS_MASK access);

/* The same for a process. NtCurrentProcess() is the caller, for which no grant is needed. */
NTSTATUS target_reference_process(Target *target, ACCESS_MASK access);

/* What a request names: NULL for the calling process. */
static inline Nt__Grant *target_grant(Target *target) {
        return target->referenced ? &target->grant : NULL;
}

void target_clear(Target *target);
