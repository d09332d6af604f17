#include <pthread.h>
#include <sched.h>
#include <zw/ntrtlsync.h>

#include "assert-status.h"
#include "suite.h"

#define N_THREADS 4

static LARGE_INTEGER millisecond = { .QuadPart = -10000 };

/* One-time initialisation */

static ULONG NTAPI give_up(PRTL_RUN_ONCE once, PVOID parameter, PVOID *context) {
        (void) once;
        (void) context;
        ++*(unsigned *) parameter;
        return FALSE;
}

static ULONG NTAPI succeed(PRTL_RUN_ONCE once, PVOID parameter, PVOID *context) {
        (void) once;
        ++*(unsigned *) parameter;
        sched_yield();
        *context = parameter;
        return TRUE;
}

START_TEST(one_thread_initialises) {
        RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
        PVOID context = &once;

        ck_assert_status(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                        STATUS_UNSUCCESSFUL);
        ck_assert_status(RtlRunOnceComplete(&once, 0, NULL), STATUS_UNSUCCESSFUL);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
        ck_assert_ptr_eq(context, &once);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlRunOnceComplete(&once, 0, (PVOID) 0x1001), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlRunOnceComplete(&once, RTL_RUN_ONCE_INIT_FAILED, &once),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlRunOnceComplete(&once, 8, NULL), STATUS_INVALID_PARAMETER_2);
        ck_assert_status(RtlRunOnceComplete(&once, 0, (PVOID) 0x1000), STATUS_SUCCESS);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(context, (PVOID) 0x1000);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, 3, NULL), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(the_first_to_be_ready_wins) {
        RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
        PVOID context = NULL;

        ck_assert_status(
                        RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, NULL), STATUS_PENDING);
        ck_assert_status(
                        RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, NULL), STATUS_PENDING);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, 0, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlRunOnceComplete(&once, 0, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, (PVOID) 8), STATUS_SUCCESS);
        ck_assert_status(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, NULL), STATUS_UNSUCCESSFUL);
        ck_assert_status(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS);
        ck_assert_ptr_eq(context, (PVOID) 8);
}
END_TEST

START_TEST(failed_initialisation_is_tried_again) {
        RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
        unsigned calls __attribute__((aligned(8))) = 0;
        PVOID context = NULL;

        ck_assert_status(RtlRunOnceExecuteOnce(&once, give_up, &calls, NULL), STATUS_UNSUCCESSFUL);
        ck_assert_status(RtlRunOnceExecuteOnce(&once, succeed, &calls, NULL), STATUS_SUCCESS);
        ck_assert_status(RtlRunOnceExecuteOnce(&once, succeed, &calls, &context), STATUS_SUCCESS);
        ck_assert_uint_eq(calls, 2);
        ck_assert_ptr_eq(context, &calls);
}
END_TEST

typedef struct Once {
        RTL_RUN_ONCE once;
        unsigned calls __attribute__((aligned(8)));
} Once;

static void *execute(void *argument) {
        Once *shared = argument;
        PVOID context = NULL;

        RtlRunOnceExecuteOnce(&shared->once, succeed, &shared->calls, &context);
        return context;
}

START_TEST(others_wait_for_who_initialises) {
        for (unsigned round = 0; round < 200; round++) {
                Once shared = { .once = RTL_RUN_ONCE_INIT };
                pthread_t threads[N_THREADS];

                for (unsigned i = 0; i < N_THREADS; i++)
                        ck_assert_int_eq(pthread_create(&threads[i], NULL, execute, &shared), 0);
                for (unsigned i = 0; i < N_THREADS; i++) {
                        void *context = NULL;

                        pthread_join(threads[i], &context);
                        ck_assert_ptr_eq(context, &shared.calls);
                }
                ck_assert_uint_eq(shared.calls, 1);
        }
}
END_TEST

/* Waiting on addresses */

