#pragma once

/*
 * Directories
 *
 * A Directory holds names. It is a hash table that grows step by step, keyed by the case-folded
 * name with the server's random seed, so that exact and case-blind lookups share it; beside it, the
 * entries form a list in the order of their making, which is how they are enumerated. A directory
 * may have a shadow, where lookups that miss go on.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "entry-list.h"
#include "generation.h"
#include "hash-index.h"
#include "object.h"

typedef struct Directory Directory;
typedef struct NameSeed NameSeed;

/* A name in a directory. */
struct DirectoryEntry {
        HashLink link; /* first, so that a link is its entry */
        DirectoryEntry *next;
        DirectoryEntry *previous;
        Directory *directory; /* a reference: names keep the directories alive that they lie in */
        Object *object;       /* a reference */
        uint64_t sequence;
        QuotaCharge charge;
        uint16_t n_units;
        bool marked; /* entry-list.c's */
        WCHAR name[];
};

struct Directory {
        Object object;
        uint64_t id; /* for generation counters: a directory need not have a name */
        HashIndex index;
        EntryList entries;
        Directory *shadow; /* a reference, or NULL */
        bool has_session;  /* sections and links made here from another session need SeCreateGlobal
                            */
        ULONG session;
        bool hidden;       /* names in it are no part of any path */
        uint8_t n_shadows; /* how many directories stand behind it, one behind another */
        NameSeed *seed;    /* the namespace's */
};

/* What all directories of a server share. */
struct NameSeed {
        uint8_t key[16]; /* of the hash; random, since names are chosen by clients */
        uint64_t next_directory_id;
        GenerationCounters *generation;
        uint64_t n_permanent; /* named permanent objects that clients made */
        WCHAR folded[32768];  /* scratch: the longest name */
};

extern const ObjectType directory_type;

NTSTATUS directory_new(NameSeed *seed, Quota *quota, Directory **ret);

/* Shadows behind shadows: each miss looks in all of them. */
#define SHADOWS_MOST 32u

/* Puts @shadow behind a new directory. STATUS_INVALID_PARAMETER if it has too many itself. */
NTSTATUS directory_set_shadow(Directory *directory, Directory *shadow);

#define LOOKUP_IGNORES_CASE 0x1u /* compare as NT folds case */
#define LOOKUP_NO_SHADOW    0x2u /* look in this directory only */

/**
 * directory_lookup() - find a name
 * @how:          LOOKUP_ flags
 * @dependencies: what the answer depends on is added here; may be NULL
 * Return: the entry, in this directory or in its shadow; NULL if there is none.
 */
DirectoryEntry *directory_lookup(Directory *directory,
                const WCHAR *name,
                size_t n_units,
                unsigned how,
                Dependencies *dependencies);

/**
 * directory_insert() - give an object a name
 * @directory: has no such name
 * @object:    has no name
 * @quota:     who pays for the name; NULL for the server's own
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY.
 */
NTSTATUS directory_insert(Directory *directory,
                Object *object,
                const WCHAR *name,
                size_t n_units,
                Quota *quota);

/* Takes an object's name away. */
void directory_remove(DirectoryEntry *entry);

/* What was said of the object, or of what lies below it, must be asked anew: its descriptor has
 * changed. */
void directory_touch(const Object *object);

/* First entry after @sequence (0: from the beginning), in the order of making; NULL at the end. */
DirectoryEntry *directory_next(Directory *directory, uint64_t sequence);

/**
 * directory_full_name() - the path of an object
 * @root: of the namespace
 * @ret:  UTF-16 units, freed by the caller with g_free(); empty for an object without a name
 * Return: STATUS_SUCCESS, STATUS_NO_MEMORY, or STATUS_NAME_TOO_LONG for a path over 65,532 bytes.
 */
NTSTATUS directory_full_name(
                const Object *object, const Directory *root, WCHAR **ret, size_t *ret_units);
