#include "grant-word.h"

bool grant_word_count_up(GrantWord *word, uint32_t tag, uint32_t tag_mask, unsigned n_tries) {
        uint64_t was = atomic_load(word);

        while (n_tries-- > 0) {
                if (was & GRANT_DEAD || ((grant_word_tag(was) ^ tag) & tag_mask) != 0 ||
                                grant_word_count(was) == UINT32_MAX)
                        return false;
                if (atomic_compare_exchange_weak(word, &was, was + 1))
                        return true;
        }
        return false;
}

GrantClose grant_word_close(GrantWord *word, unsigned n_tries) {
        uint64_t was = atomic_load(word);

        while (n_tries-- > 0) {
                uint64_t becomes = was - 1;
                GrantClose outcome = GRANT_CLOSE_OPEN;

                if (was & GRANT_DEAD || grant_word_count(was) == 0)
                        return GRANT_CLOSE_NONE;

                if (grant_word_count(was) == 1) {
                        outcome = GRANT_CLOSE_PARKED;
                        if (was & GRANT_REPORT) {
                                becomes = grant_word_make(grant_word_tag(was), 0, GRANT_DEAD);
                                outcome = was & GRANT_SHARED ? GRANT_CLOSE_REPORT_WAIT
                                                             : GRANT_CLOSE_REPORT;
                        }
                }
                if (atomic_compare_exchange_weak(word, &was, becomes))
                        return outcome;
        }
        return GRANT_CLOSE_NONE;
}

bool grant_word_end_parked(GrantWord *word, uint32_t tag, uint64_t *ret_was) {
        uint64_t was = atomic_load(word);

        /* Only the flags can change under a count of 0 without ending the attempt: both at most
         * once. */
        for (unsigned i = 0; i < 8; i++) {
                if (was & GRANT_DEAD || grant_word_tag(was) != tag || grant_word_count(was) != 0)
                        break;
                if (atomic_compare_exchange_strong(word, &was, grant_word_make(tag, 0, GRANT_DEAD)))
                        return true;
        }
        *ret_was = was;
        return false;
}
