#pragma once

/*
 * Deleting files
 *
 * A file is deleted by its name: after the last File of it is closed, a worker removes the name
 * from its directory, provided that it still is that file's. (Between the look and the removal
 * somebody may put another file there: Linux cannot do both at once.) The daemon does so with its
 * own rights, which are the client's only if they are the same user. A directory that is not empty
 * stays. So does what falls due when the daemon stops.
 *
 * Whoever closes the last handle, and waits, finds the file gone.
 */

#include <stddef.h>
#include <sys/types.h>

#include "client-fd.h"
#include "ntdef.h"

#define FILE_LEAF_MOST 255u

typedef struct FileDeletion FileDeletion;
typedef struct FileDeletions FileDeletions;
typedef struct SharedFile SharedFile;
typedef struct WorkerPool WorkerPool;

/* Where a file's name is. Embedded in whoever may have it deleted. */
typedef struct FilePlace {
        ClientFd parent; /* the directory, opened O_PATH */
        char *leaf;      /* the name in it; NULL: no place */
} FilePlace;

#define FILE_PLACE_NONE ((FilePlace){ .parent = CLIENT_FD_NONE })
#define autofileplace   autocleanup(file_place_clear)

/**
 * file_place_init_take() - where a client says that the file's name is
 * @place:  FILE_PLACE_NONE; filled in on success
 * @uid:    of the client
 * @parent: given away, on failure too
 * @leaf:   bytes as the client sent them
 * Return: STATUS_NOT_SUPPORTED if the daemon is another user than @uid; STATUS_INVALID_PARAMETER if
 * @parent is no directory that was opened O_PATH, or @leaf no name of 1 to 255 bytes;
 * STATUS_NO_MEMORY; STATUS_SUCCESS.
 */
NTSTATUS file_place_init_take(
                FilePlace *place, uid_t uid, ClientFd *parent, const void *leaf, size_t n_leaf);
FilePlace file_place_steal(FilePlace *place);
void file_place_clear(FilePlace *place);

/* Those of a server: what falls due is given to the workers, unless somebody collects it. */
FileDeletions *file_deletions_new(WorkerPool *workers);
void file_deletions_free(FileDeletions *deletions);

/* The file's last opening is over, and a deletion pending, for @uid. */
void file_deletions_begin(FileDeletions *deletions, SharedFile *file, uid_t uid);

/*
 * Collects what falls due until file_deletions_take(), which returns it as a chain, NULL if there
 * is nothing. The caller has it all worked on another thread, then finished, then freed.
 */
void file_deletions_collect(FileDeletions *deletions);
FileDeletion *file_deletions_take(FileDeletions *deletions);

/* Or has it done for @uid by the workers, after all, and nobody waits. */
void file_deletions_leave(FileDeletions *deletions, uid_t uid, FileDeletion *chain);

void file_deletion_work(FileDeletion *chain);   /* on any thread */
void file_deletion_finish(FileDeletion *chain); /* on the loop thread, whether worked or not */
void file_deletion_free(FileDeletion *chain);   /* on any thread */
