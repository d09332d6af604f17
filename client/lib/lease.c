#include "lease.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cleanup.h"
#include "daemon-start.h"
#include "ntstatus.h"

/* After being refused a channel, a thread shares the process's for so many calls before it asks
 * again. */
enum { REFUSAL_CALLS = 256 };

/* What a thread keeps. */
typedef struct ThreadChannel {
        Channel *channel;  /* NULL: none */
        uint64_t serial;   /* attachment that it serves */
        _Atomic bool busy; /* a signal handler may call while this thread is inside a call */
        unsigned n_refused;
} ThreadChannel;

typedef struct Lease {
        Channel *channel;
        ThreadChannel *thread; /* whose it is; NULL: the process's, locked */
} Lease;

static void thread_channel_end(ThreadChannel *thread) {
        if (thread->channel)
                channel_close(thread->channel, thread->serial);
        thread->channel = NULL;
}

static void thread_channel_destroy(void *value) {
        ThreadChannel *thread = value;

        thread_channel_end(thread);
        free(thread);
}

int lease_key_create(pthread_key_t *key) {
        return pthread_key_create(key, thread_channel_destroy);
}

/* The calling thread's record, brought up to the attachment; NULL if it has none. */
static ThreadChannel *thread_channel_get(const Attachment *attachment) {
        ThreadChannel *thread;

        if (!attachment->thread_key)
                return NULL;
        thread = pthread_getspecific(*attachment->thread_key);
        if (thread && thread->serial != attachment->serial) {
                thread_channel_end(thread);
                thread->serial = attachment->serial;
                thread->n_refused = 0;
                atomic_store(&thread->busy, false);
        }
        return thread;
}

static ThreadChannel *thread_channel_make(const Attachment *attachment) {
        ThreadChannel *thread = thread_channel_get(attachment);

        if (thread || !attachment->thread_key)
                return thread;
        thread = calloc(1, sizeof(*thread));
        if (!thread)
                return NULL;
        thread->serial = attachment->serial;
        if (pthread_setspecific(*attachment->thread_key, thread) != 0) {
                free(thread);
                return NULL;
        }
        return thread;
}

static NTSTATUS channel_join(const Attachment *attachment, Channel *channel) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__OpenChannelRequest body = NT__OPEN_CHANNEL_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        int r;

        body.session_key.data = (uint8_t *) attachment->session_key;
        body.session_key.len = SESSION_KEY_SIZE;
        request.body_case = NT__REQUEST__BODY_OPEN_CHANNEL;
        request.open_channel = &body;

        call_reply_init(&reply);
        r = channel_call(channel, &request, NO_FDS, &reply);
        return r < 0 ? channel_status(r) : reply.message->status;
}

static bool thread_channel_open(Attachment *attachment, ThreadChannel *thread) {
        Channel *channel = NULL;
        int fd;

        if (thread->n_refused > 0) {
                thread->n_refused--;
                return false;
        }
        thread->n_refused = REFUSAL_CALLS;
        if (daemon_connect_running(&attachment->server, &fd) < 0)
                return false;
        if (channel_new_take(attachment->channels, attachment->serial, fd, &channel) < 0)
                return false;
        if (!NT_SUCCESS(channel_join(attachment, channel))) {
                channel_close(channel, attachment->serial);
                return false;
        }
        thread->n_refused = 0;
        thread->channel = channel;
        return true;
}

static int lease_own(ThreadChannel *thread, Lease *lease) {
        atomic_store(&thread->busy, true);
        *lease = (Lease){ .channel = thread->channel, .thread = thread };
        return 0;
}

static int lease_take(Attachment *attachment, Lease *lease) {
        ThreadChannel *thread = thread_channel_get(attachment);

        if (thread && thread->channel && !atomic_load(&thread->busy))
                return lease_own(thread, lease);

        *lease = (Lease){ .channel = attachment->channel };
        if (pthread_mutex_trylock(&attachment->channel_lock) == 0)
                return 0;

        if (!thread)
                thread = thread_channel_make(attachment);
        if (thread && !thread->channel && thread_channel_open(attachment, thread))
                return lease_own(thread, lease);

        /* This fails for a signal handler that interrupted a call of its own thread, and had no
         * luck. */
        return -pthread_mutex_lock(&attachment->channel_lock);
}

/* A channel that broke is of no more use; a thread's can be replaced, the process's is the process.
 */
static bool lease_return(Attachment *attachment, Lease *lease, bool broken) {
        if (!lease->thread) {
                pthread_mutex_unlock(&attachment->channel_lock);
                return broken;
        }
        if (broken)
                thread_channel_end(lease->thread);
        atomic_store(&lease->thread->busy, false);
        return broken && !attachment_alive(attachment);
}

NTSTATUS lease_call(Attachment *attachment,
                Nt__Request *request,
                SentFds fds,
                CallReply *reply,
                bool *ret_lost) {
        Lease lease;
        bool broken;
        int r;

        if (lease_take(attachment, &lease) < 0)
                return STATUS_INSUFFICIENT_RESOURCES;

        r = reply ? channel_call(lease.channel, request, fds, reply)
                  : channel_send(lease.channel, request, fds);
        broken = r == -EPIPE || r == -ESTALE;
        if (lease_return(attachment, &lease, broken) || r == -ESTALE)
                *ret_lost = true;
        if (r < 0)
                return channel_status(r);
        return reply ? reply->message->status : STATUS_SUCCESS;
}
