#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "descriptor.h"
#include "device-kinds.h"
#include "file-descriptor.h"
#include "file-name.h"
#include "file-status.h"
#include "ntiofile.h"
#include "ntstatus.h"
#include "object-types.h"
#include "opening.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * A File for what Linux has given the program: its standard input and output, mostly. A file of the
 * volume is one as if it had been opened here, and shares its position with all who have the
 * descriptor. Of a pipe, a socket or a terminal the daemon gets no descriptor: it would keep the
 * other end from hearing that it is closed.
 */

#define SHARE_ALL   (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define READ_RIGHTS (FILE_READ_DATA | FILE_EXECUTE)
#define WRITE_RIGHTS                                                                               \
        (FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA |              \
                        FILE_DELETE_CHILD)

#define NULL_DEVICE makedev(1, 3)

/* What a descriptor is. */
typedef struct Given {
        int fd; /* a copy, ours */
        int flags;
        struct stat about;
        uint32_t device; /* DEVICE_ */
        ACCESS_MASK granted;
        WCHAR name[PATH_MAX + 64];
        size_t n_name; /* units */
} Given;

static void given_clear(Given *given) {
        NO_CANCELLATION_HERE;

        given->fd = fd_close(given->fd);
}

/* What can be done with it, whatever the file's permissions are by now. */
static NTSTATUS decide_access(Given *given, ACCESS_MASK wanted) {
        int mode = given->flags & O_ACCMODE;
        ACCESS_MASK possible = FILE_ALL_ACCESS & ~(DELETE | WRITE_DAC | WRITE_OWNER);
        ACCESS_MASK mapped = access_map_generic(
                        &object_types[KIND_FILE].mapping, wanted & ~MAXIMUM_ALLOWED);

        if (given->flags & O_PATH || mode == O_WRONLY)
                possible &= ~READ_RIGHTS;
        if (given->flags & O_PATH || mode == O_RDONLY)
                possible &= ~WRITE_RIGHTS;
        if (wanted & MAXIMUM_ALLOWED)
                mapped |= possible;
        given->granted = mapped | FILE_READ_ATTRIBUTES | SYNCHRONIZE;
        return given->granted & ~possible ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

static void set_name(Given *given, const char *device, const char *rest) {
        given->n_name = file_name_decode(device, strlen(device), given->name);
        for (const char *at = rest; *at; at++) {
                size_t length = strcspn(at + 1, "/") + 1;

                given->name[given->n_name++] = '\\';
                given->n_name += file_name_decode(at + 1, length - 1, given->name + given->n_name);
                at += length - 1;
        }
}

/* What it is called now; of a file that was removed, what it was called. */
static void find_name(Given *given) {
        char link[sizeof("/proc/self/fd/") + 12];
        char path[PATH_MAX];
        ssize_t length;

        switch (given->about.st_mode & S_IFMT) {
        case S_IFREG:
        case S_IFDIR:
                snprintf(link, sizeof(link), "/proc/self/fd/%d", given->fd);
                length = readlink(link, path, sizeof(path) - 1);
                path[length < 0 ? 0 : length] = '\0';
                set_name(given, "\\Device\\HarddiskVolume1", path[0] == '/' ? path : "");
                break;
        case S_IFCHR:
                set_name(given,
                                given->device == DEVICE_NULL ? "\\Device\\Null"
                                                             : "\\Device\\ConDrv",
                                "");
                break;
        default:
                set_name(given, "\\Device\\NamedPipe", "");
                break;
        }
}

static NTSTATUS look(int fd, ACCESS_MASK wanted, Given *ret) {
        NO_CANCELLATION_HERE;

        ret->flags = fcntl(fd, F_GETFL);
        if (ret->flags < 0)
                return STATUS_INVALID_HANDLE;
        ret->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (ret->fd < 0)
                return STATUS_INSUFFICIENT_RESOURCES;
        if (fstat(ret->fd, &ret->about) < 0)
                return file_status(errno);
        ret->device = DEVICE_STREAM;
        if (S_ISREG(ret->about.st_mode) || S_ISDIR(ret->about.st_mode))
                ret->device = DEVICE_VOLUME;
        else if (S_ISCHR(ret->about.st_mode) && ret->about.st_rdev == NULL_DEVICE)
                ret->device = DEVICE_NULL;
        find_name(ret);
        return decide_access(ret, wanted);
}

static NTSTATUS send_request(Opening *opening, const Given *given) {
        Nt__CreateFileRequest body = NT__CREATE_FILE_REQUEST__INIT;
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        attributes.has_attributes = true;
        attributes.attributes = opening->attributes.flags;
        attributes.has_name = true;
        attributes.name.data = (uint8_t *) given->name;
        attributes.name.len = given->n_name * sizeof(WCHAR);
        body.object_attributes = &attributes;
        body.desired_access = given->granted;
        body.device = given->device;
        body.file_fd = 0;
        body.share_access = SHARE_ALL;
        body.create_options = FILE_SYNCHRONOUS_IO_NONALERT;
        request.body_case = NT__REQUEST__BODY_CREATE_FILE;
        request.create_file = &body;
        if (given->device == DEVICE_STREAM)
                return opening_finish(opening, &request);
        return opening_finish_with(opening, &request, (SentFds){ &given->fd, 1 });
}

/* It is open already: rules about who may open it come too late. */
static bool is_rule_of_opening(NTSTATUS status) {
        return status == STATUS_SHARING_VIOLATION || status == STATUS_DELETE_PENDING ||
               status == STATUS_ACCESS_DENIED;
}

static NTSTATUS keep_descriptor(const Opening *opening, Given *given) {
        FileDescriptor *file = NULL;
        NTSTATUS status;

        status = file_descriptor_new_take(fd_steal(&given->fd), given->device, &file);
        if (!NT_SUCCESS(status))
                return status;
        file->share_access = SHARE_ALL;
        file->options = FILE_SYNCHRONOUS_IO_NONALERT;
        file->appends = given->flags & O_APPEND;
        file_descriptor_keep(opening->client, opening->handle, file);
        file_descriptor_unref(file);
        return STATUS_SUCCESS;
}

static NTSTATUS file_from_descriptor(
                Opening *opening, int fd, ACCESS_MASK access, ULONG attributes) {
        autocleanup(given_clear) Given given = { .fd = -1 };
        NTSTATUS status;

        if (attributes & ~OBJ_INHERIT)
                return STATUS_INVALID_PARAMETER;
        status = opening_begin(opening);
        if (NT_SUCCESS(status))
                status = look(fd, access, &given);
        if (!NT_SUCCESS(status))
                return status;
        opening->attributes.flags = attributes;
        status = send_request(opening, &given);
        if (is_rule_of_opening(status) && given.device != DEVICE_STREAM) {
                given.device = DEVICE_STREAM;
                status = send_request(opening, &given);
        }
        if (!NT_SUCCESS(status))
                return status;
        status = keep_descriptor(opening, &given);
        if (!NT_SUCCESS(status))
                opening_undo(opening);
        return status;
}

NTSTATUS zw_file_from_descriptor(int fd, ACCESS_MASK access, ULONG attributes, PHANDLE file) {
        autocleanup(opening_clear) Opening opening;
        NTSTATUS status;
        char more[32];

        opening_init(&opening, file, access);
        status = file_from_descriptor(&opening, fd, access, attributes);
        if (TRACING()) {
                snprintf(more, sizeof(more), ", fd=%d", fd);
                opening_trace(&opening, "zw_file_from_descriptor", status, more);
        }
        return status;
}
