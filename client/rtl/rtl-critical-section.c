#include "rtl-critical-section.h"

#include <stdint.h>

#include "futex.h"
#include "ntstatus.h"
#include "processors.h"
#include "rtl-heap.h"
#include "thread-id.h"

/*
 * LockCount
 *
 * Bit 0 is set while the section is free, bit 1 unless a thread has been woken that has not come
 * yet, and the rest counts waiting threads downwards, so that -1 is a free section that nobody
 * waits for. Who leaves wakes one waiting thread if none is on its way; who is woken competes with
 * all that come. A woken thread does not count as waiting: leaving takes it off, and it puts itself
 * on again if it finds the section taken.
 */
#define UNLOCKED  0x1u
#define NOT_WOKEN 0x2u
#define WAITER    0x4u
#define NOBODY    0xFFFFFFFFu

#define SPIN_COUNT_MAX 0x00FFFFFFu
#define NO_DEBUG_INFO  ((RTL_CRITICAL_SECTION_DEBUG *) UINTPTR_MAX)

#define FLAGS_WITH_A_NAME (RTL_CRITICAL_SECTION_ALL_FLAG_BITS & ~RTL_CRITICAL_SECTION_FLAG_RESERVED)

static uint32_t *state_of(RTL_CRITICAL_SECTION *section) {
        return (uint32_t *) &section->LockCount;
}

/* The low half of LockSemaphore. */
static uint32_t *semaphore_of(RTL_CRITICAL_SECTION *section) {
        return (uint32_t *) (void *) &section->LockSemaphore;
}

static uintptr_t owner_of(const RTL_CRITICAL_SECTION *section) {
        return (uintptr_t) __atomic_load_n(&section->OwningThread, __ATOMIC_RELAXED);
}

static void own(RTL_CRITICAL_SECTION *section, uintptr_t thread, LONG n) {
        __atomic_store_n(&section->OwningThread, (HANDLE) thread, __ATOMIC_RELAXED);
        __atomic_store_n(&section->RecursionCount, n, __ATOMIC_RELAXED);
}

static inline bool take_if_free(RTL_CRITICAL_SECTION *section) {
        uint32_t *state = state_of(section);

        return __atomic_load_n(state, __ATOMIC_RELAXED) & UNLOCKED &&
               __atomic_fetch_and(state, ~UNLOCKED, __ATOMIC_ACQUIRE) & UNLOCKED;
}

/*
 * Takes the section, or counts this thread as waiting for it. @woken: the thread has been woken,
 * which is over with either. Return: whether it has the section.
 */
