#include "file-requests.h"

#include <fcntl.h>
#include <string.h>

#include "assert-status.h"
#include "cleanup.h"
#include "device-kinds.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "process-handle.h"
#include "process.h"

#define ALL_SHARED (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static uint8_t file_name[] = "\\\0?\0?\0\\\0Z\0:\0\\\0f\0";

static NTSTATUS take_grant(RpcClient *client, NTSTATUS status, Nt__Grant *ret) {
        if (NT_SUCCESS(status) && ret) {
                nt__grant__init(ret);
                ret->slot = client->reply->grant->grant->slot;
                ret->tag = client->reply->grant->grant->tag;
        }
        return status;
}

NTSTATUS create_file(RpcClient *client, const FileAsk *ask, int fd, Nt__Grant *ret) {
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateFileRequest body = NT__CREATE_FILE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autofd int parent = ask->leaf ? rpc_world_open(client->world, "", O_PATH) : -1;
        int fds[] = { fd, parent };

        attributes.has_name = true;
        attributes.name.data = file_name;
        attributes.name.len = sizeof(file_name) - 1;
        body.object_attributes = &attributes;
        body.desired_access = ask->access;
        body.device = ask->device ? ask->device : DEVICE_VOLUME;
        body.share_access = ALL_SHARED & ~ask->denied;
        body.create_options = ask->options;
        body.overwrites = ask->overwrites;
        body.file_fd = 0;
        if (ask->leaf) {
                body.has_parent_fd = body.has_leaf = true;
                body.parent_fd = 1;
                body.leaf.data = (uint8_t *) ask->leaf;
                body.leaf.len = strlen(ask->leaf);
        }
        request.body_case = NT__REQUEST__BODY_CREATE_FILE;
        request.create_file = &body;
        return take_grant(client, rpc_client_call(client, &request, fds, 2), ret);
}

Nt__Grant open_file(RpcClient *client, const char *name, ACCESS_MASK access, int flags) {
        autofd int fd = rpc_world_open(client->world, name, flags);
        FileAsk ask = { .access = access };
        Nt__Grant grant = NT__GRANT__INIT;

        ck_assert_status(create_file(client, &ask, fd, &grant), STATUS_SUCCESS);
        return grant;
}

static NTSTATUS create_any(RpcClient *client,
                const Nt__Grant *file,
                ULONG attributes,
                ULONG protection,
                uint64_t size,
                int read_only,
                int read_write,
                Nt__Grant *ret) {
        Nt__ObjectAttributes unnamed = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateSectionRequest body = NT__CREATE_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Grant copy = file ? *file : (Nt__Grant) NT__GRANT__INIT;
        int fds[] = { read_only, read_write };

        body.object_attributes = &unnamed;
        body.desired_access = SECTION_ALL_ACCESS;
        body.maximum_size = size;
        body.protection = protection;
        body.allocation_attributes = attributes;
        body.file = file ? &copy : NULL;
        body.has_read_only_fd = read_only >= 0;
        body.has_read_write_fd = read_write >= 0;
        body.read_write_fd = read_only >= 0;
        request.body_case = NT__REQUEST__BODY_CREATE_SECTION;
        request.create_section = &body;
        return take_grant(client, rpc_client_call(client, &request, fds, 2), ret);
}

NTSTATUS create_section(RpcClient *client,
                const Nt__Grant *file,
                ULONG protection,
                uint64_t size,
                int read_only,
                int read_write,
                Nt__Grant *ret) {
        return create_any(client, file, SEC_COMMIT, protection, size, read_only, read_write, ret);
}

NTSTATUS create_image(RpcClient *client, const Nt__Grant *file, int read_only, Nt__Grant *ret) {
        return create_any(client, file, SEC_IMAGE, PAGE_READONLY, 0, read_only, -1, ret);
}

#define CALL_WITH_GRANT(type, TYPE, CASE, field, ...)                                              \
        Nt__Grant copy = *grant;                                                                   \
        type body = TYPE;                                                                          \
        Nt__Request request = NT__REQUEST__INIT;                                                   \
                                                                                                   \
        body.grant = &copy;                                                                        \
        __VA_ARGS__;                                                                               \
        request.body_case = CASE;                                                                  \
        request.field = &body;                                                                     \
        return rpc_client_call(client, &request, NULL, 0)

