#pragma once

/*
 * Files behind views
 */

#include "connection.h"
#include "ntdef.h"

/**
 * mapped_file_name() - MemoryMappedFilenameInformation
 * @client:      the attachment that there is now, or NULL
 * @address:     any
 * @information: the caller's buffer, which can be written
 * @length:      of @information
 * @needed_at:   gets how long it should be if a name is found; may be NULL
 *
 * The name is the daemon's to tell: one message.
 *
 * Return: STATUS_INVALID_ADDRESS if there is no view of a file at @address; STATUS_NOT_SUPPORTED if
 * the view came from the parent of this process, or was made under a daemon that is gone; what the
 * daemon says; STATUS_INFO_LENGTH_MISMATCH, STATUS_BUFFER_OVERFLOW; STATUS_ACCESS_VIOLATION;
 * STATUS_SUCCESS.
 */
NTSTATUS mapped_file_name(const Client *client,
                uintptr_t address,
                PVOID information,
                SIZE_T length,
                PSIZE_T needed_at);
