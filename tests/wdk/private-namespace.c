/*
 * A private namespace: who may reach it is said by a boundary, and names in it are nobody else's.
 *
 * Microsoft's headers leave all of this to kernel32; a native program declares what it calls.
 */

#include <ntifs.h>

#include "say.h"

#ifdef _WIN32
typedef struct _OBJECT_BOUNDARY_DESCRIPTOR *POBJECT_BOUNDARY_DESCRIPTOR;
#endif

EXTERN_C NTSYSAPI POBJECT_BOUNDARY_DESCRIPTOR NTAPI RtlCreateBoundaryDescriptor(
                PUNICODE_STRING Name, ULONG Flags);
EXTERN_C NTSYSAPI VOID NTAPI RtlDeleteBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);
EXTERN_C NTSYSAPI NTSTATUS NTAPI RtlAddSIDToBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR *BoundaryDescriptor, PSID RequiredSid);
EXTERN_C NTSYSAPI NTSTATUS NTAPI NtCreatePrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);
EXTERN_C NTSYSAPI NTSTATUS NTAPI NtOpenPrivateNamespace(PHANDLE NamespaceHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor);
EXTERN_C NTSYSAPI NTSTATUS NTAPI NtDeletePrivateNamespace(HANDLE NamespaceHandle);

static NTSTATUS CreateSection(_In_ HANDLE Root, _Out_ PHANDLE Section) {
        UNICODE_STRING name = RTL_CONSTANT_STRING(L"Memory");
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;

        size.QuadPart = PAGE_SIZE;
        InitializeObjectAttributes(&attributes, &name, 0, Root, NULL);
        return ZwCreateSection(Section, SECTION_QUERY, &attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

/* A boundary with the SID of everybody in it. */
static POBJECT_BOUNDARY_DESCRIPTOR CreateBoundary(VOID) {
        UNICODE_STRING name = RTL_CONSTANT_STRING(L"WdkBoundary");
        SID everybody = { SID_REVISION, 1, { { 0, 0, 0, 0, 0, 1 } }, { 0 } };
        POBJECT_BOUNDARY_DESCRIPTOR boundary = RtlCreateBoundaryDescriptor(&name, 0);

        if (boundary)
                say_status("sid", RtlAddSIDToBoundaryDescriptor(&boundary, &everybody));
        return boundary;
}

int main(void) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = CreateBoundary();
        OBJECT_ATTRIBUTES attributes;
        HANDLE space = NULL, opened = NULL, again = NULL, section = NULL, other = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        say_status("open what is not there", NtOpenPrivateNamespace(&opened, DIRECTORY_ALL_ACCESS,
                                                             &attributes, boundary));
        say_status("create", NtCreatePrivateNamespace(
                                             &space, DIRECTORY_ALL_ACCESS, &attributes, boundary));
        say_status("create again", NtCreatePrivateNamespace(&again, DIRECTORY_ALL_ACCESS,
                                                   &attributes, boundary));
        say_status("open", NtOpenPrivateNamespace(
                                           &opened, DIRECTORY_ALL_ACCESS, &attributes, boundary));
        say_status("section", CreateSection(space, &section));
        say_status("the same name", CreateSection(opened, &other));
        say_status("delete", NtDeletePrivateNamespace(space));
        say_status("open after that", NtOpenPrivateNamespace(&again, DIRECTORY_ALL_ACCESS,
                                                      &attributes, boundary));
        ZwClose(section);
        ZwClose(opened);
        ZwClose(space);
        RtlDeleteBoundaryDescriptor(boundary);
        return 0;
}
