#include "section-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "ntstatus.h"
#include "section-image.h"
#include "status.h"

/* close() is a cancellation point, and the table may be locked. */
static void descriptor_close(int fd) {
        NO_CANCELLATION_HERE;

        close(fd);
}

/*
 * What the descriptor is. Asks nobody but the kernel: it may be a file, of a file system that takes
 * as long as it likes.
 */
static int memory_look(int fd, SectionMemory *ret) {
        NO_CANCELLATION_HERE;
        struct statx about;

        if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &about) < 0)
                return -errno;
        *ret = (SectionMemory){
                .device = makedev(about.stx_dev_major, about.stx_dev_minor),
                .inode = about.stx_ino,
                .fd_plus_one = fd + 1,
        };
        return 0;
}

/* Whether the descriptor is what it was when it came. */
static bool memory_is_ours(const SectionMemory *memory) {
        SectionMemory now;

        return memory->fd_plus_one != 0 && memory_look(memory->fd_plus_one - 1, &now) == 0 &&
               now.device == memory->device && now.inode == memory->inode;
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

SectionMemory section_memory_take(GrantInfoTable *table, GrantRecord *record) {
        SectionMemory memory = record->memory;

        section_memory_wanted(table, record);
        record->memory = (SectionMemory){ 0 };
        return memory;
}

void section_memory_forget(GrantInfoTable *table, GrantRecord *record) {
        section_memory_wanted(table, record);
        if (record->memory.fd_plus_one != 0)
                section_memory_close(&record->memory);
        section_image_forget(record);
}

void section_memory_spare(GrantInfoTable *table, GrantRecord *record) {
        if (record->memory.fd_plus_one == 0 || record->spare)
                return;
        if (table->n_spare >= SPARE_MAX || record_size(record) > SPARE_BYTES - table->spare_bytes) {
                section_memory_close(&record->memory);
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

/* Takes a descriptor of a reply. */
static NTSTATUS fd_settle(CallReply *reply, uint32_t index, int *ret) {
        int fd = frame_take_fd(&reply->frame, index);

        if (fd < 0)
                return STATUS_PORT_DISCONNECTED;
        fd = descriptor_settle(fd);
        if (fd < 0)
                return nt_status_from_errno(-fd);
        *ret = fd;
        return STATUS_SUCCESS;
}

/* @ret_shared_fd: untouched if there is none; NULL if it is not wanted */
static NTSTATUS
memory_ask(const Client *client, uint32_t slot, uint32_t tag, int *ret_fd, int *ret_shared_fd) {
        Nt__Grant grant = NT__GRANT__INIT;
        Nt__SectionMemoryRequest body = NT__SECTION_MEMORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__SectionMemoryReply *answer;
        autofd int fd = -1;
        NTSTATUS status;

        grant.slot = slot;
        grant.tag = tag;
        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_SECTION_MEMORY;
        request.section_memory = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        answer = reply.message->section_memory;
        status = fd_settle(&reply, answer->memory_fd, &fd);
        if (NT_SUCCESS(status) && ret_shared_fd && answer->has_shared_fd)
                status = fd_settle(&reply, answer->shared_fd, ret_shared_fd);
        if (NT_SUCCESS(status))
                *ret_fd = fd_steal(&fd);
        return status;
}

/* Puts a new descriptor into the grant's record. Another thread may have been faster. */
static NTSTATUS memory_keep_take(GrantInfoTable *table, uint32_t slot, uint32_t tag, int taken) {
        GrantRecord *record = grant_info_find(table, slot);
        NTSTATUS status = STATUS_SUCCESS;
        SectionMemory memory;
        int r;

        r = memory_look(taken, &memory);
        pthread_mutex_lock(&table->lock);
        if (r < 0)
                status = nt_status_from_errno(-r);
        else if (!record || atomic_load(&record->tag) != tag)
                status = STATUS_INVALID_HANDLE;
        else if (!memory_is_ours(&record->memory)) {
                record->memory = memory;
                taken = -1;
        }
        pthread_mutex_unlock(&table->lock);
        if (taken >= 0)
                descriptor_close(taken);
        return status;
}

static NTSTATUS memory_fetch(const Client *client, uint32_t slot, uint32_t tag) {
        NTSTATUS status;
        int fd = -1;

        status = memory_ask(client, slot, tag, &fd, NULL);
        if (status == STATUS_INSUFFICIENT_RESOURCES && spare_drop_all(client->grants))
                status = memory_ask(client, slot, tag, &fd, NULL);
        if (!NT_SUCCESS(status))
                return status;
        return memory_keep_take(client->grants, slot, tag, fd);
}

NTSTATUS section_memory_fetch_both(const Client *client,
                uint32_t slot,
                uint32_t tag,
                int *ret_fd,
                int *ret_shared_fd) {
        NTSTATUS status;

        status = memory_ask(client, slot, tag, ret_fd, ret_shared_fd);
        if (status == STATUS_INSUFFICIENT_RESOURCES && spare_drop_all(client->grants))
                status = memory_ask(client, slot, tag, ret_fd, ret_shared_fd);
        return status;
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
                        if (atomic_load(&record->tag) == tag && memory_is_ours(&record->memory)) {
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
