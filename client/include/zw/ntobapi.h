#pragma once

/*
 * Objects: handles, directories, symbolic links
 *
 * Every service here has a Zw twin and, in zw.h, an entry with the ordinary calling convention; all
 * three do the same, as Nt and Zw do in any user-mode program. In a kernel persona (zw.h) Zw runs
 * with PreviousMode KernelMode, and the others with the thread's; what that changes is said at the
 * end. What holds for all of them:
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
 *   STATUS_UNKNOWN_REVISION       of SecurityDescriptor, absolute or self-relative. Parts that are
 *   STATUS_INVALID_SID            not there, or not aligned to 4 bytes, are answered as above. An
 *   STATUS_INVALID_ACL            open and OBJ_OPENIF find the same faults, and have no further
 *   STATUS_INSUFFICIENT_RESOURCES use for it. The last is for more than 65,000 bytes, which is less
 *                                 than Windows takes
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
 * Where the sources say two things, what was seen on Windows counts (Wine's tests, then ReactOS's),
 * then ReactOS's order of checks, and what was only seen under Wine where nothing else speaks:
 *
 *   - Names of directories and of links are compared without case on every component, whatever
 *     OBJ_CASE_INSENSITIVE says, as their types ask for (ReactOS). What Wine's tests say of case
 *     they say of types that do not: there only the flag makes it so.
 *   - Something on the path that is no directory is a type mismatch, for an open too (under Wine:
 *     STATUS_OBJECT_NAME_NOT_FOUND); so is the root directory made as another type (under Wine:
 *     STATUS_OBJECT_NAME_COLLISION without OBJ_OPENIF).
 *   - A link stands for its target also where that is missing: a create makes the target, an open
 *     says that it is missing (under Wine: STATUS_OBJECT_PATH_NOT_FOUND for both). A chain of
 *     more than 30 links is STATUS_OBJECT_NAME_NOT_FOUND (under Wine: STATUS_INVALID_PARAMETER
 *     after 32).
 *   - A RootDirectory that is no handle is told before a name that must not begin so.
 *
 * A service that makes a handle writes 0 to it first, so that it is 0 after every failure but that
 * of its own pointer. SecurityQualityOfService is probed and has no further meaning but for
 * NtDuplicateToken(). A descriptor that is given to a new object may also be answered with
 * STATUS_PRIVILEGE_NOT_HELD (a SACL without SeSecurityPrivilege), STATUS_INVALID_OWNER or
 * STATUS_INVALID_LABEL.
 *
 * OBJ_EXCLUSIVE makes an object that one process at a time can own (Microsoft's pages say "one
 * handle" as well; ReactOS has the process): while its maker, or who opened it with OBJ_EXCLUSIVE
 * when nobody had a handle, has one, every other handle is STATUS_ACCESS_DENIED, also in the same
 * process without OBJ_EXCLUSIVE. With OBJ_INHERIT, or for an object that was not made so, it is
 * STATUS_INVALID_PARAMETER.
 *
 * On the way DIRECTORY_TRAVERSE counts only for a process that lacks SeChangeNotifyPrivilege. A new
 * object takes DIRECTORY_CREATE_OBJECT or, a directory, DIRECTORY_CREATE_SUBDIRECTORY where it is
 * made; a section or link in another session's directory SeCreateGlobalPrivilege too.
 *
 * A new handle has the lowest value that is free (Wine's tests of kernel32, which Windows passes;
 * ReactOS takes the one that was freed last).
 *
 * A handle argument is answered with STATUS_INVALID_HANDLE if it is none, then
 * STATUS_OBJECT_TYPE_MISMATCH, then STATUS_ACCESS_DENIED. NtCurrentProcess() is a handle to a
 * Process with all rights, -4 to -6 one to the Token with the rights that the daemon gives it.
 * NtCurrentThread() is of another type than any service wants; where any type will do the answer is
 * STATUS_NOT_SUPPORTED, since threads are no objects before the waitable types come.
 *
 * PreviousMode (sources: Microsoft's documentation of Zw services, ReactOS's kernel-mode tests). In
 * UserMode OBJ_KERNEL_HANDLE is dropped, a kernel handle (a value from 0xFFFFFFFF80000000 on that
 * is no pseudo handle) is STATUS_INVALID_HANDLE, and in a kernel persona a pointer to kernel
 * addresses is STATUS_ACCESS_VIOLATION. In KernelMode OBJ_KERNEL_HANDLE makes a kernel handle,
 * which every kernel persona can use; the rights of handles are not looked at, and neither are
 * descriptors and privileges but with OBJ_FORCE_ACCESS_CHECK. Where Windows would stop the system,
 * because a driver closes what is no handle or is protected, the answer is the status that a
 * program gets.
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
        ULONG HandleCount;  /* over all processes */
        ULONG PointerCount; /* handles, name and this query, as before Windows 8, which adds more */
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

