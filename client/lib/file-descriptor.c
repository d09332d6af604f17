#include "file-descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "device-kinds.h"
#include "file-status.h"
#include "ntfile.h"
#include "ntstatus.h"

/* Whether the descriptor is what it was when it came. */
static bool descriptor_is_ours(const FileDescriptor *file) {
        return file_is_ours(file->fd, &file->identity);
}

NTSTATUS file_descriptor_new_take(int fd, uint32_t device, FileDescriptor **ret) {
        FileIdentity identity;
        FileDescriptor *file;
        mode_t type;
        int r;

        r = file_identify(fd, &identity, &type);
        if (r < 0) {
                descriptor_close(fd);
                return file_status(-r);
        }
        file = calloc(1, sizeof(*file));
        if (!file) {
                descriptor_close(fd);
                return STATUS_NO_MEMORY;
        }
        atomic_init(&file->n_refs, 1);
        file->fd = fd;
        file->identity = identity;
        file->type = type;
        file->device = device;
        *ret = file;
        return STATUS_SUCCESS;
}

FileDescriptor *file_descriptor_ref(FileDescriptor *file) {
        atomic_fetch_add(&file->n_refs, 1);
        return file;
}

FileDescriptor *file_descriptor_unref(FileDescriptor *file) {
        if (!file || atomic_fetch_sub(&file->n_refs, 1) > 1)
                return NULL;
        if (descriptor_is_ours(file))
                descriptor_close(file->fd);
        free(file);
        return NULL;
}

FileDescriptor *file_descriptor_forget(GrantRecord *record) {
        FileDescriptor *file = record->file;

        record->file = NULL;
        return file;
}

void file_descriptor_abandon(GrantRecord *record) {
        if (record->file && descriptor_is_ours(record->file))
                descriptor_close(record->file->fd);
        record->file = NULL;
}

static NTSTATUS descriptor_from_reply(CallReply *reply, FileDescriptor **ret) {
        const Nt__FileDescriptorReply *answer = reply->message->file_descriptor;
        FileDescriptor *file = NULL;
        NTSTATUS status;
        int fd;

        fd = frame_take_fd(&reply->frame, answer->file_fd);
        if (fd < 0)
                return STATUS_PORT_DISCONNECTED;
        fd = descriptor_settle(fd);
        if (fd < 0)
                return file_status(-fd);
        status = file_descriptor_new_take(fd, answer->device, &file);
        if (!NT_SUCCESS(status))
                return status;
        file->share_access = answer->share_access;
        file->options = answer->create_options;
        *ret = file;
        return STATUS_SUCCESS;
}

static NTSTATUS descriptor_ask(const Client *client, const HandleRef *ref, FileDescriptor **ret) {
        Nt__Grant grant = handle_grant(ref);
        Nt__FileDescriptorRequest body = NT__FILE_DESCRIPTOR_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_FILE_DESCRIPTOR;
        request.file_descriptor = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        return NT_SUCCESS(status) ? descriptor_from_reply(&reply, ret) : status;
}

/*
 * Puts @file into the record of its grant, in the place of one that is of no use. Another thread
 * may have been faster: then what that has put there is returned. With a grant that is over, @file
 * stays the caller's alone.
 */
static FileDescriptor *descriptor_keep_take(
                const Client *client, uint32_t slot, uint32_t tag, FileDescriptor *file) {
        GrantInfoTable *table = client->grants;
        GrantRecord *record = grant_info_find(table, slot);
        FileDescriptor *replaced = NULL;

        if (!record)
                return file;
        pthread_mutex_lock(&table->lock);
        if (atomic_load(&record->tag) == tag) {
                if (record->file && descriptor_is_ours(record->file)) {
                        replaced = file;
                        file = record->file;
                } else {
                        replaced = record->file;
                        record->file = file;
                }
                file_descriptor_ref(file);
        }
        pthread_mutex_unlock(&table->lock);
        file_descriptor_unref(replaced);
        return file;
}

