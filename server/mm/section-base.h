#pragma once

/*
 * Addresses of based sections
 *
 * A section of SEC_BASED has the same address in all processes: it is reserved for the section when
 * that is made, from above in steps of 64 KiB, and given back with it. Processes keep the range
 * free because nothing of Linux's gets there by itself: programs lie in the lowest 4 GiB or from
 * 0x550000000000 on, libraries, stacks and mappings without a wish right below 0x7FFFFFFFF000, what
 * the address sanitizer needs up to 0x100080000000 and from 0x600000000000 on. The thread sanitizer
 * and valgrind let nobody map there.
 *
 * One user gets a quarter of it at most, so that there is some for others.
 */

#include <stdint.h>
#include <sys/types.h>

#include "ntdef.h"

#define SECTION_BASE_LOWEST 0x200000000000ull
#define SECTION_BASE_END    0x280000000000ull

#define SECTION_BASE_USER_MOST ((SECTION_BASE_END - SECTION_BASE_LOWEST) / 4)

/* Zeroed: none. */
typedef struct SectionBase {
        uint64_t base;
        uint64_t size; /* in whole steps */
        uid_t uid;     /* whose it is */
} SectionBase;

/**
 * section_base_take() - an address that nobody else has
 * @uid:  who makes the section
 * @size: of the section, not 0
 * @ret:  ends with section_base_release()
 * Return: STATUS_SUCCESS, or STATUS_NO_MEMORY if there is no room, or @uid has had his share.
 */
NTSTATUS section_base_take(uid_t uid, uint64_t size, SectionBase *ret);

/* Gives it back. Of none a no-op; afterwards there is none. */
void section_base_release(SectionBase *base);
