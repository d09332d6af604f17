#include "rpc.h"

#include <glib.h>
#include <string.h>

#include "cleanup.h"
#include "closer.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "process.h"
#include "rpc-call.h"
#include "rpc-job.h"

G_STATIC_ASSERT(KIND_DIRECTORY == (int) NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY);
G_STATIC_ASSERT(KIND_SYMBOLIC_LINK == (int) NT__OBJECT_KIND__OBJECT_KIND_SYMBOLIC_LINK);
G_STATIC_ASSERT(KIND_SECTION == (int) NT__OBJECT_KIND__OBJECT_KIND_SECTION);
G_STATIC_ASSERT(KIND_TYPE == (int) NT__OBJECT_KIND__OBJECT_KIND_TYPE);
G_STATIC_ASSERT(KIND_PROCESS == (int) NT__OBJECT_KIND__OBJECT_KIND_PROCESS);
G_STATIC_ASSERT(KIND_TOKEN == (int) NT__OBJECT_KIND__OBJECT_KIND_TOKEN);
G_STATIC_ASSERT(KIND_DEVICE == (int) NT__OBJECT_KIND__OBJECT_KIND_DEVICE);
G_STATIC_ASSERT(KIND_FILE == (int) NT__OBJECT_KIND__OBJECT_KIND_FILE);
G_STATIC_ASSERT(KIND_THREAD == (int) NT__OBJECT_KIND__OBJECT_KIND_THREAD);

static const RpcMethod rpc_methods[] = {
        [NT__REQUEST__BODY_ATTACH] = { .handle = rpc_attach, .before_attach = true },
        [NT__REQUEST__BODY_OPEN_CHANNEL] = { .handle = rpc_open_channel, .before_attach = true },
        [NT__REQUEST__BODY_MAKE_HEIR] = { .handle = rpc_make_heir },
        [NT__REQUEST__BODY_ADOPT_HEIR] = { .handle = rpc_adopt_heir },
        [NT__REQUEST__BODY_RELEASE] = { .handle = rpc_release },
        [NT__REQUEST__BODY_RELEASE_PARKED] = { .handle = rpc_release_parked },
        [NT__REQUEST__BODY_CLOSE] = { .handle = rpc_close },
        [NT__REQUEST__BODY_CREATE_SECTION] = { .handle = rpc_create_section, .max_fds = 2 },
        [NT__REQUEST__BODY_OPEN_SECTION] = { .handle = rpc_open_section },
        [NT__REQUEST__BODY_SECTION_MEMORY] = { .handle = rpc_section_memory },
        [NT__REQUEST__BODY_COMMIT_SECTION] = { .handle = rpc_commit_section },
        [NT__REQUEST__BODY_QUERY_IMAGE] = { .handle = rpc_query_image },
        [NT__REQUEST__BODY_CREATE_DIRECTORY] = { .handle = rpc_create_directory },
        [NT__REQUEST__BODY_OPEN_DIRECTORY] = { .handle = rpc_open_directory },
        [NT__REQUEST__BODY_QUERY_DIRECTORY] = { .handle = rpc_query_directory },
        [NT__REQUEST__BODY_CREATE_SYMBOLIC_LINK] = { .handle = rpc_create_symbolic_link },
        [NT__REQUEST__BODY_OPEN_SYMBOLIC_LINK] = { .handle = rpc_open_symbolic_link },
        [NT__REQUEST__BODY_QUERY_SYMBOLIC_LINK] = { .handle = rpc_query_symbolic_link },
        [NT__REQUEST__BODY_QUERY_OBJECT] = { .handle = rpc_query_object },
        [NT__REQUEST__BODY_QUERY_NAME] = { .handle = rpc_query_name },
        [NT__REQUEST__BODY_STATISTICS] = { .handle = rpc_statistics },
        [NT__REQUEST__BODY_QUERY_TYPES] = { .handle = rpc_query_types },
        [NT__REQUEST__BODY_MAKE_TEMPORARY] = { .handle = rpc_make_temporary },
        [NT__REQUEST__BODY_MAKE_PERMANENT] = { .handle = rpc_make_permanent },
        [NT__REQUEST__BODY_SET_OBJECT_SESSION] = { .handle = rpc_set_object_session },
        [NT__REQUEST__BODY_CREATE_PRIVATE_NAMESPACE] = { .handle = rpc_create_private_namespace },
        [NT__REQUEST__BODY_OPEN_PRIVATE_NAMESPACE] = { .handle = rpc_open_private_namespace },
        [NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE] = { .handle = rpc_delete_private_namespace },
        [NT__REQUEST__BODY_QUERY_SECURITY] = { .handle = rpc_query_security },
        [NT__REQUEST__BODY_SET_SECURITY] = { .handle = rpc_set_security },
        [NT__REQUEST__BODY_OPEN_PROCESS] = { .handle = rpc_open_process },
        [NT__REQUEST__BODY_OPEN_SPECIAL] = { .handle = rpc_open_special },
        [NT__REQUEST__BODY_CLOSE_KERNEL_HANDLE] = { .handle = rpc_close_kernel_handle },
        [NT__REQUEST__BODY_SET_KERNEL_HANDLE_FLAGS] = { .handle = rpc_set_kernel_handle_flags },
        [NT__REQUEST__BODY_DUPLICATE] = { .handle = rpc_duplicate },
        [NT__REQUEST__BODY_QUERY_PROCESS] = { .handle = rpc_query_process },
        [NT__REQUEST__BODY_OPEN_PROCESS_TOKEN] = { .handle = rpc_open_process_token },
        [NT__REQUEST__BODY_QUERY_TOKEN] = { .handle = rpc_query_token },
        [NT__REQUEST__BODY_ADJUST_PRIVILEGES] = { .handle = rpc_adjust_privileges },
        [NT__REQUEST__BODY_DUPLICATE_TOKEN] = { .handle = rpc_duplicate_token },
        [NT__REQUEST__BODY_ACCESS_CHECK] = { .handle = rpc_access_check },
        [NT__REQUEST__BODY_REFERENCE_OBJECT] = { .handle = rpc_reference_object },
        [NT__REQUEST__BODY_DEREFERENCE_OBJECT] = { .handle = rpc_dereference_object },
        [NT__REQUEST__BODY_OPEN_REFERENCED] = { .handle = rpc_open_referenced },
        [NT__REQUEST__BODY_EXTEND_SECTION] = { .handle = rpc_extend_section },
        [NT__REQUEST__BODY_RELEASE_VIEWS] = { .handle = rpc_release_views },
        [NT__REQUEST__BODY_QUERY_SECTION_NAME] = { .handle = rpc_query_section_name },
        [NT__REQUEST__BODY_RESOLVE_FILE] = { .handle = rpc_resolve_file },
        [NT__REQUEST__BODY_CREATE_FILE] = { .handle = rpc_create_file, .max_fds = 2 },
        [NT__REQUEST__BODY_FILE_DESCRIPTOR] = { .handle = rpc_file_descriptor },
        [NT__REQUEST__BODY_SET_FILE_DISPOSITION] = { .handle = rpc_set_file_disposition,
                        .max_fds = 1 },
        [NT__REQUEST__BODY_CHECK_FILE_SIZE] = { .handle = rpc_check_file_size },
        [NT__REQUEST__BODY_OPEN_THREAD] = { .handle = rpc_open_thread },
        [NT__REQUEST__BODY_END_THREAD] = { .handle = rpc_end_thread },
        [NT__REQUEST__BODY_QUERY_THREAD] = { .handle = rpc_query_thread },
        [NT__REQUEST__BODY_TERMINATE_PROCESS] = { .handle = rpc_terminate_process },
};

