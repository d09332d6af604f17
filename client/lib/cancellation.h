#pragma once

/*
 * Cancellation of threads
 *
 * A thread of the program that is cancelled inside a call must not leave a lock held, or a message
 * without its answer. What is a cancellation point of the C library is done with cancellation off.
 */

#include <pthread.h>

#include "cleanup.h"

static inline int cancellation_disable(void) {
        int before = PTHREAD_CANCEL_ENABLE;

        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
        return before;
}

static inline void cancellation_restore(int *before) {
        pthread_setcancelstate(*before, NULL);
}

/* Until the end of the scope. */
#define NO_CANCELLATION_HERE                                                                       \
        __attribute__((unused)) autocleanup(cancellation_restore) int cancellation_before =        \
                        cancellation_disable()
