#pragma once

/*
 * A transport to test, and clients of it, in one process: nothing happens but what the test lets
 * happen with transport_run(). The fake's requests say what is answered.
 */

#include <event2/event.h>
#include <stdbool.h>

#include "fake-rpc.h"
#include "frame.h"
#include "log.h"
#include "ntdef.h"
#include "peer-table.h"
#include "rpc.h"

typedef struct Transport {
        struct event_base *base;
        RpcEnv env;
        PeerTable *peers;
        Log log;
        int log_ends[2];
        unsigned n_changes;
        uint8_t buffer[FRAME_SIZE_MAX];
        Frame frame; /* the last reply, with its descriptors */
} Transport;

void transport_init(Transport *transport);

/* Ends all, and checks that nothing is charged to anybody any more. */
void transport_clear(Transport *transport);

void transport_set_limit(Transport *transport, QuotaKind kind, uint64_t limit);
uint64_t transport_used(Transport *transport, QuotaKind kind);

/* One round of the loop, and as many as it takes until there is nothing to do. */
void transport_turn(Transport *transport);
void transport_run(Transport *transport);

/* The client's end of a new connection. @send_buffer: of the server's end, or 0. */
int transport_connect(Transport *transport, int send_buffer);

void client_send(int client, FakeRequest request);

/* The id of the next reply, after running; -1 if there is none, -2 after a hang-up. */
int client_receive(Transport *transport, int client);

/* The status of the reply that client_receive() took last. */
NTSTATUS client_status(Transport *transport);

/*
 * Whether RLIMIT_NOFILE is the kernel's. valgrind keeps one of its own, which the kernel does not
 * apply: a test of what the kernel does at the limit has nothing to test there.
 */
bool file_limit_is_real(void);

/* How many lines were logged since the last time. */
unsigned transport_count_lines(Transport *transport);
