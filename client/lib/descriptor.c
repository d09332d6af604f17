#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"

int descriptor_settle(int fd) {
        autofd int low = fd;
        int settled;

        if (fd < 0)
                return -errno;
        if (fd > STDERR_FILENO)
                return fd_steal(&low);

        settled = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return settled < 0 ? -errno : settled;
}

int socket_identify(int fd, SocketIdentity *ret) {
        SocketIdentity identity = { .fd = fd };
        socklen_t size = sizeof(identity.cookie);

        if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &identity.cookie, &size) < 0)
                return -errno;
        *ret = identity;
        return 0;
}

bool socket_is_ours(SocketIdentity socket) {
        SocketIdentity now = { 0 };

        return socket.fd >= 0 && socket_identify(socket.fd, &now) == 0 &&
               now.cookie == socket.cookie;
}
