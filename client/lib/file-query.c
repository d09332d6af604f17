#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "device-kinds.h"
#include "file-class.h"
#include "file-descriptor.h"
#include "file-information.h"
#include "file-status.h"
#include "ntstatus.h"
#include "object-name.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* NtQueryInformationFile */

#define NAME_HEADER ((ULONG) offsetof(FILE_NAME_INFORMATION, FileName))
#define MODE_OPTIONS                                                                               \
        (FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_NO_INTERMEDIATE_BUFFERING |              \
                        FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT |                 \
                        FILE_DELETE_ON_CLOSE)

/* One query. */
typedef struct FileQuery {
        HANDLE handle;
        PVOID information;
        ULONG length;
        ULONG n_written; /* for the caller's IO_STATUS_BLOCK */
        FileRef file;
        struct statx about;
} FileQuery;

static void query_clear(FileQuery *query) {
        file_ref_clear(&query->file);
}

static NTSTATUS write_all(FileQuery *query, const void *information, ULONG size) {
        query->n_written = size;
        return probe_write(query->information, information, size);
}

static FILE_STANDARD_INFORMATION standard(const FileQuery *query) {
        const struct statx *about = &query->about;
        bool pending = atomic_load(&query->file.file->delete_pending);

        return (FILE_STANDARD_INFORMATION){
                .AllocationSize.QuadPart = (LONGLONG) file_information_allocation(about),
                .EndOfFile.QuadPart = (LONGLONG) file_information_size(about),
                .NumberOfLinks = S_ISDIR(about->stx_mode) ? 1 : about->stx_nlink,
                .DeletePending = pending,
                .Directory = S_ISDIR(about->stx_mode) ? TRUE : FALSE,
        };
}

/* Without data there is no position that could change. */
static LARGE_INTEGER position(const FileQuery *query) {
        const FileDescriptor *file = query->file.file;
        off_t at = S_ISREG(file->type) ? lseek(file->fd, 0, SEEK_CUR) : 0;

        return (LARGE_INTEGER){ .QuadPart = at < 0 ? 0 : at };
}

static ULONG mode(const FileQuery *query) {
        return query->file.file->options & MODE_OPTIONS;
}

/* What follows the device's name: devices are all in \Device. Return: its offset, in bytes. */
static size_t name_after_device(const ProtobufCBinaryData *name) {
        size_t n_backslashes = 0;

        for (size_t at = 0; at + sizeof(WCHAR) <= name->len; at += sizeof(WCHAR)) {
                WCHAR unit;

                memcpy(&unit, name->data + at, sizeof(unit));
                n_backslashes += unit == '\\';
                if (n_backslashes == 3)
                        return at;
        }
        return name->len;
}