static bool take_or_queue(RTL_CRITICAL_SECTION *section, bool woken) {
        uint32_t *state = state_of(section);
        uint32_t before = __atomic_load_n(state, __ATOMIC_RELAXED);
        uint32_t after;

        do {
                after = before & UNLOCKED ? before & ~UNLOCKED : before - WAITER;
                if (woken)
                        after |= NOT_WOKEN;
        } while (!__atomic_compare_exchange_n(
                        state, &before, after, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
        return before & UNLOCKED;
}

static void count_contention(RTL_CRITICAL_SECTION *section) {
        RTL_CRITICAL_SECTION_DEBUG *debug = section->DebugInfo;

        if (debug && debug != NO_DEBUG_INFO) {
                __atomic_fetch_add(&debug->EntryCount, 1, __ATOMIC_RELAXED);
                __atomic_fetch_add(&debug->ContentionCount, 1, __ATOMIC_RELAXED);
        }
}

static bool spin(RTL_CRITICAL_SECTION *section) {
        ULONG_PTR n = __atomic_load_n(&section->SpinCount, __ATOMIC_RELAXED) & SPIN_COUNT_MAX;

        for (ULONG_PTR i = 0; i < n; i++) {
                if (take_if_free(section))
                        return true;
                spin_pause();
        }
        return false;
}

static void wait_for(RTL_CRITICAL_SECTION *section) {
        bool woken = false;

        count_contention(section);
        while (!take_or_queue(section, woken)) {
                semaphore_take(semaphore_of(section), &deadline_never);
                woken = true;
        }
}

static __attribute__((noinline)) NTSTATUS NTAPI enter_slowly(RTL_CRITICAL_SECTION *section) {
        uintptr_t self = thread_id();

        if (owner_of(section) == self) {
                own(section, self, section->RecursionCount + 1);
                return STATUS_SUCCESS;
        }
        if (!take_if_free(section) && !spin(section))
                wait_for(section);
        own(section, self, 1);
        return STATUS_SUCCESS;
}

/* Whoever waits is counted there, so that the section is still there when it is woken. */
static __attribute__((noinline)) NTSTATUS NTAPI wake_one(RTL_CRITICAL_SECTION *section) {
        uint32_t *state = state_of(section);
        uint32_t before = __atomic_load_n(state, __ATOMIC_RELAXED);
        uint32_t after;

        do {
                after = before | UNLOCKED;
                if (before & NOT_WOKEN && (before | UNLOCKED) != NOBODY)
                        after = (after & ~NOT_WOKEN) + WAITER;
        } while (!__atomic_compare_exchange_n(
                        state, &before, after, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
        if (before & NOT_WOKEN && (before | UNLOCKED) != NOBODY)
                semaphore_add(semaphore_of(section), 1);
        return STATUS_SUCCESS;
}

static inline bool try_inline(RTL_CRITICAL_SECTION *section, uintptr_t self) {
        if (owner_of(section) == self) {
                own(section, self, section->RecursionCount + 1);
                return true;
        }
        if (!take_if_free(section))
                return false;
        own(section, self, 1);
        return true;
}

/* The ways that most calls go have no call in them: see service.h for what that is worth. */
NTSTATUS NTAPI RtlEnterCriticalSection(PRTL_CRITICAL_SECTION CriticalSection) {
        uintptr_t self = thread_id_cached;

        if (__builtin_expect(self != 0, 1) && try_inline(CriticalSection, self))
                return STATUS_SUCCESS;
        return enter_slowly(CriticalSection);
}

NTSTATUS NTAPI RtlLeaveCriticalSection(PRTL_CRITICAL_SECTION CriticalSection) {
        uint32_t locked = NOBODY & ~UNLOCKED;

        if (CriticalSection->RecursionCount <= 0)
                return STATUS_RESOURCE_NOT_OWNED;
        if (CriticalSection->RecursionCount > 1) {
                __atomic_store_n(&CriticalSection->RecursionCount,
                                CriticalSection->RecursionCount - 1, __ATOMIC_RELAXED);
                return STATUS_SUCCESS;
        }
        own(CriticalSection, 0, 0);
        if (__builtin_expect(__atomic_compare_exchange_n(state_of(CriticalSection), &locked, NOBODY,
                                             false, __ATOMIC_RELEASE, __ATOMIC_RELAXED),
                            1))
                return STATUS_SUCCESS;
        return wake_one(CriticalSection);
}

void critical_section_enter(RTL_CRITICAL_SECTION *section) {
        if (!try_inline(section, thread_id()))
                enter_slowly(section);
}

bool critical_section_try(RTL_CRITICAL_SECTION *section) {
        return try_inline(section, thread_id());
}

NTSTATUS critical_section_leave(RTL_CRITICAL_SECTION *section) {
        return RtlLeaveCriticalSection(section);
}

BOOLEAN NTAPI RtlTryEnterCriticalSection(PRTL_CRITICAL_SECTION CriticalSection) {
        return critical_section_try(CriticalSection);
}

void critical_section_init(RTL_CRITICAL_SECTION *section, ULONG spin_count) {
        *section = (RTL_CRITICAL_SECTION){
                .DebugInfo = NO_DEBUG_INFO,
                .LockCount = -1,
                .SpinCount = several_processors() ? spin_count & SPIN_COUNT_MAX : 0,
        };
}

NTSTATUS NTAPI RtlInitializeCriticalSection(PRTL_CRITICAL_SECTION CriticalSection) {
        critical_section_init(CriticalSection, 0);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlInitializeCriticalSectionAndSpinCount(
                PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount) {
        critical_section_init(CriticalSection, SpinCount);
        return STATUS_SUCCESS;
}

static NTSTATUS debug_info_attach(RTL_CRITICAL_SECTION *section) {
        RTL_CRITICAL_SECTION_DEBUG *debug = rtl_allocate(sizeof(*debug));

        if (!debug)
                return STATUS_NO_MEMORY;
        *debug = (RTL_CRITICAL_SECTION_DEBUG){
                .Type = RTL_CRITSECT_TYPE,
                .CriticalSection = section,
                .ProcessLocksList = { &debug->ProcessLocksList, &debug->ProcessLocksList },
        };
        section->DebugInfo = debug;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlInitializeCriticalSectionEx(
                PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount, ULONG Flags) {
        if (Flags & ~FLAGS_WITH_A_NAME)
                return STATUS_INVALID_PARAMETER_3;
        if (SpinCount > SPIN_COUNT_MAX)
                return STATUS_INVALID_PARAMETER_2;
        critical_section_init(CriticalSection, SpinCount);
        return Flags & RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO
                               ? debug_info_attach(CriticalSection)
                               : STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDeleteCriticalSection(PRTL_CRITICAL_SECTION CriticalSection) {
        RTL_CRITICAL_SECTION_DEBUG *debug = CriticalSection->DebugInfo;

        /* A section that a program has made itself may say anything there. */
        if (debug && debug != NO_DEBUG_INFO &&
                        RtlSizeHeap(rtl_process_heap(), 0, debug) == sizeof(*debug))
                rtl_free(debug);
        *CriticalSection = (RTL_CRITICAL_SECTION){ .LockCount = -1 };
        return STATUS_SUCCESS;
}

ULONG NTAPI RtlSetCriticalSectionSpinCount(PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount) {
        ULONG_PTR count = several_processors() ? SpinCount & SPIN_COUNT_MAX : 0;

        return (ULONG) __atomic_exchange_n(&CriticalSection->SpinCount, count, __ATOMIC_RELAXED) &
               SPIN_COUNT_MAX;
}

ULONG NTAPI RtlIsCriticalSectionLocked(PRTL_CRITICAL_SECTION CriticalSection) {
        return __atomic_load_n(&CriticalSection->RecursionCount, __ATOMIC_RELAXED) != 0;
}

ULONG NTAPI RtlIsCriticalSectionLockedByThread(PRTL_CRITICAL_SECTION CriticalSection) {
        return owner_of(CriticalSection) == thread_id() &&
               __atomic_load_n(&CriticalSection->RecursionCount, __ATOMIC_RELAXED) != 0;
}
