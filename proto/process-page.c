#include "process-page.h"

/*
 * The hints are kept right without a lock by one habit: whoever changes an entry, or a hint, looks
 * afterwards whether the hint says what the entries say, corrects it if not, and looks again.
 * Whoever is the last to write a hint has then seen the entries as they stay; so whenever nobody is
 * active, every hint is right, and a claim finds the lowest free entry after at most one look at
 * each level.
 *
 * A process that scribbles over its page can make hints wrong, but no loop here goes round more
 * often than its bound: a look at a group that turns out to be full counts as a lost try.
 */

#define GROUPS_PER_WORD 64u
#define WORDS           (HANDLE_ENTRIES / HANDLE_GROUP / GROUPS_PER_WORD)
#define SUMMARY_WORDS   (WORDS / 64u)

/* How often others may undo a correction before the hint is left at "has room", which is safe. */
#define SETTLE_ROUNDS 64u

static uint64_t bit_of(uint32_t index) {
        return 1ull << index % 64;
}

/* Looks at entry @first of the group before the others: the caller knows where one may be free. */
static bool group_is_full(const ProcessPage *page, uint32_t group, uint32_t first) {
        for (uint32_t i = 0; i < HANDLE_GROUP; i++) {
                uint32_t index = group * HANDLE_GROUP + (first + i) % HANDLE_GROUP;

                if (index != 0 && atomic_load(&page->handles[index]) == 0)
                        return false;
        }
        return true;
}

static void hint_set(_Atomic uint64_t *word, uint64_t bit, bool full) {
        if (full)
                atomic_fetch_or(word, bit);
        else
                atomic_fetch_and(word, ~bit);
}

static void word_settle(ProcessPage *page, uint32_t word) {
        _Atomic uint64_t *summary = &page->full_summary[word / 64];

        for (unsigned i = 0; i < SETTLE_ROUNDS; i++) {
                bool full = atomic_load(&page->full[word]) == UINT64_MAX;

                if (full == ((atomic_load(summary) & bit_of(word)) != 0))
                        return;
                hint_set(summary, bit_of(word), full);
        }
        hint_set(summary, bit_of(word), false);
}

static void group_settle(ProcessPage *page, uint32_t group, uint32_t first) {
        uint32_t word = group / GROUPS_PER_WORD;

        for (unsigned i = 0; i < SETTLE_ROUNDS; i++) {
                bool full = group_is_full(page, group, first);

                if (full == ((atomic_load(&page->full[word]) & bit_of(group)) != 0)) {
                        word_settle(page, word);
                        return;
                }
                hint_set(&page->full[word], bit_of(group), full);
        }
        hint_set(&page->full[word], bit_of(group), false);
        word_settle(page, word);
}

/* Finds the first group from *@group on that has room, if the hints are right. */
static bool group_find(const ProcessPage *page, uint32_t *group) {
        uint32_t word = *group / GROUPS_PER_WORD;
        uint64_t passed = bit_of(*group) - 1; /* groups of the first word that come before */

        for (uint32_t summary = word / 64; summary < SUMMARY_WORDS; summary++) {
                uint64_t words = ~atomic_load(&page->full_summary[summary]);

                if (summary == word / 64)
                        words &= ~(bit_of(word) - 1);
                for (; words != 0; words &= words - 1) {
                        uint32_t at = summary * 64 + (uint32_t) __builtin_ctzll(words);
                        uint64_t groups = ~atomic_load(&page->full[at]);

                        if (at == word)
                                groups &= ~passed;
                        if (groups != 0) {
                                *group = at * GROUPS_PER_WORD + (uint32_t) __builtin_ctzll(groups);
                                return true;
                        }
                }
        }
        return false;
}

static uint32_t group_claim(ProcessPage *page, uint32_t group, uint64_t entry, unsigned *n_tries) {
        for (uint32_t i = group == 0 ? 1 : 0; i<HANDLE_GROUP && * n_tries> 0; i++) {
                uint32_t index = group * HANDLE_GROUP + i;
                uint64_t was = 0;

                if (atomic_load(&page->handles[index]) != 0)
                        continue;
                if (atomic_compare_exchange_strong(&page->handles[index], &was, entry)) {
                        group_settle(page, group, i + 1);
                        return index;
                }
                --*n_tries;
        }

        group_settle(page, group, 0);
        if (*n_tries > 0)
                --*n_tries;
        return 0;
}

/*
 * The count goes up before an entry appears and down after it is gone, so that it is never below
 * the number of inheritable entries: fork() may go without an heir when it reads 0.
 */
static void inheritable_count_up(ProcessPage *page, uint64_t entry) {
        if (entry & HANDLE_ENTRY_INHERIT)
                atomic_fetch_add(&page->n_inheritable, 1);
}

static void inheritable_count_down(ProcessPage *page, uint64_t entry) {
        if (entry & HANDLE_ENTRY_INHERIT)
                atomic_fetch_sub(&page->n_inheritable, 1);
}

uint32_t handle_table_claim(ProcessPage *page, uint64_t entry, unsigned n_tries) {
        uint32_t group = 0;

        if (entry == 0)
                return 0;

        inheritable_count_up(page, entry);
        while (n_tries > 0 && group < HANDLE_ENTRIES / HANDLE_GROUP && group_find(page, &group)) {
                uint32_t index = group_claim(page, group++, entry, &n_tries);

                if (index != 0)
                        return index;
        }
        inheritable_count_down(page, entry);
        return 0;
}

bool handle_table_claim_at(ProcessPage *page, uint32_t index, uint64_t entry) {
        uint64_t was = 0;

        if (index == 0 || index >= HANDLE_ENTRIES || entry == 0)
                return false;

        inheritable_count_up(page, entry);
        if (!atomic_compare_exchange_strong(&page->handles[index], &was, entry)) {
                inheritable_count_down(page, entry);
                return false;
        }
        group_settle(page, index / HANDLE_GROUP, index + 1);
        return true;
}

bool handle_table_free(ProcessPage *page, uint32_t index, uint64_t entry) {
        if (index == 0 || index >= HANDLE_ENTRIES || entry == 0)
                return false;
        if (!atomic_compare_exchange_strong(&page->handles[index], &entry, 0))
                return false;

        inheritable_count_down(page, entry);
        group_settle(page, index / HANDLE_GROUP, index);
        return true;
}

bool handle_table_change(ProcessPage *page, uint32_t index, uint64_t entry, uint64_t changed) {
        uint64_t was = entry;

        if (index == 0 || index >= HANDLE_ENTRIES || entry == 0)
                return false;
        if ((entry ^ changed) & ~(HANDLE_ENTRY_INHERIT | HANDLE_ENTRY_PROTECT))
                return false;

        inheritable_count_up(page, changed);
        if (!atomic_compare_exchange_strong(&page->handles[index], &was, changed)) {
                inheritable_count_down(page, changed);
                return false;
        }
        inheritable_count_down(page, entry);
        return true;
}
