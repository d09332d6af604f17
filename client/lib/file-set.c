#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "device-kinds.h"
#include "file-class.h"
#include "file-descriptor.h"
#include "file-information.h"
#include "file-link.h"
#include "file-status.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* NtSetInformationFile */

typedef union FileSetting {
        FILE_BASIC_INFORMATION basic;
        FILE_DISPOSITION_INFORMATION disposition;
        FILE_POSITION_INFORMATION position;
        FILE_ALLOCATION_INFORMATION allocation;
        FILE_END_OF_FILE_INFORMATION end;
        FILE_MODE_INFORMATION mode;
} FileSetting;

/* What cannot be opened for it can be reached by its name in /proc: its mode and times, that is. */
static void proc_name(const FileRef *file, char *name, size_t size) {
        snprintf(name, size, "/proc/self/fd/%d", file->file->fd);
}

static bool is_time(LONGLONG time) {
        return time != 0;
}

/* Times that Linux sets by itself can only be what they are. */
static NTSTATUS check_times(
                const FILE_BASIC_INFORMATION *wanted, const FILE_BASIC_INFORMATION *now) {
        const LONGLONG times[] = { wanted->CreationTime.QuadPart, wanted->LastAccessTime.QuadPart,
                wanted->LastWriteTime.QuadPart, wanted->ChangeTime.QuadPart };

        for (size_t i = 0; i < RTL_NUMBER_OF(times); i++) {
                if (times[i] < -2)
                        return STATUS_INVALID_PARAMETER;
        }
        for (size_t i = 0; i < RTL_NUMBER_OF(times); i++) {
                if (times[i] < 0)
                        return STATUS_NOT_SUPPORTED;
        }
        if ((is_time(times[0]) && times[0] != now->CreationTime.QuadPart) ||
                        (is_time(times[3]) && times[3] != now->ChangeTime.QuadPart))
                return STATUS_NOT_SUPPORTED;
        return STATUS_SUCCESS;
}

static NTSTATUS check_basic(const FILE_BASIC_INFORMATION *wanted, const struct statx *about) {
        FILE_BASIC_INFORMATION now;

        if (wanted->FileAttributes & ~FILE_ATTRIBUTE_VALID_FLAGS)
                return STATUS_INVALID_PARAMETER;
        if (wanted->FileAttributes & FILE_ATTRIBUTE_DIRECTORY && !S_ISDIR(about->stx_mode))
                return STATUS_INVALID_PARAMETER;
        file_information_basic(about, &now);
        return check_times(wanted, &now);
}

/* Who may write is only as good as known: its owner. */
static NTSTATUS set_attributes(const char *name, ULONG attributes, const struct statx *about) {
        mode_t mode = about->stx_mode & 07777;

        if (attributes == 0 || !S_ISREG(about->stx_mode))
                return STATUS_SUCCESS;
        if (attributes & FILE_ATTRIBUTE_READONLY)
                mode &= ~0222u;
        else if (!(mode & 0222))
                mode |= 0200;
        if (mode == (about->stx_mode & 07777u))
                return STATUS_SUCCESS;
        return chmod(name, mode) < 0 ? file_status(errno) : STATUS_SUCCESS;
}

static struct timespec time_or_omit(LARGE_INTEGER time) {
        if (!is_time(time.QuadPart))
                return (struct timespec){ .tv_nsec = UTIME_OMIT };
        return nt_time_to_timespec((uint64_t) time.QuadPart);
}

static NTSTATUS set_basic(const FileRef *file, const FILE_BASIC_INFORMATION *wanted) {
        struct timespec times[2] = { time_or_omit(wanted->LastAccessTime),
                time_or_omit(wanted->LastWriteTime) };
        struct statx about;
        char name[40];
        NTSTATUS status;

        status = file_information_read(file->file->fd, &about);
        if (NT_SUCCESS(status))
                status = check_basic(wanted, &about);
        if (!NT_SUCCESS(status))
                return status;
        proc_name(file, name, sizeof(name));
        if ((is_time(wanted->LastAccessTime.QuadPart) || is_time(wanted->LastWriteTime.QuadPart)) &&
                        utimensat(AT_FDCWD, name, times, 0) < 0)
                return errno == ENOENT ? STATUS_NOT_SUPPORTED : file_status(errno);
        return set_attributes(name, wanted->FileAttributes, &about);
}