typedef struct _OBJECT_TYPE_INFORMATION {
        UNICODE_STRING TypeName;    /* its Buffer follows the structure */
        ULONG TotalNumberOfObjects; /* these four over all processes */
        ULONG TotalNumberOfHandles; /* counted by process: the handles that a process has to one
                                       object with one opening count once */
        ULONG TotalPagedPoolUsage;  /* there are no pools: this and its like are 0 */
        ULONG TotalNonPagedPoolUsage;
        ULONG TotalNamePoolUsage;
        ULONG TotalHandleTableUsage;
        ULONG HighWaterNumberOfObjects;
        ULONG HighWaterNumberOfHandles;
        ULONG HighWaterPagedPoolUsage;
        ULONG HighWaterNonPagedPoolUsage;
        ULONG HighWaterNamePoolUsage;
        ULONG HighWaterHandleTableUsage;
        ULONG InvalidAttributes;
        GENERIC_MAPPING GenericMapping;
        ULONG ValidAccessMask;
        BOOLEAN SecurityRequired;
        BOOLEAN MaintainHandleCount;
        UCHAR TypeIndex;
        CHAR ReservedByte;
        ULONG PoolType;
        ULONG DefaultPagedPoolCharge;
        ULONG DefaultNonPagedPoolCharge;
} OBJECT_TYPE_INFORMATION, *POBJECT_TYPE_INFORMATION;

typedef struct _OBJECT_TYPES_INFORMATION {
        ULONG NumberOfTypes; /* the first OBJECT_TYPE_INFORMATION is 8 bytes on, each further one at
                                the next multiple of 8 after the name of the one before */
} OBJECT_TYPES_INFORMATION, *POBJECT_TYPES_INFORMATION;

typedef struct _OBJECT_HANDLE_FLAG_INFORMATION {
        BOOLEAN Inherit;
        BOOLEAN ProtectFromClose;
} OBJECT_HANDLE_FLAG_INFORMATION, *POBJECT_HANDLE_FLAG_INFORMATION;

typedef struct _OBJECT_DIRECTORY_INFORMATION {
        UNICODE_STRING Name;
        UNICODE_STRING TypeName;
} OBJECT_DIRECTORY_INFORMATION, *POBJECT_DIRECTORY_INFORMATION;

/* Who may reach a private namespace: see RtlCreateBoundaryDescriptor(). */
#define OBJECT_BOUNDARY_DESCRIPTOR_VERSION 1

typedef struct _OBJECT_BOUNDARY_DESCRIPTOR {
        ULONG Version;
        ULONG Items;
        ULONG TotalSize; /* bytes, with this header */
        ULONG Flags;     /* none is known */
} OBJECT_BOUNDARY_DESCRIPTOR, *POBJECT_BOUNDARY_DESCRIPTOR;

