/*
 * A thread does one job, says so, and ends. All the rest happens on the loop thread, so nothing
 * here needs a lock; the two sides share one word (the state of a Worker) and an eventfd.
 */

#include "worker.h"

#include <signal.h>
#include <sys/eventfd.h>

#include "cleanup.h"

typedef enum WorkerState {
        WORKER_BUSY,
        WORKER_DONE,
        WORKER_FORGOTTEN, /* the pool is gone: the thread frees everything */
} WorkerState;

/* A thread and its job. */
struct Worker {
        Job *job;
        int wake; /* the pool's */
        GThread *thread;
        atomic_int state;
};

/* A user who has jobs. */
typedef struct User {
        uid_t uid;
        GQueue waiting;
        unsigned n_busy;
        GQueue *ready; /* the pool's list that he is in, as he has a job that may begin; or NULL */
} User;

struct WorkerPool {
        int wake;
        bool ending;
        GHashTable *users; /* uid -> User */
        GQueue ready;      /* Users who have a thread, whose turn it is first */
        GQueue first;      /* Users who have none, the same */
        GQueue busy;       /* Jobs */
        size_t n_jobs;
};

static void user_free(void *user) {
        g_queue_clear(&((User *) user)->waiting);
        g_free(user);
}

WorkerPool *worker_pool_new(void) {
        autofd int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        WorkerPool *pool;

        if (wake < 0)
                return NULL;
        pool = g_new0(WorkerPool, 1);
        pool->wake = fd_steal(&wake);
        pool->users = g_hash_table_new_full(NULL, NULL, NULL, user_free);
        g_queue_init(&pool->ready);
        g_queue_init(&pool->first);
        g_queue_init(&pool->busy);
        return pool;
}

static void *work_on_thread(void *context) {
        Worker *worker = context;
        int expected = WORKER_BUSY, wake = worker->wake;
        Job *job = worker->job;

        job->work(job);
        /* Whoever sees WORKER_DONE may join the thread. */
        if (atomic_compare_exchange_strong(&worker->state, &expected, WORKER_DONE)) {
                (void) eventfd_write(wake, 1);
        } else {
                job->free(job);
                g_free(worker);
        }
        return NULL;
}

