#include "view-place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cancellation.h"
#include "ntstatus.h"
#include "probe.h"
#include "status.h"

/* How often a place that was free may turn out to be taken, or not to be given out, meanwhile. */
#define PLACE_TRIES 64

/* The gap below the stack is the stack's: Linux leaves at least as much itself. */
#define STACK_ROOM (128ull << 20)

static uintptr_t align_up(uintptr_t address) {
        return (address + VIEW_GRANULARITY - 1) & ~(VIEW_GRANULARITY - 1);
}

static uintptr_t align_down(uintptr_t address) {
        return address & ~(VIEW_GRANULARITY - 1);
}

/*
 * Maps exactly at @base, over nothing. Who does not know the flag, as valgrind, takes the place for
 * a wish. Return: 0 or an errno value.
 */
static int map_at(uintptr_t base, const ViewMapping *mapping) {
        void *memory = mmap((void *) base, mapping->size, mapping->protection,
                        mapping->flags | MAP_FIXED_NOREPLACE, mapping->fd, mapping->offset);

        if (memory == MAP_FAILED)
                return errno;
        if ((uintptr_t) memory == base)
                return 0;
        munmap(memory, mapping->size);
        return EEXIST;
}

static NTSTATUS place_fixed(uintptr_t base, const ViewMapping *mapping) {
        int error = map_at(base, mapping);

        if (error == 0)
                return STATUS_SUCCESS;
        /* Below vm.mmap_min_addr. (Linux refuses executable mappings the same way.) */
        if (error == EPERM && !(mapping->protection & PROT_EXEC))
                return STATUS_CONFLICTING_ADDRESSES;
        return nt_status_from_errno(error);
}

/*
 * Where Linux likes: takes enough room to have an aligned place in it, gives back what is too much
 * on both sides, and puts the mapping over what remains. Nobody else can get in between.
 */
static NTSTATUS place_anywhere(const ViewMapping *mapping, bool top_down, uintptr_t *ret_base) {
        size_t room = mapping->size + (VIEW_GRANULARITY - VIEW_PAGE_SIZE);
        void *memory = mmap(
                        NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        uintptr_t start, base, end;

        if (memory == MAP_FAILED)
                return nt_status_from_errno(errno);
        start = (uintptr_t) memory;
        end = start + room;
        base = top_down ? align_down(end - mapping->size) : align_up(start);

        if (mmap((void *) base, mapping->size, mapping->protection, mapping->flags | MAP_FIXED,
                            mapping->fd, mapping->offset) == MAP_FAILED) {
                int error = errno;

                munmap(memory, room);
                return nt_status_from_errno(error);
        }
        if (base > start)
                munmap(memory, base - start);
        if (end > base + mapping->size)
                munmap((void *) (base + mapping->size), end - base - mapping->size);
        *ret_base = base;
        return STATUS_SUCCESS;
}

/* Reads /proc/self/maps line by line, without the heap that streams of the C library need. */
typedef struct MapsReader {
        int fd;
        size_t used, filled;
        char buffer[4096];
} MapsReader;

static int maps_getc(MapsReader *reader) {
        if (reader->used == reader->filled) {
                ssize_t n = read(reader->fd, reader->buffer, sizeof(reader->buffer));

                if (n <= 0)
                        return -1;
                reader->used = 0;
                reader->filled = (size_t) n;
        }
        return (unsigned char) reader->buffer[reader->used++];
}

/* Takes the next mapping. Return: false at the end. */
static bool maps_next(MapsReader *reader, uintptr_t *start, uintptr_t *end, bool *is_stack) {
        char line[64], tail[8] = "";
        size_t n = 0, n_tail = 0;
        char *rest;
        int c;

        for (c = maps_getc(reader); c >= 0 && c != '\n'; c = maps_getc(reader)) {
                if (n < sizeof(line) - 1)
                        line[n++] = (char) c;
                if (c == '[')
                        n_tail = 0;
                if (n_tail < sizeof(tail))
                        tail[n_tail++] = (char) c;
        }
        if (c < 0)
                return false;

        line[n] = '\0';
        *start = strtoul(line, &rest, 16);
        *end = *rest == '-' ? strtoul(rest + 1, NULL, 16) : *start;
        *is_stack = n_tail >= 7 && memcmp(tail, "[stack]", 7) == 0;
        return true;
}

/* Finds the lowest, or highest, free place between @lowest and @highest. Return: 0 if there is
 * none. */
static uintptr_t place_find(size_t size, uintptr_t lowest, uintptr_t highest, bool top_down) {
        NO_CANCELLATION_HERE;
        MapsReader reader = { .fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC) };
        uintptr_t gap = lowest, start, end, found = 0;
        bool is_stack, more = true;

        if (reader.fd < 0)
                return 0;
        while (more && gap <= highest) {
                more = maps_next(&reader, &start, &end, &is_stack);
                if (!more || start > highest)
                        start = highest + 1;
                else if (is_stack)
                        start = start > STACK_ROOM ? start - STACK_ROOM : 0;

                if (start > gap && start - gap >= size) {
                        uintptr_t base = top_down ? align_down(start - size) : gap;

                        if (base >= gap) {
                                found = base;
                                if (!top_down)
                                        break;
                        }
                }
                if (more && end > gap)
                        gap = align_up(end);
        }
        close(reader.fd);
        return found;
}

/* Under a limit: looks for a free place, and tries it before somebody else has it. */
static NTSTATUS place_below(
                uintptr_t highest, const ViewMapping *mapping, bool top_down, uintptr_t *ret_base) {
        uintptr_t lowest = VIEW_GRANULARITY;

        for (int i = 0; i < PLACE_TRIES; i++) {
                uintptr_t base = place_find(mapping->size, lowest, highest, top_down);
                int error;

                if (base == 0)
                        return STATUS_NO_MEMORY;
                error = map_at(base, mapping);
                if (error == 0) {
                        *ret_base = base;
                        return STATUS_SUCCESS;
                }
                if (error == EPERM && !top_down && !(mapping->protection & PROT_EXEC))
                        lowest = base + VIEW_GRANULARITY; /* below vm.mmap_min_addr */
                else if (error != EEXIST)
                        return nt_status_from_errno(error);
        }
        return STATUS_NO_MEMORY;
}

NTSTATUS view_place_map(const ViewPlace *place,
                const ViewMapping *mapping,
                uintptr_t near,
                uintptr_t *ret_base) {
        if (place->base != 0) {
                *ret_base = place->base;
                return place_fixed(place->base, mapping);
        }
        if (place->highest != 0 && place->highest < VIEW_HIGHEST_ADDRESS)
                return place_below(place->highest, mapping, place->top_down, ret_base);

        if (near != 0 && !place->top_down && map_at(near, mapping) == 0) {
                *ret_base = near;
                return STATUS_SUCCESS;
        }
        return place_anywhere(mapping, place->top_down, ret_base);
}
