#pragma once

/*
 * Channels
 *
 * A Channel is one connected socket to the daemon, used by one thread at a time, with one request
 * under way at most. Channels are never freed: a child of fork() has copies of all its parent's
 * descriptors, and closes them by walking a list that must make sense at any instant, since fork()
 * asks nobody. They are used again instead.
 *
 * Results are 0 or -errno: -EPIPE for a daemon that hung up or answered nonsense, -ESTALE if the
 * program closed our descriptor, -EMFILE if the answer's descriptors found no room, -ENOMEM.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "descriptor.h"

typedef struct Channel Channel;

struct Channel {
        Channel *next;           /* of the list; never changes */
        _Atomic uint64_t owner;  /* serial of the attachment it serves; 0: not in use */
        _Atomic int fd;          /* -1: none */
        _Atomic uint64_t cookie; /* set before @fd */
        uint64_t last_id;
        uint8_t *buffer; /* of FRAME_SIZE_MAX; pages that no answer reached cost nothing */
};

typedef struct ChannelList {
        _Atomic(Channel *) first;
} ChannelList;

/**
 * channel_new_take() - make a channel of a connected socket
 * @owner: serial of the attachment, not 0
 * @fd:    consumed, on failure too; close-on-exec and above 2 (descriptor_settle())
 * Return: 0, -ENOMEM, or -errno if it is no socket.
 */
int channel_new_take(ChannelList *list, uint64_t owner, int fd, Channel **ret);

/**
 * channel_close() - end a channel
 * @owner: as given to channel_new_take(); if the channel serves another by now, nothing happens
 *
 * A descriptor that is not ours any more stays open: it is the program's.
 */
void channel_close(Channel *channel, uint64_t owner);

/* Wakes whoever waits for an answer; they get -EPIPE. The descriptor stays. */
void channel_shutdown(Channel *channel);

/* Tells the daemon that nothing more comes, and waits until it has hung up too. */
void channel_drain(Channel *channel);

/**
 * channel_forget_all() - in a child of fork(): close what the parent had open
 * @list: the copy of the parent's list
 * @keep: a channel that is the child's, or NULL
 */
void channel_forget_all(ChannelList *list, const Channel *keep);

/* Passes a channel to another attachment. */
void channel_give(Channel *channel, uint64_t owner);

/* What a result means to a service. STATUS_PORT_DISCONNECTED for whatever ends the channel. */
NTSTATUS channel_status(int r);

/* Sends a request, and descriptors with it; its id is filled in. Never twice, whatever signals
 * come.
 */
int channel_send(Channel *channel, Nt__Request *request, SentFds fds);

/* Sends a request and takes its answer, which has the body that the request asks for. */
int channel_call(Channel *channel, Nt__Request *request, SentFds fds, CallReply *reply);
