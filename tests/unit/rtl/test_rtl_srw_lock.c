#include <pthread.h>
#include <sched.h>
#include <zw/ntrtlsync.h>

#include "assert-status.h"
#include "suite.h"

#define N_THREADS 4
#define N_ROUNDS  20000

static const LARGE_INTEGER no_time = { .QuadPart = 0 };
static const LARGE_INTEGER millisecond = { .QuadPart = -10000 };

/* A lock with what it guards: both numbers are equal whenever nobody writes. */
typedef struct Guarded {
        RTL_SRWLOCK lock;
        unsigned first;
        unsigned second;
        unsigned n_torn;
} Guarded;

START_TEST(a_writer_keeps_all_others_out) {
        RTL_SRWLOCK lock = RTL_SRWLOCK_INIT;

        RtlAcquireSRWLockExclusive(&lock);
        ck_assert(!RtlTryAcquireSRWLockExclusive(&lock));
        ck_assert(!RtlTryAcquireSRWLockShared(&lock));
        RtlReleaseSRWLockExclusive(&lock);
        ck_assert_ptr_null(lock.Ptr);
        ck_assert(RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockExclusive(&lock);
}
END_TEST

START_TEST(readers_keep_writers_out) {
        RTL_SRWLOCK lock;

        RtlInitializeSRWLock(&lock);
        RtlAcquireSRWLockShared(&lock);
        ck_assert(RtlTryAcquireSRWLockShared(&lock));
        ck_assert(!RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockShared(&lock);
        ck_assert(!RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockShared(&lock);
        ck_assert(RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockExclusive(&lock);
}
END_TEST

START_TEST(releasing_what_is_not_held_changes_nothing) {
        RTL_SRWLOCK lock = RTL_SRWLOCK_INIT;

        RtlReleaseSRWLockExclusive(&lock);
        RtlReleaseSRWLockShared(&lock);
        ck_assert_ptr_null(lock.Ptr);
        RtlAcquireSRWLockShared(&lock);
        RtlReleaseSRWLockExclusive(&lock);
        ck_assert(!RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockShared(&lock);
        ck_assert(RtlTryAcquireSRWLockExclusive(&lock));
        RtlReleaseSRWLockShared(&lock);
        ck_assert(!RtlTryAcquireSRWLockShared(&lock));
}
END_TEST

static void write_once(Guarded *guarded, unsigned i) {
        guarded->first++;
        if (i % 16 == 0)
                sched_yield();
        guarded->second++;
}

static void *write_and_read(void *argument) {
        Guarded *guarded = argument;

        for (unsigned i = 0; i < N_ROUNDS; i++) {
                if (i % 3 == 0) {
                        RtlAcquireSRWLockExclusive(&guarded->lock);
                        write_once(guarded, i);
                        RtlReleaseSRWLockExclusive(&guarded->lock);
                        continue;
                }
                RtlAcquireSRWLockShared(&guarded->lock);
                if (guarded->first != guarded->second)
                        __atomic_fetch_add(&guarded->n_torn, 1, __ATOMIC_RELAXED);
                if (i % 16 == 0)
                        sched_yield();
                RtlReleaseSRWLockShared(&guarded->lock);
        }
        return NULL;
}

START_TEST(readers_never_see_half_of_a_write) {
        Guarded guarded = { .lock = RTL_SRWLOCK_INIT };
        pthread_t threads[N_THREADS];

        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, write_and_read, &guarded), 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(guarded.n_torn, 0);
        ck_assert_uint_eq(guarded.first, N_THREADS * ((N_ROUNDS + 2) / 3));
        ck_assert_uint_eq((ULONG) (ULONG_PTR) guarded.lock.Ptr, 0); /* the rest counts wake-ups */
}
END_TEST

/* A queue of one place, for the condition variables. */
typedef struct Place {
        RTL_CRITICAL_SECTION section;
        RTL_SRWLOCK lock;
        RTL_CONDITION_VARIABLE filled, emptied;
        bool with_section;
        bool is_full;
        unsigned sum;
} Place;

static void enter(Place *place) {
        if (place->with_section)
                RtlEnterCriticalSection(&place->section);
        else
                RtlAcquireSRWLockExclusive(&place->lock);
}

static void leave(Place *place) {
        if (place->with_section)
                RtlLeaveCriticalSection(&place->section);
        else
                RtlReleaseSRWLockExclusive(&place->lock);
}

static void wait_until(Place *place, RTL_CONDITION_VARIABLE *variable, bool full) {
        while (place->is_full != full) {
                if (place->with_section)
                        RtlSleepConditionVariableCS(variable, &place->section, NULL);
                else
                        RtlSleepConditionVariableSRW(variable, &place->lock, NULL, 0);
        }
}

static void *fill(void *argument) {
        Place *place = argument;

        for (unsigned i = 0; i < 5000; i++) {
                enter(place);
                wait_until(place, &place->emptied, false);
                place->is_full = true;
                leave(place);
                if (i % 2)
                        RtlWakeConditionVariable(&place->filled);
                else
                        RtlWakeAllConditionVariable(&place->filled);
        }
        return NULL;
}

static void *empty(void *argument) {
        Place *place = argument;

        for (unsigned i = 0; i < 5000; i++) {
                enter(place);
                wait_until(place, &place->filled, true);
                place->is_full = false;
                place->sum++;
                leave(place);
                RtlWakeConditionVariable(&place->emptied);
        }
        return NULL;
}

START_TEST(no_wake_up_is_lost) {
        Place place = { .with_section = _i };
        pthread_t threads[N_THREADS];

        RtlInitializeCriticalSection(&place.section);
        RtlInitializeConditionVariable(&place.filled);
        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(
                                pthread_create(&threads[i], NULL, i % 2 ? fill : empty, &place), 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(place.sum, N_THREADS / 2 * 5000);
        ck_assert(!place.is_full);
}
END_TEST

START_TEST(sleep_ends_in_time_with_the_lock_held) {
        RTL_CONDITION_VARIABLE variable = RTL_CONDITION_VARIABLE_INIT;
        RTL_CRITICAL_SECTION section;
        RTL_SRWLOCK lock = RTL_SRWLOCK_INIT;
        LARGE_INTEGER long_ago = { .QuadPart = 1 };

        RtlInitializeCriticalSection(&section);
        RtlEnterCriticalSection(&section);
        ck_assert_status(
                        RtlSleepConditionVariableCS(&variable, &section, (PLARGE_INTEGER) &no_time),
                        STATUS_TIMEOUT);
        ck_assert_status(RtlSleepConditionVariableCS(
                                         &variable, &section, (PLARGE_INTEGER) &millisecond),
                        STATUS_TIMEOUT);
        ck_assert_status(RtlSleepConditionVariableCS(&variable, &section, &long_ago),
                        STATUS_TIMEOUT);
        ck_assert(RtlIsCriticalSectionLockedByThread(&section));
        RtlAcquireSRWLockShared(&lock);
        ck_assert_status(RtlSleepConditionVariableSRW(&variable, &lock,
                                         (PLARGE_INTEGER) &millisecond,
                                         RTL_CONDITION_VARIABLE_LOCKMODE_SHARED),
                        STATUS_TIMEOUT);
        ck_assert(RtlTryAcquireSRWLockShared(&lock));
        ck_assert(!RtlTryAcquireSRWLockExclusive(&lock));
        ck_assert_status(RtlSleepConditionVariableSRW(&variable, &lock, NULL, 2),
                        STATUS_INVALID_PARAMETER_4);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_writer_keeps_all_others_out);
        tcase_add_test(tests, readers_keep_writers_out);
        tcase_add_test(tests, releasing_what_is_not_held_changes_nothing);
        tcase_add_test(tests, readers_never_see_half_of_a_write);
        tcase_add_loop_test(tests, no_wake_up_is_lost, 0, 2);
        tcase_add_test(tests, sleep_ends_in_time_with_the_lock_held);
}

int main(void) {
        return suite_main("rtl-srw-lock", 60, add_tests);
}
