#include "cleanup.h"
#include "device-kinds.h"
#include "file-information.h"
#include "file-lookup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* NtQueryAttributesFile, and the same with sizes */

static NTSTATUS lookup_and_read(const Client *client,
                const Attributes *attributes,
                FileLookup *lookup,
                struct statx *ret) {
        NTSTATUS status;

        status = file_lookup(client, attributes, lookup);
        if (!NT_SUCCESS(status))
                return status;
        if (lookup->device != DEVICE_VOLUME)
                return STATUS_INVALID_DEVICE_REQUEST;
        if (lookup->place.fd < 0)
                return STATUS_OBJECT_NAME_NOT_FOUND;
        if (lookup->name.trailing && !S_ISDIR(lookup->place.about.st_mode))
                return STATUS_OBJECT_NAME_INVALID;
        return file_information_read(lookup->place.fd, ret);
}

static NTSTATUS attributes_find(const OBJECT_ATTRIBUTES *attributes, struct statx *ret) {
        Attributes captured;
        FileLookup lookup;
        const Client *client;
        NTSTATUS status;

        status = client_enter(CLIENT_ATTACH, &client);
        if (!NT_SUCCESS(status))
                return status;
        attributes_init(&captured);
        file_lookup_init(&lookup);
        status = attributes_capture(client, &captured, attributes, ATTRIBUTES_OPEN);
        if (NT_SUCCESS(status))
                status = lookup_and_read(client, &captured, &lookup, ret);
        file_lookup_clear(&lookup);
        attributes_clear(&captured);
        return status;
}

NTSTATUS zw_query_attributes_file(
                POBJECT_ATTRIBUTES attributes, PFILE_BASIC_INFORMATION information) {
        FILE_BASIC_INFORMATION answer;
        struct statx about;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_writable(information, sizeof(answer), sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = attributes_find(attributes, &about);
        if (NT_SUCCESS(status)) {
                file_information_basic(&about, &answer);
                status = probe_write(information, &answer, sizeof(answer));
        }
        if (TRACING())
                trace_end("NtQueryAttributesFile", status, "attributes=%p", (void *) attributes);
        return status;
}

SERVICE(QueryAttributesFile,
                zw_query_attributes_file,
                (POBJECT_ATTRIBUTES attributes, PFILE_BASIC_INFORMATION information),
                (attributes, information));

NTSTATUS zw_query_full_attributes_file(
                POBJECT_ATTRIBUTES attributes, PFILE_NETWORK_OPEN_INFORMATION information) {
        FILE_NETWORK_OPEN_INFORMATION answer;
        struct statx about;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_writable(information, sizeof(answer), sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = attributes_find(attributes, &about);
        if (NT_SUCCESS(status)) {
                file_information_network_open(&about, &answer);
                status = probe_write(information, &answer, sizeof(answer));
        }
        if (TRACING())
                trace_end("NtQueryFullAttributesFile", status, "attributes=%p",
                                (void *) attributes);
        return status;
}

SERVICE(QueryFullAttributesFile,
                zw_query_full_attributes_file,
                (POBJECT_ATTRIBUTES attributes, PFILE_NETWORK_OPEN_INFORMATION information),
                (attributes, information));
