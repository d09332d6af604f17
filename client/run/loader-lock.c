#include "loader-lock.h"

#include "loader.h"
#include "ntrtlsync.h"
#include "zw.h"

static RTL_CRITICAL_SECTION lock;

void loader_lock_init(Peb *peb) {
        RtlInitializeCriticalSection(&lock);
        peb->loader_lock = &lock;
}

void loader_lock(void) {
        RtlEnterCriticalSection(&lock);
}

bool loader_try_lock(void) {
        return RtlTryEnterCriticalSection(&lock);
}

void loader_unlock(void) {
        RtlLeaveCriticalSection(&lock);
}

bool loader_lock_is_mine(void) {
        return RtlIsCriticalSectionLockedByThread(&lock);
}
