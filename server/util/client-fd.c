#include "client-fd.h"

#include <errno.h>
#include <fcntl.h>

#include "closer.h"
#include "ntstatus.h"
#include "status.h"

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
        return file_facts_read(fd->fd, FILE_FACTS_KNOWN, ret);
}
