/*
 * Messages as they come from a socket. The input's first byte says how many descriptors come along,
 * the rest is the datagram. It is received, decoded as a request and as a reply, and what could be
 * decoded is packed again.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "cleanup.h"
#include "frame.h"
#include "fuzz.h"
#include "ntobj.pb-c.h"

#define FDS_MOST   8u
#define ARENA_SIZE ((size_t) 1024 * 1024)

static uint8_t arena_memory[ARENA_SIZE] __attribute__((aligned(16)));
static uint8_t received[FRAME_SIZE_MAX];
static uint8_t packed[2 * FRAME_SIZE_MAX];

static void decode(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size) {
        Arena arena;
        ProtobufCMessage *message;
        size_t n_packed;

        arena_init(&arena, arena_memory, sizeof(arena_memory));
        message = protobuf_c_message_unpack(type, &arena.allocator, size, bytes);
        if (!message)
                return;
        MUST(arena.used <= arena.size);
        MUST(protobuf_c_message_check(message));
        n_packed = protobuf_c_message_get_packed_size(message);
        if (n_packed <= sizeof(packed))
                MUST(protobuf_c_message_pack(message, packed) == n_packed);
}

static void send_all(int socket, const uint8_t *bytes, size_t size, size_t n_fds) {
        union {
                struct cmsghdr align;
                char buffer[CMSG_SPACE(FDS_MOST * sizeof(int))];
        } control = { 0 };
        struct iovec iov = { .iov_base = (void *) bytes, .iov_len = size };
        struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

        if (n_fds > 0) {
                message.msg_control = &control;
                message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
                control.align.cmsg_level = SOL_SOCKET;
                control.align.cmsg_type = SCM_RIGHTS;
                control.align.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
                for (size_t i = 0; i < n_fds; i++)
                        memcpy(CMSG_DATA(&control.align) + i * sizeof(int), &socket, sizeof(int));
        }
        MUST(sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        size_t n_fds = size > 0 ? data[0] % (FDS_MOST + 1) : 0;
        int lowest_before, lowest_after, pair[2];
        Frame frame;

        if (size < 1 || size > FRAME_SIZE_MAX)
                return 0;
        lowest_before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        MUST(lowest_before >= 0 && close(lowest_before) == 0);

        MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
        send_all(pair[0], data + 1, size - 1, n_fds);
        frame_init(&frame, received, sizeof(received));
        if (frame_receive(pair[1], &frame, MSG_DONTWAIT) == 0) {
                MUST(frame.n_fds == n_fds && n_fds <= FRAME_FDS_MAX);
                MUST(frame.size == size - 1 && memcmp(received, data + 1, size - 1) == 0);
                decode(&nt__request__descriptor, frame.data, frame.size);
                decode(&nt__reply__descriptor, frame.data, frame.size);
        } else {
                MUST(frame.n_fds == 0 && frame.size == 0);
                MUST(n_fds > FRAME_FDS_MAX || size == 1);
        }
        frame_clear(&frame);
        fd_close(pair[0]);
        fd_close(pair[1]);

        lowest_after = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        MUST(lowest_after == lowest_before && close(lowest_after) == 0);
        return 0;
}
