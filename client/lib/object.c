#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
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

NTSTATUS NTAPI NtClose(HANDLE Handle) {
        return zw_close(Handle);
}
SERVICE_TWIN(ZwClose, NtClose);

#define TYPE_INFORMATION_SIZE 104u /* OBJECT_TYPE_INFORMATION */

/* Bytes of the type's name, without a NUL. */
static ULONG type_name_length(uint32_t kind) {
        switch (kind) {
        case NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY:
                return sizeof(u"Directory") - sizeof(WCHAR);
        case NT__OBJECT_KIND__OBJECT_KIND_SYMBOLIC_LINK:
                return sizeof(u"SymbolicLink") - sizeof(WCHAR);
        case NT__OBJECT_KIND__OBJECT_KIND_SECTION:
                return sizeof(u"Section") - sizeof(WCHAR);
        default:
                return 0;
        }
}

/* One query: the caller's buffer, and the handle, which may be a pseudo handle. */
typedef struct ObjectQuery {
        const Client *client;
        PVOID information;
        ULONG length;
        ULONG needed; /* for ReturnLength, on failure too */
        bool pseudo;
        HandleRef ref;
        Nt__Grant grant;
} ObjectQuery;

static ULONG handle_attributes(uint64_t entry) {
        return (entry & HANDLE_ENTRY_INHERIT ? OBJ_INHERIT : 0) |
               (entry & HANDLE_ENTRY_PROTECT ? OBJ_PROTECT_CLOSE : 0);
}

static void basic_fill(OBJECT_BASIC_INFORMATION *basic,
                const HandleRef *ref,
                const Nt__QueryObjectReply *answer) {
        *basic = (OBJECT_BASIC_INFORMATION){
                .Attributes = answer->attributes | handle_attributes(ref->entry),
                .GrantedAccess = handle_entry_access(ref->entry),
                .HandleCount = answer->handle_count,
                .PointerCount = answer->pointer_count,
                .TypeInfoSize = TYPE_INFORMATION_SIZE + type_name_length(ref->info.kind) +
                                (ULONG) sizeof(WCHAR),
                .CreationTime.QuadPart = (LONGLONG) answer->creation_time,
        };
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
        if (query->pseudo)
                return STATUS_NOT_SUPPORTED;

        body.grant = &query->grant;
        request.body_case = NT__REQUEST__BODY_QUERY_OBJECT;
        request.query_object = &body;
        status = connection_call(query->client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;

        basic_fill(&basic, &query->ref, reply.message->query_object);
        return probe_write(query->information, &basic, sizeof(basic));
}

/* Writes the structure, the text right behind it, and a NUL. */
static NTSTATUS name_write(ObjectQuery *query, const uint8_t *name, size_t n_name) {
        OBJECT_NAME_INFORMATION header = { { 0, 0, NULL } };
        uint8_t *text = (uint8_t *) query->information + sizeof(header);
        const WCHAR end = 0;
        NTSTATUS status;

        query->needed = sizeof(header);
        if (n_name > 0)
                query->needed = (ULONG) (sizeof(header) + n_name + sizeof(WCHAR));
        if (query->length < query->needed)
                return STATUS_INFO_LENGTH_MISMATCH;

        if (n_name > 0) {
                header.Name.Length = (USHORT) n_name;
                header.Name.MaximumLength = (USHORT) (n_name + sizeof(WCHAR));
                header.Name.Buffer = (PWSTR) text;
                status = probe_write(text, name, n_name);
                if (NT_SUCCESS(status))
                        status = probe_write(text + n_name, &end, sizeof(end));
                if (!NT_SUCCESS(status))
                        return status;
        }
        return probe_write(query->information, &header, sizeof(header));
}

static NTSTATUS query_name(ObjectQuery *query) {
        Nt__QueryNameRequest body = NT__QUERY_NAME_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const ProtobufCBinaryData *name;
        NTSTATUS status;

        call_reply_init(&reply);
        if (query->pseudo)
                return name_write(query, NULL, 0);

        body.grant = &query->grant;
        request.body_case = NT__REQUEST__BODY_QUERY_NAME;
        request.query_name = &body;
        status = connection_call(query->client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        name = &reply.message->bytes->value;
        if (name->len > UINT16_MAX - 1 - sizeof(WCHAR))
                return STATUS_NAME_TOO_LONG;
        return name_write(query, name->data, name->len);
}

static NTSTATUS query_handle_flags(ObjectQuery *query) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { FALSE, FALSE };

        query->needed = sizeof(flags);
        if (query->length < sizeof(flags))
                return STATUS_INVALID_BUFFER_SIZE;
        if (!query->pseudo) {
                flags.Inherit = (query->ref.entry & HANDLE_ENTRY_INHERIT) != 0;
                flags.ProtectFromClose = (query->ref.entry & HANDLE_ENTRY_PROTECT) != 0;
        }
        return probe_write(query->information, &flags, sizeof(flags));
}

static NTSTATUS query_class(ObjectQuery *query, OBJECT_INFORMATION_CLASS information_class) {
        switch ((ULONG) information_class) {
        case ObjectBasicInformation:
                return query_basic(query);
        case ObjectNameInformation:
                return query_name(query);
        case ObjectTypeInformation:
        case ObjectTypesInformation:
                return STATUS_NOT_IMPLEMENTED;
        case ObjectHandleFlagInformation:
                return query_handle_flags(query);
        default:
                return STATUS_INVALID_INFO_CLASS;
        }
}

/* The list of types needs no handle. */
static NTSTATUS query_handle(ObjectQuery *query,
                HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                NTSTATUS entered) {
        NTSTATUS status;

        query->pseudo = handle_pseudo(handle) != PSEUDO_NONE;
        if (query->pseudo || information_class == ObjectTypesInformation)
                return STATUS_SUCCESS;
        if (!NT_SUCCESS(entered))
                return entered;

        status = handle_reference(
                        query->client, handle, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &query->ref);
        if (!NT_SUCCESS(status))
                return status;
        nt__grant__init(&query->grant);
        query->grant.slot = query->ref.slot;
        query->grant.tag = query->ref.info.tag;
        return STATUS_SUCCESS;
}

static NTSTATUS object_query(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        ObjectQuery query = { .information = information, .length = length };
        NTSTATUS entered, status, written;

        entered = client_enter(CLIENT_HANDLES, &query.client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = probe_writable(information, length, 1);
        if (NT_SUCCESS(status) && return_length)
                status = probe_writable(return_length, sizeof(*return_length), 1);
        if (NT_SUCCESS(status))
                status = query_handle(&query, handle, information_class, entered);
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

NTSTATUS NTAPI NtQueryObject(HANDLE Handle,
                OBJECT_INFORMATION_CLASS ObjectInformationClass,
                PVOID ObjectInformation,
                ULONG Length,
                PULONG ReturnLength) {
        return zw_query_object(
                        Handle, ObjectInformationClass, ObjectInformation, Length, ReturnLength);
}
SERVICE_TWIN(ZwQueryObject, NtQueryObject);
