/*
 * Of two daemons that start at the same moment one must win, and a daemon that ends must not remove
 * the socket of its successor. Both follow from one lock, held while a name is taken or given up;
 * it is not held in between, for a socket that answers says more than a lock: a service manager's
 * socket has none. The lock's file is removed by whoever lets go of it, so whoever has waited for
 * it looks whether it is still the file of that name.
 */

#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "cleanup.h"
#include "rights.h"

struct Endpoint {
        int fd;
        char *path;
        bool bound;   /* by us, and still there */
        bool adopted; /* somebody else may listen at it still */
        dev_t device;
        ino_t inode;
};

typedef struct NameLock {
        char *path;
        int fd;
} NameLock;

#define NAME_LOCK_INIT ((NameLock){ .fd = -1 })

static void name_lock_release(NameLock *lock) {
        if (lock->fd >= 0)
                (void) unlink(lock->path);
        lock->fd = fd_close(lock->fd);
        g_free(lock->path);
}

static int name_lock_acquire(NameLock *lock, const char *path) {
        lock->path = g_strconcat(path, ".lock", NULL);

        for (;;) {
                autofd int fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
                struct stat held, named;

                if (fd < 0)
                        return -errno;
                while (flock(fd, LOCK_EX) < 0) {
                        if (errno != EINTR)
                                return -errno;
                }

                if (fstat(fd, &held) < 0)
                        return -errno;
                if (lstat(lock->path, &named) == 0 && named.st_dev == held.st_dev &&
                                named.st_ino == held.st_ino) {
                        lock->fd = fd_steal(&fd);
                        return 0;
                }
        }
}

static int address_fill(const char *path, struct sockaddr_un *ret) {
        *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
        if (strlen(path) >= sizeof(ret->sun_path))
                return -ENAMETOOLONG;
        g_strlcpy(ret->sun_path, path, sizeof(ret->sun_path));
        return 0;
}

