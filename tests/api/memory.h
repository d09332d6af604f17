#pragma once

/*
 * Memory of the process, for tests of the services on it
 */

#include <stdint.h>

#include "api.h"

#define GRANULE 0x10000u

/* NtAllocateVirtualMemory() of the own process. Fails the test if a failure changed an output. */
NTSTATUS memory_allocate(PVOID *base, SIZE_T *size, ULONG type, ULONG protection);

/* Memory that is reserved, and with MEM_COMMIT can be used; must succeed. */
uint8_t *memory_new(SIZE_T size, ULONG type, ULONG protection);

/* NtFreeVirtualMemory() of the own process. */
NTSTATUS memory_free(void *base, SIZE_T size, ULONG type);

/* NtProtectVirtualMemory() of the own process; @old may be NULL. */
NTSTATUS memory_protect(void *base, SIZE_T size, ULONG protection, ULONG *old);

/* Whether pages of a view that was made with @mapped may have @wanted: by-tests 1.15, access(new)
 * in access(AllocationProtect). [W] */
bool memory_may_become(ULONG mapped, ULONG wanted);

/* What NtQueryVirtualMemory() says; must succeed. */
MEMORY_BASIC_INFORMATION memory_at(const void *address);

/* The page at @address is committed with @protection, and so are all up to @size bytes after it,
 * but not more. */
void memory_expect_committed(const void *address, SIZE_T size, ULONG protection);
void memory_expect_reserved(const void *address, SIZE_T size);
void memory_expect_free(const void *address);
