#include <string.h>

#include "ntrtlsec.h"
#include "ntstatus.h"
#include "security-descriptor.h"
#include "sid.h"

/* Bits that RtlSetControlSecurityDescriptor() may change. */
#define CONTROL_CHANGEABLE                                                                         \
        (SE_DACL_UNTRUSTED | SE_SERVER_SECURITY | SE_DACL_AUTO_INHERIT_REQ |                       \
                        SE_SACL_AUTO_INHERIT_REQ | SE_DACL_AUTO_INHERITED |                        \
                        SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED | SE_SACL_PROTECTED)

/* What both forms begin with. A self-relative one is aligned to four bytes only. */
typedef struct Head {
        UCHAR revision;
        UCHAR resource_manager;
        SECURITY_DESCRIPTOR_CONTROL control;
} Head;

static bool is_self_relative(const Head *head) {
        return head->control & SE_SELF_RELATIVE;
}

static void *at_offset(void *descriptor, ULONG offset) {
        return offset ? (UCHAR *) descriptor + offset : NULL;
}

/* The parts of either form, in the caller's memory. */
typedef struct Parts {
        SID *owner;
        SID *group;
        ACL *sacl; /* NULL unless present */
        ACL *dacl;
} Parts;

static Parts parts_of(void *descriptor) {
        SECURITY_DESCRIPTOR_CONTROL control = ((const Head *) descriptor)->control;
        Parts parts;

        if (control & SE_SELF_RELATIVE) {
                const SECURITY_DESCRIPTOR_RELATIVE *relative = descriptor;

                parts.owner = at_offset(descriptor, relative->Owner);
                parts.group = at_offset(descriptor, relative->Group);
                parts.sacl = at_offset(descriptor, relative->Sacl);
                parts.dacl = at_offset(descriptor, relative->Dacl);
        } else {
                const SECURITY_DESCRIPTOR *absolute = descriptor;

                parts.owner = absolute->Owner;
                parts.group = absolute->Group;
                parts.sacl = absolute->Sacl;
                parts.dacl = absolute->Dacl;
        }
        if (!(control & SE_SACL_PRESENT))
                parts.sacl = NULL;
        if (!(control & SE_DACL_PRESENT))
                parts.dacl = NULL;
        return parts;
}

static DescriptorView view_of(void *descriptor) {
        Parts parts = parts_of(descriptor);

        return (DescriptorView){
                .control = ((const Head *) descriptor)->control,
                .owner = parts.owner,
                .group = parts.group,
                .sacl = parts.sacl,
                .dacl = parts.dacl,
        };
}

NTSTATUS NTAPI RtlCreateSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Revision) {
        if (Revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;

        *(SECURITY_DESCRIPTOR *) SecurityDescriptor =
                        (SECURITY_DESCRIPTOR){ .Revision = SECURITY_DESCRIPTOR_REVISION };
        return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor) {
        const Head *head = SecurityDescriptor;
        Parts parts;

        if (!head || head->revision != SECURITY_DESCRIPTOR_REVISION)
                return FALSE;
        parts = parts_of(SecurityDescriptor);
        return (!parts.owner || RtlValidSid(parts.owner)) &&
               (!parts.group || RtlValidSid(parts.group)) &&
               (!parts.sacl || RtlValidAcl(parts.sacl)) && (!parts.dacl || RtlValidAcl(parts.dacl));
}

BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptorInput,
                ULONG SecurityDescriptorLength,
                SECURITY_INFORMATION RequiredInformation) {
        SECURITY_INFORMATION found = 0;
        DescriptorView view;

        if (!SecurityDescriptorInput || !NT_SUCCESS(descriptor_view(SecurityDescriptorInput,
                                                        SecurityDescriptorLength, &view)))
                return FALSE;
        if (view.owner)
                found |= OWNER_SECURITY_INFORMATION;
        if (view.group)
                found |= GROUP_SECURITY_INFORMATION;
        if (view.control & SE_DACL_PRESENT)
                found |= DACL_SECURITY_INFORMATION;
        if (view.control & SE_SACL_PRESENT)
                found |= SACL_SECURITY_INFORMATION;
        return !(RequiredInformation & ~found &
                        (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                        DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION));
}

ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor) {
        DescriptorView view = view_of(SecurityDescriptor);
        size_t size = descriptor_size(&view);

        if (!is_self_relative(SecurityDescriptor))
                size += sizeof(SECURITY_DESCRIPTOR) - sizeof(SECURITY_DESCRIPTOR_RELATIVE);
        return (ULONG) size;
}

