/*
 * Threads have their own stack, TEB and exit status, and share memory, locks and handles.
 *
 * Out: 4 threads counted to 40000
 * Out: once
 * Out: 4 woken
 */

#include "../support/pe.h"

#define N_THREADS 4
#define N_ROUNDS  10000

typedef NTSTATUS(NTAPI *ThreadRoutine)(PVOID parameter);

static RTL_CRITICAL_SECTION section;
static RTL_SRWLOCK lock;
static RTL_CONDITION_VARIABLE changed;
static RTL_RUN_ONCE once;
static ULONG counted, n_once, n_ready, n_woken, n_ended;
static char *tebs[N_THREADS];
static bool go;

static ULONG NTAPI run_once(PRTL_RUN_ONCE what, PVOID parameter, PVOID *context) {
        (void) what, (void) parameter, (void) context;
        n_once++;
        return 1;
}

static NTSTATUS NTAPI work(PVOID parameter) {
        ULONG_PTR number = (ULONG_PTR) parameter;

        tebs[number] = teb_self();
        for (unsigned i = 0; i < N_ROUNDS; i++) {
                RtlEnterCriticalSection(&section);
                counted++;
                RtlLeaveCriticalSection(&section);
        }
        RtlRunOnceExecuteOnce(&once, run_once, NULL, NULL);

        RtlAcquireSRWLockExclusive(&lock);
        n_ready++;
        RtlWakeAllConditionVariable(&changed);
        while (!go)
                RtlSleepConditionVariableSRW(&changed, &lock, NULL, 0);
        n_woken++;
        n_ended++;
        RtlWakeAllConditionVariable(&changed);
        RtlReleaseSRWLockExclusive(&lock);
        return (NTSTATUS) (100 + number);
}

static void wait_for(const ULONG *count) {
        while (*(volatile const ULONG *) count < N_THREADS)
                RtlSleepConditionVariableSRW(&changed, &lock, NULL, 0);
}

NTSTATUS world_main(void) {
        HANDLE threads[N_THREADS] = { 0 };
        CLIENT_ID id;

        check_status(RtlInitializeCriticalSection(&section), STATUS_SUCCESS);
        RtlInitializeSRWLock(&lock);
        RtlInitializeConditionVariable(&changed);
        RtlRunOnceInitialize(&once);
        for (ULONG_PTR i = 0; i < N_THREADS; i++) {
                check_status(RtlCreateUserThread(NtCurrentProcess(), NULL, 0, 0, 0, 0,
                                             (PVOID) work, (PVOID) i, &threads[i], &id),
                                STATUS_SUCCESS);
                check(id.UniqueThread != NULL);
        }
        RtlAcquireSRWLockExclusive(&lock);
        wait_for(&n_ready);
        print("%u threads counted to %u\n", N_THREADS, (unsigned) counted);
        print(n_once == 1 ? "once\n" : "more than once\n");
        go = true;
        RtlWakeAllConditionVariable(&changed);
        wait_for(&n_ended);
        RtlReleaseSRWLockExclusive(&lock);
        print("%u woken\n", (unsigned) n_woken);
        for (unsigned i = 0; i < N_THREADS; i++) {
                check(tebs[i] != NULL && tebs[i] != teb_self() && tebs[i] != tebs[(i + 1) % N_THREADS]);
                check_status(NtClose(threads[i]), STATUS_SUCCESS);
        }
        return failed;
}
