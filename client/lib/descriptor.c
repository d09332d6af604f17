#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cancellation.h"
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

void descriptor_close(int fd) {
        NO_CANCELLATION_HERE;

        close(fd);
}

int file_identify(int fd, FileIdentity *ret, mode_t *ret_type) {
        NO_CANCELLATION_HERE;
        struct statx about;

        if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &about) < 0)
                return -errno;
        *ret = (FileIdentity){
                .device = makedev(about.stx_dev_major, about.stx_dev_minor),
                .inode = about.stx_ino,
        };
        if (ret_type)
                *ret_type = about.stx_mode & S_IFMT;
        return 0;
}

bool file_is_ours(int fd, const FileIdentity *file) {
        FileIdentity now;

        return file_identify(fd, &now, NULL) == 0 && file_identity_equal(&now, file);
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
