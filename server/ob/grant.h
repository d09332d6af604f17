#pragma once

/*
 * Grants
 *
 * Opening or creating an object gives a process a grant: a record of the process, the object and
 * the rights. The process names its grants by handles, which it makes and ends without telling
 * anyone; what it counts, it counts in the grant's word (grant-word.h), which the server reads and
 * never believes beyond what concerns that process.
 *
 * A GrantTable is all grants of one process. When the process ends, one mark on the table makes
 * them dead for every lookup at once; the records go later, in slices.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "grant-word.h"
#include "hash-index.h"
#include "ntdef.h"
#include "object.h"
#include "quota.h"

typedef struct GrantTable GrantTable;
typedef _Atomic uint32_t GrantViews; /* as a process counts them in its page */

struct GrantEntry {
        HashLink link; /* in the table's index, by object; first, so that a link is its entry */
        GrantTable *table;
        Object *object; /* a reference; NULL while the slot is free */
        GrantEntry *next;
        GrantEntry *previous; /* of the same object, or next free slot of the table */
        ACCESS_MASK access;
        uint32_t slot;
        uint32_t tag; /* of the last use of the slot */
        bool viewed;  /* it is over, and has the object only for its process's views */
        QuotaCharge charge;
};

/* What a client is told of a grant. */
typedef struct GrantName {
        uint32_t slot;
        uint32_t tag;
} GrantName;

/**
 * grant_table_new() - the grants of a process
 * @words: GRANT_SLOTS words, in the process page or private; must live until grant_table_free()
 * @views: as many counts of views, the same; NULL: the process has no views
 * @quota: who pays for them; one reference is taken
 */
GrantTable *grant_table_new(GrantWord *words, const GrantViews *views, Quota *quota);

/* All of its grants must be gone: grant_table_drain() returned false. */
void grant_table_free(GrantTable *table);

/* None of its grants counts any more. */
void grant_table_end(GrantTable *table);

/* Gives back up to @n_most grants of a table that has ended. Return: whether there are more. */
bool grant_table_drain(GrantTable *table, unsigned n_most);

/* Whether any table has ended and not given back everything yet. */
bool grant_tables_ending(void);

/**
 * grant_table_open() - one more handle on an object
 * @table:  of the process
 * @object: was looked at (object_look()) in this very step
 * @access: rights that the handle is to have; a grant that has them already is used again
 * @ret:    the grant; the handle is counted in its word
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY; STATUS_OBJECT_NAME_NOT_FOUND if
 * the object turned out to be over meanwhile: the caller starts again.
 */
NTSTATUS grant_table_open(GrantTable *table, Object *object, ACCESS_MASK access, GrantName *ret);

/**
 * grant_table_reference() - turn a grant's number into the object it stands for
 * @name:       as the client sent it; any value is safe
 * @type:       type the object must have, or NULL for any
 * @access:     rights the grant must include
 * @ret_object: the object, with a reference the caller owns; untouched on failure
 * @ret_access: the grant's rights; may be NULL
 *
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH or
 * STATUS_ACCESS_DENIED, checked in that order.
 */
NTSTATUS grant_table_reference(GrantTable *table,
                GrantName name,
                const ObjectType *type,
                ACCESS_MASK access,
                Object **ret_object,
                ACCESS_MASK *ret_access);

/* The process says that the grant is DEAD. Only a hint: what counts is the word. */
void grant_table_release(GrantTable *table, GrantName name);

/**
 * grant_table_release_views() - the process says that a grant which is over has no views any more
 *
 * Also a grant_table_release(), since two threads of the process may end the last handle and the
 * last view at once, and what they say may come in any order.
 *
 * Return: STATUS_SUCCESS, also if nothing is left of the grant; STATUS_INVALID_PARAMETER if it is
 * not over, or has views as its process counts them.
 */
NTSTATUS grant_table_release_views(GrantTable *table, GrantName name);

/* grant_table_reference() without rights, of a grant that may be over but for its views. */
NTSTATUS grant_table_reference_viewed(
                GrantTable *table, GrantName name, const ObjectType *type, Object **ret_object);

/* The process has no handle on the grant and wants none: ends it, unless a handle came in between.
 */
void grant_table_end_parked(GrantTable *table, GrantName name);

/* One handle less, where it is the server that ends it: for a process whose words it keeps, and for
 * a source that is closed from outside. STATUS_INVALID_HANDLE if there is none. */
NTSTATUS grant_table_close(GrantTable *table, GrantName name);

/* The grant that @other has in @slot, for an heir: the same object and rights, @n_handles handles.
 */
NTSTATUS grant_table_inherit(GrantTable *table, GrantTable *other, GrantName name, GrantName *ret);

size_t grant_table_count(const GrantTable *table);

/* Handles on all of its grants, as its process counts them. Looks at each grant. */
uint32_t grant_table_count_handles(const GrantTable *table);
bool grant_table_ended(const GrantTable *table);

/* The entry's word. */
GrantWord *grant_entry_word(const GrantEntry *entry);

/* The word was read as @value: it still is this grant, alive. A client that overwrote it lost it.
 */
static inline bool grant_entry_lives(const GrantEntry *entry, uint64_t value) {
        return !(value & GRANT_DEAD) && grant_word_tag(value) == entry->tag;
}

/* Handles on the grant as its process counts them; 0 once that has ended. */
uint32_t grant_entry_count_handles(const GrantEntry *entry);

/*
 * The record goes, the word is DEAD, the slot is free. If it was the anchor, the caller elects.
 *
 * Where views matter (Object.reports) and the process has some, slot and reference stay, and only
 * grant_table_release_views() or the end of the process gives them back.
 */
void grant_entry_drop(GrantEntry *entry);

/* Gives back what a grant had for its views. */
void grant_entry_drop_viewed(GrantEntry *entry);
