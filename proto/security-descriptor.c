#include "security-descriptor.h"

#include <string.h>

#include "acl.h"
#include "ntstatus.h"
#include "sid.h"

#define HEADER_SIZE sizeof(SECURITY_DESCRIPTOR_RELATIVE)

#define DACL_CONTROL                                                                               \
        (SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_UNTRUSTED | SE_SERVER_SECURITY |            \
                        SE_DACL_AUTO_INHERIT_REQ | SE_DACL_AUTO_INHERITED | SE_DACL_PROTECTED)
#define SACL_CONTROL                                                                               \
        (SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_AUTO_INHERIT_REQ | SE_SACL_AUTO_INHERITED | \
                        SE_SACL_PROTECTED)

static bool view_sid(const uint8_t *data, size_t size, ULONG offset, const SID **ret) {
        *ret = NULL;
        if (offset == 0)
                return true;
        if (offset < HEADER_SIZE || offset > size || !sid_check(data + offset, size - offset))
                return false;

        *ret = (const SID *) (const void *) (data + offset);
        return true;
}

static bool view_acl(
                const uint8_t *data, size_t size, bool present, ULONG offset, const ACL **ret) {
        *ret = NULL;
        if (!present || offset == 0)
                return true;
        if (offset < HEADER_SIZE || offset > size || offset % 4 != 0 ||
                        !acl_check(data + offset, size - offset))
                return false;

        *ret = (const ACL *) (const void *) (data + offset);
        return true;
}

NTSTATUS descriptor_view(const void *data, size_t size, DescriptorView *ret) {
        const SECURITY_DESCRIPTOR_RELATIVE *header = data;
        DescriptorView view = { 0 };

        if (size < HEADER_SIZE || !(header->Control & SE_SELF_RELATIVE))
                return STATUS_INVALID_SECURITY_DESCR;
        if (header->Revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        /* The resource manager's byte is not kept, so the bit that says it counts is not either. */
        view.control = header->Control & (SECURITY_DESCRIPTOR_CONTROL) ~SE_RM_CONTROL_VALID;
        if (!view_sid(data, size, header->Owner, &view.owner) ||
                        !view_sid(data, size, header->Group, &view.group))
                return STATUS_INVALID_SID;
        if (!view_acl(data, size, view.control & SE_SACL_PRESENT, header->Sacl, &view.sacl) ||
                        !view_acl(data, size, view.control & SE_DACL_PRESENT, header->Dacl,
                                        &view.dacl))
                return STATUS_INVALID_ACL;
        if (descriptor_size(&view) > DESCRIPTOR_SIZE_MAX)
                return STATUS_INSUFFICIENT_RESOURCES;

        *ret = view;
        return STATUS_SUCCESS;
}

size_t descriptor_size(const DescriptorView *view) {
        return HEADER_SIZE + (view->sacl ? view->sacl->AclSize : 0) +
               (view->dacl ? view->dacl->AclSize : 0) + (view->owner ? sid_size(view->owner) : 0) +
               (view->group ? sid_size(view->group) : 0);
}

/* Puts a part at the end; returns its offset, 0 for one that is absent. */
static ULONG put(uint8_t *data, ULONG *end, const void *part, size_t size) {
        ULONG offset = *end;

        if (!part)
                return 0;

        memcpy(data + offset, part, size);
        *end += (ULONG) size;
        return offset;
}

/* ACLs first, as Windows lays them out. Sizes of all parts are multiples of four. */
void descriptor_write(const DescriptorView *view, void *data) {
        SECURITY_DESCRIPTOR_RELATIVE *header = data;
        ULONG end = HEADER_SIZE;

        *header = (SECURITY_DESCRIPTOR_RELATIVE){
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Control = view->control | SE_SELF_RELATIVE,
        };
        header->Sacl = put(data, &end, view->sacl, view->sacl ? view->sacl->AclSize : 0);
        header->Dacl = put(data, &end, view->dacl, view->dacl ? view->dacl->AclSize : 0);
        header->Owner = put(data, &end, view->owner, view->owner ? sid_size(view->owner) : 0);
        header->Group = put(data, &end, view->group, view->group ? sid_size(view->group) : 0);
}

DescriptorView descriptor_select(const DescriptorView *view, SECURITY_INFORMATION information) {
        DescriptorView selected = { 0 };
        unsigned kept = 0;

        if (information & OWNER_SECURITY_INFORMATION) {
                selected.owner = view->owner;
                kept |= SE_OWNER_DEFAULTED;
        }
        if (information & GROUP_SECURITY_INFORMATION) {
                selected.group = view->group;
                kept |= SE_GROUP_DEFAULTED;
        }
        if (information & DACL_SECURITY_INFORMATION) {
                selected.dacl = view->dacl;
                kept |= DACL_CONTROL;
        }
        if (information & SACL_SECURITY_INFORMATION) {
                selected.sacl = view->sacl;
                kept |= SACL_CONTROL;
        }
        selected.control = (SECURITY_DESCRIPTOR_CONTROL) (view->control & kept);
        return selected;
}
