#pragma once

/*
 * What Linux's permissions allow, in NT's rights
 *
 *     FILE_READ_DATA                        to read
 *     FILE_EXECUTE                          to read or to execute; of a directory, to search
 *     FILE_WRITE_DATA, FILE_APPEND_DATA     to write, and the file is not READONLY; of a
 *                                           directory, to write and search
 *     FILE_WRITE_ATTRIBUTES, FILE_WRITE_EA  to write, or it is the caller's
 *     WRITE_DAC, WRITE_OWNER                it is the caller's
 *     DELETE                                to write and search the directory, and its sticky bit
 *                                           does not forbid it
 *     all others                            always
 */

#include <sys/stat.h>

#include "ntdef.h"

/**
 * file_access_decide() - the rights that a handle gets
 * @fd:     of what is to be opened, O_PATH
 * @about:  it
 * @wanted: no generic rights; MAXIMUM_ALLOWED for all that are possible
 * Return: STATUS_SUCCESS, STATUS_ACCESS_DENIED (also for no right at all),
 * STATUS_PRIVILEGE_NOT_HELD for ACCESS_SYSTEM_SECURITY, since files have no SACL here.
 */
NTSTATUS file_access_decide(
                int fd, const struct stat *about, ACCESS_MASK wanted, ACCESS_MASK *ret_granted);

/* The same for a file that does not exist yet: its maker may do everything. */
NTSTATUS file_access_of_maker(ACCESS_MASK wanted, ACCESS_MASK *ret_granted);

/* How a file with these rights is opened on Linux: O_RDONLY, O_WRONLY, O_RDWR or O_PATH. */
int file_access_flags(const struct stat *about, ACCESS_MASK granted);
