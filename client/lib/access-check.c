#include <stdlib.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "security-capture.h"
#include "service.h"
#include "token.h"
#include "trace.h"
#include "zw.h"

#define GENERIC_RIGHTS (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL)

/* An access check uses SeSecurityPrivilege, SeTakeOwnershipPrivilege and SeRelabelPrivilege at
 * most; there is always room for one in what is asked for. */
#define PRIVILEGES_USED_MAX 64u
#define SET_SIZE(n)         (offsetof(PRIVILEGE_SET, Privilege) + (n) * sizeof(LUID_AND_ATTRIBUTES))

/* One call. Ends with call_clear(). */
typedef struct AccessCall {
        Target target;
        const void *descriptor;
        ACCESS_MASK access;
        GENERIC_MAPPING mapping;
        PPRIVILEGE_SET privileges;
        PULONG privileges_length;
        ULONG room; /* bytes at @privileges */
        PACCESS_MASK granted;
        PNTSTATUS access_status;
        void *copy; /* of the descriptor */
        size_t n_copy;
} AccessCall;

static void call_clear(AccessCall *call) {
        free(call->copy);
        target_clear(&call->target);
}

static NTSTATUS pointers_check(AccessCall *call, const GENERIC_MAPPING *mapping) {
        NTSTATUS status;

        status = probe_read(&call->mapping, mapping, sizeof(*mapping), _Alignof(GENERIC_MAPPING));
        if (NT_SUCCESS(status))
                status = probe_writable(
                                call->privileges_length, sizeof(*call->privileges_length), 1);
        if (NT_SUCCESS(status))
                status = probe_read_32(&call->room, call->privileges_length);
        if (NT_SUCCESS(status) && !call->privileges)
                status = STATUS_ACCESS_VIOLATION; /* also for no bytes at all */
        if (NT_SUCCESS(status))
                status = probe_writable(call->privileges, call->room, _Alignof(PRIVILEGE_SET));
        if (NT_SUCCESS(status))
                status = probe_writable(call->granted, sizeof(*call->granted), 1);
        if (NT_SUCCESS(status))
                status = probe_writable(call->access_status, sizeof(*call->access_status), 1);
        return status;
}

/* What is wrong with the token comes before what is wrong with the descriptor. */
static NTSTATUS token_check(Target *target, NTSTATUS otherwise) {
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        call_reply_init(&reply);
        status = token_fetch(target, &reply);
        if (!NT_SUCCESS(status))
                return status;
        if (reply.message->query_token->type != TokenImpersonation)
                return STATUS_NO_IMPERSONATION_TOKEN;
        status = token_check_level(reply.message->query_token);
        return NT_SUCCESS(status) ? otherwise : status;
}

static NTSTATUS descriptor_capture(AccessCall *call) {
        const SECURITY_DESCRIPTOR_RELATIVE *header;
        NTSTATUS status = STATUS_ACCESS_VIOLATION;

        if (call->descriptor)
                status = security_capture(call->descriptor, &call->copy, &call->n_copy);
        if (!NT_SUCCESS(status))
                return status;
        header = call->copy;
        return header->Owner == 0 || header->Group == 0 ? STATUS_INVALID_SECURITY_DESCR
                                                        : STATUS_SUCCESS;
}

/* The privileges that were used, if there is room for them. */
static NTSTATUS privileges_answer(const AccessCall *call, uint64_t used) {
        uint8_t set[SET_SIZE(PRIVILEGES_USED_MAX)] = { 0 };
        ULONG n = 0;
        NTSTATUS status;

        for (uint32_t number = 0; number < 64; number++) {
                LUID_AND_ATTRIBUTES entry = {
                        .Luid = luid_from_number(number),
                        .Attributes = SE_PRIVILEGE_USED_FOR_ACCESS,
                };

                if (used >> number & 1)
                        __builtin_memcpy(set + SET_SIZE(n++), &entry, sizeof(entry));
        }
        __builtin_memcpy(set + offsetof(PRIVILEGE_SET, PrivilegeCount), &n, sizeof(n));

        if (call->room < SET_SIZE(n > 0 ? n : 1)) {
                status = probe_write_32(
                                call->privileges_length, (uint32_t) SET_SIZE(n > 0 ? n : 1));
                return NT_SUCCESS(status) ? STATUS_BUFFER_TOO_SMALL : status;
        }
        return probe_write(call->privileges, set, SET_SIZE(n > 0 ? n : 1));
}

