#pragma once

/*
 * Where an open file has its name
 *
 * Linux keeps the name by which a file was opened, and renames it along: /proc/self/fd tells. What
 * is there may be another file by now, so both are compared.
 */

#include "file-name.h"
#include "ntdef.h"

/* Initialise with FILE_LINK_NONE. */
typedef struct FileLink {
        int parent; /* O_PATH directory */
        char leaf[FILE_COMPONENT_MAX + 1];
} FileLink;

#define FILE_LINK_NONE ((FileLink){ .parent = -1 })

void file_link_clear(FileLink *link);

/**
 * file_link_find() - the directory and the name in it of an open file
 * @fd: of any kind
 * Return: STATUS_SUCCESS; STATUS_CANNOT_DELETE for the root directory, and a file that has no name
 * any more, or one that this process cannot see; STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED without
 * /proc.
 */
NTSTATUS file_link_find(int fd, FileLink *ret);
