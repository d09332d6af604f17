#include "world.h"

#define BUFFER_SIZE 16384

/* FNV-1a */
#define HASH_START  0xCBF29CE484222325ull
#define HASH_FACTOR 0x100000001B3ull

static char buffer[BUFFER_SIZE];
static size_t n_buffer;
static uint64_t hash = HASH_START;

#ifdef __MINGW32__

/* Only what is needed: standard output is in the process parameters. */
NTSTATUS NTAPI NtWriteFile(HANDLE,
                HANDLE,
                PVOID,
                PVOID,
                PIO_STATUS_BLOCK,
                PVOID,
                ULONG,
                PLARGE_INTEGER,
                PULONG);
VOID NTAPI RtlExitUserProcess(NTSTATUS);

#define PEB_OFFSET             0x60
#define PARAMETERS_OFFSET      0x20
#define STANDARD_OUTPUT_OFFSET 0x28

static HANDLE standard_output(void) {
        char *peb, *parameters;

        __asm__("movq %%gs:(%1), %0" : "=r"(peb) : "r"((uint64_t) PEB_OFFSET));
        parameters = *(char **) (peb + PARAMETERS_OFFSET);
        return *(HANDLE *) (parameters + STANDARD_OUTPUT_OFFSET);
}

static void write_out(const char *text, size_t size) {
        IO_STATUS_BLOCK io;

        (void) NtWriteFile(standard_output(), NULL, NULL, NULL, &io, (PVOID) text, (ULONG) size,
                        NULL, NULL);
}

#else

#include <unistd.h>

static bool print;

static void write_out(const char *text, size_t size) {
        while (print && size > 0) {
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

static const struct {
        const char *name;
        void (*compare)(void);
        uint64_t hash; /* of what it printed as an .exe under Wine 8 */
} areas[] = {
        { "strings", compare_strings, 0x6825DD9E903CEFE5ull },
        { "conversions", compare_conversions, 0x4D3DBB4C55FA115Aull },
        { "numbers", compare_numbers, 0x3EB68DA910BEB33Eull },
        { "addresses", compare_addresses, 0xBFC7D31B5C0B8A43ull },
        { "bit maps", compare_bit_maps, 0x61C34BADE9B97ACull },
        { "times", compare_times, 0x5EB5A38F1FB552FAull },
        { "memory", compare_memory, 0x1413B67FF04BA2F1ull },
        { "atoms", compare_atoms, 0xD0001E51D805E8FEull },
};

#ifdef __MINGW32__

void NTAPI start(void) {
        for (size_t i = 0; i < N(areas); i++)
                areas[i].compare();
        world_flush();
        RtlExitUserProcess(0);
}

#else

/* Prints all lines if there is an argument; else compares them with what Wine printed. */
int main(int argc, char **argv) {
        int result = 0;

        (void) argv;
        print = argc > 1;
        for (size_t i = 0; i < N(areas); i++) {
                uint64_t found;

                hash = HASH_START;
                areas[i].compare();
                found = hash;
                if (print || found == areas[i].hash)
                        continue;
                result = 1;
                world_flush();
                print = true;
                put_text(areas[i].name);
                put_text(": not what Wine 8 printed:");
                put("hash", found);
                put_line();
                world_flush();
                print = false;
        }
        world_flush();
        return result;
}

#endif
