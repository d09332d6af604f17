/*
 * Attaching: how a connection's peer becomes a process of the server. Who it is comes from the
 * kernel.
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "namespace.h"
#include "ntstatus.h"
#include "policy.h"
#include "process-handle.h"
#include "process-page.h"
#include "rpc-call.h"
#include "status.h"

#define PROTOCOL_VERSION 1u

/* What the kernel shows of a user that this user namespace does not know. */
#define OVERFLOW_UID 65534u

static NTSTATUS check_peer(const RpcCall *call) {
        const Policy *policy = call->env->policy;
        const struct ucred *peer = &call->connection->credentials;

        if (policy->system)
                return peer->uid == OVERFLOW_UID || peer->pid == 0 ? STATUS_ACCESS_DENIED
                                                                   : STATUS_SUCCESS;
        return peer->uid == 0 || peer->uid == policy->owner ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

/* Fills in the reply that makes the client a process. */
static NTSTATUS reply_attached(RpcCall *call, Process *process, uint32_t page_version) {
        Nt__AttachReply *body = rpc_alloc(call, sizeof(*body));
        int page_fd = -1, generation_fd = -1;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__attach_reply__init(body);
        body->session_key.data = (uint8_t *) process_session_key(process);
        body->session_key.len = SESSION_KEY_SIZE;
        body->process_id = process_id(process);
        body->session_id = process_session(process);
        body->page_version = page_version;
        body->privileges = process_token(process)->privileges;
        body->parked_most = call->env->policy->max_parked;
        body->has_kernel = body->kernel = process_is_kernel(process);
        body->has_server_version = true;
        body->server_version.data = (uint8_t *) NTOBJD_VERSION;
        body->server_version.len = strlen(NTOBJD_VERSION);
        if (page_version > 0) {
                generation_fd = generation_counters_open(call->env->generation);
                if (generation_fd < 0)
                        return nt_status_from_errno(-generation_fd);
                page_fd = process_take_page_fd(process);
                body->has_page_fd = body->has_generation_fd = true;
                body->page_fd = rpc_attach_fd_take(call, page_fd);
                body->generation_fd = rpc_attach_fd_take(call, generation_fd);
        }
        call->reply->body_case = NT__REPLY__BODY_ATTACH;
        call->reply->attach = body;
        return STATUS_SUCCESS;
}

/* The peer's supplementary groups when it connected; the caller frees them. */
static NTSTATUS get_groups(int socket, gid_t **ret, size_t *ret_n) {
        g_autofree gid_t *groups = NULL;
        socklen_t size = 0;

        if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0)
                size = 0; /* it has none */
        else if (errno != ERANGE)
                return nt_status_from_errno(errno);
        groups = g_try_malloc(MAX(size, sizeof(*groups)));
        if (!groups)
                return STATUS_NO_MEMORY;
        if (size > 0 && getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
                return nt_status_from_errno(errno);
        *ret_n = size / sizeof(*groups);
        *ret = g_steal_pointer(&groups);
        return STATUS_SUCCESS;
}

static NTSTATUS peer_token(const RpcCall *call, ULONG session, Token **ret) {
        const Policy *policy = call->env->policy;
        const struct ucred *peer = &call->connection->credentials;
        g_autofree gid_t *groups = NULL;
        TokenSource source = {
                .uid = peer->uid,
                .gid = peer->gid,
                .daemon_owner = policy->owner,
                .system = policy->system,
                .ntobjd_group = policy->ntobjd_group,
                .session = session,
                .rules = policy->token_rules,
                .n_rules = policy->n_token_rules,
        };
        NTSTATUS status = get_groups(call->connection->socket, &groups, &source.n_groups);

        source.groups = groups;
        return NT_SUCCESS(status) ? token_new(&source, ret) : status;
}

static NTSTATUS new_process(RpcCall *call, const Nt__AttachRequest *request, Process **ret) {
        const Policy *policy = call->env->policy;
        const struct ucred *peer = &call->connection->credentials;
        ULONG session = policy->system ? peer->uid : 1;
        g_autoptr(Token) token = NULL;
        Quota *quota = NULL;
        NTSTATUS status = peer_token(call, session, &token);

        if (!NT_SUCCESS(status))
                return status;
        if (request->kernel && !token->trusted)
                return STATUS_PRIVILEGE_NOT_HELD;
        quota = quota_table_get(call->env->quotas, peer->uid);
        status = process_new(call->env->processes, token, quota, peer->pid, session,
                        request->kernel, request->page_version > 0, ret);
        quota_unref(quota);
        if (NT_SUCCESS(status))
                namespace_add_session(call->env->namespace, session, peer->uid);
        return status;
}

NTSTATUS rpc_attach(RpcCall *call) {
        const Nt__AttachRequest *request = call->request->attach;
        g_autoptr(Process) process = NULL;
        NTSTATUS status = check_peer(call);

        if (call->process)
                return STATUS_ALREADY_REGISTERED;
        if (request->protocol_version != PROTOCOL_VERSION)
                return STATUS_REVISION_MISMATCH;
        if (NT_SUCCESS(status))
                status = new_process(call, request, &process);
        if (!NT_SUCCESS(status))
                return status;
        status = reply_attached(call, process, MIN(request->page_version, PROCESS_PAGE_VERSION));
        if (!NT_SUCCESS(status)) {
                process_end(process);
                return status;
        }
        call->connection->process = g_steal_pointer(&process);
        call->connection->attaching = true;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_open_channel(RpcCall *call) {
        const ProtobufCBinaryData *key = &call->request->open_channel->session_key;
        const struct ucred *peer = &call->connection->credentials;
        Process *process = NULL;

        if (call->process)
                return STATUS_ALREADY_REGISTERED;
        if (key->len == SESSION_KEY_SIZE)
                process = process_table_find(call->env->processes, key->data);
        if (!process || process_pid(process) != peer->pid ||
                        process_token(process)->uid != peer->uid)
                return STATUS_ACCESS_DENIED;
        call->connection->process = process_ref(process);
        return STATUS_SUCCESS;
}

NTSTATUS rpc_make_heir(RpcCall *call) {
        Nt__MakeHeirReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Process) heir = NULL;
        autofd int theirs = -1;
        int pair[2] = { -1, -1 };
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = process_make_heir(call->process, &heir);
        if (!NT_SUCCESS(status))
                return status;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
                process_end(heir);
                return nt_status_from_errno(errno);
        }
        theirs = pair[1];
        status = call->env->add_connection(call->env, pair[0], heir);
        if (!NT_SUCCESS(status)) {
                process_end(heir);
                return status;
        }

        nt__make_heir_reply__init(body);
        body->channel_fd = rpc_attach_fd_take(call, fd_steal(&theirs));
        call->reply->body_case = NT__REPLY__BODY_MAKE_HEIR;
        call->reply->make_heir = body;
        return STATUS_SUCCESS;
}

NTSTATUS rpc_adopt_heir(RpcCall *call) {
        NTSTATUS status = STATUS_SUCCESS;

        if (!call->connection->heir)
                return STATUS_ACCESS_DENIED;
        if (call->request->adopt_heir->protocol_version != PROTOCOL_VERSION)
                return STATUS_REVISION_MISMATCH;
        status = process_adopt(call->process, call->frame->sender);
        if (NT_SUCCESS(status))
                status = reply_attached(call, call->process, PROCESS_PAGE_VERSION);
        if (NT_SUCCESS(status))
                call->connection->heir = false;
        return status;
}
