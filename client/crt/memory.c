#include <string.h>

#include "crt-memory.h"
#include "errors.h"

/*
 * Blocks of memory
 *
 * A function of Microsoft's convention that calls one of Linux's saves ten vector registers first.
 * Short blocks are therefore done here without any call; long ones go to libc, through a function
 * of Microsoft's convention again, so that only it saves them.
 */

#define SHORT_BLOCK 64u

typedef struct Block16 {
        uint64_t parts[2];
} Block16;

typedef struct Block32 {
        uint64_t parts[4];
} Block32;

/* Copies @size from 1 to SHORT_BLOCK bytes; all is read before anything is written. */
#define COPY_OVERLAPPING(Type, to, from, size)                                                     \
        do {                                                                                       \
                Type first, last;                                                                  \
                                                                                                   \
                __builtin_memcpy(&first, (from), sizeof(Type));                                    \
                __builtin_memcpy(&last, (from) + (size) - sizeof(Type), sizeof(Type));             \
                __builtin_memcpy((to), &first, sizeof(Type));                                      \
                __builtin_memcpy((to) + (size) - sizeof(Type), &last, sizeof(Type));               \
        } while (0)

static __attribute__((noinline)) void *NTAPI copy_long(void *to, const void *from, size_t size) {
        return memmove(to, from, size);
}

static __attribute__((noinline)) void *NTAPI fill_long(void *block, int byte, size_t size) {
        return memset(block, byte, size);
}

static inline __attribute__((always_inline)) void *copy(void *to, const void *from, size_t size) {
        char *target = to;
        const char *source = from;

        if (size > SHORT_BLOCK)
                return copy_long(to, from, size);
        if (size >= 32)
                COPY_OVERLAPPING(Block32, target, source, size);
        else if (size >= 16)
                COPY_OVERLAPPING(Block16, target, source, size);
        else if (size >= 8)
                COPY_OVERLAPPING(uint64_t, target, source, size);
        else if (size >= 4)
                COPY_OVERLAPPING(uint32_t, target, source, size);
        else if (size >= 2)
                COPY_OVERLAPPING(uint16_t, target, source, size);
        else if (size == 1)
                *target = *source;
        return to;
}

/* Overlapping blocks too: programs rely on it, and Microsoft's does it. */
void *NTAPI crt_memcpy(void *to, const void *from, size_t size) {
        return copy(to, from, size);
}

void *NTAPI crt_memmove(void *to, const void *from, size_t size) {
        return copy(to, from, size);
}

void *NTAPI crt_memset(void *block, int byte, size_t size) {
        unsigned char *at = block;
        uint64_t fill = (unsigned char) byte * UINT64_C(0x0101010101010101);

        if (size > SHORT_BLOCK)
                return fill_long(block, byte, size);
        if (size >= sizeof(fill)) {
                for (size_t i = 0; i + sizeof(fill) <= size; i += sizeof(fill))
                        __builtin_memcpy(at + i, &fill, sizeof(fill));
                __builtin_memcpy(at + size - sizeof(fill), &fill, sizeof(fill));
                return block;
        }
        for (size_t i = 0; i < size; i++)
                at[i] = (unsigned char) byte;
        return block;
}

int NTAPI crt_memcmp(const void *left, const void *right, size_t size) {
        int difference = memcmp(left, right, size);

        return (difference > 0) - (difference < 0);
}

void *NTAPI crt_memchr(const void *block, int byte, size_t size) {
        return memchr(block, byte, size);
}

void *NTAPI crt__memccpy(void *to, const void *from, int byte, size_t size) {
        unsigned char *target = to;
        const unsigned char *source = from;

        for (size_t i = 0; i < size; i++) {
                target[i] = source[i];
                if (source[i] == (unsigned char) byte)
                        return target + i + 1;
        }
        return NULL;
}

static int lower(int byte) {
        return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

int NTAPI crt__memicmp(const void *left, const void *right, size_t size) {
        const unsigned char *a = left, *b = right;

        for (size_t i = 0; i < size; i++) {
                int difference = lower(a[i]) - lower(b[i]);

                if (difference != 0)
                        return difference;
        }
        return 0;
}

int NTAPI crt_memcpy_s(void *to, size_t capacity, const void *from, size_t size) {
        if (size == 0)
                return 0;
        if (!to)
                return CRT_EINVAL;
        if (from && size <= capacity) {
                copy(to, from, size);
                return 0;
        }
        memset(to, 0, capacity);
        return from ? CRT_ERANGE : CRT_EINVAL;
}

int NTAPI crt_memmove_s(void *to, size_t capacity, const void *from, size_t size) {
        if (size == 0)
                return 0;
        if (!to || !from)
                return CRT_EINVAL;
        if (size > capacity)
                return CRT_ERANGE;
        copy(to, from, size);
        return 0;
}
