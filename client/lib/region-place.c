#include "region-place.h"

#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"

/* How often a place that was free may turn out to be taken, or not to be given out, meanwhile. */
#define PLACE_TRIES 64

/* The gap below the stack is the stack's: Linux leaves at least as much itself. */
#define STACK_ROOM (128ull << 20)

static uintptr_t align_up(uintptr_t address, size_t alignment) {
        return (address + alignment - 1) & ~(alignment - 1);
}

static uintptr_t align_down(uintptr_t address, size_t alignment) {
        return address & ~(alignment - 1);
}

static NTSTATUS place_status(int error) {
        return address_space_status(error, STATUS_NO_MEMORY);
}

/*
 * Maps exactly at @base, over nothing. Who does not know the flag, as valgrind, takes the place for
 * a wish. Return: 0 or an errno value.
 */
static int map_at(uintptr_t base, const RegionMapping *mapping) {
        void *memory = mmap((void *) base, mapping->size, mapping->protection,
                        mapping->flags | MAP_FIXED_NOREPLACE, mapping->fd, mapping->offset);

        if (memory == MAP_FAILED)
                return errno;
        if ((uintptr_t) memory == base)
                return 0;
        munmap(memory, mapping->size);
        return EEXIST;
}

static NTSTATUS place_fixed(uintptr_t base, const RegionMapping *mapping) {
        int error = map_at(base, mapping);

        if (error == 0)
                return STATUS_SUCCESS;
        /* Below vm.mmap_min_addr. (Linux refuses executable mappings the same way.) */
        if (error == EPERM && !(mapping->protection & PROT_EXEC))
                return STATUS_CONFLICTING_ADDRESSES;
        return place_status(error);
}

/*
 * Where Linux likes: takes enough room to have an aligned place in it, gives back what is too much
 * on both sides, and puts the mapping over what remains. Nobody else can get in between.
 */
static NTSTATUS place_anywhere(const RegionMapping *mapping, bool top_down, uintptr_t *ret_base) {
        size_t room = mapping->size + (REGION_GRANULARITY - REGION_PAGE_SIZE);
        void *memory = mmap(
                        NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        uintptr_t start, base, end;

        if (memory == MAP_FAILED)
                return place_status(errno);
        start = (uintptr_t) memory;
        end = start + room;
        base = top_down ? align_down(end - mapping->size, REGION_GRANULARITY)
                        : align_up(start, REGION_GRANULARITY);

        if (mmap((void *) base, mapping->size, mapping->protection, mapping->flags | MAP_FIXED,
                            mapping->fd, mapping->offset) == MAP_FAILED) {
                int error = errno;

                munmap(memory, room);
                return place_status(error);
        }
        if (base > start)
                munmap(memory, base - start);
        if (end > base + mapping->size)
                munmap((void *) (base + mapping->size), end - base - mapping->size);
        *ret_base = base;
        return STATUS_SUCCESS;
}

/* A gap between mappings that the search has come to. Return: where in it, or 0. */
static uintptr_t place_in_gap(
                uintptr_t gap, uintptr_t end, size_t size, const RegionPlace *limits) {
        uintptr_t base;

        if (end <= gap || end - gap < size)
                return 0;
        if (!limits->top_down)
                return gap;
        base = align_down(end - size, limits->alignment);
        return base >= gap ? base : 0;
}

/* Finds the lowest, or highest, free place in the limits. */
static NTSTATUS place_find(size_t size, const RegionPlace *limits, uintptr_t *ret) {
        autocleanup(maps_close) MapsReader reader;
        uintptr_t gap = align_up(limits->lowest, limits->alignment), found = 0;
        bool more = maps_open(&reader);
        Mapping mapping = { .end = 0 };

        if (!more)
                return STATUS_INSUFFICIENT_RESOURCES;
        while (more && gap <= limits->highest && (found == 0 || limits->top_down)) {
                uintptr_t end, base;

                more = maps_next(&reader, &mapping);
                end = mapping.start;
                more = more && end <= limits->highest;
                if (!more)
                        end = limits->highest + 1;
                else if (mapping.is_stack)
                        end = end > STACK_ROOM ? end - STACK_ROOM : 0;

                base = place_in_gap(gap, end, size, limits);
                if (base != 0)
                        found = base;
                if (more && mapping.end > gap)
                        gap = align_up(mapping.end, limits->alignment);
        }
        *ret = found;
        return found != 0 ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

/* Under limits: looks for a free place, and tries it before somebody else has it. */
static NTSTATUS place_within(
                const RegionPlace *place, const RegionMapping *mapping, uintptr_t *ret_base) {
        RegionPlace limits = *place;

        if (limits.lowest < REGION_GRANULARITY)
                limits.lowest = REGION_GRANULARITY;
        if (limits.highest == 0 || limits.highest > VIEW_HIGHEST_ADDRESS)
                limits.highest = VIEW_HIGHEST_ADDRESS;
        if (limits.alignment == 0)
                limits.alignment = REGION_GRANULARITY;

        for (int i = 0; i < PLACE_TRIES; i++) {
                uintptr_t base;
                NTSTATUS status = place_find(mapping->size, &limits, &base);
                int error;

                if (!NT_SUCCESS(status))
                        return status;
                error = map_at(base, mapping);
                if (error == 0) {
                        *ret_base = base;
                        return STATUS_SUCCESS;
                }
                if (error == EPERM && !limits.top_down && !(mapping->protection & PROT_EXEC))
                        limits.lowest = base + REGION_GRANULARITY; /* below vm.mmap_min_addr */
                else if (error != EEXIST)
                        return place_status(error);
        }
        return STATUS_NO_MEMORY;
}

/* Whether Linux's own choice of a place, made a multiple of REGION_GRANULARITY, will do. */
static bool place_is_any(const RegionPlace *place) {
        return place->lowest == 0 && place->alignment <= REGION_GRANULARITY &&
               (place->highest == 0 || place->highest >= VIEW_HIGHEST_ADDRESS);
}

/* The region that was put somewhere last. Where it is now does not matter: it is tried first. */
static uintptr_t last_base;

/*
 * Places that need no search. Where a region ended last, for programs make and end them in turns;
 * and below the last one, where Linux goes on too.
 */
static bool place_near(const RegionMapping *mapping, uintptr_t *ret_base) {
        uintptr_t again = regions_free_place(mapping->size);
        uintptr_t below =
                        mapping->size + REGION_GRANULARITY < last_base
                                        ? align_down(last_base - mapping->size, REGION_GRANULARITY)
                                        : 0;

        if (again != 0 && map_at(again, mapping) == 0)
                *ret_base = again;
        else if (below != 0 && map_at(below, mapping) == 0)
                *ret_base = below;
        else
                return false;
        return true;
}

NTSTATUS region_place_map(
                const RegionPlace *place, const RegionMapping *mapping, uintptr_t *ret_base) {
        NTSTATUS status = STATUS_SUCCESS;

        if (place->base != 0) {
                *ret_base = place->base;
                return place_fixed(place->base, mapping);
        }
        if (!place_is_any(place))
                return place_within(place, mapping, ret_base);
        if (place->top_down)
                return place_anywhere(mapping, true, ret_base);
        if (!place_near(mapping, ret_base))
                status = place_anywhere(mapping, false, ret_base);
        if (NT_SUCCESS(status))
                last_base = *ret_base;
        return status;
}
