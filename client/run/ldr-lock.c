/*
 * The loader's lock, for programs
 */

#include "ldr-functions.h"
#include "loader-lock.h"
#include "loader.h"
#include "ntstatus.h"
#include "zw.h"

/* Flags: 1, raise exceptions for what is wrong, is not there yet; it is answered with a status. */
#define LOCK_RAISE    0x1u
#define LOCK_TRY_ONLY 0x2u

/* What becomes of a try. */
#define LOCK_ACQUIRED     1u
#define LOCK_NOT_ACQUIRED 2u

/**
 * LdrLockLoaderLock() - take the loader's lock
 * @Flags:       2: do not wait
 * @Disposition: gets 1 if it was taken, 2 if not; may be NULL if it is waited for
 * @Cookie:      gets what LdrUnlockLoaderLock() wants; 0 if it was not taken
 *
 * Return: STATUS_INVALID_PARAMETER_1, STATUS_INVALID_PARAMETER_3, STATUS_INVALID_PARAMETER_2, in
 * that order; STATUS_SUCCESS, whether it was taken or not.
 */
NTSTATUS NTAPI LdrLockLoaderLock(ULONG Flags, PULONG Disposition, PULONG_PTR Cookie) {
        bool taken = true;

        if (Disposition)
                *Disposition = 0;
        if (Cookie)
                *Cookie = 0;
        if (Flags & ~(LOCK_RAISE | LOCK_TRY_ONLY))
                return STATUS_INVALID_PARAMETER_1;
        if (!Cookie)
                return STATUS_INVALID_PARAMETER_3;
        if (Flags & LOCK_TRY_ONLY && !Disposition)
                return STATUS_INVALID_PARAMETER_2;
        if (Flags & LOCK_TRY_ONLY)
                taken = loader_try_lock();
        else
                loader_lock();
        if (taken)
                *Cookie = (ULONG_PTR) zw_thread_id();
        if (Disposition)
                *Disposition = taken ? LOCK_ACQUIRED : LOCK_NOT_ACQUIRED;
        return STATUS_SUCCESS;
}

/* @Cookie: 0 is no lock, and no mistake. Return: STATUS_INVALID_PARAMETER_1 for @Flags,
 * STATUS_INVALID_PARAMETER_2 for a cookie that is not this thread's, or without the lock. */
NTSTATUS NTAPI LdrUnlockLoaderLock(ULONG Flags, ULONG_PTR Cookie) {
        if (Flags & ~LOCK_RAISE)
                return STATUS_INVALID_PARAMETER_1;
        if (Cookie == 0)
                return STATUS_SUCCESS;
        if (Cookie != (ULONG_PTR) zw_thread_id() || !loader_lock_is_mine())
                return STATUS_INVALID_PARAMETER_2;
        loader_unlock();
        return STATUS_SUCCESS;
}
