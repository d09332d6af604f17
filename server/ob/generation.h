#pragma once

/*
 * Generation counters
 *
 * The server's side of the generation page (generation-page.h): which counters a name hashes to,
 * and what an answer depended on.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct GenerationCounters GenerationCounters;

/*
 * The counters that an answer depended on. A path may pass through any number of directories; an
 * answer that depends on more counters than there is room for must not be kept.
 */
#define DEPENDENCIES_MOST 64u

typedef struct Dependencies {
        uint32_t index[DEPENDENCIES_MOST];
        uint32_t n;
        bool unknowable; /* too many, or something that no counter speaks for */
} Dependencies;

/**
 * generation_counters_new() - make the page
 *
 * Called by the thread that stands for the daemon's life: the page's robust futex is that thread's,
 * and is marked by the kernel when it ends. Ends the program if there is no memory: nothing works
 * without.
 */
GenerationCounters *generation_counters_new(void);

/* Tells all clients that the daemon has ended, and forgets the page. */
void generation_counters_free(GenerationCounters *counters);

/* A read-only descriptor of the page for a client, which the caller owns; or -errno. */
int generation_counters_open(const GenerationCounters *counters);

/* The counter of @key, a hash of whatever it is about; bumped with every change of that. */
uint32_t generation_index(uint64_t key);
void generation_bump(GenerationCounters *counters, uint64_t key);
uint64_t generation_value(const GenerationCounters *counters, uint32_t index);

void dependencies_add(Dependencies *dependencies, uint64_t key);
