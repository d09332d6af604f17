#pragma once

/*
 * Opening and making files on Linux
 */

#include "file-lookup.h"
#include "file-options.h"

/* What is open, and what has been done for it. Initialise with opened_file_init(). */
typedef struct OpenedFile {
        ACCESS_MASK granted;
        int fd;      /* what the File has open */
        int cutting; /* open for writing, if the content is to go; may be the same as @fd */
        struct stat about;
        bool made;         /* it was not there */
        ULONG information; /* FILE_OPENED, ... */
} OpenedFile;

void opened_file_init(OpenedFile *opened);
void opened_file_clear(OpenedFile *opened);

/**
 * file_open_or_make() - do what a disposition says, but for taking content away
 * @wish:    generic rights mapped
 * @checked: rights are the caller's affair, and not only Linux's
 * @lookup:  where it is; looked at again if others make and take it away meanwhile
 * Return: as NtCreateFile(), from STATUS_OBJECT_NAME_NOT_FOUND on.
 */
NTSTATUS file_open_or_make(const FileWish *wish, bool checked, FileLookup *lookup, OpenedFile *ret);

/* Makes an overwritten file empty, after the daemon has agreed. */
NTSTATUS opened_file_cut(const OpenedFile *opened, const FileWish *wish);

/* Takes away what was made, since the daemon has not agreed. */
void opened_file_unmake(const OpenedFile *opened, const FileLookup *lookup);
