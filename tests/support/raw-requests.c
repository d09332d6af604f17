/*
 * The requests of a client without a page (raw-client.h), one function each.
 */

#include <glib.h>
#include <string.h>

#include "raw-client.h"

/* ObjectAttributes, and the memory that they point to. */
typedef struct RawName {
        Nt__ObjectAttributes attributes;
        gunichar2 *units;
} RawName;

static void raw_name_init(RawName *name, const char *path) {
        glong n_units = 0;

        nt__object_attributes__init(&name->attributes);
        name->units = path ? g_utf8_to_utf16(path, -1, NULL, &n_units, NULL) : NULL;
        name->attributes.has_name = name->units != NULL;
        name->attributes.name.data = (uint8_t *) name->units;
        name->attributes.name.len = (size_t) n_units * sizeof(gunichar2);
}

static void raw_name_clear(RawName *name) {
        g_free(name->units);
}

#define autoname __attribute__((cleanup(raw_name_clear))) RawName

static NTSTATUS raw_client_call_for_grant(RawClient *client, Nt__Request *request, Nt__Grant *ret) {
        NTSTATUS status = raw_client_call(client, request);

        if (!NT_SUCCESS(status))
                return status;
        if (client->reply->body_case != NT__REPLY__BODY_GRANT)
                return STATUS_INVALID_PORT_HANDLE;
        if (ret) {
                nt__grant__init(ret);
                ret->slot = client->reply->grant->grant->slot;
                ret->tag = client->reply->grant->grant->tag;
        }
        return status;
}

NTSTATUS raw_client_create_section(RawClient *client,
                const char *path,
                ACCESS_MASK access,
                uint64_t size,
                Nt__Grant *ret) {
        Nt__CreateSectionRequest body = NT__CREATE_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autoname name;

        raw_name_init(&name, path);
        body.object_attributes = &name.attributes;
        body.desired_access = access;
        body.maximum_size = size;
        body.protection = PAGE_READWRITE;
        body.allocation_attributes = SEC_COMMIT;
        request.body_case = NT__REQUEST__BODY_CREATE_SECTION;
        request.create_section = &body;
        return raw_client_call_for_grant(client, &request, ret);
}

/* What kind of object is said by the field that the message stands in: they share their place. */
static NTSTATUS raw_client_open(RawClient *client,
                Nt__Request__BodyCase kind,
                const char *path,
                ACCESS_MASK access,
                Nt__Grant *ret) {
        Nt__OpenRequest body = NT__OPEN_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autoname name;

        raw_name_init(&name, path);
        body.object_attributes = &name.attributes;
        body.desired_access = access;
        request.body_case = kind;
        request.open_section = &body;
        return raw_client_call_for_grant(client, &request, ret);
}

NTSTATUS raw_client_open_section(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret) {
        return raw_client_open(client, NT__REQUEST__BODY_OPEN_SECTION, path, access, ret);
}

NTSTATUS raw_client_create_directory(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret) {
        Nt__CreateDirectoryRequest body = NT__CREATE_DIRECTORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autoname name;

        raw_name_init(&name, path);
        body.object_attributes = &name.attributes;
        body.desired_access = access;
        request.body_case = NT__REQUEST__BODY_CREATE_DIRECTORY;
        request.create_directory = &body;
        return raw_client_call_for_grant(client, &request, ret);
}

NTSTATUS raw_client_open_directory(
                RawClient *client, const char *path, ACCESS_MASK access, Nt__Grant *ret) {
        return raw_client_open(client, NT__REQUEST__BODY_OPEN_DIRECTORY, path, access, ret);
}

NTSTATUS raw_client_close(RawClient *client, const Nt__Grant *grant) {
        Nt__CloseRequest body = NT__CLOSE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Grant copy = *grant;

        body.grant = &copy;
        request.body_case = NT__REQUEST__BODY_CLOSE;
        request.close = &body;
        return raw_client_call(client, &request);
}

NTSTATUS raw_client_section_memory(RawClient *client, const Nt__Grant *grant, int *ret_fd) {
        Nt__SectionMemoryRequest body = NT__SECTION_MEMORY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Grant copy = *grant;
        NTSTATUS status;
        int fd;

        body.grant = &copy;
        request.body_case = NT__REQUEST__BODY_SECTION_MEMORY;
        request.section_memory = &body;
        status = raw_client_call(client, &request);
        if (!NT_SUCCESS(status))
                return status;
        if (client->reply->body_case != NT__REPLY__BODY_SECTION_MEMORY)
                return STATUS_INVALID_PORT_HANDLE;

        fd = frame_take_fd(&client->frame, client->reply->section_memory->memory_fd);
        if (fd < 0)
                return STATUS_INVALID_PORT_HANDLE;
        *ret_fd = fd;
        return status;
}

NTSTATUS raw_client_handle_count(RawClient *client, const Nt__Grant *grant, uint32_t *ret) {
        Nt__QueryObjectRequest body = NT__QUERY_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Grant copy = *grant;
        NTSTATUS status;

        body.grant = &copy;
        request.body_case = NT__REQUEST__BODY_QUERY_OBJECT;
        request.query_object = &body;
        status = raw_client_call(client, &request);
        if (!NT_SUCCESS(status))
                return status;
        if (client->reply->body_case != NT__REPLY__BODY_QUERY_OBJECT)
                return STATUS_INVALID_PORT_HANDLE;
        *ret = client->reply->query_object->handle_count;
        return status;
}

NTSTATUS raw_client_statistic(RawClient *client, const char *name, uint32_t uid, uint64_t *ret) {
        Nt__StatisticsRequest body = NT__STATISTICS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        const Nt__StatisticsReply *reply;
        bool known = false;
        NTSTATUS status;

        request.body_case = NT__REQUEST__BODY_STATISTICS;
        request.statistics = &body;
        status = raw_client_call(client, &request);
        if (!NT_SUCCESS(status))
                return status;
        if (client->reply->body_case != NT__REPLY__BODY_STATISTICS)
                return STATUS_INVALID_PORT_HANDLE;

        *ret = 0;
        reply = client->reply->statistics;
        for (size_t i = 0; i < reply->n_statistics; i++) {
                const Nt__Statistic *entry = reply->statistics[i];

                if (entry->name.len != strlen(name) ||
                                memcmp(entry->name.data, name, entry->name.len) != 0)
                        continue;
                known = true;
                if ((entry->has_uid ? entry->uid : RAW_CLIENT_NO_USER) == uid)
                        *ret = entry->value;
        }
        return known ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}
