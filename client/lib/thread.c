#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

/* Tokens of threads: threads impersonate nobody here, and have none. */

static NTSTATUS thread_check(Target *target, ACCESS_MASK access) {
        if (handle_pseudo(target->handle) == PSEUDO_THREAD)
                return STATUS_SUCCESS;
        return target_reference(target, NT__OBJECT_KIND__OBJECT_KIND_THREAD, access);
}

static NTSTATUS thread_token_open(HANDLE thread, PHANDLE token) {
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        status = target_enter(&target, thread);
        if (NT_SUCCESS(status))
                status = probe_clear_handle(token);
        if (NT_SUCCESS(status))
                status = thread_check(&target, THREAD_QUERY_INFORMATION);
        return NT_SUCCESS(status) ? STATUS_NO_TOKEN : status;
}

NTSTATUS zw_open_thread_token_ex(HANDLE thread,
                ACCESS_MASK access,
                BOOLEAN as_self,
                ULONG attributes,
                PHANDLE token) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = thread_token_open(thread, token);
        if (TRACING())
                trace_end("NtOpenThreadTokenEx", status,
                                "thread=%p, access=0x%x, as_self=%u, attributes=0x%x", thread,
                                access, as_self, attributes);
        return status;
}

SERVICE(OpenThreadTokenEx,
                zw_open_thread_token_ex,
                (HANDLE thread,
                                ACCESS_MASK access,
                                BOOLEAN as_self,
                                ULONG attributes,
                                PHANDLE token),
                (thread, access, as_self, attributes, token));

NTSTATUS zw_open_thread_token(HANDLE thread, ACCESS_MASK access, BOOLEAN as_self, PHANDLE token) {
        return zw_open_thread_token_ex(thread, access, as_self, 0, token);
}

SERVICE(OpenThreadToken,
                zw_open_thread_token,
                (HANDLE thread, ACCESS_MASK access, BOOLEAN as_self, PHANDLE token),
                (thread, access, as_self, token));

NTSTATUS zw_impersonate_anonymous_token(HANDLE thread) {
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = target_enter(&target, thread);
        if (NT_SUCCESS(status))
                status = thread_check(&target, THREAD_IMPERSONATE);
        if (NT_SUCCESS(status))
                status = STATUS_NOT_SUPPORTED;
        if (TRACING())
                trace_end("NtImpersonateAnonymousToken", status, "thread=%p", thread);
        return status;
}

SERVICE(ImpersonateAnonymousToken, zw_impersonate_anonymous_token, (HANDLE thread), (thread));
