/*
 * When a process ends its other connections end too. There may be thousands of them, so they are
 * closed in slices, as is given back what the process held. A slice is a timer that is due at once:
 * the loop looks at all sockets before it runs, so that neither side can starve the other.
 */

#include "peer-table.h"

#include <errno.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "peer.h"
#include "process.h"
#include "rights.h"
#include "worker.h"

/* What decoding and answering one request may use: 192 KiB of protobuf, and a listing as long. */
#define ARENA_SIZE ((size_t) 1024 * 1024)

/* Connections of ended processes that are closed in one slice: each may be full of requests. */
#define SLICE_PEERS 16u

/* Requests that a client may have sent ahead, and that are answered before the server ends. */
#define DRAINED_REQUESTS 16u

static void queue_free(void *queue) {
        g_queue_free(queue);
}

PeerIndex *peer_index_new(void) {
        return g_hash_table_new_full(NULL, NULL, NULL, queue_free);
}

void peer_index_add(PeerIndex *index, void *key, GList *link, Peer *peer) {
        GQueue *queue = g_hash_table_lookup(index, key);

        if (!queue) {
                queue = g_queue_new();
                g_hash_table_insert(index, key, queue);
        }
        link->data = peer;
        g_queue_push_tail_link(queue, link);
}

void peer_index_remove(PeerIndex *index, void *key, GList *link) {
        GQueue *queue = g_hash_table_lookup(index, key);

        g_queue_unlink(queue, link);
        link->data = NULL;
        if (queue->length == 0)
                g_hash_table_remove(index, key);
}

GQueue *peer_index_find(PeerIndex *index, const void *key) {
        return g_hash_table_lookup(index, key);
}

static void close_slice(PeerTable *table) {
        for (unsigned i = 0; i < SLICE_PEERS; i++) {
                Process *process = g_queue_peek_head(&table->ended);
                const GQueue *peers;

                if (!process)
                        return;
                peers = peer_index_find(table->by_process, process);
                if (peers)
                        peer_close(peers->head->data);
                else
                        process_unref(g_queue_pop_head(&table->ended));
        }
}

static void on_work(evutil_socket_t fd, short what, void *context) {
        PeerTable *table = context;

        (void) fd;
        (void) what;

        close_slice(table);
        process_table_work(table->env->processes);
        peer_table_work(table);
}

void peer_table_work(PeerTable *table) {
        static const struct timeval at_once = { 0 };

        if (table->ended.head || process_table_has_work(table->env->processes))
                evtimer_add(&table->work, &at_once);
}

void peer_table_process_ended(PeerTable *table, Process *process) {
        if (process_leaked(process) > 0)
                log_warning(table->log, "process %u (pid %d) left %u kernel handles open",
                                process_id(process), (int) process_pid(process),
                                process_leaked(process));
        if (peer_index_find(table->by_process, process))
                g_queue_push_tail(&table->ended, process_ref(process));
        peer_table_work(table);
}

static void on_worked(evutil_socket_t fd, short what, void *context) {
        PeerTable *table = context;

        (void) fd;
        (void) what;
        worker_pool_reap(table->env->workers);
        if (table->changed)
                table->changed(table->context);
}

int peer_table_priorities(void) {
        return PRIORITIES;
}

PeerTable *peer_table_new(struct event_base *base,
                RpcEnv *env,
                const Log *log,
                void (*changed)(void *context),
                void *context) {
        PeerTable *table = g_new0(PeerTable, 1);

        table->base = base;
        table->env = env;
        table->log = log;
        table->changed = changed;
        table->context = context;
        g_queue_init(&table->peers);
        g_queue_init(&table->ended);
        table->by_process = peer_index_new();
        table->by_quota = peer_index_new();
        table->arena_memory = g_malloc(ARENA_SIZE);
        table->buffer = g_malloc(FRAME_SIZE_MAX);
        arena_init(&table->arena, table->arena_memory, ARENA_SIZE);
        evtimer_assign(&table->work, base, on_work, table);
        event_assign(&table->worked, base, worker_pool_fd(env->workers), EV_READ | EV_PERSIST,
                        on_worked, table);
        if (event_add(&table->worked, NULL) < 0)
                return peer_table_free(table);
        return table;
}

