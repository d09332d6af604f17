/*
 * The client opens files; the server keeps what processes agree on. What is looked at of a
 * descriptor here is only what the kernel says without asking who is behind it.
 */

#include "rpc-file.h"

#include "access.h"
#include "device.h"
#include "file.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-job.h"

G_STATIC_ASSERT(DEVICE_VOLUME == (int) NT__DEVICE_KIND__DEVICE_KIND_VOLUME);
G_STATIC_ASSERT(DEVICE_NULL == (int) NT__DEVICE_KIND__DEVICE_KIND_NULL);
G_STATIC_ASSERT(DEVICE_STREAM == (int) NT__DEVICE_KIND__DEVICE_KIND_STREAM);

static uid_t caller_uid(const RpcCall *call) {
        return quota_uid(process_quota(call->process));
}

static NTSTATUS reply_resolved(RpcCall *call, const DeviceEnd *end) {
        Nt__ResolveFileReply *body = rpc_alloc(call, sizeof(*body));
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        NTSTATUS status = directory_full_name(&end->device->object,
                        namespace_root(call->env->namespace), &name, &n_units);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        nt__resolve_file_reply__init(body);
        body->device = end->device->device;
        status = rpc_copy_units(call, name, n_units, &body->device_name);
        if (NT_SUCCESS(status))
                status = rpc_copy_units(call, end->rest, end->n_rest, &body->rest);
        call->reply->body_case = NT__REPLY__BODY_RESOLVE_FILE;
        call->reply->resolve_file = body;
        return status;
}

/* Without counters: what passes through a device is never kept. */
NTSTATUS rpc_resolve_file(RpcCall *call) {
        g_auto(ObjectPath) path = { 0 };
        g_auto(DeviceEnd) end = { 0 };
        NTSTATUS status = rpc_capture_path(
                        call, call->request->resolve_file->object_attributes, &device_type, &path);

        if (NT_SUCCESS(status))
                status = device_resolve(&path, &end);
        return NT_SUCCESS(status) ? reply_resolved(call, &end) : status;
}

/*
 * Who may have a file on the volume is Linux's to say, and it has said so when the client opened
 * it. The null device is opened by the server's rules.
 */
static NTSTATUS check_access(
                const RpcCall *call, const ObjectPath *path, uint32_t device, ACCESS_MASK *ret) {
        ACCESS_MASK desired = call->request->create_file->desired_access;
        bool skips = path_skips_checks(path);

        if (device == DEVICE_NULL)
                return access_check_open(device_find(call->env->namespace, device)->object.security,
                                path->token, device_type.rules, skips, desired, ret);
        return access_check_create(path->token, path->type->rules, skips, desired, ret);
}

static NTSTATUS take_place(RpcCall *call,
                protobuf_c_boolean has_parent,
                uint32_t parent_fd,
                const ProtobufCBinaryData *leaf,
                FilePlace *ret) {
        autoclientfd ClientFd parent = has_parent ? rpc_take_fd(call, parent_fd) : CLIENT_FD_NONE;

        return file_place_init_take(ret, caller_uid(call), &parent, leaf->data, leaf->len);
}

static NTSTATUS make_file(RpcCall *call, const ObjectPath *path, ACCESS_MASK access, File **ret) {
        const Nt__CreateFileRequest *request = call->request->create_file;
        FileRequest file = {
                .device = request->device,
                .access = access,
                .share_access = request->share_access,
                .create_options = request->create_options,
                .overwrites = request->overwrites,
                .name = path->name,
                .n_units = path->n_units,
                .fd = CLIENT_FD_NONE,
                .place = FILE_PLACE_NONE,
        };
        NTSTATUS status = STATUS_SUCCESS;

        if (request->has_parent_fd || request->has_leaf)
                status = take_place(call, request->has_parent_fd, request->parent_fd,
                                &request->leaf, &file.place);
        if (!NT_SUCCESS(status))
                return status;
        file.fd = rpc_take_fd(call, request->file_fd);
        return file_new_take(call->env->files, &file, process_quota(call->process), ret);
}

