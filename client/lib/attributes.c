#include "attributes.h"

#include <stdlib.h>

#include "ntstatus.h"
#include "probe.h"
#include "security-capture.h"

/* Windows counts names in USHORTs and adds a NUL: 65,534 bytes are one unit too long. */
#define NAME_BYTES_MAX 65532u

void attributes_init(Attributes *attributes) {
        nt__object_attributes__init(&attributes->message);
        nt__grant__init(&attributes->root);
        handle_ref_init(&attributes->root_ref);
        attributes->flags = 0;
        attributes->name = NULL;
        attributes->n_name = 0;
        attributes->memory = NULL;
        attributes->descriptor = NULL;
        attributes->has_quality = false;
}

void attributes_clear(Attributes *attributes) {
        handle_release(&attributes->root_ref);
        free(attributes->descriptor);
        attributes->descriptor = NULL;
        free(attributes->memory);
        attributes->memory = NULL;
        attributes->name = NULL;
}

NTSTATUS string_capture(const UNICODE_STRING *from, UNICODE_STRING *ret) {
        return probe_read(ret, from, sizeof(*ret), _Alignof(UNICODE_STRING));
}

/* The order is Windows's: alignment and presence of the buffer before the length that makes no
 * sense. */
static NTSTATUS name_capture(Attributes *attributes, const UNICODE_STRING *from) {
        UNICODE_STRING string;
        NTSTATUS status;
        void *name = attributes->small;

        status = string_capture(from, &string);
        if (!NT_SUCCESS(status) || string.Length == 0)
                return status;

        status = probe_range(string.Buffer, string.Length, sizeof(WCHAR));
        if (!NT_SUCCESS(status))
                return status;
        if (string.Length > sizeof(attributes->small)) {
                attributes->memory = malloc(string.Length);
                if (!attributes->memory)
                        return STATUS_NO_MEMORY;
                name = attributes->memory;
        }
        status = probe_read(name, string.Buffer, string.Length, sizeof(WCHAR));
        if (!NT_SUCCESS(status))
                return status;
        if (string.Length % sizeof(WCHAR) != 0 || string.Length > NAME_BYTES_MAX)
                return STATUS_OBJECT_NAME_INVALID;

        attributes->name = name;
        attributes->n_name = string.Length;
        return STATUS_SUCCESS;
}

/* An open has no use for a descriptor, but finds the same faults with it. */
static NTSTATUS descriptor_capture(Attributes *attributes, const void *from, AttributesUse use) {
        size_t size = 0;
        NTSTATUS status;

        status = security_capture(from, &attributes->descriptor, &size);
        if (!NT_SUCCESS(status) || use == ATTRIBUTES_OPEN)
                return status;
        attributes->message.has_security_descriptor = true;
        attributes->message.security_descriptor.data = attributes->descriptor;
        attributes->message.security_descriptor.len = size;
        return STATUS_SUCCESS;
}

/* Rows 2 to 6 of the capture: everything but the name. */
static NTSTATUS fields_capture(
                Attributes *attributes, const OBJECT_ATTRIBUTES *fields, AttributesUse use) {
        NTSTATUS status = STATUS_SUCCESS;

        if (fields->Length != sizeof(*fields))
                return STATUS_INVALID_PARAMETER;
        if (fields->Attributes & ~OBJ_VALID_ATTRIBUTES)
                return STATUS_INVALID_PARAMETER;
        if (fields->SecurityDescriptor)
                status = descriptor_capture(attributes, fields->SecurityDescriptor, use);
        if (!NT_SUCCESS(status) || !fields->SecurityQualityOfService)
                return status;
        attributes->has_quality = true;
        return probe_read(&attributes->quality, fields->SecurityQualityOfService,
                        sizeof(attributes->quality), _Alignof(SECURITY_QUALITY_OF_SERVICE));
}

/* RootDirectory is not even looked at without a name, unless the call opens. */
static NTSTATUS root_capture(
                const Client *client, Attributes *attributes, HANDLE root, AttributesUse use) {
        HandleRef *ref = &attributes->root_ref;
        NTSTATUS status;

        if (!root) {
                if (use == ATTRIBUTES_OPEN && !attributes->name)
                        return STATUS_OBJECT_PATH_SYNTAX_BAD;
                return STATUS_SUCCESS;
        }
        if (use == ATTRIBUTES_CREATE && !attributes->name)
                return STATUS_SUCCESS;

        if (handle_pseudo(root) != PSEUDO_NONE)
                return STATUS_OBJECT_TYPE_MISMATCH;
        status = handle_reference(client, root, NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, ref);
        if (!NT_SUCCESS(status))
                return status;
        attributes->root.slot = ref->slot;
        attributes->root.tag = ref->info.tag;
        attributes->message.root = &attributes->root;
        return STATUS_SUCCESS;
}

void attributes_send_flags(Attributes *attributes) {
        attributes->message.has_attributes = true;
        attributes->message.attributes = attributes->flags;
}

static void message_fill(Attributes *attributes) {
        attributes_send_flags(attributes);
        if (!attributes->name)
                return;
        attributes->message.has_name = true;
        attributes->message.name.data = (uint8_t *) attributes->name;
        attributes->message.name.len = attributes->n_name;
}

NTSTATUS attributes_capture(const Client *client,
                Attributes *attributes,
                const OBJECT_ATTRIBUTES *from,
                AttributesUse use) {
        OBJECT_ATTRIBUTES fields;
        NTSTATUS status;

        if (!from)
                return use == ATTRIBUTES_CREATE ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
        status = probe_read(&fields, from, sizeof(fields), _Alignof(OBJECT_ATTRIBUTES));
        if (!NT_SUCCESS(status))
                return status;
        status = fields_capture(attributes, &fields, use);
        if (!NT_SUCCESS(status))
                return status;
        attributes->flags = fields.Attributes;
        if (access_is_checked(client))
                attributes->flags &= ~OBJ_KERNEL_HANDLE;

        if (!fields.ObjectName && fields.RootDirectory)
                return STATUS_OBJECT_NAME_INVALID;
        if (fields.ObjectName) {
                status = name_capture(attributes, fields.ObjectName);
                if (!NT_SUCCESS(status))
                        return status;
        }
        status = root_capture(client, attributes, fields.RootDirectory, use);
        if (!NT_SUCCESS(status))
                return status;
        message_fill(attributes);
        return STATUS_SUCCESS;
}
