#include "access.h"

#include "acl.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "security-acl.h"

/* What no entry of a DACL can give. */
#define NOT_BY_DACL (ACCESS_SYSTEM_SECURITY | MAXIMUM_ALLOWED)

/* A check under way. */
typedef struct Check {
        const DescriptorView *view;
        const Token *token;
        const GENERIC_MAPPING *mapping;
        ACCESS_MASK possible; /* that the mandatory label leaves */
        ACCESS_MASK missing;  /* of what is wished, without MAXIMUM_ALLOWED */
        ACCESS_MASK granted;
        bool maximum;
} Check;

static NTSTATUS check_system_security(const Token *token, bool kernel_mode, ACCESS_MASK desired) {
        if (desired & ACCESS_SYSTEM_SECURITY && !kernel_mode &&
                        !token_has(token, SE_BIT(SE_SECURITY_PRIVILEGE)))
                return STATUS_PRIVILEGE_NOT_HELD;
        return STATUS_SUCCESS;
}

/*
 * What a token may have at all. One below the object's level may have what the object's policy does
 * not keep from it, and nothing that none of the type's generic rights includes; SeRelabel adds the
 * right to change the label. An object without a label is medium, and not to be written from below.
 */
static ACCESS_MASK possible(const Check *check) {
        AclLabel label = {
                .level = SECURITY_MANDATORY_MEDIUM_RID,
                .policy = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
        };
        ACCESS_MASK access = 0;

        acl_label(check->view->sacl, &label);
        if (check->token->integrity >= label.level)
                return ~(ACCESS_MASK) 0;
        if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP))
                access |= check->mapping->GenericRead;
        if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP))
                access |= check->mapping->GenericWrite;
        if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP))
                access |= check->mapping->GenericExecute;
        if (token_has(check->token, SE_BIT(SE_RELABEL_PRIVILEGE)))
                access |= WRITE_OWNER;
        return access;
}

static void grant(Check *check, ACCESS_MASK access) {
        check->granted |= access;
        check->missing &= ~access;
}

static bool is_owner(const Check *check) {
        return check->view->owner && token_allows_sid(check->token, check->view->owner);
}

/* Whether the DACL itself says what the owner may do. */
static bool has_owner_rights(const ACL *dacl) {
        AclCursor cursor = acl_begin(dacl);
        const ACE_HEADER *ace;

        while ((ace = acl_next(&cursor))) {
                const SID *sid = ace_sid(ace);

                if (!(ace->AceFlags & INHERIT_ONLY_ACE) && sid &&
                                sid_equal(sid, &sid_owner_rights.sid))
                        return true;
        }
        return false;
}

static void grant_owner(Check *check) {
        ACCESS_MASK rights = READ_CONTROL | WRITE_DAC;

        if (!is_owner(check) || has_owner_rights(check->view->dacl))
                return;
        grant(check, check->maximum ? rights & check->possible : rights & check->missing);
}

static NTSTATUS grant_by_privilege(Check *check) {
        NTSTATUS status = check_system_security(check->token, false, check->missing);

        if (!NT_SUCCESS(status))
                return status;
        grant(check, check->missing & ACCESS_SYSTEM_SECURITY);
        if (token_has(check->token, SE_BIT(SE_TAKE_OWNERSHIP_PRIVILEGE)))
                grant(check, check->missing & WRITE_OWNER);
        return STATUS_SUCCESS;
}

static bool allows(const Check *check, const SID *sid) {
        if (sid_equal(sid, &sid_owner_rights.sid))
                return is_owner(check);
        return token_allows_sid(check->token, sid);
}

static bool denies(const Check *check, const SID *sid) {
        if (sid_equal(sid, &sid_owner_rights.sid))
                return check->view->owner && token_denies_sid(check->token, check->view->owner);
        return token_denies_sid(check->token, sid);
}

/*
 * What an entry gives (@ret_allowed) or refuses to the token. Conditions are not evaluated, and are
 * therefore unknown: [MS-DTYP] 2.5.3.2 has an unknown one allow nothing, and refuse.
 */
static ACCESS_MASK ace_access(const Check *check, const ACE_HEADER *ace, bool *ret_allowed) {
        ACCESS_MASK mask = access_map_generic(check->mapping, ace_mask(ace)) & ~NOT_BY_DACL;
        const SID *sid = ace_sid(ace);

        *ret_allowed = ace->AceType == ACCESS_ALLOWED_ACE_TYPE;
        if (ace->AceFlags & INHERIT_ONLY_ACE)
                return 0;
        switch (ace->AceType) {
        case ACCESS_ALLOWED_ACE_TYPE:
                return allows(check, sid) ? mask : 0;
        case ACCESS_DENIED_ACE_TYPE:
        case ACCESS_DENIED_CALLBACK_ACE_TYPE:
                return denies(check, sid) ? mask : 0;
        default:
                return 0;
        }
}

