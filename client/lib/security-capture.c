#include "security-capture.h"

#include <stdlib.h>

#include "acl.h"
#include "ntstatus.h"
#include "probe.h"
#include "security-descriptor.h"
#include "sid.h"

#define PART_ALIGNMENT 4u

typedef enum Part { PART_OWNER, PART_GROUP, PART_SACL, PART_DACL, PARTS } Part;

/* A descriptor on its way from the caller's memory into ours. */
typedef struct Capture {
        UCHAR sbz;
        SECURITY_DESCRIPTOR_CONTROL control;
        uintptr_t from[PARTS];         /* where the caller has it; 0: absent */
        uint8_t head[PARTS][8];        /* as it was when its length was read */
        size_t size[PARTS], at[PARTS]; /* in bytes, and where it begins in our copy */
        size_t total;
} Capture;

static bool part_is_sid(Part part) {
        return part == PART_OWNER || part == PART_GROUP;
}

static void parts_from_relative(
                Capture *capture, const void *from, const SECURITY_DESCRIPTOR_RELATIVE *relative) {
        const ULONG offsets[PARTS] = { relative->Owner, relative->Group, relative->Sacl,
                relative->Dacl };

        for (Part part = PART_OWNER; part < PARTS; part++)
                capture->from[part] = offsets[part] ? (uintptr_t) from + offsets[part] : 0;
}

static void parts_from_absolute(Capture *capture, const SECURITY_DESCRIPTOR *absolute) {
        capture->from[PART_OWNER] = (uintptr_t) absolute->Owner;
        capture->from[PART_GROUP] = (uintptr_t) absolute->Group;
        capture->from[PART_SACL] = (uintptr_t) absolute->Sacl;
        capture->from[PART_DACL] = (uintptr_t) absolute->Dacl;
}

/* The two forms have the first four bytes in common. */
static NTSTATUS header_capture(Capture *capture, const void *from) {
        SECURITY_DESCRIPTOR_RELATIVE relative;
        SECURITY_DESCRIPTOR absolute;
        NTSTATUS status;

        status = probe_read(&relative, from, sizeof(relative), PART_ALIGNMENT);
        if (!NT_SUCCESS(status))
                return status;
        if (relative.Revision != SECURITY_DESCRIPTOR_REVISION)
                return STATUS_UNKNOWN_REVISION;
        capture->sbz = relative.Sbz1;
        capture->control = relative.Control;

        if (capture->control & SE_SELF_RELATIVE) {
                parts_from_relative(capture, from, &relative);
        } else {
                status = probe_read(&absolute, from, sizeof(absolute), PART_ALIGNMENT);
                if (!NT_SUCCESS(status))
                        return status;
                parts_from_absolute(capture, &absolute);
        }
        if (!(capture->control & SE_SACL_PRESENT))
                capture->from[PART_SACL] = 0;
        if (!(capture->control & SE_DACL_PRESENT))
                capture->from[PART_DACL] = 0;
        return STATUS_SUCCESS;
}

/* How long a part says it is. */
static NTSTATUS part_size(const uint8_t *head, Part part, size_t *ret) {
        if (part_is_sid(part)) {
                if (head[0] != SID_REVISION || head[1] > SID_MAX_SUB_AUTHORITIES)
                        return STATUS_INVALID_SID;
                *ret = offsetof(SID, SubAuthority) + head[1] * sizeof(ULONG);
                return STATUS_SUCCESS;
        }
        *ret = (size_t) head[2] | (size_t) head[3] << 8; /* AclSize */
        return *ret < sizeof(ACL) ? STATUS_INVALID_ACL : STATUS_SUCCESS;
}

static NTSTATUS parts_measure(Capture *capture) {
        capture->total = sizeof(SECURITY_DESCRIPTOR_RELATIVE);
        for (Part part = PART_OWNER; part < PARTS; part++) {
                NTSTATUS status;

                capture->at[part] = 0;
                if (!capture->from[part])
                        continue;
                status = probe_read(capture->head[part], (const void *) capture->from[part],
                                sizeof(capture->head[part]), PART_ALIGNMENT);
                if (NT_SUCCESS(status))
                        status = part_size(capture->head[part], part, &capture->size[part]);
                if (!NT_SUCCESS(status))
                        return status;
                capture->at[part] = capture->total;
                capture->total += (capture->size[part] + 3) & ~(size_t) 3;
        }
        return capture->total > DESCRIPTOR_SIZE_MAX ? STATUS_INSUFFICIENT_RESOURCES
                                                    : STATUS_SUCCESS;
}

/* Copies a part. Its header is what it was, whatever another thread has made of it meanwhile. */
static NTSTATUS part_copy(const Capture *capture, Part part, uint8_t *to) {
        size_t size = capture->size[part];
        NTSTATUS status;

        status = probe_read(to, (const void *) capture->from[part], size, PART_ALIGNMENT);
        if (!NT_SUCCESS(status))
                return status;
        __builtin_memcpy(to, capture->head[part], sizeof(capture->head[part]));
        if (part_is_sid(part))
                return sid_check(to, size) ? STATUS_SUCCESS : STATUS_INVALID_SID;
        return acl_check(to, size) ? STATUS_SUCCESS : STATUS_INVALID_ACL;
}

static NTSTATUS parts_copy(const Capture *capture, uint8_t *to) {
        SECURITY_DESCRIPTOR_RELATIVE *header = (void *) to;

        for (Part part = PART_OWNER; part < PARTS; part++) {
                NTSTATUS status = STATUS_SUCCESS;

                if (capture->at[part])
                        status = part_copy(capture, part, to + capture->at[part]);
                if (!NT_SUCCESS(status))
                        return status;
        }
        *header = (SECURITY_DESCRIPTOR_RELATIVE){
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Sbz1 = capture->sbz,
                .Control = capture->control | SE_SELF_RELATIVE,
                .Owner = (ULONG) capture->at[PART_OWNER],
                .Group = (ULONG) capture->at[PART_GROUP],
                .Sacl = (ULONG) capture->at[PART_SACL],
                .Dacl = (ULONG) capture->at[PART_DACL],
        };
        return STATUS_SUCCESS;
}

NTSTATUS security_capture(const void *from, void **ret, size_t *ret_size) {
        Capture capture;
        NTSTATUS status;
        void *copy;

        status = header_capture(&capture, from);
        if (NT_SUCCESS(status))
                status = parts_measure(&capture);
        if (!NT_SUCCESS(status))
                return status;

        copy = calloc(1, capture.total);
        if (!copy)
                return STATUS_NO_MEMORY;
        status = parts_copy(&capture, copy);
        if (!NT_SUCCESS(status)) {
                free(copy);
                return status;
        }
        *ret = copy;
        *ret_size = capture.total;
        return STATUS_SUCCESS;
}
