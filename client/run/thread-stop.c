#include "thread-stop.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "loader.h"

#define TRIES       10
#define PAUSE_NS    200000
#define STOP_SIGNAL (SIGRTMIN + 6)

/* In a ring of all threads, on the stack of each that Linux gave it. */
typedef struct Stoppable {
        struct Stoppable *next;
        struct Stoppable *previous;
        pid_t tid;
        _Atomic bool stopped;
} Stoppable;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Stoppable ring = { .next = &ring, .previous = &ring };
static __thread Stoppable own;

/* Nothing but the end of the process gets anybody out of here. */
static void stop_here(int number, siginfo_t *information, void *context) {
        const ucontext_t *interrupted = context;
        ModuleRange module;

        (void) number;
        (void) information;
        if (!module_at((void *) (uintptr_t) interrupted->uc_mcontext.gregs[REG_RIP], &module))
                return;
        atomic_store(&own.stopped, true);
        for (;;) {
                sigset_t all;

                sigfillset(&all);
                sigsuspend(&all);
        }
}

static void install(void) {
        struct sigaction action = { .sa_sigaction = stop_here,
                .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };

        sigfillset(&action.sa_mask);
        sigaction(STOP_SIGNAL, &action, NULL);
}

void thread_stop_enter(void) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, install);
        pthread_mutex_lock(&lock);
        own.tid = gettid();
        own.next = ring.next;
        own.previous = &ring;
        own.next->previous = ring.next = &own;
        pthread_mutex_unlock(&lock);
}

void thread_stop_leave(void) {
        pthread_mutex_lock(&lock);
        own.next->previous = own.previous;
        own.previous->next = own.next;
        pthread_mutex_unlock(&lock);
}

/* Return: whether there is somebody to ask again. */
static bool ask_all(void) {
        bool more = false;

        for (Stoppable *thread = ring.next; thread != &ring; thread = thread->next) {
                if (thread == &own || atomic_load(&thread->stopped))
                        continue;
                more = true;
                syscall(SYS_tgkill, getpid(), thread->tid, STOP_SIGNAL);
        }
        return more;
}

void thread_stop_all_others(void) {
        struct timespec pause = { .tv_nsec = PAUSE_NS };

        pthread_mutex_lock(&lock);
        for (int i = 0; i < TRIES && ask_all(); i++)
                nanosleep(&pause, NULL);
        pthread_mutex_unlock(&lock);
}