/* All entries count: each right is given or refused by the first that names it. */
static NTSTATUS walk_for_maximum(Check *check) {
        AclCursor cursor = acl_begin(check->view->dacl);
        const ACE_HEADER *ace;
        ACCESS_MASK denied = ~check->possible;

        while ((ace = acl_next(&cursor))) {
                bool allowed = false;
                ACCESS_MASK access = ace_access(check, ace, &allowed);

                if (allowed)
                        grant(check, access & ~denied);
                else
                        denied |= access & ~check->granted;
        }
        return check->missing != 0 || check->granted == 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* Up to the first entry that refuses what is still missing, or until nothing is. */
static NTSTATUS walk(Check *check) {
        AclCursor cursor = acl_begin(check->view->dacl);
        const ACE_HEADER *ace;

        while (check->missing != 0 && (ace = acl_next(&cursor))) {
                bool allowed = false;
                ACCESS_MASK access = ace_access(check, ace, &allowed) & check->missing;

                if (access != 0 && !allowed)
                        return STATUS_ACCESS_DENIED;
                grant(check, access);
        }
        return check->missing != 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* From user mode, in the order of nt-behaviour 2.2; labels before everything else. */
static NTSTATUS check_user(Check *check) {
        NTSTATUS status;

        if (check->token->impersonation && check->token->level < SecurityImpersonation)
                return STATUS_BAD_IMPERSONATION_LEVEL;
        check->possible = possible(check);
        if (check->missing & ~check->possible)
                return STATUS_ACCESS_DENIED;
        if (check->missing == 0 && !check->maximum)
                return STATUS_ACCESS_DENIED;
        grant_owner(check);
        status = grant_by_privilege(check);
        if (!NT_SUCCESS(status) || (check->missing == 0 && !check->maximum))
                return status;
        if (!check->view->dacl) {
                grant(check, check->missing);
                if (check->maximum)
                        grant(check, check->mapping->GenericAll & check->possible);
                return check->granted == 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
        }
        return check->maximum ? walk_for_maximum(check) : walk(check);
}

NTSTATUS access_check(const DescriptorView *view,
                const Token *token,
                const GENERIC_MAPPING *mapping,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted) {
        Check check = {
                .view = view,
                .token = token,
                .mapping = mapping,
                .missing = access_map_generic(mapping, desired & ~MAXIMUM_ALLOWED),
                .maximum = desired & MAXIMUM_ALLOWED,
        };
        NTSTATUS status;

        *ret_granted = 0;
        if (kernel_mode) {
                *ret_granted = check.missing | (check.maximum ? mapping->GenericAll : 0);
                return STATUS_SUCCESS;
        }
        if (!view)
                return STATUS_ACCESS_DENIED;
        status = check_user(&check);
        if (NT_SUCCESS(status))
                *ret_granted = check.granted;
        return status;
}

NTSTATUS access_check_open(const Security *security,
                const Token *token,
                const ObjectTypeRules *type,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted) {
        ACCESS_MASK granted = 0;
        NTSTATUS status;

        if (!security)
                return access_check_create(token, type, kernel_mode, desired, ret_granted);
        status = access_check(security_view(security), token, &type->mapping, kernel_mode, desired,
                        &granted);
        if (!NT_SUCCESS(status))
                return status;

        *ret_granted = granted & (type->valid | ACCESS_SYSTEM_SECURITY);
        return STATUS_SUCCESS;
}

NTSTATUS access_check_create(const Token *token,
                const ObjectTypeRules *type,
                bool kernel_mode,
                ACCESS_MASK desired,
                ACCESS_MASK *ret_granted) {
        ACCESS_MASK wanted = desired & ~MAXIMUM_ALLOWED;
        NTSTATUS status = check_system_security(token, kernel_mode, desired);

        if (!NT_SUCCESS(status))
                return status;
        if (desired & MAXIMUM_ALLOWED)
                wanted |= GENERIC_ALL;

        *ret_granted = access_map_generic(&type->mapping, wanted) &
                       (type->valid | ACCESS_SYSTEM_SECURITY);
        return STATUS_SUCCESS;
}
