#pragma once

/*
 * Run-time library: SIDs, ACLs, security descriptors, access masks
 *
 * They work on the caller's memory and ask no daemon. A pointer that is not said to be optional
 * must be valid, as on Windows. SIDs and ACLs are as long as they say of themselves.
 */

#include "ntdef.h"
#include "ntsecurity.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* SIDs. */

/* Revision 1 and at most 15 sub-authorities. NULL is not valid. */
BOOLEAN NTAPI RtlValidSid(PSID Sid);

/* Bytes of a SID with so many sub-authorities, and of @Sid. */
ULONG NTAPI RtlLengthRequiredSid(ULONG SubAuthorityCount);
ULONG NTAPI RtlLengthSid(PSID Sid);

/**
 * RtlInitializeSid() - make a SID whose sub-authorities are to be filled in
 * @Sid: RtlLengthRequiredSid(@SubAuthorityCount) bytes
 * Return: STATUS_SUCCESS, or STATUS_INVALID_PARAMETER for more than 15 sub-authorities.
 */
NTSTATUS NTAPI RtlInitializeSid(
                PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority, UCHAR SubAuthorityCount);

/* Parts of a SID, in place; not checked. */
PSID_IDENTIFIER_AUTHORITY NTAPI RtlIdentifierAuthoritySid(PSID Sid);
PUCHAR NTAPI RtlSubAuthorityCountSid(PSID Sid);
PULONG NTAPI RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority);

/**
 * RtlAllocateAndInitializeSid() - make a SID of up to eight sub-authorities
 * @Sid: gets it; for RtlFreeSid()
 * Return: STATUS_SUCCESS, STATUS_INVALID_SID for more than eight, STATUS_NO_MEMORY.
 */
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
                PSID *Sid);

/* Returns NULL. @Sid is from RtlAllocateAndInitializeSid(), or NULL. */
PVOID NTAPI RtlFreeSid(PSID Sid);

/* STATUS_BUFFER_TOO_SMALL if @Length bytes do not hold it. */
NTSTATUS NTAPI RtlCopySid(ULONG Length, PSID Destination, PSID Source);

/* Whether they are the same; whether they are but for the last sub-authority. */
BOOLEAN NTAPI RtlEqualSid(PSID Sid1, PSID Sid2);
BOOLEAN NTAPI RtlEqualPrefixSid(PSID Sid1, PSID Sid2);

/**
 * RtlConvertSidToUnicodeString() - "S-1-5-18"
 * @UnicodeString: with room, or, if it is to be allocated, for RtlFreeUnicodeString()
 * Return: STATUS_SUCCESS; STATUS_INVALID_SID; STATUS_BUFFER_OVERFLOW if MaximumLength is too small
 * (a NUL follows if there is room for it); STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlConvertSidToUnicodeString(
                PUNICODE_STRING UnicodeString, PSID Sid, BOOLEAN AllocateDestinationString);

/* ACLs. */

/**
 * RtlCreateAcl() - make an empty ACL
 * @AclLength: bytes at @Acl, which all belong to it; rounded down to a multiple of four
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL below eight bytes; STATUS_INVALID_PARAMETER for
 * more than 65,535 or a revision other than 2, 3 and 4.
 */
NTSTATUS NTAPI RtlCreateAcl(PACL Acl, ULONG AclLength, ULONG AclRevision);

/* Revision, size, entries within it, their SIDs. NULL is not valid. */
BOOLEAN NTAPI RtlValidAcl(PACL Acl);

/**
 * RtlFirstFreeAce() - where the next entry goes
 * @FirstFree: gets the end of the last entry; NULL if that is behind the ACL's end
 * Return: FALSE if there are more entries than have room, or one is shorter than its header.
 */
BOOLEAN NTAPI RtlFirstFreeAce(PACL Acl, PVOID *FirstFree);

/**
 * RtlAddAce() - add entries as they are
 * @AceRevision:      2 to 4; raises that of @Acl
 * @StartingAceIndex: before which entry; beyond the last: at the end
 * @AceList:          one or more entries, @AceListLength bytes
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for an invalid ACL or revision, or a list that
 * does not end with its last entry; STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI
RtlAddAce(PACL Acl, ULONG AceRevision, ULONG StartingAceIndex, PVOID AceList, ULONG AceListLength);

/* STATUS_INVALID_PARAMETER if there is no such entry, or the ACL is invalid. */
NTSTATUS NTAPI RtlGetAce(PACL Acl, ULONG AceIndex, PVOID *Ace);
NTSTATUS NTAPI RtlDeleteAce(PACL Acl, ULONG AceIndex);

