#include "ntsecurity.h"
#include "ntstatus.h"
#include "security-acl.h"
#include "security.h"

static const DescriptorView nothing;

/* nt-behaviour-by-tests 1.16: rights for each part. */
ACCESS_MASK security_read_access(SECURITY_INFORMATION information) {
        ACCESS_MASK access = 0;

        if (information & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                          DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION))
                access |= READ_CONTROL;
        if (information & SACL_SECURITY_INFORMATION)
                access |= ACCESS_SYSTEM_SECURITY;
        return access;
}

ACCESS_MASK security_write_access(SECURITY_INFORMATION information) {
        ACCESS_MASK access = 0;

        if (information & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                          LABEL_SECURITY_INFORMATION))
                access |= WRITE_OWNER;
        if (information & (DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION |
                                          UNPROTECTED_DACL_SECURITY_INFORMATION))
                access |= WRITE_DAC;
        if (information & (SACL_SECURITY_INFORMATION | PROTECTED_SACL_SECURITY_INFORMATION |
                                          UNPROTECTED_SACL_SECURITY_INFORMATION))
                access |= ACCESS_SYSTEM_SECURITY;
        return access;
}

/* Adds the entries of @from that are labels, or those that are not. */
static NTSTATUS append_some(AclSpace *to, const ACL *from, bool labels) {
        AclCursor cursor = acl_begin(from);
        const ACE_HEADER *ace;

        while ((ace = acl_next(&cursor))) {
                if ((ace->AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE) != labels)
                        continue;
                if (!NT_SUCCESS(acl_append_copy(&to->acl, sizeof(*to), ace, ace->AceFlags,
                                    ace_mask(ace), NULL)))
                        return STATUS_INSUFFICIENT_RESOURCES;
        }
        return STATUS_SUCCESS;
}

/* The parts of @view that @information names, ACLs in @space where they are not its own. */
static DescriptorView select_parts(
                const DescriptorView *view, SECURITY_INFORMATION information, AclSpace *space) {
        DescriptorView selected = descriptor_select(view, information);
        NTSTATUS status;

        if (information & SACL_SECURITY_INFORMATION || !(information & LABEL_SECURITY_INFORMATION))
                return selected;

        acl_init(&space->acl);
        status = append_some(space, view->sacl, true);
        g_assert(NT_SUCCESS(status)); /* it is a part of what has room */
        if (space->acl.AceCount > 0) {
                selected.sacl = &space->acl;
                selected.control |= SE_SACL_PRESENT;
        }
        return selected;
}

NTSTATUS security_query(const Security *security,
                SECURITY_INFORMATION information,
                void **ret,
                size_t *ret_size) {
        AclSpace space;
        DescriptorView selected = select_parts(
                        security ? security_view(security) : &nothing, information, &space);
        size_t size = descriptor_size(&selected);
        void *data = g_try_malloc(size);

        if (!data)
                return STATUS_NO_MEMORY;

        descriptor_write(&selected, data);
        *ret = data;
        *ret_size = size;
        return STATUS_SUCCESS;
}

/* A change under way. */
typedef struct Change {
        SECURITY_INFORMATION information;
        const DescriptorView *view; /* the new parts */
        const Token *token;
        bool kernel_mode;
        AclOrigin acl_origin;
        DescriptorView result; /* the old descriptor, until something is replaced */
        AclSpace dacl;
        AclSpace sacl;
} Change;

static NTSTATUS change_owner(Change *change) {
        const DescriptorView *view = change->view;

        if (change->information & OWNER_SECURITY_INFORMATION) {
                if (!view->owner)
                        return STATUS_INVALID_SECURITY_DESCR;
                if (!change->kernel_mode && !token_may_own(change->token, view->owner) &&
                                !token_has(change->token, SE_BIT(SE_RESTORE_PRIVILEGE)))
                        return STATUS_INVALID_OWNER;
                change->result.owner = view->owner;
        }
        if (change->information & GROUP_SECURITY_INFORMATION) {
                if (!view->group)
                        return STATUS_INVALID_SECURITY_DESCR;
                change->result.group = view->group;
        }
        change->acl_origin.owner = change->result.owner;
        change->acl_origin.group = change->result.group;
        return STATUS_SUCCESS;
}

