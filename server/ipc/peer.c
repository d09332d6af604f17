/*
 * A peer is served one request each time that its socket is found readable: a recvmsg() and a
 * sendmsg(). To take what else has arrived would save a call now and then, and be wrong: whoever
 * has seen another client die must not be told of names that died with it. So nothing is read that
 * may have been sent after the loop has last looked around, and of what the loop has seen, ends
 * come first (the kernel reports a socket that was just served before what happened meanwhile).
 *
 * Everything that may free a peer is the last thing that a function does with it.
 */

#include "peer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "closer.h"
#include "process.h"
#include "rights.h"

static void on_readable(evutil_socket_t fd, short what, void *context);
static void on_writable(evutil_socket_t fd, short what, void *context);
static void on_hang_up(evutil_socket_t fd, short what, void *context);
static void on_ended(evutil_socket_t fd, short what, void *context);
static void on_job_done(RpcConnection *connection);

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
        if (state == PEER_WORKING)
                return 0;
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
        event_assign(&peer->hang_up, base, -1, EV_CLOSED, on_hang_up, peer);
        event_assign(&peer->ended, base, -1, EV_READ, on_ended, peer);
        peer->connection.job_done = on_job_done;
        return peer_set_state(peer, PEER_SERVING);
}

static int watch(Peer *peer, struct event *event, int fd, short what, event_callback_fn callback) {
        if (fd < 0 || event_get_fd(event) >= 0)
                return 0;
        event_assign(event, peer->table->base, fd, what, callback, peer);
        event_priority_set(event, PRIORITY_ENDS);
        return event_add(event, NULL) < 0 ? -ENOMEM : 0;
}

/*
 * The process ends with its attaching channel, whatever is still unread in it, or when its program
 * ends, though a child may have inherited the channel.
 */
static int peer_watch_end(Peer *peer, int pidfd) {
        int r = watch(peer, &peer->hang_up, peer->connection.socket, EV_CLOSED, on_hang_up);

        return r < 0 ? r : watch(peer, &peer->ended, pidfd, EV_READ, on_ended);
}

/* After a request, which may have made the connection one of a process, or given the process a
 * pidfd. */
static int peer_follow_process(Peer *peer) {
        Process *process = peer->connection.process;

        if (!process)
                return 0;
        if (!peer->process_link.data)
                peer_index_add(peer->table->by_process, process, &peer->process_link, peer);

        if (!peer->takes_fds && !peer->connection.heir) {
                rights_allow(peer->connection.socket);
                peer->takes_fds = peer->may_bring_fds = true;
        }
        if (!peer->connection.attaching)
                return 0;
        return peer_watch_end(peer, process_pidfd(process));
}

/* Ends the connection because of what a call returned; a client that hung up did nothing wrong. */
static void peer_fail(Peer *peer, int r) {
        switch (r) {
        case -EPIPE:
        case -ECONNRESET:
                peer_close(peer);
                return;
        case -EPROTO:
                peer_drop(peer, "message too long, or with descriptors");
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

/* What comes of a request. Consumes @answer. Return: as peer_answer(). */
static bool peer_follow_up(Peer *peer, RpcAnswer *answer) {
        int r;

        peer_table_work(peer->table);
        r = peer_follow_process(peer);
        if (answer->drop || r < 0) {
                answer_fds_clear(&answer->fds);
                peer_drop(peer, answer->drop ? answer->reason : "its end cannot be watched");
                return false;
        }
        if (answer->deferred) {
                (void) peer_set_state(peer, PEER_WORKING); /* takes events away: cannot fail */
                return false;
        }
        return answer->silent || peer_answer(peer, answer);
}

static bool peer_serve_frame(Peer *peer, Frame *frame) {
        PeerTable *table = peer->table;
        RpcAnswer answer = { 0 };

        arena_init(&table->arena, table->arena_memory, table->arena.size);
        rpc_handle_frame(table->env, &peer->connection, frame, &table->arena, &answer);
        return peer_follow_up(peer, &answer);
}

static void on_job_done(RpcConnection *connection) {
        Peer *peer = (Peer *) ((char *) connection - offsetof(Peer, connection));
        PeerTable *table = peer->table;
        RpcAnswer answer = { 0 };
        int r;

        arena_init(&table->arena, table->arena_memory, table->arena.size);
        rpc_complete(table->env, connection, &table->arena, &answer);
        r = peer_set_state(peer, PEER_SERVING);
        if (r < 0) {
                answer.drop = true;
                answer.reason = strerror(-r);
        }
        (void) peer_follow_up(peer, &answer);
}

/*
 * Descriptors are taken while there is room for them. Otherwise a message is looked at first.
 */
static int peer_receive(Peer *peer, Frame *frame) {
        const Quota *quota = peer->connection_charge.quota;
        int r = 1;

        if (peer->may_bring_fds && !(peer->takes_fds && quota_has_room(quota, QUOTA_DESCRIPTORS,
                                                                        FRAME_FDS_MAX)))
                r = rights_check(peer->connection.socket);
        if (r >= 0)
                r = frame_receive_keep_fds(peer->connection.socket, frame, MSG_DONTWAIT);
        for (size_t i = 0; r < 0 && i < frame->n_fds; i++) {
                QuotaCharge charge = { 0 };

                (void) quota_charge(peer->connection_charge.quota, QUOTA_DESCRIPTORS, 1, &charge);
                closer_close_take(peer->table->env->workers, peer->connection.credentials.uid,
                                frame_take_fd(frame, i), &charge);
        }
        return r;
}

bool peer_serve(Peer *peer) {
        PeerTable *table = peer->table;
        Frame frame;
        int r;

        /* Its process may have ended by another channel, or while this request was under way. */
        if (peer->connection.process && process_ended(peer->connection.process)) {
                peer_close(peer);
                return false;
        }
        if (!peer_reply_settled(peer)) {
                r = peer_set_state(peer, PEER_AWAITING);
                if (r < 0)
                        peer_fail(peer, r);
                return false;
        }

        frame_init(&frame, table->buffer, FRAME_SIZE_MAX);
        r = peer_receive(peer, &frame);
        if (r == -EAGAIN || r == -EINTR)
                return false;
        if (r < 0) {
                peer_fail(peer, r);
                return false;
        }
        return peer_serve_frame(peer, &frame);
}

static void on_readable(evutil_socket_t fd, short what, void *context) {
        (void) fd;
        (void) what;
        (void) peer_serve(context);
}

static void on_hang_up(evutil_socket_t fd, short what, void *context) {
        (void) fd;
        (void) what;
        peer_close(context);
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

void peer_close(Peer *peer) {
        PeerTable *table = peer->table;
        bool attaching = peer->connection.attaching;
        g_autoptr(Process) process = NULL;

        /* Before their descriptors are closed: epoll knows them by number. */
        event_del(&peer->readable);
        event_del(&peer->writable);
        event_del(&peer->hang_up);
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
                (void) rights_drain(peer->connection.socket);
        rights_close_take(table->env->workers, fd_steal(&peer->connection.socket),
                        peer->connection.credentials.uid, &peer->descriptor_charge);
        g_queue_unlink(&table->peers, &peer->link);
        quota_charge_release(&peer->connection_charge);
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
