#pragma once

/*
 * Security: descriptors of objects, tokens, access checks
 *
 * Structures and numbers of SIDs, ACLs and descriptors are in ntsecurity.h. What holds for all
 * services stands at the top of ntobapi.h.
 *
 * A process has one token, made by the daemon from what Linux says of the process when it attaches.
 * Threads have none: nobody impersonates here. The pseudo handles of tokens can be queried, as of
 * Windows 8: they have TOKEN_QUERY and TOKEN_QUERY_SOURCE.
 */

#include "ntdef.h"
#include "ntsecurity.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define NtCurrentProcessToken()         ((HANDLE) (LONG_PTR) -4)
#define NtCurrentThreadToken()          ((HANDLE) (LONG_PTR) -5)
#define NtCurrentThreadEffectiveToken() ((HANDLE) (LONG_PTR) -6)

typedef UCHAR SECURITY_CONTEXT_TRACKING_MODE, *PSECURITY_CONTEXT_TRACKING_MODE;

#define SECURITY_STATIC_TRACKING  FALSE
#define SECURITY_DYNAMIC_TRACKING TRUE

typedef struct _SECURITY_QUALITY_OF_SERVICE {
        ULONG Length;
        SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
        SECURITY_CONTEXT_TRACKING_MODE ContextTrackingMode;
        BOOLEAN EffectiveOnly;
} SECURITY_QUALITY_OF_SERVICE, *PSECURITY_QUALITY_OF_SERVICE;

typedef enum _TOKEN_INFORMATION_CLASS {
        TokenUser = 1,
        TokenGroups,
        TokenPrivileges,
        TokenOwner,
        TokenPrimaryGroup,
        TokenDefaultDacl,
        TokenSource,
        TokenType,
        TokenImpersonationLevel,
        TokenStatistics,
        TokenRestrictedSids,
        TokenSessionId,
        TokenGroupsAndPrivileges,
        TokenSessionReference,
        TokenSandBoxInert,
        TokenAuditPolicy,
        TokenOrigin,
        TokenElevationType,
        TokenLinkedToken,
        TokenElevation,
        TokenHasRestrictions,
        TokenAccessInformation,
        TokenVirtualizationAllowed,
        TokenVirtualizationEnabled,
        TokenIntegrityLevel,
        TokenUIAccess,
        TokenMandatoryPolicy,
        TokenLogonSid,
        TokenIsAppContainer,
        TokenCapabilities,
        TokenAppContainerSid,
        TokenAppContainerNumber,
        TokenUserClaimAttributes,
        TokenDeviceClaimAttributes,
        TokenRestrictedUserClaimAttributes,
        TokenRestrictedDeviceClaimAttributes,
        TokenDeviceGroups,
        TokenRestrictedDeviceGroups,
        TokenSecurityAttributes,
        TokenIsRestricted,
        TokenProcessTrustLevel,
        TokenPrivateNameSpace,
        TokenSingletonAttributes,
        TokenBnoIsolation,
        TokenChildProcessFlags,
        TokenIsLessPrivilegedAppContainer,
        TokenIsSandboxed,
        TokenIsAppSilo,
        MaxTokenInfoClass,
} TOKEN_INFORMATION_CLASS,
                *PTOKEN_INFORMATION_CLASS;

typedef struct _TOKEN_USER {
        SID_AND_ATTRIBUTES User;
} TOKEN_USER, *PTOKEN_USER;

typedef struct _TOKEN_GROUPS {
        ULONG GroupCount;
        SID_AND_ATTRIBUTES Groups[1];
} TOKEN_GROUPS, *PTOKEN_GROUPS;

typedef struct _TOKEN_PRIVILEGES {
        ULONG PrivilegeCount;
        LUID_AND_ATTRIBUTES Privileges[1];
} TOKEN_PRIVILEGES, *PTOKEN_PRIVILEGES;

typedef struct _TOKEN_OWNER {
        PSID Owner;
} TOKEN_OWNER, *PTOKEN_OWNER;

typedef struct _TOKEN_PRIMARY_GROUP {
        PSID PrimaryGroup;
} TOKEN_PRIMARY_GROUP, *PTOKEN_PRIMARY_GROUP;

typedef struct _TOKEN_DEFAULT_DACL {
        PACL DefaultDacl; /* NULL: none */
} TOKEN_DEFAULT_DACL, *PTOKEN_DEFAULT_DACL;

typedef struct _TOKEN_SOURCE {
        CHAR SourceName[8]; /* "ntobjd" */
        LUID SourceIdentifier;
} TOKEN_SOURCE, *PTOKEN_SOURCE;

