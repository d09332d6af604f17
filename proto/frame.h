#pragma once

/*
 * Frames: one datagram, whole or not at all
 *
 * A frame is one SOCK_SEQPACKET datagram with the descriptors that came with it. One that is longer
 * than FRAME_SIZE_MAX, empty, or brings more than FRAME_FDS_MAX descriptors is refused whole, and
 * nothing that came with it stays open.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The longest legal request has a name of 65,532 and a link target of 65,534 bytes. */
#define FRAME_SIZE_MAX (192u * 1024u)
#define FRAME_FDS_MAX  4u

/* The most descriptors that one call can bring: the kernel ignores what is beyond. */
#define FRAME_FDS_ROOM 16u

typedef struct Frame {
        uint8_t *data;           /* the caller's buffer */
        size_t capacity;         /* of it, in bytes */
        size_t size;             /* bytes received */
        int fds[FRAME_FDS_ROOM]; /* FRAME_FDS_MAX at most, but in a frame that was refused */
        size_t n_fds;
        pid_t sender; /* from SCM_CREDENTIALS where the socket has SO_PASSCRED, else 0 */
} Frame;

void frame_init(Frame *frame, uint8_t *data, size_t capacity);

/* Closes the descriptors that nobody has taken; the frame is empty then. */
void frame_clear(Frame *frame);

/* Takes descriptor @index out of the frame: the caller owns it. -1 if there is none. */
int frame_take_fd(Frame *frame, size_t index);

/**
 * frame_receive() - take one datagram, and the descriptors that came with it
 * @socket: SOCK_SEQPACKET socket
 * @frame:  initialised and empty; left empty on failure
 * @flags:  MSG_DONTWAIT or 0
 *
 * An empty datagram looks like a hang-up and is taken for one. A signal does not end the call.
 *
 * Return: 0, -EAGAIN (nothing yet), -EPIPE (peer gone), -EPROTO (peer misbehaved), -EMFILE (this
 * process had no room for the descriptors, and the datagram is lost), or -errno.
 */
int frame_receive(int socket, Frame *frame, int flags);

/* The same, but descriptors stay in @frame on failure too: for whom to close them is not safe. */
int frame_receive_keep_fds(int socket, Frame *frame, int flags);

/**
 * frame_send() - send one datagram
 * @fds:   descriptors that go with it; they stay the caller's
 * @flags: MSG_DONTWAIT or 0; MSG_NOSIGNAL is always added
 * Return: 0, -EAGAIN (the peer's queue is full), -EPIPE, -EMSGSIZE (empty, or longer than a frame),
 * -EINVAL (more than FRAME_FDS_MAX descriptors), or -errno.
 */
int frame_send(int socket,
                const uint8_t *data,
                size_t size,
                const int *fds,
                size_t n_fds,
                int flags);
