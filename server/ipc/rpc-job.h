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

struct RpcJob {
        Job job; /* first; only its work() is the maker's to set */

        /*
         * On the loop thread, after the work: the call again, with its request, but without
         * descriptors. It may be deferred once more. Not called if the client is gone.
         * Return: the status of the answer.
         */
        NTSTATUS (*complete)(RpcCall *call, RpcJob *job);

        /*
         * On the loop thread, whatever came of it: gives back references, descriptors and charges.
         * When the server ends, the work may still be under way: it may not use them.
         */
        void (*release)(RpcJob *job);

        /* Frees the rest, and @job. On any thread. */
        void (*free)(RpcJob *job);

        /* rpc_defer()'s. */
        uint8_t *request; /* the frame's bytes */
        size_t request_size;
        QuotaCharge charge;        /* for these */
        RpcConnection *connection; /* NULL when it is gone */
};

/**
 * rpc_defer() - answer the call after @job
 * @job: zeroed, but that work, complete, release and free are set; consumed, on failure too
 *
 * The request is charged to its user as a reply that is not read, as long as the job is there:
 * clients may be gone long before their jobs.
 *
 * Return: STATUS_PENDING, for the handler to return; or STATUS_QUOTA_EXCEEDED,
 * STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS rpc_defer(RpcCall *call, RpcJob *job);