/**
 * RtlAddAccessAllowedAceEx() - add an entry for one SID at the end; and its kin
 * @AceRevision: raises that of @Acl
 * @AceFlags:    inheritance flags; of audit entries also SUCCESSFUL_ACCESS_ACE_FLAG and
 *               FAILED_ACCESS_ACE_FLAG
 *
 * Return, in this order: STATUS_INVALID_SID; STATUS_REVISION_MISMATCH for a revision above 4;
 * STATUS_INVALID_PARAMETER for other flags; STATUS_INVALID_ACL; STATUS_ALLOTTED_SPACE_EXCEEDED;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI RtlAddAccessAllowedAceEx(
                PACL Acl, ULONG AceRevision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid);
NTSTATUS NTAPI RtlAddAccessAllowedAce(
                PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid);
NTSTATUS NTAPI RtlAddAccessDeniedAceEx(
                PACL Acl, ULONG AceRevision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid);
NTSTATUS NTAPI RtlAddAccessDeniedAce(PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask, PSID Sid);
NTSTATUS NTAPI RtlAddAuditAccessAceEx(PACL Acl,
                ULONG AceRevision,
                ULONG AceFlags,
                ACCESS_MASK AccessMask,
                PSID Sid,
                BOOLEAN AuditSuccess,
                BOOLEAN AuditFailure);
NTSTATUS NTAPI RtlAddAuditAccessAce(PACL Acl,
                ULONG AceRevision,
                ACCESS_MASK AccessMask,
                PSID Sid,
                BOOLEAN AuditSuccess,
                BOOLEAN AuditFailure);

/* The same for a mandatory label. STATUS_INVALID_PARAMETER also for another type than
 * SYSTEM_MANDATORY_LABEL_ACE_TYPE and for a mask with more than NO_WRITE_UP, NO_READ_UP and
 * NO_EXECUTE_UP. */
NTSTATUS NTAPI RtlAddMandatoryAce(PACL Acl,
                ULONG AceRevision,
                ULONG AceFlags,
                PSID Sid,
                UCHAR AceType,
                ACCESS_MASK AccessMask);

/**
 * RtlQueryInformationAcl(), RtlSetInformationAcl() - revision and use of an ACL
 *
 * Only the revision can be set, and not be lowered.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for an ACL or a new revision that is none;
 * STATUS_BUFFER_TOO_SMALL; STATUS_INVALID_INFO_CLASS.
 */
NTSTATUS NTAPI RtlQueryInformationAcl(PACL Acl,
                PVOID AclInformation,
                ULONG AclInformationLength,
                ACL_INFORMATION_CLASS AclInformationClass);
NTSTATUS NTAPI RtlSetInformationAcl(PACL Acl,
                PVOID AclInformation,
                ULONG AclInformationLength,
                ACL_INFORMATION_CLASS AclInformationClass);

/* Security descriptors. */

/* Makes an empty absolute one. STATUS_UNKNOWN_REVISION for another @Revision than 1. */
NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Revision);

/* Whether revision and parts are valid. A self-relative one is as long as it says. */
BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor);

/**
 * RtlValidRelativeSecurityDescriptor() - whether bytes from anywhere are a self-relative descriptor
 * @SecurityDescriptorInput:  aligned to four bytes
 * @SecurityDescriptorLength: all parts must lie within so many bytes, and be valid
 * @RequiredInformation:      parts that must be there: OWNER_, GROUP_, DACL_ and
 *                            SACL_SECURITY_INFORMATION. An ACL that is present and NULL is there;
 *                            other bits ask for nothing
 */
BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptorInput,
                ULONG SecurityDescriptorLength,
                SECURITY_INFORMATION RequiredInformation);

/* Bytes of it with its parts, in the form that it has. */
ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor);

/**
 * RtlSetDaclSecurityDescriptor() - point an absolute descriptor to a part; and its kin
 *
 * The part is not copied. An ACL that is present and NULL differs from one that is not present.
 * Return: STATUS_SUCCESS, STATUS_UNKNOWN_REVISION, STATUS_INVALID_SECURITY_DESCR for a
 * self-relative one.
 */
NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                BOOLEAN DaclPresent,
                PACL Dacl,
                BOOLEAN DaclDefaulted);
NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                BOOLEAN SaclPresent,
                PACL Sacl,
                BOOLEAN SaclDefaulted);
NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Owner, BOOLEAN OwnerDefaulted);
NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Group, BOOLEAN GroupDefaulted);

