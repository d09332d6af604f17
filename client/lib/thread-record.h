#pragma once

/*
 * Threads that libzw knows
 *
 * Each thread that NtCreateThreadEx() made has a record while it lives, and so has each other one
 * that has asked for anything of itself. What is in a record that others may look at is guarded by
 * the lock of the table.
 */

#include <pthread.h>
#include <stdbool.h>

#include "zw.h"

typedef struct ThreadRecord ThreadRecord;

struct ThreadRecord {
        ThreadRecord *next;
        unsigned n_refs;
        HANDLE id;
        ZW_THREAD own;     /* of a thread that nobody made here */
        ZW_THREAD *thread; /* @own, or the host's */
        bool made;         /* runs by thread-create.c, with what the hooks prepared */

        /* The start, and suspension. */
        pthread_cond_t changed;
        bool begun;     /* it has an id */
        bool released;  /* its maker has done with it */
        bool cancelled; /* it never runs, and ends with @cancel_status */
        NTSTATUS cancel_status;
        bool running; /* it runs what it was made for */
        ULONG n_suspended;

        bool ended;
        NTSTATUS exit_status;
        bool hidden;   /* ThreadHideFromDebugger */
        WCHAR *name;   /* heap, or NULL */
        USHORT n_name; /* bytes */
};

extern pthread_mutex_t thread_records_lock;

/* The host's hooks; NULL in a native program. */
const ZW_THREAD_HOOKS *thread_hooks(void);

/* Not in the table yet. NULL if there is no memory. One reference. */
ThreadRecord *thread_record_new(void);
ThreadRecord *thread_record_unref(ThreadRecord *record); /* NULL is ignored; returns NULL */

/* The calling thread has this record from now on: takes a reference, which ends with the thread.
 * false if there is no memory. */
bool thread_record_enter(ThreadRecord *record);

/* The calling thread's; made if it has none. NULL if there is no memory. No reference. */
ThreadRecord *thread_record_self(void);

/* A living thread's, with a reference; NULL if it is not known. */
ThreadRecord *thread_record_find(HANDLE id);

/* The calling thread ends: tells the daemon, if anybody watches. Idempotent. */
void thread_record_end(ThreadRecord *record, NTSTATUS exit_status);

bool thread_record_has_ended(const ThreadRecord *record);

/* Tells the daemon of an end; for a thread that may have ended before it was watched. */
void thread_record_tell_end(const ThreadRecord *record);

/* Threads tell the daemon of their ends whenever those come: no program can wait until one is
 * outside that call. So zw_detach() does; nobody tells anything until thread_ends_resume(). */
void thread_ends_hold(void);
void thread_ends_resume(void);

/* Calls @look with each record; the table is locked. */
void thread_records_each(void (*look)(ThreadRecord *record, void *argument), void *argument);
