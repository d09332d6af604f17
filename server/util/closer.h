#pragma once

/*
 * Closing what clients are behind
 *
 * close() can take as long as somebody else likes: until a file system in user space answers, or
 * the last bytes of a socket with SO_LINGER are acknowledged. So it is a job for workers, and what
 * waits stays charged to its user.
 */

#include "quota.h"
#include "worker.h"

/**
 * closer_close_take() - close a descriptor, whenever that is done
 * @uid:    whose it is
 * @fd:     consumed
 * @charge: what was paid for it, or NULL; taken over, and given back when it is closed
 *
 * When the workers end, what is not closed stays open until this process does, where the kernel
 * does not wait either.
 */
void closer_close_take(WorkerPool *workers, uid_t uid, int fd, QuotaCharge *charge);
