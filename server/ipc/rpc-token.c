#include <string.h>

#include "access.h"
#include "namespace.h"
#include "ntstatus.h"
#include "process-object.h"
#include "rpc-call.h"

#define PRIVILEGES_MOST 64u

static NTSTATUS reference_token(RpcCall *call,
                const Nt__Grant *grant,
                ACCESS_MASK access,
                Object **ret_object,
                Token **ret) {
        NTSTATUS status = rpc_reference(call, grant, &token_type, access, ret_object);

        if (NT_SUCCESS(status))
                *ret = ((TokenObject *) *ret_object)->token;
        return status;
}

/* The token, which the caller's reference keeps, lends its bytes to the reply. */
static ProtobufCBinaryData sid_bytes(const SidBuffer *sid) {
        return (ProtobufCBinaryData){
                .data = (uint8_t *) sid->bytes,
                .len = sid_size(&sid->sid),
        };
}

static uint32_t privilege_attributes(const Token *token, uint64_t bit) {
        return (token->enabled & bit ? SE_PRIVILEGE_ENABLED : 0) |
               (token->enabled_by_default & bit ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0);
}

static Nt__Privilege *make_privilege(RpcCall *call, unsigned luid, uint32_t attributes) {
        Nt__Privilege *privilege = rpc_alloc(call, sizeof(*privilege));

        if (!privilege)
                return NULL;
        nt__privilege__init(privilege);
        privilege->luid = luid;
        privilege->attributes = attributes;
        return privilege;
}

static bool fill_privileges(RpcCall *call, const Token *token, Nt__QueryTokenReply *body) {
        body->privileges = rpc_alloc(call, PRIVILEGES_MOST * sizeof(*body->privileges));
        if (!body->privileges)
                return false;
        for (unsigned i = 0; i < PRIVILEGES_MOST; i++) {
                Nt__Privilege *privilege = NULL;

                if (!(token->privileges & SE_BIT(i)))
                        continue;
                privilege = make_privilege(call, i, privilege_attributes(token, SE_BIT(i)));
                if (!privilege)
                        return false;
                body->privileges[body->n_privileges++] = privilege;
        }
        return true;
}

static bool fill_groups(RpcCall *call, const Token *token, Nt__QueryTokenReply *body) {
        body->groups = rpc_alloc(call, MAX(token->n_groups, 1) * sizeof(*body->groups));
        if (!body->groups)
                return false;
        for (size_t i = 0; i < token->n_groups; i++) {
                Nt__SidAndAttributes *group = rpc_alloc(call, sizeof(*group));

                if (!group)
                        return false;
                nt__sid_and_attributes__init(group);
                group->sid = sid_bytes(&token->groups[i].sid);
                group->attributes = token->groups[i].attributes;
                body->groups[body->n_groups++] = group;
        }
        return true;
}

NTSTATUS rpc_query_token(RpcCall *call) {
        Nt__QueryTokenReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        Token *token = NULL;
        NTSTATUS status = reference_token(
                        call, call->request->query_token->grant, TOKEN_QUERY, &object, &token);

        if (!NT_SUCCESS(status))
                return status;
        if (body)
                nt__query_token_reply__init(body);
        if (!body || !fill_groups(call, token, body) || !fill_privileges(call, token, body))
                return STATUS_INSUFFICIENT_RESOURCES;
        body->user = sid_bytes(&token->user);
        body->owner = sid_bytes(&token->owner);
        body->primary_group = sid_bytes(&token->primary_group);
        if (token->default_dacl) {
                body->has_default_dacl = true;
                body->default_dacl.data = (uint8_t *) token->default_dacl;
                body->default_dacl.len = token->default_dacl->AclSize;
        }
        body->token_id = token->id;
        body->logon_id = token->logon_id;
        body->modified_id = token->modified_id;
        body->session_id = token->session;
        body->type = token->impersonation ? TokenImpersonation : TokenPrimary;
        body->impersonation_level = token->level;
        body->integrity_level = token->integrity;
        call->reply->body_case = NT__REPLY__BODY_QUERY_TOKEN;
        call->reply->query_token = body;
        return STATUS_SUCCESS;
}

