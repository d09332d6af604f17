#pragma once

/*
 * Descriptors of an answer
 *
 * They are the server's own copies, to be closed after sending. A copy of what a client sent is
 * closed by the closer, as the last close of any copy can take as long as its owner likes, and
 * charged until then.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "client-fd.h"
#include "frame.h"

typedef struct AnswerFds {
        int fds[FRAME_FDS_MAX];
        QuotaCharge charges[FRAME_FDS_MAX]; /* of those that are a client's */
        size_t n;
        WorkerPool *closer; /* for these */
} AnswerFds;

/* Adds a descriptor, which is consumed; returns its index. */
uint32_t answer_fds_add_take(AnswerFds *fds, int fd);

/* Adds a copy of a client's: what client_fd_copy() says. */
NTSTATUS answer_fds_add_copy(AnswerFds *fds, const ClientFd *fd, uint32_t *ret);

void answer_fds_clear(AnswerFds *fds);
