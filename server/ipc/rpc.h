#pragma once

/*
 * RPC
 *
 * Between the transport (peer.c), which moves frames, and the objects, which do not know that there
 * is a wire. One frame goes in, one answer comes out; everything that a client can get wrong before
 * its arguments are looked at is refused here, once.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "answer-fds.h"
#include "arena.h"
#include "client-fd.h"
#include "frame.h"
#include "ntdef.h"
#include "ntobj.pb-c.h"

typedef struct FileTable FileTable;
typedef struct Process Process;
typedef struct ProcessTable ProcessTable;
typedef struct Namespace Namespace;
typedef struct GenerationCounters GenerationCounters;
typedef struct Policy Policy;
typedef struct QuotaTable QuotaTable;
typedef struct RpcEnv RpcEnv;
typedef struct RpcConnection RpcConnection;
typedef struct RpcJob RpcJob;
typedef struct WorkerPool WorkerPool;
typedef struct FileTable FileTable;
typedef struct ImageCache ImageCache;

/* What a handler may reach. server.c fills it in and owns what it points to. */
struct RpcEnv {
        Namespace *namespace;
        ProcessTable *processes;
        GenerationCounters *generation;
        QuotaTable *quotas;
        const Policy *policy;
        WorkerPool *workers;
        FileTable *files;
        ImageCache *images;

        /*
         * Makes a connection of @fd, which is consumed, on success and on failure. It belongs to
         * @heir, a process that waits to be adopted, as its attaching channel.
         */
        NTSTATUS (*add_connection)(RpcEnv *env, int fd, Process *heir);
        void *server; /* for add_connection() only */
};

/* What is known of a connection. The transport embeds one in each of its peers. */
struct RpcConnection {
        Process *process;         /* NULL before Attach; a reference */
        bool attaching;           /* the process ends when this connection does */
        bool heir;                /* ... and waits for AdoptHeir on it */
        struct ucred credentials; /* SO_PEERCRED */
        int socket;               /* for SO_PEERGROUPS; the transport's */

        RpcJob *job; /* the request that is answered later, or NULL */
        void (*job_done)(RpcConnection *connection); /* rpc_complete() is due; the transport's */
};

/* The answer to one frame. */
typedef struct RpcAnswer {
        bool drop;          /* the peer broke the protocol: end the connection */
        bool silent;        /* a one-way request: send nothing */
        bool deferred;      /* it comes later, by rpc_complete(): no other request before */
        const char *reason; /* why it is dropped, for the log */
        uint8_t *data;      /* inside the arena; valid until the next frame */
        size_t size;
        AnswerFds fds;
} RpcAnswer;

/* One request on its way through the server: who asks, for what, and where the answer goes. */
typedef struct RpcCall {
        RpcEnv *env;
        RpcConnection *connection;
        Process *process; /* the caller, or NULL before it has attached */
        const Nt__Request *request;
        const Frame *frame;
        ClientFd fds[FRAME_FDS_MAX]; /* that came along and nobody has taken */
        size_t n_fds;
        RpcJob *job;  /* of a request that was deferred */
        Arena *arena; /* for whatever the reply points to */
        Nt__Reply *reply;
        RpcAnswer *answer;
} RpcCall;

typedef struct RpcMethod {
        NTSTATUS (*handle)(RpcCall *call);
        bool before_attach; /* may be called on a connection that has no process yet */
        size_t max_fds;
} RpcMethod;

const RpcMethod *rpc_method_find(uint32_t id);

/**
 * rpc_handle_frame() - serve one request
 * @env:        what the server has
 * @connection: where it came from
 * @frame:      as received; cleared on return
 * @arena:      all memory that decoding and answering may use, given anew for each frame
 * @answer:     what to send, or why to drop the peer
 */
void rpc_handle_frame(RpcEnv *env,
                RpcConnection *connection,
                Frame *frame,
                Arena *arena,
                RpcAnswer *answer);

/**
 * rpc_complete() - answer a request that was deferred
 *
 * To be called when connection->job_done() says so.
 */
void rpc_complete(RpcEnv *env, RpcConnection *connection, Arena *arena, RpcAnswer *answer);

/**
 * rpc_connection_end() - the connection is over
 *
 * Ends the process if this was its attaching channel, and gives up the reference.
 */
void rpc_connection_end(RpcEnv *env, RpcConnection *connection);