/* Writes FILE_NAME_INFORMATION at @at in the caller's buffer: as much of it as fits. */
static NTSTATUS name_write(FileQuery *query, ULONG at) {
        autocleanup(call_reply_clear) CallReply reply;
        uint8_t *to = (uint8_t *) query->information + at;
        const ProtobufCBinaryData *name;
        ULONG room = query->length - at - NAME_HEADER, length;
        size_t start;
        NTSTATUS status;

        call_reply_init(&reply);
        status = object_name_ask(query->file.client, &query->file.handle, &reply);
        if (!NT_SUCCESS(status))
                return status;
        name = &reply.message->bytes->value;
        start = name_after_device(name);
        length = (ULONG) (name->len - start);
        if (room > length)
                room = length;
        status = probe_write(to, &length, sizeof(length));
        if (NT_SUCCESS(status) && room > 0)
                status = probe_write(to + NAME_HEADER, name->data + start, room);
        if (!NT_SUCCESS(status))
                return status;
        query->n_written = at + NAME_HEADER + room;
        return room < length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static NTSTATUS query_all(FileQuery *query) {
        FILE_ALL_INFORMATION all = {
                .StandardInformation = standard(query),
                .InternalInformation.IndexNumber.QuadPart = (LONGLONG) query->about.stx_ino,
                .AccessInformation.AccessFlags = handle_entry_access(query->file.handle.entry),
                .PositionInformation.CurrentByteOffset = position(query),
                .ModeInformation.Mode = mode(query),
                .AlignmentInformation.AlignmentRequirement = FILE_BYTE_ALIGNMENT,
        };
        ULONG at = offsetof(FILE_ALL_INFORMATION, NameInformation);
        NTSTATUS status;

        file_information_basic(&query->about, &all.BasicInformation);
        status = probe_write(query->information, &all, at);
        return NT_SUCCESS(status) ? name_write(query, at) : status;
}

/* Classes that the I/O manager answers by itself, for every device. */
static bool is_of_handle(FILE_INFORMATION_CLASS information_class) {
        return information_class == FileAccessInformation ||
               information_class == FilePositionInformation ||
               information_class == FileModeInformation ||
               information_class == FileAlignmentInformation ||
               information_class == FileStandardInformation;
}

static NTSTATUS query_of_handle(FileQuery *query, FILE_INFORMATION_CLASS information_class) {
        union {
                FILE_ACCESS_INFORMATION access;
                FILE_POSITION_INFORMATION position;
                FILE_MODE_INFORMATION mode;
                FILE_ALIGNMENT_INFORMATION alignment;
                FILE_STANDARD_INFORMATION standard;
        } answer;

        memset(&answer, 0, sizeof(answer));
        switch ((ULONG) information_class) {
        case FileAccessInformation:
                answer.access.AccessFlags = handle_entry_access(query->file.handle.entry);
                return write_all(query, &answer, sizeof(answer.access));
        case FilePositionInformation:
                answer.position.CurrentByteOffset = position(query);
                return write_all(query, &answer, sizeof(answer.position));
        case FileModeInformation:
                answer.mode.Mode = mode(query);
                return write_all(query, &answer, sizeof(answer.mode));
        case FileStandardInformation:
                answer.standard = standard(query);
                return write_all(query, &answer, sizeof(answer.standard));
        default:
                answer.alignment.AlignmentRequirement = FILE_BYTE_ALIGNMENT;
                return write_all(query, &answer, sizeof(answer.alignment));
        }
}

static NTSTATUS query_of_volume(FileQuery *query, FILE_INFORMATION_CLASS information_class) {
        union {
                FILE_BASIC_INFORMATION basic;
                FILE_INTERNAL_INFORMATION internal;
                FILE_EA_INFORMATION ea;
                FILE_NETWORK_OPEN_INFORMATION network;
                FILE_ATTRIBUTE_TAG_INFORMATION tag;
        } answer;

        memset(&answer, 0, sizeof(answer));
        switch ((ULONG) information_class) {
        case FileBasicInformation:
                file_information_basic(&query->about, &answer.basic);
                return write_all(query, &answer, sizeof(answer.basic));
        case FileInternalInformation:
                answer.internal.IndexNumber.QuadPart = (LONGLONG) query->about.stx_ino;
                return write_all(query, &answer, sizeof(answer.internal));
        case FileEaInformation:
                return write_all(query, &answer, sizeof(answer.ea));
        case FileNameInformation:
                return name_write(query, 0);
        case FileAllInformation:
                return query_all(query);
        case FileNetworkOpenInformation:
                file_information_network_open(&query->about, &answer.network);
                return write_all(query, &answer, sizeof(answer.network));
        case FileAttributeTagInformation:
                answer.tag.FileAttributes = file_information_attributes(&query->about);
                return write_all(query, &answer, sizeof(answer.tag));
        default:
                return STATUS_NOT_SUPPORTED;
        }
}

static NTSTATUS query_answer(FileQuery *query, FILE_INFORMATION_CLASS information_class) {
        bool null = query->file.file->device == DEVICE_NULL;
        NTSTATUS status = STATUS_SUCCESS;

        memset(&query->about, 0, sizeof(query->about));
        if (!null)
                status = file_information_read(query->file.file->fd, &query->about);
        if (!NT_SUCCESS(status))
                return status;
        if (is_of_handle(information_class))
                return query_of_handle(query, information_class);
        return null ? STATUS_INVALID_DEVICE_REQUEST : query_of_volume(query, information_class);
}

static NTSTATUS
file_query(FileQuery *query, PIO_STATUS_BLOCK io_status, FILE_INFORMATION_CLASS information_class) {
        FileClass class = file_class(information_class);
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, 0 };
        NTSTATUS status, written;

        status = file_class_check(&class, class.query_length, query->length);
        if (NT_SUCCESS(status))
                status = probe_writable(io_status, sizeof(*io_status), 1);
        if (NT_SUCCESS(status))
                status = probe_writable(query->information, query->length, sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = file_reference(query->handle, class.query_access, &query->file);
        if (!NT_SUCCESS(status))
                return status;
        status = query_answer(query, information_class);
        if (NT_ERROR(status))
                return status;
        result.Status = status;
        result.Information = query->n_written;
        written = probe_write(io_status, &result, sizeof(result));
        return NT_SUCCESS(written) ? status : written;
}

NTSTATUS zw_query_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FILE_INFORMATION_CLASS information_class) {
        autocleanup(query_clear) FileQuery query = {
                .handle = file,
                .information = information,
                .length = length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        file_ref_init(&query.file);
        status = file_query(&query, io_status, information_class);
        if (TRACING())
                trace_end("NtQueryInformationFile", status, "handle=%p, class=%u, length=%u", file,
                                (unsigned) information_class, length);
        return status;
}

SERVICE(QueryInformationFile,
                zw_query_information_file,
                (HANDLE file,
                                PIO_STATUS_BLOCK io_status,
                                PVOID information,
                                ULONG length,
                                FILE_INFORMATION_CLASS information_class),
                (file, io_status, information, length, information_class));
