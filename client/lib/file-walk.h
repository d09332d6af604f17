#pragma once

/*
 * The way to a file
 *
 * From a directory, component by component, to what a name stands for. Links of Linux are followed
 * wherever they are. With folding the exact name comes first; of several that differ from it by
 * case only, the first in the order of their bytes, so that who asks again finds the same one.
 */

#include <stdbool.h>
#include <sys/stat.h>

#include "file-name.h"
#include "ntdef.h"

/* Where a name leads. Initialise with file_place_init(). */
typedef struct FilePlace {
        int parent; /* O_PATH; -1 if the name has no component */
        char leaf[FILE_COMPONENT_MAX + 1];
        int fd; /* O_PATH of what is there; -1: nothing */
        struct stat about;
} FilePlace;

void file_place_init(FilePlace *place);
void file_place_clear(FilePlace *place);

/**
 * file_walk() - find what a name stands for
 * @start: directory where it begins; what is behind it itself, if the name has no component
 * @fold:  OBJ_CASE_INSENSITIVE
 * Return: STATUS_SUCCESS, also if only the last component is missing; STATUS_OBJECT_PATH_NOT_FOUND
 * if another one is, or is no directory, or the last one is a link to nothing;
 * STATUS_ACCESS_DENIED; STATUS_REPARSE_POINT_NOT_RESOLVED for links that lead to themselves;
 * STATUS_INSUFFICIENT_RESOURCES without descriptors.
 */
NTSTATUS file_walk(int start, const FileName *name, bool fold, FilePlace *ret);

/* Looks again at the last component, which was made or went away meanwhile. */
NTSTATUS file_place_look(FilePlace *place, bool fold);

/* Whether the file is READONLY, as NT has it: nobody may write to it. */
static inline bool file_is_read_only(const struct stat *about) {
        return S_ISREG(about->st_mode) && !(about->st_mode & 0222);
}
