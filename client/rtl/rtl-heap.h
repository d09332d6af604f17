#pragma once

/*
 * The process heap
 *
 * What Rtl functions allocate for their callers, who free it with RtlFreeUnicodeString() and its
 * like or with RtlFreeHeap() on the process heap, comes from here.
 */

#include "ntdef.h"
#include "ntrtlheap.h"

/* The heap that every process has. Never NULL; is there before any constructor has run. */
PVOID rtl_process_heap(void);

/* A block of the process heap for rtl_free() or RtlFreeHeap(), or NULL. */
void *rtl_allocate(size_t size);

/* Gives a block of the process heap back; NULL is allowed. */
void rtl_free(void *block);
