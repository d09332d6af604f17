#pragma once

/*
 * The table of peers
 *
 * Every connection that the server has, with what they share: one receive buffer and one arena, for
 * one request is served at a time. Connections of one process are known together, since they end
 * together.
 */

#include "ntdef.h"

typedef struct Log Log;
typedef struct PeerTable PeerTable;
typedef struct Process Process;
typedef struct RpcEnv RpcEnv;
struct event_base;

/* How many priorities the loop must have, set before any event is made. */
int peer_table_priorities(void);

/**
 * peer_table_new() - no connection yet
 * @base:    the loop, with peer_table_priorities(); used until peer_table_free()
 * @env:     what requests are served with; the same
 * @log:     for connections that are dropped; the same
 * @changed: called after a connection came or went; may not free the table
 * @context: for @changed
 * Return: NULL if there is no descriptor left, or the loop takes no more events.
 */
PeerTable *peer_table_new(struct event_base *base,
                RpcEnv *env,
                const Log *log,
                void (*changed)(void *context),
                void *context);

/* Ends every connection; @changed is not called any more. NULL is ignored; returns NULL. */
PeerTable *peer_table_free(PeerTable *table);

/**
 * peer_table_add_take() - serve an accepted connection
 * @fd: non-blocking; consumed, on failure too
 * Return: 0, -EDQUOT if its user has too many already, or -errno.
 */
int peer_table_add_take(PeerTable *table, int fd);

/* Ends an accepted connection that nobody will serve; @fd is consumed. */
void peer_table_refuse_take(PeerTable *table, int fd);

/**
 * peer_table_add_heir_take() - serve a connection for a process that waits to be adopted
 * @fd:   consumed, on failure too
 * @heir: what the connection is the attaching channel of; a reference is taken
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS peer_table_add_heir_take(PeerTable *table, int fd, Process *heir);

unsigned peer_table_count(const PeerTable *table);

/**
 * peer_table_drain() - no requests from now on
 *
 * What has arrived is answered once more; a connection ends as soon as nothing has to be written to
 * it.
 */
void peer_table_drain(PeerTable *table);
