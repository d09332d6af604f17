#pragma once

/*
 * Workers
 *
 * What may take as long as somebody else likes (to read a file, to close a descriptor) is a Job,
 * done on a thread, so that the loop goes on at once. A user has WORKERS_PER_USER threads at most,
 * so that one whose jobs are stuck delays only his own. From WORKERS_MOST on there are more threads
 * only for users who have none, so that a few users together do not delay the others. While nothing
 * is to be done there is no thread.
 *
 * All functions are the loop thread's, and so are those of a Job but work(), and sometimes free().
 */

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#define WORKERS_PER_USER 4u
#define WORKERS_MOST     64u
#define WORKERS_ALL      256u /* in any case no more */

typedef struct Job Job;
typedef struct WorkerPool WorkerPool;
typedef struct Worker Worker;

/* Embedded in what the work is about. Each of the functions is called once, work() perhaps never.
 */
struct Job {
        /* On a thread: touches nothing that the loop thread may touch meanwhile. */
        void (*work)(Job *job);

        /*
         * On the loop thread: @done if the work is. If not, the pool is ending and the work may be
         * under way or will never be: then it gives back what belongs to the loop thread (charges,
         * references), and leaves alone what work() uses.
         */
        void (*finish)(Job *job, bool done);

        /* After finish(): frees the job. On the thread, if the pool ended during the work. */
        void (*free)(Job *job);

        /* Waits until a thread can be had, where others are refused. */
        bool patient;

        /* The pool's. */
        uid_t uid;
        Worker *worker;
};

/* NULL if there is no descriptor for it. */
WorkerPool *worker_pool_new(void);

/*
 * Waits for nobody: jobs that wait are finished undone, one that is under way is left to its
 * thread. Jobs that are added meanwhile are undone too. NULL is ignored; returns NULL.
 */
WorkerPool *worker_pool_free(WorkerPool *pool);

/**
 * worker_pool_add() - have a job done
 * @uid: of the user for whom
 * Return: whether the pool has the job; if not, nothing was called, and nothing ever ends that
 * would let it begin.
 */
bool worker_pool_add(WorkerPool *pool, uid_t uid, Job *job);

/* Readable when jobs are done: worker_pool_reap() finishes and frees them then. */
int worker_pool_fd(const WorkerPool *pool);
void worker_pool_reap(WorkerPool *pool);

/* Jobs that are under way or wait. */
size_t worker_pool_count(const WorkerPool *pool);
