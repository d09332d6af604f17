#pragma once

/*
 * Files
 *
 * A File is a file of Linux that a process has open, under NT's rules: with rights, with a sharing
 * mode that all processes of this daemon keep to, and with NT's statuses. Every service here has a
 * Zw twin and, in zw.h, an entry with the ordinary calling convention; all three do the same. What
 * attributes may be, and the statuses for them and for a daemon that cannot be reached, stands at
 * the top of ntobapi.h.
 *
 * Names. \Device\HarddiskVolume1 is the volume: what follows is a Linux path from the root
 * directory, with backslashes. \??\Z: and \??\unix are links to it, \??\NUL to \Device\Null, of
 * which reads are at the end of the file at once and writes vanish. RootDirectory may be a
 * directory object, or a File that is a directory; relative to a File an empty name means that very
 * file. Names are UTF-8 on Linux. A Linux name that is not UTF-8 has its bytes above 127 as U+DC80
 * to U+DCFF, and any other surrogate that stands alone is, on Linux, the three bytes that UTF-8
 * would have for it: every Linux name has one NT name and leads back to itself. Names with
 * characters that NTFS refuses, the backslash among them, cannot be named here; neither can ":"
 * streams. Links of Linux are followed, always.
 *
 * Case. A name is looked up exactly; with OBJ_CASE_INSENSITIVE each component that is not there
 * exactly is looked for without case (Windows has that switched on for all files), of several the
 * first in the order of their bytes. That reads the whole directory.
 *
 * Rights. What Linux lets this process do with a file decides:
 *
 *     FILE_READ_DATA                        to read
 *     FILE_EXECUTE                          to read or to execute; of a directory, to search
 *     FILE_WRITE_DATA, FILE_APPEND_DATA     to write, and the file is not READONLY; of a
 *                                           directory, to write and search
 *     FILE_WRITE_ATTRIBUTES, FILE_WRITE_EA  to write, or it is the caller's
 *     WRITE_DAC, WRITE_OWNER                it is the caller's
 *     DELETE                                to write and search the directory, as its sticky bit
 *                                           allows
 *     all others                            always
 *
 * Attributes. READONLY is a file that nobody may write to (no write bit in its mode), and binds
 * root too; DIRECTORY is one; ARCHIVE is every regular file; NORMAL is what has none of them. Linux
 * has no place for the others: they are accepted and lost. Files have no extended attributes, no
 * security descriptor, no streams and no reparse points.
 *
 * What is neither a file nor a directory: character devices can be read and written; FIFOs, sockets
 * and block devices can be opened for their attributes only (else STATUS_NOT_SUPPORTED). No open
 * ever waits.
 *
 * /proc must be there: without it files cannot be opened (STATUS_NOT_SUPPORTED).
 */

#include "ntdef.h"
#include "ntfile.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define FILE_ATTRIBUTE_READONLY            0x00000001u
#define FILE_ATTRIBUTE_HIDDEN              0x00000002u
#define FILE_ATTRIBUTE_SYSTEM              0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY           0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE             0x00000020u
#define FILE_ATTRIBUTE_DEVICE              0x00000040u
#define FILE_ATTRIBUTE_NORMAL              0x00000080u
#define FILE_ATTRIBUTE_TEMPORARY           0x00000100u
#define FILE_ATTRIBUTE_SPARSE_FILE         0x00000200u
#define FILE_ATTRIBUTE_REPARSE_POINT       0x00000400u
#define FILE_ATTRIBUTE_COMPRESSED          0x00000800u
#define FILE_ATTRIBUTE_OFFLINE             0x00001000u
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED 0x00002000u
#define FILE_ATTRIBUTE_ENCRYPTED           0x00004000u
#define FILE_ATTRIBUTE_VALID_FLAGS         0x00007FB7u
#define FILE_ATTRIBUTE_VALID_SET_FLAGS     0x000031A7u

/* ByteOffset that is no offset: its LowPart, with a HighPart of -1. */
#define FILE_WRITE_TO_END_OF_FILE      0xFFFFFFFFu
#define FILE_USE_FILE_POINTER_POSITION 0xFFFFFFFEu

/* Buffers need no alignment. */
#define FILE_BYTE_ALIGNMENT 0u

#define FILE_DEVICE_DISK       0x00000007u
#define FILE_DEVICE_NAMED_PIPE 0x00000011u
#define FILE_DEVICE_NULL       0x00000015u
#define FILE_DEVICE_UNKNOWN    0x00000022u
#define FILE_DEVICE_CONSOLE    0x00000050u

