#include <stdlib.h>
#include <string.h>

#include "ntrtl.h"
#include "ntrtlsec.h"
#include "ntstatus.h"
#include "object-types.h"
#include "rtl-heap.h"
#include "sid.h"

#define ALLOCATED_SUB_AUTHORITIES_MAX 8

BOOLEAN NTAPI RtlValidSid(PSID Sid) {
        const SID *sid = Sid;

        return sid && sid->Revision == SID_REVISION &&
               sid->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}

ULONG NTAPI RtlLengthRequiredSid(ULONG SubAuthorityCount) {
        return (ULONG) (offsetof(SID, SubAuthority) + SubAuthorityCount * sizeof(ULONG));
}

ULONG NTAPI RtlLengthSid(PSID Sid) {
        return (ULONG) sid_size(Sid);
}

NTSTATUS NTAPI RtlInitializeSid(
                PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority, UCHAR SubAuthorityCount) {
        SID *sid = Sid;

        if (SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
                return STATUS_INVALID_PARAMETER;

        sid->Revision = SID_REVISION;
        sid->SubAuthorityCount = SubAuthorityCount;
        sid->IdentifierAuthority = *IdentifierAuthority;
        return STATUS_SUCCESS;
}

PSID_IDENTIFIER_AUTHORITY NTAPI RtlIdentifierAuthoritySid(PSID Sid) {
        return &((SID *) Sid)->IdentifierAuthority;
}

PUCHAR NTAPI RtlSubAuthorityCountSid(PSID Sid) {
        return &((SID *) Sid)->SubAuthorityCount;
}

PULONG NTAPI RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority) {
        UCHAR *numbers = (UCHAR *) Sid + offsetof(SID, SubAuthority);

        return (ULONG *) (void *) numbers + SubAuthority;
}

NTSTATUS NTAPI RtlAllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                UCHAR SubAuthorityCount,
                ULONG SubAuthority0,
                ULONG SubAuthority1,
                ULONG SubAuthority2,
                ULONG SubAuthority3,
                ULONG SubAuthority4,
                ULONG SubAuthority5,
                ULONG SubAuthority6,
                ULONG SubAuthority7,
                PSID *Sid) {
        const ULONG numbers[ALLOCATED_SUB_AUTHORITIES_MAX] = {
                SubAuthority0,
                SubAuthority1,
                SubAuthority2,
                SubAuthority3,
                SubAuthority4,
                SubAuthority5,
                SubAuthority6,
                SubAuthority7,
        };
        SID *sid;

        if (SubAuthorityCount > ALLOCATED_SUB_AUTHORITIES_MAX)
                return STATUS_INVALID_SID;
        /* At least the whole structure, so that programs may look at SubAuthority[0]. */
        sid = rtl_allocate(sizeof(SID) + SubAuthorityCount * sizeof(ULONG));
        if (!sid)
                return STATUS_NO_MEMORY;
        memset(sid, 0, sizeof(SID));

        RtlInitializeSid(sid, IdentifierAuthority, SubAuthorityCount);
        memcpy(RtlSubAuthoritySid(sid, 0), numbers, SubAuthorityCount * sizeof(ULONG));
        *Sid = sid;
        return STATUS_SUCCESS;
}

PVOID NTAPI RtlFreeSid(PSID Sid) {
        rtl_free(Sid);
        return NULL;
}

NTSTATUS NTAPI RtlCopySid(ULONG Length, PSID Destination, PSID Source) {
        if (Length < sid_size(Source))
                return STATUS_BUFFER_TOO_SMALL;

        memmove(Destination, Source, sid_size(Source));
        return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlEqualSid(PSID Sid1, PSID Sid2) {
        return sid_equal(Sid1, Sid2);
}

BOOLEAN NTAPI RtlEqualPrefixSid(PSID Sid1, PSID Sid2) {
        size_t size = sid_size(Sid1);

        if (sid_n_numbers(Sid1) > 0)
                size -= sizeof(ULONG);
        /* The count is among what is compared. */
        return memcmp(Sid1, Sid2, size) == 0;
}

NTSTATUS NTAPI RtlConvertSidToUnicodeString(
                PUNICODE_STRING UnicodeString, PSID Sid, BOOLEAN AllocateDestinationString) {
        char text[SID_TEXT_MAX];
        USHORT length, room;

        if (!RtlValidSid(Sid))
                return STATUS_INVALID_SID;
        sid_format(Sid, text);
        length = (USHORT) (strlen(text) * sizeof(WCHAR));
        room = (USHORT) (length + sizeof(WCHAR));
        if (AllocateDestinationString) {
                WCHAR *buffer = rtl_allocate(room);

                if (!buffer)
                        return STATUS_NO_MEMORY;
                UnicodeString->Buffer = buffer;
                UnicodeString->MaximumLength = room;
        } else if (UnicodeString->MaximumLength < length) {
                return STATUS_BUFFER_OVERFLOW;
        }

        for (size_t i = 0; i < length / sizeof(WCHAR); i++)
                UnicodeString->Buffer[i] = (WCHAR) text[i];
        if (UnicodeString->MaximumLength >= room)
                UnicodeString->Buffer[length / sizeof(WCHAR)] = 0;
        UnicodeString->Length = length;
        return STATUS_SUCCESS;
}

VOID NTAPI RtlMapGenericMask(PACCESS_MASK AccessMask, PGENERIC_MAPPING GenericMapping) {
        *AccessMask = access_map_generic(GenericMapping, *AccessMask);
}

BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess) {
        return (GrantedAccess & DesiredAccess) == DesiredAccess;
}

BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess) {
        return (GrantedAccess & DesiredAccess) != 0;
}

VOID NTAPI RtlCopyLuid(PLUID DestinationLuid, PLUID SourceLuid) {
        *DestinationLuid = *SourceLuid;
}
