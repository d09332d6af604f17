#include <stdio.h>

#include "cleanup.h"
#include "extended-parameters.h"
#include "handle.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "section-file.h"
#include "section-image.h"
#include "section-rules.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* All that is checked before the attributes are looked at. */
static NTSTATUS section_check(Opening *opening,
                const LARGE_INTEGER *maximum_size,
                ULONG protection,
                ULONG allocation_attributes,
                HANDLE handle,
                SectionFile *file,
                uint64_t *ret_size) {
        NTSTATUS begun = opening_begin(opening); /* clears the handle, whatever comes */
        NTSTATUS status;

        status = section_check_attributes(allocation_attributes, protection);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(begun))
                return begun;
        *ret_size = 0;
        if (maximum_size) {
                status = probe_read_64(ret_size, maximum_size);
                if (!NT_SUCCESS(status))
                        return status;
        }
        if (handle)
                return section_file_open(file, opening->client, handle, protection,
                                allocation_attributes, *ret_size);
        return section_check_size(allocation_attributes, protection, *ret_size);
}

/*
 * NT builds the section before it looks at attributes and name, so that what is wrong with size,
 * file or image wins over what is wrong with them. The daemon knows: where there is no name to send
 * it, the section is made without one, and not kept.
 *
 * @file: that it is to be of, or NULL.
 */
static NTSTATUS section_create(Opening *opening,
                const OBJECT_ATTRIBUTES *attributes,
                uint64_t size,
                ULONG protection,
                ULONG allocation_attributes,
                SectionFile *file) {
        Nt__CreateSectionRequest body = NT__CREATE_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS captured, status;
        SentFds fds = NO_FDS;

        captured = opening_capture(opening, attributes, ATTRIBUTES_CREATE);
        if (!NT_SUCCESS(captured))
                opening_forget_attributes(opening);

        body.object_attributes = &opening->attributes.message;
        body.desired_access = opening->access;
        body.maximum_size = size;
        body.protection = protection;
        body.allocation_attributes = allocation_attributes;
        request.body_case = NT__REQUEST__BODY_CREATE_SECTION;
        request.create_section = &body;
        if (file)
                fds = section_file_describe(file, &body);
        if (NT_SUCCESS(captured))
                return opening_finish_with(opening, &request, fds);
        status = opening_try(opening, &request, fds);
        return NT_SUCCESS(status) ? captured : status;
}

/* A call of either service. */
typedef struct CreateCall {
        const char *name;
        PHANDLE section;
        ACCESS_MASK access;
        POBJECT_ATTRIBUTES attributes;
        PLARGE_INTEGER maximum_size;
        ULONG protection;
        ULONG allocation_attributes;
        HANDLE file;
        const MEM_EXTENDED_PARAMETER *parameters;
        ULONG n_parameters;
} CreateCall;

static NTSTATUS create_traced(const CreateCall *call) {
        autocleanup(opening_clear) Opening opening;
        autocleanup(section_file_clear) SectionFile of;
        uint64_t size = 0;
        NTSTATUS status;
        char more[96];

        opening_init(&opening, call->section, call->access);
        section_file_init(&of);
        status = section_check(&opening, call->maximum_size, call->protection,
                        call->allocation_attributes, call->file, &of, &size);
        if (NT_SUCCESS(status))
                status = extended_parameters_check_section(call->parameters, call->n_parameters);
        if (NT_SUCCESS(status))
                status = section_create(&opening, call->attributes, size, call->protection,
                                call->allocation_attributes, call->file ? &of : NULL);
        if (TRACING()) {
                snprintf(more, sizeof(more),
                                ", size=0x%llx, protection=0x%x, attributes=0x%x, file=%p",
                                (unsigned long long) size, call->protection,
                                call->allocation_attributes, call->file);
                opening_trace(&opening, call->name, status, more);
        }
        return status;
}

NTSTATUS zw_create_section(PHANDLE section,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PLARGE_INTEGER maximum_size,
                ULONG protection,
                ULONG allocation_attributes,
                HANDLE file) {
        const CreateCall call = {
                .name = "NtCreateSection",
                .section = section,
                .access = access,
                .attributes = attributes,
                .maximum_size = maximum_size,
                .protection = protection,
                .allocation_attributes = allocation_attributes,
                .file = file,
        };

        return create_traced(&call);
}

SERVICE(CreateSection,
                zw_create_section,
                (PHANDLE section,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PLARGE_INTEGER maximum_size,
                                ULONG protection,
                                ULONG allocation_attributes,
                                HANDLE file),
                (section,
                                access,
                                attributes,
                                maximum_size,
                                protection,
                                allocation_attributes,
                                file));

