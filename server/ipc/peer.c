/*
 * A peer is served when its socket is readable: one recvmsg() and one sendmsg() for each request.
 * It may have several served in a row, so that a client that sends many need not be waited for each
 * time, but not more than PEER_BATCH, so that it cannot keep the others waiting.
 *
 * Everything that may free a peer is the last thing that a function does with it.
 */

#include "peer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "process.h"

typedef enum Served {
        SERVED_NOTHING,  /* there was no request, or none can be looked at now, or the peer is gone
                          */
        SERVED_ANSWERED, /* one, and its answer is sent */
        SERVED_SILENTLY, /* one that has no answer */
} Served;

static void on_readable(evutil_socket_t fd, short what, void *context);
static void on_writable(evutil_socket_t fd, short what, void *context);
static void on_ended(evutil_socket_t fd, short what, void *context);

/*
 * While a reply has to be read first we wait for the edge: the socket is writable all the time, and
 * the kernel reports it anew whenever a message was read (unix_write_space() in
 * net/unix/af_unix.c).
 */
static int peer_set_state(Peer *peer, PeerState state) {
        struct event_base *base = peer->table->base;
        int fd = peer->connection.socket;
        short what = EV_WRITE | EV_PERSIST;

        peer->state = state;
        event_del(&peer->writable);
        if (state == PEER_SERVING)
                return event_add(&peer->readable, NULL) < 0 ? -ENOMEM : 0;

        event_del(&peer->readable);
        if (state == PEER_AWAITING)
                what |= EV_ET;
        if (event_assign(&peer->writable, base, fd, what, on_writable, peer) < 0)
                return -ENOMEM;
        return event_add(&peer->writable, NULL) < 0 ? -ENOMEM : 0;
}

int peer_start(Peer *peer) {
        struct event_base *base = peer->table->base;
        int fd = peer->connection.socket;

        event_assign(&peer->readable, base, fd, EV_READ | EV_PERSIST, on_readable, peer);
        event_assign(&peer->writable, base, fd, EV_WRITE | EV_PERSIST, on_writable, peer);
        event_assign(&peer->ended, base, -1, EV_READ, on_ended, peer);
        return peer_set_state(peer, PEER_SERVING);
}

/* After a request, which may have made the connection one of a process, or given the process a
 * pidfd. */
static int peer_follow_process(Peer *peer) {
        Process *process = peer->connection.process;
        int pidfd;

        if (!process)
                return 0;
        if (!peer->process_link.data)
                peer_index_add(peer->table->by_process, process, &peer->process_link, peer);

        if (!peer->connection.attaching || event_get_fd(&peer->ended) >= 0)
                return 0;
        pidfd = process_pidfd(process);
        if (pidfd < 0)
                return 0;
        event_assign(&peer->ended, peer->table->base, pidfd, EV_READ, on_ended, peer);
        return event_add(&peer->ended, NULL) < 0 ? -ENOMEM : 0;
}

/* Ends the connection because of what a call returned; a client that hung up did nothing wrong. */
static void peer_fail(Peer *peer, int r) {
        switch (r) {
        case -EPIPE:
        case -ECONNRESET:
                peer_close(peer);
                return;
        case -EPROTO:
                peer_drop(peer, "message too long, or too many descriptors");
                return;
        case -EDQUOT:
                peer_drop(peer, "does not read its replies");
                return;
        default:
                peer_drop(peer, strerror(-r));
                return;
        }
}

/* Consumes @answer. Return: whether the peer is still there and can be served on. */
static bool peer_answer(Peer *peer, RpcAnswer *answer) {
        int r = peer_reply_send(peer, answer);

        if (r == 0)
                return true;
        if (r == -EAGAIN)
                r = peer_set_state(peer, PEER_WRITING);
        if (r < 0)
                peer_fail(peer, r);
        return false;
}

static Served peer_serve_frame(Peer *peer, Frame *frame) {
        PeerTable *table = peer->table;
        RpcAnswer answer = { 0 };
        int r;

        arena_init(&table->arena, table->arena_memory, table->arena.size);
        rpc_handle_frame(table->env, &peer->connection, frame, &table->arena, &answer);

        r = peer_follow_process(peer);
        if (answer.drop || r < 0) {
                for (size_t i = 0; i < answer.n_fds; i++)
                        fd_close(answer.fds[i]);
                peer_drop(peer, answer.drop ? answer.reason : "its end cannot be watched");
                return SERVED_NOTHING;
        }

        if (answer.silent)
                return SERVED_SILENTLY;
        return peer_answer(peer, &answer) ? SERVED_ANSWERED : SERVED_NOTHING;
}

