#pragma once

/*
 * Peers
 *
 * A Peer is one connection: a socket, what the protocol knows about it, and the reply that is on
 * its way. Between the parts of the transport only; others use peer-table.h.
 */

#include <event2/event.h>
#include <event2/event_struct.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "frame.h"
#include "log.h"
#include "quota.h"
#include "rpc.h"

typedef struct Peer Peer;
typedef struct PeerTable PeerTable;

/* Bytes of replies that a client may leave unread before its next request is looked at. */
#define PEER_WINDOW (32u * 1024u)

/* Of the loop's events: what ends processes goes before everything else. */
enum { PRIORITY_ENDS, PRIORITY_REST, PRIORITIES };

typedef enum PeerState {
        PEER_SERVING,  /* waits for requests */
        PEER_WRITING,  /* has a reply that did not fit into the socket */
        PEER_AWAITING, /* has sent a reply that must be read before the next request is */
        PEER_WORKING,  /* has a request that is answered later */
} PeerState;

/* What was sent and may not have been read, and what could not be sent yet. */
typedef struct PeerReply {
        size_t in_flight; /* sent since the client was last seen to have read everything */
        QuotaCharge bytes;
        QuotaCharge fds;
        uint8_t *data; /* kept until it fits into the socket; NULL if there is none */
        size_t size;
        AnswerFds kept_fds;
} PeerReply;

struct Peer {
        PeerTable *table;
        RpcConnection connection;
        QuotaCharge connection_charge;
        QuotaCharge descriptor_charge;
        PeerState state;
        bool may_bring_fds; /* they are not refused where they are sent */
        bool takes_fds;     /* it is a process's: requests may bring some */
        PeerReply reply;

        struct event readable;
        struct event writable;
        struct event hang_up; /* on an attaching channel */
        struct event ended;   /* the same: the pidfd */

        GList link;         /* in table->peers */
        GList process_link; /* in table->by_process, once there is a process */
        GList reply_link;   /* in table->by_quota, while a reply is charged */
};

/* A list of peers for each key; links are embedded in the peers. */
typedef GHashTable PeerIndex;

struct PeerTable {
        struct event_base *base;
        RpcEnv *env;
        const Log *log;
        void (*changed)(void *context);
        void *context;
        bool draining;
        LogLimit drop_limit;

        GQueue peers;
        PeerIndex *by_process; /* Process -> peers */
        PeerIndex *by_quota; /* Quota -> peers with charged replies, least recently looked at first
                              */
        GQueue ended;        /* processes that ended and have connections left; references */
        struct event work;
        struct event worked;

        Arena arena;
        uint8_t *arena_memory;
        uint8_t *buffer; /* FRAME_SIZE_MAX */
};

PeerIndex *peer_index_new(void);
void peer_index_add(PeerIndex *index, void *key, GList *link, Peer *peer);
void peer_index_remove(PeerIndex *index, void *key, GList *link);
GQueue *peer_index_find(PeerIndex *index, const void *key); /* NULL if empty */

/* Starts serving: the peer has a socket and is in the table. */
int peer_start(Peer *peer);

/* Answers one request. May free @peer. Return: whether the peer may have more. */
bool peer_serve(Peer *peer);

/* Ends the connection and frees @peer. */
void peer_close(Peer *peer);

/* The same for a peer that did something wrong, with a line in the log. */
void peer_drop(Peer *peer, const char *reason);

/* Processes may have ended: what they held is to be given back. */
void peer_table_work(PeerTable *table);

/*
 * @process has ended with its attaching channel: its other connections go, and what it held is
 * given back, in slices. Called once for each.
 */
void peer_table_process_ended(PeerTable *table, Process *process);

/**
 * peer_reply_send() - send an answer
 * @answer: its descriptors are consumed
 * Return: 0; -EAGAIN if it is kept for later; -EPIPE if the client is gone; -EDQUOT if it leaves
 * more replies unread than its user may; or -errno.
 */
int peer_reply_send(Peer *peer, RpcAnswer *answer);

/* Tries again what is kept. The same. */
int peer_reply_flush(Peer *peer);

/* Whether the next request may be looked at: asks the kernel only if something weighty was sent. */
bool peer_reply_settled(Peer *peer);

/* Forgets what is kept, and gives its charges back. */
void peer_reply_clear(Peer *peer);
