/*
 * Commit is accounted by quota, not reserved: the server neither touches nor allocates the memory
 * of a section, which would be slow and its own cgroup's. Clients fault pages in, and pay for them.
 */

#include "section.h"

#include <fcntl.h>

#include "cleanup.h"
#include "image-memory.h"
#include "memory-file.h"
#include "ntstatus.h"
#include "section-commit.h"
#include "section-file.h"
#include "section-rules.h"
#include "status.h"

#define PAGE_SIZE 4096u

static void section_finalize(Object *object) {
        Section *section = (Section *) object;

        section->fd = fd_close(section->fd);
        section_commit_free(section->commit);
        section_base_release(&section->base);
        section_file_free(section->file);
        section->image = image_memory_end(section->image, object->charge.quota);
        quota_charge_release(&section->size_charge);
        quota_charge_release(&section->fd_charge);
}

const ObjectType section_type = {
        .rules = &object_types[KIND_SECTION],
        .kind = KIND_SECTION,
        .size = sizeof(Section),
        .needs_global = true,
        .finalize = section_finalize,
};

static NTSTATUS make_memory(Section *section) {
        NTSTATUS status = STATUS_SUCCESS;
        int fd = -1;

        if (section->fd >= 0)
                return STATUS_SUCCESS;
        status = quota_charge(
                        section->object.charge.quota, QUOTA_DESCRIPTORS, 1, &section->fd_charge);
        if (!NT_SUCCESS(status))
                return status;
        fd = section->attributes & SEC_LARGE_PAGES
                             ? memory_file_new_large("nt-section", section->size)
                             : memory_file_new("nt-section", section->size);
        if (fd < 0) {
                quota_charge_release(&section->fd_charge);
                return section->attributes & SEC_LARGE_PAGES ? STATUS_INSUFFICIENT_RESOURCES
                                                             : nt_status_from_errno(-fd);
        }
        section->fd = fd;
        return STATUS_SUCCESS;
}

NTSTATUS section_new(
                uint64_t size, ULONG protection, ULONG attributes, Quota *quota, Section **ret) {
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = section_check_attributes(attributes, protection);

        if (NT_SUCCESS(status))
                status = section_check_size(attributes, protection, size);
        if (NT_SUCCESS(status))
                status = section_check_commit(attributes, size);
        if (NT_SUCCESS(status))
                status = object_new(&section_type, quota, &object);
        if (!NT_SUCCESS(status))
                return status;

        section = (Section *) object;
        section->fd = -1;
        section->size = (size + PAGE_SIZE - 1) & ~(uint64_t) (PAGE_SIZE - 1);
        section->attributes = section_reported_attributes(attributes);
        section->protection = protection;
        status = quota_charge(quota, QUOTA_SECTION_BYTES, section->size, &section->size_charge);
        if (NT_SUCCESS(status) && attributes & SEC_BASED)
                status = section_base_take(quota_uid(quota), section->size, &section->base);
        if (NT_SUCCESS(status) && attributes & SEC_LARGE_PAGES)
                status = make_memory(section);
        if (!NT_SUCCESS(status))
                return status;

        g_steal_pointer(&object);
        *ret = section;
        return STATUS_SUCCESS;
}

NTSTATUS section_open_memory(Section *section, ACCESS_MASK access, int *ret_fd) {
        NTSTATUS status = STATUS_SUCCESS;
        int fd = -1;

        if (!access_maps(access))
                return STATUS_ACCESS_DENIED;
        status = make_memory(section);
        if (!NT_SUCCESS(status))
                return status;
        fd = memory_file_reopen(section->fd, access & SECTION_MAP_WRITE ? O_RDWR : O_RDONLY);
        if (fd < 0)
                return nt_status_from_errno(-fd);
        *ret_fd = fd;
        return STATUS_SUCCESS;
}
