#pragma once

/*
 * What the kernel says of a descriptor
 */

#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"

/* Which file it is. */
typedef struct FileIdentity {
        uint64_t device; /* major and minor number of what it lies on */
        uint64_t inode;
} FileIdentity;

typedef struct FileFacts {
        FileIdentity identity;
        uint64_t size;  /* in bytes */
        uint64_t ctime; /* in ns since 1970 */
        uint32_t mode;  /* S_IF type and permissions */
        bool readable;
        bool writable;
} FileFacts;

typedef enum FileFactsHow {
        FILE_FACTS_KNOWN,  /* as the kernel last knew them, whoever is behind the descriptor */
        FILE_FACTS_LATEST, /* as they are: its file system is asked, and may take its time */
} FileFactsHow;

static inline bool file_identity_equal(const FileIdentity *one, const FileIdentity *other) {
        return one->device == other->device && one->inode == other->inode;
}

/**
 * file_facts_read() - fcntl(F_GETFL) and statx()
 * @ret: untouched on failure
 * Return: STATUS_SUCCESS, or what nt_status_from_errno() makes of their failure.
 */
NTSTATUS file_facts_read(int fd, FileFactsHow how, FileFacts *ret);