/**
 * RtlGetDaclSecurityDescriptor() - a part of a descriptor of either form; and its kin
 *
 * Of an ACL that is not present only that is told.
 * Return: STATUS_SUCCESS or STATUS_UNKNOWN_REVISION.
 */
NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PBOOLEAN DaclPresent,
                PACL *Dacl,
                PBOOLEAN DaclDefaulted);
NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PBOOLEAN SaclPresent,
                PACL *Sacl,
                PBOOLEAN SaclDefaulted);
NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Owner, PBOOLEAN OwnerDefaulted);
NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Group, PBOOLEAN GroupDefaulted);

/* STATUS_UNKNOWN_REVISION for another revision than 1, which is told all the same. */
NTSTATUS NTAPI RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PSECURITY_DESCRIPTOR_CONTROL Control,
                PULONG Revision);

/* STATUS_INVALID_PARAMETER for bits other than those of inheritance and protection (0x3FC0), or
 * bits to set that are not of interest. */
NTSTATUS NTAPI RtlSetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
                SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet);

/**
 * RtlMakeSelfRelativeSD() - a self-relative copy of a descriptor of either form
 * @BufferLength: bytes at @SelfRelativeSecurityDescriptor; gets those needed if they are too few
 *
 * RtlAbsoluteToSelfRelativeSD() does the same for absolute ones.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL; STATUS_BAD_DESCRIPTOR_FORMAT if
 * RtlAbsoluteToSelfRelativeSD() is given a self-relative one.
 */
NTSTATUS NTAPI RtlMakeSelfRelativeSD(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                PULONG BufferLength);
NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor,
                PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                PULONG BufferLength);

/**
 * RtlSelfRelativeToAbsoluteSD() - an absolute copy, each part in a buffer of its own
 *
 * Sizes are those of the buffers; if one is too small, all get what is needed (0 for a part that is
 * absent).
 * Return: STATUS_SUCCESS; STATUS_BAD_DESCRIPTOR_FORMAT for an absolute one;
 * STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor,
                PULONG AbsoluteSecurityDescriptorSize,
                PACL Dacl,
                PULONG DaclSize,
                PACL Sacl,
                PULONG SaclSize,
                PSID Owner,
                PULONG OwnerSize,
                PSID PrimaryGroup,
                PULONG PrimaryGroupSize);

/* Access masks and LUIDs. */

/* Replaces generic bits by what @GenericMapping says. */
VOID NTAPI RtlMapGenericMask(PACCESS_MASK AccessMask, PGENERIC_MAPPING GenericMapping);
BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);
BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);
VOID NTAPI RtlCopyLuid(PLUID DestinationLuid, PLUID SourceLuid);
BOOLEAN NTAPI RtlEqualLuid(PLUID Luid1, PLUID Luid2);
VOID NTAPI RtlCopyLuidAndAttributesArray(
                ULONG Count, PLUID_AND_ATTRIBUTES Source, PLUID_AND_ATTRIBUTES Destination);

/**
 * RtlCopySidAndAttributesArray() - copy an array and its SIDs
 * @SidAreaSize:          of @SidArea in bytes
 * @SidArea:              gets the SIDs
 * @RemainingSidArea:     gets where in it the next would go, which is aligned to 4 bytes
 * @RemainingSidAreaSize: gets what is left of it
 * Return: STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI RtlCopySidAndAttributesArray(ULONG Count,
                PSID_AND_ATTRIBUTES Source,
                ULONG SidAreaSize,
                PSID_AND_ATTRIBUTES Destination,
                PSID SidArea,
                PSID *RemainingSidArea,
                PULONG RemainingSidAreaSize);

/* A self-relative copy in the process heap, for RtlFreeHeap(). STATUS_SUCCESS,
 * STATUS_INVALID_SECURITY_DESCR, STATUS_NO_MEMORY. */
NTSTATUS NTAPI RtlCopySecurityDescriptor(PSECURITY_DESCRIPTOR InputSecurityDescriptor,
                PSECURITY_DESCRIPTOR *OutputSecurityDescriptor);

/**
 * RtlAdjustPrivilege() - switch one privilege on or off
 * @Privilege:  SE_..._PRIVILEGE
 * @Enable:     or not
 * @Client:     of the token that the thread impersonates with, rather than of the process
 * @WasEnabled: gets whether it was
 * Return: STATUS_SUCCESS; STATUS_PRIVILEGE_NOT_HELD; what opening and changing the token return.
 */
NTSTATUS NTAPI RtlAdjustPrivilege(
                ULONG Privilege, BOOLEAN Enable, BOOLEAN Client, PBOOLEAN WasEnabled);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
