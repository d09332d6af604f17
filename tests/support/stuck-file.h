#pragma once

/*
 * A file whose owner never answers
 *
 * A file system in user space (FUSE) with one file that can be looked at and opened, and that
 * nobody can read or close: who tries waits until it is freed. Needs root, and Linux's fuse.
 */

#include <stdbool.h>

#define STUCK_FILE_SIZE 65536u

typedef struct StuckFile StuckFile;

/* Mounts it over @folder, for everybody. NULL where that cannot be done, with a line that says why.
 */
StuckFile *stuck_file_new(const char *folder);

/* Lets everybody go who waits: their calls fail. */
void stuck_file_free(StuckFile *file);

/*
 * In a child of fork(): leaves it to the parent. Who waits goes on when the last one of those who
 * have not done so ends, however he does.
 */
void stuck_file_leave(StuckFile *file);

/* Opens it for reading. Return: a descriptor, or -errno. */
int stuck_file_open(const StuckFile *file);

/* How many calls wait that will never be answered. */
unsigned stuck_file_waiting(const StuckFile *file);
