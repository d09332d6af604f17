#include <stdint.h>

#include "futex.h"
#include "ntrtlsync.h"
#include "ntstatus.h"
#include "rtl-critical-section.h"
#include "rtl-srw-lock.h"

/*
 * The low half of the pointer counts wake-ups in steps of 2; bit 0 says that threads may sleep. A
 * thread remembers the word before it lets its lock go, and sleeps only while nobody has woken
 * anybody since. It does not touch the word afterwards: who has woken all may free it.
 */
#define SLEEPERS 0x1u
#define WAKE     0x2u

static uint32_t *word_of(RTL_CONDITION_VARIABLE *variable) {
        return (uint32_t *) (void *) &variable->Ptr;
}

static uint32_t sleep_begin(RTL_CONDITION_VARIABLE *variable) {
        return __atomic_fetch_or(word_of(variable), SLEEPERS, __ATOMIC_SEQ_CST) | SLEEPERS;
}

static NTSTATUS sleep_end(
                RTL_CONDITION_VARIABLE *variable, uint32_t word, const Deadline *deadline) {
        return futex_wait(word_of(variable), word, deadline) ? STATUS_SUCCESS : STATUS_TIMEOUT;
}

static void wake_all(RTL_CONDITION_VARIABLE *variable) {
        uint32_t word = __atomic_load_n(word_of(variable), __ATOMIC_SEQ_CST);

        while (word & SLEEPERS) {
                if (__atomic_compare_exchange_n(word_of(variable), &word, (word + WAKE) & ~SLEEPERS,
                                    true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
                        futex_wake(word_of(variable), FUTEX_ALL);
                        return;
                }
        }
}

/*
 * SLEEPERS stays, though nobody may sleep any more: a thread that goes to sleep between a look and
 * a step that takes it away would never be woken.
 */
static void wake_one(RTL_CONDITION_VARIABLE *variable) {
        uint32_t word = __atomic_load_n(word_of(variable), __ATOMIC_SEQ_CST);

        while (word & SLEEPERS) {
                if (__atomic_compare_exchange_n(word_of(variable), &word, word + WAKE, true,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
                        futex_wake(word_of(variable), 1);
                        return;
                }
        }
}

VOID NTAPI RtlInitializeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) {
        ConditionVariable->Ptr = NULL;
}

VOID NTAPI RtlWakeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) {
        wake_one(ConditionVariable);
}

VOID NTAPI RtlWakeAllConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable) {
        wake_all(ConditionVariable);
}

static NTSTATUS sleep_in_section(RTL_CONDITION_VARIABLE *variable,
                RTL_CRITICAL_SECTION *section,
                const LARGE_INTEGER *timeout) {
        Deadline deadline = deadline_of(timeout);
        uint32_t word = sleep_begin(variable);
        NTSTATUS status;

        critical_section_leave(section);
        status = sleep_end(variable, word, &deadline);
        critical_section_enter(section);
        return status;
}

NTSTATUS NTAPI RtlSleepConditionVariableCS(PRTL_CONDITION_VARIABLE ConditionVariable,
                PRTL_CRITICAL_SECTION CriticalSection,
                PLARGE_INTEGER TimeOut) {
        return sleep_in_section(ConditionVariable, CriticalSection, TimeOut);
}

static NTSTATUS sleep_with_lock(RTL_CONDITION_VARIABLE *variable,
                RTL_SRWLOCK *lock,
                const LARGE_INTEGER *timeout,
                bool shared) {
        Deadline deadline = deadline_of(timeout);
        uint32_t word = sleep_begin(variable);
        NTSTATUS status;

        srw_lock_release(lock, shared);
        status = sleep_end(variable, word, &deadline);
        srw_lock_acquire(lock, shared);
        return status;
}

NTSTATUS NTAPI RtlSleepConditionVariableSRW(PRTL_CONDITION_VARIABLE ConditionVariable,
                PRTL_SRWLOCK SRWLock,
                PLARGE_INTEGER TimeOut,
                ULONG Flags) {
        if (Flags & ~RTL_CONDITION_VARIABLE_LOCKMODE_SHARED)
                return STATUS_INVALID_PARAMETER_4;
        return sleep_with_lock(ConditionVariable, SRWLock, TimeOut,
                        Flags & RTL_CONDITION_VARIABLE_LOCKMODE_SHARED);
}
