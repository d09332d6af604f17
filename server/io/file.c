#include "file.h"

#include <glib.h>
#include <sys/stat.h>

#include "device-kinds.h"
#include "ntfile.h"
#include "ntstatus.h"

#define SHARES  (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define OPTIONS 0x00FFFFFFu /* FILE_VALID_OPTION_FLAGS */

/* FILE_DELETE_ON_CLOSE counts now, if the file is not to be deleted anyway. */
static void file_close(Object *object) {
        File *file = (File *) object;
        SharedFile *shared = file->share.file;

        if (shared && file->place.leaf)
                shared_file_set_deletion(shared, file->uid, &file->place);
        file_share_end(&file->share);
}

static void file_finalize(Object *object) {
        File *file = (File *) object;

        file_share_end(&file->share); /* never had a handle: nothing is deleted for it */
        file_place_clear(&file->place);
        client_fd_clear(&file->fd);
        file->name = file_name_unref(file->name);
}

const ObjectType file_type = {
        .rules = &object_types[KIND_FILE],
        .kind = KIND_FILE,
        .size = sizeof(File),
        .no_more_access = true,
        .close = file_close,
        .finalize = file_finalize,
};

static NTSTATUS check_request(const FileRequest *request) {
        bool deletes = request->create_options & FILE_DELETE_ON_CLOSE;

        if (request->device < DEVICE_VOLUME || request->device > DEVICE_STREAM)
                return STATUS_INVALID_PARAMETER;
        if (request->share_access & ~SHARES || request->create_options & ~OPTIONS)
                return STATUS_INVALID_PARAMETER;
        if (deletes != (request->place.leaf != NULL) || (deletes && !(request->access & DELETE)))
                return STATUS_INVALID_PARAMETER;
        return STATUS_SUCCESS;
}

/*
 * Sockets and what has no type (io_uring, epoll) can hold other descriptors: the other end of the
 * connection that they came by, which then would never end. As a mere name, a socket is a file.
 */
static bool can_be_held(const FileFacts *facts) {
        switch (facts->mode & S_IFMT) {
        case S_IFREG:
        case S_IFDIR:
        case S_IFCHR:
        case S_IFBLK:
        case S_IFIFO:
                return true;
        default:
                return !facts->readable && !facts->writable;
        }
}

/* Directories are never open for writing, whatever rights on them allow. */
static NTSTATUS check_descriptor(const FileRequest *request, FileFacts *ret) {
        NTSTATUS status = STATUS_INVALID_PARAMETER;

        if (request->device == DEVICE_STREAM) /* what it can do only the process knows */
                return request->fd.fd < 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
        if (request->fd.fd >= 0)
                status = client_fd_look(&request->fd, ret);
        if (NT_SUCCESS(status) && !can_be_held(ret))
                status = STATUS_INVALID_PARAMETER;
        if (!NT_SUCCESS(status))
                return status;
        if (request->access & FILE_READ_DATA && !ret->readable)
                return STATUS_ACCESS_DENIED;
        if (request->access & (FILE_WRITE_DATA | FILE_APPEND_DATA) && !ret->writable &&
                        !S_ISDIR(ret->mode))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

/* Nobody shares, or deletes, what is on no volume. */
static NTSTATUS share(
                FileTable *files, const FileRequest *request, const FileFacts *facts, File *file) {
        FileOpening opening = {
                .uid = file->uid,
                .access = request->access,
                .share_access = request->share_access,
                .options = request->create_options,
                .overwrites = request->overwrites,
                .may_write = facts->writable,
        };

        if (request->device != DEVICE_VOLUME)
                return STATUS_SUCCESS;
        return file_share_begin(files, &facts->identity, &opening, &file->object, &file->share);
}

static NTSTATUS open_file(
                FileTable *files, const FileRequest *request, Quota *quota, Object **ret) {
        g_autoptr(Object) object = NULL;
        FileFacts facts = { 0 };
        File *file = NULL;
        NTSTATUS status = check_request(request);

        if (NT_SUCCESS(status))
                status = check_descriptor(request, &facts);
        if (NT_SUCCESS(status))
                status = object_new(&file_type, quota, &object);
        if (!NT_SUCCESS(status))
                return status;
        object->reports = true;
        file = (File *) object;
        file->fd = CLIENT_FD_NONE;
        file->place = FILE_PLACE_NONE;
        file->device = request->device;
        file->share_access = request->share_access;
        file->create_options = request->create_options;
        file->uid = quota_uid(quota);
        file->facts = facts;
        status = file_name_new(request->name, request->n_units, quota, &file->name);
        if (NT_SUCCESS(status))
                status = share(files, request, &facts, file);
        if (!NT_SUCCESS(status))
                return status;
        *ret = g_steal_pointer(&object);
        return STATUS_SUCCESS;
}

NTSTATUS file_new_take(FileTable *files, FileRequest *request, Quota *quota, File **ret) {
        Object *object = NULL;
        NTSTATUS status = open_file(files, request, quota, &object);

        if (NT_SUCCESS(status)) {
                *ret = (File *) object;
                (*ret)->fd = client_fd_steal(&request->fd);
                (*ret)->place = file_place_steal(&request->place);
        }
        client_fd_clear(&request->fd);
        file_place_clear(&request->place);
        return status;
}

NTSTATUS file_check_descriptor(const File *file, uid_t uid, ACCESS_MASK access) {
        if (file->device == DEVICE_STREAM)
                return STATUS_NOT_SUPPORTED;
        if (uid == file->uid)
                return STATUS_SUCCESS;
        if (file->facts.readable && !(access & FILE_READ_DATA))
                return STATUS_ACCESS_DENIED;
        if (file->facts.writable && !(access & FILE_WRITE_DATA))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

NTSTATUS file_check_disposition(const File *file, uid_t uid, bool delete_file) {
        NTSTATUS status = STATUS_SUCCESS;

        if (!file->share.file)
                return STATUS_INVALID_DEVICE_REQUEST;
        if (delete_file)
                status = shared_file_check_delete(file->share.file, uid);
        if (NT_SUCCESS(status) && !file->share.file)
                return STATUS_INVALID_HANDLE;
        return status;
}

void file_set_disposition(File *file, uid_t uid, FilePlace *place) {
        if (place->leaf)
                shared_file_set_deletion(file->share.file, uid, place);
        else
                shared_file_clear_deletion(file->share.file);
}

NTSTATUS file_check_size(const File *file, uid_t uid, uint64_t size) {
        FileFacts facts = { 0 };
        NTSTATUS status = STATUS_SUCCESS;

        if (!file->share.file)
                return STATUS_INVALID_DEVICE_REQUEST;
        status = client_fd_look(&file->fd, &facts);
        if (!NT_SUCCESS(status) || size >= facts.size)
                return status;
        return shared_file_check_cut(file->share.file, uid);
}
