#include "ntstatus.h"
#include "process-object.h"
#include "rpc-call.h"
#include "rpc-file.h"

#define PARKED_MOST 4096u

NTSTATUS rpc_reference(RpcCall *call,
                const Nt__Grant *grant,
                const ObjectType *type,
                ACCESS_MASK access,
                Object **ret) {
        return grant_table_reference(process_grants(call->process), rpc_grant_name(grant), type,
                        rpc_kernel_mode(call) ? 0 : access, ret, NULL);
}

NTSTATUS rpc_reference_process(RpcCall *call,
                const Nt__Grant *grant,
                ACCESS_MASK access,
                Object **ret_object,
                Process **ret) {
        NTSTATUS status = STATUS_SUCCESS;

        *ret = call->process;
        if (!grant)
                return STATUS_SUCCESS;
        status = rpc_reference(call, grant, &process_type, access, ret_object);
        if (NT_SUCCESS(status))
                *ret = ((ProcessObject *) *ret_object)->process;
        return status;
}

NTSTATUS rpc_release(RpcCall *call) {
        const Nt__ReleaseRequest *request = call->request->release;

        if (request->answer)
                rpc_collect_deletions(call);
        grant_table_release(process_grants(call->process), rpc_grant_name(request->grant));
        return request->answer ? rpc_await_deletions(call, STATUS_SUCCESS) : STATUS_SUCCESS;
}

NTSTATUS rpc_release_parked(RpcCall *call) {
        const Nt__ReleaseParkedRequest *request = call->request->release_parked;

        for (size_t i = 0; i < request->n_grants && i < PARKED_MOST; i++)
                grant_table_end_parked(
                                process_grants(call->process), rpc_grant_name(request->grants[i]));
        return STATUS_SUCCESS;
}

/* A process that counts its handles itself closes them itself. */
NTSTATUS rpc_close(RpcCall *call) {
        NTSTATUS status = STATUS_INVALID_PARAMETER;

        if (process_has_page(call->process))
                return status;
        rpc_collect_deletions(call);
        status = grant_table_close(
                        process_grants(call->process), rpc_grant_name(call->request->close->grant));
        return rpc_await_deletions(call, status);
}
