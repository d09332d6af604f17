#pragma once

/*
 * Synchronisation inside a process
 *
 * Critical sections, slim reader/writer locks, condition variables, one-time initialisation,
 * resources, barriers, and waiting for a value to change. None of them is a handle or knows the
 * daemon: a thread that must wait does so in Linux, all others send nothing and make no system
 * call. Who waits is not served in the order of coming, as on Windows.
 *
 * None of them works across processes. All may be used from native threads and from those of
 * Windows programs alike.
 *
 * Windows raises an exception where a lock is misused in some ways. These functions never do; what
 * they do instead stands with each.
 *
 * Timeouts are in units of 100 ns: negative from now on, positive the system time when waiting
 * ends, 0 not to wait, and a NULL pointer to wait for ever.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * Critical sections
 *
 * A lock that its owner may take again. LockCount is -1 while nobody has it; otherwise bit 0 is
 * clear, bit 1 is clear while a thread has been woken that has not come yet, and the rest is the
 * complement of the number of waiting threads (as Microsoft documents for Windows since 2003 SP1).
 * OwningThread is the thread's id, that of its CLIENT_ID.
 */
typedef struct _RTL_CRITICAL_SECTION_DEBUG {
        USHORT Type;
        USHORT CreatorBackTraceIndex;
        struct _RTL_CRITICAL_SECTION *CriticalSection;
        LIST_ENTRY ProcessLocksList;
        ULONG EntryCount;      /* how often a thread had to wait */
        ULONG ContentionCount; /* the same */
        ULONG Flags;
        USHORT CreatorBackTraceIndexHigh;
        USHORT SpareUSHORT;
} RTL_CRITICAL_SECTION_DEBUG, *PRTL_CRITICAL_SECTION_DEBUG, RTL_RESOURCE_DEBUG,
                *PRTL_RESOURCE_DEBUG;

typedef struct _RTL_CRITICAL_SECTION {
        PRTL_CRITICAL_SECTION_DEBUG DebugInfo; /* -1 without, which is usual since Windows 8 */
        LONG LockCount;
        LONG RecursionCount;
        HANDLE OwningThread;
        HANDLE LockSemaphore; /* how many threads may go on; no handle */
        ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION;

#define RTL_CRITSECT_TYPE 0
#define RTL_RESOURCE_TYPE 1

#define RTL_CRITICAL_SECTION_FLAG_NO_DEBUG_INFO    0x01000000u
#define RTL_CRITICAL_SECTION_FLAG_DYNAMIC_SPIN     0x02000000u
#define RTL_CRITICAL_SECTION_FLAG_STATIC_INIT      0x04000000u
#define RTL_CRITICAL_SECTION_FLAG_RESOURCE_TYPE    0x08000000u
#define RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO 0x10000000u
#define RTL_CRITICAL_SECTION_ALL_FLAG_BITS         0xFF000000u
#define RTL_CRITICAL_SECTION_FLAG_RESERVED         0xE0000000u

/* Return: STATUS_SUCCESS. */
NTSTATUS NTAPI RtlInitializeCriticalSection(PRTL_CRITICAL_SECTION CriticalSection);

/**
 * RtlInitializeCriticalSectionAndSpinCount() - make a critical section
 * @CriticalSection: any memory
 * @SpinCount:       how often to look whether the section is free before waiting; the upper 8 bits
 *                   are ignored, and all of it on a machine with one processor
 * Return: STATUS_SUCCESS.
 */
NTSTATUS NTAPI RtlInitializeCriticalSectionAndSpinCount(
                PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount);

/**
 * RtlInitializeCriticalSectionEx() - make a critical section
 * @CriticalSection: any memory
 * @SpinCount:       as above, less than 2^24
 * @Flags:           RTL_CRITICAL_SECTION_FLAG_FORCE_DEBUG_INFO for a DebugInfo; the others that
 *                   have a name change nothing
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_3 for RTL_CRITICAL_SECTION_FLAG_RESERVED and
 * for bits that are no flags; STATUS_INVALID_PARAMETER_2; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlInitializeCriticalSectionEx(
                PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount, ULONG Flags);

/* Waits for as long as it takes: there is no timeout after which Windows raises
 * STATUS_POSSIBLE_DEADLOCK. Return: STATUS_SUCCESS. */
NTSTATUS NTAPI RtlEnterCriticalSection(PRTL_CRITICAL_SECTION CriticalSection);

/* Return: TRUE if the calling thread has it now. */
BOOLEAN NTAPI RtlTryEnterCriticalSection(PRTL_CRITICAL_SECTION CriticalSection);

/**
 * RtlLeaveCriticalSection() - give up the section, once
 *
 * Whether the caller is its owner is not looked at, as on Windows: programs get away with leaving
 * for another thread.
 *
 * Return: STATUS_SUCCESS; STATUS_RESOURCE_NOT_OWNED if nobody has it, and nothing is changed.
 */
NTSTATUS NTAPI RtlLeaveCriticalSection(PRTL_CRITICAL_SECTION CriticalSection);

/* Ends a section that nobody has or wants. Return: STATUS_SUCCESS. */
NTSTATUS NTAPI RtlDeleteCriticalSection(PRTL_CRITICAL_SECTION CriticalSection);

/* Return: the spin count before. */
ULONG NTAPI RtlSetCriticalSectionSpinCount(PRTL_CRITICAL_SECTION CriticalSection, ULONG SpinCount);

/* Whether a thread has it; whether the calling thread has it. */
ULONG NTAPI RtlIsCriticalSectionLocked(PRTL_CRITICAL_SECTION CriticalSection);
ULONG NTAPI RtlIsCriticalSectionLockedByThread(PRTL_CRITICAL_SECTION CriticalSection);

/*
 * Slim reader/writer locks
 *
 * One writer, or up to 2^30 - 2 readers. No thread may take a lock that it has. Releasing what is
 * not held changes nothing (Windows raises STATUS_RESOURCE_NOT_OWNED).
 */
typedef struct _RTL_SRWLOCK {
        PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK;
#define RTL_SRWLOCK_INIT                                                                           \
        { 0 }

VOID NTAPI RtlInitializeSRWLock(PRTL_SRWLOCK SRWLock);
VOID NTAPI RtlAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock);
VOID NTAPI RtlAcquireSRWLockShared(PRTL_SRWLOCK SRWLock);
BOOLEAN NTAPI RtlTryAcquireSRWLockExclusive(PRTL_SRWLOCK SRWLock);
BOOLEAN NTAPI RtlTryAcquireSRWLockShared(PRTL_SRWLOCK SRWLock);
VOID NTAPI RtlReleaseSRWLockExclusive(PRTL_SRWLOCK SRWLock);
VOID NTAPI RtlReleaseSRWLockShared(PRTL_SRWLOCK SRWLock);

/* Condition variables */
typedef struct _RTL_CONDITION_VARIABLE {
        PVOID Ptr;
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE;
#define RTL_CONDITION_VARIABLE_INIT                                                                \
        { 0 }
#define RTL_CONDITION_VARIABLE_LOCKMODE_SHARED 0x1u

VOID NTAPI RtlInitializeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable);
VOID NTAPI RtlWakeConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable);
VOID NTAPI RtlWakeAllConditionVariable(PRTL_CONDITION_VARIABLE ConditionVariable);

