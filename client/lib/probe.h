#pragma once

/*
 * The caller's memory
 *
 * The only functions that touch memory whose address a caller gave us. NULL, addresses that no
 * program has, and misaligned structures are answered here at no cost. Whether the rest is really
 * there shows when it is touched, by the instructions below only: with fault recovery (fault.c) a
 * fault there comes back as STATUS_ACCESS_VIOLATION or STATUS_IN_PAGE_ERROR, without it the program
 * gets its signal.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel-range.h"
#include "ntdef.h"
#include "ntstatus.h"

/* Nothing is ever mapped in the first 64 KiB: neither by Windows nor, by default, by Linux. */
#define PROBE_LOWEST 0x10000ull

/*
 * First address past a program's half. Windows ends 64 KiB earlier, but there Linux puts the stack
 * of a program that runs without randomisation, in a debugger say.
 */
#define PROBE_END 0x7FFFFFFFF000ull

/* The last address that Windows gives to views (MM_HIGHEST_USER_ADDRESS). */
#define VIEW_HIGHEST_ADDRESS 0x7FFFFFFEFFFFull

/*
 * Moves bytes of which one side may not be there. Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION;
 * STATUS_IN_PAGE_ERROR for a page of a file that ends before it, or cannot be read.
 */
NTSTATUS probe_move(void *to, const void *from, size_t size);

/* The same for 8 and for 4 bytes in one access each. */
NTSTATUS probe_move_8(void *to, const void *from);
NTSTATUS probe_move_4(void *to, const void *from);

/* Writes a byte without changing it, whoever else writes to it. Return: as probe_move(). */
NTSTATUS probe_touch(void *at);

/* Where execution goes on after a fault at @address, or NULL if that is not one of the
 * instructions. @in_page: the memory is mapped, but what it shows is not to be had. */
const void *probe_recovery(const void *address, bool in_page);

/*
 * Whether @size bytes at @memory can be a program's, and are aligned. Touches nothing. In a kernel
 * persona nothing of the kernel's is a program's, unless the call comes from the kernel.
 */
static inline NTSTATUS probe_range(const void *memory, size_t size, size_t alignment) {
        uintptr_t start = (uintptr_t) memory;

        if (size == 0)
                return STATUS_SUCCESS;
        if (start & (alignment - 1))
                return STATUS_DATATYPE_MISALIGNMENT;
        if (start < PROBE_LOWEST || start >= PROBE_END || size > PROBE_END - start)
                return STATUS_ACCESS_VIOLATION;
        if (__builtin_expect(atomic_load_explicit(&kernel_ranges_used, memory_order_relaxed), 0) &&
                        kernel_range_refuses(start, size))
                return STATUS_ACCESS_VIOLATION;
        return STATUS_SUCCESS;
}

/* Copies @size bytes out of the caller's memory. */
NTSTATUS probe_read(void *to, const void *from, size_t size, size_t alignment);

/* Copies @size bytes into the caller's memory. */
NTSTATUS probe_write(void *to, const void *from, size_t size);

/* Whether @size bytes can be written: the range, and the first and last of them in fact. */
NTSTATUS probe_writable(void *memory, size_t size, size_t alignment);

/* Single values need no alignment, as on Windows for this processor. NULL is a bad pointer. */
NTSTATUS probe_read_64(uint64_t *to, const void *from);
NTSTATUS probe_read_32(uint32_t *to, const void *from);
NTSTATUS probe_write_64(void *to, uint64_t value);
NTSTATUS probe_write_32(void *to, uint32_t value);

/*
 * A handle's variable is 0 from the first moment on, and so after every failure that follows.
 * (Windows since 7: Wine's tests of ntdll's objects.)
 */
static inline NTSTATUS probe_clear_handle(PHANDLE handle) {
        return probe_write_64(handle, 0);
}