/* What is asked for, as bits; false if it names privileges that the token does not hold. */
static bool read_privileges(const Nt__AdjustPrivilegesRequest *request,
                const Token *token,
                uint64_t *enable,
                uint64_t *disable,
                uint64_t *remove) {
        bool all = true;

        for (size_t i = 0; i < request->n_privileges; i++) {
                const Nt__Privilege *privilege = request->privileges[i];
                uint64_t bit = privilege->luid < PRIVILEGES_MOST ? SE_BIT(privilege->luid) : 0;

                if (!(token->privileges & bit)) {
                        all = false;
                        continue;
                }
                *enable &= ~bit; /* who says it twice means what he says last */
                *disable &= ~bit;
                if (privilege->attributes & SE_PRIVILEGE_REMOVED)
                        *remove |= bit;
                else if (privilege->attributes & SE_PRIVILEGE_ENABLED)
                        *enable |= bit;
                else
                        *disable |= bit;
        }
        return all;
}

static bool fill_previous(RpcCall *call,
                const Token *token,
                uint64_t changed,
                Nt__AdjustPrivilegesReply *body) {
        body->previous = rpc_alloc(call, PRIVILEGES_MOST * sizeof(*body->previous));
        if (!body->previous)
                return false;
        for (unsigned i = 0; i < PRIVILEGES_MOST; i++) {
                if (!(changed & SE_BIT(i)))
                        continue;
                body->previous[body->n_previous] =
                                make_privilege(call, i, privilege_attributes(token, SE_BIT(i)));
                if (!body->previous[body->n_previous++])
                        return false;
        }
        return true;
}

NTSTATUS rpc_adjust_privileges(RpcCall *call) {
        const Nt__AdjustPrivilegesRequest *request = call->request->adjust_privileges;
        Nt__AdjustPrivilegesReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        uint64_t enable = 0, disable = 0, remove = 0, changed = 0;
        Token *token = NULL;
        bool all = true;
        NTSTATUS status = reference_token(
                        call, request->grant, TOKEN_ADJUST_PRIVILEGES, &object, &token);

        if (!NT_SUCCESS(status))
                return status;
        if (request->n_privileges > PRIVILEGES_MOST)
                return STATUS_INVALID_PARAMETER;
        if (request->disable_all)
                disable = token->privileges;
        else
                all = read_privileges(request, token, &enable, &disable, &remove);
        changed = (enable & ~token->enabled) | (disable & token->enabled) | remove;
        if (body)
                nt__adjust_privileges_reply__init(body);
        if (!body || !fill_previous(call, token, changed, body))
                return STATUS_INSUFFICIENT_RESOURCES;
        token_adjust(token, enable, disable, remove);
        body->enabled = token->enabled;
        call->reply->body_case = NT__REPLY__BODY_ADJUST_PRIVILEGES;
        call->reply->adjust_privileges = body;
        return all ? STATUS_SUCCESS : STATUS_NOT_ALL_ASSIGNED;
}

/* A level that is higher than the one it is made of is not given. */
static NTSTATUS check_duplicate(const Nt__DuplicateTokenRequest *request, const Token *token) {
        if (request->type != TokenPrimary && request->type != TokenImpersonation)
                return STATUS_INVALID_PARAMETER;
        if (request->impersonation_level > SecurityDelegation)
                return STATUS_BAD_IMPERSONATION_LEVEL;
        if (!token->impersonation)
                return STATUS_SUCCESS;
        if (request->type == TokenImpersonation
                                        ? request->impersonation_level > (uint32_t) token->level
                                        : token->level < SecurityImpersonation)
                return STATUS_BAD_IMPERSONATION_LEVEL;
        return STATUS_SUCCESS;
}

