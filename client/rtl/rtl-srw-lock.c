#include "rtl-srw-lock.h"

#include <stdint.h>

#include "futex.h"
#include "processors.h"

/*
 * The low half of the pointer is the state: how many readers there are, or WRITER, and whether
 * readers and writers wait. The high half counts wake-ups of writers: a writer that waits for that
 * word and not for the state is woken alone. Readers wait while a writer does, so that readers that
 * keep coming do not keep writers out.
 */
#define READER          0x1u
#define COUNT           0x3FFFFFFFu
#define WRITER          COUNT /* in place of a number of readers */
#define READERS_MAX     (COUNT - 1)
#define READERS_WAITING 0x40000000u
#define WRITERS_WAITING 0x80000000u

#define SPINS 100

static uint32_t *state_of(RTL_SRWLOCK *lock) {
        return (uint32_t *) (void *) &lock->Ptr;
}

static uint32_t *wakes_of(RTL_SRWLOCK *lock) {
        return state_of(lock) + 1;
}

static bool is_free(uint32_t state) {
        return (state & COUNT) == 0;
}

static bool readers_may_come(uint32_t state) {
        return (state & COUNT) < READERS_MAX && !(state & (READERS_WAITING | WRITERS_WAITING));
}

static bool replace(uint32_t *state, uint32_t *before, uint32_t after) {
        return __atomic_compare_exchange_n(
                        state, before, after, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Looks for a while whether something changes: @writer waits for the lock to be free, a reader for
 * the writer to go. */
static uint32_t spin(RTL_SRWLOCK *lock, bool writer) {
        uint32_t state = __atomic_load_n(state_of(lock), __ATOMIC_RELAXED);

        for (int i = several_processors() ? SPINS : 0; i > 0; i--) {
                bool changed = writer ? is_free(state) || state & WRITERS_WAITING : state != WRITER;

                if (changed)
                        break;
                spin_pause();
                state = __atomic_load_n(state_of(lock), __ATOMIC_RELAXED);
        }
        return state;
}

static __attribute__((noinline)) VOID NTAPI wait_shared(RTL_SRWLOCK *lock) {
        uint32_t *word = state_of(lock);
        uint32_t state = spin(lock, false);

        for (;;) {
                if (readers_may_come(state)) {
                        if (replace(word, &state, state + READER))
                                return;
                        continue;
                }
                if (!(state & READERS_WAITING) && !replace(word, &state, state | READERS_WAITING))
                        continue;
                futex_wait(word, state | READERS_WAITING, &deadline_never);
                state = spin(lock, false);
        }
}

static __attribute__((noinline)) VOID NTAPI wait_exclusive(RTL_SRWLOCK *lock) {
        uint32_t *word = state_of(lock);
        uint32_t state = spin(lock, true);
        uint32_t others = 0; /* once this thread has waited, others may be waiting too */
        uint32_t wakes;

        for (;;) {
                if (is_free(state)) {
                        if (replace(word, &state, (state | WRITER | others)))
                                return;
                        continue;
                }
                if (!(state & WRITERS_WAITING) && !replace(word, &state, state | WRITERS_WAITING))
                        continue;
                others = WRITERS_WAITING;
                wakes = __atomic_load_n(wakes_of(lock), __ATOMIC_ACQUIRE);
                state = __atomic_load_n(word, __ATOMIC_RELAXED);
                if (is_free(state) || !(state & WRITERS_WAITING))
                        continue;
                futex_wait(wakes_of(lock), wakes, &deadline_never);
                state = spin(lock, true);
        }
}

/* No writer slept. One that was about to will look again; the readers must not wait for him. */
static void wake_readers(RTL_SRWLOCK *lock) {
        uint32_t *word = state_of(lock);
        uint32_t state = __atomic_load_n(word, __ATOMIC_RELAXED);

        while (is_free(state) && state & READERS_WAITING) {
                if (replace(word, &state, state & ~READERS_WAITING)) {
                        futex_wake(word, FUTEX_ALL);
                        return;
                }
        }
}

/*
 * Lets the lock go, and lets go on who waits: a writer, or if none sleeps all readers. A writer
 * that has slept says that others may, true or not: so it is looked at who was woken. State and
 * wake-ups change as one, for once the lock is free, and nobody waits, its memory may be gone.
 */
static __attribute__((noinline)) VOID NTAPI release_slowly(RTL_SRWLOCK *lock, uint32_t held) {
        uint64_t *both = (uint64_t *) (void *) &lock->Ptr;
        uint64_t before = __atomic_load_n(both, __ATOMIC_RELAXED);
        uint32_t left, wakes, after;

        do {
                left = (uint32_t) before - held;
                wakes = (uint32_t) (before >> 32);
                after = left;
                if (is_free(left) && left & WRITERS_WAITING) {
                        after &= ~WRITERS_WAITING;
                        wakes++;
                } else if (is_free(left)) {
                        after &= ~READERS_WAITING;
                }
        } while (!__atomic_compare_exchange_n(both, &before, (uint64_t) wakes << 32 | after, true,
                        __ATOMIC_RELEASE, __ATOMIC_RELAXED));

        if (!is_free(left))
                return;
        if (left & WRITERS_WAITING) {
                if (futex_wake(wakes_of(lock), 1) == 0 && left & READERS_WAITING)
                        wake_readers(lock);
        } else if (left & READERS_WAITING) {
                futex_wake(state_of(lock), FUTEX_ALL);
        }
}

static inline bool try_shared(RTL_SRWLOCK *lock) {
        uint32_t state = __atomic_load_n(state_of(lock), __ATOMIC_RELAXED);

        while (readers_may_come(state)) {
                if (replace(state_of(lock), &state, state + READER))
                        return true;
        }
        return false;
}

static inline bool try_exclusive(RTL_SRWLOCK *lock) {
        uint32_t state = __atomic_load_n(state_of(lock), __ATOMIC_RELAXED);

        while (is_free(state)) {
                if (replace(state_of(lock), &state, state | WRITER))
                        return true;
        }
        return false;
}

VOID NTAPI RtlInitializeSRWLock(PRTL_SRWLOCK SRWLock) {
        SRWLock->Ptr = NULL;
}

VOID NTAPI RtlAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
        uint32_t unlocked = 0;

        if (!__atomic_compare_exchange_n(state_of(SRWLock), &unlocked, WRITER, false,
                            __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                wait_exclusive(SRWLock);
}

VOID NTAPI RtlAcquireSRWLockShared(PRTL_SRWLOCK SRWLock) {
        uint32_t state = __atomic_load_n(state_of(SRWLock), __ATOMIC_RELAXED);

        if (!readers_may_come(state) || !replace(state_of(SRWLock), &state, state + READER))
                wait_shared(SRWLock);
}

BOOLEAN NTAPI RtlTryAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
        return try_exclusive(SRWLock);
}

BOOLEAN NTAPI RtlTryAcquireSRWLockShared(PRTL_SRWLOCK SRWLock) {
        return try_shared(SRWLock);
}

VOID NTAPI RtlReleaseSRWLockExclusive(PRTL_SRWLOCK SRWLock) {
        uint32_t state = WRITER;

        if (__builtin_expect(__atomic_compare_exchange_n(state_of(SRWLock), &state, 0, false,
                                             __ATOMIC_RELEASE, __ATOMIC_RELAXED),
                            1))
                return;
        if ((state & COUNT) == WRITER)
                release_slowly(SRWLock, WRITER);
}

VOID NTAPI RtlReleaseSRWLockShared(PRTL_SRWLOCK SRWLock) {
        uint32_t state = __atomic_load_n(state_of(SRWLock), __ATOMIC_RELAXED);

        if (is_free(state) || (state & COUNT) == WRITER)
                return;
        if (state & (READERS_WAITING | WRITERS_WAITING) ||
                        !__atomic_compare_exchange_n(state_of(SRWLock), &state, state - READER,
                                        false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
                release_slowly(SRWLock, READER);
}

void srw_lock_acquire(RTL_SRWLOCK *lock, bool shared) {
        if (shared)
                RtlAcquireSRWLockShared(lock);
        else
                RtlAcquireSRWLockExclusive(lock);
}

void srw_lock_release(RTL_SRWLOCK *lock, bool shared) {
        if (shared)
                RtlReleaseSRWLockShared(lock);
        else
                RtlReleaseSRWLockExclusive(lock);
}
