#include "section-image.h"

#include <fcntl.h>
#include <unistd.h>

#include "memory-file.h"
#include "ntstatus.h"
#include "section-rules.h"
#include "status.h"

G_STATIC_ASSERT(sizeof(ImageInformation) == 64);

ImageKey section_image_key(const SectionFileRequest *request, const FileFacts *facts) {
        return (ImageKey){
                .facts = *facts,
                .no_execute = request->attributes & SEC_NOCACHE, /* SEC_IMAGE_NO_EXECUTE */
        };
}

/* NT reports the size that it was given, however small: views show the image all the same. */
static NTSTATUS image_section_size(
                const SectionFileRequest *request, uint64_t image_size, uint64_t *ret) {
        if (request->size > image_size)
                return STATUS_SECTION_TOO_BIG;
        *ret = request->size == 0 ? image_size : request->size;
        return STATUS_SUCCESS;
}

/* What every section of an image is. Consumes @memory. */
static NTSTATUS image_section_new_take(
                ImageMemory *memory, uint64_t size, ULONG protection, Quota *quota, Object **ret) {
        Section *section = NULL;
        NTSTATUS status = object_new(&section_type, quota, ret);

        if (!NT_SUCCESS(status)) {
                image_memory_end(memory, quota);
                return status;
        }
        section = (Section *) *ret;
        section->fd = -1;
        section->image = memory;
        section->size = size;
        section->attributes = SEC_FILE | SEC_IMAGE;
        section->protection = protection;
        return STATUS_SUCCESS;
}

NTSTATUS section_new_of_image_take(FileTable *files,
                SectionFileRequest *request,
                ImageMemory *memory,
                Quota *quota,
                Section **ret) {
        uint64_t image_size = image_memory_content(memory)->image.size, size = 0;
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        NTSTATUS status = image_section_size(request, image_size, &size);

        if (!NT_SUCCESS(status)) {
                image_memory_end(memory, quota);
                return status;
        }
        status = image_section_new_take(memory, size, request->protection, quota, &object);
        if (!NT_SUCCESS(status))
                return status;
        section = (Section *) object;
        status = quota_charge(quota, QUOTA_SECTION_BYTES, image_size, &section->size_charge);
        /* For the memory, which is there as long as one of its sections. */
        if (NT_SUCCESS(status))
                status = quota_charge(quota, QUOTA_DESCRIPTORS,
                                image_memory_content(memory)->is_shared ? 2 : 1,
                                &section->fd_charge);
        if (NT_SUCCESS(status))
                status = section_file_new_take(
                                files, request, quota_uid(quota), section, &section->file);
        if (!NT_SUCCESS(status))
                return status;
        g_steal_pointer(&object);
        *ret = section;
        return STATUS_SUCCESS;
}

/* The server has the file no longer open: it reads only what its configuration names. */
NTSTATUS section_new_of_known_image_take(FileTable *files,
                ImageMemory *memory,
                const WCHAR *name,
                size_t n_units,
                Section **ret) {
        const FileIdentity *identity = &image_memory_key(memory)->facts.identity;
        uint64_t size = image_memory_content(memory)->image.size;
        g_autofree SectionFile *file = g_new0(SectionFile, 1);
        g_autoptr(Object) object = NULL;
        NTSTATUS status = image_section_new_take(memory, size, PAGE_EXECUTE, NULL, &object);

        file->read_only = file->read_write = CLIENT_FD_NONE;
        if (NT_SUCCESS(status))
                status = file_name_new(name, n_units, NULL, &file->name);
        if (!NT_SUCCESS(status))
                return status;
        status = file_bond_begin(
                        files, identity, FILE_BOND_IMAGE, geteuid(), true, object, &file->bond);
        if (!NT_SUCCESS(status)) {
                file->name = file_name_unref(file->name);
                return status;
        }
        object->reports = true;
        ((Section *) object)->file = g_steal_pointer(&file);
        *ret = (Section *) g_steal_pointer(&object);
        return STATUS_SUCCESS;
}

const ImageContent *section_image(const Section *section) {
        return section->image ? image_memory_content(section->image) : NULL;
}

NTSTATUS section_image_open(const Section *section, ACCESS_MASK access, int *ret, int *ret_shared) {
        const ImageContent *content = section_image(section);
        autofd int fd = -1, shared_fd = -1;

        if (!access_maps(access))
                return STATUS_ACCESS_DENIED;
        fd = memory_file_reopen(content->fd, O_RDONLY);
        if (fd < 0)
                return nt_status_from_errno(-fd);
        if (content->is_shared) {
                shared_fd = memory_file_reopen(content->shared_fd, O_RDWR);
                if (shared_fd < 0)
                        return nt_status_from_errno(-shared_fd);
        }
        *ret = fd_steal(&fd);
        *ret_shared = fd_steal(&shared_fd);
        return STATUS_SUCCESS;
}

void section_image_information(const ImageContent *content, ImageInformation *ret) {
        const PeImage *image = &content->image;

        *ret = (ImageInformation){
                .transfer_address = content->base.base + image->entry_point,
                .stack_reserve = image->stack_reserve,
                .stack_commit = image->stack_commit,
                .subsystem = image->subsystem,
                .subsystem_minor = image->subsystem_minor,
                .subsystem_major = image->subsystem_major,
                .system_major = image->system_major,
                .system_minor = image->system_minor,
                .characteristics = image->characteristics,
                .dll_characteristics = image->dll_characteristics,
                .machine = image->machine,
                .contains_code = image->contains_code,
                .image_flags = image->image_flags,
                .loader_flags = image->loader_flags,
                .file_size = (uint32_t) image->file_size,
                .checksum = image->checksum,
        };
}