#define FILE_DEVICE_IS_MOUNTED 0x00000020u

typedef VOID(NTAPI *PIO_APC_ROUTINE)(
                PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, ULONG Reserved);

typedef enum _FILE_INFORMATION_CLASS {
        FileDirectoryInformation = 1,
        FileFullDirectoryInformation = 2,
        FileBothDirectoryInformation = 3,
        FileBasicInformation = 4,
        FileStandardInformation = 5,
        FileInternalInformation = 6,
        FileEaInformation = 7,
        FileAccessInformation = 8,
        FileNameInformation = 9,
        FileRenameInformation = 10,
        FileLinkInformation = 11,
        FileNamesInformation = 12,
        FileDispositionInformation = 13,
        FilePositionInformation = 14,
        FileFullEaInformation = 15,
        FileModeInformation = 16,
        FileAlignmentInformation = 17,
        FileAllInformation = 18,
        FileAllocationInformation = 19,
        FileEndOfFileInformation = 20,
        FileAlternateNameInformation = 21,
        FileStreamInformation = 22,
        FilePipeInformation = 23,
        FilePipeLocalInformation = 24,
        FilePipeRemoteInformation = 25,
        FileMailslotQueryInformation = 26,
        FileMailslotSetInformation = 27,
        FileCompressionInformation = 28,
        FileObjectIdInformation = 29,
        FileCompletionInformation = 30,
        FileMoveClusterInformation = 31,
        FileQuotaInformation = 32,
        FileReparsePointInformation = 33,
        FileNetworkOpenInformation = 34,
        FileAttributeTagInformation = 35,
        FileTrackingInformation = 36,
        FileIdBothDirectoryInformation = 37,
        FileIdFullDirectoryInformation = 38,
        FileValidDataLengthInformation = 39,
        FileShortNameInformation = 40,
        FileIoCompletionNotificationInformation = 41,
        FileIoStatusBlockRangeInformation = 42,
        FileIoPriorityHintInformation = 43,
        FileHardLinkInformation = 46,
        FileNormalizedNameInformation = 48,
        FileIsRemoteDeviceInformation = 51,
        FileStandardLinkInformation = 54,
        FileVolumeNameInformation = 58,
        FileIdInformation = 59,
        FileDispositionInformationEx = 64,
        FileRenameInformationEx = 65,
        FileStatInformation = 68,
        FileCaseSensitiveInformation = 71,
        FileMaximumInformation = 77,
} FILE_INFORMATION_CLASS,
                *PFILE_INFORMATION_CLASS;

typedef enum _FSINFOCLASS {
        FileFsVolumeInformation = 1,
        FileFsLabelInformation = 2,
        FileFsSizeInformation = 3,
        FileFsDeviceInformation = 4,
        FileFsAttributeInformation = 5,
        FileFsControlInformation = 6,
        FileFsFullSizeInformation = 7,
        FileFsObjectIdInformation = 8,
        FileFsDriverPathInformation = 9,
        FileFsVolumeFlagsInformation = 10,
        FileFsSectorSizeInformation = 11,
        FileFsMaximumInformation = 15,
} FS_INFORMATION_CLASS,
                *PFS_INFORMATION_CLASS;

/* Times are in 100 ns since 1601. CreationTime is the oldest time known where Linux has none. */
typedef struct _FILE_BASIC_INFORMATION {
        LARGE_INTEGER CreationTime;
        LARGE_INTEGER LastAccessTime;
        LARGE_INTEGER LastWriteTime;
        LARGE_INTEGER ChangeTime;
        ULONG FileAttributes;
} FILE_BASIC_INFORMATION, *PFILE_BASIC_INFORMATION;

typedef struct _FILE_STANDARD_INFORMATION {
        LARGE_INTEGER AllocationSize;
        LARGE_INTEGER EndOfFile; /* 0 of a directory, as on NTFS */
        ULONG NumberOfLinks;
        BOOLEAN DeletePending; /* as far as this process has asked for it */
        BOOLEAN Directory;
} FILE_STANDARD_INFORMATION, *PFILE_STANDARD_INFORMATION;

typedef struct _FILE_INTERNAL_INFORMATION {
        LARGE_INTEGER IndexNumber; /* the inode's */
} FILE_INTERNAL_INFORMATION, *PFILE_INTERNAL_INFORMATION;

typedef struct _FILE_EA_INFORMATION {
        ULONG EaSize;
} FILE_EA_INFORMATION, *PFILE_EA_INFORMATION;

