#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "token.h"
#include "trace.h"
#include "zw.h"

/* More than there are; a longer list names some of them twice. */
#define PRIVILEGES_MAX       64u
#define PRIVILEGES_ALIGNMENT 4u
#define PRIVILEGES_SIZE(n)                                                                         \
        (offsetof(TOKEN_PRIVILEGES, Privileges) + (n) * sizeof(LUID_AND_ATTRIBUTES))
#define PRIVILEGE_SET_SIZE(n)                                                                      \
        (offsetof(PRIVILEGE_SET, Privilege) + (n) * sizeof(LUID_AND_ATTRIBUTES))

/* A field of a structure of the caller's, which may be anywhere, and aligned to nothing. */
static void *field_at(const void *structure, size_t offset) {
        return (void *) ((uintptr_t) structure + offset);
}

/* Copies the caller's list: a count at @from, and entries behind it, at @entries. */
static NTSTATUS privileges_capture(
                const void *from, size_t entries, LUID_AND_ATTRIBUTES *to, ULONG *ret_count) {
        ULONG count;
        NTSTATUS status;

        status = probe_read(&count, from, sizeof(count), PRIVILEGES_ALIGNMENT);
        if (!NT_SUCCESS(status))
                return status;
        if (count > PRIVILEGES_MAX)
                return STATUS_INVALID_PARAMETER;
        *ret_count = count;
        return probe_read(to, field_at(from, entries), count * sizeof(*to), PRIVILEGES_ALIGNMENT);
}

/* One call of NtAdjustPrivilegesToken(). */
typedef struct Adjustment {
        Target target;
        bool disable_all;
        const TOKEN_PRIVILEGES *state;
        PTOKEN_PRIVILEGES previous;
        ULONG length; /* of @previous */
        PULONG return_length;
        ULONG n_wanted;
        LUID_AND_ATTRIBUTES wanted[PRIVILEGES_MAX];
} Adjustment;

static NTSTATUS adjustment_check(Adjustment *call) {
        NTSTATUS status = STATUS_SUCCESS;

        if (!call->disable_all && !call->state)
                return STATUS_INVALID_PARAMETER;
        if (!call->disable_all)
                status = privileges_capture(
                                call->state, PRIVILEGES_SIZE(0), call->wanted, &call->n_wanted);
        if (!NT_SUCCESS(status) || !call->previous)
                return status;
        status = probe_writable(call->previous, call->length, PRIVILEGES_ALIGNMENT);
        if (NT_SUCCESS(status))
                status = probe_writable(call->return_length, sizeof(*call->return_length), 1);
        return status;
}

/* What of a privilege's state a program can switch. */
static ULONG wanted_state(const Adjustment *call, uint64_t luid, ULONG is) {
        ULONG state = call->disable_all ? 0 : is & SE_PRIVILEGE_ENABLED;

        for (ULONG i = 0; i < call->n_wanted; i++) {
                if (luid_number(call->wanted[i].Luid) == luid)
                        state = call->wanted[i].Attributes &
                                (SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_REMOVED);
        }
        return state;
}

/* Whether the changes fit into the caller's buffer, before they are made. */
static NTSTATUS adjustment_measure(Adjustment *call) {
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryTokenReply *token;
        size_t n = 0, size;
        NTSTATUS status;

        call_reply_init(&reply);
        status = token_fetch(&call->target, &reply);
        if (!NT_SUCCESS(status))
                return status;
        token = reply.message->query_token;
        for (size_t i = 0; i < token->n_privileges; i++) {
                ULONG is = token->privileges[i]->attributes & SE_PRIVILEGE_ENABLED;

                if (wanted_state(call, token->privileges[i]->luid, is) != is)
                        n++;
        }
        size = PRIVILEGES_SIZE(n);
        if (call->length >= size)
                return STATUS_SUCCESS;
        status = probe_write_32(call->return_length, (uint32_t) size);
        return NT_SUCCESS(status) ? STATUS_BUFFER_TOO_SMALL : status;
}

