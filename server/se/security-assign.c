#include "ntsecurity.h"
#include "ntstatus.h"
#include "security-acl.h"
#include "security-store.h"
#include "security.h"

static const DescriptorView nothing;

/* An assignment under way. */
typedef struct Assignment {
        const SecurityOrigin *from;
        const DescriptorView *explicit_view; /* never NULL */
        const DescriptorView *parent;        /* never NULL */
        AclOrigin acl_origin;
        DescriptorView result; /* its ACLs are those below */
        AclSpace dacl;
        AclSpace sacl;
} Assignment;

static NTSTATUS assign_owner(Assignment *assignment) {
        const Token *token = assignment->from->token;
        const SID *owner = assignment->explicit_view->owner;
        const SID *group = assignment->explicit_view->group;

        if (!owner)
                owner = &token->owner.sid;
        else if (!assignment->from->kernel_mode && !token_may_own(token, owner) &&
                        !token_has(token, SE_BIT(SE_RESTORE_PRIVILEGE)))
                return STATUS_INVALID_OWNER;
        if (!group)
                group = &token->primary_group.sid;
        if (!sid_check(group, sizeof(SidBuffer)))
                return STATUS_INVALID_PRIMARY_GROUP;

        assignment->result.owner = assignment->acl_origin.owner = owner;
        assignment->result.group = assignment->acl_origin.group = group;
        return STATUS_SUCCESS;
}

static void set_dacl(Assignment *assignment, const ACL *dacl) {
        assignment->result.dacl = dacl;
        assignment->result.control |= SE_DACL_PRESENT;
}

static NTSTATUS adopt_dacl(Assignment *assignment, const ACL *dacl) {
        set_dacl(assignment, dacl ? &assignment->dacl.acl : NULL);
        return acl_adopt(dacl, &assignment->acl_origin, &assignment->dacl);
}

/*
 * Explicit and not marked as a default; what the parent hands down; an explicit default; the
 * token's; none. That it was a default is not kept, as [MS-DTYP] has it of SE_DACL_DEFAULTED.
 */
static NTSTATUS assign_dacl(Assignment *assignment) {
        const DescriptorView *given = assignment->explicit_view;
        const ACL *of_token = assignment->from->token->default_dacl;
        NTSTATUS status;

        assignment->result.control |= given->control & SE_DACL_PROTECTED;
        if (given->control & SE_DACL_PRESENT && !(given->control & SE_DACL_DEFAULTED))
                return adopt_dacl(assignment, given->dacl);
        if (!(given->control & SE_DACL_PROTECTED)) {
                status = acl_inherit(assignment->parent->dacl, &assignment->acl_origin,
                                &assignment->dacl);
                if (!NT_SUCCESS(status))
                        return status;
                if (assignment->dacl.acl.AceCount > 0) {
                        set_dacl(assignment, &assignment->dacl.acl);
                        return STATUS_SUCCESS;
                }
        }
        if (given->control & SE_DACL_PRESENT)
                return adopt_dacl(assignment, given->dacl);
        return of_token ? adopt_dacl(assignment, of_token) : STATUS_SUCCESS;
}

/* A label may be given by everybody who may give it; what is audited is SeSecurity's. */
static NTSTATUS check_sacl(const Assignment *assignment) {
        const SecurityOrigin *from = assignment->from;
        const DescriptorView *given = assignment->explicit_view;

        if (!(given->control & SE_SACL_PRESENT))
                return STATUS_SUCCESS;
        if (!from->kernel_mode && !acl_is_only_labels(given->sacl) &&
                        !token_has(from->token, SE_BIT(SE_SECURITY_PRIVILEGE)))
                return STATUS_PRIVILEGE_NOT_HELD;
        return acl_check_labels(given->sacl, from->token, from->kernel_mode);
}

