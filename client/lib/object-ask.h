#pragma once

/*
 * Requests that are about one object and say no more than that
 */

#include "connection.h"

typedef struct ObjectAsk {
        uint32_t kind;        /* that the object must have, or OBJECT_KIND_NONE */
        ACCESS_MASK access;   /* that the handle must include */
        bool privilege_first; /* the daemon wants one, and looks at it before the handle */
        Nt__Request__BodyCase body_case; /* whose body is a grant and nothing else */
} ObjectAsk;

/**
 * object_ask() - enter the library and send such a request
 * @handle: the caller's; any value
 * Return: as client_enter(); STATUS_PRIVILEGE_NOT_HELD; as handle_reference(); what the daemon
 * says.
 */
NTSTATUS object_ask(HANDLE handle, const ObjectAsk *ask);
