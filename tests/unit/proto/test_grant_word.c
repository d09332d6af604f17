#include <glib.h>
#include <limits.h>
#include <pthread.h>

#include "grant-word.h"
#include "suite.h"

#define TAG       7u
#define ROUNDS    3000u
#define N_THREADS 4u

static void assert_word(const GrantWord *word, uint32_t tag, uint32_t count, uint64_t flags) {
        ck_assert_uint_eq(atomic_load(word), grant_word_make(tag, count, flags));
}

START_TEST(the_fields_of_a_word_do_not_touch_each_other) {
        uint64_t value = grant_word_make(GRANT_TAG_MAX, UINT32_MAX, 0);

        ck_assert_uint_eq(grant_word_tag(value), GRANT_TAG_MAX);
        ck_assert_uint_eq(grant_word_count(value), UINT32_MAX);
        ck_assert_uint_eq(value & (GRANT_DEAD | GRANT_REPORT | GRANT_SHARED), 0);
        ck_assert_uint_eq(value | GRANT_DEAD | GRANT_REPORT | GRANT_SHARED, UINT64_MAX);
        ck_assert_uint_eq(grant_word_make(UINT32_MAX, 0, 0), grant_word_make(GRANT_TAG_MAX, 0, 0));
}
END_TEST

START_TEST(a_handle_is_counted_on_a_live_grant_of_the_same_tag_only) {
        GrantWord word = grant_word_make(0x10007, 0, 0);

        ck_assert(grant_word_count_up(&word, 0x10007, GRANT_TAG_MAX, 1)); /* a revival */
        ck_assert(!grant_word_count_up(&word, 0x00007, GRANT_TAG_MAX, UINT_MAX));
        ck_assert(grant_word_count_up(&word, 0x00007, 0xFFFF, 1));
        ck_assert(!grant_word_count_up(&word, 0x00008, 0xFFFF, UINT_MAX));
        assert_word(&word, 0x10007, 2, 0);

        word = grant_word_make(TAG, 0, GRANT_DEAD);
        ck_assert(!grant_word_count_up(&word, TAG, GRANT_TAG_MAX, UINT_MAX));
        assert_word(&word, TAG, 0, GRANT_DEAD);

        word = grant_word_make(TAG, UINT32_MAX, 0);
        ck_assert(!grant_word_count_up(&word, TAG, GRANT_TAG_MAX, UINT_MAX));
        assert_word(&word, TAG, UINT32_MAX, 0);

        word = grant_word_make(TAG, 1, 0);
        ck_assert(!grant_word_count_up(&word, TAG, GRANT_TAG_MAX, 0)); /* no tries, no count */
        assert_word(&word, TAG, 1, 0);
}
END_TEST

START_TEST(the_last_close_parks_or_reports_as_the_flags_say) {
        static const struct {
                uint64_t flags;
                GrantClose outcome;
                uint64_t flags_after;
        } rows[] = {
                { 0, GRANT_CLOSE_PARKED, 0 },
                { GRANT_SHARED, GRANT_CLOSE_PARKED, GRANT_SHARED },
                { GRANT_REPORT, GRANT_CLOSE_REPORT, GRANT_DEAD },
                { GRANT_REPORT | GRANT_SHARED, GRANT_CLOSE_REPORT_WAIT, GRANT_DEAD },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                GrantWord word = grant_word_make(TAG, 2, rows[i].flags);

                ck_assert_int_eq(grant_word_close(&word, 1), GRANT_CLOSE_OPEN);
                assert_word(&word, TAG, 1, rows[i].flags);
                ck_assert_int_eq(grant_word_close(&word, 1), rows[i].outcome);
                assert_word(&word, TAG, 0, rows[i].flags_after);
                ck_assert_int_eq(grant_word_close(&word, UINT_MAX), GRANT_CLOSE_NONE);
                assert_word(&word, TAG, 0, rows[i].flags_after);
        }
}
END_TEST

