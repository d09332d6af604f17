#include "acl.h"

#include <string.h>

#include "ntstatus.h"
#include "sid.h"

#define ACL_SIZE_MAX   0xFFFCu
#define ACE_SID_OFFSET offsetof(ACCESS_ALLOWED_ACE, SidStart)

static const ACE_HEADER *ace_at(const ACL *acl, size_t offset) {
        return (const ACE_HEADER *) (const void *) ((const uint8_t *) acl + offset);
}

static bool names_one_sid(const ACE_HEADER *ace) {
        switch (ace->AceType) {
        case ACCESS_ALLOWED_ACE_TYPE:
        case ACCESS_DENIED_ACE_TYPE:
        case SYSTEM_AUDIT_ACE_TYPE:
        case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
        case ACCESS_DENIED_CALLBACK_ACE_TYPE:
        case SYSTEM_AUDIT_CALLBACK_ACE_TYPE:
        case SYSTEM_MANDATORY_LABEL_ACE_TYPE:
                return true;
        default:
                return false;
        }
}

/* All kinds have a mask behind the header. Sizes are multiples of four, so that the next entry is
 * aligned as this one is. */
static bool ace_check(const ACE_HEADER *ace, size_t room) {
        if (ace->AceSize < ACE_SID_OFFSET || ace->AceSize > room || ace->AceSize % 4 != 0)
                return false;
        return !names_one_sid(ace) ||
               sid_check((const uint8_t *) ace + ACE_SID_OFFSET, ace->AceSize - ACE_SID_OFFSET);
}

bool acl_check(const void *bytes, size_t size) {
        const ACL *acl = bytes;
        size_t offset = sizeof(ACL);

        if (size < sizeof(ACL) || acl->AclRevision < ACL_REVISION ||
                        acl->AclRevision > ACL_REVISION_DS)
                return false;
        if (acl->AclSize < sizeof(ACL) || acl->AclSize > size || acl->AclSize % 4 != 0)
                return false;
        for (unsigned i = 0; i < acl->AceCount; i++) {
                size_t room = acl->AclSize - offset;

                if (room < sizeof(ACE_HEADER) || !ace_check(ace_at(acl, offset), room))
                        return false;
                offset += ace_at(acl, offset)->AceSize;
        }
        return true;
}

size_t acl_used(const ACL *acl) {
        size_t offset = sizeof(ACL);

        for (unsigned i = 0; i < acl->AceCount; i++)
                offset += ace_at(acl, offset)->AceSize;
        return offset;
}

AclCursor acl_begin(const ACL *acl) {
        if (!acl || acl->AceCount == 0)
                return (AclCursor){ 0 };
        return (AclCursor){ .next = ace_at(acl, sizeof(ACL)), .n_left = acl->AceCount };
}

const ACE_HEADER *acl_next(AclCursor *cursor) {
        const ACE_HEADER *ace = cursor->next;

        if (cursor->n_left == 0)
                return NULL;
        if (--cursor->n_left > 0)
                cursor->next = (const ACE_HEADER *) (const void *) ((const uint8_t *) ace +
                                                                    ace->AceSize);
        return ace;
}

const SID *ace_sid(const ACE_HEADER *ace) {
        if (!names_one_sid(ace))
                return NULL;
        return (const SID *) (const void *) ((const uint8_t *) ace + ACE_SID_OFFSET);
}

/* Room for an entry of @size bytes at the end; NULL if there is none. */
static ACE_HEADER *reserve(ACL *acl, size_t capacity, size_t size) {
        size_t offset = acl->AclSize;

        if (capacity > ACL_SIZE_MAX)
                capacity = ACL_SIZE_MAX;
        if (offset > capacity || size > capacity - offset || acl->AceCount == UINT16_MAX)
                return NULL;
        return (ACE_HEADER *) (void *) ((uint8_t *) acl + offset);
}

static void commit(ACL *acl, ACE_HEADER *ace, uint8_t flags, size_t size, ACCESS_MASK mask) {
        ace->AceFlags = flags;
        ace->AceSize = (USHORT) size;
        ((ACCESS_ALLOWED_ACE *) (void *) ace)->Mask = mask;
        acl->AclSize = (USHORT) (acl->AclSize + size);
        acl->AceCount++;
}

NTSTATUS acl_append(ACL *acl,
                size_t capacity,
                uint8_t type,
                uint8_t flags,
                ACCESS_MASK mask,
                const SID *sid) {
        size_t size = ACE_SID_OFFSET + sid_size(sid);
        ACE_HEADER *ace = reserve(acl, capacity, size);

        if (!ace)
                return STATUS_ALLOTTED_SPACE_EXCEEDED;

        ace->AceType = type;
        memcpy((uint8_t *) ace + ACE_SID_OFFSET, sid, sid_size(sid));
        commit(acl, ace, flags, size, mask);
        return STATUS_SUCCESS;
}

NTSTATUS acl_append_copy(ACL *acl,
                size_t capacity,
                const ACE_HEADER *ace,
                uint8_t flags,
                ACCESS_MASK mask,
                const SID *sid) {
        const SID *old = ace_sid(ace);
        const SID *new = old &&sid ? sid : old;
        size_t old_size = old ? sid_size(old) : 0, new_size = new ? sid_size(new) : 0;
        size_t tail = ace->AceSize - ACE_SID_OFFSET - old_size;
        ACE_HEADER *copy = reserve(acl, capacity, ACE_SID_OFFSET + new_size + tail);
        uint8_t *behind;

        if (!copy)
                return STATUS_ALLOTTED_SPACE_EXCEEDED;

        behind = (uint8_t *) copy + ACE_SID_OFFSET;
        copy->AceType = ace->AceType;
        if (new)
                memcpy(behind, new, new_size);
        memcpy(behind + new_size, (const uint8_t *) ace + ACE_SID_OFFSET + old_size, tail);
        commit(acl, copy, flags, ACE_SID_OFFSET + new_size + tail, mask);
        return STATUS_SUCCESS;
}

void acl_init(ACL *acl) {
        *acl = (ACL){ .AclRevision = ACL_REVISION, .AclSize = sizeof(ACL) };
}