static NTSTATUS check_absolute(const SECURITY_DESCRIPTOR *descriptor) {
        if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        return descriptor->Control & SE_SELF_RELATIVE ? STATUS_INVALID_SECURITY_DESCR
                                                      : STATUS_SUCCESS;
}

static void set_bit(SECURITY_DESCRIPTOR *descriptor, unsigned bit, bool on) {
        unsigned others = descriptor->Control & ~bit;

        descriptor->Control = (SECURITY_DESCRIPTOR_CONTROL) (others | (on ? bit : 0));
}

NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                BOOLEAN DaclPresent,
                PACL Dacl,
                BOOLEAN DaclDefaulted) {
        SECURITY_DESCRIPTOR *descriptor = SecurityDescriptor;
        NTSTATUS status = check_absolute(descriptor);

        if (!NT_SUCCESS(status))
                return status;
        set_bit(descriptor, SE_DACL_PRESENT, DaclPresent);
        if (DaclPresent) {
                descriptor->Dacl = Dacl;
                set_bit(descriptor, SE_DACL_DEFAULTED, DaclDefaulted);
        }
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                BOOLEAN SaclPresent,
                PACL Sacl,
                BOOLEAN SaclDefaulted) {
        SECURITY_DESCRIPTOR *descriptor = SecurityDescriptor;
        NTSTATUS status = check_absolute(descriptor);

        if (!NT_SUCCESS(status))
                return status;
        set_bit(descriptor, SE_SACL_PRESENT, SaclPresent);
        if (SaclPresent) {
                descriptor->Sacl = Sacl;
                set_bit(descriptor, SE_SACL_DEFAULTED, SaclDefaulted);
        }
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Owner, BOOLEAN OwnerDefaulted) {
        SECURITY_DESCRIPTOR *descriptor = SecurityDescriptor;
        NTSTATUS status = check_absolute(descriptor);

        if (!NT_SUCCESS(status))
                return status;
        descriptor->Owner = Owner;
        set_bit(descriptor, SE_OWNER_DEFAULTED, OwnerDefaulted);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Group, BOOLEAN GroupDefaulted) {
        SECURITY_DESCRIPTOR *descriptor = SecurityDescriptor;
        NTSTATUS status = check_absolute(descriptor);

        if (!NT_SUCCESS(status))
                return status;
        descriptor->Group = Group;
        set_bit(descriptor, SE_GROUP_DEFAULTED, GroupDefaulted);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PBOOLEAN DaclPresent,
                PACL *Dacl,
                PBOOLEAN DaclDefaulted) {
        const Head *head = SecurityDescriptor;

        if (head->revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        *DaclPresent = (head->control & SE_DACL_PRESENT) != 0;
        if (*DaclPresent) {
                *Dacl = parts_of(SecurityDescriptor).dacl;
                *DaclDefaulted = (head->control & SE_DACL_DEFAULTED) != 0;
        }
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PBOOLEAN SaclPresent,
                PACL *Sacl,
                PBOOLEAN SaclDefaulted) {
        const Head *head = SecurityDescriptor;

        if (head->revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        *SaclPresent = (head->control & SE_SACL_PRESENT) != 0;
        if (*SaclPresent) {
                *Sacl = parts_of(SecurityDescriptor).sacl;
                *SaclDefaulted = (head->control & SE_SACL_DEFAULTED) != 0;
        }
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Owner, PBOOLEAN OwnerDefaulted) {
        const Head *head = SecurityDescriptor;

        if (head->revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        *Owner = parts_of(SecurityDescriptor).owner;
        *OwnerDefaulted = (head->control & SE_OWNER_DEFAULTED) != 0;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(
                PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Group, PBOOLEAN GroupDefaulted) {
        const Head *head = SecurityDescriptor;

        if (head->revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        *Group = parts_of(SecurityDescriptor).group;
        *GroupDefaulted = (head->control & SE_GROUP_DEFAULTED) != 0;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PSECURITY_DESCRIPTOR_CONTROL Control,
                PULONG Revision) {
        const Head *head = SecurityDescriptor;

        *Revision = head->revision;
        if (head->revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        *Control = head->control;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
                SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet) {
        Head *head = SecurityDescriptor;

        if (ControlBitsOfInterest & ~CONTROL_CHANGEABLE ||
                        ControlBitsToSet & ~ControlBitsOfInterest)
                return STATUS_INVALID_PARAMETER;

        head->control = (SECURITY_DESCRIPTOR_CONTROL) ((head->control & ~ControlBitsOfInterest) |
                                                       ControlBitsToSet);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlMakeSelfRelativeSD(PSECURITY_DESCRIPTOR SecurityDescriptor,
                PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                PULONG BufferLength) {
        DescriptorView view = view_of(SecurityDescriptor);
        size_t size = descriptor_size(&view);

        if (*BufferLength < size) {
                *BufferLength = (ULONG) size;
                return STATUS_BUFFER_TOO_SMALL;
        }

        descriptor_write(&view, SelfRelativeSecurityDescriptor);
        ((Head *) SelfRelativeSecurityDescriptor)->resource_manager =
                        ((const Head *) SecurityDescriptor)->resource_manager;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR AbsoluteSecurityDescriptor,
                PSECURITY_DESCRIPTOR SelfRelativeSecurityDescriptor,
                PULONG BufferLength) {
        if (is_self_relative(AbsoluteSecurityDescriptor))
                return STATUS_BAD_DESCRIPTOR_FORMAT;
        return RtlMakeSelfRelativeSD(
                        AbsoluteSecurityDescriptor, SelfRelativeSecurityDescriptor, BufferLength);
}

/* Copies a part to its buffer; returns where it is, NULL for one that is absent. */
static void *copy_part(void *buffer, const void *part, size_t size) {
        if (!part)
                return NULL;
        return memcpy(buffer, part, size);
}

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
                PULONG PrimaryGroupSize) {
        const Head *head = SelfRelativeSecurityDescriptor;
        SECURITY_DESCRIPTOR *absolute = AbsoluteSecurityDescriptor;
        ULONG n_dacl, n_sacl, n_owner, n_group;
        Parts parts;

        if (!is_self_relative(head))
                return STATUS_BAD_DESCRIPTOR_FORMAT;
        parts = parts_of(SelfRelativeSecurityDescriptor);
        n_dacl = parts.dacl ? parts.dacl->AclSize : 0;
        n_sacl = parts.sacl ? parts.sacl->AclSize : 0;
        n_owner = parts.owner ? RtlLengthSid(parts.owner) : 0;
        n_group = parts.group ? RtlLengthSid(parts.group) : 0;
        if (*AbsoluteSecurityDescriptorSize < sizeof(*absolute) || *DaclSize < n_dacl ||
                        *SaclSize < n_sacl || *OwnerSize < n_owner || *PrimaryGroupSize < n_group) {
                *AbsoluteSecurityDescriptorSize = sizeof(*absolute);
                *DaclSize = n_dacl;
                *SaclSize = n_sacl;
                *OwnerSize = n_owner;
                *PrimaryGroupSize = n_group;
                return STATUS_BUFFER_TOO_SMALL;
        }

        *absolute = (SECURITY_DESCRIPTOR){
                .Revision = head->revision,
                .Sbz1 = head->resource_manager,
                .Control = head->control & (SECURITY_DESCRIPTOR_CONTROL) ~SE_SELF_RELATIVE,
                .Owner = copy_part(Owner, parts.owner, n_owner),
                .Group = copy_part(PrimaryGroup, parts.group, n_group),
                .Sacl = copy_part(Sacl, parts.sacl, n_sacl),
                .Dacl = copy_part(Dacl, parts.dacl, n_dacl),
        };
        return STATUS_SUCCESS;
}
