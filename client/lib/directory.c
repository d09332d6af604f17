#include <stdio.h>

#include "cleanup.h"
#include "directory-listing.h"
#include "handle.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* So many entries are asked for in one message at most. */
#define ENTRIES_MAX 1024u

static NTSTATUS shadow_reference(const Client *client, HANDLE shadow, HandleRef *ref) {
        if (!shadow)
                return STATUS_SUCCESS;
        return handle_reference(client, shadow, NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY,
                        DIRECTORY_QUERY, ref);
}

static NTSTATUS directory_create(
                Opening *opening, const OBJECT_ATTRIBUTES *attributes, HANDLE shadow, ULONG flags) {
        Nt__CreateDirectoryRequest body = NT__CREATE_DIRECTORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(handle_release) HandleRef ref;
        Nt__Grant grant = NT__GRANT__INIT;
        NTSTATUS status;

        handle_ref_init(&ref);
        status = opening_begin(opening);
        if (NT_SUCCESS(status) && flags != 0)
                status = STATUS_INVALID_PARAMETER;
        if (NT_SUCCESS(status))
                status = opening_capture(opening, attributes, ATTRIBUTES_CREATE);
        if (NT_SUCCESS(status))
                status = shadow_reference(opening->client, shadow, &ref);
        if (!NT_SUCCESS(status))
                return status;

        if (shadow) {
                grant = handle_grant(&ref);
                body.shadow = &grant;
        }
        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        request.body_case = NT__REQUEST__BODY_CREATE_DIRECTORY;
        request.create_directory = &body;
        return opening_finish(opening, &request);
}

NTSTATUS zw_create_directory_object(
                PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, directory, access);
        status = directory_create(&opening, attributes, NULL, 0);
        opening_trace(&opening, "NtCreateDirectoryObject", status, "");
        return status;
}

SERVICE(CreateDirectoryObject,
                zw_create_directory_object,
                (PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes),
                (directory, access, attributes));

NTSTATUS zw_create_directory_object_ex(PHANDLE directory,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                HANDLE shadow,
                ULONG flags) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;
        char more[64];

        opening_init(&opening, directory, access);
        status = directory_create(&opening, attributes, shadow, flags);
        if (TRACING()) {
                snprintf(more, sizeof(more), ", shadow=%p, flags=0x%x", shadow, flags);
                opening_trace(&opening, "NtCreateDirectoryObjectEx", status, more);
        }
        return status;
}

SERVICE(CreateDirectoryObjectEx,
                zw_create_directory_object_ex,
                (PHANDLE directory,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                HANDLE shadow,
                                ULONG flags),
                (directory, access, attributes, shadow, flags));

NTSTATUS zw_open_directory_object(
                PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, directory, access);
        status = opening_open(&opening, attributes, NT__REQUEST__BODY_OPEN_DIRECTORY);
        opening_trace(&opening, "NtOpenDirectoryObject", status, "");
        return status;
}

SERVICE(OpenDirectoryObject,
                zw_open_directory_object,
                (PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes),
                (directory, access, attributes));

/*
 * NtQueryDirectoryObject
 *
 * The caller counts entries; the daemon remembers none, but gives out a cookie from which the next
 * entry is found at once. The last one of each directory is kept with its grant, so that a listing
 * in many calls costs no more than its entries.
 */
typedef struct Scan {
        const Client *client;
        HandleRef ref;
        bool single;
        uint64_t start; /* index that the caller begins at */
        uint64_t index; /* of the next entry */
        uint64_t known; /* index that @cookie leads to */
        uint64_t cookie;
        bool ended;      /* there are no more */
        bool full;       /* one more does not fit */
        uint64_t needed; /* by the one that did not fit */
        Listing listing;
} Scan;

static void scan_clear(Scan *scan) {
        handle_release(&scan->ref);
        listing_clear(&scan->listing);
}

