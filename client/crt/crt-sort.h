#pragma once

/*
 * Sorting and searching
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

/* What a program compares with: negative, 0 or positive, as the left item belongs before the right.
 */
typedef int(NTAPI *CrtCompare)(const void *left, const void *right);
typedef int(NTAPI *CrtCompareContext)(void *context, const void *left, const void *right);

void NTAPI crt_qsort(void *base, size_t n_items, size_t width, CrtCompare order);
void NTAPI crt_qsort_s(
                void *base, size_t n_items, size_t width, CrtCompareContext order, void *context);
void *NTAPI crt_bsearch(
                const void *key, const void *base, size_t n_items, size_t width, CrtCompare order);
void *NTAPI crt_bsearch_s(const void *key,
                const void *base,
                size_t n_items,
                size_t width,
                CrtCompareContext order,
                void *context);
void *NTAPI
crt__lfind(const void *key, const void *base, unsigned *n_items, unsigned width, CrtCompare order);
