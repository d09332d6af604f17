#pragma once

/*
 * NT's security structures: SIDs, ACLs, security descriptors, privileges, tokens
 *
 * Layouts and numbers are those of 64-bit Windows. What is variable in length (SIDs, ACLs) is
 * looked at with bounds by sid.h, acl.h and security-descriptor.h.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef PVOID PSECURITY_DESCRIPTOR, PSID;
typedef ULONG SECURITY_INFORMATION, *PSECURITY_INFORMATION;
typedef USHORT SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;

#define OWNER_SECURITY_INFORMATION            0x00000001u
#define GROUP_SECURITY_INFORMATION            0x00000002u
#define DACL_SECURITY_INFORMATION             0x00000004u
#define SACL_SECURITY_INFORMATION             0x00000008u
#define LABEL_SECURITY_INFORMATION            0x00000010u
#define UNPROTECTED_SACL_SECURITY_INFORMATION 0x10000000u
#define UNPROTECTED_DACL_SECURITY_INFORMATION 0x20000000u
#define PROTECTED_SACL_SECURITY_INFORMATION   0x40000000u
#define PROTECTED_DACL_SECURITY_INFORMATION   0x80000000u

/* SIDs: who. */
#define SID_REVISION            1
#define SID_MAX_SUB_AUTHORITIES 15
#define SECURITY_MAX_SID_SIZE   68
#define SECURITY_NT_AUTHORITY                                                                      \
        { 0, 0, 0, 0, 0, 5 }
#define SECURITY_WORLD_SID_AUTHORITY                                                               \
        { 0, 0, 0, 0, 0, 1 }
#define SECURITY_CREATOR_SID_AUTHORITY                                                             \
        { 0, 0, 0, 0, 0, 3 }
#define SECURITY_MANDATORY_LABEL_AUTHORITY                                                         \
        { 0, 0, 0, 0, 0, 16 }

#define SECURITY_MANDATORY_UNTRUSTED_RID 0x0000u
#define SECURITY_MANDATORY_LOW_RID       0x1000u
#define SECURITY_MANDATORY_MEDIUM_RID    0x2000u
#define SECURITY_MANDATORY_HIGH_RID      0x3000u
#define SECURITY_MANDATORY_SYSTEM_RID    0x4000u

typedef struct _SID_IDENTIFIER_AUTHORITY {
        UCHAR Value[6]; /* big-endian */
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
        UCHAR Revision;
        UCHAR SubAuthorityCount;
        SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
        ULONG SubAuthority[1];
} SID, *PISID;

