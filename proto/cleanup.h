#pragma once

/*
 * Ownership of local variables
 *
 * A local that owns something says so with an attribute and is undone when its scope ends.
 * GLib 2.74 has no g_autofd, and the client library has no GLib, so descriptors have helpers of
 * their own.
 */

#include <unistd.h>

#define autocleanup(destroy) __attribute__((cleanup(destroy)))
#define autofd               autocleanup(fd_closep)

/* Closes @fd unless it is negative; returns -1, so that `x->fd = fd_close(x->fd)` reads well. */
static inline int fd_close(int fd) {
        if (fd >= 0)
                close(fd);
        return -1;
}

static inline void fd_closep(int *fd) {
        fd_close(*fd);
}

static inline int fd_steal(int *fd) {
        int stolen = *fd;

        *fd = -1;
        return stolen;
}
