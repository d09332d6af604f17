#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"
#include "object-name.h"
#include "referenced.h"
#include "wdm.h"
#include "zw.h"

/*
 * The object manager's functions for drivers
 *
 * They take the mode of access from their caller, and not from the thread.
 */

struct _OBJECT_TYPE {
        uint32_t kind;
};

static struct _OBJECT_TYPE section = { NT__OBJECT_KIND__OBJECT_KIND_SECTION };
static struct _OBJECT_TYPE process = { NT__OBJECT_KIND__OBJECT_KIND_PROCESS };
static struct _OBJECT_TYPE token = { NT__OBJECT_KIND__OBJECT_KIND_TOKEN };
static POBJECT_TYPE section_type = &section, process_type = &process, token_type = &token;

POBJECT_TYPE *MmSectionObjectType = &section_type;
POBJECT_TYPE *PsProcessType = &process_type;
POBJECT_TYPE *SeTokenObjectType = &token_type;

static uint32_t kind_of(POBJECT_TYPE type) {
        return type ? type->kind : (uint32_t) NT__OBJECT_KIND__OBJECT_KIND_NONE;
}

/* By pointer, a driver is believed that it knows what it has. */
static bool type_is_wrong(const Referenced *object, POBJECT_TYPE type, KPROCESSOR_MODE mode) {
        return mode != KernelMode && type && type->kind != referenced_kind(object);
}

/* What the calls need that are for kernel personas only. */
static NTSTATUS persona_enter(ClientNeed need, const Client **ret) {
        NTSTATUS status;

        if (!atomic_load(&kernel_persona))
                return STATUS_NOT_SUPPORTED;
        status = client_enter(need, ret);
        return NT_SUCCESS(status) && !(*ret)->kernel ? STATUS_NOT_SUPPORTED : status;
}

static NTSTATUS reference_by_handle(HANDLE handle,
                ACCESS_MASK access,
                POBJECT_TYPE type,
                PVOID *ret,
                POBJECT_HANDLE_INFORMATION information) {
        autocleanup(handle_release) HandleRef ref;
        Referenced *object = NULL;
        const Client *client;
        NTSTATUS status;

        handle_ref_init(&ref);
        status = persona_enter(handle_pseudo(handle) != PSEUDO_NONE || handle_is_kernel(handle)
                                               ? CLIENT_ATTACH
                                               : CLIENT_HANDLES,
                        &client);
        if (NT_SUCCESS(status))
                status = handle_reference(client, handle, kind_of(type), access, &ref);
        if (NT_SUCCESS(status))
                status = referenced_new(client, &ref, access, &object);
        if (!NT_SUCCESS(status))
                return status;

        if (information) {
                information->HandleAttributes = handle_attributes(&ref);
                information->GrantedAccess = handle_entry_access(ref.entry);
        }
        *ret = object;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                PVOID *Object,
                POBJECT_HANDLE_INFORMATION HandleInformation) {
        bool before = previous_mode_enter(AccessMode == KernelMode);
        NTSTATUS status;

        *Object = NULL;
        status = reference_by_handle(Handle, DesiredAccess, ObjectType, Object, HandleInformation);
        previous_mode_leave(before);
        return status;
}

NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE Handle,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                ULONG Tag,
                PVOID *Object,
                POBJECT_HANDLE_INFORMATION HandleInformation) {
        UNREFERENCED_PARAMETER(Tag);
        return ObReferenceObjectByHandle(
                        Handle, DesiredAccess, ObjectType, AccessMode, Object, HandleInformation);
}

NTSTATUS NTAPI ObReferenceObjectByPointer(PVOID Object,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode) {
        UNREFERENCED_PARAMETER(DesiredAccess);
        if (!atomic_load(&kernel_persona))
                return STATUS_NOT_SUPPORTED;
        if (type_is_wrong(Object, ObjectType, AccessMode))
                return STATUS_OBJECT_TYPE_MISMATCH;
        referenced_add(Object);
        return STATUS_SUCCESS;
}

