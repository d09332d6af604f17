#pragma once

/*
 * The address space as Linux sees it
 *
 * What is mapped where, whoever mapped it; and what Linux's protections and failures are in NT's
 * words.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"
#include "ntstatus.h"

/* One of Linux's mappings. */
typedef struct Mapping {
        uintptr_t start;
        uintptr_t end;
        ULONG protection; /* PAGE_ */
        bool is_stack;    /* the first thread's, where the reader tells */
} Mapping;

/* Reads /proc/self/maps line by line, without the heap that streams of the C library need. */
typedef struct MapsReader {
        int fd;
        size_t used, filled;
        char buffer[4096];
} MapsReader;

/* Return: false if it cannot be read. Ends with maps_close() all the same. */
bool maps_open(MapsReader *reader);

/* Takes the next mapping, in order of addresses. Return: false at the end. */
bool maps_next(MapsReader *reader, Mapping *ret);

void maps_close(MapsReader *reader);

/**
 * address_space_find() - what is mapped at an address, or above it
 * @ret: the first mapping that ends above @address; start and end are the end of all if there is
 *       none
 * Return: false if Linux does not tell.
 */
bool address_space_find(uintptr_t address, Mapping *ret);

/* The same where the stack is small, with a reader that lies elsewhere and is not open. */
bool address_space_find_with(MapsReader *reader, uintptr_t address, Mapping *ret);

/* Whether all of a range is mapped, in one mapping or more; and the protection of its first page.
 */
bool address_space_is_mapped(uintptr_t first, uintptr_t end, ULONG *ret_protection);

/* Linux's PROT_ flags for a PAGE_ protection; modifiers are not looked at. */
int address_space_protection(ULONG protection);

/**
 * address_space_status() - why Linux refused a mapping, or a protection
 * @error:  errno
 * @memory: what to say if memory is short
 * Return: STATUS_INSUFFICIENT_RESOURCES if the process has too many mappings (vm.max_map_count).
 */
NTSTATUS address_space_status(int error, NTSTATUS memory);

/* Why there is no memory for what libzw itself keeps: STATUS_NO_MEMORY, or as above. */
static inline NTSTATUS address_space_shortage(void) {
        return address_space_status(ENOMEM, STATUS_NO_MEMORY);
}
