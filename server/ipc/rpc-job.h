#pragma once

/*
 * Requests that are answered later
 *
 * A handler that needs something done off the loop makes an RpcJob, and returns rpc_defer(). The
 * connection's next request waits. After the work the request, which was kept, is handed to
 * complete() as if it had just come: nothing that the handler found before need be true any more.
 */

#include "rpc-call.h"
#include "worker.h"

typedef struct RpcJob RpcJob;
typedef struct Peer Peer;

struct RpcJob {
        Job job; /* first; only work is the maker's to set */

        /* On the loop thread: the call again, with its request; the descriptors of its frame are
         * gone. Return: the status of the answer. Not called if the client is gone. */
        NTSTATUS (*complete)(RpcCall *call, RpcJob *job);
        /* Frees the maker's part; on any thread if the server ends. */
        void (*free)(RpcJob *job);

        /* rpc_defer()'s. */
        uint8_t *request; /* the frame again */
        size_t request_size;
        Peer *peer; /* NULL when it is gone */
};

/**
 * rpc_defer() - answer the call after @job
 * @job: work, complete and free are set; it is consumed, on failure too
 * Return: STATUS_PENDING, for the handler to return; or STATUS_NO_MEMORY.
 */
NTSTATUS rpc_defer(RpcCall *call, RpcJob *job);