START_TEST(who_finds_another_value_does_not_wait) {
        uint64_t value = 0x1122334455667788ull, same = value;
        uint8_t other = 0x87;

        for (SIZE_T size = 1; size <= 8; size *= 2)
                ck_assert_status(RtlWaitOnAddress(&value, &same, size, &millisecond),
                                STATUS_TIMEOUT);
        ck_assert_status(RtlWaitOnAddress(&value, &other, 1, NULL), STATUS_SUCCESS);
        same ^= 1ull << 63;
        ck_assert_status(RtlWaitOnAddress(&value, &same, 8, NULL), STATUS_SUCCESS);
        ck_assert_status(RtlWaitOnAddress(&value, &same, 4, &millisecond), STATUS_TIMEOUT);
        ck_assert_status(RtlWaitOnAddress(&value, &same, 3, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlWaitOnAddress(&value, &same, 0, NULL), STATUS_INVALID_PARAMETER);
        RtlWakeAddressSingle(&value);
        RtlWakeAddressAll(&value);
}
END_TEST

typedef struct Turns {
        uint8_t turn;
        unsigned n;
} Turns;

typedef struct Player {
        Turns *turns;
        uint8_t number;
} Player;

/* Each waits for its own turn, and all wait for the same byte. */
static void *play(void *argument) {
        Player *player = argument;
        Turns *turns = player->turns;

        for (unsigned i = 0; i < 2000; i++) {
                uint8_t now;

                while ((now = __atomic_load_n(&turns->turn, __ATOMIC_ACQUIRE)) != player->number)
                        RtlWaitOnAddress(&turns->turn, &now, 1, i % 2 ? NULL : &millisecond);
                turns->n++;
                __atomic_store_n(&turns->turn, (uint8_t) ((now + 1) % N_THREADS), __ATOMIC_RELEASE);
                RtlWakeAddressAll(&turns->turn);
        }
        return NULL;
}

START_TEST(threads_that_wait_for_a_byte_are_woken) {
        Turns turns = { 0 };
        Player players[N_THREADS];
        pthread_t threads[N_THREADS];

        for (unsigned i = 0; i < N_THREADS; i++) {
                players[i] = (Player){ .turns = &turns, .number = (uint8_t) i };
                ck_assert_int_eq(pthread_create(&threads[i], NULL, play, &players[i]), 0);
        }
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(turns.n, N_THREADS * 2000);
}
END_TEST

/* Barriers */

typedef struct Meeting {
        RTL_BARRIER barrier;
        ULONG flags;
        unsigned n_came;
        unsigned n_last;
        unsigned n_wrong;
} Meeting;

static void *meet(void *argument) {
        Meeting *meeting = argument;

        for (unsigned i = 1; i <= 500; i++) {
                __atomic_fetch_add(&meeting->n_came, 1, __ATOMIC_RELAXED);
                if (RtlBarrier(&meeting->barrier, meeting->flags))
                        __atomic_fetch_add(&meeting->n_last, 1, __ATOMIC_RELAXED);
                if (__atomic_load_n(&meeting->n_came, __ATOMIC_RELAXED) < i * N_THREADS)
                        __atomic_fetch_add(&meeting->n_wrong, 1, __ATOMIC_RELAXED);
        }
        return NULL;
}

START_TEST(nobody_passes_a_barrier_before_all_have_come) {
        Meeting meeting = { .flags = _i ? SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY : 0 };
        pthread_t threads[N_THREADS];

        ck_assert_status(RtlInitBarrier(&meeting.barrier, 0, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlInitBarrier(&meeting.barrier, N_THREADS, (ULONG) -1), STATUS_SUCCESS);
        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, meet, &meeting), 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(meeting.n_wrong, 0);
        ck_assert_uint_eq(meeting.n_last, 500);
        ck_assert_status(RtlDeleteBarrier(&meeting.barrier), STATUS_SUCCESS);
}
END_TEST

/* Resources */

START_TEST(a_resource_is_its_owners_again_and_again) {
        RTL_RESOURCE resource;

        RtlInitializeResource(&resource);
        ck_assert(RtlAcquireResourceExclusive(&resource, FALSE));
        ck_assert(RtlAcquireResourceExclusive(&resource, FALSE));
        ck_assert(RtlAcquireResourceShared(&resource, FALSE));
        ck_assert_int_eq(resource.NumberOfActive, -3);
        RtlReleaseResource(&resource);
        RtlReleaseResource(&resource);
        RtlConvertExclusiveToShared(&resource);
        ck_assert_int_eq(resource.NumberOfActive, 1);
        ck_assert(!RtlAcquireResourceExclusive(&resource, FALSE));
        ck_assert(RtlAcquireResourceShared(&resource, FALSE));
        RtlReleaseResource(&resource);
        RtlConvertSharedToExclusive(&resource);
        ck_assert_int_eq(resource.NumberOfActive, -1);
        RtlReleaseResource(&resource);
        RtlReleaseResource(&resource);
        ck_assert_int_eq(resource.NumberOfActive, 0);
        RtlDeleteResource(&resource);
}
END_TEST

typedef struct Guarded {
        RTL_RESOURCE resource;
        unsigned first;
        unsigned second;
        unsigned n_torn;
} Guarded;

static void *use_resource(void *argument) {
        Guarded *guarded = argument;

        for (unsigned i = 0; i < 10000; i++) {
                bool write = i % 3 == 0;

                if (write)
                        RtlAcquireResourceExclusive(&guarded->resource, TRUE);
                else
                        RtlAcquireResourceShared(&guarded->resource, TRUE);
                if (i % 30 == 1) {
                        RtlConvertSharedToExclusive(&guarded->resource);
                        write = true;
                }
                if (write)
                        guarded->first++;
                if (i % 16 == 0)
                        sched_yield();
                if (write)
                        guarded->second++;
                if (i % 30 == 0)
                        RtlConvertExclusiveToShared(&guarded->resource);
                if (guarded->first != guarded->second)
                        __atomic_fetch_add(&guarded->n_torn, 1, __ATOMIC_RELAXED);
                RtlReleaseResource(&guarded->resource);
        }
        return NULL;
}

START_TEST(readers_and_writers_of_a_resource_do_not_meet) {
        Guarded guarded = { .first = 0 };
        pthread_t threads[N_THREADS];

        RtlInitializeResource(&guarded.resource);
        for (unsigned i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, use_resource, &guarded), 0);
        for (unsigned i = 0; i < N_THREADS; i++)
                pthread_join(threads[i], NULL);
        ck_assert_uint_eq(guarded.n_torn, 0);
        ck_assert_uint_eq(guarded.first, N_THREADS * (3334 + 334));
        ck_assert_int_eq(guarded.resource.NumberOfActive, 0);
        RtlDeleteResource(&guarded.resource);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, one_thread_initialises);
        tcase_add_test(tests, the_first_to_be_ready_wins);
        tcase_add_test(tests, failed_initialisation_is_tried_again);
        tcase_add_test(tests, others_wait_for_who_initialises);
        tcase_add_test(tests, who_finds_another_value_does_not_wait);
        tcase_add_test(tests, threads_that_wait_for_a_byte_are_woken);
        tcase_add_loop_test(tests, nobody_passes_a_barrier_before_all_have_come, 0, 2);
        tcase_add_test(tests, a_resource_is_its_owners_again_and_again);
        tcase_add_test(tests, readers_and_writers_of_a_resource_do_not_meet);
}

int main(void) {
        return suite_main("rtl-sync", 60, add_tests);
}
