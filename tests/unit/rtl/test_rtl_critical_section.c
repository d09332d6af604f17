#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zw/ntrtlsync.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "suite.h"

#define N_THREADS 4

START_TEST(a_free_section_looks_as_windows_makes_it) {
        RTL_CRITICAL_SECTION section;

        memset(&section, 0xAA, sizeof(section));
        ck_assert_status(RtlInitializeCriticalSection(&section), STATUS_SUCCESS);
        ck_assert_uint_eq(sizeof(section), 40);
        ck_assert_int_eq(section.LockCount, -1);
        ck_assert_int_eq(section.RecursionCount, 0);
        ck_assert_ptr_null(section.OwningThread);
        ck_assert_ptr_null(section.LockSemaphore);
        ck_assert_ptr_eq(section.DebugInfo, (PVOID) -1);
        ck_assert_status(RtlDeleteCriticalSection(&section), STATUS_SUCCESS);
}
END_TEST

START_TEST(the_owner_may_enter_again) {
        RTL_CRITICAL_SECTION section;

        RtlInitializeCriticalSection(&section);
        ck_assert(!RtlIsCriticalSectionLocked(&section));
        ck_assert_status(RtlEnterCriticalSection(&section), STATUS_SUCCESS);
        ck_assert(RtlTryEnterCriticalSection(&section));
        ck_assert_int_eq(section.RecursionCount, 2);
        ck_assert_int_eq(section.LockCount, -2);
        ck_assert_ptr_eq(section.OwningThread, zw_thread_id());
        ck_assert(RtlIsCriticalSectionLockedByThread(&section));
        ck_assert_status(RtlLeaveCriticalSection(&section), STATUS_SUCCESS);
        ck_assert(RtlIsCriticalSectionLocked(&section));
        ck_assert_status(RtlLeaveCriticalSection(&section), STATUS_SUCCESS);
        ck_assert_int_eq(section.LockCount, -1);
        ck_assert_ptr_null(section.OwningThread);
        ck_assert(!RtlIsCriticalSectionLockedByThread(&section));
        ck_assert_status(RtlLeaveCriticalSection(&section), STATUS_RESOURCE_NOT_OWNED);
        ck_assert_int_eq(section.LockCount, -1);
        ck_assert_int_eq(section.RecursionCount, 0);
}
END_TEST

START_TEST(spin_counts_and_flags_are_checked) {
        RTL_CRITICAL_SECTION section;
        ULONG spins = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 4000 : 0;

        ck_assert_status(RtlInitializeCriticalSectionAndSpinCount(&section, 0x80000000u | 4000),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(section.SpinCount, spins);
        ck_assert_uint_eq(RtlSetCriticalSectionSpinCount(&section, 7), spins);
        ck_assert_status(RtlInitializeCriticalSectionEx(&section, 0x1000000, 0),
                        STATUS_INVALID_PARAMETER_2);
        ck_assert_status(RtlInitializeCriticalSectionEx(&section, 0x1000000, 0x80000000u),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(
                        RtlInitializeCriticalSectionEx(&section, 0, 1), STATUS_INVALID_PARAMETER_3);
        ck_assert_status(RtlInitializeCriticalSectionEx(
                                         &section, 0, RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(section.DebugInfo->CriticalSection, &section);
        ck_assert_status(RtlDeleteCriticalSection(&section), STATUS_SUCCESS);
        ck_assert_ptr_null(section.DebugInfo);
}
END_TEST

typedef struct Shared {
        RTL_CRITICAL_SECTION section;
        unsigned counter; /* guarded by the section, and by nothing else */
        unsigned tries;
        bool go_on;
} Shared;

static void *count_up(void *argument) {
        Shared *shared = argument;

        for (unsigned i = 0; i < 20000; i++) {
                RtlEnterCriticalSection(&shared->section);
                if (i % 4 == 0)
                        RtlEnterCriticalSection(&shared->section);
                shared->counter++;
                if (i % 4 == 0)
                        RtlLeaveCriticalSection(&shared->section);
                RtlLeaveCriticalSection(&shared->section);
                if (RtlTryEnterCriticalSection(&shared->section)) {
                        shared->tries++;
                        RtlLeaveCriticalSection(&shared->section);
                }
        }
        return NULL;
}

START_TEST(one_thread_at_a_time_is_inside) {
        Shared shared = { .counter = 0 };
        pthread_t threads[N_THREADS];

        RtlInitializeCriticalSectionAndSpinCount(&shared.section, _i ? 100 : 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, count_up, &shared), 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(shared.counter, N_THREADS * 20000);
        ck_assert_uint_gt(shared.tries, 0);
        ck_assert_int_eq(shared.section.LockCount, -1);
        ck_assert_ptr_null(shared.section.LockSemaphore);
}
END_TEST

static void *come_in_once(void *argument) {
        Shared *shared = argument;

        ck_assert(!RtlTryEnterCriticalSection(&shared->section));
        ck_assert(!RtlIsCriticalSectionLockedByThread(&shared->section));
        RtlEnterCriticalSection(&shared->section);
        shared->counter++;
        RtlLeaveCriticalSection(&shared->section);
        return NULL;
}

START_TEST(lock_count_says_how_many_wait) {
        Shared shared = { .counter = 0 };
        pthread_t threads[N_THREADS];

        RtlInitializeCriticalSectionEx(
                        &shared.section, 0, RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO);
        RtlEnterCriticalSection(&shared.section);
        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, come_in_once, &shared), 0);
        /* The complement of the number, from bit 2 on: Microsoft's own account of the field. */
        while ((~__atomic_load_n(&shared.section.LockCount, __ATOMIC_RELAXED) >> 2) != N_THREADS)
                usleep(100);
        ck_assert_uint_eq(__atomic_load_n(&shared.section.DebugInfo->ContentionCount,
                                          __ATOMIC_RELAXED),
                        N_THREADS);
        ck_assert_status(RtlLeaveCriticalSection(&shared.section), STATUS_SUCCESS);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(shared.counter, N_THREADS);
        ck_assert_int_eq(shared.section.LockCount, -1);
        ck_assert_status(RtlDeleteCriticalSection(&shared.section), STATUS_SUCCESS);
}
END_TEST

START_TEST(thread_ids_are_multiples_of_four) {
        ck_assert_uint_eq((uintptr_t) zw_thread_id() % 4, 0);
        ck_assert_uint_eq((uintptr_t) zw_thread_id(), (uintptr_t) gettid() * 4);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_free_section_looks_as_windows_makes_it);
        tcase_add_test(tests, the_owner_may_enter_again);
        tcase_add_test(tests, spin_counts_and_flags_are_checked);
        tcase_add_loop_test(tests, one_thread_at_a_time_is_inside, 0, 2);
        tcase_add_test(tests, lock_count_says_how_many_wait);
        tcase_add_test(tests, thread_ids_are_multiples_of_four);
}

int main(void) {
        return suite_main("rtl-critical-section", 30, add_tests);
}
