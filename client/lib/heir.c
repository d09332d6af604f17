#include "heir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cleanup.h"
#include "descriptor.h"
#include "lease.h"
#include "ntstatus.h"

/* Makes the abstract name of the socket with @cookie; returns the length of the address. */
static socklen_t heir_name(uint64_t cookie, struct sockaddr_un *name) {
        int n;

        *name = (struct sockaddr_un){ .sun_family = AF_UNIX };
        n = snprintf(name->sun_path + 1, sizeof(name->sun_path) - 1, "ntobj-heir-%016" PRIx64,
                        cookie);
        return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 + (size_t) n);
}

NTSTATUS heir_make(Attachment *attachment, int *ret_fd, bool *ret_lost) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__MakeHeirRequest body = NT__MAKE_HEIR_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;
        int fd;

        request.body_case = NT__REQUEST__BODY_MAKE_HEIR;
        request.make_heir = &body;
        call_reply_init(&reply);
        status = lease_call(attachment, &request, NO_FDS, &reply, ret_lost);
        if (!NT_SUCCESS(status))
                return status;

        fd = descriptor_settle(frame_take_fd(&reply.frame, reply.message->make_heir->channel_fd));
        if (fd < 0)
                return STATUS_INSUFFICIENT_RESOURCES;
        /* Whoever made the pair may have made both ends so; we wait for answers. */
        fcntl(fd, F_SETFL, 0);
        *ret_fd = fd;
        return STATUS_SUCCESS;
}

int heir_mark(int fd) {
        struct sockaddr_un name;
        SocketIdentity identity;
        socklen_t size;
        int r;

        r = socket_identify(fd, &identity);
        if (r < 0)
                return r;
        size = heir_name(identity.cookie, &name);
        if (bind(fd, (const struct sockaddr *) &name, size) < 0)
                return -errno;
        return fcntl(fd, F_SETFD, 0) < 0 ? -errno : 0;
}

static bool heir_is_marked(int fd) {
        struct sockaddr_un wanted, name = { 0 };
        socklen_t size = sizeof(name), wanted_size;
        SocketIdentity identity;

        if (socket_identify(fd, &identity) < 0)
                return false;
        if (getsockname(fd, (struct sockaddr *) &name, &size) < 0 || name.sun_family != AF_UNIX)
                return false;
        wanted_size = heir_name(identity.cookie, &wanted);
        return size == wanted_size && memcmp(&name, &wanted, size) == 0;
}

int heir_from_environment(void) {
        const char *text = secure_getenv("NTOBJ_INHERIT");
        char *end = NULL;
        long number;

        if (!text || text[0] < '0' || text[0] > '9')
                return -1;
        errno = 0;
        number = strtol(text, &end, 10);
        if (errno != 0 || *end != '\0' || number > INT32_MAX)
                return -1;
        if (!heir_is_marked((int) number) || !server_may_be_trusted((int) number))
                return -1;
        if (fcntl((int) number, F_SETFD, FD_CLOEXEC) < 0)
                return -1;
        return (int) number;
}
