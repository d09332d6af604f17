#pragma once

/*
 * Entry lists: the names of a directory in the order of their making
 *
 * Each entry has a number that is never used again, and a listing goes on after a number. Marks
 * stand at every so many entries, so that the next one after any number is found at once, however
 * many listings there are at a time and wherever they begin.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct DirectoryEntry DirectoryEntry;

typedef struct EntryMark {
        uint64_t sequence; /* of @entry: a search should not have to look at entries */
        DirectoryEntry *entry;
} EntryMark;

typedef struct EntryList {
        DirectoryEntry *first;
        DirectoryEntry *last;
        DirectoryEntry *cursor; /* what was found last */
        uint64_t last_sequence;
        EntryMark *marks; /* in order */
        uint32_t n_marks;
        uint32_t n_allocated;
        uint32_t n_unmarked; /* entries added behind the last mark */
} EntryList;

/* Frees the marks; there are no entries left. */
void entry_list_clear(EntryList *list);

/* Adds an entry behind all others and gives it its number. */
void entry_list_append(EntryList *list, DirectoryEntry *entry);

void entry_list_remove(EntryList *list, DirectoryEntry *entry);

/* First entry after @sequence (0: from the beginning); NULL at the end. */
DirectoryEntry *entry_list_next(EntryList *list, uint64_t sequence);