typedef struct _FILE_ACCESS_INFORMATION {
        ACCESS_MASK AccessFlags;
} FILE_ACCESS_INFORMATION, *PFILE_ACCESS_INFORMATION;

typedef struct _FILE_NAME_INFORMATION {
        ULONG FileNameLength; /* in bytes; of all of the name */
        WCHAR FileName[1];    /* from the volume's root, without a NUL */
} FILE_NAME_INFORMATION, *PFILE_NAME_INFORMATION;

typedef struct _FILE_DISPOSITION_INFORMATION {
        BOOLEAN DeleteFile;
} FILE_DISPOSITION_INFORMATION, *PFILE_DISPOSITION_INFORMATION;

typedef struct _FILE_POSITION_INFORMATION {
        LARGE_INTEGER CurrentByteOffset;
} FILE_POSITION_INFORMATION, *PFILE_POSITION_INFORMATION;

typedef struct _FILE_MODE_INFORMATION {
        ULONG Mode; /* FILE_ options */
} FILE_MODE_INFORMATION, *PFILE_MODE_INFORMATION;

typedef struct _FILE_ALIGNMENT_INFORMATION {
        ULONG AlignmentRequirement;
} FILE_ALIGNMENT_INFORMATION, *PFILE_ALIGNMENT_INFORMATION;

typedef struct _FILE_ALL_INFORMATION {
        FILE_BASIC_INFORMATION BasicInformation;
        FILE_STANDARD_INFORMATION StandardInformation;
        FILE_INTERNAL_INFORMATION InternalInformation;
        FILE_EA_INFORMATION EaInformation;
        FILE_ACCESS_INFORMATION AccessInformation;
        FILE_POSITION_INFORMATION PositionInformation;
        FILE_MODE_INFORMATION ModeInformation;
        FILE_ALIGNMENT_INFORMATION AlignmentInformation;
        FILE_NAME_INFORMATION NameInformation;
} FILE_ALL_INFORMATION, *PFILE_ALL_INFORMATION;

