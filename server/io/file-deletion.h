#pragma once

/*
 * Deleting files
 *
 * A file is deleted by its name: after the last File of it is closed, a worker removes the name
 * from its directory, provided that it still is that file's. The daemon does so with its own
 * rights, which are the client's only if they are the same user.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client-fd.h"
#include "ntdef.h"

#define FILE_LEAF_MOST 255u

typedef struct FileDeletion FileDeletion;
typedef struct SharedFile SharedFile;

/* Where a file's name is. Embedded in whoever may have it deleted. */
typedef struct FilePlace {
        ClientFd parent; /* the directory, opened O_PATH */
        char *leaf;      /* the name in it; NULL: no place */
} FilePlace;

#define FILE_PLACE_NONE ((FilePlace){ .parent = CLIENT_FD_NONE })

/**
 * file_place_init_take() - where a client says that the file's name is
 * @place:  FILE_PLACE_NONE; filled in on success
 * @parent: consumed, on failure too
 * @leaf:   bytes as the client sent them
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER without a descriptor, or if @leaf is no name of
 * 1 to 255 bytes; STATUS_NOT_SUPPORTED if the daemon is another user than @uid; STATUS_NO_MEMORY.
 */
NTSTATUS file_place_init_take(
                FilePlace *place, uid_t uid, ClientFd *parent, const void *leaf, size_t n_leaf);
void file_place_clear(FilePlace *place);