typedef struct _TOKEN_STATISTICS {
        LUID TokenId;
        LUID AuthenticationId; /* the same for all tokens of a Linux user */
        LARGE_INTEGER ExpirationTime;
        TOKEN_TYPE TokenType;
        SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
        ULONG DynamicCharged; /* bytes of the default DACL and the primary group */
        ULONG DynamicAvailable;
        ULONG GroupCount;
        ULONG PrivilegeCount;
        LUID ModifiedId;
} TOKEN_STATISTICS, *PTOKEN_STATISTICS;

typedef struct _TOKEN_ORIGIN {
        LUID OriginatingLogonSession;
} TOKEN_ORIGIN, *PTOKEN_ORIGIN;

typedef enum _TOKEN_ELEVATION_TYPE {
        TokenElevationTypeDefault = 1,
        TokenElevationTypeFull,
        TokenElevationTypeLimited,
} TOKEN_ELEVATION_TYPE,
                *PTOKEN_ELEVATION_TYPE;

typedef struct _TOKEN_LINKED_TOKEN {
        HANDLE LinkedToken;
} TOKEN_LINKED_TOKEN, *PTOKEN_LINKED_TOKEN;

typedef struct _TOKEN_ELEVATION {
        ULONG TokenIsElevated;
} TOKEN_ELEVATION, *PTOKEN_ELEVATION;

typedef struct _TOKEN_MANDATORY_LABEL {
        SID_AND_ATTRIBUTES Label;
} TOKEN_MANDATORY_LABEL, *PTOKEN_MANDATORY_LABEL;

#define TOKEN_MANDATORY_POLICY_OFF             0x0u
#define TOKEN_MANDATORY_POLICY_NO_WRITE_UP     0x1u
#define TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN 0x2u

typedef struct _TOKEN_MANDATORY_POLICY {
        ULONG Policy;
} TOKEN_MANDATORY_POLICY, *PTOKEN_MANDATORY_POLICY;

typedef struct _TOKEN_APPCONTAINER_INFORMATION {
        PSID TokenAppContainer;
} TOKEN_APPCONTAINER_INFORMATION, *PTOKEN_APPCONTAINER_INFORMATION;

/**
 * NtQuerySecurityObject() - parts of an object's security descriptor
 * @Handle:              with READ_CONTROL for owner, group, DACL and label, with
 *                       ACCESS_SYSTEM_SECURITY for the SACL
 * @SecurityInformation: OWNER_SECURITY_INFORMATION and so on. None: a descriptor in which nothing
 *                       is present, for which no right is needed
 * @SecurityDescriptor:  gets it, self-relative
 * @Length:              of @SecurityDescriptor in bytes
 * @LengthNeeded:        gets the descriptor's length, whether it fits or not
 *
 * Of an object without a descriptor, which is an unnamed one of most types, nothing is present.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION, for @LengthNeeded NULL too;
 * STATUS_DATATYPE_MISALIGNMENT (to 4 bytes); STATUS_INVALID_HANDLE; STATUS_ACCESS_DENIED;
 * STATUS_BUFFER_TOO_SMALL; STATUS_SUCCESS. (Wine's tests of advapi32; order as in ReactOS.)
 */
NTSTATUS NTAPI NtQuerySecurityObject(HANDLE Handle,
                SECURITY_INFORMATION SecurityInformation,
                PSECURITY_DESCRIPTOR SecurityDescriptor,
                ULONG Length,
                PULONG LengthNeeded);
NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE Handle,
                SECURITY_INFORMATION SecurityInformation,
                PSECURITY_DESCRIPTOR SecurityDescriptor,
                ULONG Length,
                PULONG LengthNeeded);

