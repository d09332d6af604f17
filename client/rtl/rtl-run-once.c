#include <stdint.h>

#include "futex.h"
#include "ntrtlsync.h"
#include "ntstatus.h"

/*
 * The low two bits of the pointer say how far it is; once it is done, the rest is the context.
 * While one thread initialises, bit 2 says that others sleep until the low half changes.
 */
#define NOT_BEGUN 0u
#define ONE       1u
#define DONE      2u
#define MANY      3u
#define STATE     3u
#define SLEEPERS  4u

static uintptr_t *word_of(RTL_RUN_ONCE *once) {
        return (uintptr_t *) (void *) &once->Ptr;
}

static uintptr_t look(RTL_RUN_ONCE *once) {
        return __atomic_load_n(word_of(once), __ATOMIC_ACQUIRE);
}

static bool replace(RTL_RUN_ONCE *once, uintptr_t before, uintptr_t after) {
        return __atomic_compare_exchange_n(
                        word_of(once), &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void hand_over(uintptr_t word, PVOID *context) {
        if (context)
                *context = (PVOID) (word & ~(uintptr_t) STATE);
}

static NTSTATUS check(RTL_RUN_ONCE *once, PVOID *context) {
        uintptr_t word = look(once);

        if ((word & STATE) != DONE)
                return STATUS_UNSUCCESSFUL;
        hand_over(word, context);
        return STATUS_SUCCESS;
}

static void sleep_while_pending(RTL_RUN_ONCE *once, uintptr_t word) {
        if (word & SLEEPERS || replace(once, word, word | SLEEPERS))
                futex_wait(word_of(once), (uint32_t) (word | SLEEPERS), &deadline_never);
}

static NTSTATUS begin(RTL_RUN_ONCE *once, bool many, PVOID *context) {
        for (;;) {
                uintptr_t word = look(once);

                switch (word & STATE) {
                case NOT_BEGUN:
                        if (replace(once, word, many ? MANY : ONE))
                                return STATUS_PENDING;
                        break;
                case ONE:
                        if (many)
                                return STATUS_INVALID_PARAMETER;
                        sleep_while_pending(once, word);
                        break;
                case MANY:
                        return many ? STATUS_PENDING : STATUS_INVALID_PARAMETER;
                default:
                        hand_over(word, context);
                        return STATUS_SUCCESS;
                }
        }
}

static NTSTATUS finish(RTL_RUN_ONCE *once, bool many, uintptr_t after) {
        for (;;) {
                uintptr_t word = look(once);

                if ((word & STATE) != ONE && (word & STATE) != MANY)
                        return STATUS_UNSUCCESSFUL;
                if (((word & STATE) == MANY) != many)
                        return STATUS_INVALID_PARAMETER;
                if (!replace(once, word, after))
                        continue;
                if (word & SLEEPERS)
                        futex_wake(word_of(once), FUTEX_ALL);
                return STATUS_SUCCESS;
        }
}

static NTSTATUS complete(RTL_RUN_ONCE *once, ULONG flags, PVOID context) {
        uintptr_t word = (uintptr_t) context;
        bool many = flags & RTL_RUN_ONCE_ASYNC;

        if (flags & ~(RTL_RUN_ONCE_ASYNC | RTL_RUN_ONCE_INIT_FAILED))
                return STATUS_INVALID_PARAMETER_2;
        if (word & STATE)
                return STATUS_INVALID_PARAMETER;
        if (!(flags & RTL_RUN_ONCE_INIT_FAILED))
                return finish(once, many, word | DONE);
        if (many || context)
                return STATUS_INVALID_PARAMETER;
        return finish(once, false, NOT_BEGUN);
}

static NTSTATUS execute(
                RTL_RUN_ONCE *once, PRTL_RUN_ONCE_INIT_FN init, PVOID parameter, PVOID *context) {
        PVOID result = NULL;
        NTSTATUS status = begin(once, false, context);

        if (status != STATUS_PENDING)
                return status;
        if (!init(once, parameter, &result)) {
                finish(once, false, NOT_BEGUN);
                return STATUS_UNSUCCESSFUL;
        }
        status = complete(once, 0, result);
        if (NT_SUCCESS(status))
                hand_over((uintptr_t) result, context);
        return status;
}

VOID NTAPI RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce) {
        RunOnce->Ptr = NULL;
}

NTSTATUS NTAPI RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID *Context) {
        bool only_check = Flags & RTL_RUN_ONCE_CHECK_ONLY;
        bool many = Flags & RTL_RUN_ONCE_ASYNC;

        if (Flags & ~(RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC))
                return STATUS_INVALID_PARAMETER_2;
        if (only_check && many)
                return STATUS_INVALID_PARAMETER;
        return only_check ? check(RunOnce, Context) : begin(RunOnce, many, Context);
}

NTSTATUS NTAPI RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context) {
        return complete(RunOnce, Flags, Context);
}

NTSTATUS NTAPI RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce,
                PRTL_RUN_ONCE_INIT_FN InitFn,
                PVOID Parameter,
                PVOID *Context) {
        return execute(RunOnce, InitFn, Parameter, Context);
}