START_TEST(rubbish_in_a_word_is_not_closed) {
        GrantWord word = GRANT_DEAD | 5;

        ck_assert_int_eq(grant_word_close(&word, UINT_MAX), GRANT_CLOSE_NONE);
        ck_assert_uint_eq(atomic_load(&word), GRANT_DEAD | 5);
        word = 0;
        ck_assert_int_eq(grant_word_close(&word, UINT_MAX), GRANT_CLOSE_NONE);
        ck_assert_uint_eq(atomic_load(&word), 0);
}
END_TEST

START_TEST(only_a_parked_grant_of_that_tag_is_ended) {
        GrantWord word = grant_word_make(TAG, 0, GRANT_REPORT | GRANT_SHARED);
        uint64_t was = 1;

        ck_assert(!grant_word_end_parked(&word, TAG + 1, &was));
        ck_assert_uint_eq(was, grant_word_make(TAG, 0, GRANT_REPORT | GRANT_SHARED));
        ck_assert(grant_word_end_parked(&word, TAG, &was));
        assert_word(&word, TAG, 0, GRANT_DEAD);
        ck_assert(!grant_word_end_parked(&word, TAG, &was));
        ck_assert_uint_eq(was, grant_word_make(TAG, 0, GRANT_DEAD));

        word = grant_word_make(TAG, 1, GRANT_REPORT);
        ck_assert(!grant_word_end_parked(&word, TAG, &was));
        ck_assert_uint_eq(was, grant_word_make(TAG, 1, GRANT_REPORT));
        assert_word(&word, TAG, 1, GRANT_REPORT);
}
END_TEST

/* Threads that run @step once a round, all at the same time, and at rest while the test looks. */
typedef struct Race {
        GrantWord word;
        pthread_barrier_t barrier;
        void (*step)(struct Race *race, unsigned index);
        unsigned n_threads;
        pthread_t threads[N_THREADS];
        atomic_uint n_started;
        GrantClose closed[N_THREADS];
        bool counted[N_THREADS];
} Race;

static void *race_thread(void *argument) {
        Race *race = argument;
        unsigned index = atomic_fetch_add(&race->n_started, 1);

        for (unsigned round = 0; round < ROUNDS; round++) {
                pthread_barrier_wait(&race->barrier);
                race->step(race, index);
                pthread_barrier_wait(&race->barrier);
        }
        return NULL;
}

static void race_start(Race *race, unsigned n_threads, void (*step)(Race *race, unsigned index)) {
        *race = (Race){ .step = step, .n_threads = n_threads };
        ck_assert_int_eq(pthread_barrier_init(&race->barrier, NULL, n_threads + 1), 0);
        for (unsigned i = 0; i < n_threads; i++)
                ck_assert_int_eq(pthread_create(&race->threads[i], NULL, race_thread, race), 0);
}

static void race_end(Race *race) {
        for (unsigned i = 0; i < race->n_threads; i++)
                ck_assert_int_eq(pthread_join(race->threads[i], NULL), 0);
        pthread_barrier_destroy(&race->barrier);
}

static void open_and_close(Race *race, unsigned index) {
        race->counted[index] = grant_word_count_up(&race->word, TAG, GRANT_TAG_MAX, UINT_MAX);
        race->closed[index] = GRANT_CLOSE_NONE;
        if (race->counted[index])
                race->closed[index] = grant_word_close(&race->word, UINT_MAX);
}

static void open_and_close_often(Race *race, unsigned index) {
        for (unsigned i = 0; i < 100; i++) {
                open_and_close(race, index);
                if (!race->counted[index])
                        return;
        }
}

static void close_once(Race *race, unsigned index) {
        race->closed[index] = grant_word_close(&race->word, UINT_MAX);
}

static void revive_once(Race *race, unsigned index) {
        race->counted[index] = grant_word_count_up(&race->word, TAG, GRANT_TAG_MAX, UINT_MAX);
}

START_TEST(no_count_is_lost_between_threads) {
        Race race;

        race_start(&race, N_THREADS, open_and_close_often);
        for (unsigned round = 0; round < ROUNDS; round++) {
                atomic_store(&race.word, grant_word_make(TAG, 0, GRANT_SHARED));
                pthread_barrier_wait(&race.barrier);
                pthread_barrier_wait(&race.barrier);
                assert_word(&race.word, TAG, 0, GRANT_SHARED);
                for (unsigned i = 0; i < N_THREADS; i++)
                        ck_assert(race.counted[i]); /* nobody may have ended the grant */
        }
        race_end(&race);
}
END_TEST

