#include "file-status.h"

#include <errno.h>

#include "ntstatus.h"
#include "status.h"

NTSTATUS file_status(int error) {
        switch (error) {
        case ENOENT:
                return STATUS_OBJECT_NAME_NOT_FOUND;
        case ENOTDIR:
                return STATUS_OBJECT_PATH_NOT_FOUND;
        case EEXIST:
                return STATUS_OBJECT_NAME_COLLISION;
        case EISDIR:
                return STATUS_FILE_IS_A_DIRECTORY;
        case ENOTEMPTY:
                return STATUS_DIRECTORY_NOT_EMPTY;
        case ENAMETOOLONG:
                return STATUS_OBJECT_NAME_INVALID;
        case ELOOP:
                return STATUS_REPARSE_POINT_NOT_RESOLVED;
        case EBADF:
                return STATUS_ACCESS_DENIED;
        case EFBIG:
                return STATUS_FILE_TOO_LARGE;
        case ETXTBSY: /* it is being executed */
                return STATUS_SHARING_VIOLATION;
        case ENXIO: /* a socket, or a device that is not there */
        case ENODEV:
                return STATUS_NOT_SUPPORTED;
        case ESPIPE:
                return STATUS_INVALID_DEVICE_REQUEST;
        case EPIPE:
                return STATUS_PIPE_CLOSING;
        case ESTALE:
                return STATUS_FILE_INVALID;
        default:
                return nt_status_from_errno(error);
        }
}

NTSTATUS file_path_status(int error) {
        return error == ENOENT || error == ENOTDIR ? STATUS_OBJECT_PATH_NOT_FOUND
                                                   : file_status(error);
}
