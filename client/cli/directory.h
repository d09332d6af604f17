#pragma once

/*
 * Reading directories
 *
 * A reader hands out the entries of an open directory one by one, fetching many at a time. A
 * directory may change meanwhile; what was there all the time is seen exactly once.
 */

#include <glib.h>

#include "name.h"
#include "zw.h"

typedef struct Entry {
        Name *name;
        const char *type; /* printable; lives for ever */
} Entry;

typedef struct DirectoryReader {
        HANDLE directory; /* with DIRECTORY_QUERY; the caller's */
        ULONG context;
        OBJECT_DIRECTORY_INFORMATION *buffer;
        const OBJECT_DIRECTORY_INFORMATION *next; /* the next entry in the buffer, or NULL */
} DirectoryReader;

void directory_reader_init(DirectoryReader *reader, HANDLE directory);
void directory_reader_clear(DirectoryReader *reader);

/**
 * directory_reader_next() - the next entry
 * @ret: the caller owns it
 * Return: STATUS_SUCCESS; STATUS_NO_MORE_ENTRIES at the end; or why the directory cannot be read.
 */
NTSTATUS directory_reader_next(DirectoryReader *reader, Entry **ret);

/* All entries in the order of name_compare(): an array of Entry that the caller owns. */
NTSTATUS directory_list(HANDLE directory, GPtrArray **ret);

void entry_free(Entry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DirectoryReader, directory_reader_clear)
