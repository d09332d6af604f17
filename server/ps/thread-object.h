#pragma once

/*
 * Threads as objects
 *
 * A client's threads are its own affair until somebody wants a handle on one: then it becomes an
 * object, one and the same for all who ask while it lives. It ends when its process says so, when
 * it is asked about and Linux does not know it any more, or with its process; its exit status stays
 * for those who have handles.
 *
 * A thread's id is four times its number on Linux, as its own process sees that. Where the server
 * sees the same number, it can look for itself.
 */

#include <stdbool.h>

#include "object.h"
#include "process.h"

typedef struct ThreadObject {
        Object object;
        Process *process; /* a reference */
        uint32_t id;
        gint64 created;       /* in 100 ns since 1601: when it became an object */
        bool visible;         /* the server sees it in /proc */
        bool ended;           /* from then on it is in no table, and nothing changes */
        NTSTATUS exit_status; /* STATUS_PENDING until then */
} ThreadObject;

extern const ObjectType thread_type;

/**
 * thread_object_get() - the object of a thread
 * @id:  as its process says
 * @own: its process asks: a thread of which the server knows nothing is believed to be there
 * @ret: with a reference
 * Return: STATUS_SUCCESS; STATUS_INVALID_CID if there is no such thread; STATUS_QUOTA_EXCEEDED;
 * STATUS_NO_MEMORY.
 */
NTSTATUS thread_object_get(
                Process *process, uint32_t id, bool own, SecurityStore *store, Object **ret);

/* The client process that has the thread, as far as the server can see; NULL for none. */
Process *thread_find_process(ProcessTable *table, uint32_t id);

/* The thread has ended; without effect on one that is no object, or has ended before. */
void thread_object_end(Process *process, uint32_t id, NTSTATUS exit_status);

/* All of the process have: it has ended itself. */
void thread_objects_end(Process *process, NTSTATUS exit_status);

/* Looks whether it has ended without a word. */
void thread_object_look(ThreadObject *thread);