static NTSTATUS set_sacl(Assignment *assignment, const ACL *sacl) {
        assignment->result.sacl = sacl ? &assignment->sacl.acl : NULL;
        assignment->result.control |= SE_SACL_PRESENT;
        return acl_adopt(sacl, &assignment->acl_origin, &assignment->sacl);
}

/* As the DACL, but that a token has no default for it. */
static NTSTATUS choose_sacl(Assignment *assignment) {
        const DescriptorView *given = assignment->explicit_view;
        NTSTATUS status;

        assignment->result.control |= given->control & SE_SACL_PROTECTED;
        if (given->control & SE_SACL_PRESENT && !(given->control & SE_SACL_DEFAULTED))
                return set_sacl(assignment, given->sacl);
        if (!(given->control & SE_SACL_PROTECTED)) {
                status = acl_inherit(assignment->parent->sacl, &assignment->acl_origin,
                                &assignment->sacl);
                if (!NT_SUCCESS(status))
                        return status;
                if (assignment->sacl.acl.AceCount > 0) {
                        assignment->result.sacl = &assignment->sacl.acl;
                        assignment->result.control |= SE_SACL_PRESENT;
                        return STATUS_SUCCESS;
                }
        }
        return given->control & SE_SACL_PRESENT ? set_sacl(assignment, given->sacl)
                                                : STATUS_SUCCESS;
}

/* What a weak program makes must not look like what a normal one made. */
static NTSTATUS add_label(Assignment *assignment) {
        const Token *token = assignment->from->token;
        AclLabel label;
        SidBuffer level;

        if (token->integrity >= SECURITY_MANDATORY_MEDIUM_RID ||
                        acl_label(assignment->result.sacl, &label))
                return STATUS_SUCCESS;
        if (!assignment->result.sacl)
                acl_init(&assignment->sacl.acl);
        assignment->result.sacl = &assignment->sacl.acl;
        assignment->result.control |= SE_SACL_PRESENT;
        sid_of_integrity(&level, token->integrity);
        if (!NT_SUCCESS(acl_append(&assignment->sacl.acl, sizeof(assignment->sacl),
                            SYSTEM_MANDATORY_LABEL_ACE_TYPE, 0, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
                            &level.sid)))
                return STATUS_INSUFFICIENT_RESOURCES;
        return STATUS_SUCCESS;
}

static NTSTATUS assign_sacl(Assignment *assignment) {
        NTSTATUS status = choose_sacl(assignment);

        return NT_SUCCESS(status) ? add_label(assignment) : status;
}

static NTSTATUS assign(
                SecurityStore *store, Quota *quota, const SecurityOrigin *origin, Security **ret) {
        Assignment assignment;
        NTSTATUS status;

        /* Not all of it is cleared: the ACLs are large, and written before they are read. */
        assignment.from = origin;
        assignment.explicit_view = origin->explicit_view ? origin->explicit_view : &nothing;
        assignment.parent = origin->parent ? security_view(origin->parent) : &nothing;
        assignment.acl_origin = (AclOrigin){ .type = origin->type };
        assignment.result = nothing;

        status = check_sacl(&assignment);
        if (NT_SUCCESS(status))
                status = assign_owner(&assignment);
        if (NT_SUCCESS(status))
                status = assign_dacl(&assignment);
        if (NT_SUCCESS(status))
                status = assign_sacl(&assignment);
        return NT_SUCCESS(status) ? security_new(store, quota, &assignment.result, ret) : status;
}

NTSTATUS security_assign(
                SecurityStore *store, Quota *quota, const SecurityOrigin *origin, Security **ret) {
        NTSTATUS status;

        if (origin->explicit_view)
                return assign(store, quota, origin, ret);

        status = security_store_recall(store, quota, origin, ret);
        if (status != STATUS_NOT_FOUND)
                return status;
        status = assign(store, quota, origin, ret);
        if (NT_SUCCESS(status))
                security_store_remember(store, quota, origin, *ret);
        return status;
}
