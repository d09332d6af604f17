#include <string.h>

#include "directory.h"
#include "grant-anchor.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"

/* A frame holds about this much besides one name of any length. */
#define ENTRIES_MOST    1024u
#define NAME_BYTES_MOST (64u * 1024u)

/* Entries that are looked at for one request, those that are passed over or turn out to be over
 * included: everybody else waits meanwhile. */
#define LOOKS_MOST 2048u

NTSTATUS rpc_create_directory(RpcCall *call) {
        const Nt__CreateDirectoryRequest *request = call->request->create_directory;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL, shadow = NULL;
        Directory *directory = NULL;
        NTSTATUS status = rpc_capture_new(call, request->object_attributes, &directory_type, &path);

        if (NT_SUCCESS(status) && request->shadow)
                status = rpc_reference(
                                call, request->shadow, &directory_type, DIRECTORY_QUERY, &shadow);
        if (NT_SUCCESS(status))
                status = directory_new(
                                namespace_seed(path.ns), process_quota(call->process), &directory);
        if (!NT_SUCCESS(status))
                return status;
        object = &directory->object;
        if (shadow)
                status = directory_set_shadow(directory, (Directory *) shadow);
        if (!NT_SUCCESS(status))
                return status;
        return rpc_create(call, &path, request->desired_access, object);
}

NTSTATUS rpc_open_directory(RpcCall *call) {
        return rpc_open(call, call->request->open_directory, &directory_type);
}

static NTSTATUS reply_entry(RpcCall *call, const DirectoryEntry *entry, Nt__DirectoryEntry **ret) {
        const char *type_name = entry->object->type->rules->name;
        size_t n_units = strlen(type_name);
        WCHAR units[64];
        Nt__DirectoryEntry *body = rpc_alloc(call, sizeof(*body));
        NTSTATUS status = STATUS_SUCCESS;

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        nt__directory_entry__init(body);
        for (size_t i = 0; i < n_units; i++)
                units[i] = (WCHAR) type_name[i];
        status = rpc_copy_units(call, entry->name, entry->n_units, &body->name);
        if (NT_SUCCESS(status))
                status = rpc_copy_units(call, units, n_units, &body->type_name);
        body->has_cookie = true;
        body->cookie = entry->sequence;
        *ret = body;
        return status;
}

static NTSTATUS fill(
                RpcCall *call, Directory *directory, size_t n_most, Nt__QueryDirectoryReply *body) {
        const Nt__QueryDirectoryRequest *request = call->request->query_directory;
        size_t n_bytes = 0;

        body->cookie = request->cookie;
        body->has_n_skipped = true;
        for (unsigned i = 0;
                        i < LOOKS_MOST && body->n_entries < n_most && n_bytes < NAME_BYTES_MOST;
                        i++) {
                DirectoryEntry *entry = directory_next(directory, body->cookie);
                g_autoptr(Object) object = entry ? object_ref(entry->object) : NULL;
                NTSTATUS status = STATUS_SUCCESS;

                if (!entry)
                        return body->n_entries > 0 ? STATUS_SUCCESS : STATUS_NO_MORE_ENTRIES;
                body->cookie = entry->sequence;
                if (!object_look(object))
                        continue; /* it was over, and is out now */
                if (body->n_skipped < request->skip) {
                        body->n_skipped++;
                        continue;
                }
                status = reply_entry(call, entry, &body->entries[body->n_entries]);
                if (!NT_SUCCESS(status))
                        return status;
                body->n_entries++;
                n_bytes += entry->n_units * sizeof(WCHAR);
        }
        return STATUS_SUCCESS;
}

NTSTATUS rpc_query_directory(RpcCall *call) {
        const Nt__QueryDirectoryRequest *request = call->request->query_directory;
        size_t n_most = request->has_n_most ? MIN(request->n_most, ENTRIES_MOST) : ENTRIES_MOST;
        Nt__QueryDirectoryReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        NTSTATUS status = rpc_reference(
                        call, request->grant, &directory_type, DIRECTORY_QUERY, &object);

        if (!NT_SUCCESS(status))
                return status;
        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (n_most == 0)
                return STATUS_INVALID_PARAMETER;
        nt__query_directory_reply__init(body);
        body->entries = rpc_alloc(call, n_most * sizeof(*body->entries));
        if (!body->entries)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = fill(call, (Directory *) object, n_most, body);
        if (!NT_SUCCESS(status))
                return status;
        call->reply->body_case = NT__REPLY__BODY_QUERY_DIRECTORY;
        call->reply->query_directory = body;
        return STATUS_SUCCESS;
}
