#include "security-acl.h"

#include "ntsecurity.h"
#include "ntstatus.h"

#define GENERIC_BITS (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL)
#define INHERIT_BITS (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE)
#define LABEL_POLICY                                                                               \
        (SYSTEM_MANDATORY_LABEL_NO_WRITE_UP | SYSTEM_MANDATORY_LABEL_NO_READ_UP |                  \
                        SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP)

static NTSTATUS
append(AclSpace *to, const ACE_HEADER *ace, unsigned flags, ACCESS_MASK mask, const SID *sid) {
        NTSTATUS status = acl_append_copy(&to->acl, sizeof(*to), ace, (uint8_t) flags, mask, sid);

        return NT_SUCCESS(status) ? status : STATUS_INSUFFICIENT_RESOURCES;
}

/* A label's mask is no access mask. */
static ACCESS_MASK effective_mask(const ACE_HEADER *ace, const AclOrigin *origin) {
        ACCESS_MASK mask = ace_mask(ace);

        if (ace->AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                return mask;
        return access_map_generic(&origin->type->mapping, mask);
}

/* Whom an entry is for on the object itself; NULL: as it says. */
static const SID *effective_sid(const ACE_HEADER *ace, const AclOrigin *origin) {
        const SID *sid = ace_sid(ace);

        if (sid && sid_equal(sid, &sid_creator_owner.sid))
                return origin->owner;
        if (sid && sid_equal(sid, &sid_creator_group.sid))
                return origin->group;
        return NULL;
}

/* The entry that counts for the object itself; and, if it says something else than @ace and a
 * container hands it down (@flags), one that keeps what @ace was. */
static NTSTATUS append_effective(AclSpace *to,
                const ACE_HEADER *ace,
                unsigned flags,
                ACCESS_MASK mask,
                const AclOrigin *origin) {
        const SID *sid = effective_sid(ace, origin);
        bool generic = ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE &&
                       ace_mask(ace) & GENERIC_BITS;
        NTSTATUS status;

        if (!origin->type->container || !(flags & INHERIT_BITS) || (!generic && !sid))
                return append(to, ace, flags, mask, sid);

        status = append(to, ace, flags & ~(unsigned) VALID_INHERIT_FLAGS, mask, sid);
        if (!NT_SUCCESS(status))
                return status;
        return append(to, ace, flags | INHERIT_ONLY_ACE, ace_mask(ace), NULL);
}

static void space_init(AclSpace *space, const ACL *like) {
        acl_init(&space->acl);
        space->acl.AclRevision = like->AclRevision;
}

NTSTATUS acl_adopt(const ACL *from, const AclOrigin *origin, AclSpace *to) {
        AclCursor cursor = acl_begin(from);
        const ACE_HEADER *ace;
        NTSTATUS status = STATUS_SUCCESS;

        if (!from)
                return STATUS_SUCCESS;
        space_init(to, from);
        while (NT_SUCCESS(status) && (ace = acl_next(&cursor))) {
                if (ace->AceFlags & INHERIT_ONLY_ACE)
                        status = append(to, ace, ace->AceFlags, ace_mask(ace), NULL);
                else
                        status = append_effective(to, ace, ace->AceFlags,
                                        effective_mask(ace, origin), origin);
        }
        return status;
}

/*
 * One entry that a parent hands down, by the table of nt-behaviour 2.4. No type grants more than
 * its GenericAll by inheritance; whether access to the SACL is audited is not a right.
 */
static NTSTATUS inherit(const ACE_HEADER *ace, const AclOrigin *origin, AclSpace *to) {
        unsigned kept = ace->AceFlags & ~(unsigned) VALID_INHERIT_FLAGS;
        unsigned handed_down = ace->AceFlags & INHERIT_BITS;
        bool stops = ace->AceFlags & NO_PROPAGATE_INHERIT_ACE;
        ACCESS_MASK mask = effective_mask(ace, origin);

        if (ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                mask &= origin->type->mapping.GenericAll | ACCESS_SYSTEM_SECURITY;
        if (!origin->type->container) {
                if (!(handed_down & OBJECT_INHERIT_ACE))
                        return STATUS_SUCCESS;
                return append_effective(to, ace, kept, mask, origin);
        }
        if (handed_down & CONTAINER_INHERIT_ACE)
                return append_effective(to, ace, stops ? kept : kept | handed_down, mask, origin);
        if (handed_down & OBJECT_INHERIT_ACE && !stops)
                return append(to, ace, kept | OBJECT_INHERIT_ACE | INHERIT_ONLY_ACE, ace_mask(ace),
                                NULL);
        return STATUS_SUCCESS;
}

NTSTATUS acl_inherit(const ACL *from, const AclOrigin *origin, AclSpace *to) {
        AclCursor cursor = acl_begin(from);
        const ACE_HEADER *ace;
        NTSTATUS status = STATUS_SUCCESS;

        acl_init(&to->acl);
        if (from)
                space_init(to, from);
        while (NT_SUCCESS(status) && (ace = acl_next(&cursor)))
                status = inherit(ace, origin, to);
        return status;
}

bool acl_label(const ACL *sacl, AclLabel *ret) {
        AclCursor cursor = acl_begin(sacl);
        const ACE_HEADER *ace;

        while ((ace = acl_next(&cursor))) {
                if (ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE ||
                                ace->AceFlags & INHERIT_ONLY_ACE ||
                                !sid_integrity(ace_sid(ace), &ret->level))
                        continue;
                ret->policy = ace_mask(ace);
                return true;
        }
        return false;
}

bool acl_is_only_labels(const ACL *sacl) {
        AclCursor cursor = acl_begin(sacl);
        const ACE_HEADER *ace;

        while ((ace = acl_next(&cursor))) {
                if (ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                        return false;
        }
        return sacl && sacl->AceCount > 0;
}

NTSTATUS acl_check_labels(const ACL *sacl, const Token *token, bool any_level) {
        AclCursor cursor = acl_begin(sacl);
        const ACE_HEADER *ace;
        uint32_t level = 0;

        if (token_has(token, SE_BIT(SE_RELABEL_PRIVILEGE)))
                any_level = true;
        while ((ace = acl_next(&cursor))) {
                if (ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
                        continue;
                if (!sid_integrity(ace_sid(ace), &level) || ace_mask(ace) & ~LABEL_POLICY)
                        return STATUS_INVALID_LABEL;
                if (level > token->integrity && !any_level)
                        return STATUS_INVALID_LABEL;
        }
        return STATUS_SUCCESS;
}