typedef enum _BOUNDARY_ENTRY_TYPE {
        OBNS_Invalid = 0,
        OBNS_Name = 1,
        OBNS_SID = 2,
        OBNS_IL = 3,
} BOUNDARY_ENTRY_TYPE;

/* What follows the descriptor: entries, each at a multiple of 8. */
typedef struct _OBJECT_BOUNDARY_ENTRY {
        BOUNDARY_ENTRY_TYPE EntryType;
        ULONG EntrySize; /* bytes, with this header */
} OBJECT_BOUNDARY_ENTRY, *POBJECT_BOUNDARY_ENTRY;

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
 * protected (see NtSetInformationObject); STATUS_PORT_DISCONNECTED if it was made by a daemon that
 * is gone.
 */
NTSTATUS NTAPI NtClose(HANDLE Handle);
NTSTATUS NTAPI ZwClose(HANDLE Handle);

/**
 * NtDuplicateObject() - another handle to the same object
 * @SourceProcessHandle: the process whose handle it is, with PROCESS_DUP_HANDLE
 * @SourceHandle:        what to duplicate: a handle of that process, NtCurrentProcess(), and in
 * this process one of the pseudo handles of the token
 * @TargetProcessHandle: the process that gets the handle, with PROCESS_DUP_HANDLE; or NULL for
 * none: then only DUPLICATE_CLOSE_SOURCE makes sense
 * @TargetHandle:        gets the handle; may be NULL, the handle is made nevertheless
 * @DesiredAccess:       rights of the new handle; generic ones are mapped, and those that the type
 *                       does not have are left out (ReactOS; Wine grants them). Not looked at
 *                       with DUPLICATE_SAME_ACCESS
 * @HandleAttributes:    OBJ_INHERIT and OBJ_PROTECT_CLOSE; in KernelMode, and if the target is the
 *                       System process, OBJ_KERNEL_HANDLE for a value that any kernel persona can
 * use; others have no meaning for a handle and are passed over, as Windows does. Not looked at with
 * DUPLICATE_SAME_ATTRIBUTES
 * @Options:             DUPLICATE_ flags; further bits have no meaning, on Windows neither
 *
 * With DUPLICATE_CLOSE_SOURCE the source is closed, also if the duplication fails after the source
 * was found. Inside this process, if the wanted rights are among the source's, the handle keeps its
 * value; a source that is protected from close survives, and the duplicate has another. A pseudo
 * handle is not affected.
 *
 * Rights beyond those of the source are granted if the object's descriptor grants them.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @TargetHandle; for the source process, then
 * for the target process, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED;
 * STATUS_INVALID_HANDLE for @SourceHandle, or STATUS_NOT_SUPPORTED for NtCurrentThread();
 * STATUS_INVALID_PARAMETER without a target process and without DUPLICATE_CLOSE_SOURCE;
 * STATUS_PROCESS_IS_TERMINATING; STATUS_NOT_SUPPORTED for a target process without a handle table
 * of its own (it speaks the protocol without a page); STATUS_ACCESS_DENIED, also for an object that
 * has an exclusive owner; STATUS_INSUFFICIENT_RESOURCES if there is no room for a handle;
 * STATUS_SUCCESS. (Sources: Wine's tests of ntdll, kernel32 and advapi32, which Windows passes;
 * ReactOS for the order, but not for a target process that is no handle: it takes that for none.)
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
 * @Handle:                 needs no right; not looked at for ObjectTypesInformation
 * @ObjectInformationClass: ObjectBasicInformation, ObjectNameInformation, ObjectTypeInformation,
 *                          ObjectTypesInformation, ObjectHandleFlagInformation
 * @ObjectInformation:      gets it
 * @Length:                 of @ObjectInformation in bytes: 56 or more for basic (Wine's tests;
 *                          ReactOS wants 56), exactly 2 for handle flags (ReactOS); for a name
 *                          16 + its bytes + 2, or 16 if there is none (of a File's, what fits is
 *                          written from 16 on: STATUS_BUFFER_OVERFLOW); for a type 104 + the bytes
 *                          of its name + 2, rounded up to a multiple of 8; for all types 8 + as
 *                          much for each
 * @ReturnLength:           gets what was written, or would have been if @Length is wrong; may be
 *                          NULL
 *
 * Windows takes a longer buffer for basic information (Wine's tests), ReactOS does not.
 *
 * In basic information the pool charges are 0, and SecurityDescriptorSize is for a handle with
 * READ_CONTROL only. Of a pseudo handle the name is empty and the handle flags are 0; what is said
 * of NtCurrentThread() is no more than that.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE; STATUS_INVALID_INFO_CLASS
 * for what is no class to query; STATUS_INFO_LENGTH_MISMATCH; STATUS_NOT_SUPPORTED for basic and
 * type information of NtCurrentThread(), and for the type of an object that only a newer daemon
 * knows; STATUS_NAME_TOO_LONG for a name that no UNICODE_STRING can hold; STATUS_SUCCESS.
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
 * NtSetInformationObject() - change a handle's flags, or a directory's session
 * @Handle:                 needs no right
 * @ObjectInformationClass: ObjectHandleFlagInformation, ObjectSessionInformation
 * @ObjectInformation:      OBJECT_HANDLE_FLAG_INFORMATION: both flags are set as it says. A session
 *                          is not said: a directory gets the caller's
 * @Length:                 of @ObjectInformation; not looked at for a session
 *
 * Return: STATUS_INVALID_INFO_CLASS (ReactOS; Wine has STATUS_NOT_IMPLEMENTED). For handle flags,
 * in this order: STATUS_INFO_LENGTH_MISMATCH if @Length is not 2 (ReactOS; Wine has
 * STATUS_INVALID_BUFFER_SIZE); STATUS_ACCESS_VIOLATION;
 * STATUS_ACCESS_DENIED for a pseudo handle (Wine); STATUS_INVALID_HANDLE (for which
 * ReactOS has STATUS_ACCESS_DENIED); STATUS_SUCCESS. For a
 * session, in this order: STATUS_PRIVILEGE_NOT_HELD without SeTcbPrivilege; STATUS_INVALID_HANDLE;
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetInformationObject(HANDLE Handle,
                OBJECT_INFORMATION_CLASS ObjectInformationClass,
                PVOID ObjectInformation,
                ULONG Length);
NTSTATUS NTAPI ZwSetInformationObject(HANDLE Handle,
                OBJECT_INFORMATION_CLASS ObjectInformationClass,
                PVOID ObjectInformation,
                ULONG Length);

/**
 * NtMakeTemporaryObject() - let an object's name go with its last handle
 * @Handle: with DELETE
 *
 * Return: STATUS_SUCCESS, also for an object that is temporary already; STATUS_INVALID_HANDLE;
 * STATUS_ACCESS_DENIED, also for what the daemon made when it started. (Wine's tests of ntdll.)
 */
NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE Handle);
NTSTATUS NTAPI ZwMakeTemporaryObject(HANDLE Handle);

/**
 * NtMakePermanentObject() - let an object's name stay when it has no handle any more
 * @Handle: needs no right
 *
 * Return, in this order: STATUS_PRIVILEGE_NOT_HELD without SeCreatePermanentPrivilege;
 * STATUS_INVALID_HANDLE; STATUS_SUCCESS, also for an object that is permanent already. (Wine's
 * tests of ntdll.)
 */
NTSTATUS NTAPI NtMakePermanentObject(HANDLE Handle);
NTSTATUS NTAPI ZwMakePermanentObject(HANDLE Handle);

/**
 * NtCompareObjects() - whether two handles are to one object
 * @FirstObjectHandle, @SecondObjectHandle: need no right; may be pseudo handles
 *
 * Sends no message about handles that this process has opened itself.
 *
 * Return: STATUS_INVALID_HANDLE for either; STATUS_SUCCESS; STATUS_NOT_SAME_OBJECT. (Wine's tests
 * of kernelbase.)
 */
NTSTATUS NTAPI NtCompareObjects(HANDLE FirstObjectHandle, HANDLE SecondObjectHandle);
NTSTATUS NTAPI ZwCompareObjects(HANDLE FirstObjectHandle, HANDLE SecondObjectHandle);

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
 * NtCreateDirectoryObjectEx() - make a directory behind which lookups go on
 * @DirectoryHandle:       as above
 * @DesiredAccess:         as above
 * @ObjectAttributes:      as above
 * @ShadowDirectoryHandle: a directory, with DIRECTORY_QUERY, where a name is looked up that is not
 *                         in the new one; or NULL
 * @Flags:                 0; no flag is known
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @DirectoryHandle; STATUS_INVALID_PARAMETER for
 * @Flags; what comes of @ObjectAttributes alone; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH
 * or STATUS_ACCESS_DENIED for @ShadowDirectoryHandle; as NtCreateDirectoryObject().
 */
