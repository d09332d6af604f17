#include "attachment.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "daemon-start.h"
#include "grant-info.h"
#include "status.h"

enum {
        PROTOCOL_VERSION = 1,
        ATTACH_TRIES = 3, /* a daemon may be about to exit for idleness just when we come */
};

static void attachment_freep(Attachment **attachment) {
        attachment_free(*attachment);
}

void attachment_free(Attachment *attachment) {
        if (!attachment)
                return;
        if (attachment->channel)
                channel_close(attachment->channel, attachment->serial);
        if (attachment->client.page)
                munmap(attachment->client.page, sizeof(ProcessPage));
        if (attachment->client.generation)
                munmap((void *) attachment->client.generation, sizeof(GenerationPage));
        grant_info_table_close_files(attachment->client.grants);
        grant_info_table_free(attachment->client.grants);
        free(attachment);
}

static NTSTATUS attachment_alloc(ChannelList *channels,
                uint64_t serial,
                const ServerAddress *server,
                Attachment **ret) {
        autocleanup(attachment_freep) Attachment *attachment = calloc(1, sizeof(*attachment));

        if (!attachment)
                return STATUS_NO_MEMORY;
        /* Tells a signal handler's call from the call that it interrupted, instead of waiting for
         * it. */
        attachment->channel_lock = (pthread_mutex_t) PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
        attachment->channels = channels;
        attachment->serial = serial;
        attachment->server = *server;
        attachment->client.serial = serial;
        attachment->client.grants = grant_info_table_new();
        if (!attachment->client.grants)
                return STATUS_NO_MEMORY;

        *ret = attachment;
        attachment = NULL;
        return STATUS_SUCCESS;
}

/*
 * Maps a page of the daemon's. It has to have its full size for good, or touching it could raise a
 * signal in the program. A child of fork() must not see it: it would act for its parent.
 */
static NTSTATUS page_map_take(int fd, size_t size, int protection, void **ret) {
        autofd int page = fd;
        struct stat about;
        int seals;
        void *memory;

        if (page < 0 || fstat(page, &about) < 0 || (uint64_t) about.st_size < size)
                return STATUS_PORT_DISCONNECTED;
        seals = fcntl(page, F_GET_SEALS);
        if (seals < 0 || !(seals & F_SEAL_SHRINK))
                return STATUS_PORT_DISCONNECTED;

        memory = mmap(NULL, size, protection, MAP_SHARED, page, 0);
        if (memory == MAP_FAILED)
                return STATUS_NO_MEMORY;
        if (madvise(memory, size, MADV_DONTFORK) < 0 || madvise(memory, size, MADV_DONTDUMP) < 0) {
                munmap(memory, size);
                return STATUS_INSUFFICIENT_RESOURCES;
        }

        *ret = memory;
        return STATUS_SUCCESS;
}

static NTSTATUS attachment_map_pages(
                Attachment *attachment, const Nt__AttachReply *body, Frame *frame) {
        void *page = NULL, *generation = NULL;
        NTSTATUS status;

        if (!body->has_page_fd || !body->has_generation_fd ||
                        body->page_version != PROCESS_PAGE_VERSION)
                return STATUS_PORT_DISCONNECTED;

        status = page_map_take(frame_take_fd(frame, body->page_fd), sizeof(ProcessPage),
                        PROT_READ | PROT_WRITE, &page);
        if (!NT_SUCCESS(status))
                return status;
        attachment->client.page = page;

        status = page_map_take(frame_take_fd(frame, body->generation_fd), sizeof(GenerationPage),
                        PROT_READ, &generation);
        if (!NT_SUCCESS(status))
                return status;
        attachment->client.generation = generation;

        if (attachment->client.page->version != PROCESS_PAGE_VERSION ||
                        attachment->client.generation->magic != GENERATION_PAGE_MAGIC ||
                        attachment->client.generation->version != GENERATION_PAGE_VERSION ||
                        !attachment_alive(attachment))
                return STATUS_PORT_DISCONNECTED;
        return STATUS_SUCCESS;
}

static NTSTATUS attachment_complete(Attachment *attachment, CallReply *reply) {
        const Nt__AttachReply *body = reply->message->attach;

        if (body->session_key.len != SESSION_KEY_SIZE)
                return STATUS_PORT_DISCONNECTED;
        memcpy(attachment->session_key, body->session_key.data, SESSION_KEY_SIZE);
        attachment->client.process_id = body->process_id;
        attachment->client.session_id = body->session_id;
        attachment->client.parked_most = body->parked_most;
        attachment->client.kernel = body->kernel;
        return attachment_map_pages(attachment, body, &reply->frame);
}

