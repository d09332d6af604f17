#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "message.h"
#include "ntstatus.h"
#include "trace.h"

enum { DRAIN_TIMEOUT_MS = 5000 };

static SocketIdentity channel_identity(const Channel *channel) {
        return (SocketIdentity){
                .fd = atomic_load(&channel->fd),
                .cookie = atomic_load(&channel->cookie),
        };
}

static void channel_list_push(ChannelList *list, Channel *channel) {
        channel->next = atomic_load(&list->first);
        while (!atomic_compare_exchange_weak(&list->first, &channel->next, channel)) {
        }
}

static Channel *channel_list_claim(ChannelList *list, uint64_t owner) {
        Channel *channel;

        for (channel = atomic_load(&list->first); channel; channel = channel->next) {
                uint64_t nobody = 0;

                if (atomic_compare_exchange_strong(&channel->owner, &nobody, owner))
                        return channel;
        }

        channel = calloc(1, sizeof(*channel));
        if (!channel)
                return NULL;
        atomic_init(&channel->owner, owner);
        atomic_init(&channel->fd, -1);
        channel_list_push(list, channel);
        return channel;
}

int channel_new_take(ChannelList *list, uint64_t owner, int fd, Channel **ret) {
        autofd int taken = fd;
        SocketIdentity identity;
        Channel *channel;
        int r;

        r = socket_identify(fd, &identity);
        if (r < 0)
                return r;

        channel = channel_list_claim(list, owner);
        if (!channel)
                return -ENOMEM;
        if (!channel->buffer)
                channel->buffer = malloc(FRAME_SIZE_MAX);
        if (!channel->buffer) {
                atomic_store(&channel->owner, 0);
                return -ENOMEM;
        }

        channel->last_id = 0;
        atomic_store(&channel->cookie, identity.cookie);
        atomic_store(&channel->fd, fd_steal(&taken));
        *ret = channel;
        return 0;
}

/* Closes the descriptor if it is ours still; of several who try, one does. */
static void channel_disconnect(Channel *channel) {
        SocketIdentity identity = channel_identity(channel);

        if (identity.fd >= 0 && atomic_compare_exchange_strong(&channel->fd, &identity.fd, -1) &&
                        socket_is_ours(identity))
                fd_close(identity.fd);
}

void channel_close(Channel *channel, uint64_t owner) {
        if (atomic_load(&channel->owner) != owner)
                return;
        channel_disconnect(channel);
        atomic_compare_exchange_strong(&channel->owner, &owner, 0);
}

void channel_shutdown(Channel *channel) {
        SocketIdentity identity = channel_identity(channel);

        if (socket_is_ours(identity))
                shutdown(identity.fd, SHUT_RDWR);
}

/* The daemon closes its end when it has ended the process: by then no name of ours is left. */
void channel_drain(Channel *channel) {
        SocketIdentity identity = channel_identity(channel);
        struct pollfd poll_fd = { .fd = identity.fd, .events = POLLIN };
        uint8_t ignored;
        ssize_t n;
        int r;

        if (!socket_is_ours(identity) || shutdown(identity.fd, SHUT_WR) < 0)
                return;
        do {
                r = poll(&poll_fd, 1, DRAIN_TIMEOUT_MS);
                if (r > 0)
                        n = recv(identity.fd, &ignored, sizeof(ignored), MSG_DONTWAIT);
                else
                        n = r;
        } while (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)));
}

void channel_forget_all(ChannelList *list, const Channel *keep) {
        for (Channel *channel = atomic_load(&list->first); channel; channel = channel->next) {
                if (channel == keep)
                        continue;
                channel_disconnect(channel);
                atomic_store(&channel->owner, 0);
        }
}

void channel_give(Channel *channel, uint64_t owner) {
        atomic_store(&channel->owner, owner);
}

NTSTATUS channel_status(int r) {
        switch (r) {
        case 0:
                return STATUS_SUCCESS;
        case -ENOMEM:
                return STATUS_NO_MEMORY;
        case -EMFILE:
                return STATUS_INSUFFICIENT_RESOURCES;
        case -EMSGSIZE:
                return STATUS_INVALID_PARAMETER;
        default:
                return STATUS_PORT_DISCONNECTED;
        }
}

/* The kernel takes a datagram whole or, when a signal comes first, not at all. */
static int channel_send_bytes(Channel *channel, const uint8_t *data, size_t size, SentFds fds) {
        SocketIdentity identity = channel_identity(channel);
        int r;

        if (identity.fd < 0)
                return -EPIPE;
        if (!socket_is_ours(identity))
                return -ESTALE;

        r = frame_send(identity.fd, data, size, fds.fds, fds.n_fds, 0);
        if (r == -ENOMEM || r == -ENOBUFS)
                return -ENOMEM;
        if (r == -EBADF || r == -ETOOMANYREFS)
                return -EMFILE; /* nothing was sent: it is about the descriptors to pass */
        if (r < 0)
                return -EPIPE;

        if (TRACING())
                trace_message();
        return 0;
}

int channel_send(Channel *channel, Nt__Request *request, SentFds fds) {
        uint8_t small[MESSAGE_SMALL];
        uint8_t *memory = NULL;
        size_t size;
        int r;

        request->id = ++channel->last_id;
        size = nt__request__get_packed_size(request);
        if (size > FRAME_SIZE_MAX)
                return -EMSGSIZE;
        if (size > sizeof(small)) {
                memory = malloc(size);
                if (!memory)
                        return -ENOMEM;
        }

        nt__request__pack(request, memory ? memory : small);
        r = channel_send_bytes(channel, memory ? memory : small, size, fds);
        free(memory);
        return r;
}

int channel_call(Channel *channel, Nt__Request *request, SentFds fds, CallReply *reply) {
        int fd = atomic_load(&channel->fd);
        int r;

        r = channel_send(channel, request, fds);
        if (r < 0)
                return r;

        frame_init(&reply->frame, channel->buffer, FRAME_SIZE_MAX);
        r = frame_receive(fd, &reply->frame, 0);

        if (r == -EMFILE)
                return r; /* the answer is gone, but nothing else: what follows is in step */
        if (r < 0)
                return -EPIPE;

        r = message_decode(request, reply);
        if (r < 0)
                frame_clear(&reply->frame);
        reply->frame.data = NULL; /* the channel's, and decoded */
        return r;
}
