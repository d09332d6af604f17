#include "answer-fds.h"

#include <glib.h>

#include "closer.h"
#include "ntstatus.h"

uint32_t answer_fds_add_take(AnswerFds *fds, int fd) {
        g_assert(fds->n < FRAME_FDS_MAX);
        fds->fds[fds->n] = fd;
        return (uint32_t) fds->n++;
}

NTSTATUS answer_fds_add_copy(AnswerFds *fds, const ClientFd *fd, uint32_t *ret) {
        ClientFd copy = CLIENT_FD_NONE;
        NTSTATUS status = client_fd_copy(fd, &copy);

        if (!NT_SUCCESS(status))
                return status;
        fds->closer = fd->workers;
        *ret = answer_fds_add_take(fds, copy.fd);
        fds->charges[*ret] = copy.charge;
        return STATUS_SUCCESS;
}

void answer_fds_clear(AnswerFds *fds) {
        for (size_t i = 0; i < fds->n; i++) {
                QuotaCharge *charge = &fds->charges[i];

                if (charge->quota)
                        closer_close_take(
                                        fds->closer, quota_uid(charge->quota), fds->fds[i], charge);
                else
                        fd_close(fds->fds[i]);
        }
        *fds = (AnswerFds){ 0 };
}
