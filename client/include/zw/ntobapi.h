#pragma once

/*
 * Objects: handles, directories, symbolic links
 *
 * Every service here has a Zw twin and, in zw.h, an entry with the ordinary calling convention; all
 * three do the same, as Nt and Zw do in any user-mode program. What holds for all of them:
 *
 * The object's name, OBJECT_ATTRIBUTES. A name is counted, at most 65,532 bytes, and starts with a
 * backslash unless RootDirectory says where it begins. Services that take one may answer, in this
 * order (sources: Wine's tests of ntdll, which Windows passes; ReactOS's kernel-mode tests):
 *
 *   STATUS_ACCESS_VIOLATION       a pointer is bad
 *   STATUS_DATATYPE_MISALIGNMENT  a structure, or the name's Buffer, is not aligned
 *   STATUS_INVALID_PARAMETER      Length is not 48, Attributes has bits outside
 *                                 OBJ_VALID_ATTRIBUTES; an open without OBJECT_ATTRIBUTES;
 *                                 OBJ_OPENLINK for an object that is there
 *   STATUS_NOT_SUPPORTED          SecurityDescriptor is not NULL; OBJ_KERNEL_HANDLE from a kernel
 *                                 persona. (From an ordinary process it is dropped, as by
 *                                 Windows.)
 *   STATUS_OBJECT_NAME_INVALID    RootDirectory without ObjectName; Length odd or 65,534; an
 *                                 empty component
 *   STATUS_OBJECT_PATH_SYNTAX_BAD no name to open; neither a leading backslash nor a
 *                                 RootDirectory, or both
 *   STATUS_INVALID_HANDLE         RootDirectory is not a handle
 *   STATUS_OBJECT_TYPE_MISMATCH   RootDirectory, something on the path, or the object is of
 *                                 another type
 *   STATUS_OBJECT_PATH_NOT_FOUND  a component before the last is missing
 *   STATUS_OBJECT_NAME_NOT_FOUND  the last is, and the call opens; or a chain of links has no end
 *   STATUS_OBJECT_NAME_COLLISION  it is there, and the call creates without OBJ_OPENIF. With it,
 *                                 the object is opened and the status is
 *                                 STATUS_OBJECT_NAME_EXISTS, a success
 *   STATUS_ACCESS_DENIED          the object, or a directory on the way, does not allow it; no
 *                                 access wanted at an open
 *   STATUS_PRIVILEGE_NOT_HELD     OBJ_PERMANENT, or ACCESS_SYSTEM_SECURITY, without the privilege
 *
 * A service that makes a handle writes 0 to it first, so that it is 0 after every failure but that
 * of its own pointer. SecurityQualityOfService is probed and has no further meaning for these
 * objects.
 *
 * Any service may also fail with STATUS_PORT_DISCONNECTED (the daemon is gone),
 * STATUS_PORT_CONNECTION_REFUSED or STATUS_REVISION_MISMATCH (the process is not attached and
 * cannot be), STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES or STATUS_QUOTA_EXCEEDED.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define NtCurrentProcess() ((HANDLE) (LONG_PTR) -1)
#define ZwCurrentProcess() NtCurrentProcess()
#define NtCurrentThread()  ((HANDLE) (LONG_PTR) -2)
#define ZwCurrentThread()  NtCurrentThread()

#define DUPLICATE_CLOSE_SOURCE    0x00000001u
#define DUPLICATE_SAME_ACCESS     0x00000002u
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004u

typedef enum _OBJECT_INFORMATION_CLASS {
        ObjectBasicInformation = 0,
        ObjectNameInformation = 1,
        ObjectTypeInformation = 2,
        ObjectTypesInformation = 3,
        ObjectHandleFlagInformation = 4,
        ObjectSessionInformation = 5,
        ObjectSessionObjectInformation = 6,
} OBJECT_INFORMATION_CLASS;

typedef struct _OBJECT_BASIC_INFORMATION {
        ULONG Attributes; /* of the handle, with OBJ_PERMANENT and OBJ_EXCLUSIVE of the object */
        ACCESS_MASK GrantedAccess;
        ULONG HandleCount; /* over all processes */
        ULONG PointerCount;
        ULONG PagedPoolCharge;
        ULONG NonPagedPoolCharge;
        ULONG Reserved[3];
        ULONG NameInfoSize; /* of OBJECT_NAME_INFORMATION with the name and a NUL; 0 without a name
                             */
        ULONG TypeInfoSize; /* of OBJECT_TYPE_INFORMATION with the type's name and a NUL */
        ULONG SecurityDescriptorSize;
        LARGE_INTEGER CreationTime; /* of symbolic links, otherwise 0 */
} OBJECT_BASIC_INFORMATION, *POBJECT_BASIC_INFORMATION;

