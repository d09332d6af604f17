#pragma once

/*
 * Large pages
 *
 * Private memory in pages of 2 MiB, which Linux keeps for whoever asks (vm.nr_hugepages); it is
 * committed from the start, and comes and goes as a whole.
 */

#include <stdint.h>

#include "ntdef.h"
#include "region-place.h"

/**
 * large_memory_new() - make a region of them
 * @place:      a base is a multiple of LARGE_PAGE_SIZE
 * @size:       another, not 0
 * @protection: valid
 * Return: as private_memory_reserve(), but that STATUS_INSUFFICIENT_RESOURCES is also for as many
 * large pages as Linux has not free.
 */
NTSTATUS large_memory_new(
                const RegionPlace *place, size_t size, ULONG protection, uintptr_t *ret_base);
