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
#include <sys/types.h>

/* Which file of Linux it is. */
typedef struct FileIdentity {
        uint64_t device; /* as makedev() makes it: the daemon says it of images */
        uint64_t inode;  /* 0: not known */
} FileIdentity;

static inline bool file_identity_equal(const FileIdentity *one, const FileIdentity *other) {
        return one->device == other->device && one->inode == other->inode;
}

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

/* close(), which is not to be cancelled: a lock may be held. */
void descriptor_close(int fd);

/**
 * file_identify() - note what @fd is now
 *
 * Asks nobody but the kernel: a file system can take as long as it likes.
 *
 * @ret:      untouched on failure
 * @ret_type: S_IFREG, S_IFDIR, ...; or NULL
 * Return: 0, or -errno if it is no descriptor.
 */
int file_identify(int fd, FileIdentity *ret, mode_t *ret_type);

/* Whether the descriptor is still of the file that was noted. */
bool file_is_ours(int fd, const FileIdentity *file);

/* Notes what @fd is now. Return: 0, or -errno if it is not a socket. */
int socket_identify(int fd, SocketIdentity *ret);

/* Whether the descriptor is still the socket that was noted. */
bool socket_is_ours(SocketIdentity socket);