typedef struct _FILE_ALLOCATION_INFORMATION {
        LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFORMATION, *PFILE_ALLOCATION_INFORMATION;

typedef struct _FILE_END_OF_FILE_INFORMATION {
        LARGE_INTEGER EndOfFile;
} FILE_END_OF_FILE_INFORMATION, *PFILE_END_OF_FILE_INFORMATION;

typedef struct _FILE_NETWORK_OPEN_INFORMATION {
        LARGE_INTEGER CreationTime;
        LARGE_INTEGER LastAccessTime;
        LARGE_INTEGER LastWriteTime;
        LARGE_INTEGER ChangeTime;
        LARGE_INTEGER AllocationSize;
        LARGE_INTEGER EndOfFile;
        ULONG FileAttributes;
} FILE_NETWORK_OPEN_INFORMATION, *PFILE_NETWORK_OPEN_INFORMATION;

typedef struct _FILE_ATTRIBUTE_TAG_INFORMATION {
        ULONG FileAttributes;
        ULONG ReparseTag; /* 0: there are none */
} FILE_ATTRIBUTE_TAG_INFORMATION, *PFILE_ATTRIBUTE_TAG_INFORMATION;

typedef struct _FILE_FS_DEVICE_INFORMATION {
        ULONG DeviceType;
        ULONG Characteristics;
} FILE_FS_DEVICE_INFORMATION, *PFILE_FS_DEVICE_INFORMATION;

/**
 * NtCreateFile() - open a file, or make one
 * @FileHandle:        gets a handle with the rights wanted; to be closed with NtClose()
 * @DesiredAccess:     FILE_ rights, standard and generic ones; MAXIMUM_ALLOWED for all that Linux's
 *                     permissions allow. In UserMode at least one
 * @ObjectAttributes:  the name. A security descriptor is refused where a file would have to be made
 *                     with it. OBJ_INHERIT and OBJ_KERNEL_HANDLE as for all handles
 * @IoStatusBlock:     gets, on success only, the status, and in Information FILE_OPENED,
 *                     FILE_CREATED, FILE_OVERWRITTEN or FILE_SUPERSEDED
 * @AllocationSize:    bytes to keep free on the volume for a file that is made or loses its
 *                     content; without effect on file systems that cannot; NULL for none
 * @FileAttributes:    of a file that is made or loses its content: READONLY takes the write bits
 *                     away (the handle can write nevertheless); all others are lost. The rest of
 *                     the mode is the umask's
 * @ShareAccess:       FILE_SHARE_: what others may do meanwhile
 * @CreateDisposition: what is done with a file that is there, or not: FILE_OPEN, FILE_CREATE,
 *                     FILE_OPEN_IF, FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_SUPERSEDE (the same as
 *                     FILE_OVERWRITE_IF but for Information). Content is lost only after the
 *                     others who have the file open let it be written to
 * @CreateOptions:     see below
 * @EaBuffer:          NULL, or @EaLength 0: there are no extended attributes
 *
 * Options that are kept to: FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE; FILE_SYNCHRONOUS_IO_ALERT
 * and FILE_SYNCHRONOUS_IO_NONALERT (nothing can be alerted: they are the same); FILE_WRITE_THROUGH
 * (O_DSYNC); FILE_SEQUENTIAL_ONLY, FILE_RANDOM_ACCESS (advice to Linux);
 * FILE_NO_INTERMEDIATE_BUFFERING (O_DIRECT where the file system has it, and Linux's rules for
 * offsets, lengths and buffers: STATUS_INVALID_PARAMETER); FILE_DELETE_ON_CLOSE
 * (STATUS_NOT_SUPPORTED from a daemon of another user). Options that ask for nothing here:
 * FILE_COMPLETE_IF_OPLOCKED (there are no oplocks), FILE_NO_EA_KNOWLEDGE, FILE_NO_COMPRESSION,
 * FILE_OPEN_NO_RECALL, FILE_OPEN_REPARSE_POINT, FILE_OPEN_FOR_BACKUP_INTENT (Linux decides about
 * rights). All others: STATUS_NOT_SUPPORTED.
 *
 * Return, in this order: STATUS_INVALID_PARAMETER in UserMode for attributes, sharing, disposition
 * or options that do not exist, options that exclude each other, FILE_DIRECTORY_FILE with a
 * disposition that overwrites, synchronous I/O without SYNCHRONIZE and FILE_DELETE_ON_CLOSE without
 * DELETE in the rights wanted, FILE_NO_INTERMEDIATE_BUFFERING with FILE_APPEND_DATA;
 * STATUS_ACCESS_VIOLATION;
 * STATUS_INVALID_PARAMETER for a negative @AllocationSize; what stands at the top of ntobapi.h;
 * STATUS_EAS_NOT_SUPPORTED; STATUS_NOT_SUPPORTED, also for the volume itself;
 * STATUS_OBJECT_TYPE_MISMATCH for what is no device; STATUS_INVALID_PARAMETER for a name relative
 * to a File that begins with a backslash; STATUS_OBJECT_NAME_INVALID; STATUS_OBJECT_PATH_NOT_FOUND;
 * STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_NAME_COLLISION for FILE_CREATE of what is there, or a
 * directory that would be overwritten; STATUS_NOT_A_DIRECTORY; STATUS_FILE_IS_A_DIRECTORY;
 * STATUS_CANNOT_DELETE for FILE_DELETE_ON_CLOSE of a READONLY file; STATUS_ACCESS_DENIED;
 * STATUS_PRIVILEGE_NOT_HELD for ACCESS_SYSTEM_SECURITY; STATUS_DELETE_PENDING;
 * STATUS_SHARING_VIOLATION, STATUS_USER_MAPPED_FILE, STATUS_CANNOT_DELETE for what others have
 * open, or have sections of; STATUS_DISK_FULL; STATUS_MEDIA_WRITE_PROTECTED;
 * STATUS_REPARSE_POINT_NOT_RESOLVED for links that lead in a circle; STATUS_QUOTA_EXCEEDED;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtCreateFile(PHANDLE FileHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PIO_STATUS_BLOCK IoStatusBlock,
                PLARGE_INTEGER AllocationSize,
                ULONG FileAttributes,
                ULONG ShareAccess,
                ULONG CreateDisposition,
                ULONG CreateOptions,
                PVOID EaBuffer,
                ULONG EaLength);
NTSTATUS NTAPI ZwCreateFile(PHANDLE FileHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PIO_STATUS_BLOCK IoStatusBlock,
                PLARGE_INTEGER AllocationSize,
                ULONG FileAttributes,
                ULONG ShareAccess,
                ULONG CreateDisposition,
                ULONG CreateOptions,
                PVOID EaBuffer,
                ULONG EaLength);

/* NtCreateFile() with FILE_OPEN, and nothing for what is left out. */
NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PIO_STATUS_BLOCK IoStatusBlock,
                ULONG ShareAccess,
                ULONG OpenOptions);
