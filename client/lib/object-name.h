#pragma once

/*
 * Names of objects, as queries give them out
 */

#include "connection.h"
#include "handle.h"

/* Asks the daemon for the full path of what was referenced: reply->message->bytes. */
NTSTATUS object_name_ask(const Client *client, const HandleRef *ref, CallReply *reply);

/**
 * object_name_write() - OBJECT_NAME_INFORMATION
 * @cut:         of a name that does not fit, what fits is written, as of a File's
 * @name:        the full path; NULL or empty for an object without
 * @information: the caller's buffer
 * @length:      of @information
 * @ret_needed:  how long it should be; set on STATUS_INFO_LENGTH_MISMATCH too
 * Return: STATUS_SUCCESS, STATUS_NAME_TOO_LONG (no UNICODE_STRING can hold it),
 * STATUS_INFO_LENGTH_MISMATCH, STATUS_BUFFER_OVERFLOW (a name that was cut),
 * STATUS_ACCESS_VIOLATION.
 */
NTSTATUS object_name_write(const ProtobufCBinaryData *name,
                bool cut,
                PVOID information,
                ULONG length,
                ULONG *ret_needed);