NTSTATUS NTAPI NtCreateDirectoryObjectEx(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                HANDLE ShadowDirectoryHandle,
                ULONG Flags);
NTSTATUS NTAPI ZwCreateDirectoryObjectEx(PHANDLE DirectoryHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                HANDLE ShadowDirectoryHandle,
                ULONG Flags);

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
 * @DesiredAccess:    SYMBOLIC_LINK_QUERY, standard and generic rights. All are 0xF0001, as on
 *                    Windows 2003; some later ones have 0xFFFFF (Wine's tests accept both)
 * @ObjectAttributes: name and attributes; without a name an unnamed link
 * @LinkTarget:       any text, which is not looked at before the link is followed; an empty one
 *                    stands for the root directory
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION, for @ObjectAttributes NULL too (Wine's tests;
 * ReactOS makes an unnamed link), and for a buffer that has not MaximumLength bytes;
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

/**
 * NtCreatePrivateNamespace() - make a directory that is found by who may find it
 * @NamespaceHandle:    gets a handle to the directory
 * @DesiredAccess:      as for a directory
 * @ObjectAttributes:   a security descriptor and flags; no name and no RootDirectory; may be NULL
 * @BoundaryDescriptor: its name, and whom a process must be to make or open it: see
 *                      RtlCreateBoundaryDescriptor(). At most 32,768 bytes
 *
 * The directory is in no other; its objects are named with its handle as RootDirectory. It goes
 * with its last handle.
 *
 * Return, in this order (nothing is known of Windows's): STATUS_ACCESS_VIOLATION;
 * STATUS_DATATYPE_MISALIGNMENT; STATUS_INVALID_PARAMETER for a descriptor that makes no sense, and
 * for a name; STATUS_ACCESS_DENIED if the process has not each SID, or not the integrity level, of
 * the boundary; STATUS_OBJECT_NAME_COLLISION if the namespace is there; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtCreatePrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);
NTSTATUS NTAPI ZwCreatePrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);

/**
 * NtOpenPrivateNamespace() - open one
 *
 * As above; STATUS_OBJECT_PATH_NOT_FOUND if there is none with that boundary, and
 * STATUS_ACCESS_DENIED also if its descriptor does not grant @DesiredAccess.
 */
NTSTATUS NTAPI NtOpenPrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);
NTSTATUS NTAPI ZwOpenPrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);

/**
 * NtDeletePrivateNamespace() - let nobody find it any more
 * @NamespaceHandle: with DELETE
 *
 * The directory and what is in it stay for those who have a handle.
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED;
 * STATUS_INVALID_PARAMETER for a directory that is no private namespace, or none any more.
 */
NTSTATUS NTAPI NtDeletePrivateNamespace(HANDLE NamespaceHandle);
NTSTATUS NTAPI ZwDeletePrivateNamespace(HANDLE NamespaceHandle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
