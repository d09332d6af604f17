#include "script-message.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Both ends are of one program; a length beyond this is a mistake. */
#define MESSAGE_MAX (256u * 1024 * 1024)

static int wait_for(int socket, short events, int64_t deadline) {
        struct pollfd entry = { .fd = socket, .events = events };

        for (;;) {
                int64_t left = deadline == MESSAGE_NO_END
                                               ? -1
                                               : MAX(deadline - g_get_monotonic_time(), 0) / 1000;
                int n = poll(&entry, 1, (int) MIN(left, G_MAXINT));

                if (n > 0)
                        return 0;
                if (n == 0)
                        return -ETIMEDOUT;
                if (errno != EINTR)
                        return -errno;
        }
}

static int transfer(int socket, bool out, void *bytes, size_t size, int64_t deadline) {
        char *at = bytes;

        while (size > 0) {
                int r = wait_for(socket, out ? POLLOUT : POLLIN, deadline);
                ssize_t n;

                if (r < 0)
                        return r;
                n = out ? send(socket, at, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                        : recv(socket, at, size, MSG_DONTWAIT);
                if (n == 0)
                        return -EPIPE;
                if (n < 0 && errno != EAGAIN && errno != EINTR)
                        return errno == ECONNRESET ? -EPIPE : -errno;
                if (n > 0) {
                        at += n;
                        size -= (size_t) n;
                }
        }
        return 0;
}

int message_send(int socket, GVariant *message, int64_t deadline) {
        g_autoptr(GVariant) owned = g_variant_ref_sink(message);
        uint64_t size = g_variant_get_size(owned);
        g_autofree void *bytes = g_malloc(size + 1);
        int r;

        g_variant_store(owned, bytes);
        r = transfer(socket, true, &size, sizeof(size), deadline);
        return r < 0 ? r : transfer(socket, true, bytes, size, deadline);
}

int message_receive(int socket, const char *type, int64_t deadline, GVariant **ret) {
        g_autofree char *bytes = NULL;
        g_autoptr(GVariant) message = NULL;
        uint64_t size;
        int r;

        r = transfer(socket, false, &size, sizeof(size), deadline);
        if (r < 0)
                return r;
        if (size > MESSAGE_MAX)
                return -EPROTO;
        bytes = g_malloc(size + 1);
        r = transfer(socket, false, bytes, size, deadline);
        if (r < 0)
                return r;

        message = g_variant_ref_sink(g_variant_new_from_data(
                        G_VARIANT_TYPE(type), bytes, size, FALSE, g_free, bytes));
        bytes = NULL;
        if (!g_variant_is_normal_form(message))
                return -EPROTO;
        *ret = g_steal_pointer(&message);
        return 0;
}