PeerTable *peer_table_free(PeerTable *table) {
        if (!table)
                return NULL;

        table->changed = NULL;
        while (table->peers.head)
                peer_close(table->peers.head->data);
        event_del(&table->work);
        event_del(&table->worked);
        while (table->ended.head)
                process_unref(g_queue_pop_head(&table->ended));
        g_hash_table_unref(table->by_process);
        g_hash_table_unref(table->by_quota);
        g_free(table->arena_memory);
        g_free(table->buffer);
        g_free(table);
        return NULL;
}

/* Pays for a connection. Takes @fd over on success only. */
static int peer_new(PeerTable *table, int fd, Quota *quota, Peer **ret) {
        QuotaCharge connection = { 0 }, descriptor = { 0 };
        Peer *peer;

        if (!NT_SUCCESS(quota_charge(quota, QUOTA_CONNECTIONS, 1, &connection)))
                return -EDQUOT;
        if (!NT_SUCCESS(quota_charge(quota, QUOTA_DESCRIPTORS, 1, &descriptor))) {
                quota_charge_release(&connection);
                return -EDQUOT;
        }

        peer = g_new0(Peer, 1);
        peer->table = table;
        peer->connection_charge = connection;
        peer->descriptor_charge = descriptor;
        peer->connection.socket = fd;
        peer->may_bring_fds = rights_watch(fd);
        peer->link.data = peer;
        *ret = peer;
        return 0;
}

/* Consumes @peer on failure: it goes as any other connection would. */
static int peer_table_insert(PeerTable *table, Peer *peer) {
        int r;

        g_queue_push_tail_link(&table->peers, &peer->link);
        r = peer_start(peer);
        if (r < 0) {
                peer_close(peer);
                return r;
        }
        if (table->changed)
                table->changed(table->context);
        return 0;
}

static int get_credentials(int fd, struct ucred *ret) {
        socklen_t size = sizeof(*ret);

        return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) < 0 ? -errno : 0;
}

void peer_table_refuse_take(PeerTable *table, int fd) {
        struct ucred credentials = { .uid = (uid_t) -1 };

        (void) get_credentials(fd, &credentials);
        rights_close_take(table->env->workers, fd, credentials.uid, NULL);
}

int peer_table_add_take(PeerTable *table, int fd) {
        struct ucred credentials = { 0 };
        Quota *quota;
        Peer *peer;
        int r;

        r = get_credentials(fd, &credentials);
        if (r == 0) {
                quota = quota_table_get(table->env->quotas, credentials.uid);
                r = peer_new(table, fd, quota, &peer);
                quota_unref(quota);
        }
        if (r < 0) {
                peer_table_refuse_take(table, fd);
                return r;
        }
        peer->connection.credentials = credentials;
        return peer_table_insert(table, peer);
}

/*
 * The socket was made by us, so SO_PEERCRED would name ourselves. Who pays is the heir's user, and
 * who speaks is told with each message (SO_PASSCRED).
 */
NTSTATUS peer_table_add_heir_take(PeerTable *table, int fd, Process *heir) {
        static const int on = 1;
        autofd int taken = fd;
        Peer *peer;

        if (evutil_make_socket_nonblocking(fd) < 0 ||
                        setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
                return STATUS_INSUFFICIENT_RESOURCES;
        rights_refuse(fd);
        if (peer_new(table, fd, process_quota(heir), &peer) < 0)
                return STATUS_QUOTA_EXCEEDED;
        (void) fd_steal(&taken);

        peer->connection.credentials = (struct ucred){
                .pid = process_pid(heir),
                .uid = quota_uid(process_quota(heir)),
                .gid = (gid_t) -1,
        };
        peer->connection.process = process_ref(heir);
        peer->connection.attaching = true;
        peer->connection.heir = true;
        peer_index_add(table->by_process, heir, &peer->process_link, peer);
        return peer_table_insert(table, peer) < 0 ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

unsigned peer_table_count(const PeerTable *table) {
        return table->peers.length;
}

void peer_table_drain(PeerTable *table) {
        unsigned n = table->peers.length;
        GList *link, *next;

        table->draining = true;

        /* Serving may end this peer, and may add others at the tail. */
        for (unsigned i = 0; i < n; i++) {
                Peer *peer;

                link = g_queue_pop_head_link(&table->peers);
                g_queue_push_tail_link(&table->peers, link);
                peer = link->data;
                for (unsigned k = 0; k < DRAINED_REQUESTS; k++) {
                        if (peer->state != PEER_SERVING || !peer_serve(peer))
                                break;
                }
        }
        for (link = table->peers.head; link; link = next) {
                Peer *peer = link->data;

                next = link->next;
                if (peer->state != PEER_WRITING)
                        peer_close(peer);
        }
}
