#pragma once

/*
 * Classes of information about files
 */

#include <stdbool.h>

#include "ntiofile.h"

typedef struct FileClass {
        ULONG query_length; /* bytes that a query needs at least; 0: it cannot be queried */
        ULONG set_length;
        ACCESS_MASK query_access; /* that the handle needs */
        ACCESS_MASK set_access;
        bool exists; /* it is one of NT's */
        bool ours;   /* ... and served here, as far as it has a length */
} FileClass;

/* All zero for what is no class. */
FileClass file_class(FILE_INFORMATION_CLASS information_class);

/**
 * file_class_check() - what is checked before the handle is looked at
 * @length_needed: of the class, for what is wanted; 0: it cannot be done
 * Return: STATUS_SUCCESS, also for a class that is not ours; STATUS_INVALID_INFO_CLASS;
 * STATUS_INFO_LENGTH_MISMATCH.
 */
NTSTATUS file_class_check(const FileClass *class, ULONG length_needed, ULONG length);