const RpcMethod *rpc_method_find(uint32_t id) {
        if (id >= G_N_ELEMENTS(rpc_methods) || !rpc_methods[id].handle)
                return NULL;
        return &rpc_methods[id];
}

void *rpc_alloc(RpcCall *call, size_t size) {
        void *memory = call->arena->allocator.alloc(call->arena->allocator.allocator_data, size);

        if (memory)
                memset(memory, 0, size);
        return memory;
}

uint32_t rpc_attach_fd_take(RpcCall *call, int fd) {
        return answer_fds_add_take(&call->answer->fds, fd);
}

NTSTATUS rpc_attach_client_fd(RpcCall *call, const ClientFd *fd, uint32_t *ret) {
        return answer_fds_add_copy(&call->answer->fds, fd, ret);
}

NTSTATUS rpc_copy_units(
                RpcCall *call, const WCHAR *units, size_t n_units, ProtobufCBinaryData *ret) {
        uint8_t *copy = rpc_alloc(call, MAX(n_units, 1) * sizeof(WCHAR));

        if (!copy)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (n_units > 0)
                memcpy(copy, units, n_units * sizeof(WCHAR));
        ret->data = copy;
        ret->len = n_units * sizeof(WCHAR);
        return STATUS_SUCCESS;
}

NTSTATUS rpc_reply_units(RpcCall *call, const WCHAR *units, size_t n_units) {
        Nt__BytesReply *body = rpc_alloc(call, sizeof(*body));
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__bytes_reply__init(body);
        status = rpc_copy_units(call, units, n_units, &body->value);
        if (!NT_SUCCESS(status))
                return status;
        call->reply->body_case = NT__REPLY__BODY_BYTES;
        call->reply->bytes = body;
        return STATUS_SUCCESS;
}

/* Everything a client can get wrong before its arguments are looked at. */
static NTSTATUS dispatch(RpcCall *call) {
        const RpcMethod *method = rpc_method_find(call->request->body_case);

        if (!method)
                return STATUS_INVALID_SYSTEM_SERVICE;
        if (!call->process && !method->before_attach)
                return STATUS_ACCESS_DENIED;
        if (call->connection->heir && method->handle != rpc_adopt_heir)
                return STATUS_ACCESS_DENIED;
        if (call->n_fds > method->max_fds)
                return STATUS_INVALID_PARAMETER;
        return method->handle(call);
}

