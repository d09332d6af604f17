#pragma once

/*
 * Mapping, for tests that map much
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

#define VIEW_GRANULE 0x10000u

/* What a call may say beyond section, protection and base; zero is what most say. */
typedef struct ViewOptions {
        HANDLE process; /* NULL: the caller's */
        ULONG_PTR zero_bits;
        SIZE_T commit;
        LONGLONG offset;
        SIZE_T size; /* becomes what NT wrote */
        ULONG type;
        int inherit; /* 0: ViewUnmap */
} ViewOptions;

/* NtMapViewOfSection(). Fails the test if a failure changed @base or the size. */
NTSTATUS view_map(HANDLE section, ULONG protection, PVOID *base, ViewOptions *options);

/* Must succeed. */
void view_unmap(PVOID base);

/* An unnamed section. */
HANDLE view_section(SIZE_T size, ULONG protection, ACCESS_MASK access);

/* A free range: 64 KiB aligned, with @n_granules granules that nobody uses. */
uint8_t *view_free_range(size_t n_granules);