/**
 * NtSetSecurityObject() - change parts of an object's security descriptor
 * @Handle:              with WRITE_OWNER for owner, group and label, WRITE_DAC for the DACL,
 *                       ACCESS_SYSTEM_SECURITY for the SACL
 * @SecurityInformation: the parts to change
 * @SecurityDescriptor:  absolute or self-relative; at most 65,000 bytes in all
 *
 * The DACL becomes what is given: nothing is inherited again. Handles that are open keep their
 * rights.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @SecurityDescriptor NULL;
 * STATUS_INVALID_HANDLE; STATUS_ACCESS_DENIED; what is wrong with @SecurityDescriptor
 * (STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT, STATUS_UNKNOWN_REVISION,
 * STATUS_INVALID_SID, STATUS_INVALID_ACL, STATUS_INSUFFICIENT_RESOURCES for a long one);
 * STATUS_INVALID_SECURITY_DESCR if owner or group is to be changed and absent;
 * STATUS_NO_SECURITY_ON_OBJECT; STATUS_INVALID_OWNER for an owner that the caller may not give;
 * STATUS_INVALID_LABEL for a label above the caller's own; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetSecurityObject(HANDLE Handle,
                SECURITY_INFORMATION SecurityInformation,
                PSECURITY_DESCRIPTOR SecurityDescriptor);
NTSTATUS NTAPI ZwSetSecurityObject(HANDLE Handle,
                SECURITY_INFORMATION SecurityInformation,
                PSECURITY_DESCRIPTOR SecurityDescriptor);

/**
 * NtOpenProcessToken() - open the token of a process
 * @ProcessHandle: NtCurrentProcess(), or a handle with PROCESS_QUERY_LIMITED_INFORMATION
 * @DesiredAccess: TOKEN_ rights, standard and generic ones; MAXIMUM_ALLOWED
 * @TokenHandle:   gets the handle; 0 on failure
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for @ProcessHandle; STATUS_ACCESS_DENIED if
 * the token does not allow it, also for no access wanted (Wine's tests of ntdll);
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtOpenProcessToken(
                HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, PHANDLE TokenHandle);
NTSTATUS NTAPI ZwOpenProcessToken(
                HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, PHANDLE TokenHandle);

/**
 * NtOpenProcessTokenEx() - the same, with attributes of the handle
 * @HandleAttributes: OBJ_INHERIT, and from the kernel OBJ_KERNEL_HANDLE and
 *                    OBJ_FORCE_ACCESS_CHECK; others that have no meaning for a handle are passed
 * over, but STATUS_INVALID_PARAMETER is the answer to OBJ_OPENLINK, which tokens refuse, and
 * OBJ_EXCLUSIVE, which the token was not made with (as in ReactOS)
 */
NTSTATUS NTAPI NtOpenProcessTokenEx(HANDLE ProcessHandle,
                ACCESS_MASK DesiredAccess,
                ULONG HandleAttributes,
                PHANDLE TokenHandle);
NTSTATUS NTAPI ZwOpenProcessTokenEx(HANDLE ProcessHandle,
                ACCESS_MASK DesiredAccess,
                ULONG HandleAttributes,
                PHANDLE TokenHandle);

/**
 * NtOpenThreadToken() - open the token that a thread impersonates with
 * @ThreadHandle:  NtCurrentThread()
 * @DesiredAccess: TOKEN_ rights
 * @OpenAsSelf:    whether the process's token decides; there is no other here
 * @TokenHandle:   gets the handle: 0
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE or
 * STATUS_OBJECT_TYPE_MISMATCH for @ThreadHandle; STATUS_NO_TOKEN, since no thread impersonates.
 */
NTSTATUS NTAPI NtOpenThreadToken(HANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                BOOLEAN OpenAsSelf,
                PHANDLE TokenHandle);
NTSTATUS NTAPI ZwOpenThreadToken(HANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                BOOLEAN OpenAsSelf,
                PHANDLE TokenHandle);
NTSTATUS NTAPI NtOpenThreadTokenEx(HANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                BOOLEAN OpenAsSelf,
                ULONG HandleAttributes,
                PHANDLE TokenHandle);
NTSTATUS NTAPI ZwOpenThreadTokenEx(HANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                BOOLEAN OpenAsSelf,
                ULONG HandleAttributes,
                PHANDLE TokenHandle);

