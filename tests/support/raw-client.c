#include "raw-client.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "address.h"
#include "cleanup.h"

#define PATIENCE_SECONDS 60

RawClient *raw_client_new_take(int socket) {
        const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
        RawClient *client = g_new0(RawClient, 1);

        client->socket = socket;
        frame_init(&client->frame, client->data, sizeof(client->data));
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        return client;
}

RawClient *raw_client_new(const char *address) {
        autofd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        struct sockaddr_un name = { 0 };

        if (fd < 0 || address_resolve(address, NULL, &name) < 0)
                return NULL;
        if (connect(fd, (struct sockaddr *) &name, sizeof(name)) < 0)
                return NULL;
        return raw_client_new_take(fd_steal(&fd));
}

RawClient *raw_client_new_attached(const char *address) {
        RawClient *client = raw_client_new(address);

        if (client && !NT_SUCCESS(raw_client_attach(client, 0)))
                raw_client_freep(&client);
        return client;
}

static void raw_client_forget_reply(RawClient *client) {
        if (client->reply)
                nt__reply__free_unpacked(client->reply, NULL);
        client->reply = NULL;
        frame_clear(&client->frame);
}

void raw_client_free(RawClient *client) {
        if (!client)
                return;
        raw_client_forget_reply(client);
        client->socket = fd_close(client->socket);
        g_free(client);
}

void raw_client_freep(RawClient **client) {
        raw_client_free(*client);
        *client = NULL;
}

NTSTATUS raw_client_attach(RawClient *client, uint32_t page_version) {
        Nt__AttachRequest body = NT__ATTACH_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.protocol_version = 1;
        body.page_version = page_version;
        request.body_case = NT__REQUEST__BODY_ATTACH;
        request.attach = &body;
        return raw_client_call(client, &request);
}

/* Not frame_send(): more than four descriptors, empty and oversized datagrams are what tests are
 * after. */
int raw_client_send_bytes(
                RawClient *client, const void *data, size_t size, const int *fds, size_t n_fds) {
        g_autofree struct cmsghdr *control = NULL;
        struct iovec iov = { .iov_base = (void *) data, .iov_len = size };
        struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

        if (n_fds > 0) {
                control = g_malloc0(CMSG_SPACE(n_fds * sizeof(int)));
                message.msg_control = control;
                message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
                control->cmsg_level = SOL_SOCKET;
                control->cmsg_type = SCM_RIGHTS;
                control->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
                memcpy(CMSG_DATA(control), fds, n_fds * sizeof(int));
        }
        if (sendmsg(client->socket, &message, MSG_NOSIGNAL) < 0)
                return -errno;
        return 0;
}

int raw_client_send(RawClient *client, Nt__Request *request, const int *fds, size_t n_fds) {
        g_autofree uint8_t *packed = NULL;
        size_t size;

        request->id = ++client->last_id;
        packed = g_malloc(nt__request__get_packed_size(request));
        size = nt__request__pack(request, packed);
        return raw_client_send_bytes(client, packed, size, fds, n_fds);
}

NTSTATUS raw_client_receive(RawClient *client) {
        int r;

        raw_client_forget_reply(client);
        r = frame_receive(client->socket, &client->frame, 0);
        if (r == -EAGAIN)
                return STATUS_IO_TIMEOUT;
        if (r < 0)
                return STATUS_PORT_DISCONNECTED;

        client->reply = nt__reply__unpack(NULL, client->frame.size, client->frame.data);
        if (!client->reply)
                return STATUS_INVALID_PORT_HANDLE;
        return client->reply->status;
}

NTSTATUS raw_client_call(RawClient *client, Nt__Request *request) {
        NTSTATUS status;

        if (raw_client_send(client, request, NULL, 0) < 0)
                return STATUS_PORT_DISCONNECTED;
        status = raw_client_receive(client);
        if (client->reply && client->reply->id != request->id)
                return STATUS_INVALID_PORT_HANDLE;
        return status;
}

bool raw_client_wait_end(RawClient *client) {
        NTSTATUS status;

        do
                status = raw_client_receive(client);
        while (client->reply);
        return status == STATUS_PORT_DISCONNECTED;
}