NTSTATUS rpc_create_file(RpcCall *call) {
        const Nt__CreateFileRequest *request = call->request->create_file;
        Nt__GrantReply *body = rpc_prepare_grant(call);
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        g_autoptr(Object) object = NULL;
        File *file = NULL;
        ACCESS_MASK access = 0;
        NTSTATUS status = rpc_capture_new(call, request->object_attributes, &file_type, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status))
                status = check_access(call, &path, request->device, &access);
        if (NT_SUCCESS(status))
                status = make_file(call, &path, access, &file);
        if (!NT_SUCCESS(status))
                return status;
        object = &file->object;
        status = opened_grant(object, access, rpc_grants(call, path.attributes), &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, path.attributes) : status;
}

NTSTATUS rpc_file_descriptor(RpcCall *call) {
        Nt__FileDescriptorReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        const File *file = NULL;
        ACCESS_MASK access = 0;
        NTSTATUS status = grant_table_reference(process_grants(call->process),
                        rpc_grant_name(call->request->file_descriptor->grant), &file_type, 0,
                        &object, &access);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(status))
                return status;
        nt__file_descriptor_reply__init(body);
        file = (const File *) object;
        status = file_check_descriptor(
                        file, caller_uid(call), rpc_kernel_mode(call) ? FILE_ALL_ACCESS : access);
        if (NT_SUCCESS(status))
                status = rpc_attach_client_fd(call, &file->fd, &body->file_fd);
        body->device = file->device;
        body->share_access = file->share_access;
        body->create_options = file->create_options;
        call->reply->body_case = NT__REPLY__BODY_FILE_DESCRIPTOR;
        call->reply->file_descriptor = body;
        return status;
}

NTSTATUS rpc_set_file_disposition(RpcCall *call) {
        const Nt__SetFileDispositionRequest *request = call->request->set_file_disposition;
        autofileplace FilePlace place = FILE_PLACE_NONE;
        g_autoptr(Object) object = NULL;
        uid_t uid = caller_uid(call);
        NTSTATUS status = rpc_reference(call, request->grant, &file_type, DELETE, &object);

        if (NT_SUCCESS(status))
                status = file_check_disposition((File *) object, uid, request->delete_file);
        if (NT_SUCCESS(status) && request->delete_file)
                status = take_place(call, request->has_parent_fd, request->parent_fd,
                                &request->leaf, &place);
        if (NT_SUCCESS(status))
                file_set_disposition((File *) object, uid, &place);
        return status;
}

NTSTATUS rpc_check_file_size(RpcCall *call) {
        const Nt__CheckFileSizeRequest *request = call->request->check_file_size;
        g_autoptr(Object) object = NULL;
        NTSTATUS status = rpc_reference(call, request->grant, &file_type, FILE_WRITE_DATA, &object);

        if (!NT_SUCCESS(status))
                return status;
        return file_check_size((File *) object, caller_uid(call), request->size);
}

/* What a last close waits for. */
typedef struct DeletionJob {
        RpcJob rpc; /* first */
        FileDeletion *chain;
        NTSTATUS status; /* of the answer */
} DeletionJob;

static void deletion_work(Job *job) {
        file_deletion_work(((DeletionJob *) job)->chain);
}

static NTSTATUS deletion_complete(RpcCall *call, RpcJob *job) {
        (void) call;
        return ((DeletionJob *) job)->status;
}

static void deletion_release(RpcJob *job) {
        file_deletion_finish(((DeletionJob *) job)->chain);
}

static void deletion_free(RpcJob *job) {
        file_deletion_free(((DeletionJob *) job)->chain);
        g_free(job);
}

void rpc_collect_deletions(RpcCall *call) {
        file_deletions_collect(file_table_deletions(call->env->files));
}

NTSTATUS rpc_await_deletions(RpcCall *call, NTSTATUS status) {
        FileDeletions *deletions = file_table_deletions(call->env->files);
        FileDeletion *chain = file_deletions_take(deletions);
        DeletionJob *job = NULL;

        if (!chain)
                return status;
        if (quota_left(process_quota(call->process), QUOTA_REPLY_BYTES) < call->frame->size) {
                file_deletions_leave(deletions, caller_uid(call), chain);
                return status;
        }
        job = g_new0(DeletionJob, 1);
        job->rpc.job.work = deletion_work;
        job->rpc.job.patient = true;
        job->rpc.complete = deletion_complete;
        job->rpc.release = deletion_release;
        job->rpc.free = deletion_free;
        job->chain = chain;
        job->status = status;
        return rpc_defer(call, &job->rpc);
}
