#pragma once

/*
 * Where regions are put
 *
 * Linux has pages of 4 KiB, NT gives out addresses in steps of 64 KiB, and sometimes wants them
 * low.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "region.h"

/* Where a region may be. */
typedef struct RegionPlace {
        uintptr_t base;    /* exactly there, a multiple of REGION_GRANULARITY; 0: anywhere */
        uintptr_t lowest;  /* that the first byte may have; 0: no limit */
        uintptr_t highest; /* that the last byte may have; 0: no limit */
        size_t alignment;  /* a power of two, REGION_GRANULARITY or more; 0: no wish */
        bool top_down;
} RegionPlace;

/* Whether @place has limits, or an alignment. */
static inline bool region_place_is_wished(const RegionPlace *place) {
        return place->lowest != 0 || place->highest != 0 || place->alignment != 0;
}

/* What mmap() is to do, but for the address. */
typedef struct RegionMapping {
        int fd;
        size_t size;
        off_t offset;
        int protection;
        int flags;
} RegionMapping;

/**
 * region_place_map() - map at a place that suits; the regions are locked
 * @ret_base: a multiple of REGION_GRANULARITY
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES (a fixed place is taken), STATUS_NO_MEMORY
 * (there is no place), STATUS_INSUFFICIENT_RESOURCES (the process has too many mappings, or none of
 * them can be read), STATUS_ACCESS_DENIED.
 */
NTSTATUS region_place_map(
                const RegionPlace *place, const RegionMapping *mapping, uintptr_t *ret_base);
