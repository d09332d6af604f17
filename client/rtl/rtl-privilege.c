#include <string.h>

#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntpsapi.h"
#include "ntrtlsec.h"
#include "ntseapi.h"
#include "ntstatus.h"
#include "rtl-heap.h"

#define THIS_PROCESS ((HANDLE) (LONG_PTR) -1)
#define THIS_THREAD  ((HANDLE) (LONG_PTR) -2)

BOOLEAN NTAPI RtlEqualLuid(PLUID Luid1, PLUID Luid2) {
        return Luid1->LowPart == Luid2->LowPart && Luid1->HighPart == Luid2->HighPart;
}

VOID NTAPI RtlCopyLuidAndAttributesArray(
                ULONG Count, PLUID_AND_ATTRIBUTES Source, PLUID_AND_ATTRIBUTES Destination) {
        for (ULONG i = 0; i < Count; i++)
                Destination[i] = Source[i];
}

NTSTATUS NTAPI RtlCopySidAndAttributesArray(ULONG Count,
                PSID_AND_ATTRIBUTES Source,
                ULONG SidAreaSize,
                PSID_AND_ATTRIBUTES Destination,
                PSID SidArea,
                PSID *RemainingSidArea,
                PULONG RemainingSidAreaSize) {
        UCHAR *at = SidArea;
        ULONG left = SidAreaSize;

        for (ULONG i = 0; i < Count; i++) {
                ULONG size = RtlLengthSid(Source[i].Sid); /* always a multiple of 4 */

                if (size > left)
                        return STATUS_BUFFER_TOO_SMALL;
                memcpy(at, Source[i].Sid, size);
                Destination[i].Sid = at;
                Destination[i].Attributes = Source[i].Attributes;
                at += size;
                left -= size;
        }
        *RemainingSidArea = at;
        *RemainingSidAreaSize = left;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlCopySecurityDescriptor(PSECURITY_DESCRIPTOR InputSecurityDescriptor,
                PSECURITY_DESCRIPTOR *OutputSecurityDescriptor) {
        ULONG size = 0;
        void *copy;

        if (!RtlValidSecurityDescriptor(InputSecurityDescriptor))
                return STATUS_INVALID_SECURITY_DESCR;
        (void) RtlMakeSelfRelativeSD(InputSecurityDescriptor, NULL, &size); /* tells the size */
        copy = rtl_allocate(size);
        if (!copy)
                return STATUS_NO_MEMORY;
        (void) RtlMakeSelfRelativeSD(InputSecurityDescriptor, copy, &size);
        *OutputSecurityDescriptor = copy;
        return STATUS_SUCCESS;
}

static NTSTATUS open_token(BOOLEAN client, HANDLE *ret) {
        const ACCESS_MASK access = TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY;

        if (client)
                return NtOpenThreadToken(THIS_THREAD, access, FALSE, ret);
        return NtOpenProcessToken(THIS_PROCESS, access, ret);
}

NTSTATUS NTAPI RtlAdjustPrivilege(
                ULONG Privilege, BOOLEAN Enable, BOOLEAN Client, PBOOLEAN WasEnabled) {
        TOKEN_PRIVILEGES want = { .PrivilegeCount = 1 }, before = { 0 };
        ULONG size = sizeof(before);
        HANDLE token = NULL;
        NTSTATUS status;

        want.Privileges[0].Luid.LowPart = Privilege;
        want.Privileges[0].Attributes = Enable ? SE_PRIVILEGE_ENABLED : 0;
        status = open_token(Client, &token);
        if (!NT_SUCCESS(status))
                return status;
        status = NtAdjustPrivilegesToken(token, FALSE, &want, sizeof(before), &before, &size);
        (void) NtClose(token);
        if (status == STATUS_NOT_ALL_ASSIGNED)
                return STATUS_PRIVILEGE_NOT_HELD;
        if (!NT_SUCCESS(status))
                return status;

        /* Only a privilege that changed is told; one that did not is as it was to be. */
        *WasEnabled = before.PrivilegeCount == 0 ? Enable
                                                 : (before.Privileges[0].Attributes &
                                                                   SE_PRIVILEGE_ENABLED) != 0;
        return STATUS_SUCCESS;
}
