#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "object-ask.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtSetInformationObject
 */

/* A handle of this process; kernel handles are the daemon's. */
static NTSTATUS own_flags_set(
                const Client *client, HANDLE handle, const OBJECT_HANDLE_FLAG_INFORMATION *flags) {
        uint64_t changed;
        HandleRef ref;
        NTSTATUS status;

        do {
                status = handle_reference(
                                client, handle, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &ref);
                if (!NT_SUCCESS(status))
                        return status;
                changed = (ref.entry & ~(HANDLE_ENTRY_INHERIT | HANDLE_ENTRY_PROTECT)) |
                          (flags->Inherit ? HANDLE_ENTRY_INHERIT : 0) |
                          (flags->ProtectFromClose ? HANDLE_ENTRY_PROTECT : 0);
        } while (!handle_table_change(client->page, ref.index, ref.entry, changed));
        return STATUS_SUCCESS;
}

static NTSTATUS kernel_flags_set(
                const Client *client, HANDLE handle, const OBJECT_HANDLE_FLAG_INFORMATION *flags) {
        Nt__SetKernelHandleFlagsRequest body = NT__SET_KERNEL_HANDLE_FLAGS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;

        call_reply_init(&reply);
        if (access_is_checked(client))
                return STATUS_INVALID_HANDLE;
        body.handle = (uintptr_t) handle;
        body.inherit = flags->Inherit != 0;
        body.protect = flags->ProtectFromClose != 0;
        request.body_case = NT__REQUEST__BODY_SET_KERNEL_HANDLE_FLAGS;
        request.set_kernel_handle_flags = &body;
        return connection_call(client, &request, &reply);
}

static NTSTATUS flags_set(
                const Client *client, HANDLE handle, const void *information, ULONG length) {
        OBJECT_HANDLE_FLAG_INFORMATION flags;
        NTSTATUS status;

        if (length != sizeof(flags))
                return STATUS_INFO_LENGTH_MISMATCH;
        status = probe_read(&flags, information, sizeof(flags), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (handle_pseudo(handle) != PSEUDO_NONE)
                return STATUS_ACCESS_DENIED;
        if (!client)
                return STATUS_INVALID_HANDLE;
        if (handle_is_kernel(handle))
                return kernel_flags_set(client, handle, &flags);
        return own_flags_set(client, handle, &flags);
}

static NTSTATUS set_handle_flags(HANDLE handle, const void *information, ULONG length) {
        const Client *client;
        NTSTATUS entered;

        entered = client_enter(CLIENT_HANDLES, &client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        return flags_set(NT_SUCCESS(entered) ? client : NULL, handle, information, length);
}

/* The class has no data: the session is the caller's. */
static NTSTATUS set_session(HANDLE handle) {
        const ObjectAsk ask = {
                .kind = NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY,
                .privilege_first = true,
                .body_case = NT__REQUEST__BODY_SET_OBJECT_SESSION,
        };

        return object_ask(handle, &ask);
}

static NTSTATUS object_set(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                const void *information,
                ULONG length) {
        switch ((ULONG) information_class) {
        case ObjectHandleFlagInformation:
                return set_handle_flags(handle, information, length);
        case ObjectSessionInformation:
                return set_session(handle);
        default:
                return STATUS_INVALID_INFO_CLASS;
        }
}

NTSTATUS zw_set_information_object(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = object_set(handle, information_class, information, length);
        if (TRACING())
                trace_end("NtSetInformationObject", status, "handle=%p, class=%u, length=%u",
                                handle, (unsigned) information_class, length);
        return status;
}

SERVICE(SetInformationObject,
                zw_set_information_object,
                (HANDLE handle,
                                OBJECT_INFORMATION_CLASS information_class,
                                PVOID information,
                                ULONG length),
                (handle, information_class, information, length));
