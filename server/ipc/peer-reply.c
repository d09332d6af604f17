/*
 * What a client has not read yet lies in the kernel, at our expense: the memory of its messages,
 * and each descriptor in them counts against a limit that the whole daemon has (ETOOMANYREFS for
 * everybody beyond it). So each connection may have one reply with descriptors, or about
 * PEER_WINDOW bytes and one long reply, unread; its next request stays in the socket until then.
 * That cannot lock up a client that reads what it asked for, and waits for nobody else. The
 * alternative, to refuse the second descriptor, would make requests fail by chance for a client
 * that sends several at once.
 *
 * Over all connections of a user, descriptors and long replies are charged. There it is the other
 * way round: waiting would let one program of a user block all the others, so a reply whose
 * descriptors cannot be charged is replaced by STATUS_INSUFFICIENT_RESOURCES (requests that bring
 * descriptors can be repeated or undone by closing the connection), and a client whose long reply
 * cannot be charged is dropped.
 *
 * The kernel does not tell when a message is read. SIOCOUTQ does when asked, so charges are given
 * back late: before the connection's next request, or when somebody of the same user needs room.
 */

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "peer.h"

/* The kernel's cost of a short message, roughly: its truesize is 768 or more. */
#define MESSAGE_OVERHEAD 1024u

/* Others that are asked whether they have read theirs, before a charge is refused. */
#define SWEEP_MOST 64u

/* A Reply of id and status only. */
#define REFUSAL_SIZE_MAX 32u

static bool is_charged(const Peer *peer) {
        return peer->reply.bytes.quota || peer->reply.fds.quota;
}

static void track(Peer *peer) {
        if (is_charged(peer) && !peer->reply_link.data)
                peer_index_add(peer->table->by_quota, peer->connection_charge.quota,
                                &peer->reply_link, peer);
}

static void release(Peer *peer) {
        if (peer->reply_link.data)
                peer_index_remove(peer->table->by_quota, peer->connection_charge.quota,
                                &peer->reply_link);
        quota_charge_release(&peer->reply.bytes);
        quota_charge_release(&peer->reply.fds);
        peer->reply.in_flight = 0;
}

/* Asks the kernel whether everything was read. */
static bool look(Peer *peer) {
        int unread = 0;

        if (peer->reply.data)
                return false;
        /*
         * A buffer that is just being freed counts as 1 when we are woken for it (sock_wfree() in
         * net/core/sock.c gives back all but one before it wakes, and the one after).
         */
        if (ioctl(peer->connection.socket, SIOCOUTQ, &unread) == 0 && unread >= 16)
                return false;

        release(peer);
        return true;
}

bool peer_reply_settled(Peer *peer) {
        if (peer->reply.in_flight <= PEER_WINDOW && !is_charged(peer))
                return true;
        return look(peer);
}

static void sweep(PeerTable *table, Quota *quota) {
        const GQueue *queue = peer_index_find(table->by_quota, quota);
        unsigned n = queue ? MIN(queue->length, SWEEP_MOST) : 0;

        for (unsigned i = 0; i < n; i++) {
                GQueue *waiting = peer_index_find(table->by_quota, quota);
                GList *link;

                if (!waiting)
                        return;
                link = g_queue_pop_head_link(waiting);
                g_queue_push_tail_link(waiting, link);
                (void) look(link->data);
        }
}

static bool charge(Peer *peer, QuotaKind kind, uint64_t amount, QuotaCharge *ret_charge) {
        Quota *quota = peer->connection_charge.quota;

        if (NT_SUCCESS(quota_charge(quota, kind, amount, ret_charge)))
                return true;
        sweep(peer->table, quota);
        return NT_SUCCESS(quota_charge(quota, kind, amount, ret_charge));
}

/* Sends, instead of the reply at @data, that it could not be sent. */
static int send_refusal(Peer *peer, const uint8_t *data, size_t size) {
        Nt__Reply *reply = nt__reply__unpack(&peer->table->arena.allocator, size, data);
        Nt__Reply refusal = NT__REPLY__INIT;
        uint8_t buffer[REFUSAL_SIZE_MAX];
        int r;

        if (!reply)
                return -ENOBUFS;
        refusal.id = reply->id;
        refusal.status = STATUS_INSUFFICIENT_RESOURCES;
        g_assert(nt__reply__get_packed_size(&refusal) <= sizeof(buffer));
        size = nt__reply__pack(&refusal, buffer);

        r = frame_send(peer->connection.socket, buffer, size, NULL, 0, MSG_DONTWAIT);
        if (r == 0)
                peer->reply.in_flight += size + MESSAGE_OVERHEAD;
        return r;
}

static int transmit(Peer *peer, const uint8_t *data, size_t size, const AnswerFds *fds) {
        int r = frame_send(peer->connection.socket, data, size, fds->fds, fds->n, MSG_DONTWAIT);

        if (r == 0)
                peer->reply.in_flight += size + MESSAGE_OVERHEAD;
        /* Too many descriptors under way in the whole daemon, or a socket buffer made small. */
        if (r == -ETOOMANYREFS || r == -EMSGSIZE)
                r = send_refusal(peer, data, size);
        return r;
}

/* Whoever has a reply kept has no other: its requests wait meanwhile. */
static int keep(Peer *peer, RpcAnswer *answer) {
        PeerReply *reply = &peer->reply;

        g_assert(!reply->data && answer->size > 0);

        if (!reply->bytes.quota && !charge(peer, QUOTA_REPLY_BYTES, answer->size, &reply->bytes))
                return -EDQUOT;
        reply->data = g_try_malloc(answer->size);
        if (!reply->data)
                return -ENOMEM;

        memcpy(reply->data, answer->data, answer->size);
        reply->size = answer->size;
        reply->kept_fds = answer->fds;
        answer->fds = (AnswerFds){ 0 };
        return -EAGAIN;
}

static int charge_and_send(Peer *peer, RpcAnswer *answer) {
        PeerReply *reply = &peer->reply;
        int r;

        if (answer->fds.n > 0 && !charge(peer, QUOTA_REPLY_FDS, answer->fds.n, &reply->fds))
                return send_refusal(peer, answer->data, answer->size);
        if (answer->size > PEER_WINDOW &&
                        !charge(peer, QUOTA_REPLY_BYTES, answer->size, &reply->bytes))
                return -EDQUOT;

        r = transmit(peer, answer->data, answer->size, &answer->fds);
        return r == -EAGAIN ? keep(peer, answer) : r;
}

int peer_reply_send(Peer *peer, RpcAnswer *answer) {
        int r = charge_and_send(peer, answer);

        track(peer);
        answer_fds_clear(&answer->fds);
        return r;
}

int peer_reply_flush(Peer *peer) {
        PeerTable *table = peer->table;
        PeerReply *reply = &peer->reply;
        int r;

        arena_init(&table->arena, table->arena_memory, table->arena.size); /* for a refusal */
        r = transmit(peer, reply->data, reply->size, &reply->kept_fds);
        if (r == -EAGAIN)
                return r;

        g_clear_pointer(&reply->data, g_free);
        answer_fds_clear(&reply->kept_fds);
        return r;
}

void peer_reply_clear(Peer *peer) {
        PeerReply *reply = &peer->reply;

        g_clear_pointer(&reply->data, g_free);
        answer_fds_clear(&reply->kept_fds);
        release(peer);
}