NTSTATUS NTAPI ZwOpenFile(PHANDLE FileHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PIO_STATUS_BLOCK IoStatusBlock,
                ULONG ShareAccess,
                ULONG OpenOptions);

/**
 * NtReadFile() - read from a file
 * @FileHandle:    with FILE_READ_DATA
 * @Event:         NULL; there are no events in this version
 * @ApcRoutine:    NULL
 * @ApcContext:    means nothing without a routine
 * @IoStatusBlock: gets the status and the number of bytes
 * @Buffer:        gets them
 * @Length:        of @Buffer; 0 reads nothing, with success
 * @ByteOffset:    where. With synchronous I/O NULL, or FILE_USE_FILE_POINTER_POSITION, is the
 *                 current position, which all handles on the File share, duplicates and those of
 *                 heirs too; it is behind the last byte afterwards, wherever that is
 * @Key:           NULL; there are no locks in this version
 *
 * Without synchronous I/O the call has finished as well when it returns. A directory, and
 * \Device\Null of anything but reading and writing, answer STATUS_INVALID_DEVICE_REQUEST.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @IoStatusBlock and @ByteOffset;
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED
 * for @Event, @ApcRoutine and @Key; STATUS_ACCESS_VIOLATION for @Buffer; STATUS_INVALID_PARAMETER
 * for a negative offset, or none without synchronous I/O; STATUS_END_OF_FILE, with 0 bytes, at and
 * beyond the end; STATUS_IO_DEVICE_ERROR and other failures of Linux; STATUS_SUCCESS, with as many
 * bytes as there are.
 */
NTSTATUS NTAPI NtReadFile(HANDLE FileHandle,
                HANDLE Event,
                PIO_APC_ROUTINE ApcRoutine,
                PVOID ApcContext,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID Buffer,
                ULONG Length,
                PLARGE_INTEGER ByteOffset,
                PULONG Key);
NTSTATUS NTAPI ZwReadFile(HANDLE FileHandle,
                HANDLE Event,
                PIO_APC_ROUTINE ApcRoutine,
                PVOID ApcContext,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID Buffer,
                ULONG Length,
                PLARGE_INTEGER ByteOffset,
                PULONG Key);

/**
 * NtWriteFile() - write to a file
 * @FileHandle: with FILE_WRITE_DATA, or FILE_APPEND_DATA: with the latter alone it is always the
 *              end that is written to, whatever @ByteOffset says
 * @ByteOffset: as for NtReadFile(); FILE_WRITE_TO_END_OF_FILE for the end
 *
 * All other parameters as for NtReadFile(). Return: the same, without STATUS_END_OF_FILE;
 * STATUS_INVALID_USER_BUFFER for @Buffer; STATUS_DISK_FULL, STATUS_FILE_TOO_LARGE.
 */
NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle,
                HANDLE Event,
                PIO_APC_ROUTINE ApcRoutine,
                PVOID ApcContext,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID Buffer,
                ULONG Length,
                PLARGE_INTEGER ByteOffset,
                PULONG Key);
NTSTATUS NTAPI ZwWriteFile(HANDLE FileHandle,
                HANDLE Event,
                PIO_APC_ROUTINE ApcRoutine,
                PVOID ApcContext,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID Buffer,
                ULONG Length,
                PLARGE_INTEGER ByteOffset,
                PULONG Key);