static void scan_recall(Scan *scan) {
        GrantInfoTable *table = scan->client->grants;
        GrantRecord *record = grant_info_find(table, scan->ref.slot);

        pthread_mutex_lock(&table->lock);
        if (record && atomic_load(&record->tag) == scan->ref.info.tag &&
                        record->scan_index <= scan->start) {
                scan->known = record->scan_index;
                scan->cookie = record->scan_cookie;
        }
        pthread_mutex_unlock(&table->lock);
}

static void scan_remember(const Scan *scan) {
        GrantInfoTable *table = scan->client->grants;
        GrantRecord *record = grant_info_find(table, scan->ref.slot);

        pthread_mutex_lock(&table->lock);
        if (record && atomic_load(&record->tag) == scan->ref.info.tag &&
                        scan->known <= UINT32_MAX) {
                record->scan_index = (uint32_t) scan->known;
                record->scan_cookie = scan->cookie;
        }
        pthread_mutex_unlock(&table->lock);
}

/* The daemon has looked at so many entries that it answers before it came to one that is wanted. */
static void scan_go_on(Scan *scan, const Nt__QueryDirectoryReply *answer) {
        uint64_t wanted = scan->index - scan->known;

        if (answer->cookie == scan->cookie)
                scan->ended = true;
        scan->known += answer->n_skipped < wanted ? answer->n_skipped : wanted;
        scan->cookie = answer->cookie;
}

/*
 * Adds what came, as far as there is room. Each entry says where the next one is found: to count
 * from an earlier one would count what others remove in between.
 */
static NTSTATUS scan_take(Scan *scan, const Nt__QueryDirectoryReply *answer) {
        size_t i;

        if (answer->n_entries == 0) {
                scan_go_on(scan, answer);
                return STATUS_SUCCESS;
        }
        for (i = 0; i < answer->n_entries && !(scan->single && scan->index > scan->start); i++) {
                NTSTATUS status = listing_add(&scan->listing, answer->entries[i]);

                if (status == STATUS_BUFFER_TOO_SMALL) {
                        scan->full = true;
                        scan->needed = scan->listing.used + listing_need(answer->entries[i]);
                        return STATUS_SUCCESS;
                }
                if (!NT_SUCCESS(status))
                        return status;
                scan->index++;
                if (answer->entries[i]->has_cookie) {
                        scan->known = scan->index;
                        scan->cookie = answer->entries[i]->cookie;
                }
        }
        if (i == answer->n_entries) {
                scan->known = scan->index;
                scan->cookie = answer->cookie;
        }
        return STATUS_SUCCESS;
}

/* Asks for the next entries. */
static NTSTATUS scan_step(Scan *scan) {
        uint64_t room = scan->listing.length > scan->listing.used
                                        ? scan->listing.length - scan->listing.used
                                        : 0;
        uint64_t n_most = scan->single ? 1 : room / LISTING_ENTRY_LEAST + 1;
        Nt__Grant grant = handle_grant(&scan->ref);
        Nt__QueryDirectoryRequest body = NT__QUERY_DIRECTORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        body.grant = &grant;
        body.has_cookie = true;
        body.cookie = scan->cookie;
        body.has_skip = true;
        body.skip = (uint32_t) (scan->index - scan->known);
        body.has_n_most = true;
        body.n_most = (uint32_t) (n_most < ENTRIES_MAX ? n_most : ENTRIES_MAX);
        request.body_case = NT__REQUEST__BODY_QUERY_DIRECTORY;
        request.query_directory = &body;

        call_reply_init(&reply);
        status = connection_call(scan->client, &request, &reply);
        if (status == STATUS_NO_MORE_ENTRIES) {
                scan->ended = true;
                return STATUS_SUCCESS;
        }
        if (!NT_SUCCESS(status))
                return status;
        return scan_take(scan, reply.message->query_directory);
}

