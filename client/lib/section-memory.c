#include "section-memory.h"

#include "cleanup.h"
#include "descriptor.h"
#include "ntstatus.h"
#include "section-image.h"
#include "status.h"

/* Whether the descriptor is what it was when it came. */
static bool memory_is_ours(const SectionMemory *memory) {
        return memory->fd_plus_one != 0 && file_is_ours(memory->fd_plus_one - 1, &memory->file);
}

/* What the program closed has to be asked for again. A section that is not reserved has no bits. */
static bool record_is_whole(const GrantRecord *record) {
        return memory_is_ours(&record->memory) &&
               (record->commit.fd_plus_one == 0 || memory_is_ours(&record->commit));
}

void section_memory_close(SectionMemory *memory) {
        if (memory_is_ours(memory))
                descriptor_close(memory->fd_plus_one - 1);
        *memory = (SectionMemory){ 0 };
}

static uint64_t record_size(const GrantRecord *record) {
        return atomic_load_explicit(&record->size, memory_order_relaxed);
}

void section_memory_wanted(GrantInfoTable *table, GrantRecord *record) {
        if (!record->spare)
                return;
        record->spare = false;
        table->n_spare--;
        table->spare_bytes -= record_size(record);
}

void section_memory_forget(GrantInfoTable *table, GrantRecord *record) {
        section_memory_wanted(table, record);
        if (record->memory.fd_plus_one != 0)
                section_memory_close(&record->memory);
        section_image_forget(record);
        if (record->commit.fd_plus_one != 0)
                section_memory_close(&record->commit);
}

SectionMemory section_memory_take(GrantInfoTable *table, GrantRecord *record) {
        SectionMemory memory = record->memory;

        record->memory = (SectionMemory){ 0 };
        section_memory_forget(table, record);
        return memory;
}

void section_memory_spare(GrantInfoTable *table, GrantRecord *record) {
        if (record->memory.fd_plus_one == 0 || record->spare)
                return;
        if (table->n_spare >= SPARE_MAX || record_size(record) > SPARE_BYTES - table->spare_bytes ||
                        record->commit.fd_plus_one != 0) {
                section_memory_forget(table, record);
                return;
        }
        record->spare = true;
        table->n_spare++;
        table->spare_bytes += record_size(record);
}

/* Gives up all spare descriptors, since the program has none left. Return: whether there were any.
 */
static bool spare_drop_all(GrantInfoTable *table) {
        bool dropped;

        pthread_mutex_lock(&table->lock);
        dropped = table->n_spare > 0;
        for (uint32_t i = 0; i < table->n_parked && table->n_spare > 0; i++) {
                const ParkedGrant *grant = &table->parked[(table->parked_first + i) % PARKED_MAX];
                GrantRecord *record = grant_info_find(table, grant->slot);

                if (record && record->spare)
                        section_memory_forget(table, record);
        }
        pthread_mutex_unlock(&table->lock);
        return dropped;
}

/* What an answer brought; negative: nothing. */
typedef struct Brought {
        int memory;
        int commit;
        int shared;
} Brought;

#define NOTHING_BROUGHT ((Brought){ -1, -1, -1 })

static void brought_close(Brought *brought) {
        const int fds[] = { brought->memory, brought->commit, brought->shared };

        for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
                if (fds[i] >= 0)
                        descriptor_close(fds[i]);
        *brought = NOTHING_BROUGHT;
}

/* Takes a descriptor of the reply into use. */
static NTSTATUS fd_take(CallReply *reply, uint32_t index, int *ret_fd) {
        int fd = frame_take_fd(&reply->frame, index);

        if (fd < 0)
                return STATUS_PORT_DISCONNECTED;
        fd = descriptor_settle(fd);
        if (fd < 0)
                return nt_status_from_errno(-fd);
        *ret_fd = fd;
        return STATUS_SUCCESS;
}

