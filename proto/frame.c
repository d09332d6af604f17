#include "frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"

/*
 * Room for the credentials and FRAME_FDS_MAX descriptors. Where the socket delivers no credentials,
 * their room holds descriptors too, so more than FRAME_FDS_MAX may arrive.
 */
typedef union ReceiveControl {
        struct cmsghdr align;
        char buffer[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
} ReceiveControl;

typedef union SendControl {
        struct cmsghdr align;
        char buffer[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
} SendControl;

void frame_init(Frame *frame, uint8_t *data, size_t capacity) {
        *frame = (Frame){ .data = data, .capacity = capacity };
        for (size_t i = 0; i < FRAME_FDS_ROOM; i++)
                frame->fds[i] = -1;
}

void frame_clear(Frame *frame) {
        for (size_t i = 0; i < frame->n_fds; i++)
                frame->fds[i] = fd_close(frame->fds[i]);
        frame->n_fds = 0;
        frame->size = 0;
        frame->sender = 0;
}

int frame_take_fd(Frame *frame, size_t index) {
        if (index >= frame->n_fds)
                return -1;
        return fd_steal(&frame->fds[index]);
}

_Static_assert(sizeof(ReceiveControl) / sizeof(int) <= FRAME_FDS_ROOM, "room for all that comes");

static void frame_take_rights(Frame *frame, const struct cmsghdr *header) {
        size_t n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        memcpy(frame->fds + frame->n_fds, CMSG_DATA(header), n * sizeof(int));
        frame->n_fds += n;
}

/* Everything that came beside the data. */
static void frame_take_control(Frame *frame, struct msghdr *message) {
        for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
                        header = CMSG_NXTHDR(message, header)) {
                if (header->cmsg_level != SOL_SOCKET)
                        continue;
                if (header->cmsg_type == SCM_RIGHTS)
                        frame_take_rights(frame, header);
                if (header->cmsg_type == SCM_CREDENTIALS &&
                                header->cmsg_len >= CMSG_LEN(sizeof(struct ucred))) {
                        struct ucred credentials;

                        memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
                        frame->sender = credentials.pid;
                }
        }
}

/* What is wrong with a datagram that was received; the kernel says so beside a successful return.
 */
static int frame_check(ssize_t size, int flags, size_t n_fds) {
        if (size == 0)
                return -EPIPE;
        if (flags & MSG_TRUNC || n_fds > FRAME_FDS_MAX)
                return -EPROTO;
        /* There is room for FRAME_FDS_MAX always: if fewer came, this process had none to spare. */
        if (flags & MSG_CTRUNC)
                return n_fds < FRAME_FDS_MAX ? -EMFILE : -EPROTO;
        return 0;
}

static int error_of_peer(int error) {
        return error == ECONNRESET ? -EPIPE : -error;
}

int frame_receive_keep_fds(int socket, Frame *frame, int flags) {
        ReceiveControl control;
        struct iovec iov = {
                .iov_base = frame->data,
                .iov_len = frame->capacity < FRAME_SIZE_MAX ? frame->capacity : FRAME_SIZE_MAX,
        };
        struct msghdr message = {
                .msg_iov = &iov,
                .msg_iovlen = 1,
                .msg_control = &control,
                .msg_controllen = sizeof(control.buffer),
        };
        ssize_t size;
        int r;

        do {
                size = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
        } while (size < 0 && errno == EINTR);
        if (size < 0)
                return error_of_peer(errno);

        frame_take_control(frame, &message); /* before any error, so that none of them leaks */
        r = frame_check(size, message.msg_flags, frame->n_fds);
        if (r == 0)
                frame->size = (size_t) size;
        return r;
}

int frame_receive(int socket, Frame *frame, int flags) {
        int r = frame_receive_keep_fds(socket, frame, flags);

        if (r < 0)
                frame_clear(frame);
        return r;
}

int frame_send(int socket,
                const uint8_t *data,
                size_t size,
                const int *fds,
                size_t n_fds,
                int flags) {
        SendControl control = { 0 };
        struct iovec iov = { .iov_base = (void *) data, .iov_len = size };
        struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
        ssize_t n;

        if (size == 0 || size > FRAME_SIZE_MAX)
                return -EMSGSIZE;
        if (n_fds > FRAME_FDS_MAX)
                return -EINVAL;

        if (n_fds > 0) {
                struct cmsghdr *header = &control.align;

                message.msg_control = &control;
                message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
                memcpy(CMSG_DATA(header), fds, n_fds * sizeof(int));
        }

        do {
                n = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
        } while (n < 0 && errno == EINTR);
        return n < 0 ? error_of_peer(errno) : 0;
}