/* The new object: its descriptor is what the caller says, or what its own defaults are. */
static NTSTATUS make_duplicate(
                RpcCall *call, const ObjectPath *path, const Token *token, Object **ret) {
        const Nt__DuplicateTokenRequest *request = call->request->duplicate_token;
        g_autoptr(Token) copy = NULL;
        g_autoptr(Object) object = NULL;
        NTSTATUS status = token_duplicate(token, request->type == TokenImpersonation,
                        (SECURITY_IMPERSONATION_LEVEL) request->impersonation_level, &copy);

        if (NT_SUCCESS(status))
                status = token_object_new(copy, process_quota(call->process), &object);
        if (NT_SUCCESS(status))
                status = object_secure(path, NULL, object, process_quota(call->process));
        if (NT_SUCCESS(status))
                *ret = g_steal_pointer(&object);
        return status;
}

NTSTATUS rpc_duplicate_token(RpcCall *call) {
        const Nt__DuplicateTokenRequest *request = call->request->duplicate_token;
        Nt__GrantReply *body = rpc_prepare_grant(call);
        g_autoptr(Object) object = NULL, duplicate = NULL;
        g_auto(ObjectPath) path = { 0 };
        g_auto(Opened) opened = { 0 };
        ACCESS_MASK had = 0, granted = 0;
        Token *token = NULL;
        NTSTATUS status = rpc_capture_new(call, request->object_attributes, &token_type, &path);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status))
                status = grant_table_reference(process_grants(call->process),
                                rpc_grant_name(request->grant), &token_type,
                                rpc_kernel_mode(call) ? 0 : TOKEN_DUPLICATE, &object, &had);
        if (!NT_SUCCESS(status))
                return status;
        token = ((TokenObject *) object)->token;
        status = check_duplicate(request, token);
        if (NT_SUCCESS(status))
                status = make_duplicate(call, &path, token, &duplicate);
        if (NT_SUCCESS(status)) /* no wish at all: the rights of the source */
                status = access_check_create(path.token, token_type.rules, path.kernel_mode,
                                request->desired_access ? request->desired_access : had, &granted);
        if (NT_SUCCESS(status))
                status = opened_grant(
                                duplicate, granted, rpc_grants(call, path.attributes), &opened);
        return NT_SUCCESS(status) ? rpc_reply_grant(call, body, &opened, path.attributes) : status;
}

NTSTATUS rpc_access_check(RpcCall *call) {
        const Nt__AccessCheckRequest *request = call->request->access_check;
        Nt__AccessCheckReply *body = rpc_alloc(call, sizeof(*body));
        GENERIC_MAPPING mapping = { request->generic_read, request->generic_write,
                request->generic_execute, request->generic_all };
        g_autoptr(Object) object = NULL;
        DescriptorView view = { 0 };
        ACCESS_MASK granted = 0;
        Token *token = NULL;
        NTSTATUS status = reference_token(call, request->grant, TOKEN_QUERY, &object, &token);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status) && !token->impersonation)
                status = STATUS_NO_IMPERSONATION_TOKEN;
        if (NT_SUCCESS(status) && token->level < SecurityIdentification)
                status = STATUS_BAD_IMPERSONATION_LEVEL;
        if (NT_SUCCESS(status))
                status = descriptor_view(request->descriptor.data, request->descriptor.len, &view);
        if (!NT_SUCCESS(status))
                return status;
        nt__access_check_reply__init(body);
        body->access_status = access_check(
                        &view, token, &mapping, false, request->desired_access, &granted);
        body->granted_access = granted;
        if (NT_SUCCESS(body->access_status) && request->desired_access & ACCESS_SYSTEM_SECURITY)
                body->privileges_used = SE_BIT(SE_SECURITY_PRIVILEGE);
        call->reply->body_case = NT__REPLY__BODY_ACCESS_CHECK;
        call->reply->access_check = body;
        return STATUS_SUCCESS;
}