static NTSTATUS adjustment_answer(
                const Adjustment *call, Nt__Privilege *const *previous, size_t n_previous) {
        LUID_AND_ATTRIBUTES entries[PRIVILEGES_MAX];
        const ULONG count = (ULONG) n_previous;
        NTSTATUS status;

        if (n_previous > PRIVILEGES_MAX)
                return STATUS_PORT_DISCONNECTED;
        for (size_t i = 0; i < n_previous; i++)
                entries[i] = (LUID_AND_ATTRIBUTES){
                        .Luid = luid_from_number(previous[i]->luid),
                        .Attributes = previous[i]->attributes,
                };

        status = probe_write_32(call->return_length, (uint32_t) PRIVILEGES_SIZE(n_previous));
        if (!NT_SUCCESS(status))
                return status;
        if (call->length < PRIVILEGES_SIZE(n_previous))
                return STATUS_BUFFER_TOO_SMALL; /* another thread was at it */
        status = probe_write_32(call->previous, count);
        if (!NT_SUCCESS(status))
                return status;
        return probe_write(field_at(call->previous, PRIVILEGES_SIZE(0)), entries,
                        n_previous * sizeof(entries[0]));
}

static NTSTATUS adjustment_send(Adjustment *call) {
        Nt__AdjustPrivilegesRequest body = NT__ADJUST_PRIVILEGES_REQUEST__INIT;
        Nt__Privilege messages[PRIVILEGES_MAX], *list[PRIVILEGES_MAX];
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status, written;

        for (ULONG i = 0; i < call->n_wanted; i++) {
                nt__privilege__init(&messages[i]);
                messages[i].luid = luid_number(call->wanted[i].Luid);
                messages[i].attributes = call->wanted[i].Attributes;
                list[i] = &messages[i];
        }
        call_reply_init(&reply);
        body.grant = target_grant(&call->target);
        body.disable_all = call->disable_all;
        body.n_privileges = call->n_wanted;
        body.privileges = list;
        request.body_case = NT__REQUEST__BODY_ADJUST_PRIVILEGES;
        request.adjust_privileges = &body;
        status = connection_call(call->target.client, &request, &reply);
        if (!NT_SUCCESS(status) || !call->previous)
                return status;
        written = adjustment_answer(call, reply.message->adjust_privileges->previous,
                        reply.message->adjust_privileges->n_previous);
        return NT_SUCCESS(written) ? status : written;
}

static NTSTATUS adjustment_run(Adjustment *call) {
        ACCESS_MASK access = TOKEN_ADJUST_PRIVILEGES | (call->previous ? TOKEN_QUERY : 0);
        NTSTATUS status;
        size_t most;

        status = adjustment_check(call);
        most = call->disable_all ? PRIVILEGES_MAX : call->n_wanted;
        if (NT_SUCCESS(status))
                status = token_reference(&call->target, access);
        if (NT_SUCCESS(status) && call->previous && call->length < PRIVILEGES_SIZE(most))
                status = adjustment_measure(call);
        return NT_SUCCESS(status) ? adjustment_send(call) : status;
}

