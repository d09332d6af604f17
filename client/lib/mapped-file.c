#include "mapped-file.h"

#include "address-space.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "region.h"
#include "service.h"
#include "trace.h"
#include "view-bond.h"
#include "zw.h"

static NTSTATUS name_ask(const Client *client, const ViewBond *bond, CallReply *reply) {
        Nt__Grant grant = grant_message(bond->slot, bond->tag);
        Nt__QuerySectionNameRequest body = NT__QUERY_SECTION_NAME_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_QUERY_SECTION_NAME;
        request.query_section_name = &body;
        return connection_call(client, &request, reply);
}

/* The name with its terminator comes right behind the header, if there is room for all of it. */
static NTSTATUS
name_write(const ProtobufCBinaryData *name, PVOID information, SIZE_T length, PSIZE_T needed_at) {
        WCHAR *characters = (WCHAR *) ((UNICODE_STRING *) information + 1);
        UNICODE_STRING header = { .Buffer = characters };
        NTSTATUS status = STATUS_SUCCESS;

        if (name->len > UINT16_MAX - sizeof(WCHAR) || name->len % sizeof(WCHAR) != 0)
                return STATUS_NAME_TOO_LONG;
        header.Length = (USHORT) name->len;
        header.MaximumLength = (USHORT) (name->len + sizeof(WCHAR));
        if (needed_at)
                status = probe_write_64(needed_at, sizeof(header) + header.MaximumLength);
        if (!NT_SUCCESS(status))
                return status;
        if (length < sizeof(header))
                return STATUS_INFO_LENGTH_MISMATCH;
        if (length < sizeof(header) + header.MaximumLength)
                return STATUS_BUFFER_OVERFLOW;

        status = probe_write(information, &header, sizeof(header));
        if (NT_SUCCESS(status))
                status = probe_write(characters, name->data, name->len);
        if (NT_SUCCESS(status))
                status = probe_write((char *) characters + name->len, u"", sizeof(WCHAR));
        return status;
}

NTSTATUS mapped_file_name(const Client *client,
                uintptr_t address,
                PVOID information,
                SIZE_T length,
                PSIZE_T needed_at) {
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status = STATUS_INVALID_ADDRESS;
        const Region *view;
        ViewBond bond;

        call_reply_init(&reply);
        regions_lock();
        view = region_find(address);
        if (view && region_is_of_file(view))
                status = view_bond_find(view, client, &bond) ? STATUS_SUCCESS
                                                             : STATUS_NOT_SUPPORTED;
        regions_unlock();
        if (NT_SUCCESS(status))
                status = name_ask(client, &bond, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return name_write(&reply.message->bytes->value, information, length, needed_at);
}

/* Whether Linux has anything at an address that is in no region. */
static NTSTATUS mapping_find(uintptr_t address, const Region *region, bool *ret) {
        Mapping mapping = { .start = address };

        if (!region && !address_space_find(address, &mapping))
                return STATUS_INSUFFICIENT_RESOURCES;
        *ret = mapping.start <= address;
        return STATUS_SUCCESS;
}

/*
 * The first must be an image's, the second any view of the same file. A view of a file's data is
 * like itself only. What is unmapped is missed first, then what has no file. (ReactOS; what is
 * like what is from Wine's tests on Windows.)
 */
static NTSTATUS files_compare(uintptr_t first, uintptr_t second) {
        const Region *one = region_find(first), *other = region_find(second);
        bool one_there = false, other_there = false;
        NTSTATUS status = mapping_find(first, one, &one_there);

        if (NT_SUCCESS(status))
                status = mapping_find(second, other, &other_there);
        if (!NT_SUCCESS(status))
                return status;
        if (!one_there || !other_there)
                return STATUS_INVALID_ADDRESS;
        if (!one || !other || !region_is_of_file(one) || !region_is_of_file(other))
                return STATUS_CONFLICTING_ADDRESSES;
        if (one == other)
                return STATUS_SUCCESS;
        return one->kind == REGION_IMAGE && one->file.inode != 0 &&
                                               file_identity_equal(&one->file, &other->file)
                               ? STATUS_SUCCESS
                               : STATUS_NOT_SAME_DEVICE;
}

NTSTATUS zw_are_mapped_files_the_same(PVOID first, PVOID second) {
        const Client *client;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        (void) client_enter(CLIENT_HANDLES, &client); /* in a child of fork(), the regions */
        regions_lock();
        status = files_compare((uintptr_t) first, (uintptr_t) second);
        regions_unlock();
        if (TRACING())
                trace_end("NtAreMappedFilesTheSame", status, "first=%p, second=%p", first, second);
        return status;
}

SERVICE(AreMappedFilesTheSame,
                zw_are_mapped_files_the_same,
                (PVOID first, PVOID second),
                (first, second));
