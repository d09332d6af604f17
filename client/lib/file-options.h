#pragma once

/*
 * What NtCreateFile is asked for, as far as it can be judged without a file
 */

#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"

typedef struct FileWish {
        ACCESS_MASK access; /* as the caller gave it */
        ULONG attributes;   /* FILE_ATTRIBUTE_ */
        ULONG share;
        ULONG disposition;
        ULONG options;
        uint64_t allocation; /* bytes, 0 for none */
        bool has_ea;
} FileWish;

/**
 * file_wish_check() - what the I/O manager refuses in UserMode before it looks at anything else
 * Return: STATUS_SUCCESS or STATUS_INVALID_PARAMETER.
 */
NTSTATUS file_wish_check(const FileWish *wish);

/* What this project does not have: STATUS_SUCCESS, STATUS_EAS_NOT_SUPPORTED or
 * STATUS_NOT_SUPPORTED. */
NTSTATUS file_wish_check_support(const FileWish *wish);

/* Whether a file that is there loses its content, and whether one that is not is made. */
bool file_wish_overwrites(const FileWish *wish);
bool file_wish_creates(const FileWish *wish);
