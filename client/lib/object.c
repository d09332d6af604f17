#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "object-name.h"
#include "object-type.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtClose on a pseudo handle: -1 and -2 are refused (ReactOS's kernel-mode tests), the others are a
 * success without effect (as under Wine; nothing else is known of them).
 */
static NTSTATUS object_close(HANDLE handle) {
        const Client *client;
        NTSTATUS status;

        status = client_enter(CLIENT_HANDLES, &client);
        if (handle_pseudo(handle) != PSEUDO_NONE && status != STATUS_PORT_DISCONNECTED)
                return handle_pseudo(handle) == PSEUDO_TOKEN ? STATUS_SUCCESS
                                                             : STATUS_INVALID_HANDLE;
        if (!NT_SUCCESS(status))
                return status;
        return handle_close(client, handle);
}

NTSTATUS zw_close(HANDLE handle) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = object_close(handle);
        if (TRACING())
                trace_end("NtClose", status, "handle=%p", handle);
        return status;
}

SERVICE(Close, zw_close, (HANDLE handle), (handle));

/* One query: the caller's buffer, and the handle, which may be a pseudo handle. */
typedef struct ObjectQuery {
        const Client *client; /* NULL: not attached */
        HANDLE handle;
        PVOID information;
        ULONG length;
        ULONG needed; /* for ReturnLength, on failure too */
        HandleRef ref;
        Nt__Grant grant;
} ObjectQuery;

/* What is known of a pseudo handle without a message is answered without an attachment too. */
static NTSTATUS query_attach(ObjectQuery *query) {
        return query->client ? STATUS_SUCCESS : client_enter(CLIENT_ATTACH, &query->client);
}

static NTSTATUS query_reference(ObjectQuery *query) {
        NTSTATUS status;

        status = handle_reference(query->client, query->handle, NT__OBJECT_KIND__OBJECT_KIND_NONE,
                        0, &query->ref);
        if (!NT_SUCCESS(status))
                return status;
        query->grant = handle_grant(&query->ref);
        return STATUS_SUCCESS;
}

/* What was made for this reference only is nobody's handle. */
static ULONG count_of_others(uint32_t count, const HandleRef *ref) {
        return count - (ref->owner && count > 0 ? 1u : 0u);
}

static void basic_fill(OBJECT_BASIC_INFORMATION *basic,
                const HandleRef *ref,
                const Nt__QueryObjectReply *answer) {
        *basic = (OBJECT_BASIC_INFORMATION){
                .Attributes = answer->attributes | handle_attributes(ref),
                .GrantedAccess = handle_entry_access(ref->entry),
                .HandleCount = count_of_others(answer->handle_count, ref),
                .PointerCount = count_of_others(answer->pointer_count, ref),
                .TypeInfoSize = object_type_name_size(ref->info.kind),
                .CreationTime.QuadPart = (LONGLONG) answer->creation_time,
        };
        if (basic->GrantedAccess & READ_CONTROL)
                basic->SecurityDescriptorSize = answer->descriptor_length;
        if (answer->name_length > 0)
                basic->NameInfoSize = (ULONG) (sizeof(OBJECT_NAME_INFORMATION) +
                                               answer->name_length + sizeof(WCHAR));
}

