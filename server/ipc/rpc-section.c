#include "cleanup.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "section-commit.h"
#include "section.h"
#include "token.h"

static NTSTATUS check_privilege(RpcCall *call, ULONG attributes) {
        if (!(attributes & SEC_LARGE_PAGES) || rpc_kernel_mode(call) ||
                        token_has(process_token(call->process), SE_BIT(SE_LOCK_MEMORY_PRIVILEGE)))
                return STATUS_SUCCESS;
        return STATUS_PRIVILEGE_NOT_HELD;
}

static NTSTATUS create_data_section(RpcCall *call) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = rpc_capture_new(call, request->object_attributes, &section_type, &path);

        if (NT_SUCCESS(status))
                status = check_privilege(call, request->allocation_attributes);
        if (NT_SUCCESS(status))
                status = section_new(request->maximum_size, request->protection,
                                request->allocation_attributes, process_quota(call->process),
                                &section);
        if (!NT_SUCCESS(status))
                return status;
        object = &section->object;
        return rpc_create(call, &path, request->desired_access, object);
}

NTSTATUS rpc_create_section(RpcCall *call) {
        if (call->request->create_section->allocation_attributes & SEC_IMAGE)
                return rpc_create_image(call);
        return create_data_section(call);
}

NTSTATUS rpc_open_section(RpcCall *call) {
        return rpc_open(call, call->request->open_section, &section_type);
}

/* The rights of handles do not matter to drivers. */
static NTSTATUS reference_to_map(
                RpcCall *call, const Nt__Grant *grant, Object **ret, ACCESS_MASK *ret_access) {
        NTSTATUS status = grant_table_reference(process_grants(call->process),
                        rpc_grant_name(grant), &section_type, 0, ret, ret_access);

        if (NT_SUCCESS(status) && rpc_kernel_mode(call))
                *ret_access = SECTION_ALL_ACCESS;
        return status;
}

NTSTATUS rpc_commit_section(RpcCall *call) {
        const Nt__CommitSectionRequest *request = call->request->commit_section;
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        NTSTATUS status = reference_to_map(call, request->grant, &object, &access);

        if (!NT_SUCCESS(status))
                return status;
        if (!(access & (SECTION_MAP_READ | SECTION_MAP_WRITE | SECTION_MAP_EXECUTE)))
                return STATUS_ACCESS_DENIED;
        return section_commit((Section *) object, request->first_page, request->n_pages);
}

NTSTATUS rpc_section_memory(RpcCall *call) {
        Nt__SectionMemoryReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        autofd int fd = -1, commit_fd = -1;
        NTSTATUS status = reference_to_map(
                        call, call->request->section_memory->grant, &object, &access);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(status) && ((const Section *) object)->image)
                return rpc_image_memory(call, (const Section *) object, access);
        if (NT_SUCCESS(status))
                status = section_open_memory((Section *) object, access, &fd);
        if (NT_SUCCESS(status) && ((Section *) object)->attributes & SEC_RESERVE)
                status = section_open_commit((Section *) object, access, &commit_fd);
        if (!NT_SUCCESS(status))
                return status;

        nt__section_memory_reply__init(body);
        body->memory_fd = rpc_attach_fd_take(call, fd_steal(&fd));
        body->has_commit_fd = commit_fd >= 0;
        if (commit_fd >= 0)
                body->commit_fd = rpc_attach_fd_take(call, fd_steal(&commit_fd));
        call->reply->body_case = NT__REPLY__BODY_SECTION_MEMORY;
        call->reply->section_memory = body;
        return STATUS_SUCCESS;
}