/**
 * NtQueryInformationToken() - what is known of a token
 * @TokenHandle:            with TOKEN_QUERY; TOKEN_QUERY_SOURCE for TokenSource; or a pseudo handle
 * @TokenInformationClass:  see below
 * @TokenInformation:       gets the structure of the class. SIDs and ACLs lie behind it in the same
 *                          buffer
 * @TokenInformationLength: of @TokenInformation in bytes
 * @ReturnLength:           gets what is written, or what is needed; not optional
 *
 * TokenUser, TokenGroups, TokenPrivileges, TokenOwner, TokenPrimaryGroup, TokenDefaultDacl,
 * TokenSource, TokenType, TokenImpersonationLevel, TokenStatistics, TokenSessionId,
 * TokenElevationType (always TokenElevationTypeDefault), TokenElevation (of a token of high
 * integrity or above), TokenIntegrityLevel, TokenMandatoryPolicy (no write-up). There are no
 * restricted tokens, app containers, virtualisation, UI access: TokenRestrictedSids and
 * TokenCapabilities are empty, TokenAppContainerSid is NULL, TokenOrigin is 0, and
 * TokenSandBoxInert, TokenHasRestrictions, TokenVirtualizationAllowed, TokenVirtualizationEnabled,
 * TokenUIAccess, TokenIsAppContainer, TokenAppContainerNumber, TokenIsRestricted,
 * TokenIsLessPrivilegedAppContainer, TokenIsSandboxed and TokenIsAppSilo are 0.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION for @ReturnLength (NULL too, as Microsoft
 * documents); STATUS_INVALID_INFO_CLASS for what is no class or cannot be queried;
 * STATUS_NOT_IMPLEMENTED for other classes than those above; STATUS_ACCESS_VIOLATION and
 * STATUS_DATATYPE_MISALIGNMENT (to 4 bytes) for @TokenInformation; STATUS_INFO_LENGTH_MISMATCH if
 * @TokenInformationLength is too small for a class of fixed length from TokenSessionId on;
 * STATUS_NO_TOKEN for NtCurrentThreadToken(); STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED; STATUS_NO_SUCH_LOGON_SESSION for TokenLinkedToken, since no token has one;
 * STATUS_INVALID_INFO_CLASS for the impersonation level of a primary token;
 * STATUS_BUFFER_TOO_SMALL for all other classes; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryInformationToken(HANDLE TokenHandle,
                TOKEN_INFORMATION_CLASS TokenInformationClass,
                PVOID TokenInformation,
                ULONG TokenInformationLength,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQueryInformationToken(HANDLE TokenHandle,
                TOKEN_INFORMATION_CLASS TokenInformationClass,
                PVOID TokenInformation,
                ULONG TokenInformationLength,
                PULONG ReturnLength);

/**
 * NtAdjustPrivilegesToken() - switch privileges on and off
 * @TokenHandle:          with TOKEN_ADJUST_PRIVILEGES, and TOKEN_QUERY if @PreviousState is given
 * @DisableAllPrivileges: all of them; @NewState is not looked at then
 * @NewState:             at most 64 privileges, with SE_PRIVILEGE_ENABLED, SE_PRIVILEGE_REMOVED
 *                        (for good), or neither to disable them
 * @BufferLength:         of @PreviousState in bytes
 * @PreviousState:        gets those whose state changed, as they were; may be NULL
 * @ReturnLength:         gets the bytes that @PreviousState needs; not looked at without it
 *
 * Return, in this order: STATUS_INVALID_PARAMETER if neither all nor some are given;
 * STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT (to 4 bytes); STATUS_INVALID_PARAMETER for
 * more than 64; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED;
 * STATUS_BUFFER_TOO_SMALL, and nothing was changed; STATUS_NOT_ALL_ASSIGNED, a success: the token
 * does not hold all of @NewState; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE TokenHandle,
                BOOLEAN DisableAllPrivileges,
                PTOKEN_PRIVILEGES NewState,
                ULONG BufferLength,
                PTOKEN_PRIVILEGES PreviousState,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwAdjustPrivilegesToken(HANDLE TokenHandle,
                BOOLEAN DisableAllPrivileges,
                PTOKEN_PRIVILEGES NewState,
                ULONG BufferLength,
                PTOKEN_PRIVILEGES PreviousState,
                PULONG ReturnLength);

/**
 * NtPrivilegeCheck() - are privileges enabled in a token?
 * @ClientToken:        with TOKEN_QUERY
 * @RequiredPrivileges: which; those that are enabled get SE_PRIVILEGE_USED_FOR_ACCESS. Control says
 *                      whether all are needed (PRIVILEGE_SET_ALL_NECESSARY) or any. At most 64
 * @Result:             gets the answer
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT (to 4 bytes);
 * STATUS_INVALID_PARAMETER for more than 64; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH;
 * STATUS_ACCESS_DENIED; STATUS_BAD_IMPERSONATION_LEVEL for an impersonation token below
 * SecurityIdentification; STATUS_SUCCESS. In KernelMode all privileges are held.
 */
NTSTATUS NTAPI NtPrivilegeCheck(
                HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges, PBOOLEAN Result);
NTSTATUS NTAPI ZwPrivilegeCheck(
                HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges, PBOOLEAN Result);