typedef struct _SID_AND_ATTRIBUTES {
        PSID Sid;
        ULONG Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;

#define SE_GROUP_MANDATORY          0x00000001u
#define SE_GROUP_ENABLED_BY_DEFAULT 0x00000002u
#define SE_GROUP_ENABLED            0x00000004u
#define SE_GROUP_OWNER              0x00000008u
#define SE_GROUP_USE_FOR_DENY_ONLY  0x00000010u
#define SE_GROUP_INTEGRITY          0x00000020u
#define SE_GROUP_INTEGRITY_ENABLED  0x00000040u

/* ACLs: a list of entries, each for one SID. */
#define ACL_REVISION    2
#define ACL_REVISION_DS 4

typedef struct _ACL {
        UCHAR AclRevision;
        UCHAR Sbz1;
        USHORT AclSize; /* in bytes, with this header */
        USHORT AceCount;
        USHORT Sbz2;
} ACL, *PACL;

typedef struct _ACE_HEADER {
        UCHAR AceType;
        UCHAR AceFlags;
        USHORT AceSize; /* in bytes, with this header */
} ACE_HEADER, *PACE_HEADER;

#define ACCESS_ALLOWED_ACE_TYPE          0x00
#define ACCESS_DENIED_ACE_TYPE           0x01
#define SYSTEM_AUDIT_ACE_TYPE            0x02
#define ACCESS_ALLOWED_CALLBACK_ACE_TYPE 0x09
#define ACCESS_DENIED_CALLBACK_ACE_TYPE  0x0A
#define SYSTEM_AUDIT_CALLBACK_ACE_TYPE   0x0D
#define SYSTEM_MANDATORY_LABEL_ACE_TYPE  0x11

#define OBJECT_INHERIT_ACE         0x01
#define CONTAINER_INHERIT_ACE      0x02
#define NO_PROPAGATE_INHERIT_ACE   0x04
#define INHERIT_ONLY_ACE           0x08
#define INHERITED_ACE              0x10
#define VALID_INHERIT_FLAGS        0x1F
#define SUCCESSFUL_ACCESS_ACE_FLAG 0x40
#define FAILED_ACCESS_ACE_FLAG     0x80

#define SYSTEM_MANDATORY_LABEL_NO_WRITE_UP   0x1u
#define SYSTEM_MANDATORY_LABEL_NO_READ_UP    0x2u
#define SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP 0x4u

/* What all entries look like that name one SID, which begins at SidStart. */
typedef struct _ACCESS_ALLOWED_ACE {
        ACE_HEADER Header;
        ACCESS_MASK Mask;
        ULONG SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE;

typedef struct _ACCESS_DENIED_ACE {
        ACE_HEADER Header;
        ACCESS_MASK Mask;
        ULONG SidStart;
} ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE;

typedef struct _SYSTEM_AUDIT_ACE {
        ACE_HEADER Header;
        ACCESS_MASK Mask;
        ULONG SidStart;
} SYSTEM_AUDIT_ACE, *PSYSTEM_AUDIT_ACE;

typedef struct _SYSTEM_MANDATORY_LABEL_ACE {
        ACE_HEADER Header;
        ACCESS_MASK Mask;
        ULONG SidStart;
} SYSTEM_MANDATORY_LABEL_ACE, *PSYSTEM_MANDATORY_LABEL_ACE;

typedef enum _ACL_INFORMATION_CLASS {
        AclRevisionInformation = 1,
        AclSizeInformation = 2,
} ACL_INFORMATION_CLASS;

typedef struct _ACL_REVISION_INFORMATION {
        ULONG AclRevision;
} ACL_REVISION_INFORMATION, *PACL_REVISION_INFORMATION;

typedef struct _ACL_SIZE_INFORMATION {
        ULONG AceCount;
        ULONG AclBytesInUse;
        ULONG AclBytesFree;
} ACL_SIZE_INFORMATION, *PACL_SIZE_INFORMATION;

/* Security descriptors: owner, group, who may do what (DACL), what is audited and the label (SACL).
 */
#define SECURITY_DESCRIPTOR_REVISION   1
#define SECURITY_DESCRIPTOR_REVISION1  1
#define SECURITY_DESCRIPTOR_MIN_LENGTH (sizeof(SECURITY_DESCRIPTOR))

#define SE_OWNER_DEFAULTED       0x0001u
#define SE_GROUP_DEFAULTED       0x0002u
#define SE_DACL_PRESENT          0x0004u
#define SE_DACL_DEFAULTED        0x0008u
#define SE_SACL_PRESENT          0x0010u
#define SE_SACL_DEFAULTED        0x0020u
#define SE_DACL_UNTRUSTED        0x0040u
#define SE_SERVER_SECURITY       0x0080u
#define SE_DACL_AUTO_INHERIT_REQ 0x0100u
#define SE_SACL_AUTO_INHERIT_REQ 0x0200u
#define SE_DACL_AUTO_INHERITED   0x0400u
#define SE_SACL_AUTO_INHERITED   0x0800u
#define SE_DACL_PROTECTED        0x1000u
#define SE_SACL_PROTECTED        0x2000u
#define SE_RM_CONTROL_VALID      0x4000u
#define SE_SELF_RELATIVE         0x8000u

typedef struct _SECURITY_DESCRIPTOR {
        UCHAR Revision;
        UCHAR Sbz1;
        SECURITY_DESCRIPTOR_CONTROL Control;
        PSID Owner;
        PSID Group;
        PACL Sacl;
        PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

typedef struct _SECURITY_DESCRIPTOR_RELATIVE {
        UCHAR Revision;
        UCHAR Sbz1;
        SECURITY_DESCRIPTOR_CONTROL Control;
        ULONG Owner; /* offsets from the beginning; 0: absent */
        ULONG Group;
        ULONG Sacl;
        ULONG Dacl;
} SECURITY_DESCRIPTOR_RELATIVE, *PISECURITY_DESCRIPTOR_RELATIVE;

/* Privileges. */
typedef struct _LUID {
        ULONG LowPart;
        LONG HighPart;
} LUID, *PLUID;

typedef struct __attribute__((packed, aligned(4))) _LUID_AND_ATTRIBUTES {
        LUID Luid;
        ULONG Attributes;
} LUID_AND_ATTRIBUTES, *PLUID_AND_ATTRIBUTES;

typedef struct _PRIVILEGE_SET {
        ULONG PrivilegeCount;
        ULONG Control;
        LUID_AND_ATTRIBUTES Privilege[1];
} PRIVILEGE_SET, *PPRIVILEGE_SET;

#define PRIVILEGE_SET_ALL_NECESSARY     1u
#define SE_PRIVILEGE_ENABLED_BY_DEFAULT 0x00000001u
#define SE_PRIVILEGE_ENABLED            0x00000002u
#define SE_PRIVILEGE_REMOVED            0x00000004u
#define SE_PRIVILEGE_USED_FOR_ACCESS    0x80000000u

#define SE_CREATE_TOKEN_PRIVILEGE         2
#define SE_LOCK_MEMORY_PRIVILEGE          4
#define SE_TCB_PRIVILEGE                  7
#define SE_SECURITY_PRIVILEGE             8
#define SE_TAKE_OWNERSHIP_PRIVILEGE       9
#define SE_CREATE_PERMANENT_PRIVILEGE     16
#define SE_RESTORE_PRIVILEGE              18
#define SE_DEBUG_PRIVILEGE                20
#define SE_CHANGE_NOTIFY_PRIVILEGE        23
#define SE_CREATE_GLOBAL_PRIVILEGE        30
#define SE_RELABEL_PRIVILEGE              32
#define SE_CREATE_SYMBOLIC_LINK_PRIVILEGE 35

/* Rights of tokens and processes. */
#define TOKEN_ASSIGN_PRIMARY    0x0001u
#define TOKEN_DUPLICATE         0x0002u
#define TOKEN_IMPERSONATE       0x0004u
#define TOKEN_QUERY             0x0008u
#define TOKEN_QUERY_SOURCE      0x0010u
#define TOKEN_ADJUST_PRIVILEGES 0x0020u
#define TOKEN_ADJUST_GROUPS     0x0040u
#define TOKEN_ADJUST_DEFAULT    0x0080u
#define TOKEN_ADJUST_SESSIONID  0x0100u
#define TOKEN_ALL_ACCESS        (STANDARD_RIGHTS_REQUIRED | 0x01FFu)

#define PROCESS_TERMINATE                 0x0001u
#define PROCESS_CREATE_THREAD             0x0002u
#define PROCESS_VM_OPERATION              0x0008u
#define PROCESS_VM_READ                   0x0010u
#define PROCESS_VM_WRITE                  0x0020u
#define PROCESS_DUP_HANDLE                0x0040u
#define PROCESS_CREATE_PROCESS            0x0080u
#define PROCESS_SET_QUOTA                 0x0100u
#define PROCESS_SET_INFORMATION           0x0200u
#define PROCESS_QUERY_INFORMATION         0x0400u
#define PROCESS_SUSPEND_RESUME            0x0800u
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000u
#define THREAD_TERMINATE                  0x0001u
#define THREAD_SUSPEND_RESUME             0x0002u
#define THREAD_GET_CONTEXT                0x0008u
#define THREAD_SET_CONTEXT                0x0010u
#define THREAD_SET_INFORMATION            0x0020u
#define THREAD_QUERY_INFORMATION          0x0040u
#define THREAD_SET_THREAD_TOKEN           0x0080u
#define THREAD_IMPERSONATE                0x0100u
#define THREAD_DIRECT_IMPERSONATION       0x0200u
#define THREAD_SET_LIMITED_INFORMATION    0x0400u
#define THREAD_QUERY_LIMITED_INFORMATION  0x0800u
#define THREAD_RESUME                     0x1000u
#define THREAD_ALL_ACCESS                 (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFFu)
#define PROCESS_ALL_ACCESS                (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFFu)

typedef enum _SECURITY_IMPERSONATION_LEVEL {
        SecurityAnonymous,
        SecurityIdentification,
        SecurityImpersonation,
        SecurityDelegation,
} SECURITY_IMPERSONATION_LEVEL,
                *PSECURITY_IMPERSONATION_LEVEL;

typedef enum _TOKEN_TYPE { TokenPrimary = 1, TokenImpersonation } TOKEN_TYPE, *PTOKEN_TYPE;

#ifdef __cplusplus
}
#endif