NTSTATUS zw_create_section_ex(PHANDLE section,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PLARGE_INTEGER maximum_size,
                ULONG protection,
                ULONG allocation_attributes,
                HANDLE file,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters) {
        const CreateCall call = {
                .name = "NtCreateSectionEx",
                .section = section,
                .access = access,
                .attributes = attributes,
                .maximum_size = maximum_size,
                .protection = protection,
                .allocation_attributes = allocation_attributes,
                .file = file,
                .parameters = parameters,
                .n_parameters = n_parameters,
        };

        return create_traced(&call);
}

SERVICE(CreateSectionEx,
                zw_create_section_ex,
                (PHANDLE section,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                PLARGE_INTEGER maximum_size,
                                ULONG protection,
                                ULONG allocation_attributes,
                                HANDLE file,
                                PMEM_EXTENDED_PARAMETER parameters,
                                ULONG n_parameters),
                (section,
                                access,
                                attributes,
                                maximum_size,
                                protection,
                                allocation_attributes,
                                file,
                                parameters,
                                n_parameters));

NTSTATUS zw_open_section(PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;

        opening_init(&opening, section, access);
        status = opening_open(&opening, attributes, NT__REQUEST__BODY_OPEN_SECTION);
        opening_trace(&opening, "NtOpenSection", status, "");
        return status;
}

SERVICE(OpenSection,
                zw_open_section,
                (PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes),
                (section, access, attributes));

/* Image information of more than 4 GiB faults on Windows (Wine's tests). */
#define IMAGE_INFORMATION_MAX 0x100000000ull

/* What is checked before the handle is looked at. */
static NTSTATUS query_check(SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length) {
        SIZE_T needed;
        NTSTATUS status;

        if (information_class == SectionImageInformation && length > IMAGE_INFORMATION_MAX)
                return STATUS_ACCESS_VIOLATION;
        status = probe_writable(information, length, sizeof(ULONG));
        if (NT_SUCCESS(status) && return_length)
                status = probe_writable(return_length, sizeof(*return_length), 1);
        if (!NT_SUCCESS(status))
                return status;

        needed = information_class == SectionBasicInformation
                                 ? sizeof(SECTION_BASIC_INFORMATION)
                                 : section_image_length(information_class);
        if (needed == 0)
                return STATUS_INVALID_INFO_CLASS;
        return length < needed ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

static NTSTATUS query_answer(const GrantInfo *info, PVOID information, PSIZE_T return_length) {
        SECTION_BASIC_INFORMATION basic = {
                .BaseAddress = (PVOID) (uintptr_t) info->base,
                .AllocationAttributes = info->attributes,
                .MaximumSize.QuadPart = (LONGLONG) info->size,
        };
        NTSTATUS status;

        status = probe_write(information, &basic, sizeof(basic));
        if (NT_SUCCESS(status) && return_length)
                status = probe_write_64(return_length, sizeof(basic));
        return status;
}

static NTSTATUS section_query(HANDLE section,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length) {
        autocleanup(handle_release) HandleRef ref;
        const Client *client;
        NTSTATUS entered, status;

        handle_ref_init(&ref);
        entered = client_enter(CLIENT_HANDLES, &client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        status = query_check(information_class, information, length, return_length);
        if (!NT_SUCCESS(status))
                return status;
        if (!NT_SUCCESS(entered))
                return handle_pseudo(section) != PSEUDO_NONE ? STATUS_OBJECT_TYPE_MISMATCH
                                                             : entered;

        status = handle_reference(
                        client, section, NT__OBJECT_KIND__OBJECT_KIND_SECTION, SECTION_QUERY, &ref);
        if (!NT_SUCCESS(status))
                return status;
        if (information_class != SectionBasicInformation)
                return section_image_query(
                                client, &ref, information_class, information, return_length);
        if (section_is_data_file(&ref.info))
                status = handle_refresh(client, &ref); /* it may have grown */
        if (!NT_SUCCESS(status))
                return status;
        return query_answer(&ref.info, information, return_length);
}

NTSTATUS zw_query_section(HANDLE section,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = section_query(section, information_class, information, length, return_length);
        if (TRACING())
                trace_end("NtQuerySection", status, "handle=%p, class=%u, length=%zu", section,
                                (unsigned) information_class, length);
        return status;
}

SERVICE(QuerySection,
                zw_query_section,
                (HANDLE section,
                                SECTION_INFORMATION_CLASS information_class,
                                PVOID information,
                                SIZE_T length,
                                PSIZE_T return_length),
                (section, information_class, information, length, return_length));
