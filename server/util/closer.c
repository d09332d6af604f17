/*
 * A thread closes one descriptor, says so, and ends: while nothing is to be closed there is none.
 * All the rest happens on the caller's thread, so nothing here needs a lock; the two sides share
 * one word (the state of a Closing) and an eventfd.
 */

#include "closer.h"

#include <glib.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cleanup.h"

typedef enum ClosingState {
        CLOSING_UNDER_WAY,
        CLOSING_DONE,
        CLOSING_FORGOTTEN, /* the closer is gone: the thread frees the Closing */
} ClosingState;

typedef struct Closing {
        uid_t uid;
        int fd;
        int wake; /* the closer's */
        QuotaCharge charge;
        GThread *thread;
        atomic_int state;
} Closing;

struct Closer {
        int wake;
        GHashTable *waiting; /* uid -> GQueue of what waits until its user's turn is over */
        GQueue ready;        /* one of each user who has no thread, and could have one */
        GQueue running;
};

static void queue_free(void *queue) {
        g_queue_free(queue);
}

Closer *closer_new(void) {
        autofd int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        Closer *closer;

        if (wake < 0)
                return NULL;
        closer = g_new0(Closer, 1);
        closer->wake = fd_steal(&wake);
        closer->waiting = g_hash_table_new_full(NULL, NULL, NULL, queue_free);
        g_queue_init(&closer->ready);
        g_queue_init(&closer->running);
        return closer;
}

/* Only close() may be slow here: whoever sees CLOSING_DONE may join the thread. */
static void *close_on_thread(void *context) {
        Closing *closing = context;
        int expected = CLOSING_UNDER_WAY;
        int wake = closing->wake;

        fd_close(closing->fd);
        if (atomic_compare_exchange_strong(&closing->state, &expected, CLOSING_DONE))
                (void) eventfd_write(wake, 1);
        else
                g_free(closing);
        return NULL;
}

/* Signals are the loop's: the thread is born with all of them blocked. */
static GThread *start_thread(Closing *closing) {
        GThread *thread;
        sigset_t all, before;

        (void) sigfillset(&all);
        (void) pthread_sigmask(SIG_SETMASK, &all, &before);
        thread = g_thread_try_new("closer", close_on_thread, closing, NULL);
        (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
        return thread;
}

/* Where no thread can be had, the rest is tried again with the next descriptor. */
static void start_ready(Closer *closer) {
        while (closer->ready.length > 0 && closer->running.length < CLOSER_THREADS_MOST) {
                Closing *closing = g_queue_peek_head(&closer->ready);

                closing->thread = start_thread(closing);
                if (!closing->thread)
                        return;
                g_queue_pop_head(&closer->ready);
                g_queue_push_tail(&closer->running, closing);
        }
}

void closer_close_take(Closer *closer, uid_t uid, int fd, QuotaCharge *charge) {
        GQueue *waiting = g_hash_table_lookup(closer->waiting, GUINT_TO_POINTER(uid));
        Closing *closing = g_new0(Closing, 1);

        closing->uid = uid;
        closing->fd = fd;
        closing->wake = closer->wake;
        if (charge) {
                closing->charge = *charge;
                *charge = (QuotaCharge){ 0 };
        }

        if (waiting) {
                g_queue_push_tail(waiting, closing);
        } else {
                g_hash_table_insert(closer->waiting, GUINT_TO_POINTER(uid), g_queue_new());
                g_queue_push_tail(&closer->ready, closing);
        }
        start_ready(closer);
}

int closer_fd(const Closer *closer) {
        return closer->wake;
}

/* It is the turn of what its user has waiting next. */
static void finish(Closer *closer, Closing *closing) {
        GQueue *waiting = g_hash_table_lookup(closer->waiting, GUINT_TO_POINTER(closing->uid));
        Closing *next = g_queue_pop_head(waiting);

        if (next)
                g_queue_push_tail(&closer->ready, next);
        else
                g_hash_table_remove(closer->waiting, GUINT_TO_POINTER(closing->uid));
        g_thread_join(closing->thread);
        quota_charge_release(&closing->charge);
        g_free(closing);
}

void closer_reap(Closer *closer) {
        unsigned n = closer->running.length;
        eventfd_t n_closed;

        (void) eventfd_read(closer->wake, &n_closed);
        for (unsigned i = 0; i < n; i++) {
                Closing *closing = g_queue_pop_head(&closer->running);

                if (atomic_load(&closing->state) == CLOSING_DONE)
                        finish(closer, closing);
                else
                        g_queue_push_tail(&closer->running, closing);
        }
        start_ready(closer);
}

static void forget(void *item, void *context) {
        Closing *closing = item;

        (void) context;
        quota_charge_release(&closing->charge);
        g_free(closing);
}

static void forget_running(Closing *closing) {
        int expected = CLOSING_UNDER_WAY;
        GThread *thread = closing->thread;

        quota_charge_release(&closing->charge);
        if (atomic_compare_exchange_strong(&closing->state, &expected, CLOSING_FORGOTTEN)) {
                g_thread_unref(thread);
                return;
        }
        g_thread_join(thread);
        g_free(closing);
}

Closer *closer_free(Closer *closer) {
        GHashTableIter iter;
        void *waiting;

        if (!closer)
                return NULL;

        while (closer->running.length > 0)
                forget_running(g_queue_pop_head(&closer->running));
        g_queue_foreach(&closer->ready, forget, NULL);
        g_queue_clear(&closer->ready);
        g_hash_table_iter_init(&iter, closer->waiting);
        while (g_hash_table_iter_next(&iter, NULL, &waiting))
                g_queue_foreach(waiting, forget, NULL);
        g_hash_table_unref(closer->waiting);
        closer->wake = fd_close(closer->wake);
        g_free(closer);
        return NULL;
}
