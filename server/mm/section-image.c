#include "section-image.h"

#include <fcntl.h>

#include "memory-file.h"
#include "ntstatus.h"
#include "status.h"

G_STATIC_ASSERT(sizeof(ImageInformation) == 64);

ImageKey section_image_key(const SectionFileRequest *request, const FileFacts *facts) {
        return (ImageKey){
                .facts = *facts,
                .no_execute = request->attributes & SEC_NOCACHE, /* SEC_IMAGE_NO_EXECUTE */
        };
}

const ImageContent *section_image(const Section *section) {
        return section->image ? image_memory_content(section->image) : NULL;
}

NTSTATUS section_image_open(
                const Section *section, ACCESS_MASK access, int *ret, int *ret_shared) {
        const ImageContent *content = section_image(section);
        autofd int fd = -1, shared_fd = -1;

        if (!(access & (SECTION_MAP_READ | SECTION_MAP_WRITE | SECTION_MAP_EXECUTE)))
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
