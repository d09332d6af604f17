#pragma once

/*
 * What drivers expect of <wdm.h>
 *
 * Only what there is: a declaration here has a function behind it. Sources that use wide literals
 * are compiled with -fshort-wchar (pkg-config zw-wdk), which makes L"" a string of WCHAR.
 */

#include <string.h>

#include "driverspecs.h"
#include "ntassert.h"
#include "ntcompiler.h"
#include "ntdef.h"
#include "ntdriver.h"
#include "ntinterlocked.h"
#include "ntiofile.h"
#include "ntlist.h"
#include "ntmacros.h"
#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntrtl.h"
#include "ntstatus.h"
#include "nttypes.h"
#include "ntwcs.h"
#include "sal.h"
#include "specstrings.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * ExGetPreviousMode() - whom the calling thread's Nt calls are made for
 *
 * Return: KernelMode in a thread of a kernel persona (zw.h), unless zw_set_previous_mode() said
 * otherwise; UserMode in every other process.
 */
KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID);

/*
 * Objects by pointer
 *
 * For kernel personas: in any other process these answer STATUS_NOT_SUPPORTED. A pointer says
 * nothing to its holder but which object it is: all references that a process has to an object are
 * one pointer. A reference keeps the object, but not its name.
 */
typedef struct _OBJECT_TYPE *POBJECT_TYPE;
typedef struct _ACCESS_STATE *PACCESS_STATE;

typedef struct _OBJECT_HANDLE_INFORMATION {
        ULONG HandleAttributes; /* OBJ_INHERIT, OBJ_PROTECT_CLOSE */
        ACCESS_MASK GrantedAccess;
} OBJECT_HANDLE_INFORMATION, *POBJECT_HANDLE_INFORMATION;

extern POBJECT_TYPE *MmSectionObjectType;
extern POBJECT_TYPE *PsProcessType;
extern POBJECT_TYPE *SeTokenObjectType;

/**
 * ObReferenceObjectByHandle() - the object behind a handle
 * @Handle:            a handle of this process, a pseudo handle, or in KernelMode a kernel handle
 * @DesiredAccess:     rights that the handle must include, in UserMode
 * @ObjectType:        that the object must have; NULL for any
 * @AccessMode:        UserMode if the handle came from a program, else KernelMode
 * @Object:            gets the pointer, or NULL; ends with ObDereferenceObject()
 * @HandleInformation: gets what is known of the handle; may be NULL
 *
 * Return, in this order: STATUS_NOT_SUPPORTED; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH;
 * STATUS_ACCESS_DENIED; STATUS_QUOTA_EXCEEDED; STATUS_NO_MEMORY; STATUS_SUCCESS.
 */
NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                PVOID *Object,
                POBJECT_HANDLE_INFORMATION HandleInformation);

/* The same; @Tag is for debuggers, and nothing here keeps it. */
NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE Handle,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                ULONG Tag,
                PVOID *Object,
                POBJECT_HANDLE_INFORMATION HandleInformation);

/**
 * ObReferenceObjectByPointer() - one more reference
 * @Object:        a pointer from here
 * @DesiredAccess: not looked at, as on Windows
 * @ObjectType:    that the object must have; NULL for any
 * @AccessMode:    in KernelMode the type is not looked at
 *
 * Return: STATUS_SUCCESS, STATUS_OBJECT_TYPE_MISMATCH, STATUS_NOT_SUPPORTED.
 */
NTSTATUS NTAPI ObReferenceObjectByPointer(PVOID Object,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode);

/* One reference more, and less. Return: how many this process has then. */
LONG_PTR NTAPI ObfReferenceObject(PVOID Object);
LONG_PTR NTAPI ObfDereferenceObject(PVOID Object);
#define ObReferenceObject(Object)   ObfReferenceObject(Object)
#define ObDereferenceObject(Object) ObfDereferenceObject(Object)

/**
 * ObOpenObjectByPointer() - a handle to a referenced object
 * @Object:            a pointer from here
 * @HandleAttributes:  OBJ_KERNEL_HANDLE, OBJ_INHERIT, OBJ_EXCLUSIVE, OBJ_FORCE_ACCESS_CHECK
 * @PassedAccessState: NULL
 * @DesiredAccess:     rights of the handle
 * @ObjectType:        that the object must have; NULL for any. In KernelMode it is not looked at
 * @AccessMode:        KernelMode for all rights without a check
 * @Handle:            gets the handle, or NULL
 *
 * Return, in this order: STATUS_NOT_SUPPORTED, also for an access state;
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_INVALID_PARAMETER for other attributes, and for a pointer
 * that a daemon has forgotten that is gone; STATUS_ACCESS_DENIED; STATUS_SUCCESS.
 */
NTSTATUS NTAPI ObOpenObjectByPointer(PVOID Object,
                ULONG HandleAttributes,
                PACCESS_STATE PassedAccessState,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                PHANDLE Handle);

/**
 * ObQueryNameString() - the full path of a referenced object
 * @Object:         a pointer from here
 * @ObjectNameInfo: gets the name, which is empty for an object without
 * @Length:         of @ObjectNameInfo in bytes
 * @ReturnLength:   gets how long it is, or should be
 *
 * Return: STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH, STATUS_NOT_SUPPORTED.
 */
NTSTATUS NTAPI ObQueryNameString(PVOID Object,
                POBJECT_NAME_INFORMATION ObjectNameInfo,
                ULONG Length,
                PULONG ReturnLength);

/* NtClose() with PreviousMode @PreviousMode; STATUS_NOT_SUPPORTED where there are no personas. */
NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);

/* Whether the value is that of a kernel handle. */
BOOLEAN NTAPI ObIsKernelHandle(HANDLE Handle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
