#pragma once

/*
 * Where views are put
 *
 * Linux has pages of 4 KiB, NT gives out addresses in steps of 64 KiB, and sometimes wants them
 * low.
 */

#include <sys/types.h>

#include "views.h"

/* What mmap() is to do, but for the address. */
typedef struct ViewMapping {
        int fd;
        size_t size;
        off_t offset;
        int protection;
        int flags;
} ViewMapping;

/**
 * view_place_map() - map at a place that suits
 * @near:     a place that is likely to be free and saves looking for one, or 0
 * @ret_base: a multiple of VIEW_GRANULARITY
 * Return: STATUS_SUCCESS, STATUS_CONFLICTING_ADDRESSES (a fixed place is taken), STATUS_NO_MEMORY
 * (there is no place, or the process has too many mappings), STATUS_ACCESS_DENIED.
 */
NTSTATUS view_place_map(const ViewPlace *place,
                const ViewMapping *mapping,
                uintptr_t near,
                uintptr_t *ret_base);
