#pragma once

/*
 * Descriptors of Files
 *
 * What a File has open is one open file of Linux, that all processes with a handle on the File
 * share, its position too. The process that opened it keeps its descriptor with the grant; one that
 * got the File as an heir, or by duplication, asks the daemon for it at first use. As with
 * sections, the program that we live in may close any descriptor: one that is no more what it was
 * is asked for anew.
 *
 * A FileDescriptor is counted, so that a handle can be closed while another thread reads.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "connection.h"
#include "descriptor.h"
#include "grant-info.h"
#include "handle.h"

typedef struct FileDescriptor {
        _Atomic uint32_t n_refs;
        int fd;                      /* O_PATH if the File can neither be read nor written */
        FileIdentity identity;       /* what it was when it came */
        mode_t type;                 /* S_IFREG, S_IFDIR, ... */
        uint32_t device;             /* DEVICE_VOLUME, DEVICE_NULL or DEVICE_STREAM */
        bool appends;                /* whatever is written goes to the end (O_APPEND) */
        ULONG share_access;          /* FILE_SHARE_ */
        ULONG options;               /* FILE_ options that it was opened with */
        _Atomic bool delete_pending; /* as far as this process has asked for it */
} FileDescriptor;

/**
 * file_descriptor_new_take() - take a descriptor into use
 * @fd: consumed, on failure too; close-on-exec and above 2 (descriptor_settle())
 * Return: STATUS_SUCCESS with one reference, STATUS_NO_MEMORY, or what file_status() makes of a
 * descriptor that is none.
 */
NTSTATUS file_descriptor_new_take(int fd, uint32_t device, FileDescriptor **ret);
FileDescriptor *file_descriptor_ref(FileDescriptor *file);
FileDescriptor *file_descriptor_unref(
                FileDescriptor *file); /* NULL is no reference; returns NULL */

/**
 * file_descriptor_get() - what a File has open
 * @ref: a handle on a File (OBJECT_KIND_FILE)
 * @ret: with a reference that the caller owns
 * Return: STATUS_SUCCESS; the answer to the request for it, if it was not known;
 * STATUS_INSUFFICIENT_RESOURCES if the program has no descriptor left.
 */
NTSTATUS file_descriptor_get(const Client *client, const HandleRef *ref, FileDescriptor **ret);

/* Keeps @file with the grant behind @handle, which was just made, unless that is a kernel handle.
 */
void file_descriptor_keep(const Client *client, HANDLE handle, FileDescriptor *file);

/**
 * file_descriptor_reopen() - the same file, opened anew, with a position of its own
 * @flags: O_RDONLY, O_WRONLY, O_RDWR or O_PATH; more are added
 * @ret:   the caller's; close-on-exec and above 2
 *
 * Linux checks the permissions of the file again. Where it refuses, and the File is open in exactly
 * this way, the File's own open file is the answer: its position is shared.
 *
 * Return: STATUS_SUCCESS, or what file_status() makes of the refusal; STATUS_NOT_SUPPORTED without
 * /proc.
 */
NTSTATUS file_descriptor_reopen(const FileDescriptor *file, int flags, int *ret);

/*
 * The same for any descriptor, without the fallback; never waits for what is no file. Return: a
 * descriptor, or -errno.
 */
int descriptor_open_anew(int fd, int flags);

/* Opens what \Device\Null stands for. Return: a descriptor, or -errno. */
int file_open_null(int flags);

/* A handle on a File, and what the File has open. Initialise with file_ref_init(). */
typedef struct FileRef {
        const Client *client;
        HandleRef handle;
        FileDescriptor *file;
} FileRef;

void file_ref_init(FileRef *ref);
void file_ref_clear(FileRef *ref);

/**
 * file_reference() - read a handle for use as a File's
 * @handle: any value
 * @access: FILE_ rights that it must include, unless the call is made for the kernel
 * Return: as client_enter(), handle_reference() and file_descriptor_get().
 */
NTSTATUS file_reference(HANDLE handle, ACCESS_MASK access, FileRef *ret);

/* Rights of the handle; all of them if the call is made for the kernel. */
ACCESS_MASK file_ref_access(const FileRef *ref);

/* The table is locked. Takes the descriptor out of a grant that is over, for
 * file_descriptor_unref(). */
FileDescriptor *file_descriptor_forget(GrantRecord *record);

/* In a child of fork(): closes the copy of the parent's descriptor; the memory stays. */
void file_descriptor_abandon(GrantRecord *record);