static NTSTATUS memory_ask_once(
                const Client *client, uint32_t slot, uint32_t tag, Brought *brought) {
        Nt__Grant grant = grant_message(slot, tag);
        Nt__SectionMemoryRequest body = NT__SECTION_MEMORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__SectionMemoryReply *answer;
        NTSTATUS status;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_SECTION_MEMORY;
        request.section_memory = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        answer = reply.message->section_memory;
        status = fd_take(&reply, answer->memory_fd, &brought->memory);
        if (NT_SUCCESS(status) && answer->has_commit_fd)
                status = fd_take(&reply, answer->commit_fd, &brought->commit);
        if (NT_SUCCESS(status) && answer->has_shared_fd)
                status = fd_take(&reply, answer->shared_fd, &brought->shared);
        if (!NT_SUCCESS(status))
                brought_close(brought);
        return status;
}

/* @brought: NOTHING_BROUGHT; and still so on failure */
static NTSTATUS memory_ask(const Client *client, uint32_t slot, uint32_t tag, Brought *brought) {
        NTSTATUS status = memory_ask_once(client, slot, tag, brought);

        if (status == STATUS_INSUFFICIENT_RESOURCES && spare_drop_all(client->grants))
                status = memory_ask_once(client, slot, tag, brought);
        return status;
}

/* Puts a descriptor where it is kept, unless another thread was faster, and has one there. */
static NTSTATUS memory_keep(SectionMemory *memory, int *fd) {
        FileIdentity file;
        int r;

        if (*fd < 0 || memory_is_ours(memory))
                return STATUS_SUCCESS;
        r = file_identify(*fd, &file, NULL);
        if (r < 0)
                return nt_status_from_errno(-r);
        *memory = (SectionMemory){ .file = file, .fd_plus_one = *fd + 1 };
        *fd = -1;
        return STATUS_SUCCESS;
}

/* Puts what came into the grant's record. */
static NTSTATUS brought_keep(GrantInfoTable *table, uint32_t slot, uint32_t tag, Brought *brought) {
        GrantRecord *record = grant_info_find(table, slot);
        NTSTATUS status = STATUS_INVALID_HANDLE;

        pthread_mutex_lock(&table->lock);
        if (record && atomic_load(&record->tag) == tag) {
                status = memory_keep(&record->commit, &brought->commit);
                if (NT_SUCCESS(status))
                        status = memory_keep(&record->memory, &brought->memory);
        }
        pthread_mutex_unlock(&table->lock);
        return status;
}

static NTSTATUS memory_fetch(const Client *client, uint32_t slot, uint32_t tag) {
        Brought brought = NOTHING_BROUGHT;
        NTSTATUS status = memory_ask(client, slot, tag, &brought);

        if (NT_SUCCESS(status))
                status = brought_keep(client->grants, slot, tag, &brought);
        brought_close(&brought);
        return status;
}

NTSTATUS section_memory_fetch_both(const Client *client,
                uint32_t slot,
                uint32_t tag,
                int *ret_fd,
                int *ret_shared_fd) {
        Brought brought = NOTHING_BROUGHT;
        NTSTATUS status = memory_ask(client, slot, tag, &brought);

        if (!NT_SUCCESS(status))
                return status;
        *ret_fd = brought.memory;
        *ret_shared_fd = brought.shared;
        brought.memory = brought.shared = -1;
        brought_close(&brought);
        return STATUS_SUCCESS;
}

NTSTATUS section_memory_use(const Client *client,
                uint32_t slot,
                uint32_t tag,
                SectionMemoryUse use,
                void *context) {
        GrantInfoTable *table = client->grants;
        NTSTATUS status;

        /* The second round fails only if the program closes descriptors as fast as they come. */
        for (int i = 0; i < 2; i++) {
                GrantRecord *record = grant_info_find(table, slot);
                bool used = false;

                if (record) {
                        pthread_mutex_lock(&table->lock);
                        if (atomic_load(&record->tag) == tag && record_is_whole(record)) {
                                status = use(record->memory.fd_plus_one - 1, context);
                                used = true;
                        }
                        pthread_mutex_unlock(&table->lock);
                }
                if (used)
                        return status;
                status = memory_fetch(client, slot, tag);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_INSUFFICIENT_RESOURCES;
}

int section_memory_commit_fd(const Client *client, uint32_t slot) {
        const GrantRecord *record = grant_info_find(client->grants, slot);

        return record ? record->commit.fd_plus_one - 1 : -1;
}
