#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "device-kinds.h"
#include "file-descriptor.h"
#include "file-status.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * Reading and writing
 *
 * With synchronous I/O the position is that of Linux's open file, which all who have the File
 * share; a place that the caller gives is where the position is afterwards, too. Bytes go straight
 * between the file and the caller's buffer: Linux says where that ends.
 */

#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

/* Where the bytes are. */
typedef enum Place {
        PLACE_OFFSET,   /* what the caller says */
        PLACE_POSITION, /* where the File is */
        PLACE_END,      /* after the last byte */
} Place;

/* One call. */
typedef struct Transfer {
        HANDLE handle;
        bool writes;
        HANDLE event;
        PIO_APC_ROUTINE apc;
        PIO_STATUS_BLOCK io_status;
        uint8_t *buffer;
        ULONG length;
        const LARGE_INTEGER *offset_at; /* the caller's, or NULL */
        const ULONG *key;
        FileRef file;
        bool synchronous;
        bool seeks; /* it has positions: it is no device */
        Place place;
        int64_t offset;
        size_t n_done;
} Transfer;

static void transfer_clear(Transfer *transfer) {
        file_ref_clear(&transfer->file);
}

/* Without FILE_WRITE_DATA a handle appends, wherever the caller says. */
static NTSTATUS transfer_reference(Transfer *transfer) {
        ACCESS_MASK needed = transfer->writes ? 0 : FILE_READ_DATA;
        ACCESS_MASK access;
        NTSTATUS status;

        status = file_reference(transfer->handle, needed, &transfer->file);
        if (!NT_SUCCESS(status))
                return status;
        access = file_ref_access(&transfer->file);
        if (transfer->writes && !(access & (FILE_WRITE_DATA | FILE_APPEND_DATA)))
                return STATUS_ACCESS_DENIED;
        if (transfer->writes && (!(access & FILE_WRITE_DATA) || transfer->file.file->appends))
                transfer->place = PLACE_END;
        if (S_ISDIR(transfer->file.file->type))
                return STATUS_INVALID_DEVICE_REQUEST;
        if (transfer->event || transfer->apc || transfer->key)
                return STATUS_NOT_SUPPORTED;
        transfer->synchronous = transfer->file.file->options & SYNCHRONOUS;
        transfer->seeks = S_ISREG(transfer->file.file->type);
        return STATUS_SUCCESS;
}

