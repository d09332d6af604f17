#pragma once

/*
 * Files
 *
 * A File is one opening of a file: the client opened it, with its own rights, and the File keeps
 * the descriptor for those who get the File from it, what it is called, and its share in what all
 * openings agree on. Its share ends exactly when the last handle on it is closed, in whatever
 * process.
 *
 * A File has no name in the namespace, and no security descriptor: Linux has the file's. So
 * NtQuerySecurityObject and NtSetSecurityObject are STATUS_NOT_SUPPORTED, and a duplicate of a
 * handle has no right that its source lacks.
 */

#include "client-fd.h"
#include "file-deletion.h"
#include "file-name.h"
#include "object.h"
#include "shared-file.h"

typedef struct File {
        Object object;
        uint32_t device; /* DEVICE_ */
        ULONG share_access;
        ULONG create_options;
        uid_t uid;       /* whose client opened it */
        ClientFd fd;     /* as the client sent it: all who have the File share its position;
                            none of a DEVICE_STREAM */
        FileFacts facts; /* when it was opened: sizes and times may have changed */
        FileName *name;
        FileShare share;
        FilePlace place; /* with FILE_DELETE_ON_CLOSE */
} File;

extern const ObjectType file_type;

/* What a client asks for. */
typedef struct FileRequest {
        uint32_t device;    /* DEVICE_ */
        ACCESS_MASK access; /* of the first handle */
        ULONG share_access;
        ULONG create_options;
        bool overwrites;
        const WCHAR *name;
        size_t n_units;
        ClientFd fd;     /* these two are given away, on failure too */
        FilePlace place; /* with FILE_DELETE_ON_CLOSE, else none */
} FileRequest;

/**
 * file_new_take() - one more opening of a file
 * @quota: who pays, and who it is that opens
 * @ret:   the caller owns one reference, and gives the first handle
 *
 * Return: in this order: STATUS_INVALID_PARAMETER (an unknown device, share access or option;
 * FILE_DELETE_ON_CLOSE without the right to DELETE, or without a place; a descriptor of a socket,
 * or of nothing that has a name); STATUS_ACCESS_DENIED (the descriptor cannot do what @access
 * says); STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY; what file_share_begin() says.
 */
NTSTATUS file_new_take(FileTable *files, FileRequest *request, Quota *quota, File **ret);

/**
 * file_check_descriptor() - may a process of @uid, with a grant of @access, have the descriptor?
 * Return: STATUS_SUCCESS; STATUS_NOT_SUPPORTED if there is none; STATUS_ACCESS_DENIED for another
 * user than the one who opened it, if the descriptor could do what the grant does not say.
 */
NTSTATUS file_check_descriptor(const File *file, uid_t uid, ACCESS_MASK access);

/**
 * file_check_disposition() - may the file be deleted when nobody has it open any more, or kept?
 * Return: STATUS_SUCCESS; STATUS_INVALID_DEVICE_REQUEST for what is on no volume;
 * STATUS_CANNOT_DELETE if it is to be deleted and has sections that bind @uid;
 * STATUS_INVALID_HANDLE if the last handle turned out to be gone meanwhile.
 */
NTSTATUS file_check_disposition(const File *file, uid_t uid, bool delete_file);

/* Does so, after the check. @place: where its name is, given away; none: it is kept. */
void file_set_disposition(File *file, uid_t uid, FilePlace *place);

/**
 * file_check_size() - may the file be cut to @size?
 * Return: STATUS_SUCCESS; STATUS_USER_MAPPED_FILE if it has sections, and is larger as far as the
 * kernel knows; STATUS_INVALID_DEVICE_REQUEST for what is on no volume; what client_fd_look() says.
 */
NTSTATUS file_check_size(const File *file, uid_t uid, uint64_t size);
