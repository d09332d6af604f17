#pragma once

/*
 * Descriptors that clients send (SCM_RIGHTS)
 *
 * A descriptor that has arrived must be closed, and that can take as long as its owner likes,
 * whether we do it or the kernel does it for us, with a message that it discards or a socket that
 * is closed. So they are taken only where there is room for them, among ours and in the user's
 * quota: where there is none left the kernel would discard them. Otherwise nothing is received
 * before it was looked at, a message with descriptors stays where it is, and the closer closes the
 * socket that it lies in.
 *
 * Who is no process yet has nothing to send. From Linux 6.16 on his descriptors are refused where
 * they are sent (SO_PASSRIGHTS; EPERM for the sender).
 */

#include <stdbool.h>
#include <sys/types.h>

#include "quota.h"

typedef struct WorkerPool WorkerPool;

/* Nothing with descriptors can be sent to @socket, or whatever it accepts, from now on, if the
 * kernel can do that. */
void rights_refuse(int socket);

/* The opposite. */
void rights_allow(int socket);

/**
 * rights_watch() - prepare a new connection for rights_check()
 * Return: whether messages with descriptors can arrive; if not, nobody need look.
 */
bool rights_watch(int socket);

/**
 * rights_check() - look at the next message, which stays where it is
 * Return: 1 if it can be received; 0 if there is none and the connection has ended; -EAGAIN
 * (nothing yet); -ECONNRESET (the client died, and left replies unread; told once); -EPROTO if it
 * has descriptors; or -errno.
 */
int rights_check(int socket);

/**
 * rights_drain() - end a connection, and take what lies unread in it
 *
 * Without this the client would find a connection with unread requests reset, and lose its last
 * replies.
 *
 * Return: whether everything is taken. If not, there may be descriptors: to close @socket may
 * block.
 */
bool rights_drain(int socket);

/**
 * rights_close_take() - close the socket of a connection, without ever blocking
 * @uid:    of the client
 * @charge: what was paid for the descriptor, or NULL; taken over
 */
void rights_close_take(WorkerPool *workers, int socket, uid_t uid, QuotaCharge *charge);
