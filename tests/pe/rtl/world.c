#include "world.h"

#define BUFFER_SIZE 16384

/* FNV-1a */
#define HASH_START  0xCBF29CE484222325ull
#define HASH_FACTOR 0x100000001B3ull

static char buffer[BUFFER_SIZE];
static size_t n_buffer;
static uint64_t hash = HASH_START;

#ifdef __MINGW32__

/* The program says which areas differ (programs/rtl-calls.c); the lines are the native program's.
 */
static void write_out(const char *text, size_t size) {
        (void) text;
        (void) size;
}

#else

#include <unistd.h>

static bool print_lines;

static void write_out(const char *text, size_t size) {
        while (print_lines && size > 0) {
                ssize_t n = write(STDOUT_FILENO, text, size);

                if (n <= 0)
                        return;
                text += n;
                size -= (size_t) n;
        }
}

#endif

void world_flush(void) {
        write_out(buffer, n_buffer);
        n_buffer = 0;
}

void put_text(const char *text) {
        for (; *text; text++) {
                if (n_buffer == BUFFER_SIZE)
                        world_flush();
                buffer[n_buffer++] = *text;
                hash = (hash ^ (uint8_t) *text) * HASH_FACTOR;
        }
}

void put_hex(uint64_t value, int n_digits) {
        char text[17];

        for (int i = n_digits - 1; i >= 0; i--, value >>= 4)
                text[i] = "0123456789abcdef"[value & 15];
        text[n_digits] = 0;
        put_text(text);
}

void put(const char *name, uint64_t value) {
        int n_digits = 1;

        while (n_digits < 16 && value >> (4 * n_digits) != 0)
                n_digits++;
        put_text(" ");
        put_text(name);
        put_text("=");
        put_hex(value, n_digits);
}

void put_bytes(const void *bytes, size_t size) {
        put_text(" ");
        for (size_t i = 0; i < size; i++)
                put_hex(((const uint8_t *) bytes)[i], 2);
}

void put_units(const WCHAR *units, size_t n) {
        put_text(" ");
        for (size_t i = 0; i < n; i++) {
                if (units[i] > ' ' && units[i] < 127) {
                        char text[2] = { (char) units[i], 0 };

                        put_text(text);
                } else {
                        put_text("\\");
                        put_hex(units[i], 4);
                }
        }
}

void put_line(void) {
        put_text("\n");
}

void widen(const char *text, WCHAR *units) {
        size_t i = 0;

        do
                units[i] = (WCHAR) (unsigned char) text[i];
        while (text[i++]);
}

uint32_t random_number(void) {
        static uint64_t state = 88172645463325252ull;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (uint32_t) (state >> 16);
}

const Area areas[] = {
        { "strings", compare_strings, 0x6825DD9E903CEFE5ull },
        { "conversions", compare_conversions, 0x4D3DBB4C55FA115Aull },
        { "numbers", compare_numbers, 0x3EB68DA910BEB33Eull },
        { "addresses", compare_addresses, 0xBFC7D31B5C0B8A43ull },
        { "bit maps", compare_bit_maps, 0x61C34BADE9B97ACull },
        { "times", compare_times, 0x5EB5A38F1FB552FAull },
        { "memory", compare_memory, 0x1413B67FF04BA2F1ull },
        { "atoms", compare_atoms, 0xD0001E51D805E8FEull },
};

const size_t n_areas = N(areas);

uint64_t area_hash(const Area *area) {
        hash = HASH_START;
        area->compare();
        return hash;
}

#ifndef __MINGW32__

/* Prints all lines if there is an argument; else compares them with what Wine printed. */
int main(int argc, char **argv) {
        int result = 0;

        (void) argv;
        print_lines = argc > 1;
        for (size_t i = 0; i < n_areas; i++) {
                uint64_t found = area_hash(&areas[i]);

                if (print_lines || found == areas[i].hash)
                        continue;
                result = 1;
                world_flush();
                print_lines = true;
                put_text(areas[i].name);
                put_text(": not what Wine 8 printed:");
                put("hash", found);
                put_line();
                world_flush();
                print_lines = false;
        }
        world_flush();
        return result;
}

#endif
