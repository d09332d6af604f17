#pragma once

/*
 * Files of Linux by the names that a program has for them
 */

#include <stdbool.h>
#include <stddef.h>

#include "ntdef.h"

/* Whether a path says where it begins: "Z:\a", "\??\Z:\a", "\\?\Z:\a", "\a", with either slash. */
bool dos_path_is_absolute(const WCHAR *path, size_t n_units);

/* Whether it is more than a file's own name. */
bool dos_path_has_folder(const WCHAR *path, size_t n_units);

/**
 * dos_path_find() - what a path leads to
 * @folder: absolute path on Linux that a relative one begins at
 * @path:   counted; components that are not there exactly are looked for without case
 * Return: the path on Linux, for free(); NULL if nothing is there, or there is no memory.
 */
char *dos_path_find(const char *folder, const WCHAR *path, size_t n_units);
