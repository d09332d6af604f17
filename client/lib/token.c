#include "token.h"

#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "sid.h"
#include "trace.h"
#include "zw.h"

NTSTATUS token_reference(Target *target, ACCESS_MASK access) {
        if (target->handle == NtCurrentThreadToken())
                return STATUS_NO_TOKEN;
        return target_reference(target, NT__OBJECT_KIND__OBJECT_KIND_TOKEN, access);
}

static bool sid_is_whole(const ProtobufCBinaryData *sid) {
        return sid_check(sid->data, sid->len) && sid_size((const void *) sid->data) == sid->len;
}

static bool token_is_sane(const Nt__QueryTokenReply *token) {
        if (!sid_is_whole(&token->user) || !sid_is_whole(&token->owner) ||
                        !sid_is_whole(&token->primary_group))
                return false;
        for (size_t i = 0; i < token->n_groups; i++) {
                if (!sid_is_whole(&token->groups[i]->sid))
                        return false;
        }
        return true;
}

NTSTATUS token_fetch(Target *target, CallReply *reply) {
        Nt__QueryTokenRequest body = NT__QUERY_TOKEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        body.grant = target_grant(target);
        request.body_case = NT__REQUEST__BODY_QUERY_TOKEN;
        request.query_token = &body;
        status = connection_call(target->client, &request, reply);
        if (!NT_SUCCESS(status))
                return status;
        return token_is_sane(reply->message->query_token) ? STATUS_SUCCESS
                                                          : STATUS_PORT_DISCONNECTED;
}

NTSTATUS token_check_level(const Nt__QueryTokenReply *token) {
        if (token->type == TokenImpersonation &&
                        token->impersonation_level < SecurityIdentification)
                return STATUS_BAD_IMPERSONATION_LEVEL;
        return STATUS_SUCCESS;
}

/* What a token, and a handle, can have nothing to do with. */
#define REFUSED_ATTRIBUTES (OBJ_OPENLINK | OBJ_EXCLUSIVE)

/* What the daemon has to know of a call that the kernel makes. */
#define KERNEL_ATTRIBUTES (OBJ_KERNEL_HANDLE | OBJ_FORCE_ACCESS_CHECK | OBJ_INHERIT)

static NTSTATUS process_token_open(Opening *opening, HANDLE process, ULONG attributes) {
        Nt__OpenProcessTokenRequest body = NT__OPEN_PROCESS_TOKEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        status = target_enter(&target, process);
        if (NT_SUCCESS(status))
                status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = target_reference_process(&target, PROCESS_QUERY_LIMITED_INFORMATION);
        if (!NT_SUCCESS(status))
                return status;
        if (attributes & REFUSED_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;

        opening->attributes.flags = attributes & OBJ_INHERIT;
        if (!access_is_checked(opening->client)) {
                body.has_attributes = true;
                body.attributes = attributes & KERNEL_ATTRIBUTES;
        }
        body.process = target_grant(&target);
        body.desired_access = opening->access;
        request.body_case = NT__REQUEST__BODY_OPEN_PROCESS_TOKEN;
        request.open_process_token = &body;
        return opening_finish(opening, &request);
}

NTSTATUS zw_open_process_token_ex(
                HANDLE process, ACCESS_MASK access, ULONG attributes, PHANDLE token) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, token, access);
        status = process_token_open(&opening, process, attributes);
        opening_trace(&opening, "NtOpenProcessTokenEx", status, "");
        return status;
}

SERVICE(OpenProcessTokenEx,
                zw_open_process_token_ex,
                (HANDLE process, ACCESS_MASK access, ULONG attributes, PHANDLE token),
                (process, access, attributes, token));

NTSTATUS zw_open_process_token(HANDLE process, ACCESS_MASK access, PHANDLE token) {
        return zw_open_process_token_ex(process, access, 0, token);
}

SERVICE(OpenProcessToken,
                zw_open_process_token,
                (HANDLE process, ACCESS_MASK access, PHANDLE token),
                (process, access, token));

/* A quality of service that NtDuplicateToken() can do something with. */
static NTSTATUS quality_check(const SECURITY_QUALITY_OF_SERVICE *quality) {
        if (quality->Length != sizeof(*quality) ||
                        (ULONG) quality->ImpersonationLevel > SecurityDelegation ||
                        quality->ContextTrackingMode > SECURITY_DYNAMIC_TRACKING)
                return STATUS_INVALID_PARAMETER;
        return STATUS_SUCCESS;
}

static NTSTATUS token_capture(Opening *opening, const OBJECT_ATTRIBUTES *attributes) {
        Attributes *captured = &opening->attributes;
        NTSTATUS status;

        status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = opening_capture(opening, attributes, ATTRIBUTES_CREATE);
        if (!NT_SUCCESS(status) || !captured->has_quality)
                return status;
        return quality_check(&captured->quality);
}

static NTSTATUS token_duplicate(Opening *opening,
                HANDLE handle,
                const OBJECT_ATTRIBUTES *attributes,
                bool effective_only,
                TOKEN_TYPE type) {
        Nt__DuplicateTokenRequest body = NT__DUPLICATE_TOKEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        status = target_enter(&target, handle);
        if (!NT_SUCCESS(status))
                return status;
        if (type != TokenPrimary && type != TokenImpersonation)
                return STATUS_INVALID_PARAMETER;
        status = token_capture(opening, attributes);
        if (!NT_SUCCESS(status))
                return status;
        if (effective_only)
                return STATUS_NOT_SUPPORTED;
        status = token_reference(&target, TOKEN_DUPLICATE);
        if (!NT_SUCCESS(status))
                return status;

        if (opening->access == 0)
                opening->access = handle_entry_access(target.ref.entry);
        body.grant = target_grant(&target);
        body.desired_access = opening->access;
        body.object_attributes = &opening->attributes.message;
        body.type = (uint32_t) type;
        if (opening->attributes.has_quality)
                body.impersonation_level =
                                (uint32_t) opening->attributes.quality.ImpersonationLevel;
        request.body_case = NT__REQUEST__BODY_DUPLICATE_TOKEN;
        request.duplicate_token = &body;
        return opening_finish(opening, &request);
}

NTSTATUS zw_duplicate_token(HANDLE token,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                BOOLEAN effective_only,
                TOKEN_TYPE type,
                PHANDLE ret) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, ret, access);
        status = token_duplicate(&opening, token, attributes, effective_only, type);
        opening_trace(&opening, "NtDuplicateToken", status, "");
        return status;
}

SERVICE(DuplicateToken,
                zw_duplicate_token,
                (HANDLE token,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                BOOLEAN effective_only,
                                TOKEN_TYPE type,
                                PHANDLE ret),
                (token, access, attributes, effective_only, type, ret));
