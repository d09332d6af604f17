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
#include "quota.h"

typedef struct WorkerPool WorkerPool;

typedef struct ClientFd {
        int fd; /* -1: none */
        QuotaCharge charge;
        WorkerPool *workers;
} ClientFd;

#define CLIENT_FD_NONE ((ClientFd){ .fd = -1 })
#define autoclientfd   autocleanup(client_fd_clear)

/* Which file it is. */
typedef struct FileIdentity {
        uint64_t device; /* major and minor number of what it lies on */
        uint64_t inode;
} FileIdentity;

/* What can be said of a descriptor without asking who is behind it. */
typedef struct FileFacts {
        FileIdentity identity;
        uint64_t size;  /* in bytes, as the kernel last knew it */
        uint64_t ctime; /* in ns since 1970, the same */
        uint32_t mode;  /* S_IF type and permissions */
        bool readable;
        bool writable;
} FileFacts;

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

/**
 * client_fd_look() - say what it is: fcntl(F_GETFL) and statx(AT_STATX_DONT_SYNC) only
 * Return: STATUS_SUCCESS, or what nt_status_from_errno() makes of their failure.
 */
NTSTATUS client_fd_look(const ClientFd *fd, FileFacts *ret);
