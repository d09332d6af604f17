#include <stdint.h>

#include "futex.h"
#include "ntrtlsync.h"
#include "ntstatus.h"
#include "processors.h"

#define SPIN_DEFAULT 2000u

/* What is behind RTL_BARRIER's reserved fields. */
typedef struct Gate {
        uint32_t total;
        uint32_t missing; /* of this round */
        uint32_t round;
        uint32_t n_inside; /* threads that have come and not left: the barrier is in use */
        uint64_t unused;
        uint32_t spin_count;
        uint32_t unused_too;
} Gate;

_Static_assert(sizeof(Gate) == sizeof(RTL_BARRIER), "Windows' size");

static Gate *barrier_of(RTL_BARRIER *barrier) {
        return (Gate *) (void *) barrier;
}

static uint32_t round_of(Gate *barrier) {
        return __atomic_load_n(&barrier->round, __ATOMIC_ACQUIRE);
}

static void wait_for_round(Gate *barrier, uint32_t before, ULONG flags) {
        uint32_t n = several_processors() ? barrier->spin_count : 0;

        if (flags & SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY)
                n = 0;
        for (uint32_t i = 0; round_of(barrier) == before;) {
                if (i < n || flags & SYNCHRONIZATION_BARRIER_FLAGS_SPIN_ONLY) {
                        spin_pause();
                        i++;
                } else {
                        futex_wait(&barrier->round, before, &deadline_never);
                }
        }
}

static void leave(Gate *barrier) {
        if (__atomic_sub_fetch(&barrier->n_inside, 1, __ATOMIC_RELEASE) == 0)
                futex_wake(&barrier->n_inside, FUTEX_ALL);
}

static bool meet(Gate *barrier, ULONG flags) {
        uint32_t round = round_of(barrier);
        bool last;

        __atomic_fetch_add(&barrier->n_inside, 1, __ATOMIC_RELAXED);
        last = __atomic_sub_fetch(&barrier->missing, 1, __ATOMIC_ACQ_REL) == 0;
        if (last) {
                __atomic_store_n(&barrier->missing, barrier->total, __ATOMIC_RELAXED);
                __atomic_store_n(&barrier->round, round + 1, __ATOMIC_RELEASE);
                futex_wake(&barrier->round, FUTEX_ALL);
        } else {
                wait_for_round(barrier, round, flags);
        }
        leave(barrier);
        return last;
}

NTSTATUS NTAPI RtlInitBarrier(PRTL_BARRIER Barrier, ULONG TotalThreads, ULONG SpinCount) {
        if (TotalThreads == 0 || TotalThreads > INT32_MAX)
                return STATUS_INVALID_PARAMETER;
        *barrier_of(Barrier) = (Gate){
                .total = TotalThreads,
                .missing = TotalThreads,
                .spin_count = SpinCount == UINT32_MAX ? SPIN_DEFAULT : SpinCount,
        };
        return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlBarrier(PRTL_BARRIER Barrier, ULONG Flags) {
        return meet(barrier_of(Barrier), Flags);
}

static void wait_until_unused(Gate *barrier) {
        uint32_t n;

        while ((n = __atomic_load_n(&barrier->n_inside, __ATOMIC_ACQUIRE)) != 0)
                futex_wait(&barrier->n_inside, n, &deadline_never);
}

NTSTATUS NTAPI RtlDeleteBarrier(PRTL_BARRIER Barrier) {
        wait_until_unused(barrier_of(Barrier));
        return STATUS_SUCCESS;
}
