#pragma once

/*
 * A server without a transport
 *
 * Requests go straight to rpc_handle_frame(), from clients that are whoever the test says, each a
 * process with a page that the test can write to. What is answered later is waited for.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "frame.h"
#include "namespace.h"
#include "ntobj.pb-c.h"
#include "policy.h"
#include "process-page.h"
#include "rpc.h"
#include "scratch.h"

typedef struct RpcWorld {
        RpcEnv env;
        Policy policy;
        SecurityStore *security;
        Scratch *scratch;
        int pair[2]; /* a connection, of which all clients say that it is theirs */
        Arena arena;
        uint8_t *memory;
} RpcWorld;

/* One process. */
typedef struct RpcClient {
        RpcConnection connection;
        RpcWorld *world;
        ProcessPage *page;
        RpcAnswer answer;
        Nt__Reply *reply; /* to the last request */
        bool waited;      /* it was answered after a job */
        bool leaves;      /* does not wait for jobs: the status is STATUS_PENDING then */
} RpcClient;

void rpc_world_init(RpcWorld *world);

/* Everything that clients had must be given back; they have ended. */
void rpc_world_clear(RpcWorld *world);

/* Waits until no job is left. */
void rpc_world_work(RpcWorld *world);

/* A descriptor of a file in the scratch folder; @name "" is the folder. */
int rpc_world_open(RpcWorld *world, const char *name, int flags);
void rpc_world_make(RpcWorld *world, const char *name, size_t size);
bool rpc_world_has(RpcWorld *world, const char *name);

/* Attaches. The process ends with rpc_client_end(); what it had is not given back yet. */
void rpc_client_start(RpcClient *client, RpcWorld *world, uid_t uid);
void rpc_client_end(RpcClient *client);

/* One request, with copies of @fds; its status when it is answered. Negative ones are left out. */
NTSTATUS rpc_client_call(RpcClient *client, Nt__Request *request, const int *fds, size_t n_fds);

/* Takes a descriptor of the last answer; the caller owns it. */
int rpc_client_take_fd(RpcClient *client, uint32_t index);

/* What libzw does: counts one handle less, and tells the server if the word says so. */
void rpc_client_close(RpcClient *client, const Nt__Grant *grant);