static bool is_one_way(const Nt__Request *request) {
        return request->body_case == NT__REQUEST__BODY_RELEASE_PARKED ||
               request->body_case == NT__REQUEST__BODY_DEREFERENCE_OBJECT ||
               request->body_case == NT__REQUEST__BODY_END_THREAD ||
               (request->body_case == NT__REQUEST__BODY_RELEASE && !request->release->answer);
}

/* A failure keeps its counters and has no body; a reply too large for a frame becomes a failure. */
static void pack(RpcCall *call) {
        Nt__Reply *reply = call->reply;
        RpcAnswer *answer = call->answer;

        if (NT_SUCCESS(reply->status) && nt__reply__get_packed_size(reply) > FRAME_SIZE_MAX)
                reply->status = STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(reply->status)) {
                reply->body_case = NT__REPLY__BODY__NOT_SET;
                answer_fds_clear(&answer->fds);
        }
        answer->size = nt__reply__get_packed_size(reply);
        answer->data = rpc_alloc(call, answer->size);
        if (!answer->data) {
                Nt__Reply failure = NT__REPLY__INIT;

                failure.id = reply->id;
                failure.status = STATUS_INSUFFICIENT_RESOURCES;
                answer_fds_clear(&answer->fds);
                answer->size = nt__reply__get_packed_size(&failure);
                arena_init(call->arena, call->arena->memory, call->arena->size);
                answer->data = rpc_alloc(call, answer->size);
                nt__reply__pack(&failure, answer->data);
                return;
        }
        nt__reply__pack(reply, answer->data);
}

ClientFd rpc_take_fd(RpcCall *call, uint32_t index) {
        return index < call->n_fds ? client_fd_steal(&call->fds[index]) : CLIENT_FD_NONE;
}

/* Takes the descriptors out of the frame: each is its user's expense, and the closer's. */
static void take_fds(RpcCall *call, Frame *frame) {
        uid_t uid = call->connection->credentials.uid;
        Quota *quota = quota_table_get(call->env->quotas, uid);

        for (size_t i = 0; i < frame->n_fds; i++) {
                ClientFd *fd = &call->fds[call->n_fds];

                *fd = (ClientFd){ .fd = frame_take_fd(frame, i), .workers = call->env->workers };
                if (call->n_fds < FRAME_FDS_MAX &&
                                NT_SUCCESS(quota_charge(quota, QUOTA_DESCRIPTORS, 1, &fd->charge)))
                        call->n_fds++;
                else
                        closer_close_take(call->env->workers, uid, fd->fd, NULL);
        }
        quota_unref(quota);
}

static void clear_fds(RpcCall *call) {
        for (size_t i = 0; i < call->n_fds; i++)
                client_fd_clear(&call->fds[i]);
}

/* What all requests have in common, fresh or deferred. */
static void serve(RpcCall *call, NTSTATUS (*handle)(RpcCall *call)) {
        const Frame *frame = call->frame;
        RpcAnswer *answer = call->answer;

        *answer = (RpcAnswer){ 0 };
        call->process = call->connection->process;
        call->request = nt__request__unpack(&call->arena->allocator, frame->size, frame->data);
        if (!call->request) {
                answer->drop = true;
                answer->reason = "a message that makes no sense";
                return;
        }
        if (call->process && process_ended(call->process)) {
                answer->drop = true;
                answer->reason = "its process has ended";
                return;
        }
        call->reply->id = call->request->id;
        call->reply->status = handle(call);
        answer->silent = is_one_way(call->request);
        answer->deferred = call->connection->job != NULL;
        if (!answer->silent && !answer->deferred)
                pack(call);
}

void rpc_handle_frame(RpcEnv *env,
                RpcConnection *connection,
                Frame *frame,
                Arena *arena,
                RpcAnswer *answer) {
        Nt__Reply reply = NT__REPLY__INIT;
        RpcCall call = {
                .env = env,
                .connection = connection,
                .frame = frame,
                .arena = arena,
                .reply = &reply,
                .answer = answer,
        };

        if (frame->n_fds > 0)
                take_fds(&call, frame);
        serve(&call, dispatch);
        clear_fds(&call);
        frame_clear(frame);
}

static NTSTATUS complete(RpcCall *call) {
        return call->job->complete(call, call->job);
}

void rpc_complete(RpcEnv *env, RpcConnection *connection, Arena *arena, RpcAnswer *answer) {
        RpcJob *job = connection->job;
        Frame frame = { .data = job->request, .size = job->request_size };
        Nt__Reply reply = NT__REPLY__INIT;
        RpcCall call = {
                .env = env,
                .connection = connection,
                .frame = &frame,
                .arena = arena,
                .reply = &reply,
                .answer = answer,
                .job = job,
        };

        connection->job = NULL;
        job->connection = NULL;
        serve(&call, complete);
}

void rpc_connection_end(RpcEnv *env, RpcConnection *connection) {
        (void) env;
        if (connection->job)
                connection->job->connection = NULL;
        connection->job = NULL;
        if (!connection->process)
                return;
        if (connection->attaching)
                process_end(connection->process);
        connection->process = process_unref(connection->process);
}
