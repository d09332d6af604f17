#pragma once

/*
 * Descriptors that clients sent
 *
 * Whoever is behind such a descriptor decides how long read() and close() of it take. So it is
 * closed by the closer, and stays charged to its user until that is done. A ClientFd is embedded in
 * what holds the descriptor.
 */

#include <stdbool.h>
#include <stdint.h>

#include "cleanup.h"
#include "file-facts.h"
#include "quota.h"

typedef struct WorkerPool WorkerPool;

typedef struct ClientFd {
        int fd; /* -1: none */
        QuotaCharge charge;
        WorkerPool *workers;
} ClientFd;

#define CLIENT_FD_NONE ((ClientFd){ .fd = -1 })
#define autoclientfd   autocleanup(client_fd_clear)

/* Gives it to the closer; there is none then. */
void client_fd_clear(ClientFd *fd);

/* Takes it out of @fd. */
ClientFd client_fd_steal(ClientFd *fd);

/**
 * client_fd_copy() - a descriptor of the same, for the same user's account
 * @ret: the caller owns it
 * Return: STATUS_SUCCESS; STATUS_QUOTA_EXCEEDED, as it stays until it is closed, whenever that may
 * be; STATUS_INSUFFICIENT_RESOURCES if descriptors ran out.
 */
NTSTATUS client_fd_copy(const ClientFd *fd, ClientFd *ret);

/* Says what it is, without asking who is behind it: file_facts_read(FILE_FACTS_KNOWN). */
NTSTATUS client_fd_look(const ClientFd *fd, FileFacts *ret);
