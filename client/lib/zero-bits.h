#pragma once

/*
 * Zero bits
 *
 * How far up an address may be, as NtMapViewOfSection and NtAllocateVirtualMemory are told.
 */

#include <stdbool.h>
#include <stdint.h>

/* With so many zero bits, nothing is left below 64 KiB: never a place, but not a wrong number. */
#define ZERO_BITS_MAX 21u

/*
 * The highest address that @zero_bits leaves, 0 for no limit: up to 21 it is a number of zeros at
 * the high end of 32 bits, from 32 on a mask whose leading zeros count. Return: false for what it
 * cannot be.
 */
static inline bool zero_bits_limit(uint64_t zero_bits, uint64_t *ret_highest) {
        *ret_highest = 0;
        if (zero_bits == 0)
                return true;
        if (zero_bits <= ZERO_BITS_MAX)
                *ret_highest = UINT32_MAX >> zero_bits;
        else if (zero_bits >= 32)
                *ret_highest = UINT64_MAX >> __builtin_clzll(zero_bits);
        else
                return false;
        return true;
}