static NTSTATUS ask_memory(RpcClient *client, const Nt__Grant *grant) {
        CALL_WITH_GRANT(Nt__SectionMemoryRequest, NT__SECTION_MEMORY_REQUEST__INIT,
                        NT__REQUEST__BODY_SECTION_MEMORY, section_memory, );
}

NTSTATUS section_memory(RpcClient *client, const Nt__Grant *grant, int *ret_fd) {
        NTSTATUS status = ask_memory(client, grant);

        if (NT_SUCCESS(status))
                *ret_fd = rpc_client_take_fd(client, client->reply->section_memory->memory_fd);
        return status;
}

NTSTATUS release_views(RpcClient *client, const Nt__Grant *grant) {
        CALL_WITH_GRANT(Nt__ReleaseViewsRequest, NT__RELEASE_VIEWS_REQUEST__INIT,
                        NT__REQUEST__BODY_RELEASE_VIEWS, release_views, );
}

NTSTATUS query_section_name(RpcClient *client, const Nt__Grant *grant) {
        CALL_WITH_GRANT(Nt__QuerySectionNameRequest, NT__QUERY_SECTION_NAME_REQUEST__INIT,
                        NT__REQUEST__BODY_QUERY_SECTION_NAME, query_section_name, );
}

NTSTATUS file_descriptor(RpcClient *client, const Nt__Grant *grant) {
        CALL_WITH_GRANT(Nt__FileDescriptorRequest, NT__FILE_DESCRIPTOR_REQUEST__INIT,
                        NT__REQUEST__BODY_FILE_DESCRIPTOR, file_descriptor, );
}

NTSTATUS check_file_size(RpcClient *client, const Nt__Grant *grant, uint64_t size) {
        CALL_WITH_GRANT(Nt__CheckFileSizeRequest, NT__CHECK_FILE_SIZE_REQUEST__INIT,
                        NT__REQUEST__BODY_CHECK_FILE_SIZE, check_file_size, body.size = size);
}

NTSTATUS extend_section(RpcClient *client, const Nt__Grant *grant, uint64_t size) {
        CALL_WITH_GRANT(Nt__ExtendSectionRequest, NT__EXTEND_SECTION_REQUEST__INIT,
                        NT__REQUEST__BODY_EXTEND_SECTION, extend_section, body.size = size);
}

NTSTATUS set_disposition(RpcClient *client, const Nt__Grant *grant, const char *leaf) {
        Nt__SetFileDispositionRequest body = NT__SET_FILE_DISPOSITION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autofd int parent = leaf ? rpc_world_open(client->world, "", O_PATH) : -1;
        Nt__Grant copy = *grant;

        body.grant = &copy;
        body.delete_file = leaf != NULL;
        if (leaf) {
                body.has_parent_fd = body.has_leaf = true;
                body.leaf.data = (uint8_t *) leaf;
                body.leaf.len = strlen(leaf);
        }
        request.body_case = NT__REQUEST__BODY_SET_FILE_DISPOSITION;
        request.set_file_disposition = &body;
        return rpc_client_call(client, &request, &parent, 1);
}

/* As a duplication from outside does: the target may be anybody's. */
NTSTATUS pass_handle(RpcClient *client,
                const Nt__Grant *grant,
                ACCESS_MASK access,
                RpcClient *target,
                Nt__Grant *ret) {
        GrantName name = { .slot = grant->slot, .tag = grant->tag }, passed = { 0 };
        g_autoptr(Object) object = NULL;
        NTSTATUS status = grant_table_reference(process_grants(client->connection.process), name,
                        NULL, access, &object, NULL);

        if (NT_SUCCESS(status))
                status = grant_table_open(process_grants(target->connection.process), object,
                                access, &passed);
        nt__grant__init(ret);
        ret->slot = passed.slot;
        ret->tag = passed.tag;
        return status;
}
