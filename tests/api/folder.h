#pragma once

/*
 * A folder for the files of one test
 *
 * It is made before the test and removed after it. Files in it are named by NT through \??\unix,
 * and by Linux.
 */

#include "api.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define READS     (FILE_GENERIC_READ)
#define WRITES    (FILE_GENERIC_WRITE)
#define SYNC      (FILE_SYNCHRONOUS_IO_NONALERT)

/* Adds the fixture. */
void folder_add(TCase *tests);

/* Until the end of the test; "" is the folder itself. NT's path has backslashes in @leaf too. */
const char *folder_path(const char *leaf);
const WCHAR *folder_name(const char *leaf);
POBJECT_ATTRIBUTES folder_named(const char *leaf, HANDLE root, ULONG attributes);

/* By Linux. */
void folder_put(const char *leaf, const char *content);
bool folder_has(const char *leaf, const char *content);
bool folder_exists(const char *leaf);

/* NtCreateFile(), for all that it takes but for what nobody varies. */
typedef struct FileArguments {
        const char *leaf;
        ACCESS_MASK access;
        ULONG share;
        ULONG disposition;
        ULONG options;
        ULONG attributes;        /* FILE_ATTRIBUTE_ */
        ULONG object_attributes; /* OBJ_ */
        HANDLE root;             /* @leaf is relative to it */
        LONGLONG allocation;
} FileArguments;

NTSTATUS file_create(const FileArguments *arguments, PHANDLE ret, IO_STATUS_BLOCK *ret_io);

/* Opens what is there, synchronously; SYNCHRONIZE is added. */
NTSTATUS file_open(const char *leaf, ACCESS_MASK access, ULONG share, PHANDLE ret);

/* Such a file, which must open. */
HANDLE file_opened(const char *leaf, ACCESS_MASK access, ULONG share);

/* Transfers at the position, or at an offset. Return: the service's. */
NTSTATUS file_read(HANDLE file, void *buffer, ULONG size, const LONGLONG *offset, ULONG *ret_n);
NTSTATUS file_write(HANDLE file, const char *text, const LONGLONG *offset);

/* FileStandardInformation, FilePositionInformation. */
FILE_STANDARD_INFORMATION file_standard(HANDLE file);
LONGLONG file_position(HANDLE file);

NTSTATUS file_set_end(HANDLE file, LONGLONG size);
NTSTATUS file_set_deleted(HANDLE file, BOOLEAN deleted);
