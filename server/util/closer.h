#pragma once

/*
 * The closer
 *
 * close() can take as long as somebody else likes: until a file system in user space answers, or
 * the last bytes of a socket with SO_LINGER are acknowledged. The closer calls it on threads, so
 * that the caller goes on at once. A user has one thread at most, so that one whose descriptors are
 * stuck delays only his own; and what waits stays charged to him.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "quota.h"

/* Users whose descriptors are closed at the same time. */
#define CLOSER_THREADS_MOST 32u

typedef struct Closer Closer;

/* No thread yet. NULL if there is no descriptor left for closer_fd(). */
Closer *closer_new(void);

/*
 * Waits for nobody: what is not closed stays open until this process ends, where the kernel does
 * not wait either. Charges are given back. NULL is ignored; returns NULL.
 */
Closer *closer_free(Closer *closer);

/**
 * closer_close_take() - close a descriptor, whenever that is done
 * @uid:    whose it is
 * @fd:     consumed
 * @charge: what was paid for it, or NULL; taken over, and given back when it is closed
 */
void closer_close_take(Closer *closer, uid_t uid, int fd, QuotaCharge *charge);

/* Becomes readable when something was closed; closer_reap() is due then. */
int closer_fd(const Closer *closer);

/* Gives back the charges of what was closed, and goes on with what waits. */
void closer_reap(Closer *closer);
