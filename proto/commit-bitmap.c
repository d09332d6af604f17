#include "commit-bitmap.h"

#define PAGE_SIZE     4096u
#define WORD_BITS     64u
#define BITS_PER_PAGE (PAGE_SIZE * 8u)

static uint64_t n_blocks(uint64_t n_pages) {
        return (n_pages + BITS_PER_PAGE - 1) / BITS_PER_PAGE;
}

uint64_t commit_bitmap_summary_size(uint64_t n_pages) {
        return (n_blocks(n_pages) + BITS_PER_PAGE - 1) / BITS_PER_PAGE * PAGE_SIZE;
}

uint64_t commit_bitmap_size(uint64_t n_pages) {
        return commit_bitmap_summary_size(n_pages) + n_blocks(n_pages) * PAGE_SIZE;
}

/* Where the pages' bits begin, in words. */
static uint64_t bits_start(uint64_t n_pages) {
        return commit_bitmap_summary_size(n_pages) / sizeof(uint64_t);
}

static uint64_t word_mask(uint64_t first, uint64_t end) {
        uint64_t mask = UINT64_MAX << (first % WORD_BITS);

        if (end - first / WORD_BITS * WORD_BITS < WORD_BITS)
                mask &= (UINT64_C(1) << (end % WORD_BITS)) - 1;
        return mask;
}

/* Who has set the bits is the last to write to a word, or finds that nothing is to be done. */
static void bits_set(_Atomic(uint64_t) *words, uint64_t first, uint64_t end) {
        for (uint64_t bit = first, next; bit < end; bit = next) {
                uint64_t mask = word_mask(bit, end);

                next = (bit / WORD_BITS + 1) * WORD_BITS;
                if ((atomic_load(&words[bit / WORD_BITS]) & mask) != mask)
                        atomic_fetch_or(&words[bit / WORD_BITS], mask);
        }
}

void commit_bitmap_set(const CommitBitmap *bitmap, uint64_t first, uint64_t end) {
        bits_set(bitmap->words + bits_start(bitmap->n_pages), first, end);
        bits_set(bitmap->words, first / BITS_PER_PAGE, (end - 1) / BITS_PER_PAGE + 1);
}

/* The bits from that of @page on, shifted down to it. */
static uint64_t bits_from(const CommitBitmap *bitmap, uint64_t page) {
        uint64_t block = page / BITS_PER_PAGE;

        if (!(atomic_load(&bitmap->words[block / WORD_BITS]) >> block % WORD_BITS & 1))
                return 0;
        return atomic_load(&bitmap->words[bits_start(bitmap->n_pages) + page / WORD_BITS]) >>
               page % WORD_BITS;
}

/* The page from which on nothing is known: the end of the word that @page is in, or of the block,
 * if nothing in it is committed. */
static uint64_t next_unknown(const CommitBitmap *bitmap, uint64_t page, uint64_t bits) {
        uint64_t block = page / BITS_PER_PAGE;

        if (bits == 0 && !(atomic_load(&bitmap->words[block / WORD_BITS]) >> block % WORD_BITS & 1))
                return (block + 1) * BITS_PER_PAGE;
        return (page / WORD_BITS + 1) * WORD_BITS;
}

bool commit_bitmap_find(
                const CommitBitmap *bitmap, uint64_t page, uint64_t end, uint64_t *ret_end) {
        uint64_t bits = bits_from(bitmap, page);
        bool committed = bits & 1;
        uint64_t at = page;

        while (at < end) {
                uint64_t next = next_unknown(bitmap, at, bits);
                uint64_t others = committed ? ~bits : bits;

                if (others != 0 && at + (unsigned) __builtin_ctzll(others) < next) {
                        at += (unsigned) __builtin_ctzll(others);
                        break;
                }
                at = next;
                if (at < end)
                        bits = bits_from(bitmap, at);
        }
        *ret_end = at < end ? at : end;
        return committed;
}
