#include "object-name.h"

#include "ntobapi.h"
#include "ntstatus.h"
#include "probe.h"

NTSTATUS object_name_ask(const Client *client, const HandleRef *ref, CallReply *reply) {
        Nt__Grant grant = handle_grant(ref);
        Nt__QueryNameRequest body = NT__QUERY_NAME_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_QUERY_NAME;
        request.query_name = &body;
        return connection_call(client, &request, reply);
}

/* What fits of the text, without a NUL. The lengths are those of all of it (Wine's tests; ReactOS).
 */
static NTSTATUS text_write_cut(
                const ProtobufCBinaryData *name, uint8_t *text, size_t room, void *information) {
        OBJECT_NAME_INFORMATION header = { { (USHORT) name->len,
                        (USHORT) (name->len + sizeof(WCHAR)), (PWSTR) text } };
        size_t n_fits = room < name->len ? room & ~(size_t) 1 : name->len;
        NTSTATUS status = probe_write(text, name->data, n_fits);

        if (NT_SUCCESS(status))
                status = probe_write(information, &header, sizeof(header));
        return NT_SUCCESS(status) ? STATUS_BUFFER_OVERFLOW : status;
}

/* Writes the structure, the text right behind it, and a NUL. */
NTSTATUS object_name_write(const ProtobufCBinaryData *name,
                bool cut,
                PVOID information,
                ULONG length,
                ULONG *ret_needed) {
        OBJECT_NAME_INFORMATION header = { { 0, 0, NULL } };
        uint8_t *text = (uint8_t *) information + sizeof(header);
        size_t n_name = name ? name->len : 0;
        const WCHAR end = 0;
        NTSTATUS status;

        if (n_name > UINT16_MAX - 1 - sizeof(WCHAR))
                return STATUS_NAME_TOO_LONG;
        *ret_needed = (ULONG) (sizeof(header) + (n_name > 0 ? n_name + sizeof(WCHAR) : 0));
        if (length < *ret_needed && cut && length >= sizeof(header))
                return text_write_cut(name, text, length - sizeof(header), information);
        if (length < *ret_needed)
                return STATUS_INFO_LENGTH_MISMATCH;

        if (n_name > 0) {
                header.Name.Length = (USHORT) n_name;
                header.Name.MaximumLength = (USHORT) (n_name + sizeof(WCHAR));
                header.Name.Buffer = (PWSTR) text;
                status = probe_write(text, name->data, n_name);
                if (NT_SUCCESS(status))
                        status = probe_write(text + n_name, &end, sizeof(end));
                if (!NT_SUCCESS(status))
                        return status;
        }
        return probe_write(information, &header, sizeof(header));
}
