#pragma once

/*
 * Names of files
 *
 * NT counts 16-bit units, Linux bytes. A name that is Unicode is UTF-8 on Linux. What is not goes
 * both ways too, so that every file of Linux has exactly one name here, and no two names are the
 * same file's: a byte that is no UTF-8 is the surrogate U+DC80 to U+DCFF, any other surrogate
 * without its half is the three bytes that UTF-8 would have for it. Units that would not come back
 * as they are, such as two of the former that together make UTF-8, are no name:
 * STATUS_OBJECT_NAME_INVALID.
 */

#include <stdbool.h>
#include <stddef.h>

#include "ntdef.h"

/* Linux takes so many bytes, NTFS so many units. */
#define FILE_COMPONENT_MAX 255u

/* Part of a name that lies on a volume, in Linux's terms. Zero-initialise; ends with
 * file_name_clear(). */
typedef struct FileName {
        char *text; /* the components one after the other, each with its NUL */
        size_t n_components;
        bool trailing; /* a backslash follows: it must be a directory */
} FileName;

/**
 * file_name_parse() - cut a name into components
 * @units:    counted; begins with a backslash unless it is relative, or empty
 * @relative: to a directory that is open
 *
 * A second backslash at the beginning is forgiven, as on Windows.
 *
 * Return: STATUS_SUCCESS; STATUS_OBJECT_NAME_INVALID for an empty component, "." and "..",
 * characters that NTFS refuses (below space, and " * / : < > ? |), and components that are too
 * long, or no names; STATUS_INVALID_PARAMETER for a relative name that begins with a backslash;
 * STATUS_NO_MEMORY.
 */
NTSTATUS file_name_parse(const WCHAR *units, size_t n_units, bool relative, FileName *ret);
void file_name_clear(FileName *name);

/* The component after @component, which is not the last one. */
const char *file_name_next(const char *component);

/* @bytes: room for three times @n_units. Return: how many; 0 if the units are no name. */
size_t file_name_encode(const WCHAR *units, size_t n_units, char *bytes);

/* @units: room for @n_bytes. Return: how many. */
size_t file_name_decode(const char *bytes, size_t n_bytes, WCHAR *units);

/* Whether both components are the same but for case; at most FILE_COMPONENT_MAX bytes each. */
bool file_name_equal_folded(const char *left, const char *right);