/**
 * NtDuplicateToken() - a token like another
 * @ExistingTokenHandle: with TOKEN_DUPLICATE
 * @DesiredAccess:       TOKEN_ rights; 0: those of @ExistingTokenHandle
 * @ObjectAttributes:    attributes of the handle; its SecurityQualityOfService says the
 *                       impersonation level, SecurityAnonymous without it. May be NULL
 * @EffectiveOnly:       TRUE, a token without what is disabled, is not to be had
 * @Type:                TokenPrimary or TokenImpersonation
 * @NewTokenHandle:      gets the handle; 0 on failure
 *
 * Return, in this order: STATUS_INVALID_PARAMETER for @Type; STATUS_ACCESS_VIOLATION; what
 * stands at the top of ntobapi.h for @ObjectAttributes; STATUS_INVALID_PARAMETER for a quality of
 * service that makes no sense; STATUS_NOT_SUPPORTED for @EffectiveOnly; STATUS_NO_TOKEN,
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for
 * @ExistingTokenHandle; STATUS_BAD_IMPERSONATION_LEVEL if the level is above that of an
 * impersonation token, or a primary token is to be made of one below SecurityImpersonation;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtDuplicateToken(HANDLE ExistingTokenHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                BOOLEAN EffectiveOnly,
                TOKEN_TYPE Type,
                PHANDLE NewTokenHandle);
NTSTATUS NTAPI ZwDuplicateToken(HANDLE ExistingTokenHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                BOOLEAN EffectiveOnly,
                TOKEN_TYPE Type,
                PHANDLE NewTokenHandle);

/**
 * NtAccessCheck() - would a descriptor give these rights to this token?
 * @SecurityDescriptor: absolute or self-relative, with owner and group
 * @ClientToken:        an impersonation token, with TOKEN_QUERY
 * @DesiredAccess:      without generic rights; MAXIMUM_ALLOWED and ACCESS_SYSTEM_SECURITY may be
 *                      among them
 * @GenericMapping:     what generic rights in the descriptor mean
 * @PrivilegeSet:       gets the privileges that were used
 * @PrivilegeSetLength: bytes of @PrivilegeSet, at least those of one privilege; gets the bytes that
 *                      are needed
 * @GrantedAccess:      gets the rights, 0 if they are refused
 * @AccessStatus:       gets STATUS_SUCCESS, STATUS_ACCESS_DENIED or STATUS_PRIVILEGE_NOT_HELD
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION and STATUS_DATATYPE_MISALIGNMENT for all pointers
 * but @SecurityDescriptor; STATUS_GENERIC_NOT_MAPPED; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for @ClientToken; STATUS_NO_IMPERSONATION_TOKEN
 * for a primary token; STATUS_BAD_IMPERSONATION_LEVEL below SecurityIdentification; what is wrong
 * with @SecurityDescriptor, as for NtSetSecurityObject(), and STATUS_INVALID_SECURITY_DESCR without
 * owner or group; STATUS_BUFFER_TOO_SMALL for @PrivilegeSetLength; STATUS_SUCCESS, and only then
 * @GrantedAccess and @AccessStatus say something. In KernelMode all is granted once the pointers
 * and
 * @DesiredAccess are good. (Wine's tests of advapi32; order as in ReactOS.)
 */
NTSTATUS NTAPI NtAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                HANDLE ClientToken,
                ACCESS_MASK DesiredAccess,
                PGENERIC_MAPPING GenericMapping,
                PPRIVILEGE_SET PrivilegeSet,
                PULONG PrivilegeSetLength,
                PACCESS_MASK GrantedAccess,
                PNTSTATUS AccessStatus);
NTSTATUS NTAPI ZwAccessCheck(PSECURITY_DESCRIPTOR SecurityDescriptor,
                HANDLE ClientToken,
                ACCESS_MASK DesiredAccess,
                PGENERIC_MAPPING GenericMapping,
                PPRIVILEGE_SET PrivilegeSet,
                PULONG PrivilegeSetLength,
                PACCESS_MASK GrantedAccess,
                PNTSTATUS AccessStatus);

/**
 * NtImpersonateAnonymousToken() - let a thread impersonate nobody
 * @ThreadHandle: NtCurrentThread()
 *
 * Return: STATUS_INVALID_HANDLE or STATUS_OBJECT_TYPE_MISMATCH; otherwise STATUS_NOT_SUPPORTED:
 * threads do not impersonate here.
 */
NTSTATUS NTAPI NtImpersonateAnonymousToken(HANDLE ThreadHandle);
NTSTATUS NTAPI ZwImpersonateAnonymousToken(HANDLE ThreadHandle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