static FileDescriptor *descriptor_known(const Client *client, const HandleRef *ref) {
        GrantInfoTable *table = client->grants;
        GrantRecord *record = grant_info_find(table, ref->slot);
        FileDescriptor *file = NULL;

        if (!record)
                return NULL;
        pthread_mutex_lock(&table->lock);
        if (atomic_load(&record->tag) == ref->info.tag && record->file &&
                        descriptor_is_ours(record->file))
                file = file_descriptor_ref(record->file);
        pthread_mutex_unlock(&table->lock);
        return file;
}

NTSTATUS file_descriptor_get(const Client *client, const HandleRef *ref, FileDescriptor **ret) {
        FileDescriptor *file = descriptor_known(client, ref);
        NTSTATUS status;

        if (!file) {
                status = descriptor_ask(client, ref, &file);
                if (!NT_SUCCESS(status))
                        return status;
                file = descriptor_keep_take(client, ref->slot, ref->info.tag, file);
        }
        *ret = file;
        return STATUS_SUCCESS;
}

void file_descriptor_keep(const Client *client, HANDLE handle, FileDescriptor *file) {
        autocleanup(handle_release) HandleRef ref;

        handle_ref_init(&ref);
        if (handle_is_kernel(handle))
                return;
        if (!NT_SUCCESS(handle_reference(
                            client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE, 0, &ref)))
                return; /* another thread has closed it already */
        file = descriptor_keep_take(client, ref.slot, ref.info.tag, file_descriptor_ref(file));
        file_descriptor_unref(file);
}

/* Whether @fd is open in exactly the way that @flags name. */
static bool descriptor_is_open_as(int fd, int flags) {
        int has = fcntl(fd, F_GETFL);

        return has >= 0 && (has & (O_ACCMODE | O_PATH)) == (flags & (O_ACCMODE | O_PATH));
}

/*
 * O_NONBLOCK, since a file need not be what it seems: an open of a FIFO or a device must not wait.
 * For regular files it means nothing.
 */
int descriptor_open_anew(int fd, int flags) {
        NO_CANCELLATION_HERE;
        char path[sizeof("/proc/self/fd/") + 12];
        int opened;

        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        do
                opened = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        while (opened < 0 && errno == EINTR);
        return descriptor_settle(opened);
}

int file_open_null(int flags) {
        NO_CANCELLATION_HERE;

        return descriptor_settle(open("/dev/null", flags | O_CLOEXEC));
}

NTSTATUS file_descriptor_reopen(const FileDescriptor *file, int flags, int *ret) {
        int fd, error;

        if (!descriptor_is_ours(file))
                return STATUS_INSUFFICIENT_RESOURCES;
        fd = descriptor_open_anew(file->fd, flags);
        error = -fd;
        if (fd < 0 && descriptor_is_open_as(file->fd, flags))
                fd = fcntl(file->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (fd < 0)
                return error == ENOENT ? STATUS_NOT_SUPPORTED : file_status(error);
        *ret = fd;
        return STATUS_SUCCESS;
}

void file_ref_init(FileRef *ref) {
        ref->client = NULL;
        handle_ref_init(&ref->handle);
        ref->file = NULL;
}

void file_ref_clear(FileRef *ref) {
        handle_release(&ref->handle);
        ref->file = file_descriptor_unref(ref->file);
}

NTSTATUS file_reference(HANDLE handle, ACCESS_MASK access, FileRef *ret) {
        NTSTATUS status;

        status = client_enter(CLIENT_HANDLES, &ret->client);
        if (!NT_SUCCESS(status))
                return status != STATUS_PORT_DISCONNECTED && handle_pseudo(handle) != PSEUDO_NONE
                                       ? STATUS_OBJECT_TYPE_MISMATCH
                                       : status;
        status = handle_reference(ret->client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE, access,
                        &ret->handle);
        if (!NT_SUCCESS(status))
                return status;
        return file_descriptor_get(ret->client, &ret->handle, &ret->file);
}

ACCESS_MASK file_ref_access(const FileRef *ref) {
        return access_is_checked(ref->client) ? handle_entry_access(ref->handle.entry)
                                              : FILE_ALL_ACCESS;
}