/* Signals are the loop's: the thread is born with all of them blocked. */
static bool worker_start(WorkerPool *pool, Job *job) {
        Worker *worker = g_new0(Worker, 1);
        sigset_t all, before;

        worker->job = job;
        worker->wake = pool->wake;
        job->worker = worker;
        (void) sigfillset(&all);
        (void) pthread_sigmask(SIG_SETMASK, &all, &before);
        worker->thread = g_thread_try_new("worker", work_on_thread, worker, NULL);
        (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (worker->thread)
                return true;
        job->worker = NULL;
        g_free(worker);
        return false;
}

static User *user_get(WorkerPool *pool, uid_t uid) {
        User *user = g_hash_table_lookup(pool->users, GUINT_TO_POINTER(uid));

        if (user)
                return user;
        user = g_new0(User, 1);
        user->uid = uid;
        g_queue_init(&user->waiting);
        g_hash_table_insert(pool->users, GUINT_TO_POINTER(uid), user);
        return user;
}

static void user_leave_list(User *user) {
        if (user->ready)
                g_queue_remove(user->ready, user);
        user->ready = NULL;
}

/* Puts him where he belongs now. */
static void user_ready(WorkerPool *pool, User *user) {
        GQueue *ready = user->n_busy > 0 ? &pool->ready : &pool->first;

        if (user->waiting.length == 0 || user->n_busy >= WORKERS_PER_USER)
                ready = NULL;
        if (ready == user->ready)
                return;
        user_leave_list(user);
        user->ready = ready;
        if (ready)
                g_queue_push_tail(ready, user);
}

/* Whose turn it is, or NULL. */
static User *next_user(WorkerPool *pool) {
        if (pool->first.length > 0 && pool->busy.length < WORKERS_ALL)
                return g_queue_peek_head(&pool->first);
        if (pool->busy.length < WORKERS_MOST)
                return g_queue_peek_head(&pool->ready);
        return NULL;
}

/* Where no thread can be had, the rest is tried again with the next job that begins or ends. */
static void start_ready(WorkerPool *pool) {
        for (User *user = next_user(pool); user; user = next_user(pool)) {
                Job *job = g_queue_peek_head(&user->waiting);

                if (!worker_start(pool, job))
                        return;
                g_queue_pop_head(&user->waiting);
                user->n_busy++;
                g_queue_push_tail(&pool->busy, job);
                user_leave_list(user);
                user_ready(pool, user);
        }
}

static void user_settle(WorkerPool *pool, User *user) {
        if (user->waiting.length > 0 || user->n_busy > 0)
                return;
        user_leave_list(user);
        g_hash_table_remove(pool->users, GUINT_TO_POINTER(user->uid));
}

static void job_undone(Job *job) {
        job->finish(job, false);
        job->free(job);
}

bool worker_pool_add(WorkerPool *pool, uid_t uid, Job *job) {
        User *user;

        if (pool->ending) {
                job_undone(job);
                return true;
        }
        user = user_get(pool, uid);
        job->uid = uid;
        job->worker = NULL;
        g_queue_push_tail(&user->waiting, job);
        user_ready(pool, user);
        start_ready(pool);
        if (!job->worker && !job->patient && pool->busy.length == 0) {
                g_queue_remove(&user->waiting, job);
                user_settle(pool, user);
                return false;
        }
        pool->n_jobs++;
        return true;
}

int worker_pool_fd(const WorkerPool *pool) {
        return pool->wake;
}

static void job_done(WorkerPool *pool, Job *job) {
        User *user = g_hash_table_lookup(pool->users, GUINT_TO_POINTER(job->uid));

        g_thread_join(job->worker->thread);
        g_clear_pointer(&job->worker, g_free);
        pool->n_jobs--;
        user->n_busy--;
        user_ready(pool, user);
        user_settle(pool, user);
        job->finish(job, true);
        job->free(job);
}

void worker_pool_reap(WorkerPool *pool) {
        unsigned n = pool->busy.length;
        eventfd_t n_done;

        (void) eventfd_read(pool->wake, &n_done);
        for (unsigned i = 0; i < n; i++) {
                Job *job = g_queue_pop_head(&pool->busy);

                if (atomic_load(&job->worker->state) == WORKER_DONE)
                        job_done(pool, job);
                else
                        g_queue_push_tail(&pool->busy, job);
        }
        start_ready(pool);
}

/* The thread may be done at any moment: from then on the worker is its own, or ours. */
static void leave_to_thread(Job *job) {
        Worker *worker = job->worker;
        GThread *thread = worker->thread;
        int expected = WORKER_BUSY;

        job->finish(job, atomic_load(&worker->state) == WORKER_DONE);
        if (atomic_compare_exchange_strong(&worker->state, &expected, WORKER_FORGOTTEN)) {
                g_thread_unref(thread);
                return;
        }
        g_thread_join(thread);
        g_free(worker);
        job->free(job);
}

WorkerPool *worker_pool_free(WorkerPool *pool) {
        GHashTableIter iter;
        void *user;

        if (!pool)
                return NULL;

        pool->ending = true;
        while (pool->busy.length > 0)
                leave_to_thread(g_queue_pop_head(&pool->busy));
        g_queue_clear(&pool->ready);
        g_queue_clear(&pool->first);
        g_hash_table_iter_init(&iter, pool->users);
        while (g_hash_table_iter_next(&iter, NULL, &user)) {
                GQueue *waiting = &((User *) user)->waiting;

                while (waiting->length > 0)
                        job_undone(g_queue_pop_head(waiting));
        }
        g_hash_table_unref(pool->users);
        pool->wake = fd_close(pool->wake);
        g_free(pool);
        return NULL;
}

size_t worker_pool_count(const WorkerPool *pool) {
        return pool->n_jobs;
}
