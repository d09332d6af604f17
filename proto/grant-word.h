#pragma once

/*
 * The word of a grant
 *
 * One 64-bit word per grant, in the process page, changed by compare-and-swap or fetch-and-op only
 * (sequentially consistent). It carries the protocol by which a temporary object's name goes
 * exactly with its last handle although closing one of several handles is no message:
 *
 *     bits  0-31  COUNT   handles of this process on the grant
 *     bits 32-60  TAG     generation of the slot, never 0; a slot is used again under the next one
 *     bit     61  SHARED  others may hold the object too: the report of a last close is waited for
 *     bit     62  REPORT  its count reaching 0 must be reported: this grant is the object's anchor,
 *                         or the object is one whose end must be exact though nobody looks it up (a
 *                         file, a file's section: their grants have REPORT and SHARED from birth)
 *     bit     63  DEAD    the grant is no more, and never comes back under this tag
 *
 * tests/model/grant.pml is the same protocol for the model checker. The operations below are all
 * that either side does to a word; each of them is one indivisible step of the model.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define GRANT_COUNT     0x00000000FFFFFFFFull
#define GRANT_TAG_SHIFT 32u
#define GRANT_TAG_MAX   0x1FFFFFFFu
#define GRANT_SHARED    0x2000000000000000ull
#define GRANT_REPORT    0x4000000000000000ull
#define GRANT_DEAD      0x8000000000000000ull

typedef _Atomic uint64_t GrantWord;

static inline uint32_t grant_word_count(uint64_t value) {
        return (uint32_t) (value & GRANT_COUNT);
}

static inline uint32_t grant_word_tag(uint64_t value) {
        return (uint32_t) (value >> GRANT_TAG_SHIFT) & GRANT_TAG_MAX;
}

static inline uint64_t grant_word_make(uint32_t tag, uint32_t count, uint64_t flags) {
        return flags | (uint64_t) (tag & GRANT_TAG_MAX) << GRANT_TAG_SHIFT | count;
}

typedef enum GrantClose {
        GRANT_CLOSE_OPEN,        /* other handles remain, nothing to do */
        GRANT_CLOSE_PARKED,      /* that was the last handle, and nobody need know */
        GRANT_CLOSE_REPORT,      /* DEAD now: send a Release, do not wait for an answer */
        GRANT_CLOSE_REPORT_WAIT, /* DEAD now: send a Release, and return after its answer only */
        GRANT_CLOSE_NONE,        /* there was no handle to close: rubbish in the page */
} GrantClose;

/**
 * grant_word_count_up() - count one more handle
 * @word:     the grant's word
 * @tag:      generation that the caller means
 * @tag_mask: bits of @tag that the caller knows (GRANT_TAG_MAX, or 0xFFFF of a handle entry)
 * @n_tries:  compare-and-swaps that may be lost before giving up
 *
 * A count of 0 before is the revival of a parked grant.
 *
 * Return: true if counted; false if the grant is DEAD, of another generation, its count is full, or
 * the tries ran out.
 */
bool grant_word_count_up(GrantWord *word, uint32_t tag, uint32_t tag_mask, unsigned n_tries);

/**
 * grant_word_close() - count one handle less
 * @word:    the grant's word
 * @n_tries: compare-and-swaps that may be lost before giving up; UINT_MAX for a process's own word,
 *           and for the server where the process has no page
 *
 * The step from 1 to 0 on the anchor makes the grant DEAD in the same compare-and-swap.
 */
GrantClose grant_word_close(GrantWord *word, unsigned n_tries);

/**
 * grant_word_end_parked() - DEAD, provided that there is no handle
 * @word:    the grant's word
 * @tag:     generation that the caller means
 * @ret_was: what the word said: DEAD, of another tag, or with a count above 0 (a revival won).
 *           None of these only if somebody changed it over and over: a hostile process, whose
 *           grant the caller may take as it likes
 * Return: true if it is DEAD now by this call.
 */
bool grant_word_end_parked(GrantWord *word, uint32_t tag, uint64_t *ret_was);
