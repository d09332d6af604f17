#include "ntstatus.h"
#include "process.h"
#include "rpc-call.h"
#include "section.h"

static NTSTATUS create_data_section(RpcCall *call) {
        const Nt__CreateSectionRequest *request = call->request->create_section;
        g_auto(ObjectPath) path = { 0 };
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = rpc_capture_new(call, request->object_attributes, &section_type, &path);

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

NTSTATUS rpc_section_memory(RpcCall *call) {
        Nt__SectionMemoryReply *body = rpc_alloc(call, sizeof(*body));
        g_autoptr(Object) object = NULL;
        ACCESS_MASK access = 0;
        int fd = -1;
        NTSTATUS status = grant_table_reference(process_grants(call->process),
                        rpc_grant_name(call->request->section_memory->grant), &section_type, 0,
                        &object, &access);

        if (!body)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (rpc_kernel_mode(call))
                access = SECTION_ALL_ACCESS; /* the rights of handles do not matter to drivers */
        if (NT_SUCCESS(status) && ((const Section *) object)->image)
                return rpc_image_memory(call, (const Section *) object, access);
        if (NT_SUCCESS(status))
                status = section_open_memory((Section *) object, access, &fd);
        if (!NT_SUCCESS(status))
                return status;

        nt__section_memory_reply__init(body);
        body->memory_fd = rpc_attach_fd_take(call, fd);
        call->reply->body_case = NT__REPLY__BODY_SECTION_MEMORY;
        call->reply->section_memory = body;
        return STATUS_SUCCESS;
}
