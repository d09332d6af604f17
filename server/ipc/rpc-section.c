#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "section-file.h"
#include "section.h"

static NTSTATUS new_section(RpcCall *call, Section **ret) {
        const Nt__CreateSectionRequest *request = call->request->create_section;

        if (request->file)
                return rpc_new_section_of_file(call, ret);
        return section_new(request->maximum_size, request->protection,
                        request->allocation_attributes, process_quota(call->process), ret);
}

/* The section is complete before its name is looked at: so are the refusals ordered. */
static NTSTATUS create_data_section(RpcCall *call) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = new_section(call, &section);

        if (!NT_SUCCESS(status))
                return status;
        object = &section->object;
        status = rpc_capture_new(call, request->object_attributes, &section_type, &path);
        if (!NT_SUCCESS(status))
                return status;
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

/* The descriptor for the reply. */
static NTSTATUS attach_memory(RpcCall *call, Section *section, ACCESS_MASK access, uint32_t *ret) {
        const ClientFd *file = NULL;
        NTSTATUS status = STATUS_SUCCESS;
        int fd = -1;

        if (section->file) {
                status = section_file_memory(section->file, access, &file);
                return NT_SUCCESS(status) ? rpc_attach_client_fd(call, file, ret) : status;
        }
        status = section_open_memory(section, access, &fd);
        if (NT_SUCCESS(status))
                *ret = rpc_attach_fd_take(call, fd);
        return status;
}

NTSTATUS rpc_section_memory(RpcCall *call) {
        Nt__SectionMemoryReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        NTSTATUS status = grant_table_reference(process_grants(call->process),
                        rpc_grant_name(call->request->section_memory->grant), &section_type, 0,
                        &object, &access);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (rpc_kernel_mode(call))
                access = SECTION_ALL_ACCESS; /* the rights of handles do not matter to drivers */
        if (NT_SUCCESS(status) && ((const Section *) object)->image)
                return rpc_image_memory(call, (const Section *) object, access);
        nt__section_memory_reply__init(body);
        if (NT_SUCCESS(status))
                status = attach_memory(call, (Section *) object, access, &body->memory_fd);
        if (!NT_SUCCESS(status))
                return status;

        call->reply->body_case = NT__REPLY__BODY_SECTION_MEMORY;
        call->reply->section_memory = body;
        return STATUS_SUCCESS;
}
