#pragma once

/*
 * What NtQueryObject says of types
 *
 * What is the same for all objects of a kind is known here (object-types.h), how many there are is
 * the daemon's to tell.
 */

#include "connection.h"

/* Bytes of OBJECT_TYPE_INFORMATION with the name of the type and a NUL. */
ULONG object_type_name_size(uint32_t kind);

/**
 * object_type_query() - ObjectTypeInformation
 * @kind:        of object
 * @information: the caller's buffer
 * @length:      of @information
 * @ret_needed:  how long it should be; set on STATUS_INFO_LENGTH_MISMATCH too
 * Return: STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_ACCESS_VIOLATION, or why the daemon
 * did not answer.
 */
NTSTATUS object_type_query(const Client *client,
                uint32_t kind,
                PVOID information,
                ULONG length,
                ULONG *ret_needed);

/* ObjectTypesInformation, the same for all of them. */
NTSTATUS object_types_query(
                const Client *client, PVOID information, ULONG length, ULONG *ret_needed);