static NTSTATUS set_position(const FileRef *file, int64_t offset) {
        if (offset < 0)
                return STATUS_INVALID_PARAMETER;
        if (!(file_ref_access(file) & (FILE_READ_DATA | FILE_WRITE_DATA)))
                return STATUS_ACCESS_DENIED;
        if (!S_ISREG(file->file->type))
                return STATUS_INVALID_DEVICE_REQUEST;
        return lseek(file->file->fd, offset, SEEK_SET) < 0 ? file_status(errno) : STATUS_SUCCESS;
}

/* Whether the daemon lets the file become smaller. */
static NTSTATUS size_ask(const FileRef *file, uint64_t size) {
        Nt__CheckFileSizeRequest body = NT__CHECK_FILE_SIZE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        Nt__Grant grant;

        grant = handle_grant(&file->handle);
        body.grant = &grant;
        body.size = size;
        request.body_case = NT__REQUEST__BODY_CHECK_FILE_SIZE;
        request.check_file_size = &body;

        call_reply_init(&reply);
        return connection_call(file->client, &request, &reply);
}

static NTSTATUS size_check(const FileRef *file, int64_t size, int64_t *ret_now) {
        struct statx about;
        NTSTATUS status;

        if (size < 0 || S_ISDIR(file->file->type))
                return STATUS_INVALID_PARAMETER;
        if (!S_ISREG(file->file->type))
                return STATUS_INVALID_DEVICE_REQUEST;
        status = file_information_read(file->file->fd, &about);
        if (!NT_SUCCESS(status))
                return status;
        *ret_now = (int64_t) about.stx_size;
        return size < *ret_now ? size_ask(file, (uint64_t) size) : STATUS_SUCCESS;
}

static NTSTATUS set_end(const FileRef *file, int64_t size) {
        int64_t now;
        NTSTATUS status;

        status = size_check(file, size, &now);
        if (!NT_SUCCESS(status) || size == now)
                return status;
        return ftruncate(file->file->fd, size) < 0 ? file_status(errno) : STATUS_SUCCESS;
}

/* Less than the file has cuts it, as on NTFS; more than that is room that is kept free. */
static NTSTATUS set_allocation(const FileRef *file, int64_t size) {
        int64_t now;
        NTSTATUS status;

        status = size_check(file, size, &now);
        if (!NT_SUCCESS(status) || size == now)
                return status;
        if (size < now)
                return ftruncate(file->file->fd, size) < 0 ? file_status(errno) : STATUS_SUCCESS;
        return fallocate(file->file->fd, FALLOC_FL_KEEP_SIZE, 0, size) < 0 ? file_status(errno)
                                                                           : STATUS_SUCCESS;
}

static void closedirp(DIR **directory) {
        if (*directory)
                closedir(*directory);
}

/* Linux would refuse when it is too late to tell. What cannot be listed is found out then. */
static NTSTATUS check_empty(const FileRef *file) {
        autocleanup(closedirp) DIR *directory = NULL;
        const struct dirent *entry;
        int fd;

        fd = descriptor_open_anew(file->file->fd, O_RDONLY | O_DIRECTORY);
        if (fd < 0)
                return STATUS_SUCCESS;
        directory = fdopendir(fd);
        if (!directory) {
                close(fd);
                return STATUS_NO_MEMORY;
        }
        while ((entry = readdir(directory))) {
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        return STATUS_DIRECTORY_NOT_EMPTY;
        }
        return STATUS_SUCCESS;
}

static NTSTATUS check_deletion(const FileRef *file) {
        struct statx about;
        NTSTATUS status;

        status = file_information_read(file->file->fd, &about);
        if (!NT_SUCCESS(status))
                return status;
        if (file_information_attributes(&about) & FILE_ATTRIBUTE_READONLY)
                return STATUS_CANNOT_DELETE;
        return S_ISDIR(file->file->type) ? check_empty(file) : STATUS_SUCCESS;
}

