#include "client-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "closer.h"
#include "ntstatus.h"
#include "status.h"

#define NS_PER_S 1000000000ull

void client_fd_clear(ClientFd *fd) {
        if (fd->fd >= 0)
                closer_close_take(fd->workers, quota_uid(fd->charge.quota), fd->fd, &fd->charge);
        *fd = CLIENT_FD_NONE;
}

ClientFd client_fd_steal(ClientFd *fd) {
        ClientFd stolen = *fd;

        *fd = CLIENT_FD_NONE;
        return stolen;
}

NTSTATUS client_fd_copy(const ClientFd *fd, ClientFd *ret) {
        ClientFd copy = { .fd = -1, .workers = fd->workers };
        NTSTATUS status = STATUS_QUOTA_EXCEEDED;

        if (quota_has_room(fd->charge.quota, QUOTA_DESCRIPTORS, 1))
                status = quota_charge(fd->charge.quota, QUOTA_DESCRIPTORS, 1, &copy.charge);
        if (!NT_SUCCESS(status))
                return status;
        copy.fd = fcntl(fd->fd, F_DUPFD_CLOEXEC, 3);
        if (copy.fd < 0) {
                status = nt_status_from_errno(errno);
                quota_charge_release(&copy.charge);
                return status;
        }
        *ret = copy;
        return STATUS_SUCCESS;
}

NTSTATUS client_fd_look(const ClientFd *fd, FileFacts *ret) {
        struct statx about;
        int flags = fcntl(fd->fd, F_GETFL);
        bool is_open = flags >= 0 && !(flags & O_PATH);

        if (flags < 0 || statx(fd->fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                                         STATX_TYPE | STATX_MODE | STATX_INO | STATX_SIZE |
                                                         STATX_CTIME,
                                         &about) < 0)
                return nt_status_from_errno(errno);
        *ret = (FileFacts){
                .identity.device = makedev(about.stx_dev_major, about.stx_dev_minor),
                .identity.inode = about.stx_ino,
                .size = about.stx_size,
                .ctime = (uint64_t) about.stx_ctime.tv_sec * NS_PER_S + about.stx_ctime.tv_nsec,
                .mode = about.stx_mode,
                .readable = is_open && (flags & O_ACCMODE) != O_WRONLY,
                .writable = is_open && (flags & O_ACCMODE) != O_RDONLY,
        };
        return STATUS_SUCCESS;
}
