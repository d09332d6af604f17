#pragma once

/*
 * Opening
 *
 * What all services have in common that make a handle: the variable that gets it, the attributes
 * that say of what, the request, and the handle for the grant that comes back.
 */

#include "attributes.h"
#include "connection.h"
#include "ntdef.h"

/* Initialise with opening_init(); ends with opening_clear(). */
typedef struct Opening {
        const Client *client;
        PHANDLE target; /* the caller's variable */
        HANDLE handle;  /* what was made, or NULL */
        ACCESS_MASK access;
        Attributes attributes;
} Opening;

void opening_init(Opening *opening, PHANDLE target, ACCESS_MASK access);
void opening_clear(Opening *opening);

/* Clears the caller's variable and enters the library. */
NTSTATUS opening_begin(Opening *opening);

/* Captures the attributes. */
NTSTATUS opening_capture(Opening *opening, const OBJECT_ATTRIBUTES *attributes, AttributesUse use);

/**
 * opening_finish() - send the request, make the handle, write it to the caller's variable
 * @request: answered with a GrantReply
 * Return: the daemon's status, which may be STATUS_OBJECT_NAME_EXISTS; or why there is no handle.
 */
NTSTATUS opening_finish(Opening *opening, Nt__Request *request);

/* The same for a request that brings descriptors. */
NTSTATUS opening_finish_with(Opening *opening, Nt__Request *request, SentFds fds);

/* What is asked for has no name and no attributes, whatever was captured of them. */
void opening_forget_attributes(Opening *opening);

/**
 * opening_try() - whether an object could be made
 * @request: answered with a GrantReply. What it grants is closed again
 * Return: the daemon's status.
 */
NTSTATUS opening_try(Opening *opening, Nt__Request *request, SentFds fds);

/* Takes back what opening_finish() gave. */
void opening_undo(Opening *opening);

/**
 * opening_open() - all of a service that opens an object by name
 * @attributes: the caller's
 * @body_case:  the field of Request that says what is to be opened
 * Return: as opening_capture() and opening_finish().
 */
NTSTATUS opening_open(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                Nt__Request__BodyCase body_case);

/* The line of ZW_TRACE. @more: further arguments, beginning with a comma, or "". */
void opening_trace(const Opening *opening, const char *service, NTSTATUS status, const char *more);
