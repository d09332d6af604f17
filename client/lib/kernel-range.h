#pragma once

/*
 * Kernel addresses
 *
 * A kernel persona has memory that plays the kernel's: images of drivers, pool, stacks of system
 * threads. Its loader says where. A service that is called with PreviousMode UserMode takes no
 * pointer into it.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many may be known at once. */
#define KERNEL_RANGES_MAX 1024u

/* Ranges that have ever been known at once; 0 in every ordinary process. */
extern _Atomic uint32_t kernel_ranges_used;

/* Whether any of @size bytes at @start is the kernel's, for a thread that plays user mode. */
bool kernel_range_refuses(uintptr_t start, size_t size);