static NTSTATUS transfer_find_place(Transfer *transfer, bool has_offset) {
        if (transfer->place == PLACE_END)
                return STATUS_SUCCESS;
        if (has_offset && transfer->offset == -1 && transfer->writes) {
                transfer->place = PLACE_END;
                return STATUS_SUCCESS;
        }
        if (!has_offset || transfer->offset == -2) {
                transfer->place = PLACE_POSITION;
                return transfer->synchronous ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
        }
        transfer->place = PLACE_OFFSET;
        return transfer->offset < 0 ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

/*
 * What is read gets a buffer that can be written at both ends; of one that is written
 * only its range is looked at, and what is missing is found out later. (Wine's tests, and ReactOS.)
 */
static NTSTATUS transfer_check_buffer(const Transfer *transfer) {
        NTSTATUS status;

        if (!transfer->writes)
                return probe_writable(transfer->buffer, transfer->length, 1);
        status = probe_range(transfer->buffer, transfer->length, 1);
        if (!NT_SUCCESS(status) && (uintptr_t) transfer->buffer < PROBE_LOWEST)
                return STATUS_INVALID_USER_BUFFER;
        return status;
}

static NTSTATUS transfer_prepare(Transfer *transfer) {
        NTSTATUS status;

        status = probe_writable(transfer->io_status, sizeof(*transfer->io_status), 1);
        if (NT_SUCCESS(status) && transfer->offset_at)
                status = probe_read_64((uint64_t *) &transfer->offset, transfer->offset_at);
        if (NT_SUCCESS(status))
                status = transfer_reference(transfer);
        if (NT_SUCCESS(status))
                status = transfer_check_buffer(transfer);
        return NT_SUCCESS(status) ? transfer_find_place(transfer, transfer->offset_at != NULL)
                                  : status;
}

/* One system call. An offset of -1 is the open file's position. */
static ssize_t move(const Transfer *transfer, struct iovec part, off_t offset) {
        int fd = transfer->file.file->fd;

        if (!transfer->writes)
                return preadv2(fd, &part, 1, offset, 0);
        return pwritev2(fd, &part, 1, offset, transfer->place == PLACE_END ? RWF_APPEND : 0);
}

/* The offset to say to Linux for what comes next. */
static off_t next_offset(const Transfer *transfer) {
        if (!transfer->seeks || transfer->place == PLACE_POSITION)
                return -1;
        if (transfer->place == PLACE_END)
                return transfer->synchronous ? -1 : 0;
        return transfer->offset + (off_t) transfer->n_done;
}

/* Where the position was is where it is if nothing was transferred after all. */
static NTSTATUS transfer_fail(const Transfer *transfer, int error) {
        if (transfer->seeks && transfer->place == PLACE_POSITION && transfer->n_done > 0)
                lseek(transfer->file.file->fd, -(off_t) transfer->n_done, SEEK_CUR);
        if (error == EFAULT && transfer->writes)
                return STATUS_INVALID_USER_BUFFER;
        return file_status(error);
}

/* A descriptor that others have made non-blocking: waits until it is ready, as NT would. */
static void wait_until_ready(const Transfer *transfer) {
        struct pollfd ready = {
                .fd = transfer->file.file->fd,
                .events = transfer->writes ? POLLOUT : POLLIN,
        };

        poll(&ready, 1, -1);
}

/* Nothing more comes, or there is no room. The other end of a pipe is gone. */
static NTSTATUS status_of_end(const Transfer *transfer) {
        mode_t type = transfer->file.file->type;

        if (transfer->writes)
                return STATUS_DISK_FULL;
        return S_ISFIFO(type) || S_ISSOCK(type) ? STATUS_PIPE_BROKEN : STATUS_END_OF_FILE;
}

/*
 * A device gives what it has. A file is read until the end of it: less than that means that the
 * buffer ends before.
 */
static NTSTATUS transfer_move(Transfer *transfer) {
        while (transfer->n_done < transfer->length) {
                struct iovec part = { transfer->buffer + transfer->n_done,
                        transfer->length - transfer->n_done };
                ssize_t n = move(transfer, part, next_offset(transfer));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno == EAGAIN) {
                        wait_until_ready(transfer);
                        continue;
                }
                if (n < 0 && transfer->n_done > 0 && errno != EFAULT)
                        break; /* what is done is done; who goes on will hear of it */
                if (n < 0)
                        return transfer_fail(transfer, errno);
                if (n == 0)
                        break;
                transfer->n_done += (size_t) n;
                if (!transfer->seeks && !transfer->writes)
                        break;
        }
        if (transfer->n_done == 0 && transfer->length > 0)
                return status_of_end(transfer);
        return STATUS_SUCCESS;
}

/* \Device\Null: always at its end, and always with room. */
static NTSTATUS transfer_with_null(Transfer *transfer) {
        if (!transfer->writes)
                return STATUS_END_OF_FILE;
        transfer->n_done = transfer->length;
        return STATUS_SUCCESS;
}

static NTSTATUS transfer_run(Transfer *transfer) {
        NO_CANCELLATION_HERE;
        NTSTATUS status;

        if (transfer->file.file->device == DEVICE_NULL)
                return transfer_with_null(transfer);
        status = transfer_move(transfer);
        if (transfer->synchronous && transfer->seeks && transfer->place == PLACE_OFFSET &&
                        NT_SUCCESS(status))
                lseek(transfer->file.file->fd, transfer->offset + (off_t) transfer->n_done,
                                SEEK_SET);
        return status;
}

/* The caller's block says how it went, but of arguments that make no sense. */
static NTSTATUS transfer(Transfer *transfer) {
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, 0 };
        NTSTATUS status, written;

        status = transfer_prepare(transfer);
        if (!NT_SUCCESS(status))
                return status;
        status = transfer_run(transfer);
        if (!NT_SUCCESS(status) && status != STATUS_END_OF_FILE)
                return status;
        result.Status = status;
        result.Information = transfer->n_done;
        written = probe_write(transfer->io_status, &result, sizeof(result));
        return NT_SUCCESS(written) ? status : written;
}

