#include "hash-index.h"

#include <errno.h>
#include <glib.h>

#define BUCKETS_LEAST 8u

/* Buckets moved with each change. Shrinking starts at an eighth and must be through before the
 * next. */
#define MOVED_GROWING   4u
#define MOVED_SHRINKING 16u

void hash_index_init(HashIndex *index) {
        *index = (HashIndex){ 0 };
}

void hash_index_clear(HashIndex *index) {
        g_free(index->buckets);
        g_free(index->old);
        hash_index_init(index);
}

static HashLink **bucket_of(const HashIndex *index, uint64_t hash) {
        if (index->old) {
                size_t old = hash & (index->n_old - 1);

                if (old >= index->n_moved)
                        return &index->old[old];
        }
        return &index->buckets[hash & (index->n_buckets - 1)];
}

static void move_bucket(HashIndex *index, size_t old) {
        HashLink *link = index->old[old];

        while (link) {
                HashLink *next = link->next;
                HashLink **bucket = &index->buckets[link->hash & (index->n_buckets - 1)];

                link->next = *bucket;
                *bucket = link;
                link = next;
        }
        index->old[old] = NULL;
}

static void step(HashIndex *index) {
        unsigned n = index->n_old < index->n_buckets ? MOVED_GROWING : MOVED_SHRINKING;

        for (unsigned i = 0; i < n && index->old; i++) {
                move_bucket(index, index->n_moved++);
                if (index->n_moved == index->n_old) {
                        g_free(index->old);
                        index->old = NULL;
                }
        }
}

/* A size that cannot be had is no error: the chains get longer, and it is tried again. */
static void resize(HashIndex *index, size_t n_buckets) {
        HashLink **buckets = g_try_new0(HashLink *, n_buckets);

        if (!buckets)
                return;
        index->old = index->buckets;
        index->n_old = index->n_buckets;
        index->n_moved = 0;
        index->buckets = buckets;
        index->n_buckets = n_buckets;
}

int hash_index_insert(HashIndex *index, HashLink *link, uint64_t hash) {
        HashLink **bucket = NULL;

        if (!index->buckets) {
                index->buckets = g_try_new0(HashLink *, BUCKETS_LEAST);
                if (!index->buckets)
                        return -ENOMEM;
                index->n_buckets = BUCKETS_LEAST;
        }

        step(index);
        if (!index->old && index->n_links >= index->n_buckets)
                resize(index, index->n_buckets * 2);

        bucket = bucket_of(index, hash);
        link->hash = hash;
        link->next = *bucket;
        *bucket = link;
        index->n_links++;
        return 0;
}

void hash_index_remove(HashIndex *index, HashLink *link) {
        HashLink **at = bucket_of(index, link->hash);

        while (*at != link)
                at = &(*at)->next;
        *at = link->next;
        index->n_links--;

        step(index);
        if (!index->old && index->n_buckets > BUCKETS_LEAST &&
                        index->n_links < index->n_buckets / 8)
                resize(index, index->n_buckets / 2);
}

static HashLink *with_hash(HashLink *link, uint64_t hash) {
        while (link && link->hash != hash)
                link = link->next;
        return link;
}

HashLink *hash_index_first(const HashIndex *index, uint64_t hash) {
        if (!index->buckets)
                return NULL;
        return with_hash(*bucket_of(index, hash), hash);
}

HashLink *hash_index_next(const HashLink *link) {
        return with_hash(link->next, link->hash);
}
