#include "status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct StatusName {
        uint32_t value;
        uint32_t offset; /* of the name in status_text */
} StatusName;

#include "status-names.inc"

static int status_name_compare(const void *key, const void *element) {
        uint32_t value = *(const uint32_t *) key;
        const StatusName *name = element;

        return (value > name->value) - (value < name->value);
}

const char *nt_status_name(NTSTATUS status) {
        uint32_t value = (uint32_t) status;
        const StatusName *name = bsearch(&value, status_names,
                        sizeof(status_names) / sizeof(status_names[0]), sizeof(status_names[0]),
                        status_name_compare);

        return name ? status_text + name->offset : NULL;
}

bool nt_status_find(const char *name, NTSTATUS *ret) {
        for (size_t i = 0; i < sizeof(status_names) / sizeof(status_names[0]); i++) {
                if (strcmp(status_text + status_names[i].offset, name) == 0) {
                        *ret = (NTSTATUS) status_names[i].value;
                        return true;
                }
        }
        return false;
}

NTSTATUS nt_status_from_errno(int error) {
        switch (error) {
        case EACCES:
        case EPERM:
                return STATUS_ACCESS_DENIED;
        case EAGAIN:
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ETOOMANYREFS:
                return STATUS_INSUFFICIENT_RESOURCES;
        /* The descriptors that can be bad here are our own, closed by the program that we live in.
         */
        case EBADF:
        case ECONNRESET:
        case ENOTCONN:
        case ENOTSOCK:
        case EPIPE:
        case EPROTO:
                return STATUS_PORT_DISCONNECTED;
        /* Not STATUS_OBJECT_NAME_NOT_FOUND: the path that is not there is the server's socket. */
        case ECONNREFUSED:
        case ENOENT:
                return STATUS_PORT_CONNECTION_REFUSED;
        case EDQUOT:
        case ENOSPC:
                return STATUS_DISK_FULL;
        case EEXIST: /* of MAP_FIXED_NOREPLACE */
                return STATUS_CONFLICTING_ADDRESSES;
        case EFAULT:
                return STATUS_ACCESS_VIOLATION;
        case EFBIG:
                return STATUS_SECTION_TOO_BIG;
        case EINVAL:
                return STATUS_INVALID_PARAMETER;
        case EIO:
                return STATUS_IO_DEVICE_ERROR;
        case ENAMETOOLONG:
                return STATUS_NAME_TOO_LONG;
        case ENOMEM:
                return STATUS_NO_MEMORY;
        case ENOSYS:
        case EOPNOTSUPP:
                return STATUS_NOT_SUPPORTED;
        case EROFS:
                return STATUS_MEDIA_WRITE_PROTECTED;
        case ETIMEDOUT: /* STATUS_TIMEOUT would be a success */
                return STATUS_IO_TIMEOUT;
        default:
                return STATUS_UNSUCCESSFUL;
        }
}