NTSTATUS zw_adjust_privileges_token(HANDLE token,
                BOOLEAN disable_all,
                PTOKEN_PRIVILEGES state,
                ULONG length,
                PTOKEN_PRIVILEGES previous,
                PULONG return_length) {
        Adjustment call = {
                .disable_all = disable_all != FALSE,
                .state = state,
                .previous = previous,
                .length = length,
                .return_length = return_length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = target_enter(&call.target, token);
        if (NT_SUCCESS(status))
                status = adjustment_run(&call);
        target_clear(&call.target);
        if (TRACING())
                trace_end("NtAdjustPrivilegesToken", status, "token=%p, disable_all=%u, n=%u",
                                token, disable_all, call.n_wanted);
        return status;
}

SERVICE(AdjustPrivilegesToken,
                zw_adjust_privileges_token,
                (HANDLE token,
                                BOOLEAN disable_all,
                                PTOKEN_PRIVILEGES state,
                                ULONG length,
                                PTOKEN_PRIVILEGES previous,
                                PULONG return_length),
                (token, disable_all, state, length, previous, return_length));

static bool privilege_is_enabled(const Nt__QueryTokenReply *token, uint64_t luid) {
        for (size_t i = 0; i < token->n_privileges; i++) {
                if (token->privileges[i]->luid == luid)
                        return token->privileges[i]->attributes & SE_PRIVILEGE_ENABLED;
        }
        return false;
}

/* Marks those that are enabled. Return: whether that is enough. */
static bool privileges_mark(const Nt__QueryTokenReply *token,
                LUID_AND_ATTRIBUTES *entries,
                ULONG count,
                bool all) {
        ULONG n = 0;

        for (ULONG i = 0; i < count; i++) {
                if (!privilege_is_enabled(token, luid_number(entries[i].Luid)))
                        continue;
                entries[i].Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
                n++;
        }
        return all ? n == count : n > 0;
}

static NTSTATUS privilege_answer(Target *target,
                PPRIVILEGE_SET set,
                LUID_AND_ATTRIBUTES *entries,
                ULONG count,
                bool *ret) {
        autocleanup(call_reply_clear) CallReply reply;
        ULONG control;
        NTSTATUS status;

        call_reply_init(&reply);
        status = probe_read_32(&control, field_at(set, offsetof(PRIVILEGE_SET, Control)));
        if (NT_SUCCESS(status))
                status = token_reference(target, TOKEN_QUERY);
        if (NT_SUCCESS(status))
                status = token_fetch(target, &reply);
        if (NT_SUCCESS(status))
                status = token_check_level(reply.message->query_token);
        if (!NT_SUCCESS(status))
                return status;
        if (previous_mode_is_kernel()) { /* holds them all, whatever the token says */
                *ret = true;
                return STATUS_SUCCESS;
        }
        *ret = privileges_mark(reply.message->query_token, entries, count,
                        control & PRIVILEGE_SET_ALL_NECESSARY);
        return probe_write(field_at(set, PRIVILEGE_SET_SIZE(0)), entries, count * sizeof(*entries));
}

static NTSTATUS privilege_check(HANDLE token, PPRIVILEGE_SET set, PBOOLEAN result) {
        LUID_AND_ATTRIBUTES entries[PRIVILEGES_MAX];
        autocleanup(target_clear) Target target;
        bool held = false;
        ULONG count = 0;
        BOOLEAN answer;
        NTSTATUS status;

        status = target_enter(&target, token);
        if (NT_SUCCESS(status))
                status = probe_writable(set, PRIVILEGE_SET_SIZE(0), PRIVILEGES_ALIGNMENT);
        if (NT_SUCCESS(status))
                status = privileges_capture(set, PRIVILEGE_SET_SIZE(0), entries, &count);
        if (NT_SUCCESS(status))
                status = probe_writable(set, PRIVILEGE_SET_SIZE(count), PRIVILEGES_ALIGNMENT);
        if (NT_SUCCESS(status))
                status = probe_writable(result, sizeof(*result), 1);
        if (NT_SUCCESS(status))
                status = privilege_answer(&target, set, entries, count, &held);
        if (!NT_SUCCESS(status))
                return status;
        answer = held ? TRUE : FALSE;
        return probe_write(result, &answer, sizeof(answer));
}

NTSTATUS zw_privilege_check(HANDLE token, PPRIVILEGE_SET required, PBOOLEAN result) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = privilege_check(token, required, result);
        if (TRACING())
                trace_end("NtPrivilegeCheck", status, "token=%p", token);
        return status;
}

SERVICE(PrivilegeCheck,
                zw_privilege_check,
                (HANDLE token, PPRIVILEGE_SET required, PBOOLEAN result),
                (token, required, result));