static NTSTATUS query_basic(ObjectQuery *query) {
        Nt__QueryObjectRequest body = NT__QUERY_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        OBJECT_BASIC_INFORMATION basic;
        NTSTATUS status;

        call_reply_init(&reply);
        query->needed = sizeof(basic);
        if (query->length < sizeof(basic))
                return STATUS_INFO_LENGTH_MISMATCH;
        if (handle_pseudo(query->handle) != PSEUDO_NONE) {
                status = query_attach(query);
                if (NT_SUCCESS(status))
                        status = query_reference(query);
                if (!NT_SUCCESS(status))
                        return status;
        }

        body.grant = &query->grant;
        request.body_case = NT__REQUEST__BODY_QUERY_OBJECT;
        request.query_object = &body;
        status = connection_call(query->client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;

        basic_fill(&basic, &query->ref, reply.message->query_object);
        return probe_write(query->information, &basic, sizeof(basic));
}

static NTSTATUS query_name(ObjectQuery *query) {
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        call_reply_init(&reply);
        if (handle_pseudo(query->handle) != PSEUDO_NONE)
                return object_name_write(
                                NULL, false, query->information, query->length, &query->needed);

        status = object_name_ask(query->client, &query->ref, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return object_name_write(&reply.message->bytes->value,
                        query->ref.info.kind == NT__OBJECT_KIND__OBJECT_KIND_FILE,
                        query->information, query->length, &query->needed);
}

static NTSTATUS query_handle_flags(ObjectQuery *query) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { FALSE, FALSE };

        query->needed = sizeof(flags);
        if (query->length != sizeof(flags))
                return STATUS_INFO_LENGTH_MISMATCH;
        if (handle_pseudo(query->handle) == PSEUDO_NONE) {
                flags.Inherit = (query->ref.entry & HANDLE_ENTRY_INHERIT) != 0;
                flags.ProtectFromClose = (query->ref.entry & HANDLE_ENTRY_PROTECT) != 0;
        }
        return probe_write(query->information, &flags, sizeof(flags));
}

/* Of the type of the handle's object, which a pseudo handle tells by its value. */
static NTSTATUS query_type(ObjectQuery *query) {
        uint32_t kind = query->ref.info.kind;
        NTSTATUS status;

        switch (handle_pseudo(query->handle)) {
        case PSEUDO_NONE:
                break;
        case PSEUDO_PROCESS:
                kind = NT__OBJECT_KIND__OBJECT_KIND_PROCESS;
                break;
        case PSEUDO_TOKEN:
                kind = NT__OBJECT_KIND__OBJECT_KIND_TOKEN;
                break;
        case PSEUDO_THREAD:
                kind = NT__OBJECT_KIND__OBJECT_KIND_THREAD;
                break;
        }
        status = query_attach(query);
        if (!NT_SUCCESS(status))
                return status;
        return object_type_query(
                        query->client, kind, query->information, query->length, &query->needed);
}

static NTSTATUS query_types(ObjectQuery *query) {
        NTSTATUS status = query_attach(query);

        if (!NT_SUCCESS(status))
                return status;
        return object_types_query(query->client, query->information, query->length, &query->needed);
}

static NTSTATUS query_class(ObjectQuery *query, OBJECT_INFORMATION_CLASS information_class) {
        switch ((ULONG) information_class) {
        case ObjectBasicInformation:
                return query_basic(query);
        case ObjectNameInformation:
                return query_name(query);
        case ObjectTypeInformation:
                return query_type(query);
        case ObjectTypesInformation:
                return query_types(query);
        case ObjectHandleFlagInformation:
                return query_handle_flags(query);
        default:
                return STATUS_INVALID_INFO_CLASS;
        }
}

/* The list of types needs no handle. */
static NTSTATUS query_handle(
                ObjectQuery *query, OBJECT_INFORMATION_CLASS information_class, NTSTATUS entered) {
        if (!NT_SUCCESS(entered))
                query->client = NULL;
        if (handle_pseudo(query->handle) != PSEUDO_NONE ||
                        information_class == ObjectTypesInformation)
                return STATUS_SUCCESS;
        return NT_SUCCESS(entered) ? query_reference(query) : entered;
}

static void query_clear(ObjectQuery *query) {
        handle_release(&query->ref);
}

static NTSTATUS object_query(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        autocleanup(query_clear) ObjectQuery query = {
                .handle = handle,
                .information = information,
                .length = length,
        };
        NTSTATUS entered, status, written;

        entered = client_enter(CLIENT_HANDLES, &query.client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = probe_writable(information, length, 1);
        if (NT_SUCCESS(status) && return_length)
                status = probe_writable(return_length, sizeof(*return_length), 1);
        if (NT_SUCCESS(status))
                status = query_handle(&query, information_class, entered);
        if (!NT_SUCCESS(status))
                return status;

        status = query_class(&query, information_class);
        if (!return_length)
                return status;
        written = probe_write_32(return_length, query.needed);
        return NT_SUCCESS(written) ? status : written;
}

NTSTATUS zw_query_object(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = object_query(handle, information_class, information, length, return_length);
        if (TRACING())
                trace_end("NtQueryObject", status, "handle=%p, class=%u, length=%u", handle,
                                (unsigned) information_class, length);
        return status;
}

SERVICE(QueryObject,
                zw_query_object,
                (HANDLE handle,
                                OBJECT_INFORMATION_CLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (handle, information_class, information, length, return_length));