/**
 * RtlSleepConditionVariableCS() - leave a section, wait until woken, and enter it again
 * @ConditionVariable: the variable
 * @CriticalSection:   a section that the caller has entered once
 * @TimeOut:           see above
 *
 * Also returns when nobody woke it: the caller looks whether what it waits for is there.
 *
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT; the caller has the section again in both cases.
 */
NTSTATUS NTAPI RtlSleepConditionVariableCS(PRTL_CONDITION_VARIABLE ConditionVariable,
                PRTL_CRITICAL_SECTION CriticalSection,
                PLARGE_INTEGER TimeOut);

/* The same with a reader/writer lock; @Flags say how it is held. Return: also
 * STATUS_INVALID_PARAMETER_4 for flags that are none. */
NTSTATUS NTAPI RtlSleepConditionVariableSRW(PRTL_CONDITION_VARIABLE ConditionVariable,
                PRTL_SRWLOCK SRWLock,
                PLARGE_INTEGER TimeOut,
                ULONG Flags);

/*
 * One-time initialisation
 *
 * Either one thread initialises and the others wait for it, or, with RTL_RUN_ONCE_ASYNC, all
 * initialise and the first to be ready wins. The low two bits of a context are 0.
 */
typedef union _RTL_RUN_ONCE {
        PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE;
#define RTL_RUN_ONCE_INIT                                                                          \
        { 0 }
#define RTL_RUN_ONCE_CHECK_ONLY        0x1u
#define RTL_RUN_ONCE_ASYNC             0x2u
#define RTL_RUN_ONCE_INIT_FAILED       0x4u
#define RTL_RUN_ONCE_CTX_RESERVED_BITS 2

/* Returns 0 if it failed. */
typedef ULONG(NTAPI *PRTL_RUN_ONCE_INIT_FN)(PRTL_RUN_ONCE RunOnce, PVOID Parameter, PVOID *Context);

VOID NTAPI RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce);

/**
 * RtlRunOnceBeginInitialize() - find out whether to initialise
 * @RunOnce: zeroed, or RtlRunOnceInitialize()
 * @Flags:   RTL_RUN_ONCE_CHECK_ONLY or RTL_RUN_ONCE_ASYNC
 * @Context: gets what was initialised, if it is; may be NULL
 *
 * Return: STATUS_SUCCESS if it is initialised; STATUS_PENDING if the caller is to initialise and
 * call RtlRunOnceComplete(); with RTL_RUN_ONCE_CHECK_ONLY STATUS_UNSUCCESSFUL instead;
 * STATUS_INVALID_PARAMETER for both flags, and if others initialise in the other way.
 * STATUS_INVALID_PARAMETER_2 for other flags.
 */
NTSTATUS NTAPI RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID *Context);

