#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

/*
 * Threads are no objects here, and impersonate nobody: what a program may ask of its own thread is
 * answered, and every handle is of another type.
 */

static NTSTATUS thread_check(Target *target) {
        NTSTATUS status;

        if (handle_pseudo(target->handle) == PSEUDO_THREAD)
                return STATUS_SUCCESS;
        status = target_reference(target, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0);
        return NT_SUCCESS(status) ? STATUS_OBJECT_TYPE_MISMATCH : status;
}

static NTSTATUS thread_token_open(HANDLE thread, PHANDLE token) {
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        status = target_enter(&target, thread);
        if (NT_SUCCESS(status))
                status = probe_clear_handle(token);
        if (NT_SUCCESS(status))
                status = thread_check(&target);
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
                status = thread_check(&target);
        if (NT_SUCCESS(status))
                status = STATUS_NOT_SUPPORTED;
        if (TRACING())
                trace_end("NtImpersonateAnonymousToken", status, "thread=%p", thread);
        return status;
}

SERVICE(ImpersonateAnonymousToken, zw_impersonate_anonymous_token, (HANDLE thread), (thread));

static NTSTATUS thread_set(
                HANDLE thread, THREADINFOCLASS information_class, const void *from, ULONG length) {
        autocleanup(target_clear) Target target;
        uint64_t token = 0;
        NTSTATUS status;

        status = target_enter(&target, thread);
        if (NT_SUCCESS(status))
                status = probe_range(from, length, 4);
        if (!NT_SUCCESS(status))
                return status;
        if (information_class != ThreadImpersonationToken)
                return (ULONG) information_class < MaxThreadInfoClass ? STATUS_NOT_IMPLEMENTED
                                                                      : STATUS_INVALID_INFO_CLASS;
        if (length != sizeof(HANDLE))
                return STATUS_INFO_LENGTH_MISMATCH;
        status = probe_read_64(&token, from);
        if (NT_SUCCESS(status))
                status = thread_check(&target);
        if (NT_SUCCESS(status) && token != 0)
                return STATUS_NOT_SUPPORTED;
        return status;
}

NTSTATUS zw_set_information_thread(
                HANDLE thread, THREADINFOCLASS information_class, PVOID information, ULONG length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = thread_set(thread, information_class, information, length);
        if (TRACING())
                trace_end("NtSetInformationThread", status, "thread=%p, class=%u, length=%u",
                                thread, (unsigned) information_class, length);
        return status;
}

SERVICE(SetInformationThread,
                zw_set_information_thread,
                (HANDLE thread, THREADINFOCLASS information_class, PVOID information, ULONG length),
                (thread, information_class, information, length));