/**
 * NtFlushBuffersFile() - have what was written on the disk (fsync)
 * @FileHandle:    with FILE_WRITE_DATA or FILE_APPEND_DATA
 * @IoStatusBlock: gets the status, and 0
 * Return: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED; STATUS_INVALID_DEVICE_REQUEST for \Device\Null; failures of Linux;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);
NTSTATUS NTAPI ZwFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);

/**
 * NtQueryInformationFile() - what a file is
 * @FileHandle:           with FILE_READ_ATTRIBUTES for the classes marked *
 * @IoStatusBlock:        gets the status and the number of bytes written, unless the call fails
 * @FileInformation:      gets it
 * @Length:               of @FileInformation
 * @FileInformationClass: FileBasicInformation*, FileStandardInformation, FileInternalInformation,
 *                        FileEaInformation (0), FileAccessInformation (of this handle),
 *                        FileNameInformation (as the file was opened, from the volume's root),
 *                        FilePositionInformation, FileModeInformation,
 *                        FileAlignmentInformation (0), FileAllInformation*,
 *                        FileNetworkOpenInformation*, FileAttributeTagInformation*
 *
 * Of a name that does not fit, what fits is written, with STATUS_BUFFER_OVERFLOW, which is a
 * warning; FileNameLength is that of all of it.
 *
 * Return, in this order: STATUS_INVALID_INFO_CLASS for what is no class, or one that can only be
 * set; STATUS_INFO_LENGTH_MISMATCH; STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED
 * for the classes of NT's that are not named above; STATUS_INVALID_DEVICE_REQUEST for those that
 * \Device\Null does not know; failures of Linux; STATUS_BUFFER_OVERFLOW; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FileInformation,
                ULONG Length,
                FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS NTAPI ZwQueryInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FileInformation,
                ULONG Length,
                FILE_INFORMATION_CLASS FileInformationClass);

/**
 * NtSetInformationFile() - change a file
 * @IoStatusBlock:        gets the status, and 0, unless the call fails
 * @FileInformationClass: and the right that @FileHandle must have:
 *     FileBasicInformation, FILE_WRITE_ATTRIBUTES: a time of 0 stays as it is; so do attributes
 *         of 0. CreationTime and ChangeTime cannot be set on Linux, and no time can be kept from
 *         changing: values of these two other than 0 and what they are, and -1 and -2, are
 *         STATUS_NOT_SUPPORTED, and nothing changes. READONLY takes the write bits away, its
 *         absence gives the owner's back
 *     FilePositionInformation, FILE_READ_DATA or FILE_WRITE_DATA
 *     FileEndOfFileInformation, FILE_WRITE_DATA: STATUS_USER_MAPPED_FILE if the file has sections
 *         and would become smaller
 *     FileAllocationInformation, FILE_WRITE_DATA: the same; more than the end of the file is kept
 *         free on the volume (STATUS_NOT_SUPPORTED on file systems that cannot)
 *     FileDispositionInformation, DELETE: the file goes when its last handle is closed.
 *         STATUS_CANNOT_DELETE for one that is READONLY, has sections, or no name any more;
 *         STATUS_DIRECTORY_NOT_EMPTY; STATUS_NOT_SUPPORTED from a daemon of another user
 *
 * Return, in this order: STATUS_INVALID_INFO_CLASS for what is no class, or one that can only be
 * queried; STATUS_INFO_LENGTH_MISMATCH; STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED
 * for the classes of NT's that are not named above; STATUS_INVALID_DEVICE_REQUEST for \Device\Null;
 * STATUS_INVALID_PARAMETER for negative numbers, attributes that do not exist, and sizes of
 * directories; what stands above; failures of Linux; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FileInformation,
                ULONG Length,
                FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS NTAPI ZwSetInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FileInformation,
                ULONG Length,
                FILE_INFORMATION_CLASS FileInformationClass);

/**
 * NtQueryAttributesFile() - what a file is, by its name
 * @ObjectAttributes: as for NtOpenFile()
 * @FileInformation:  gets it
 *
 * Nothing is opened: neither sharing nor a pending deletion stands in the way. Return:
 * STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT; as NtOpenFile() for the name;
 * STATUS_INVALID_DEVICE_REQUEST for \Device\Null; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryAttributesFile(
                POBJECT_ATTRIBUTES ObjectAttributes, PFILE_BASIC_INFORMATION FileInformation);
NTSTATUS NTAPI ZwQueryAttributesFile(
                POBJECT_ATTRIBUTES ObjectAttributes, PFILE_BASIC_INFORMATION FileInformation);

/* The same with sizes. */
NTSTATUS NTAPI NtQueryFullAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                PFILE_NETWORK_OPEN_INFORMATION FileInformation);
NTSTATUS NTAPI ZwQueryFullAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                PFILE_NETWORK_OPEN_INFORMATION FileInformation);

/**
 * NtQueryVolumeInformationFile() - what the volume of a file is
 * @FileHandle:         with any rights
 * @FsInformationClass: FileFsDeviceInformation
 *
 * Return, in this order: STATUS_INVALID_INFO_CLASS; STATUS_INFO_LENGTH_MISMATCH;
 * STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_NOT_SUPPORTED for the other classes of NT's; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FsInformation,
                ULONG Length,
                FS_INFORMATION_CLASS FsInformationClass);
NTSTATUS NTAPI ZwQueryVolumeInformationFile(HANDLE FileHandle,
                PIO_STATUS_BLOCK IoStatusBlock,
                PVOID FsInformation,
                ULONG Length,
                FS_INFORMATION_CLASS FsInformationClass);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
