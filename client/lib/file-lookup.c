#include "file-lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "descriptor.h"
#include "device-kinds.h"
#include "file-descriptor.h"
#include "file-status.h"
#include "ntstatus.h"
#include "object-name.h"

/* As for all names: a UNICODE_STRING with a NUL has to hold it. */
#define FULL_NAME_MAX 65532u

void file_lookup_init(FileLookup *lookup) {
        lookup->device = DEVICE_NONE;
        lookup->fold = false;
        lookup->name = (FileName){ NULL, 0, false };
        lookup->full = NULL;
        lookup->n_full = 0;
        file_place_init(&lookup->place);
}

void file_lookup_clear(FileLookup *lookup) {
        file_name_clear(&lookup->name);
        file_place_clear(&lookup->place);
        free(lookup->full);
        lookup->full = NULL;
}

static bool is_name(const ProtobufCBinaryData *bytes) {
        return bytes->len % sizeof(WCHAR) == 0 && bytes->len <= FULL_NAME_MAX;
}

/* Puts @first and @second together, with one backslash between them if both say something. */
static NTSTATUS full_name_join(FileLookup *lookup,
                const ProtobufCBinaryData *first,
                const void *second,
                size_t n_second) {
        const WCHAR backslash = '\\';
        size_t n = first->len, n_total = first->len + n_second + sizeof(backslash);

        if (n_total > FULL_NAME_MAX)
                return STATUS_OBJECT_NAME_INVALID;
        lookup->full = malloc(n_total);
        if (!lookup->full)
                return STATUS_NO_MEMORY;
        memcpy(lookup->full, first->data, n);
        if (n_second > 0 && (n == 0 || lookup->full[n / sizeof(WCHAR) - 1] != backslash)) {
                lookup->full[n / sizeof(WCHAR)] = backslash;
                n += sizeof(backslash);
        }
        if (n_second > 0)
                memcpy((char *) lookup->full + n, second, n_second);
        lookup->n_full = n + n_second;
        return STATUS_SUCCESS;
}

/* A backslash that only says that it is a directory is not part of the name. */
static void full_name_trim(FileLookup *lookup) {
        if (lookup->name.trailing)
                lookup->n_full -= sizeof(WCHAR);
}

/* The root directory's is. */
static void full_name_of_root(FileLookup *lookup) {
        if (lookup->name.n_components > 0)
                return;
        lookup->full[lookup->n_full / sizeof(WCHAR)] = '\\';
        lookup->n_full += sizeof(WCHAR);
}

static NTSTATUS walk_from_root(FileLookup *lookup) {
        autofd int root = -1;

        root = descriptor_settle(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (root < 0)
                return file_status(-root);
        return file_walk(root, &lookup->name, lookup->fold, &lookup->place);
}

/* Names behind \Device\Null are not looked at, as on Windows. */
static NTSTATUS lookup_on_device(FileLookup *lookup,
                const ProtobufCBinaryData *device,
                const WCHAR *rest,
                size_t n_rest) {
        size_t n_skipped = n_rest > 0 ? 1 : 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (lookup->device == DEVICE_VOLUME) {
                if (n_rest == 0)
                        return STATUS_NOT_SUPPORTED;
                status = file_name_parse(rest, n_rest, false, &lookup->name);
                if (n_rest > 1 && rest[1] == '\\')
                        n_skipped = 2; /* it is forgiven */
        }
        if (NT_SUCCESS(status))
                status = full_name_join(lookup, device, rest + n_skipped,
                                (n_rest - n_skipped) * sizeof(WCHAR));
        if (!NT_SUCCESS(status) || lookup->device != DEVICE_VOLUME)
                return status;
        full_name_trim(lookup);
        full_name_of_root(lookup);
        return walk_from_root(lookup);
}

/* What a message says is not aligned; it is copied before its units are looked at. */
static NTSTATUS lookup_rest(FileLookup *lookup, const Nt__ResolveFileReply *answer) {
        size_t n_rest = answer->rest.len;
        NTSTATUS status;
        WCHAR *rest;

        if (!is_name(&answer->device_name) || !is_name(&answer->rest))
                return STATUS_PORT_DISCONNECTED;
        rest = malloc(n_rest + 1);
        if (!rest)
                return STATUS_NO_MEMORY;
        if (n_rest > 0)
                memcpy(rest, answer->rest.data, n_rest);
        lookup->device = answer->device;
        status = lookup_on_device(lookup, &answer->device_name, rest, n_rest / sizeof(WCHAR));
        free(rest);
        return status;
}

static NTSTATUS lookup_in_namespace(
                const Client *client, const Attributes *attributes, FileLookup *lookup) {
        Nt__ResolveFileRequest body = NT__RESOLVE_FILE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        body.object_attributes = (Nt__ObjectAttributes *) &attributes->message;
        request.body_case = NT__REQUEST__BODY_RESOLVE_FILE;
        request.resolve_file = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        return NT_SUCCESS(status) ? lookup_rest(lookup, reply.message->resolve_file) : status;
}

static NTSTATUS walk_from_file(FileLookup *lookup, const FileDescriptor *root) {
        lookup->device = root->device;
        if (root->device != DEVICE_VOLUME)
                return STATUS_SUCCESS;
        if (lookup->name.n_components > 0 && !S_ISDIR(root->type))
                return STATUS_OBJECT_PATH_NOT_FOUND;
        return file_walk(root->fd, &lookup->name, lookup->fold, &lookup->place);
}

static NTSTATUS lookup_at_file(
                const Client *client, const Attributes *attributes, FileLookup *lookup) {
        autocleanup(call_reply_clear) CallReply reply;
        FileDescriptor *root = NULL;
        NTSTATUS status;

        call_reply_init(&reply);
        status = file_name_parse(
                        attributes->name, attributes->n_name / sizeof(WCHAR), true, &lookup->name);
        if (NT_SUCCESS(status))
                status = object_name_ask(client, &attributes->root_ref, &reply);
        if (!NT_SUCCESS(status))
                return status;
        if (!is_name(&reply.message->bytes->value))
                return STATUS_PORT_DISCONNECTED;
        status = full_name_join(
                        lookup, &reply.message->bytes->value, attributes->name, attributes->n_name);
        if (!NT_SUCCESS(status))
                return status;
        full_name_trim(lookup);

        status = file_descriptor_get(client, &attributes->root_ref, &root);
        if (!NT_SUCCESS(status))
                return status;
        status = walk_from_file(lookup, root);
        file_descriptor_unref(root);
        return status;
}

NTSTATUS file_lookup(const Client *client, const Attributes *attributes, FileLookup *ret) {
        const HandleRef *root = &attributes->root_ref;

        ret->fold = attributes->flags & OBJ_CASE_INSENSITIVE;
        if (attributes->message.root && root->info.kind == NT__OBJECT_KIND__OBJECT_KIND_FILE)
                return lookup_at_file(client, attributes, ret);
        return lookup_in_namespace(client, attributes, ret);
}
