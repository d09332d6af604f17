#pragma once

/*
 * DOS paths
 *
 * What a path of Windows means, by Microsoft's "File path formats on Windows systems", without
 * looking at any file. Paths are counted; either slash separates.
 */

#include <stdbool.h>
#include <stddef.h>

#include "ntdef.h"

/* RTL_PATH_TYPE */
typedef enum DosPathType {
        DOS_PATH_UNKNOWN = 0,
        DOS_PATH_UNC = 1,            /* \\server\share\a */
        DOS_PATH_DRIVE_ABSOLUTE = 2, /* c:\a */
        DOS_PATH_DRIVE_RELATIVE = 3, /* c:a */
        DOS_PATH_ROOTED = 4,         /* \a */
        DOS_PATH_RELATIVE = 5,       /* a */
        DOS_PATH_DEVICE = 6,         /* \\.\a, \\?\a */
        DOS_PATH_ROOT_DEVICE = 7,    /* \\. and \\? */
} DosPathType;

#define DOS_PATH_MAX 32766u /* units, so that a counted string with a NUL has it */

/* Where paths that say nothing of it begin. */
typedef struct DosPlace {
        const WCHAR *current; /* with a backslash at its end: "c:\windows\" */
        size_t n_current;
        const WCHAR *drive; /* current directory of the drive that the path names; NULL: its root */
        size_t n_drive;
} DosPlace;

/* A full path, as it is made. */
typedef struct DosPath {
        WCHAR *units; /* room for DOS_PATH_MAX */
        size_t n;
        size_t n_root; /* that no ".." takes away */
        bool overflow;
        bool device; /* "\\.\nul", made of a device's name */
} DosPath;

static inline bool dos_is_slash(WCHAR unit) {
        return unit == '\\' || unit == '/';
}

DosPathType dos_path_type(const WCHAR *path, size_t n);

/**
 * dos_path_device() - whether a path names a device of DOS: "nul", "c:\con.txt", "lpt1:"
 * @ret_at: gets where its name begins
 * Return: units of its name, 0 if it does not.
 */
size_t dos_path_device(const WCHAR *path, size_t n, size_t *ret_at);

/**
 * dos_path_full() - make a path that says all
 * @result: has room; filled in
 * Return: false for a path that is empty, or has nothing but spaces, or whose result is too long.
 */
bool dos_path_full(const DosPlace *place, const WCHAR *path, size_t n, DosPath *result);

/* Where the last component of a full path begins; @n for one that ends with a backslash, and for a
 * device's or a server's name. */
size_t dos_path_last(const DosPath *path);
