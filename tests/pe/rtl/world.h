#pragma once

/*
 * One program for two worlds: natively with libzw, and as an .exe that imports ntdll only
 *
 * It prints one line for each call, with what the call gave, so that the outputs can be compared:
 * by their hashes with what Wine 8 printed. The native program's lines show what differs.
 * No C library is used but memory and string functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zw/ntrtl.h>

#include "ntstatus.h"

struct in_addr {
        uint8_t bytes[4];
};
struct in6_addr {
        uint8_t bytes[16];
};

/* Writes to standard output, buffered; world_flush() writes what is left. */
void put_text(const char *text);
void put_hex(uint64_t value, int n_digits);
void put_bytes(const void *bytes, size_t size);
void put_units(const WCHAR *units, size_t n);
void put_line(void);
void world_flush(void);

/* " name=value" in hexadecimal. */
void put(const char *name, uint64_t value);

/* Makes each byte a unit, with the NUL. */
void widen(const char *text, WCHAR *units);

/* The same numbers in every run. */
uint32_t random_number(void);
static inline uint32_t random_below(uint32_t limit) {
        return random_number() % limit;
}

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Of each area. */
void compare_strings(void);
void compare_conversions(void);
void compare_numbers(void);
void compare_addresses(void);
void compare_bit_maps(void);
void compare_times(void);
void compare_memory(void);
void compare_atoms(void);

typedef struct Area {
        const char *name;
        void (*compare)(void);
        uint64_t hash; /* of what it printed as an .exe under Wine 8 */
} Area;

/* In the order in which they must run: they share random_number(). */
extern const Area areas[];
extern const size_t n_areas;

/* Makes the area's calls. */
uint64_t area_hash(const Area *area);
