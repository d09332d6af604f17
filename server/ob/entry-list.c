/*
 * No more than MARK_DISTANCE entries lie between two marks, as entries are only added behind the
 * last one: removing some brings marks closer together, and a mark whose entries are all gone goes
 * with them.
 */

#include "entry-list.h"

#include <glib.h>
#include <string.h>

#include "directory.h"

#define MARK_DISTANCE 128u
#define MARKS_LEAST   16u

void entry_list_clear(EntryList *list) {
        g_free(list->marks);
        *list = (EntryList){ 0 };
}

/* How many marks stand at @sequence or before. */
static uint32_t marks_until(const EntryList *list, uint64_t sequence) {
        uint32_t low = 0, high = list->n_marks;

        while (low < high) {
                uint32_t middle = low + (high - low) / 2;

                if (list->marks[middle].sequence <= sequence)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* A mark that cannot be had is no error: searches walk further, and it is tried again. */
static void mark_last(EntryList *list) {
        if (list->n_marks == list->n_allocated) {
                uint32_t n = MAX(2 * list->n_allocated, MARKS_LEAST);
                EntryMark *marks = g_try_renew(EntryMark, list->marks, n);

                if (!marks)
                        return;
                list->marks = marks;
                list->n_allocated = n;
        }
        list->marks[list->n_marks++] = (EntryMark){ list->last->sequence, list->last };
        list->last->marked = true;
        list->n_unmarked = 0;
}

void entry_list_append(EntryList *list, DirectoryEntry *entry) {
        entry->sequence = ++list->last_sequence;
        entry->previous = list->last;
        entry->next = NULL;
        if (list->last)
                list->last->next = entry;
        else
                list->first = entry;
        list->last = entry;
        if (++list->n_unmarked >= MARK_DISTANCE)
                mark_last(list);
}

/* The mark of an entry that goes is moved to the next one, unless that has one itself. */
static void remove_mark(EntryList *list, const DirectoryEntry *entry) {
        uint32_t at = marks_until(list, entry->sequence) - 1;
        DirectoryEntry *next = entry->next;

        if (next && !next->marked) {
                next->marked = true;
                list->marks[at] = (EntryMark){ next->sequence, next };
                return;
        }
        list->n_marks--;
        memmove(&list->marks[at], &list->marks[at + 1],
                        (list->n_marks - at) * sizeof(list->marks[0]));
        if (!next)
                list->n_unmarked = MARK_DISTANCE; /* how many there are now is not known */
}

void entry_list_remove(EntryList *list, DirectoryEntry *entry) {
        if (entry->marked)
                remove_mark(list, entry);
        if (list->cursor == entry)
                list->cursor = entry->previous;
        if (entry->previous)
                entry->previous->next = entry->next;
        else
                list->first = entry->next;
        if (entry->next)
                entry->next->previous = entry->previous;
        else
                list->last = entry->previous;
}

/* An entry from which it is not far to the first one after @sequence. */
static DirectoryEntry *near(const EntryList *list, uint64_t sequence) {
        DirectoryEntry *cursor = list->cursor;
        uint32_t n = 0;

        if (cursor && cursor->sequence == sequence) /* a listing goes on */
                return cursor;
        n = marks_until(list, sequence);
        if (cursor && cursor->sequence < sequence &&
                        (n == 0 || list->marks[n - 1].sequence < cursor->sequence))
                return cursor;
        return n > 0 ? list->marks[n - 1].entry : list->first;
}

DirectoryEntry *entry_list_next(EntryList *list, uint64_t sequence) {
        DirectoryEntry *entry = NULL;

        if (!list->last || list->last->sequence <= sequence)
                return NULL;
        entry = near(list, sequence);
        while (entry && entry->sequence <= sequence)
                entry = entry->next;
        list->cursor = entry;
        return entry;
}
