/*
 * A connection that cannot be accepted for want of a descriptor stays readable: the loop would
 * spin, and the client would wait for an answer that nobody gives. So one descriptor is kept in
 * reserve; it is given up to accept and close the connection, which tells the client at once.
 * Should even that fail (no memory, no descriptor in the whole system), the listener pauses until a
 * connection ends, or for a second.
 */

#include "listener.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "endpoint.h"
#include "peer-table.h"

/* Connections that are accepted before others get their turn. */
#define ACCEPT_BATCH 32u

struct Listener {
        const Endpoint *endpoint;
        PeerTable *peers;
        const Log *log;
        LogLimit limit;
        int reserve;
        bool paused;
        struct event readable;
        struct event retry;
};

static int reserve_open(void) {
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void complain(Listener *listener, const char *reason) {
        unsigned n_suppressed = 0;

        if (!log_limit_pass(&listener->limit, g_get_monotonic_time(), &n_suppressed))
                return;
        if (n_suppressed > 0)
                log_warning(listener->log, "%u more connections were refused", n_suppressed);
        log_warning(listener->log, "refused a connection: %s", reason);
}

static void listener_pause(Listener *listener) {
        static const struct timeval second = { .tv_sec = 1 };

        listener->paused = true;
        event_del(&listener->readable);
        evtimer_add(&listener->retry, &second);
}

void listener_resume(Listener *listener) {
        if (!listener->paused)
                return;
        if (listener->reserve < 0)
                listener->reserve = reserve_open();
        listener->paused = false;
        event_del(&listener->retry);
        if (event_add(&listener->readable, NULL) < 0)
                listener_pause(listener);
}

static void on_retry(evutil_socket_t fd, short what, void *context) {
        (void) fd;
        (void) what;
        listener_resume(context);
}

static int accept_one(const Listener *listener) {
        int fd = accept4(endpoint_fd(listener->endpoint), NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        return fd < 0 ? -errno : fd;
}

/* Return: whether there may be more to accept. */
static bool refuse_one(Listener *listener, int error) {
        int fd;

        complain(listener, strerror(error));
        if (listener->reserve >= 0) {
                listener->reserve = fd_close(listener->reserve);
                fd = accept_one(listener);
                if (fd >= 0)
                        peer_table_refuse_take(listener->peers, fd);
                listener->reserve = reserve_open();
                if ((fd >= 0 || fd == -EAGAIN) && listener->reserve >= 0)
                        return fd >= 0;
        }

        listener_pause(listener);
        return false;
}

/* Return: whether there may be more to accept. */
static bool serve_one(Listener *listener) {
        int fd = accept_one(listener);
        int r;

        switch (fd) {
        case -EAGAIN:
                return false;
        case -EINTR:
        case -ECONNABORTED: /* gone before we looked */
                return true;
        case -EMFILE:
        case -ENFILE:
        case -ENOBUFS:
        case -ENOMEM:
                return refuse_one(listener, -fd);
        }
        if (fd < 0) {
                complain(listener, strerror(-fd));
                listener_pause(listener);
                return false;
        }

        r = peer_table_add_take(listener->peers, fd);
        if (r < 0)
                complain(listener, r == -EDQUOT ? "its user has too many" : strerror(-r));
        return true;
}

static void on_readable(evutil_socket_t fd, short what, void *context) {
        (void) fd;
        (void) what;
        for (unsigned i = 0; i < ACCEPT_BATCH; i++) {
                if (!serve_one(context))
                        return;
        }
}

Listener *
listener_new(struct event_base *base, const Endpoint *endpoint, PeerTable *peers, const Log *log) {
        Listener *listener = g_new0(Listener, 1);
        int fd = endpoint_fd(endpoint);

        listener->endpoint = endpoint;
        listener->peers = peers;
        listener->log = log;
        listener->reserve = reserve_open();
        evtimer_assign(&listener->retry, base, on_retry, listener);
        event_assign(&listener->readable, base, fd, EV_READ | EV_PERSIST, on_readable, listener);
        if (listener->reserve < 0 || event_add(&listener->readable, NULL) < 0)
                return listener_free(listener);
        return listener;
}

Listener *listener_free(Listener *listener) {
        if (!listener)
                return NULL;

        event_del(&listener->readable);
        event_del(&listener->retry);
        listener->reserve = fd_close(listener->reserve);
        g_free(listener);
        return NULL;
}
