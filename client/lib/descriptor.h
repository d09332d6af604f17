#pragma once

/*
 * Descriptors in somebody else's program
 *
 * The program may run with its standard streams closed, may close descriptors that it does not
 * know, and may then open its own under the same numbers. So none of ours is below 3, and none is
 * used before it is known to be still ours.
 */

#include <stdbool.h>
#include <stdint.h>

/* What a socket is, whatever number it has. */
typedef struct SocketIdentity {
        int fd;
        uint64_t cookie; /* SO_COOKIE: never used twice while the machine runs */
} SocketIdentity;

/**
 * descriptor_settle() - take a new descriptor into use
 * @fd: consumed; -1 if the system call that should have made it has failed and errno says why
 * Return: the same file, close-on-exec and not among the standard streams; or -errno.
 */
int descriptor_settle(int fd);

/* Notes what @fd is now. Return: 0, or -errno if it is not a socket. */
int socket_identify(int fd, SocketIdentity *ret);

/* Whether the descriptor is still the socket that was noted. */
bool socket_is_ours(SocketIdentity socket);
