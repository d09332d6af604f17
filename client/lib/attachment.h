#pragma once

/*
 * Attachments
 *
 * An Attachment is what one attach to the daemon made: the Client that services see, the channel
 * that belongs to the process, and what further channels need. It is built complete, then published
 * by connection.c, and never freed while a thread may be inside a call: zw_detach() frees it, and
 * in a child of fork() it is only forgotten.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "connection.h"
#include "server-address.h"

#define SESSION_KEY_SIZE 16u

typedef struct Attachment Attachment;

struct Attachment {
        Client client;        /* first: services hand it back */
        Attachment *next;     /* all that this process ever made, for zw_detach() */
        uint64_t serial;      /* never used twice in a process and its children */
        ServerAddress server; /* for further channels */
        uint8_t session_key[SESSION_KEY_SIZE];
        ChannelList *channels;
        const pthread_key_t *thread_key; /* of each thread's own channel (lease.h), or NULL */
        Channel *channel;                /* the process's */
        pthread_mutex_t channel_lock;    /* held while a thread uses it */
};

/**
 * attachment_new() - attach to a daemon
 * @channels: where channels are kept
 * @serial:   not used before
 * @server:   where it listens; it is started if it may be
 * @kernel:   as a kernel persona
 * Return: STATUS_SUCCESS, the daemon's refusal, STATUS_PORT_CONNECTION_REFUSED, STATUS_NO_MEMORY,
 * STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS attachment_new(ChannelList *channels,
                uint64_t serial,
                const ServerAddress *server,
                bool kernel,
                Attachment **ret);

/**
 * attachment_adopt_take() - become the process that was prepared as an heir
 * @heir:   its channel; consumed, on failure too
 * @serial: as given when the channel was made
 * @server: where its daemon listens, as far as is known
 */
NTSTATUS attachment_adopt_take(ChannelList *channels,
                Channel *heir,
                uint64_t serial,
                const ServerAddress *server,
                Attachment **ret);

/* Whether daemon and process are still what they were. Costs no system call. */
static inline bool attachment_alive(const Attachment *attachment) {
        return generation_page_alive(attachment->client.generation) &&
               __atomic_load_n(&attachment->client.page->magic, __ATOMIC_RELAXED) ==
                               PROCESS_PAGE_MAGIC;
}

/* The daemon is to end the process. Threads inside a call get STATUS_PORT_DISCONNECTED. */
void attachment_disconnect(Attachment *attachment);

/**
 * attachment_inherit_losses() - keep old handle values from meaning something new
 * @old: attachment to a daemon that is gone
 *
 * Every handle of @old is taken in @attachment, and lost.
 */
void attachment_inherit_losses(Attachment *attachment, const Attachment *old);

/* In a child of fork(): the pages are not mapped here, and descriptors of sections are the
 * parent's. */
void attachment_forget(Attachment *attachment);

/* No thread is inside a call. */
void attachment_free(Attachment *attachment);
