/*
 * A security descriptor from SIDs up: built, measured, put on a section, read back.
 */

#include <ntifs.h>

#include "say.h"

typedef struct _KNOWN_SID {
        SID Sid;
        ULONG More[2];
} KNOWN_SID;

static NTSTATUS MakeSid(
                _Out_ KNOWN_SID *Known, _In_ UCHAR Authority, _In_ ULONG First, _In_ ULONG Second) {
        SID_IDENTIFIER_AUTHORITY authority = { { 0, 0, 0, 0, 0, 0 } };
        UCHAR n = Second ? 2 : 1;
        NTSTATUS status;

        authority.Value[5] = Authority;
        status = RtlInitializeSid(&Known->Sid, &authority, n);
        if (!NT_SUCCESS(status))
                return status;
        *RtlSubAuthoritySid(&Known->Sid, 0) = First;
        if (Second)
                *RtlSubAuthoritySid(&Known->Sid, 1) = Second;
        return STATUS_SUCCESS;
}

static VOID SaySid(_In_ PCSTR What, _In_ PSID Sid) {
        UNICODE_STRING text = { 0, 0, NULL };
        NTSTATUS status = RtlConvertSidToUnicodeString(&text, Sid, TRUE);

        if (!NT_SUCCESS(status)) {
                say_status(What, status);
                return;
        }
        say_string(What, &text);
        RtlFreeUnicodeString(&text);
}

/* An ACL that two entries fill. */
static ULONG AclLength(_In_ PSID One, _In_ PSID Other) {
        return (ULONG) sizeof(ACL) + 2 * FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart) +
               RtlLengthSid(One) + RtlLengthSid(Other);
}

static VOID
BuildAcl(_Out_writes_bytes_(Length) PACL Acl, _In_ ULONG Length, _In_ PSID One, _In_ PSID Other) {
        PACE_HEADER ace = NULL;

        say_status("acl", RtlCreateAcl(Acl, Length, ACL_REVISION));
        say_status("too small an acl", RtlCreateAcl(Acl, 4, ACL_REVISION));
        say_status("first", RtlAddAccessAllowedAce(Acl, ACL_REVISION, SECTION_MAP_READ, One));
        say_status("second",
                        RtlAddAccessAllowedAceEx(Acl, ACL_REVISION, 0, SECTION_ALL_ACCESS, Other));
        say_number("entries", Acl->AceCount);
        say_status("get", RtlGetAce(Acl, 1, (PVOID *) &ace));
        say_number("size of it", ace->AceSize);
        say_status("no room for a third",
                        RtlAddAccessAllowedAce(Acl, ACL_REVISION, SECTION_MAP_READ, One));
        say_status("get what is not there", RtlGetAce(Acl, 2, (PVOID *) &ace));
}

static VOID ReadBack(_In_ HANDLE Section) {
        DECLSPEC_ALIGN(8) UCHAR buffer[512];
        PSECURITY_DESCRIPTOR descriptor = buffer;
        ULONG needed = 0;
        PACL dacl = NULL;
        BOOLEAN present = FALSE, defaulted = TRUE;
        PACCESS_ALLOWED_ACE ace = NULL;

        say_status("query too small", ZwQuerySecurityObject(Section, DACL_SECURITY_INFORMATION,
                                                      descriptor, 0, &needed));
        say_number("needed", needed);
        say_status("query", ZwQuerySecurityObject(Section, DACL_SECURITY_INFORMATION, descriptor,
                                            sizeof(buffer), &needed));
        say_number("length", RtlLengthSecurityDescriptor(descriptor));
        say_status("dacl", RtlGetDaclSecurityDescriptor(descriptor, &present, &dacl, &defaulted));
        say_number("present", present);
        if (dacl && NT_SUCCESS(RtlGetAce(dacl, 0, (PVOID *) &ace))) {
                say_number("mask", ace->Mask);
                SaySid("for", &ace->SidStart);
        }
}

int main(void) {
        KNOWN_SID world, administrators;
        DECLSPEC_ALIGN(8) UCHAR aclBuffer[128];
        SECURITY_DESCRIPTOR descriptor;
        UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\WdkSecured");
        OBJECT_ATTRIBUTES attributes;
        LARGE_INTEGER size;
        HANDLE section = NULL;

        say_status("sid", MakeSid(&world, 1, 0, 0));
        say_status("sid", MakeSid(&administrators, 5, 32, 544));
        SaySid("world", &world.Sid);
        SaySid("administrators", &administrators.Sid);
        say_number("length", RtlLengthSid(&administrators.Sid));
        say_number("equal", RtlEqualSid(&world.Sid, &administrators.Sid));
        BuildAcl((PACL) aclBuffer, AclLength(&world.Sid, &administrators.Sid), &world.Sid,
                        &administrators.Sid);

        say_status("descriptor of revision 2", RtlCreateSecurityDescriptor(&descriptor, 2));
        say_status("descriptor",
                        RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
        say_number("length", RtlLengthSecurityDescriptor(&descriptor));
        say_status("set", RtlSetDaclSecurityDescriptor(&descriptor, TRUE, (PACL) aclBuffer, FALSE));
        say_status("owner", RtlSetOwnerSecurityDescriptor(&descriptor, &administrators.Sid, FALSE));
        say_status("group", RtlSetGroupSecurityDescriptor(&descriptor, &world.Sid, FALSE));
        say_number("length", RtlLengthSecurityDescriptor(&descriptor));
        RtlSetOwnerSecurityDescriptor(&descriptor, NULL, FALSE);
        RtlSetGroupSecurityDescriptor(&descriptor, NULL, FALSE);

        size.QuadPart = PAGE_SIZE;
        InitializeObjectAttributes(&attributes, &name, 0, NULL, &descriptor);
        say_status("section", ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size,
                                              PAGE_READWRITE, SEC_COMMIT, NULL));
        ReadBack(section);
        ZwClose(section);
        return 0;
}