/**
 * RtlRunOnceComplete() - say how initialisation went
 * @RunOnce: as above
 * @Flags:   RTL_RUN_ONCE_ASYNC as it was begun, or RTL_RUN_ONCE_INIT_FAILED
 * @Context: for all who ask; NULL if it failed
 *
 * Return: STATUS_SUCCESS; STATUS_UNSUCCESSFUL if another thread was first or nobody had begun;
 * STATUS_INVALID_PARAMETER; STATUS_INVALID_PARAMETER_2 for other flags.
 */
NTSTATUS NTAPI RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context);

/* Calls @InitFn unless that was done. Return: STATUS_SUCCESS, or STATUS_UNSUCCESSFUL if @InitFn
 * failed now: the next caller tries again. */
NTSTATUS NTAPI RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce,
                PRTL_RUN_ONCE_INIT_FN InitFn,
                PVOID Parameter,
                PVOID *Context);

/*
 * Waiting for a value to change
 */

/**
 * RtlWaitOnAddress() - wait while a value is what it was
 * @Address:        the value
 * @CompareAddress: what it was
 * @AddressSize:    of both: 1, 2, 4 or 8 bytes
 * @Timeout:        see above
 *
 * Also returns when nobody woke it.
 *
 * Return: STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_INVALID_PARAMETER for another size.
 */
NTSTATUS NTAPI RtlWaitOnAddress(const volatile VOID *Address,
                PVOID CompareAddress,
                SIZE_T AddressSize,
                const LARGE_INTEGER *Timeout);

/* To be called after the value has been changed. The address is not touched. */
VOID NTAPI RtlWakeAddressSingle(PVOID Address);
VOID NTAPI RtlWakeAddressAll(PVOID Address);

/*
 * Barriers
 */
typedef struct _RTL_BARRIER {
        ULONG Reserved1;
        ULONG Reserved2;
        ULONG_PTR Reserved3[2];
        ULONG Reserved4;
        ULONG Reserved5;
} RTL_BARRIER, *PRTL_BARRIER;

#define SYNCHRONIZATION_BARRIER_FLAGS_SPIN_ONLY  0x1u
#define SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY 0x2u
#define SYNCHRONIZATION_BARRIER_FLAGS_NO_DELETE  0x4u

/**
 * RtlInitBarrier() - make a barrier
 * @Barrier:      any memory
 * @TotalThreads: how many threads have to come
 * @SpinCount:    how often to look before waiting; (ULONG) -1 for 2,000
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for 0 threads, or more than 2^31 - 1.
 */
NTSTATUS NTAPI RtlInitBarrier(PRTL_BARRIER Barrier, ULONG TotalThreads, ULONG SpinCount);

/**
 * RtlBarrier() - wait until all threads have come
 * @Barrier: the barrier
 * @Flags:   SYNCHRONIZATION_BARRIER_FLAGS_SPIN_ONLY or SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY;
 *           SYNCHRONIZATION_BARRIER_FLAGS_NO_DELETE changes nothing
 * Return: TRUE for the last one, FALSE for all others.
 */
BOOLEAN NTAPI RtlBarrier(PRTL_BARRIER Barrier, ULONG Flags);

/* Waits until every thread that came has left. Return: STATUS_SUCCESS. */
NTSTATUS NTAPI RtlDeleteBarrier(PRTL_BARRIER Barrier);

/*
 * Resources: reader/writer locks of old
 *
 * The owner may take it again, either way. NumberOfActive counts readers; it is negative for a
 * writer.
 */
typedef struct _RTL_RESOURCE {
        RTL_CRITICAL_SECTION CriticalSection;
        HANDLE SharedSemaphore; /* how many readers may go on; no handle */
        volatile ULONG NumberOfWaitingShared;
        HANDLE ExclusiveSemaphore; /* how many writers may go on; no handle */
        volatile ULONG NumberOfWaitingExclusive;
        volatile LONG NumberOfActive;
        HANDLE ExclusiveOwnerThread;
        ULONG Flags;
        PRTL_RESOURCE_DEBUG DebugInfo;
} RTL_RESOURCE, *PRTL_RESOURCE;

VOID NTAPI RtlInitializeResource(PRTL_RESOURCE Resource);

/* Return: TRUE with the lock; FALSE without @Wait if it cannot be had at once. */
BOOLEAN NTAPI RtlAcquireResourceShared(PRTL_RESOURCE Resource, BOOLEAN Wait);
BOOLEAN NTAPI RtlAcquireResourceExclusive(PRTL_RESOURCE Resource, BOOLEAN Wait);

/* Releasing what nobody has changes nothing. */
VOID NTAPI RtlReleaseResource(PRTL_RESOURCE Resource);

/* A reader becomes a writer, once the others have gone: others may have written meanwhile. */
VOID NTAPI RtlConvertSharedToExclusive(PRTL_RESOURCE Resource);

/* A writer becomes a reader, and lets waiting readers in. */
VOID NTAPI RtlConvertExclusiveToShared(PRTL_RESOURCE Resource);

VOID NTAPI RtlDeleteResource(PRTL_RESOURCE Resource);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
