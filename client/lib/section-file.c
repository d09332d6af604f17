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

/* Where Windows begins to say that it is too much, whatever the disk has room for. */
#define FILE_SECTION_MAX (1ull << 54)

enum { READ_ONLY, READ_WRITE };

void section_file_init(SectionFile *file) {
        handle_ref_init(&file->ref);
        nt__grant__init(&file->grant);
        file->fds[READ_ONLY] = -1;
        file->fds[READ_WRITE] = -1;
}

void section_file_clear(SectionFile *file) {
        file->fds[READ_ONLY] = fd_close(file->fds[READ_ONLY]);
        file->fds[READ_WRITE] = fd_close(file->fds[READ_WRITE]);
        handle_release(&file->ref);
}

FileIdentity section_file_identify(int fd) {
        struct stat about;

        if (fstat(fd, &about) < 0)
                return (FileIdentity){ 0 };
        return (FileIdentity){ .device = about.st_dev, .inode = about.st_ino };
}

/*
 * Row 10. Whoever may read or execute a program may have its image, whatever the protection, since
 * views of it never write to the file. (Wine's tests; how Windows starts programs.)
 */
static ACCESS_MASK file_access(ULONG attributes, ULONG protection) {
        ACCESS_MASK access = 0;

        if (attributes & SEC_IMAGE)
                return FILE_READ_DATA;
        if (!(protection & PAGE_EXECUTE))
                access |= FILE_READ_DATA;
        if (protection & (PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE |
                                         PAGE_EXECUTE_WRITECOPY))
                access |= FILE_EXECUTE;
        if (section_lets_write(protection))
                access |= FILE_WRITE_DATA;
        return access;
}

/* Rows 11 and 15. */
static NTSTATUS
file_check(const FileDescriptor *file, const struct stat *about, ULONG attributes, uint64_t size) {
        if (file->device != DEVICE_VOLUME || !S_ISREG(about->st_mode))
                return STATUS_INVALID_FILE_FOR_SECTION;
        if (about->st_size > 0)
                return STATUS_SUCCESS;
        if (attributes & SEC_IMAGE)
                return STATUS_INVALID_FILE_FOR_SECTION;
        return size == 0 ? STATUS_MAPPED_FILE_SIZE_ZERO : STATUS_SUCCESS;
}

/* Row 16, for data. Return: STATUS_SUCCESS also if the file has to grow. */
static NTSTATUS size_check(uint64_t length, ULONG protection, uint64_t size) {
        if (size > FILE_SECTION_MAX || (size > length && !section_lets_write(protection)))
                return STATUS_SECTION_TOO_BIG;
        return STATUS_SUCCESS;
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
        bool writes = section_lets_write(protection) && !(attributes & SEC_IMAGE);
        struct stat about;
        NTSTATUS status;

        if (fstat(file->fd, &about) < 0)
                return STATUS_INVALID_FILE_FOR_SECTION;
        status = file_check(file, &about, attributes, size);
        if (NT_SUCCESS(status) && !(attributes & SEC_IMAGE))
                status = size_check((uint64_t) about.st_size, protection, size);
        if (NT_SUCCESS(status))
                status = file_descriptor_reopen(file, O_RDONLY, &self->fds[READ_ONLY]);
        if (NT_SUCCESS(status) && writes)
                status = file_descriptor_reopen(file, O_RDWR, &self->fds[READ_WRITE]);
        if (NT_SUCCESS(status) && writes && size > (uint64_t) about.st_size)
                status = file_extend(self->fds[READ_WRITE], size);
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

        if (!protection_is_valid(protection))
                return STATUS_INVALID_PAGE_PROTECTION;
        if (attributes & SEC_LARGE_PAGES)
                return STATUS_INVALID_PARAMETER_6;
        status = handle_reference(client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE,
                        file_access(attributes, protection), &file->ref);
        if (status == STATUS_ACCESS_DENIED && attributes & SEC_IMAGE && protection == PAGE_EXECUTE)
                status = handle_reference(client, handle, NT__OBJECT_KIND__OBJECT_KIND_FILE,
                                FILE_EXECUTE, &file->ref);
        if (NT_SUCCESS(status))
                status = file_descriptor_get(client, &file->ref, &descriptor);
        if (NT_SUCCESS(status))
                status = file_prepare(file, descriptor, protection, attributes, size);
        file_descriptor_unref(descriptor);
        return status;
}

SentFds section_file_describe(SectionFile *file, Nt__CreateSectionRequest *body) {
        file->grant.slot = file->ref.slot;
        file->grant.tag = file->ref.info.tag;
        body->file = &file->grant;
        body->has_read_only_fd = true;
        body->read_only_fd = READ_ONLY;
        body->has_read_write_fd = file->fds[READ_WRITE] >= 0;
        body->read_write_fd = READ_WRITE;
        return (SentFds){ file->fds, file->fds[READ_WRITE] >= 0 ? 2 : 1 };
}
