#pragma once

/*
 * Runs in a bit map
 *
 * Both kinds of run are looked for by one set of functions: @set says whether a run is of set or of
 * clear bits.
 */

#include <stdbool.h>

#include "ntrtlbit.h"

/* The word that holds bit @index, as if the bits looked for were set. */
static inline ULONG bitmap_word(const RTL_BITMAP *map, ULONG index, bool set) {
        return set ? map->Buffer[index / 32] : ~map->Buffer[index / 32];
}

/**
 * bitmap_next() - the first bit from @from on that is set, or clear
 * @end: where to stop, at most the size of the map
 * Return: @end if there is none.
 */
ULONG bitmap_next(const RTL_BITMAP *map, ULONG from, ULONG end, bool set);

/* Sets, or clears, a range. */
void bitmap_fill(RTL_BITMAP *map, ULONG from, ULONG n, bool set);
