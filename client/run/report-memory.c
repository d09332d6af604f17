#include "report-memory.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loader.h"
#include "maps.h"

#define RANGES_MAX 1024u
#define NAMES_SIZE 16384u

/* A mapping that code may run in. */
typedef struct Range {
        uint64_t begin, end;
        uint64_t base; /* where the first mapping of the same file begins */
        const char *name;
} Range;

/* The list, as it was read last. */
static struct {
        Range ranges[RANGES_MAX];
        size_t n_ranges;
        char names[NAMES_SIZE];
        size_t names_length;
        uint64_t file_begin; /* the file whose mappings are being read */
        char file_name[256];
} memory;

/* Keeps @name. Return: NULL if there is none, or no room for it. */
static const char *keep_name(const char *name) {
        size_t size = strlen(name) + 1;
        char *kept = memory.names + memory.names_length;

        if (size == 1 || size > NAMES_SIZE - memory.names_length)
                return NULL;
        memcpy(kept, name, size);
        memory.names_length += size;
        return kept;
}

static bool take_mapping(void *context, const Mapping *mapping) {
        (void) context;
        if (strncmp(memory.file_name, mapping->name, sizeof(memory.file_name) - 1) != 0) {
                memory.file_begin = mapping->begin;
                strncpy(memory.file_name, mapping->name, sizeof(memory.file_name) - 1);
        }
        if (mapping->is_executable)
                memory.ranges[memory.n_ranges++] = (Range){
                        mapping->begin,
                        mapping->end,
                        memory.file_begin,
                        keep_name(mapping->name),
                };
        return memory.n_ranges < RANGES_MAX;
}

void report_memory_load(void) {
        memory.n_ranges = 0;
        memory.names_length = 0;
        memory.file_name[0] = 0;
        maps_read(take_mapping, NULL);
}

static const Range *range_at(uint64_t address) {
        for (size_t i = 0; i < memory.n_ranges; i++) {
                if (address >= memory.ranges[i].begin && address < memory.ranges[i].end)
                        return &memory.ranges[i];
        }
        return NULL;
}

ReportPlace report_place(uint64_t address) {
        const Range *range;
        ModuleRange module;

        if (module_at((const void *) address, &module))
                return (ReportPlace){ module.name, address - module.base, false };
        range = range_at(address);
        if (!range || !range->name)
                return (ReportPlace){ 0 };
        return (ReportPlace){ range->name, address - range->base, true };
}

bool report_is_executable(uint64_t address) {
        return range_at(address) != NULL;
}

size_t report_read(uint64_t address, void *buffer, size_t size) {
        struct iovec local = { buffer, size };
        struct iovec remote = { (void *) address, size };
        ssize_t n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

        return n > 0 ? (size_t) n : 0;
}

/* E8 and a distance, or FF /2 with any operand; r8 to r15 need a prefix that is before. */
bool report_is_behind_call(uint64_t address) {
        static const unsigned char indirect[] = { 2, 3, 4, 6, 7 };
        unsigned char code[7];

        if (report_read(address - sizeof(code), code, sizeof(code)) < sizeof(code))
                return false;
        if (code[2] == 0xE8)
                return true;
        for (size_t i = 0; i < sizeof(indirect); i++) {
                const unsigned char *at = code + sizeof(code) - indirect[i];

                if (at[0] == 0xFF && (at[1] & 0x38) == 0x10)
                        return true;
        }
        return false;
}