/* What <winternl.h> and <ntifs.h> know of it. */
typedef struct _PUBLIC_OBJECT_BASIC_INFORMATION {
        ULONG Attributes;
        ACCESS_MASK GrantedAccess;
        ULONG HandleCount;
        ULONG PointerCount;
        ULONG Reserved[10];
} PUBLIC_OBJECT_BASIC_INFORMATION, *PPUBLIC_OBJECT_BASIC_INFORMATION;

typedef struct _OBJECT_NAME_INFORMATION {
        UNICODE_STRING Name; /* its Buffer follows the structure */
} OBJECT_NAME_INFORMATION, *POBJECT_NAME_INFORMATION;

typedef struct _OBJECT_HANDLE_FLAG_INFORMATION {
        BOOLEAN Inherit;
        BOOLEAN ProtectFromClose;
} OBJECT_HANDLE_FLAG_INFORMATION, *POBJECT_HANDLE_FLAG_INFORMATION;

typedef struct _OBJECT_DIRECTORY_INFORMATION {
        UNICODE_STRING Name;
        UNICODE_STRING TypeName;
} OBJECT_DIRECTORY_INFORMATION, *POBJECT_DIRECTORY_INFORMATION;

/**
 * NtClose() - end a handle
 * @Handle: the low two bits are ignored
 *
 * The last handle of a temporary object, over all processes, takes the object's name along: when
 * the call returns, nobody can open it any more. Views of a section stay.
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE if @Handle is not one, which includes NULL and the
 * pseudo handles -1 and -2 (ReactOS's kernel-mode tests), while -4 to -6 are a success without
 * effect (as under Wine; nothing else is known of them); STATUS_HANDLE_NOT_CLOSABLE if it is
 * protected (see NtDuplicateObject); STATUS_PORT_DISCONNECTED if it was made by a daemon that is
 * gone.
 */
NTSTATUS NTAPI NtClose(HANDLE Handle);
NTSTATUS NTAPI ZwClose(HANDLE Handle);

