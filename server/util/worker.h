#pragma once

/*
 * Workers
 *
 * What may take as long as somebody else likes (to read a file, to close a descriptor) is a Job,
 * done on a thread, so that the loop goes on at once. A user has WORKERS_PER_USER threads at most,
 * so that one whose jobs are stuck delays only his own. While nothing is to be done there is no
 * thread.
 *
 * All functions are the loop thread's; only Job.work() runs on another.
 */

#include <glib.h>
#include <stdatomic.h>
#include <sys/types.h>

#define WORKERS_PER_USER 4u
#define WORKERS_MOST     64u

typedef struct Job Job;
typedef struct WorkerPool WorkerPool;

/* Embedded in what the work is about. */
struct Job {
        /* On a thread: touches nothing that the loop thread may touch meanwhile. */
        void (*work)(Job *job);
        /* On the loop thread, after the work. The job is its owner's again, who may free it. */
        void (*finish)(Job *job);
        /* Instead of finish(), when the pool ends: on whatever thread the job is. Frees it. */
        void (*discard)(Job *job);

        /* The pool's. */
        uid_t uid;
        int wake;
        GThread *thread;
        atomic_int state;
};

/* NULL if there is no descriptor for it. */
WorkerPool *worker_pool_new(void);

/* Discards what waits, and lets go of what is under way: a stuck job holds nobody up. */
WorkerPool *worker_pool_free(WorkerPool *pool);

/* Has @job done for a user. It stays as it is until finish() or discard(). */
void worker_pool_add(WorkerPool *pool, uid_t uid, Job *job);

/* Readable when jobs are done: then worker_pool_reap() calls their finish(). */
int worker_pool_fd(const WorkerPool *pool);
void worker_pool_reap(WorkerPool *pool);
