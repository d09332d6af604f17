#include "sddl.h"

#include <stdlib.h>
#include <zw/zw.h>

#include "cleanup.h"
#include "ntrtlsec.h"
#include "ntstatus.h"

static void free_pointer(void **pointer) {
        free(*pointer);
}

NTSTATUS zw_sddl_to_descriptor(const char *text, PSECURITY_DESCRIPTOR *ret, PULONG size) {
        void *data = NULL;
        size_t n_data = 0;
        NTSTATUS status;

        if (!text || !ret)
                return STATUS_INVALID_PARAMETER;
        status = sddl_parse(text, &data, &n_data, NULL);
        if (!NT_SUCCESS(status))
                return status;

        *ret = data;
        if (size)
                *size = (ULONG) n_data;
        return STATUS_SUCCESS;
}

NTSTATUS zw_descriptor_to_sddl(
                PSECURITY_DESCRIPTOR descriptor, SECURITY_INFORMATION information, char **ret) {
        autocleanup(free_pointer) void *copy = NULL;
        ULONG size = 0;
        NTSTATUS status;

        if (!descriptor || !ret)
                return STATUS_INVALID_PARAMETER;
        if (!RtlValidSecurityDescriptor(descriptor))
                return STATUS_INVALID_SECURITY_DESCR;
        (void) RtlMakeSelfRelativeSD(descriptor, NULL, &size); /* tells the size */
        copy = malloc(size);
        if (!copy)
                return STATUS_NO_MEMORY;
        status = RtlMakeSelfRelativeSD(descriptor, copy, &size);
        if (!NT_SUCCESS(status))
                return status;
        return sddl_format(copy, size, information, ret);
}

void zw_free(void *pointer) {
        free(pointer);
}