static NTSTATUS disposition_send(const FileRef *file, const FileLink *link) {
        Nt__SetFileDispositionRequest body = NT__SET_FILE_DISPOSITION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        Nt__Grant grant;

        grant = handle_grant(&file->handle);
        body.grant = &grant;
        body.delete_file = link->parent >= 0;
        if (body.delete_file) {
                body.has_parent_fd = true;
                body.parent_fd = 0;
                body.has_leaf = true;
                body.leaf.data = (uint8_t *) link->leaf;
                body.leaf.len = strlen(link->leaf);
        }
        request.body_case = NT__REQUEST__BODY_SET_FILE_DISPOSITION;
        request.set_file_disposition = &body;

        call_reply_init(&reply);
        return connection_call_with(file->client, &request,
                        (SentFds){ &link->parent, body.delete_file ? 1 : 0 }, &reply);
}

static NTSTATUS set_disposition(const FileRef *file, bool delete_file) {
        autocleanup(file_link_clear) FileLink link = FILE_LINK_NONE;
        NTSTATUS status = STATUS_SUCCESS;

        if (delete_file)
                status = check_deletion(file);
        if (NT_SUCCESS(status) && delete_file)
                status = file_link_find(file->file->fd, &link);
        if (NT_SUCCESS(status))
                status = disposition_send(file, &link);
        if (NT_SUCCESS(status))
                atomic_store(&file->file->delete_pending, delete_file);
        return status;
}

static NTSTATUS set_class(const FileRef *file,
                FILE_INFORMATION_CLASS information_class,
                const FileSetting *setting) {
        NO_CANCELLATION_HERE;

        if (file->file->device == DEVICE_NULL)
                return STATUS_INVALID_DEVICE_REQUEST;
        switch ((ULONG) information_class) {
        case FileBasicInformation:
                return set_basic(file, &setting->basic);
        case FilePositionInformation:
                return set_position(file, setting->position.CurrentByteOffset.QuadPart);
        case FileEndOfFileInformation:
                return set_end(file, setting->end.EndOfFile.QuadPart);
        case FileAllocationInformation:
                return set_allocation(file, setting->allocation.AllocationSize.QuadPart);
        case FileDispositionInformation:
                return set_disposition(file, setting->disposition.DeleteFile);
        default:
                return STATUS_NOT_SUPPORTED;
        }
}

/* The structure with one byte only needs no alignment. */
static NTSTATUS file_set(FileRef *file,
                HANDLE handle,
                PIO_STATUS_BLOCK io_status,
                const void *information,
                ULONG length,
                FILE_INFORMATION_CLASS information_class) {
        FileClass class = file_class(information_class);
        size_t alignment = information_class == FileDispositionInformation ? 1 : sizeof(ULONG);
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, 0 };
        FileSetting setting;
        NTSTATUS status;

        memset(&setting, 0, sizeof(setting));
        status = file_class_check(&class, class.set_length, length);
        if (NT_SUCCESS(status))
                status = probe_writable(io_status, sizeof(*io_status), 1);
        if (NT_SUCCESS(status))
                status = probe_range(information, length, alignment);
        if (NT_SUCCESS(status))
                status = probe_read(&setting, information, class.set_length, alignment);
        if (NT_SUCCESS(status))
                status = file_reference(handle, class.set_access, file);
        if (NT_SUCCESS(status))
                status = set_class(file, information_class, &setting);
        return NT_SUCCESS(status) ? probe_write(io_status, &result, sizeof(result)) : status;
}

NTSTATUS zw_set_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FILE_INFORMATION_CLASS information_class) {
        autocleanup(file_ref_clear) FileRef ref;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        file_ref_init(&ref);
        status = file_set(&ref, file, io_status, information, length, information_class);
        if (TRACING())
                trace_end("NtSetInformationFile", status, "handle=%p, class=%u, length=%u", file,
                                (unsigned) information_class, length);
        return status;
}

SERVICE(SetInformationFile,
                zw_set_information_file,
                (HANDLE file,
                                PIO_STATUS_BLOCK io_status,
                                PVOID information,
                                ULONG length,
                                FILE_INFORMATION_CLASS information_class),
                (file, io_status, information, length, information_class));
