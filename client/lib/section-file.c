#include "section-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "device-kinds.h"
#include "file-descriptor.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "section-rules.h"

enum { READ_ONLY, READ_WRITE };

void section_file_init(SectionFile *file) {
        handle_ref_init(&file->ref);
        file->fds[READ_ONLY] = -1;
        file->fds[READ_WRITE] = -1;
}

void section_file_clear(SectionFile *file) {
        file->fds[READ_ONLY] = fd_close(file->fds[READ_ONLY]);
        file->fds[READ_WRITE] = fd_close(file->fds[READ_WRITE]);
        handle_release(&file->ref);
}

/* Rows 11, 15 and 16. @ret: how long the file is to be. */
static NTSTATUS file_check(const FileDescriptor *file,
                ULONG protection,
                ULONG attributes,
                uint64_t size,
                uint64_t *ret) {
        struct stat about;

        if (file->device != DEVICE_VOLUME || !S_ISREG(file->type) || fstat(file->fd, &about) < 0)
                return STATUS_INVALID_FILE_FOR_SECTION;
        *ret = (uint64_t) about.st_size;
        if (attributes & SEC_IMAGE)
                return about.st_size > 0 ? STATUS_SUCCESS : STATUS_INVALID_FILE_FOR_SECTION;
        return section_check_file_size(protection, size, *ret, ret);
}

/*
 * Makes a file at least as long as @size. To set its length would cut off what somebody else has
 * added since we looked; to ask for room for its last byte never does, where the file system can.
 * Beyond RLIMIT_FSIZE, Linux would send the program a signal that ends it.
 */
static NTSTATUS file_extend(int fd, uint64_t size) {
        struct rlimit limit;
        struct stat about;
        int r;

        if (fstat(fd, &about) == 0 && (uint64_t) about.st_size >= size)
                return STATUS_SUCCESS;
        if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && size > limit.rlim_cur)
                return STATUS_SECTION_NOT_EXTENDED;
        do
                r = fallocate(fd, 0, (off_t) size - 1, 1);
        while (r < 0 && errno == EINTR);
        if (r < 0 && errno == EOPNOTSUPP && fstat(fd, &about) == 0)
                r = (uint64_t) about.st_size < size ? ftruncate(fd, (off_t) size) : 0;
        return r < 0 ? STATUS_SECTION_NOT_EXTENDED : STATUS_SUCCESS;
}

/* Has the file opened for the section, and as long as it is to be. */
static NTSTATUS file_prepare(SectionFile *self,
                const FileDescriptor *file,
                ULONG protection,
                ULONG attributes,
                uint64_t size) {
        bool writes = protection_writes(protection) && !(attributes & SEC_IMAGE);
        uint64_t length;
        NTSTATUS status;

        status = file_check(file, protection, attributes, size, &length);
        if (NT_SUCCESS(status))
                status = file_descriptor_reopen(file, O_RDONLY, &self->fds[READ_ONLY]);
        if (NT_SUCCESS(status) && writes)
                status = file_descriptor_reopen(file, O_RDWR, &self->fds[READ_WRITE]);
        if (NT_SUCCESS(status) && writes)
                status = file_extend(self->fds[READ_WRITE], length);
        return status;
}

NTSTATUS section_file_open(SectionFile *file,
                const Client *client,
                HANDLE handle,
                ULONG protection,
                ULONG attributes,
                uint64_t size) {
        FileDescriptor *descriptor = NULL;
        NO_CANCELLATION_HERE;
        NTSTATUS status;

        status = section_check_file(attributes, protection);
        if (NT_SUCCESS(status))
                status = handle_reference(client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE,
                                section_file_access(attributes, protection), &file->ref);
        if (status == STATUS_ACCESS_DENIED && attributes & SEC_IMAGE && protection == PAGE_EXECUTE)
                status = handle_reference(client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE,
                                FILE_EXECUTE, &file->ref); /* how Windows starts programs */
        if (NT_SUCCESS(status))
                status = file_descriptor_get(client, &file->ref, &descriptor);
        if (NT_SUCCESS(status))
                status = file_prepare(file, descriptor, protection, attributes, size);
        file_descriptor_unref(descriptor);
        return status;
}

SentFds section_file_describe(SectionFile *file, Nt__CreateSectionRequest *body) {
        file->grant = handle_grant(&file->ref);
        body->file = &file->grant;
        body->has_read_only_fd = true;
        body->read_only_fd = READ_ONLY;
        body->has_read_write_fd = file->fds[READ_WRITE] >= 0;
        body->read_write_fd = READ_WRITE;
        return (SentFds){ file->fds, file->fds[READ_WRITE] >= 0 ? 2 : 1 };
}
