#include "loader-lock.h"

#include <pthread.h>

#include "loader.h"
#include "zw.h"

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static HANDLE owner; /* id of the thread that has it */
static unsigned depth;

static void note_owner(void) {
        depth++;
        __atomic_store_n(&owner, zw_current_thread_id(), __ATOMIC_RELAXED);
}

void loader_lock_init(Peb *peb) {
        peb->loader_lock = &lock;
}

void loader_lock(void) {
        pthread_mutex_lock(&lock);
        note_owner();
}

bool loader_try_lock(void) {
        if (pthread_mutex_trylock(&lock) != 0)
                return false;
        note_owner();
        return true;
}

void loader_unlock(void) {
        if (--depth == 0)
                __atomic_store_n(&owner, NULL, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&lock);
}

bool loader_lock_is_mine(void) {
        return __atomic_load_n(&owner, __ATOMIC_RELAXED) == zw_current_thread_id();
}