/* Takes the control bits of one ACL from the new parts; that it was a default is not kept. */
static void change_control(Change *change, unsigned bits) {
        unsigned kept = change->result.control & ~bits;

        change->result.control =
                        (SECURITY_DESCRIPTOR_CONTROL) (kept | (change->view->control & bits));
}

static NTSTATUS change_dacl(Change *change) {
        if (!(change->information & DACL_SECURITY_INFORMATION))
                return STATUS_SUCCESS;

        change_control(change, SE_DACL_PRESENT | SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED);
        change->result.dacl = change->view->dacl ? &change->dacl.acl : NULL;
        return acl_adopt(change->view->dacl, &change->acl_origin, &change->dacl);
}

/* Labels of the new SACL, with everything else of the old one. */
static NTSTATUS change_label(Change *change) {
        const ACL *old = change->result.sacl;
        NTSTATUS status;

        acl_init(&change->sacl.acl);
        if (old)
                change->sacl.acl.AclRevision = old->AclRevision;
        status = append_some(&change->sacl, old, false);
        if (NT_SUCCESS(status))
                status = append_some(&change->sacl, change->view->sacl, true);
        if (!NT_SUCCESS(status))
                return status;

        if (change->sacl.acl.AceCount == 0 && !(old && old->AceCount == 0)) {
                change->result.sacl = NULL;
                change->result.control &= (SECURITY_DESCRIPTOR_CONTROL) ~SE_SACL_PRESENT;
                return STATUS_SUCCESS;
        }
        change->result.sacl = &change->sacl.acl;
        change->result.control |= SE_SACL_PRESENT;
        return STATUS_SUCCESS;
}

static NTSTATUS change_sacl(Change *change) {
        const DescriptorView *view = change->view;
        NTSTATUS status;

        if (!(change->information & (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION)))
                return STATUS_SUCCESS;
        status = acl_check_labels(view->sacl, change->token, change->kernel_mode);
        if (!NT_SUCCESS(status))
                return status;
        if (!(change->information & SACL_SECURITY_INFORMATION))
                return change_label(change);

        change_control(change, SE_SACL_PRESENT | SE_SACL_PROTECTED | SE_SACL_AUTO_INHERITED);
        change->result.sacl = view->sacl ? &change->sacl.acl : NULL;
        return acl_adopt(view->sacl, &change->acl_origin, &change->sacl);
}

static void change_protection(Change *change) {
        unsigned control = change->result.control;

        if (change->information & PROTECTED_DACL_SECURITY_INFORMATION)
                control |= SE_DACL_PROTECTED;
        if (change->information & UNPROTECTED_DACL_SECURITY_INFORMATION)
                control &= ~SE_DACL_PROTECTED;
        if (change->information & PROTECTED_SACL_SECURITY_INFORMATION)
                control |= SE_SACL_PROTECTED;
        if (change->information & UNPROTECTED_SACL_SECURITY_INFORMATION)
                control &= ~SE_SACL_PROTECTED;
        change->result.control = (SECURITY_DESCRIPTOR_CONTROL) control;
}

NTSTATUS security_change(SecurityStore *store,
                Quota *quota,
                const Security *old,
                SECURITY_INFORMATION information,
                const DescriptorView *view,
                const Token *token,
                const ObjectTypeRules *type,
                bool kernel_mode,
                Security **ret) {
        Change change;
        NTSTATUS status;

        if (!old)
                return STATUS_NO_SECURITY_ON_OBJECT;
        /* Not all of it is cleared: the ACLs are large, and written before they are read. */
        change.information = information;
        change.view = view;
        change.token = token;
        change.kernel_mode = kernel_mode;
        change.acl_origin = (AclOrigin){ .type = type };
        change.result = *security_view(old);

        status = change_owner(&change);
        if (NT_SUCCESS(status))
                status = change_dacl(&change);
        if (NT_SUCCESS(status))
                status = change_sacl(&change);
        if (!NT_SUCCESS(status))
                return status;
        change_protection(&change);
        return security_new(store, quota, &change.result, ret);
}