/* Says Attach or AdoptHeir, and takes in what comes back. */
static NTSTATUS attachment_begin(Attachment *attachment, Nt__Request *request) {
        autocleanup(call_reply_clear) CallReply reply;
        int r;

        call_reply_init(&reply);
        r = channel_call(attachment->channel, request, NO_FDS, &reply);
        if (r < 0)
                return channel_status(r);
        if (!NT_SUCCESS(reply.message->status))
                return reply.message->status;
        return attachment_complete(attachment, &reply);
}

static NTSTATUS attachment_try(ChannelList *channels,
                uint64_t serial,
                const ServerAddress *server,
                bool kernel,
                Attachment **ret) {
        autocleanup(attachment_freep) Attachment *attachment = NULL;
        Nt__AttachRequest body = NT__ATTACH_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        int fd = -1, r;
        NTSTATUS status;

        status = attachment_alloc(channels, serial, server, &attachment);
        if (!NT_SUCCESS(status))
                return status;
        status = daemon_connect(server, &fd);
        if (!NT_SUCCESS(status))
                return status;
        r = channel_new_take(channels, serial, fd, &attachment->channel);
        if (r < 0)
                return channel_status(r);

        body.protocol_version = PROTOCOL_VERSION;
        body.page_version = PROCESS_PAGE_VERSION;
        body.has_kernel = kernel;
        body.kernel = kernel;
        request.body_case = NT__REQUEST__BODY_ATTACH;
        request.attach = &body;
        status = attachment_begin(attachment, &request);
        if (!NT_SUCCESS(status))
                return status;

        *ret = attachment;
        attachment = NULL;
        return STATUS_SUCCESS;
}

NTSTATUS attachment_new(ChannelList *channels,
                uint64_t serial,
                const ServerAddress *server,
                bool kernel,
                Attachment **ret) {
        NTSTATUS status = STATUS_PORT_CONNECTION_REFUSED;

        for (int i = 0; i < ATTACH_TRIES; i++) {
                status = attachment_try(channels, serial, server, kernel, ret);
                if (status != STATUS_PORT_DISCONNECTED)
                        return status;
        }
        return STATUS_PORT_CONNECTION_REFUSED;
}

NTSTATUS attachment_adopt_take(ChannelList *channels,
                Channel *heir,
                uint64_t serial,
                const ServerAddress *server,
                Attachment **ret) {
        autocleanup(attachment_freep) Attachment *attachment = NULL;
        Nt__AdoptHeirRequest body = NT__ADOPT_HEIR_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        status = attachment_alloc(channels, serial, server, &attachment);
        if (!NT_SUCCESS(status)) {
                channel_close(heir, serial);
                return status;
        }
        attachment->channel = heir;

        body.protocol_version = PROTOCOL_VERSION;
        request.body_case = NT__REQUEST__BODY_ADOPT_HEIR;
        request.adopt_heir = &body;
        status = attachment_begin(attachment, &request);
        if (!NT_SUCCESS(status))
                return status;

        *ret = attachment;
        attachment = NULL;
        return STATUS_SUCCESS;
}

/* Whoever holds the lock waits for an answer at most, and the shutdown ends that. */
void attachment_disconnect(Attachment *attachment) {
        channel_shutdown(attachment->channel);
        if (pthread_mutex_lock(&attachment->channel_lock) != 0)
                return; /* a signal handler interrupted its holder, who will find the channel closed
                         */
        channel_close(attachment->channel, attachment->serial);
        pthread_mutex_unlock(&attachment->channel_lock);
}

/*
 * Reading the old table through costs two milliseconds, and memory for the parts that were never
 * touched; no hint tells what is in use. It happens once in a daemon's life.
 */
void attachment_inherit_losses(Attachment *attachment, const Attachment *old) {
        for (uint32_t index = 1; index < HANDLE_ENTRIES; index++) {
                if (handle_table_read(old->client.page, index) != 0)
                        handle_table_claim_at(attachment->client.page, index,
                                        handle_entry(GRANT_SLOT_LOST, 0, 0, false));
        }
}

/*
 * Says that a page is gone which the kernel has left out of this child. Only a debugger that keeps
 * its own books needs it: valgrind would look for leaks in every word of what is not there, for
 * half a minute. Something else may be there by now, so it is done in the way that replaces
 * nothing. valgrind takes that for a hint and gives another place, for it keeps this one free of
 * other mappings.
 */
static void page_forget(const void *page, size_t size) {
        void *hole;

        if (!page)
                return;
        hole = mmap((void *) page, size, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (hole == MAP_FAILED)
                return;
        munmap(hole, size);
        if (hole != page)
                munmap((void *) page, size);
}

void attachment_forget(Attachment *attachment) {
        page_forget(attachment->client.page, sizeof(ProcessPage));
        page_forget(attachment->client.generation, sizeof(GenerationPage));
        attachment->client.page = NULL;
        attachment->client.generation = NULL;
        grant_info_table_free(attachment->client.grants);
        attachment->client.grants = NULL;
}