static NTSTATUS transfer_call(Transfer *call, const char *service) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        file_ref_init(&call->file);
        status = transfer(call);
        if (TRACING())
                trace_end(service, status, "handle=%p, length=%u, done=%zu", call->handle,
                                call->length, call->n_done);
        return status;
}

NTSTATUS zw_read_file(HANDLE file,
                HANDLE event,
                PIO_APC_ROUTINE apc,
                PVOID apc_context,
                PIO_STATUS_BLOCK io_status,
                PVOID buffer,
                ULONG length,
                PLARGE_INTEGER offset,
                PULONG key) {
        autocleanup(transfer_clear) Transfer call = {
                .handle = file,
                .event = event,
                .apc = apc,
                .io_status = io_status,
                .buffer = buffer,
                .length = length,
                .offset_at = offset,
                .key = key,
        };

        (void) apc_context; /* the routine's, and there is none */
        return transfer_call(&call, "NtReadFile");
}

SERVICE(ReadFile,
                zw_read_file,
                (HANDLE file,
                                HANDLE event,
                                PIO_APC_ROUTINE apc,
                                PVOID apc_context,
                                PIO_STATUS_BLOCK io_status,
                                PVOID buffer,
                                ULONG length,
                                PLARGE_INTEGER offset,
                                PULONG key),
                (file, event, apc, apc_context, io_status, buffer, length, offset, key));

NTSTATUS zw_write_file(HANDLE file,
                HANDLE event,
                PIO_APC_ROUTINE apc,
                PVOID apc_context,
                PIO_STATUS_BLOCK io_status,
                PVOID buffer,
                ULONG length,
                PLARGE_INTEGER offset,
                PULONG key) {
        autocleanup(transfer_clear) Transfer call = {
                .handle = file,
                .writes = true,
                .event = event,
                .apc = apc,
                .io_status = io_status,
                .buffer = buffer,
                .length = length,
                .offset_at = offset,
                .key = key,
        };

        (void) apc_context;
        return transfer_call(&call, "NtWriteFile");
}

SERVICE(WriteFile,
                zw_write_file,
                (HANDLE file,
                                HANDLE event,
                                PIO_APC_ROUTINE apc,
                                PVOID apc_context,
                                PIO_STATUS_BLOCK io_status,
                                PVOID buffer,
                                ULONG length,
                                PLARGE_INTEGER offset,
                                PULONG key),
                (file, event, apc, apc_context, io_status, buffer, length, offset, key));

/* A directory is open for reading at most, which is enough if it is that. */
static NTSTATUS flush(const FileDescriptor *file) {
        autofd int directory = -1;

        if (S_ISREG(file->type))
                return fsync(file->fd) < 0 ? file_status(errno) : STATUS_SUCCESS;
        if (!S_ISDIR(file->type))
                return STATUS_INVALID_DEVICE_REQUEST;
        directory = descriptor_open_anew(file->fd, O_RDONLY | O_DIRECTORY);
        if (directory < 0)
                return file_status(-directory);
        return fsync(directory) < 0 ? file_status(errno) : STATUS_SUCCESS;
}

static NTSTATUS file_flush(HANDLE handle, PIO_STATUS_BLOCK io_status) {
        NO_CANCELLATION_HERE;
        autocleanup(file_ref_clear) FileRef file;
        IO_STATUS_BLOCK result = { { STATUS_SUCCESS }, 0 };
        NTSTATUS status;

        file_ref_init(&file);
        status = probe_writable(io_status, sizeof(*io_status), 1);
        if (NT_SUCCESS(status))
                status = file_reference(handle, 0, &file);
        if (!NT_SUCCESS(status))
                return status;
        if (!(file_ref_access(&file) & (FILE_WRITE_DATA | FILE_APPEND_DATA)))
                return STATUS_ACCESS_DENIED;
        status = flush(file.file);
        if (!NT_SUCCESS(status))
                return status;
        return probe_write(io_status, &result, sizeof(result));
}

NTSTATUS zw_flush_buffers_file(HANDLE file, PIO_STATUS_BLOCK io_status) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = file_flush(file, io_status);
        if (TRACING())
                trace_end("NtFlushBuffersFile", status, "handle=%p", file);
        return status;
}

SERVICE(FlushBuffersFile,
                zw_flush_buffers_file,
                (HANDLE file, PIO_STATUS_BLOCK io_status),
                (file, io_status));
