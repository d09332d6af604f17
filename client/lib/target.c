#include "target.h"

#include "ntstatus.h"

NTSTATUS target_enter(Target *target, HANDLE handle) {
        /* A pseudo handle is good in a process that has opened nothing yet. */
        ClientNeed need = handle_pseudo(handle) == PSEUDO_NONE ? CLIENT_HANDLES : CLIENT_ATTACH;

        target->client = NULL;
        target->handle = handle;
        target->referenced = false;
        handle_ref_init(&target->ref);
        target->entered = client_enter(need, &target->client);
        return target->entered == STATUS_PORT_DISCONNECTED ? target->entered : STATUS_SUCCESS;
}

NTSTATUS target_reference(Target *target, uint32_t kind, ACCESS_MASK access) {
        NTSTATUS status;

        if (!NT_SUCCESS(target->entered))
                return target->entered;
        status = handle_reference(target->client, target->handle, kind, access, &target->ref);
        if (!NT_SUCCESS(status))
                return status;

        target->referenced = true;
        target->grant = handle_grant(&target->ref);
        return STATUS_SUCCESS;
}

NTSTATUS target_reference_process(Target *target, ACCESS_MASK access) {
        if (handle_pseudo(target->handle) == PSEUDO_PROCESS)
                return target->entered;
        return target_reference(target, NT__OBJECT_KIND__OBJECT_KIND_PROCESS, access);
}

void target_clear(Target *target) {
        handle_release(&target->ref);
        target->referenced = false;
}