static NTSTATUS access_answer(const AccessCall *call, const Nt__AccessCheckReply *answer) {
        NTSTATUS status;

        status = privileges_answer(call, answer->privileges_used);
        if (NT_SUCCESS(status))
                status = probe_write_32(call->granted, answer->granted_access);
        if (NT_SUCCESS(status))
                status = probe_write_32(call->access_status, (uint32_t) answer->access_status);
        return status;
}

static NTSTATUS access_send(AccessCall *call) {
        Nt__AccessCheckRequest body = NT__ACCESS_CHECK_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        call_reply_init(&reply);
        body.grant = target_grant(&call->target);
        body.descriptor.data = call->copy;
        body.descriptor.len = call->n_copy;
        body.desired_access = call->access;
        body.generic_read = call->mapping.GenericRead;
        body.generic_write = call->mapping.GenericWrite;
        body.generic_execute = call->mapping.GenericExecute;
        body.generic_all = call->mapping.GenericAll;
        request.body_case = NT__REQUEST__BODY_ACCESS_CHECK;
        request.access_check = &body;
        status = connection_call(call->target.client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return access_answer(call, reply.message->access_check);
}

/* The kernel may all, and no token is looked at. */
static NTSTATUS access_grant(const AccessCall *call) {
        ACCESS_MASK granted = call->access & ~MAXIMUM_ALLOWED;
        NTSTATUS status;

        if (call->access & MAXIMUM_ALLOWED)
                granted |= call->mapping.GenericAll;
        status = probe_write_32(call->granted, granted);
        return NT_SUCCESS(status) ? probe_write_32(call->access_status, STATUS_SUCCESS) : status;
}

static NTSTATUS access_check(AccessCall *call, const GENERIC_MAPPING *mapping) {
        NTSTATUS status, captured;

        status = pointers_check(call, mapping);
        if (!NT_SUCCESS(status))
                return status;
        if (call->access & GENERIC_RIGHTS)
                return STATUS_GENERIC_NOT_MAPPED;
        if (previous_mode_is_kernel())
                return access_grant(call);
        status = token_reference(&call->target, TOKEN_QUERY);
        if (!NT_SUCCESS(status))
                return status;
        captured = descriptor_capture(call);
        if (!NT_SUCCESS(captured))
                return token_check(&call->target, captured);
        return access_send(call);
}

NTSTATUS zw_access_check(PSECURITY_DESCRIPTOR descriptor,
                HANDLE token,
                ACCESS_MASK access,
                PGENERIC_MAPPING mapping,
                PPRIVILEGE_SET privileges,
                PULONG privileges_length,
                PACCESS_MASK granted,
                PNTSTATUS access_status) {
        AccessCall call = {
                .descriptor = descriptor,
                .access = access,
                .privileges = privileges,
                .privileges_length = privileges_length,
                .granted = granted,
                .access_status = access_status,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = target_enter(&call.target, token);
        if (NT_SUCCESS(status))
                status = access_check(&call, mapping);
        call_clear(&call);
        if (TRACING())
                trace_end("NtAccessCheck", status, "token=%p, access=0x%x", token, access);
        return status;
}

SERVICE(AccessCheck,
                zw_access_check,
                (PSECURITY_DESCRIPTOR descriptor,
                                HANDLE token,
                                ACCESS_MASK access,
                                PGENERIC_MAPPING mapping,
                                PPRIVILEGE_SET privileges,
                                PULONG privileges_length,
                                PACCESS_MASK granted,
                                PNTSTATUS access_status),
                (descriptor,
                                token,
                                access,
                                mapping,
                                privileges,
                                privileges_length,
                                granted,
                                access_status));