static Served peer_serve_one(Peer *peer) {
        PeerTable *table = peer->table;
        Frame frame;
        int r;

        /* Its process may have ended by another channel, or while this request was under way. */
        if (peer->connection.process && process_ended(peer->connection.process)) {
                peer_close(peer);
                return SERVED_NOTHING;
        }
        if (!peer_reply_settled(peer)) {
                r = peer_set_state(peer, PEER_AWAITING);
                if (r < 0)
                        peer_fail(peer, r);
                return SERVED_NOTHING;
        }

        frame_init(&frame, table->buffer, FRAME_SIZE_MAX);
        r = frame_receive(peer->connection.socket, &frame, MSG_DONTWAIT);
        if (r == -EAGAIN || r == -EINTR)
                return SERVED_NOTHING;
        if (r < 0) {
                peer_fail(peer, r);
                return SERVED_NOTHING;
        }
        return peer_serve_frame(peer, &frame);
}

/*
 * A client that waits for each answer has sent nothing more when it gets this one, and to look
 * would cost a system call in each exchange. So whoever has sent its requests singly a few times is
 * looked at now and then only.
 */
static bool worth_looking(const Peer *peer) {
        return peer->n_single < 4 || peer->n_single % 32 == 0;
}

void peer_serve(Peer *peer) {
        Served served = peer_serve_one(peer);

        if (served == SERVED_NOTHING)
                return;
        peer->n_single++;

        for (unsigned i = 1; i < PEER_BATCH; i++) {
                if (served == SERVED_ANSWERED && !worth_looking(peer))
                        return;
                served = peer_serve_one(peer);
                if (served == SERVED_NOTHING)
                        return;
                peer->n_single = 0;
        }
}

static void on_readable(evutil_socket_t fd, short what, void *context) {
        (void) fd;
        (void) what;
        peer_serve(context);
}

static void peer_written(Peer *peer) {
        int r;

        if (peer->table->draining) {
                peer_close(peer);
                return;
        }
        r = peer_set_state(peer, PEER_SERVING);
        if (r < 0)
                peer_fail(peer, r);
}

static void on_writable(evutil_socket_t fd, short what, void *context) {
        Peer *peer = context;
        int r;

        (void) fd;
        (void) what;

        if (peer->state == PEER_AWAITING) {
                if (peer_reply_settled(peer))
                        peer_written(peer);
                return;
        }

        r = peer_reply_flush(peer);
        if (r == 0)
                peer_written(peer);
        else if (r != -EAGAIN)
                peer_fail(peer, r);
}

static void on_ended(evutil_socket_t fd, short what, void *context) {
        Peer *peer = context;

        (void) fd;
        (void) what;
        process_end(peer->connection.process);
        peer_close(peer);
}

/*
 * Closing a socket with unread requests makes the kernel tell the client so (ECONNRESET) before it
 * can read its last replies. At most as many as a client's send buffer holds.
 */
static void discard_requests(int socket) {
        uint8_t byte;

        for (unsigned i = 0; i < 512; i++) {
                if (recv(socket, &byte, sizeof(byte), MSG_DONTWAIT) <= 0)
                        return;
        }
}

void peer_close(Peer *peer) {
        PeerTable *table = peer->table;
        bool attaching = peer->connection.attaching;
        g_autoptr(Process) process = NULL;

        /* Before their descriptors are closed: epoll knows them by number. */
        event_del(&peer->readable);
        event_del(&peer->writable);
        event_del(&peer->ended);
        peer_reply_clear(peer);

        if (peer->connection.process)
                process = process_ref(peer->connection.process);
        if (peer->process_link.data)
                peer_index_remove(table->by_process, process, &peer->process_link);
        rpc_connection_end(table->env, &peer->connection);
        if (process && attaching)
                peer_table_process_ended(table, process);

        if (table->draining)
                discard_requests(peer->connection.socket);
        peer->connection.socket = fd_close(peer->connection.socket);
        g_queue_unlink(&table->peers, &peer->link);
        quota_charge_release(&peer->connection_charge);
        quota_charge_release(&peer->descriptor_charge);
        g_free(peer);

        if (table->changed)
                table->changed(table->context);
}

void peer_drop(Peer *peer, const char *reason) {
        PeerTable *table = peer->table;
        unsigned n_suppressed = 0;

        if (log_limit_pass(&table->drop_limit, g_get_monotonic_time(), &n_suppressed)) {
                if (n_suppressed > 0)
                        log_warning(table->log, "%u more clients were dropped", n_suppressed);
                log_warning(table->log, "dropped the connection of pid %d, uid %u: %s",
                                (int) peer->connection.credentials.pid,
                                (unsigned) peer->connection.credentials.uid,
                                reason ? reason : "it broke the protocol");
        }
        peer_close(peer);
}
