#include <stdlib.h>
#include <string.h>

#include "ntobapi.h"
#include "ntrtl.h"
#include "ntstatus.h"
#include "sid.h"

/*
 * Boundary descriptors
 *
 * A header, and entries that begin at multiples of eight. As all of the run-time library, this
 * works on the caller's memory as any C function does.
 */

#define ENTRY_ALIGNMENT 8u

static size_t align(size_t size) {
        return (size + ENTRY_ALIGNMENT - 1) & ~(size_t) (ENTRY_ALIGNMENT - 1);
}

/* Appends an entry; there is room for it. */
static void entry_add(OBJECT_BOUNDARY_DESCRIPTOR *descriptor,
                BOUNDARY_ENTRY_TYPE type,
                const void *data,
                size_t size) {
        uint8_t *at = (uint8_t *) descriptor + descriptor->TotalSize;
        OBJECT_BOUNDARY_ENTRY header = {
                .EntryType = type,
                .EntrySize = (ULONG) (sizeof(header) + size),
        };

        memset(at, 0, align(header.EntrySize));
        memcpy(at, &header, sizeof(header));
        memcpy(at + sizeof(header), data, size);
        descriptor->TotalSize += (ULONG) align(header.EntrySize);
        descriptor->Items++;
}

POBJECT_BOUNDARY_DESCRIPTOR NTAPI RtlCreateBoundaryDescriptor(PUNICODE_STRING Name, ULONG Flags) {
        OBJECT_BOUNDARY_DESCRIPTOR *descriptor;

        if (!Name || Name->Length == 0 || !Name->Buffer)
                return NULL;
        descriptor = malloc(
                        sizeof(*descriptor) + align(sizeof(OBJECT_BOUNDARY_ENTRY) + Name->Length));
        if (!descriptor)
                return NULL;
        *descriptor = (OBJECT_BOUNDARY_DESCRIPTOR){
                .Version = OBJECT_BOUNDARY_DESCRIPTOR_VERSION,
                .TotalSize = sizeof(*descriptor),
                .Flags = Flags,
        };
        entry_add(descriptor, OBNS_Name, Name->Buffer, Name->Length);
        return descriptor;
}

VOID NTAPI RtlDeleteBoundaryDescriptor(POBJECT_BOUNDARY_DESCRIPTOR BoundaryDescriptor) {
        free(BoundaryDescriptor);
}

/* Bytes that the SID says it has. */
static size_t sid_claim(const SID *sid) {
        return offsetof(SID, SubAuthority) + sid->SubAuthorityCount * sizeof(ULONG);
}

static NTSTATUS sid_add(
                POBJECT_BOUNDARY_DESCRIPTOR *descriptor, BOUNDARY_ENTRY_TYPE type, const SID *sid) {
        size_t size = sid_claim(sid), more = align(sizeof(OBJECT_BOUNDARY_ENTRY) + size);
        OBJECT_BOUNDARY_DESCRIPTOR *grown;

        if ((*descriptor)->TotalSize > UINT32_MAX - more)
                return STATUS_INVALID_PARAMETER;
        grown = realloc(*descriptor, (*descriptor)->TotalSize + more);
        if (!grown)
                return STATUS_NO_MEMORY;
        *descriptor = grown;
        entry_add(grown, type, sid, size);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAddSIDToBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR *BoundaryDescriptor, PSID RequiredSid) {
        if (!BoundaryDescriptor || !*BoundaryDescriptor)
                return STATUS_INVALID_PARAMETER;
        if (!RequiredSid || !sid_check(RequiredSid, sid_claim(RequiredSid)))
                return STATUS_INVALID_SID;
        return sid_add(BoundaryDescriptor, OBNS_SID, RequiredSid);
}

/* Whether the descriptor has a label already. What it says was written by us. */
static bool has_label(const OBJECT_BOUNDARY_DESCRIPTOR *descriptor) {
        const uint8_t *at = (const uint8_t *) (descriptor + 1);

        for (ULONG i = 0; i < descriptor->Items; i++) {
                OBJECT_BOUNDARY_ENTRY header;

                memcpy(&header, at, sizeof(header));
                if (header.EntryType == OBNS_IL)
                        return true;
                at += align(header.EntrySize);
        }
        return false;
}

NTSTATUS NTAPI RtlAddIntegrityLabelToBoundaryDescriptor(
                POBJECT_BOUNDARY_DESCRIPTOR *BoundaryDescriptor, PSID IntegrityLabel) {
        uint32_t level;

        if (!BoundaryDescriptor || !*BoundaryDescriptor)
                return STATUS_INVALID_PARAMETER;
        if (!IntegrityLabel || !sid_check(IntegrityLabel, sid_claim(IntegrityLabel)) ||
                        !sid_integrity(IntegrityLabel, &level))
                return STATUS_INVALID_SID;
        if (has_label(*BoundaryDescriptor))
                return STATUS_INVALID_PARAMETER;
        return sid_add(BoundaryDescriptor, OBNS_IL, IntegrityLabel);
}
