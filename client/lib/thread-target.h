#pragma once

/*
 * The thread that a service is about
 */

#include "target.h"
#include "thread-record.h"

/* Initialise with thread_target_init(); ends with thread_target_clear(). */
typedef struct ThreadTarget {
        Target target;
        CLIENT_ID client_id;
        NTSTATUS exit_status;
        bool ended;
        bool own;             /* of this process */
        bool self;            /* the calling thread */
        ThreadRecord *record; /* with a reference; NULL if it is not known here */
} ThreadTarget;

void thread_target_init(ThreadTarget *thread);
void thread_target_clear(ThreadTarget *thread);

/* Begins a call: as target_enter(). */
NTSTATUS thread_target_enter(ThreadTarget *thread, HANDLE handle);

/**
 * thread_target_find() - which thread it is
 * @access: rights that the handle must include
 * @or:     other rights that will do as well, or 0
 * Return: as target_reference(), and the daemon's answer. NtCurrentThread() costs no message.
 */
NTSTATUS thread_target_find(ThreadTarget *thread, ACCESS_MASK access, ACCESS_MASK or);

/* The handle is a thread's, and no more is asked. */
NTSTATUS thread_target_check(ThreadTarget *thread, ACCESS_MASK access);
