#include "script-call.h"
#include "wdm.h"

/* Processes, and whom a thread of a kernel persona speaks for. */

static NTSTATUS run_open_process(Call *call) {
        g_auto(Attributes) attributes = { 0 };
        CLIENT_ID id = {
                .UniqueProcess = call_handle(call, "process_id"),
                .UniqueThread = call_handle(call, "thread_id"),
        };
        NTSTATUS status;

        attributes_init(&attributes, call);
        status = ENTRY(call, OpenProcess)(attributes.handle, call_ulong(call, "access"),
                        attributes.pointer, call_has(call, "process_id") ? &id : NULL);
        call_give_integer(call, "handle", (ULONG_PTR) attributes.value);
        return status;
}

static const Parameter open_process_parameters[] = {
        { "access", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { "process_id", SCRIPT_INTEGER, PARAMETER_PLACED, 0 },
        { "thread_id", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        OBJECT_PARAMETERS,
        { NULL, 0, 0, 0 },
};

/* Every class that is known fits. */
typedef union Information {
        PROCESS_BASIC_INFORMATION basic;
        PROCESS_SESSION_INFORMATION session;
        ULONG n_handles;
} Information;

static ULONG query_length(const Call *call, ULONG class) {
        if (call_has(call, "length"))
                return call_ulong(call, "length");
        return class == ProcessBasicInformation ? sizeof(PROCESS_BASIC_INFORMATION) : sizeof(ULONG);
}

static NTSTATUS run_query_process(Call *call) {
        ULONG class = call_ulong(call, "class");
        ULONG length = query_length(call, class);
        g_autofree Information *information = g_try_malloc0(MAX(length, sizeof(*information)));
        ULONG return_length = 0;
        NTSTATUS status;

        if (!information)
                return STATUS_NO_MEMORY;
        status = ENTRY(call, QueryInformationProcess)(call_handle(call, "process"),
                        (PROCESSINFOCLASS) class, information, length, &return_length);
        call_give_integer(call, "return_length", return_length);
        if (!NT_SUCCESS(status))
                return status;

        if (class == ProcessBasicInformation) {
                call_give_integer(call, "process_id", information->basic.UniqueProcessId);
                call_give_integer(call, "exit_status", (ULONG) information->basic.ExitStatus);
        } else if (class == ProcessSessionInformation) {
                call_give_integer(call, "session", information->session.SessionId);
        } else if (class == ProcessHandleCount) {
                call_give_integer(call, "handles", information->n_handles);
        }
        return status;
}

static const Parameter query_process_parameters[] = {
        { "process", SCRIPT_INTEGER, PARAMETER_PLACED, (uint64_t) -1 },
        { "class", SCRIPT_INTEGER, PARAMETER_PLACED, ProcessBasicInformation },
        { "length", SCRIPT_INTEGER, PARAMETER_NAMED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output query_process_outputs[] = {
        { "process_id", SCRIPT_INTEGER },
        { "exit_status", SCRIPT_INTEGER },
        { "session", SCRIPT_INTEGER },
        { "handles", SCRIPT_INTEGER },
        { "return_length", SCRIPT_INTEGER },
        { NULL, 0 },
};

static NTSTATUS run_mode(Call *call) {
        KPROCESSOR_MODE mode = (KPROCESSOR_MODE) call_integer(call, "mode");

        call_give_integer(call, "previous", (uint64_t) zw_set_previous_mode(mode));
        call_give_integer(call, "mode", (uint64_t) ExGetPreviousMode());
        return STATUS_SUCCESS;
}

static const Parameter mode_parameters[] = {
        { "mode", SCRIPT_INTEGER, PARAMETER_REQUIRED, 0 },
        { NULL, 0, 0, 0 },
};

static const Output mode_outputs[] = {
        { "previous", SCRIPT_INTEGER },
        { "mode", SCRIPT_INTEGER },
        { NULL, 0 },
};

const Service script_process_services[] = {
        { "NtOpenProcess", open_process_parameters, call_handle_outputs, run_open_process },
        { "NtQueryInformationProcess", query_process_parameters, query_process_outputs,
                        run_query_process },
        { "mode", mode_parameters, mode_outputs, run_mode },
        { NULL, NULL, NULL, NULL },
};