/* Lists as much as is wanted. Return: what the service says, or why there is no listing. */
static NTSTATUS scan_run(Scan *scan) {
        NTSTATUS status;

        while (!scan->ended && !scan->full && !(scan->single && scan->index > scan->start)) {
                status = scan_step(scan);
                if (!NT_SUCCESS(status))
                        return status;
        }
        scan_remember(scan);

        if (scan->ended && scan->index == scan->start)
                return STATUS_NO_MORE_ENTRIES;
        if (scan->full)
                return scan->single ? STATUS_BUFFER_TOO_SMALL : STATUS_MORE_ENTRIES;
        return STATUS_SUCCESS;
}

/* The caller's variables. */
typedef struct ScanTarget {
        PVOID buffer;
        PULONG context;
        PULONG return_length;
} ScanTarget;

static NTSTATUS scan_answer(const Scan *scan, const ScanTarget *target, NTSTATUS result) {
        uint64_t used = result == STATUS_BUFFER_TOO_SMALL ? scan->needed : scan->listing.used;
        NTSTATUS status = STATUS_SUCCESS;

        if (!NT_SUCCESS(result) && result != STATUS_NO_MORE_ENTRIES &&
                        result != STATUS_BUFFER_TOO_SMALL)
                return result;
        if (result != STATUS_BUFFER_TOO_SMALL)
                status = listing_write(&scan->listing, target->buffer);
        if (NT_SUCCESS(status) && NT_SUCCESS(result))
                status = probe_write_32(target->context, (uint32_t) scan->index);
        if (NT_SUCCESS(status) && target->return_length)
                status = probe_write_32(target->return_length, (uint32_t) used);
        return NT_SUCCESS(status) ? result : status;
}

static NTSTATUS target_check(const ScanTarget *target, ULONG length) {
        NTSTATUS status;

        status = probe_writable(target->buffer, length, sizeof(WCHAR));
        if (NT_SUCCESS(status))
                status = probe_writable(target->context, sizeof(*target->context), 1);
        if (NT_SUCCESS(status) && target->return_length)
                status = probe_writable(target->return_length, sizeof(*target->return_length), 1);
        return status;
}

static NTSTATUS directory_query(HANDLE directory,
                ULONG length,
                bool single,
                bool restart,
                const ScanTarget *target) {
        autocleanup(scan_clear) Scan scan = { .single = single };
        uint32_t context = 0;
        NTSTATUS entered, status;

        listing_init(&scan.listing, length);
        entered = client_enter(CLIENT_HANDLES, &scan.client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = target_check(target, length);
        if (NT_SUCCESS(status))
                status = probe_read_32(&context, target->context);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(entered))
                return handle_pseudo(directory) != PSEUDO_NONE ? STATUS_OBJECT_TYPE_MISMATCH
                                                               : entered;
        status = handle_reference(scan.client, directory, NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY,
                        DIRECTORY_QUERY, &scan.ref);
        if (!NT_SUCCESS(status))
                return status;

        scan.start = restart ? 0 : context;
        scan.index = scan.start;
        if (!restart)
                scan_recall(&scan);
        return scan_answer(&scan, target, scan_run(&scan));
}

NTSTATUS zw_query_directory_object(HANDLE directory,
                PVOID buffer,
                ULONG length,
                BOOLEAN single_entry,
                BOOLEAN restart,
                PULONG context,
                PULONG return_length) {
        ScanTarget target = { buffer, context, return_length };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = directory_query(directory, length, single_entry, restart, &target);
        if (TRACING())
                trace_end("NtQueryDirectoryObject", status,
                                "handle=%p, length=%u, single=%u, restart=%u", directory, length,
                                single_entry, restart);
        return status;
}

SERVICE(QueryDirectoryObject,
                zw_query_directory_object,
                (HANDLE directory,
                                PVOID buffer,
                                ULONG length,
                                BOOLEAN single_entry,
                                BOOLEAN restart,
                                PULONG context,
                                PULONG return_length),
                (directory, buffer, length, single_entry, restart, context, return_length));
