#include <string.h>

#include "acl.h"
#include "ntrtlsec.h"
#include "ntstatus.h"

#define LABEL_POLICY                                                                               \
        (SYSTEM_MANDATORY_LABEL_NO_WRITE_UP | SYSTEM_MANDATORY_LABEL_NO_READ_UP |                  \
                        SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP)
#define AUDIT_FLAGS (SUCCESSFUL_ACCESS_ACE_FLAG | FAILED_ACCESS_ACE_FLAG)

static bool is_revision(ULONG revision) {
        return revision >= ACL_REVISION && revision <= ACL_REVISION_DS;
}

static UCHAR *end_of(ACL *acl) {
        return (UCHAR *) acl + acl->AclSize;
}

static void raise_revision(ACL *acl, ULONG revision) {
        if (revision > acl->AclRevision)
                acl->AclRevision = (UCHAR) revision;
}

NTSTATUS NTAPI RtlCreateAcl(PACL Acl, ULONG AclLength, ULONG AclRevision) {
        if (AclLength < sizeof(ACL))
                return STATUS_BUFFER_TOO_SMALL;
        if (!is_revision(AclRevision) || AclLength > UINT16_MAX)
                return STATUS_INVALID_PARAMETER;

        *Acl = (ACL){
                .AclRevision = (UCHAR) AclRevision,
                .AclSize = (USHORT) (AclLength / 4 * 4),
        };
        return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlValidAcl(PACL Acl) {
        return Acl && acl_check(Acl, Acl->AclSize);
}

/* The entry after @n others; NULL if there are not so many within the ACL. */
static UCHAR *walk(ACL *acl, ULONG n) {
        UCHAR *at = (UCHAR *) (acl + 1);

        for (ULONG i = 0; i < n; i++) {
                const ACE_HEADER *ace = (const ACE_HEADER *) (const void *) at;

                if (at + sizeof(*ace) > end_of(acl) || ace->AceSize < sizeof(*ace))
                        return NULL;
                at += ace->AceSize;
        }
        return at;
}

BOOLEAN NTAPI RtlFirstFreeAce(PACL Acl, PVOID *FirstFree) {
        UCHAR *at = walk(Acl, Acl->AceCount);

        *FirstFree = at && at <= end_of(Acl) ? at : NULL;
        return at != NULL;
}

/* Number of entries in a list that ends with the last of them; 0 if it is none. */
static ULONG count_entries(const UCHAR *list, ULONG length) {
        ULONG n = 0;

        while (length >= sizeof(ACE_HEADER)) {
                USHORT size = ((const ACE_HEADER *) (const void *) list)->AceSize;

                if (size < sizeof(ACE_HEADER) || size > length || size % 4 != 0)
                        return 0;
                list += size;
                length -= size;
                n++;
        }
        return length == 0 ? n : 0;
}

NTSTATUS NTAPI
RtlAddAce(PACL Acl, ULONG AceRevision, ULONG StartingAceIndex, PVOID AceList, ULONG AceListLength) {
        ULONG n = count_entries(AceList, AceListLength);
        void *free_place = NULL;
        UCHAR *at;

        if (!RtlValidAcl(Acl) || !RtlFirstFreeAce(Acl, &free_place) || !is_revision(AceRevision))
                return STATUS_INVALID_PARAMETER;
        if (n == 0 || n > (ULONG) UINT16_MAX - Acl->AceCount)
                return STATUS_INVALID_PARAMETER;
        if (!free_place || AceListLength > (size_t) (end_of(Acl) - (UCHAR *) free_place))
                return STATUS_BUFFER_TOO_SMALL;

        at = walk(Acl, StartingAceIndex < Acl->AceCount ? StartingAceIndex : Acl->AceCount);
        memmove(at + AceListLength, at, (size_t) ((UCHAR *) free_place - at));
        memcpy(at, AceList, AceListLength);
        Acl->AceCount = (USHORT) (Acl->AceCount + n);
        raise_revision(Acl, AceRevision);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetAce(PACL Acl, ULONG AceIndex, PVOID *Ace) {
        UCHAR *at;

        if (!is_revision(Acl->AclRevision) || AceIndex >= Acl->AceCount)
                return STATUS_INVALID_PARAMETER;
        at = walk(Acl, AceIndex);
        if (!at || at >= end_of(Acl))
                return STATUS_INVALID_PARAMETER;

        *Ace = at;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDeleteAce(PACL Acl, ULONG AceIndex) {
        UCHAR *end, *at;
        USHORT size;

        if (!RtlValidAcl(Acl) || AceIndex >= Acl->AceCount)
                return STATUS_INVALID_PARAMETER;

        at = walk(Acl, AceIndex);
        end = walk(Acl, Acl->AceCount);
        size = ((ACE_HEADER *) (void *) at)->AceSize;
        memmove(at, at + size, (size_t) (end - at) - size);
        memset(end - size, 0, size);
        Acl->AceCount--;
        return STATUS_SUCCESS;
}

/* Adds an entry of a kind that names one SID. */
static NTSTATUS add(ACL *acl,
                ULONG revision,
                UCHAR type,
                ULONG flags,
                ULONG more_flags,
                ACCESS_MASK mask,
                PSID sid) {
        USHORT size;
        void *place = NULL;

        if (!RtlValidSid(sid))
                return STATUS_INVALID_SID;
        if (acl->AclRevision > ACL_REVISION_DS || revision > ACL_REVISION_DS)
                return STATUS_REVISION_MISMATCH;
        if (flags & ~(VALID_INHERIT_FLAGS | more_flags))
                return STATUS_INVALID_PARAMETER;
        if (!RtlValidAcl(acl) || !RtlFirstFreeAce(acl, &place))
                return STATUS_INVALID_ACL;
        size = (USHORT) (offsetof(ACCESS_ALLOWED_ACE, SidStart) + RtlLengthSid(sid));
        if (!place || size > (size_t) (end_of(acl) - (UCHAR *) place))
                return STATUS_ALLOTTED_SPACE_EXCEEDED;

        *(ACE_HEADER *) place = (ACE_HEADER){
                .AceType = type,
                .AceFlags = (UCHAR) flags,
                .AceSize = size,
        };
        ((ACCESS_ALLOWED_ACE *) place)->Mask = mask;
        memcpy((UCHAR *) place + offsetof(ACCESS_ALLOWED_ACE, SidStart), sid, RtlLengthSid(sid));
        acl->AceCount++;
        raise_revision(acl, revision);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAddAccessAllowedAceEx(
                PACL Acl, ULONG AceRevision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid) {
        return add(Acl, AceRevision, ACCESS_ALLOWED_ACE_TYPE, AceFlags, 0, AccessMask, Sid);
}

NTSTATUS NTAPI RtlAddAccessAllowedAce(
                PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid) {
        return add(Acl, AceRevision, ACCESS_ALLOWED_ACE_TYPE, 0, 0, AccessMask, Sid);
}

NTSTATUS NTAPI RtlAddAccessDeniedAceEx(
                PACL Acl, ULONG AceRevision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid) {
        return add(Acl, AceRevision, ACCESS_DENIED_ACE_TYPE, AceFlags, 0, AccessMask, Sid);
}

NTSTATUS NTAPI RtlAddAccessDeniedAce(
                PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid) {
        return add(Acl, AceRevision, ACCESS_DENIED_ACE_TYPE, 0, 0, AccessMask, Sid);
}

NTSTATUS NTAPI RtlAddAuditAccessAceEx(PACL Acl,
                ULONG AceRevision,
                ULONG AceFlags,
                ACCESS_MASK AccessMask,
                PSID Sid,
                BOOLEAN AuditSuccess,
                BOOLEAN AuditFailure) {
        if (AuditSuccess)
                AceFlags |= SUCCESSFUL_ACCESS_ACE_FLAG;
        if (AuditFailure)
                AceFlags |= FAILED_ACCESS_ACE_FLAG;
        return add(Acl, AceRevision, SYSTEM_AUDIT_ACE_TYPE, AceFlags, AUDIT_FLAGS, AccessMask, Sid);
}

NTSTATUS NTAPI RtlAddAuditAccessAce(PACL Acl,
                ULONG AceRevision,
                ACCESS_MASK AccessMask,
                PSID Sid,
                BOOLEAN AuditSuccess,
                BOOLEAN AuditFailure) {
        return RtlAddAuditAccessAceEx(
                        Acl, AceRevision, 0, AccessMask, Sid, AuditSuccess, AuditFailure);
}

NTSTATUS NTAPI RtlAddMandatoryAce(PACL Acl,
                ULONG AceRevision,
                ULONG AceFlags,
                PSID Sid,
                UCHAR AceType,
                ACCESS_MASK AccessMask) {
        if (AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE || AccessMask & ~LABEL_POLICY)
                return STATUS_INVALID_PARAMETER;
        return add(Acl, AceRevision, AceType, AceFlags, 0, AccessMask, Sid);
}

static NTSTATUS query_size(ACL *acl, ACL_SIZE_INFORMATION *information) {
        void *place = NULL;

        if (!RtlFirstFreeAce(acl, &place))
                return STATUS_INVALID_PARAMETER;

        information->AceCount = acl->AceCount;
        information->AclBytesInUse =
                        place ? (ULONG) ((UCHAR *) place - (UCHAR *) acl) : acl->AclSize;
        information->AclBytesFree = acl->AclSize - information->AclBytesInUse;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlQueryInformationAcl(PACL Acl,
                PVOID AclInformation,
                ULONG AclInformationLength,
                ACL_INFORMATION_CLASS AclInformationClass) {
        if (!is_revision(Acl->AclRevision))
                return STATUS_INVALID_PARAMETER;
        switch (AclInformationClass) {
        case AclRevisionInformation:
                if (AclInformationLength < sizeof(ACL_REVISION_INFORMATION))
                        return STATUS_BUFFER_TOO_SMALL;
                ((ACL_REVISION_INFORMATION *) AclInformation)->AclRevision = Acl->AclRevision;
                return STATUS_SUCCESS;
        case AclSizeInformation:
                if (AclInformationLength < sizeof(ACL_SIZE_INFORMATION))
                        return STATUS_BUFFER_TOO_SMALL;
                return query_size(Acl, AclInformation);
        }
        return STATUS_INVALID_INFO_CLASS;
}

NTSTATUS NTAPI RtlSetInformationAcl(PACL Acl,
                PVOID AclInformation,
                ULONG AclInformationLength,
                ACL_INFORMATION_CLASS AclInformationClass) {
        const ACL_REVISION_INFORMATION *information = AclInformation;

        if (!is_revision(Acl->AclRevision))
                return STATUS_INVALID_PARAMETER;
        if (AclInformationClass != AclRevisionInformation)
                return STATUS_INVALID_INFO_CLASS;
        if (AclInformationLength < sizeof(*information))
                return STATUS_BUFFER_TOO_SMALL;
        if (!is_revision(information->AclRevision) || information->AclRevision < Acl->AclRevision)
                return STATUS_INVALID_PARAMETER;

        Acl->AclRevision = (UCHAR) information->AclRevision;
        return STATUS_SUCCESS;
}