/* 0 if the name is free to be bound after a stale socket was removed, if there was one. */
static int clear_stale(const char *path, const struct sockaddr_un *address) {
        autofd int fd = -1;
        struct stat st;

        if (lstat(path, &st) < 0)
                return errno == ENOENT ? 0 : -errno;
        /* connect() answers ECONNREFUSED for any other file too, and that must not cost anybody's
         * file. */
        if (!S_ISSOCK(st.st_mode))
                return -EEXIST;

        fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        /* EAGAIN: its queue of connections is full. EPROTOTYPE: a server of another kind. */
        if (connect(fd, (const struct sockaddr *) address, sizeof(*address)) == 0 ||
                        errno == EAGAIN || errno == EPROTOTYPE)
                return -EADDRINUSE;
        if (errno != ECONNREFUSED)
                return errno == ENOENT ? 0 : -errno;

        return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int bind_and_listen(Endpoint *endpoint, const struct sockaddr_un *address, mode_t mode) {
        struct stat st;
        mode_t saved;
        int r;

        endpoint->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (endpoint->fd < 0)
                return -errno;

        saved = umask(~mode & 0777);
        r = bind(endpoint->fd, (const struct sockaddr *) address, sizeof(*address)) < 0 ? -errno
                                                                                        : 0;
        (void) umask(saved);
        if (r < 0)
                return r;
        if (lstat(endpoint->path, &st) < 0)
                return -errno;
        endpoint->bound = true;
        endpoint->device = st.st_dev;
        endpoint->inode = st.st_ino;

        rights_refuse(endpoint->fd);
        return listen(endpoint->fd, SOMAXCONN) < 0 ? -errno : 0;
}

/* Called under the lock. */
static bool still_ours(const Endpoint *endpoint) {
        struct stat st;

        return endpoint->bound && lstat(endpoint->path, &st) == 0 &&
               st.st_dev == endpoint->device && st.st_ino == endpoint->inode;
}

static Endpoint *endpoint_new(const char *path) {
        Endpoint *endpoint = g_new0(Endpoint, 1);

        endpoint->fd = -1;
        endpoint->path = g_strdup(path);
        return endpoint;
}

static bool somebody_waits(const Endpoint *endpoint) {
        struct pollfd door = { .fd = endpoint->fd, .events = POLLIN };

        return poll(&door, 1, 0) != 0;
}

/* Ends the connections that nobody has accepted. Return: whether none is left. */
static bool dismiss_waiting(const Endpoint *endpoint) {
        if (endpoint->adopted)
                return !somebody_waits(endpoint); /* they are for whom the service manager starts */

        (void) shutdown(endpoint->fd, SHUT_RDWR); /* so that nobody can come any more */
        for (;;) {
                autofd int fd = accept4(endpoint->fd, NULL, NULL, SOCK_CLOEXEC);

                if (fd < 0)
                        return errno == EAGAIN || errno == EINVAL;
                if (!rights_drain(fd)) {
                        (void) fd_steal(&fd);
                        return false;
                }
        }
}

/*
 * What is left when the name is gone, or was never ours. A connection that nobody has accepted is
 * closed with the socket, and where it may hold descriptors (rights.h) that can block. The kernel
 * closes without waiting when a process ends, so what may block is left open until then.
 */
static void endpoint_discard(Endpoint *endpoint) {
        if (endpoint->fd >= 0 && dismiss_waiting(endpoint))
                endpoint->fd = fd_close(endpoint->fd);
        g_free(endpoint->path);
        g_free(endpoint);
}

int endpoint_bind(const char *path, mode_t mode, Endpoint **ret) {
        autocleanup(name_lock_release) NameLock lock = NAME_LOCK_INIT;
        struct sockaddr_un address;
        Endpoint *endpoint;
        int r;

        r = address_fill(path, &address);
        if (r < 0)
                return r;
        r = name_lock_acquire(&lock, path);
        if (r < 0)
                return r;
        r = clear_stale(path, &address);
        if (r < 0)
                return r;

        endpoint = endpoint_new(path);
        r = bind_and_listen(endpoint, &address, mode);
        if (r < 0) {
                if (still_ours(endpoint))
                        (void) unlink(path);
                endpoint_discard(endpoint);
                return r;
        }

        *ret = endpoint;
        return 0;
}

static int socket_option(int fd, int option, int *ret) {
        socklen_t size = sizeof(*ret);

        return getsockopt(fd, SOL_SOCKET, option, ret, &size) < 0 ? -errno : 0;
}

int endpoint_adopt_take(int fd, Endpoint **ret) {
        autofd int taken = fd;
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        socklen_t size = sizeof(address);
        char path[sizeof(address.sun_path) + 1] = "";
        int domain = -1, type = -1, listening = 0;

        if (socket_option(taken, SO_DOMAIN, &domain) < 0 ||
                        socket_option(taken, SO_TYPE, &type) < 0 ||
                        socket_option(taken, SO_ACCEPTCONN, &listening) < 0)
                return -EPROTOTYPE;
        if (domain != AF_UNIX || type != SOCK_SEQPACKET || !listening)
                return -EPROTOTYPE;
        if (getsockname(taken, (struct sockaddr *) &address, &size) < 0)
                return -errno;
        if (fcntl(taken, F_SETFD, FD_CLOEXEC) < 0)
                return -errno;
        if (fcntl(taken, F_SETFL, fcntl(taken, F_GETFL) | O_NONBLOCK) < 0)
                return -errno;

        /* Neither kind of name need end with a NUL that is counted in the address's size. */
        if (size > offsetof(struct sockaddr_un, sun_path))
                memcpy(path, address.sun_path, size - offsetof(struct sockaddr_un, sun_path));
        if (size > offsetof(struct sockaddr_un, sun_path) && path[0] == '\0')
                path[0] = '@';

        rights_refuse(taken);
        *ret = endpoint_new(path);
        (*ret)->adopted = true;
        (*ret)->fd = fd_steal(&taken);
        return 0;
}

Endpoint *endpoint_free(Endpoint *endpoint) {
        autocleanup(name_lock_release) NameLock lock = NAME_LOCK_INIT;

        if (!endpoint)
                return NULL;

        if (endpoint->bound && name_lock_acquire(&lock, endpoint->path) == 0 &&
                        still_ours(endpoint))
                (void) unlink(endpoint->path);
        endpoint_discard(endpoint);
        return NULL;
}

int endpoint_fd(const Endpoint *endpoint) {
        return endpoint->fd;
}

const char *endpoint_path(const Endpoint *endpoint) {
        return endpoint->path;
}

bool endpoint_retire(Endpoint *endpoint) {
        autocleanup(name_lock_release) NameLock lock = NAME_LOCK_INIT;
        g_autofree char *aside = g_strconcat(endpoint->path, ".retired", NULL);

        /* Connections to a service manager's socket stay queued for whom it starts next. */
        if (!endpoint->bound)
                return !somebody_waits(endpoint);
        if (name_lock_acquire(&lock, endpoint->path) < 0)
                return false;

        /*
         * Out of sight first, then look: a connection is either in the queue by now, or cannot be
         * made any more. A daemon that starts meanwhile waits for the lock.
         */
        if (!still_ours(endpoint) || rename(endpoint->path, aside) < 0)
                return !somebody_waits(endpoint);
        if (somebody_waits(endpoint)) {
                (void) rename(aside, endpoint->path);
                return false;
        }

        (void) unlink(aside);
        endpoint->bound = false;
        return true;
}

int endpoint_make_folder(const char *path) {
        g_autofree char *folder = g_path_get_dirname(path);
        struct stat st;

        if (mkdir(folder, 0700) < 0 && errno != EEXIST)
                return -errno;
        if (lstat(folder, &st) < 0)
                return -errno;
        if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 0077) != 0)
                return -EPERM;
        return 0;
}
