#include "address-space.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "kernel.h"
#include "ntstatus.h"
#include "region.h"
#include "status.h"

bool maps_open(MapsReader *reader) {
        NO_CANCELLATION_HERE;

        reader->used = 0;
        reader->filled = 0;
        reader->fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
        return reader->fd >= 0;
}

void maps_close(MapsReader *reader) {
        NO_CANCELLATION_HERE;

        reader->fd = fd_close(reader->fd);
}

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

/* "rwxp": writes to a private file mapping are copied, but that is nothing NT would ask about. */
static ULONG protection_of(const char *text) {
        bool read = text[0] == 'r', write = text[1] == 'w', execute = text[2] == 'x';

        if (execute)
                return write ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
        if (write)
                return PAGE_READWRITE;
        return read ? PAGE_READONLY : PAGE_NOACCESS;
}

/* The beginning of a line, and its last word if that is in brackets. */
typedef struct MapsLine {
        char text[64];
        char name[8];
} MapsLine;

static bool maps_line(MapsReader *reader, MapsLine *line) {
        size_t n = 0, n_name = 0;
        int c;

        memset(line, 0, sizeof(*line));
        for (c = maps_getc(reader); c >= 0 && c != '\n'; c = maps_getc(reader)) {
                if (n < sizeof(line->text) - 1)
                        line->text[n++] = (char) c;
                if (c == '[')
                        n_name = 0;
                if (n_name < sizeof(line->name))
                        line->name[n_name++] = (char) c;
        }
        return c >= 0;
}

bool maps_next(MapsReader *reader, Mapping *ret) {
        NO_CANCELLATION_HERE;
        MapsLine line;
        char *rest;

        if (!maps_line(reader, &line))
                return false;
        ret->start = strtoul(line.text, &rest, 16);
        ret->end = *rest == '-' ? strtoul(rest + 1, &rest, 16) : ret->start;
        ret->protection = strlen(rest) > 4 ? protection_of(rest + 1) : PAGE_NOACCESS;
        ret->is_stack = memcmp(line.name, "[stack]", 7) == 0;
        return true;
}

/* Since 6.11 Linux tells of one mapping without listing those before it: linux/fs.h, PROCMAP_QUERY.
 */
typedef struct MappingQuery {
        uint64_t size;
        uint64_t query_flags;
        uint64_t query_address;
        uint64_t start;
        uint64_t end;
        uint64_t flags;
        uint64_t not_wanted[7]; /* page size, offset, inode and device, name, build id */
} MappingQuery;

#define MAPPING_QUERY      _IOWR('f', 17, MappingQuery)
#define MAPPING_READABLE   0x01u
#define MAPPING_WRITABLE   0x02u
#define MAPPING_EXECUTABLE 0x04u
#define MAPPING_OR_NEXT    0x10u

static const Mapping no_mapping = { .start = UINTPTR_MAX, .end = UINTPTR_MAX };

static ULONG protection_of_flags(uint64_t flags) {
        const char text[] = { flags & MAPPING_READABLE ? 'r' : '-',
                flags & MAPPING_WRITABLE ? 'w' : '-', flags & MAPPING_EXECUTABLE ? 'x' : '-' };

        return protection_of(text);
}

/* Return: false if this Linux cannot tell. */
static bool mapping_query(int fd, uintptr_t address, Mapping *ret) {
        MappingQuery query = {
                .size = sizeof(query),
                .query_flags = MAPPING_OR_NEXT,
                .query_address = address,
        };

        if (kernel_acts_old())
                return false;
        *ret = no_mapping;
        if (ioctl(fd, MAPPING_QUERY, &query) < 0)
                return errno == ENOENT; /* nothing from there on */
        ret->start = query.start;
        ret->end = query.end;
        ret->protection = protection_of_flags(query.flags);
        return true;
}

bool address_space_find_with(MapsReader *reader, uintptr_t address, Mapping *ret) {
        if (!maps_open(reader))
                return false;
        if (!mapping_query(reader->fd, address, ret)) {
                do {
                        if (!maps_next(reader, ret))
                                *ret = no_mapping;
                } while (ret->end <= address);
        }
        maps_close(reader);
        return true;
}

bool address_space_find(uintptr_t address, Mapping *ret) {
        MapsReader reader;

        return address_space_find_with(&reader, address, ret);
}

bool address_space_is_mapped(uintptr_t first, uintptr_t end, ULONG *ret_protection) {
        autocleanup(maps_close) MapsReader reader;
        uintptr_t at = first;
        bool known = maps_open(&reader);
        Mapping mapping;

        while (known && at < end && maps_next(&reader, &mapping)) {
                if (mapping.end <= at)
                        continue;
                if (mapping.start > at)
                        return false;
                if (at == first)
                        *ret_protection = mapping.protection;
                at = mapping.end;
        }
        return at >= end;
}

int address_space_protection(ULONG protection) {
        switch (protection & 0xFFu) {
        case PAGE_READONLY:
                return PROT_READ;
        case PAGE_READWRITE:
        case PAGE_WRITECOPY:
                return PROT_READ | PROT_WRITE;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ: /* the processor cannot tell the two apart */
                return PROT_READ | PROT_EXEC;
        case PAGE_EXECUTE_READWRITE:
        case PAGE_EXECUTE_WRITECOPY:
                return PROT_READ | PROT_WRITE | PROT_EXEC;
        default: /* PAGE_NOACCESS, and what is not committed */
                return PROT_NONE;
        }
}

/*
 * Linux says ENOMEM for too many mappings too. Whether that is it shows by making three, of memory
 * that joins no other mapping; a place for a view needs as many on the way.
 */
static bool mappings_are_left(void) {
        const size_t size = 3 * REGION_PAGE_SIZE;
        char *memory = mmap(NULL, size, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        bool left;

        if (memory == MAP_FAILED)
                return false;
        left = mprotect(memory + REGION_PAGE_SIZE, REGION_PAGE_SIZE, PROT_READ) == 0;
        munmap(memory, size);
        return left;
}

NTSTATUS address_space_status(int error, NTSTATUS memory) {
        if (error == ENOMEM)
                return mappings_are_left() ? memory : STATUS_INSUFFICIENT_RESOURCES;
        return nt_status_from_errno(error);
}
