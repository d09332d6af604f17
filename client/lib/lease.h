#pragma once

/*
 * Which channel a call goes over
 *
 * The thread's own if it has one; else the process's while nobody else uses it, so that a program
 * with one thread has one connection; else one that the thread opens now and keeps until it ends. A
 * thread that can get none waits for the process's.
 */

#include <pthread.h>

#include "attachment.h"

/* Makes the key that threads keep their channels under. Return: 0 or an error number. */
int lease_key_create(pthread_key_t *key);

/**
 * lease_call() - send a request over a channel that is free
 * @fds:      descriptors that go with it
 * @reply:    NULL for a one-way request
 * @ret_lost: set to true if the attachment is of no use any more
 *
 * Cancellation is the caller's to disable.
 *
 * Return: as connection_call().
 */
NTSTATUS lease_call(Attachment *attachment,
                Nt__Request *request,
                SentFds fds,
                CallReply *reply,
                bool *ret_lost);
