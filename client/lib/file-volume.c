#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "device-kinds.h"
#include "file-descriptor.h"
#include "ntiofile.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* NtQueryVolumeInformationFile */

static NTSTATUS check_class(FS_INFORMATION_CLASS information_class, ULONG length) {
        if ((ULONG) information_class == 0 || (ULONG) information_class >= FileFsMaximumInformation)
                return STATUS_INVALID_INFO_CLASS;
        if (information_class == FileFsDeviceInformation &&
                        length < sizeof(FILE_FS_DEVICE_INFORMATION))
                return STATUS_INFO_LENGTH_MISMATCH;
        return STATUS_SUCCESS;
}

/* What is left here are sockets and devices: a terminal is a console. */
static FILE_FS_DEVICE_INFORMATION stream_device(const FileDescriptor *file) {
        if (S_ISREG(file->type) || S_ISDIR(file->type))
                return (FILE_FS_DEVICE_INFORMATION){ FILE_DEVICE_DISK, FILE_DEVICE_IS_MOUNTED };
        if (S_ISCHR(file->type))
                return (FILE_FS_DEVICE_INFORMATION){
                        isatty(file->fd) ? FILE_DEVICE_CONSOLE : FILE_DEVICE_UNKNOWN, 0
                };
        return (FILE_FS_DEVICE_INFORMATION){ FILE_DEVICE_NAMED_PIPE, 0 };
}

static NTSTATUS volume_query(FileRef *file,
                HANDLE handle,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FS_INFORMATION_CLASS information_class) {
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, sizeof(FILE_FS_DEVICE_INFORMATION) };
        FILE_FS_DEVICE_INFORMATION device = { FILE_DEVICE_DISK, FILE_DEVICE_IS_MOUNTED };
        NTSTATUS status;

        status = check_class(information_class, length);
        if (NT_SUCCESS(status))
                status = probe_writable(io_status, sizeof(*io_status), 1);
        if (NT_SUCCESS(status))
                status = probe_writable(information, length, sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = file_reference(handle, 0, file);
        if (!NT_SUCCESS(status))
                return status;
        if (information_class != FileFsDeviceInformation)
                return STATUS_NOT_SUPPORTED;
        if (file->file->device == DEVICE_NULL)
                device = (FILE_FS_DEVICE_INFORMATION){ FILE_DEVICE_NULL, 0 };
        if (file->file->device == DEVICE_STREAM)
                device = stream_device(file->file);
        status = probe_write(information, &device, sizeof(device));
        return NT_SUCCESS(status) ? probe_write(io_status, &result, sizeof(result)) : status;
}

NTSTATUS zw_query_volume_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FS_INFORMATION_CLASS information_class) {
        autocleanup(file_ref_clear) FileRef ref;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        file_ref_init(&ref);
        status = volume_query(&ref, file, io_status, information, length, information_class);
        if (TRACING())
                trace_end("NtQueryVolumeInformationFile", status, "handle=%p, class=%u", file,
                                (unsigned) information_class);
        return status;
}

SERVICE(QueryVolumeInformationFile,
                zw_query_volume_information_file,
                (HANDLE file,
                                PIO_STATUS_BLOCK io_status,
                                PVOID information,
                                ULONG length,
                                FS_INFORMATION_CLASS information_class),
                (file, io_status, information, length, information_class));