LONG_PTR NTAPI ObfReferenceObject(PVOID Object) {
        return referenced_add(Object);
}

LONG_PTR NTAPI ObfDereferenceObject(PVOID Object) {
        const Client *client;

        if (!NT_SUCCESS(persona_enter(CLIENT_HANDLES, &client)))
                client = NULL; /* nobody is left to be told */
        return referenced_remove(client, Object);
}

static NTSTATUS open_by_pointer(Referenced *object,
                ULONG attributes,
                ACCESS_MASK access,
                uint32_t kind,
                PHANDLE ret) {
        Nt__OpenReferencedRequest body = NT__OPEN_REFERENCED_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Client *client;
        NTSTATUS status;

        call_reply_init(&reply);
        status = persona_enter(CLIENT_HANDLES, &client);
        if (!NT_SUCCESS(status))
                return status;
        body.object_id = referenced_id(object);
        body.attributes = access_is_checked(client) ? attributes & ~OBJ_KERNEL_HANDLE : attributes;
        body.desired_access = access;
        body.kind = kind;
        request.body_case = NT__REQUEST__BODY_OPEN_REFERENCED;
        request.open_referenced = &body;
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return handle_make(client, reply.message->grant, attributes & OBJ_INHERIT, ret);
}

NTSTATUS NTAPI ObOpenObjectByPointer(PVOID Object,
                ULONG HandleAttributes,
                PACCESS_STATE PassedAccessState,
                ACCESS_MASK DesiredAccess,
                POBJECT_TYPE ObjectType,
                KPROCESSOR_MODE AccessMode,
                PHANDLE Handle) {
        uint32_t kind = AccessMode == KernelMode ? NT__OBJECT_KIND__OBJECT_KIND_NONE
                                                 : kind_of(ObjectType);
        NTSTATUS status;
        bool before;

        *Handle = NULL;
        if (PassedAccessState || !atomic_load(&kernel_persona))
                return STATUS_NOT_SUPPORTED;
        if (type_is_wrong(Object, ObjectType, AccessMode))
                return STATUS_OBJECT_TYPE_MISMATCH;

        before = previous_mode_enter(AccessMode == KernelMode);
        status = open_by_pointer(Object, HandleAttributes, DesiredAccess, kind, Handle);
        previous_mode_leave(before);
        return status;
}

static NTSTATUS query_name(
                const Referenced *object, PVOID information, ULONG length, ULONG *ret_needed) {
        Nt__QueryNameRequest body = NT__QUERY_NAME_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Client *client;
        NTSTATUS status;

        call_reply_init(&reply);
        status = persona_enter(CLIENT_HANDLES, &client);
        if (!NT_SUCCESS(status))
                return status;
        body.has_object_id = true;
        body.object_id = referenced_id(object);
        request.body_case = NT__REQUEST__BODY_QUERY_NAME;
        request.query_name = &body;
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        return object_name_write(
                        &reply.message->bytes->value, false, information, length, ret_needed);
}

NTSTATUS NTAPI ObQueryNameString(PVOID Object,
                POBJECT_NAME_INFORMATION ObjectNameInfo,
                ULONG Length,
                PULONG ReturnLength) {
        bool before = previous_mode_enter(true);
        ULONG needed = 0;
        NTSTATUS status;

        status = query_name(Object, ObjectNameInfo, Length, &needed);
        previous_mode_leave(before);
        *ReturnLength = needed;
        return status;
}

NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode) {
        NTSTATUS status;
        bool before;

        if (!atomic_load(&kernel_persona))
                return STATUS_NOT_SUPPORTED;
        before = previous_mode_enter(PreviousMode == KernelMode);
        status = zw_close(Handle);
        previous_mode_leave(before);
        return status;
}

BOOLEAN NTAPI ObIsKernelHandle(HANDLE Handle) {
        return handle_is_kernel(Handle);
}