static void judge_one_report(Race *race) {
        unsigned n_reports = 0;
        unsigned n_counted = 0;

        for (unsigned i = 0; i < N_THREADS; i++) {
                n_counted += race->counted[i];
                n_reports += race->closed[i] == GRANT_CLOSE_REPORT;
                ck_assert_int_ne(race->closed[i], GRANT_CLOSE_PARKED);
                ck_assert_int_ne(race->closed[i], GRANT_CLOSE_REPORT_WAIT);
                ck_assert_int_eq(race->closed[i] == GRANT_CLOSE_NONE, !race->counted[i]);
        }
        ck_assert_uint_ge(n_counted, 1); /* the first of all finds the grant alive */
        ck_assert_uint_eq(n_reports, 1);
        assert_word(&race->word, TAG, 0, GRANT_DEAD);
}

START_TEST(of_an_anchor_exactly_one_close_reports_and_nobody_counts_afterwards) {
        Race race;

        race_start(&race, N_THREADS, open_and_close);
        for (unsigned round = 0; round < ROUNDS; round++) {
                atomic_store(&race.word, grant_word_make(TAG, 0, GRANT_REPORT));
                pthread_barrier_wait(&race.barrier);
                pthread_barrier_wait(&race.barrier);
                judge_one_report(&race);
        }
        race_end(&race);
}
END_TEST

START_TEST(a_close_and_an_election_never_miss_each_other) {
        Race race;

        race_start(&race, 1, close_once);
        for (unsigned round = 0; round < ROUNDS; round++) {
                uint64_t was;

                atomic_store(&race.word, grant_word_make(TAG, 1, 0));
                pthread_barrier_wait(&race.barrier);
                was = atomic_fetch_or(&race.word, GRANT_REPORT | GRANT_SHARED);
                pthread_barrier_wait(&race.barrier);

                /* Either the server saw the handle gone, or the close saw that it must report. */
                if (grant_word_count(was) == 0)
                        ck_assert_int_eq(race.closed[0], GRANT_CLOSE_PARKED);
                else
                        ck_assert_int_eq(race.closed[0], GRANT_CLOSE_REPORT_WAIT);
        }
        race_end(&race);
}
END_TEST

START_TEST(a_parked_grant_is_either_revived_or_ended) {
        Race race;

        race_start(&race, 1, revive_once);
        for (unsigned round = 0; round < ROUNDS; round++) {
                uint64_t was = 0;
                bool ended;

                atomic_store(&race.word, grant_word_make(TAG, 0, GRANT_REPORT | GRANT_SHARED));
                pthread_barrier_wait(&race.barrier);
                ended = grant_word_end_parked(&race.word, TAG, &was);
                pthread_barrier_wait(&race.barrier);

                ck_assert_int_eq(ended, !race.counted[0]);
                if (ended)
                        assert_word(&race.word, TAG, 0, GRANT_DEAD);
                else
                        ck_assert_uint_eq(grant_word_count(was), 1);
        }
        race_end(&race);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, the_fields_of_a_word_do_not_touch_each_other);
        tcase_add_test(tests, a_handle_is_counted_on_a_live_grant_of_the_same_tag_only);
        tcase_add_test(tests, the_last_close_parks_or_reports_as_the_flags_say);
        tcase_add_test(tests, rubbish_in_a_word_is_not_closed);
        tcase_add_test(tests, only_a_parked_grant_of_that_tag_is_ended);
        tcase_add_test(tests, no_count_is_lost_between_threads);
        tcase_add_test(tests, of_an_anchor_exactly_one_close_reports_and_nobody_counts_afterwards);
        tcase_add_test(tests, a_close_and_an_election_never_miss_each_other);
        tcase_add_test(tests, a_parked_grant_is_either_revived_or_ended);
}

int main(void) {
        return suite_main("grant-word", 60, add_tests);
}
