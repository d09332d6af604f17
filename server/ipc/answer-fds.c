#include "answer-fds.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>

#include "closer.h"
#include "status.h"

uint32_t answer_fds_add_take(AnswerFds *fds, int fd) {
        g_assert(fds->n < FRAME_FDS_MAX);
        fds->fds[fds->n] = fd;
        return (uint32_t) fds->n++;
}

NTSTATUS answer_fds_add_copy(AnswerFds *fds, const ClientFd *fd, uint32_t *ret) {
        int copy = fcntl(fd->fd, F_DUPFD_CLOEXEC, 3);

        if (copy < 0)
                return nt_status_from_errno(errno);
        fds->closer = fd->workers;
        fds->uid = quota_uid(fd->charge.quota);
        *ret = answer_fds_add_take(fds, copy);
        return STATUS_SUCCESS;
}

void answer_fds_clear(AnswerFds *fds) {
        for (size_t i = 0; i < fds->n; i++) {
                if (fds->closer)
                        closer_close_take(fds->closer, fds->uid, fds->fds[i], NULL);
                else
                        fd_close(fds->fds[i]);
        }
        *fds = (AnswerFds){ 0 };
}