/**
 * NtDuplicateObject() - another handle to the same object
 * @SourceProcessHandle: NtCurrentProcess()
 * @SourceHandle:        what to duplicate
 * @TargetProcessHandle: NtCurrentProcess(), or NULL for none: then only DUPLICATE_CLOSE_SOURCE
 *                       makes sense
 * @TargetHandle:        gets the handle; may be NULL, the handle is made nevertheless
 * @DesiredAccess:       rights of the new handle; generic ones are mapped, and those that the type
 *                       does not have are left out. Not looked at with DUPLICATE_SAME_ACCESS
 * @HandleAttributes:    OBJ_INHERIT and OBJ_PROTECT_CLOSE; others have no meaning for a handle and
 *                       are passed over, as Windows does. Not looked at with
 *                       DUPLICATE_SAME_ATTRIBUTES
 * @Options:             DUPLICATE_ flags; further bits have no meaning, on Windows neither
 *
 * With DUPLICATE_CLOSE_SOURCE the source is closed, also if the duplication fails after the source
 * was found. If the wanted rights are among the source's, the handle keeps its value; a source that
 * is protected from close survives, and the duplicate has another.
 *
 * Rights beyond those of the source are granted if this process holds them by another handle to the
 * object; otherwise the answer is STATUS_ACCESS_DENIED, where Windows would look at the object's
 * security descriptor. Processes are no objects here yet: another process than the caller's cannot
 * be named, and the pseudo handles, which are objects of type Process, Thread and Token, are no
 * source.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @TargetHandle; for either process handle
 * STATUS_INVALID_HANDLE if it is not one, STATUS_OBJECT_TYPE_MISMATCH if it is, of another type;
 * STATUS_INVALID_HANDLE or STATUS_NOT_SUPPORTED (a pseudo handle) for @SourceHandle;
 * STATUS_INVALID_PARAMETER without a target process and without DUPLICATE_CLOSE_SOURCE;
 * STATUS_ACCESS_DENIED; STATUS_INSUFFICIENT_RESOURCES if there is no room for a handle;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcessHandle,
                HANDLE SourceHandle,
                HANDLE TargetProcessHandle,
                PHANDLE TargetHandle,
                ACCESS_MASK DesiredAccess,
                ULONG HandleAttributes,
                ULONG Options);
NTSTATUS NTAPI ZwDuplicateObject(HANDLE SourceProcessHandle,
                HANDLE SourceHandle,
                HANDLE TargetProcessHandle,
                PHANDLE TargetHandle,
                ACCESS_MASK DesiredAccess,
                ULONG HandleAttributes,
                ULONG Options);

/**
 * NtQueryObject() - what is known of a handle and its object
 * @Handle:                 needs no right
 * @ObjectInformationClass: ObjectBasicInformation, ObjectNameInformation,
 *                          ObjectHandleFlagInformation
 * @ObjectInformation:      gets it
 * @Length:                 of @ObjectInformation in bytes: 56 or more for basic, 2 or more for
 *                          handle flags; for a name 16 + its bytes + 2, or 16 if there is none
 * @ReturnLength:           gets what was written, or would have been if @Length is too small; may
 *                          be NULL
 *
 * In basic information the pool charges and SecurityDescriptorSize are 0. Of a pseudo handle the
 * name, which is empty, and the handle flags are known.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE; STATUS_NOT_IMPLEMENTED for
 * ObjectTypeInformation and ObjectTypesInformation, and STATUS_INVALID_INFO_CLASS for what is no
 * class to query; STATUS_INFO_LENGTH_MISMATCH (STATUS_INVALID_BUFFER_SIZE for handle flags);
 * STATUS_NOT_SUPPORTED for basic information of a pseudo handle; STATUS_NAME_TOO_LONG for a name
 * that no UNICODE_STRING can hold; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryObject(HANDLE Handle,
                OBJECT_INFORMATION_CLASS ObjectInformationClass,
                PVOID ObjectInformation,
                ULONG Length,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQueryObject(HANDLE Handle,
                OBJECT_INFORMATION_CLASS ObjectInformationClass,
                PVOID ObjectInformation,
                ULONG Length,
                PULONG ReturnLength);

/**
 * NtCreateDirectoryObject() - make a directory
 * @DirectoryHandle:  gets a handle with exactly the rights wanted
 * @DesiredAccess:    DIRECTORY_ rights, standard and generic ones; 0 is legal
 * @ObjectAttributes: name and attributes; NULL or no name: an unnamed directory
 *
 * Return: STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, or a failure of those at the top of this
 * header.
 */
NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwCreateDirectoryObject(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);

/**
 * NtOpenDirectoryObject() - open a directory
 * @DirectoryHandle:  gets the handle
 * @DesiredAccess:    as above; MAXIMUM_ALLOWED for all that the directory allows
 * @ObjectAttributes: its name. No name and a directory as RootDirectory opens that directory again
 *
 * Return: STATUS_SUCCESS, or a failure of those at the top of this header.
 */
NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwOpenDirectoryObject(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);

