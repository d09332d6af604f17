#pragma once

/*
 * Files as clients of several users open them, below the wire: descriptors of real files in a
 * scratch folder, charged as those that clients send.
 */

#include <stdbool.h>

#include "file.h"
#include "scratch.h"
#include "shared-file.h"
#include "worker.h"

typedef struct FileWorld {
        Scratch *scratch;
        QuotaTable *quotas;
        Quota *quota;    /* the user who runs the test */
        Quota *stranger; /* another one */
        WorkerPool *workers;
        FileTable *files;
} FileWorld;

void file_world_init(FileWorld *world);

/* Waits for what is under way; nobody may have anything left. */
void file_world_clear(FileWorld *world);

/* Waits until no job is left. */
void file_world_work(FileWorld *world);

/* The path of a file in the scratch folder; freed with g_free(). */
char *file_world_path(const FileWorld *world, const char *name);

/* Makes a file with a few bytes in it. */
void file_world_make(const FileWorld *world, const char *name);
bool file_world_has(const FileWorld *world, const char *name);

/* Opens a file as a client of @quota would. */
ClientFd file_world_open(FileWorld *world, Quota *quota, const char *name, int flags);

/* Where the file is, for its deletion. */
FilePlace file_world_place(FileWorld *world, const char *name);
