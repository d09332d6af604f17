#include <pthread.h>
#include <unistd.h>

#include "zw.h"

/*
 * Thread ids
 *
 * A thread's id here is four times Linux's, so that it is a multiple of four, as NT's are, and
 * costs no message. Asking Linux costs a system call, once for each thread.
 */

static __thread uint32_t own_id __attribute__((tls_model("initial-exec")));

static void forget_in_child(void) {
        own_id = 0;
}

static __attribute__((constructor)) void watch_forks(void) {
        pthread_atfork(NULL, NULL, forget_in_child);
}

HANDLE zw_current_thread_id(void) {
        if (own_id == 0)
                own_id = (uint32_t) gettid() * 4;
        return (HANDLE) (uintptr_t) own_id;
}