/**
 * NtQueryDirectoryObject() - list a directory
 * @DirectoryHandle:   with DIRECTORY_QUERY
 * @Buffer:            gets an array of OBJECT_DIRECTORY_INFORMATION, ended by one that is all 0;
 *                     the strings follow it, each with a NUL
 * @Length:            of @Buffer in bytes
 * @ReturnSingleEntry: one entry only
 * @RestartScan:       begin at the first, whatever @Context says
 * @Context:           index of the entry to begin with; gets that of the next
 * @ReturnLength:      gets the bytes used; the bytes needed with STATUS_BUFFER_TOO_SMALL; 32 where
 *                     there is no entry in @Buffer; may be NULL
 *
 * The order is stable while nothing changes.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE;
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED; STATUS_NO_MORE_ENTRIES if there is none
 * (left), @Context unchanged; STATUS_BUFFER_TOO_SMALL if a single one does not fit, @Context
 * unchanged; STATUS_MORE_ENTRIES, a success, if not all fit, perhaps none; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE DirectoryHandle,
                PVOID Buffer,
                ULONG Length,
                BOOLEAN ReturnSingleEntry,
                BOOLEAN RestartScan,
                PULONG Context,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQueryDirectoryObject(HANDLE DirectoryHandle,
                PVOID Buffer,
                ULONG Length,
                BOOLEAN ReturnSingleEntry,
                BOOLEAN RestartScan,
                PULONG Context,
                PULONG ReturnLength);

/**
 * NtCreateSymbolicLinkObject() - make a link to a path
 * @LinkHandle:       gets a handle with exactly the rights wanted
 * @DesiredAccess:    SYMBOLIC_LINK_QUERY, standard and generic rights
 * @ObjectAttributes: name and attributes; without a name an unnamed link
 * @LinkTarget:       any text, which is not looked at before the link is followed; an empty one
 *                    stands for the root directory
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION, for @ObjectAttributes NULL too;
 * STATUS_DATATYPE_MISALIGNMENT; STATUS_INVALID_PARAMETER if @LinkTarget has MaximumLength 0 or less
 * than Length, or an odd Length; then as NtCreateDirectoryObject(), but that OBJ_OPENIF on an
 * existing link is plain STATUS_SUCCESS, as of Windows 10 1511.
 */
NTSTATUS NTAPI NtCreateSymbolicLinkObject(PHANDLE LinkHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PUNICODE_STRING LinkTarget);
NTSTATUS NTAPI ZwCreateSymbolicLinkObject(PHANDLE LinkHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PUNICODE_STRING LinkTarget);

/**
 * NtOpenSymbolicLinkObject() - open a link itself, not what it stands for
 * @LinkHandle:       gets the handle
 * @DesiredAccess:    as above
 * @ObjectAttributes: its name; links on the way to it are followed
 *
 * Return: STATUS_SUCCESS, or a failure of those at the top of this header.
 */
NTSTATUS NTAPI NtOpenSymbolicLinkObject(
                PHANDLE LinkHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwOpenSymbolicLinkObject(
                PHANDLE LinkHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes);

/**
 * NtQuerySymbolicLinkObject() - read a link's target
 * @LinkHandle:     with SYMBOLIC_LINK_QUERY
 * @LinkTarget:     MaximumLength and Buffer are the caller's; gets Length and the text. A NUL
 *                  follows the text if @ReturnedLength is given, and must have room then
 * @ReturnedLength: gets the length of the target with a NUL, on STATUS_BUFFER_TOO_SMALL too; may be
 *                  NULL
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED;
 * STATUS_BUFFER_TOO_SMALL; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQuerySymbolicLinkObject(
                HANDLE LinkHandle, PUNICODE_STRING LinkTarget, PULONG ReturnedLength);
NTSTATUS NTAPI ZwQuerySymbolicLinkObject(
                HANDLE LinkHandle, PUNICODE_STRING LinkTarget, PULONG ReturnedLength);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
