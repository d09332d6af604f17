#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "service.h"
#include "target.h"
#include "thread-record.h"
#include "trace.h"
#include "zw.h"

/* The end of processes. */

/* Linux keeps eight bits, and a failure must not look like a success. */
static int exit_code(NTSTATUS status) {
        int code = status & 0xFF;

        return status != 0 && code == 0 ? 255 : code;
}

void zw_set_exit_status(NTSTATUS status) {
        const Client *client;

        if (NT_SUCCESS(client_enter(CLIENT_HANDLES, &client)))
                atomic_store(&client->page->exit_status, status);
}

VOID NTAPI RtlExitUserProcess(NTSTATUS ExitStatus) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();

        if (hooks)
                hooks->ExitProcess(ExitStatus);
        zw_set_exit_status(ExitStatus);
        exit(exit_code(ExitStatus));
}

static NTSTATUS stop_others(NTSTATUS status) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();

        return hooks ? hooks->StopOthers(status) : STATUS_NOT_SUPPORTED;
}

static NTSTATUS terminate_other(Target *target, NTSTATUS exit_status) {
        autocleanup(call_reply_clear) CallReply reply;
        Nt__TerminateProcessRequest body = NT__TERMINATE_PROCESS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        call_reply_init(&reply);
        body.grant = target_grant(target);
        body.exit_status = exit_status;
        request.body_case = NT__REQUEST__BODY_TERMINATE_PROCESS;
        request.terminate_process = &body;
        return connection_call(target->client, &request, &reply);
}

static NTSTATUS terminate_handle(HANDLE process, NTSTATUS exit_status, bool *ret_own) {
        autocleanup(target_clear) Target target;
        NTSTATUS status = target_enter(&target, process);

        if (NT_SUCCESS(status))
                status = target_reference_process(&target, PROCESS_TERMINATE);
        if (!NT_SUCCESS(status))
                return status;
        *ret_own = handle_check_process(target.client, process, PROCESS_TERMINATE) ==
                   STATUS_SUCCESS;
        return *ret_own ? STATUS_SUCCESS : terminate_other(&target, exit_status);
}

static NTSTATUS terminate(HANDLE process, NTSTATUS exit_status, bool *ret_own) {
        if (!process)
                return stop_others(exit_status);
        *ret_own = handle_pseudo(process) == PSEUDO_PROCESS;
        return *ret_own ? STATUS_SUCCESS : terminate_handle(process, exit_status, ret_own);
}

NTSTATUS zw_terminate_process(HANDLE process, NTSTATUS exit_status) {
        bool own = false;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = terminate(process, exit_status, &own);
        if (TRACING())
                trace_end("NtTerminateProcess", status, "process=%p, exit_status=0x%x", process,
                                (unsigned) exit_status);
        if (!own)
                return status;
        zw_set_exit_status(exit_status);
        _exit(exit_code(exit_status));
}

SERVICE(TerminateProcess,
                zw_terminate_process,
                (HANDLE process, NTSTATUS exit_status),
                (process, exit_status));
