#pragma once

/*
 * SIDs
 *
 * A SID names a user, a group or another principal: a revision, an authority and up to 15 numbers.
 * Functions that take a SID expect a whole and valid one; sid_check() is how bytes become one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntsecurity.h"

#define SID_TEXT_MAX 192u /* the longest text of a SID, with a NUL */

/* A SID with room for the largest. */
typedef union SidBuffer {
        SID sid;
        uint8_t bytes[SECURITY_MAX_SID_SIZE];
} SidBuffer;

/* Whether @size bytes at @data begin with a whole and valid SID. No alignment is needed. */
bool sid_check(const void *data, size_t size);

/* Bytes of a valid SID. */
size_t sid_size(const SID *sid);
bool sid_equal(const SID *a, const SID *b);
void sid_copy(SidBuffer *to, const SID *from);

/* The numbers behind the authority. A SID need not be aligned, so they are not read in place. */
size_t sid_n_numbers(const SID *sid);
uint32_t sid_number(const SID *sid, size_t i);

/* Whether it is S-1-16-level. */
bool sid_integrity(const SID *sid, uint32_t *ret_level);

/* Makes a SID of an authority below 2^32 and @n uint32_t numbers, at most 15. */
void sid_make(SidBuffer *sid, uint32_t authority, size_t n, ...);

/* "S-1-5-18", NUL-terminated; @text has SID_TEXT_MAX bytes. */
void sid_format(const SID *sid, char *text);

/**
 * sid_parse() - read a SID's text
 * @text: "S-1-..." with decimal or 0x numbers, not necessarily ending there
 * @end:  gets where the SID ends
 */
bool sid_parse(const char *text, const char **end, SidBuffer *ret);

/* Those that everybody knows. */
extern const SidBuffer sid_everyone;       /* S-1-1-0 */
extern const SidBuffer sid_creator_owner;  /* S-1-3-0 */
extern const SidBuffer sid_creator_group;  /* S-1-3-1 */
extern const SidBuffer sid_owner_rights;   /* S-1-3-4 */
extern const SidBuffer sid_authenticated;  /* S-1-5-11 */
extern const SidBuffer sid_restricted;     /* S-1-5-12 */
extern const SidBuffer sid_system;         /* S-1-5-18 */
extern const SidBuffer sid_administrators; /* S-1-5-32-544 */

/* Linux users and groups: S-1-22-1-uid, S-1-22-2-gid, as Samba names them. */
void sid_of_user(SidBuffer *sid, uint32_t uid);
void sid_of_group(SidBuffer *sid, uint32_t gid);

/* S-1-16-level. */
void sid_of_integrity(SidBuffer *sid, uint32_t level);
