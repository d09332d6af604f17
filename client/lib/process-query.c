#include <stdatomic.h>
#include <string.h>

#include "affinity.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "process-self.h"
#include "service.h"
#include "target.h"
#include "thread-record.h"
#include "thread-times.h"
#include "trace.h"
#include "zw.h"

/* NtQueryInformationProcess, NtSetInformationProcess */

#define INFORMATION_ALIGNMENT 4u
#define BASE_PRIORITY         8 /* of every process whose priority nobody has changed */

static _Atomic ULONG hard_error_mode;

/* What the caller's buffer gets. */
typedef union ProcessAnswer {
        PROCESS_BASIC_INFORMATION basic;
        PROCESS_SESSION_INFORMATION session;
        PROCESS_PRIORITY_CLASS priority;
        KERNEL_USER_TIMES times;
        VM_COUNTERS memory;
        ULONG number;
        ULONG_PTR pointer;
} ProcessAnswer;

/* Bytes of the class's structure; 0 for a class that is not answered. */
static ULONG class_length(PROCESSINFOCLASS which) {
        switch ((ULONG) which) {
        case ProcessBasicInformation:
                return sizeof(PROCESS_BASIC_INFORMATION);
        case ProcessSessionInformation:
                return sizeof(PROCESS_SESSION_INFORMATION);
        case ProcessVmCounters:
                return sizeof(VM_COUNTERS);
        case ProcessTimes:
                return sizeof(KERNEL_USER_TIMES);
        case ProcessPriorityClass:
                return sizeof(PROCESS_PRIORITY_CLASS);
        case ProcessDebugPort:
        case ProcessWow64Information:
        case ProcessDebugObjectHandle:
                return sizeof(ULONG_PTR);
        case ProcessDefaultHardErrorMode:
        case ProcessHandleCount:
        case ProcessPriorityBoost:
        case ProcessBreakOnTermination:
        case ProcessDebugFlags:
        case ProcessCookie:
                return sizeof(ULONG);
        case ProcessImageFileName:
        case ProcessImageFileNameWin32:
        case ProcessCommandLineInformation:
                return sizeof(UNICODE_STRING);
        default:
                return 0;
        }
}

static bool is_string(PROCESSINFOCLASS which) {
        return which == ProcessImageFileName || which == ProcessImageFileNameWin32 ||
               which == ProcessCommandLineInformation;
}

/* What the daemon knows, and what is the same of all. Return: whether that is it. */
static bool fill_of_any(ProcessAnswer *information,
                const Nt__QueryProcessReply *process,
                PROCESSINFOCLASS which,
                bool own) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();

        switch ((ULONG) which) {
        case ProcessBasicInformation:
                information->basic.ExitStatus = process->exit_status;
                information->basic.PebBaseAddress = own && hooks ? hooks->Peb : NULL;
                information->basic.AffinityMask = own ? affinity_of(0) : 0;
                information->basic.BasePriority = BASE_PRIORITY;
                information->basic.UniqueProcessId = process->process_id;
                information->basic.InheritedFromUniqueProcessId = process->parent_id;
                return true;
        case ProcessSessionInformation:
                information->session.SessionId = process->session_id;
                return true;
        case ProcessHandleCount:
                information->number = process->handle_count;
                return true;
        case ProcessPriorityClass:
                information->priority.PriorityClass = PROCESS_PRIORITY_CLASS_NORMAL;
                return true;
        case ProcessDebugFlags:
                information->number = 1;
                return true;
        case ProcessDebugPort:
        case ProcessWow64Information:
        case ProcessPriorityBoost:
        case ProcessBreakOnTermination:
                return true;
        default:
                return false;
        }
}

static NTSTATUS fill_of_own(ProcessAnswer *information, PROCESSINFOCLASS which) {
        switch ((ULONG) which) {
        case ProcessTimes:
                return thread_times_read(NULL, &information->times);
        case ProcessVmCounters:
                return process_self_memory(&information->memory);
        case ProcessDefaultHardErrorMode:
                information->number = atomic_load(&hard_error_mode);
                return STATUS_SUCCESS;
        case ProcessCookie:
                information->number = process_self_cookie();
                return STATUS_SUCCESS;
        default:
                return STATUS_NOT_SUPPORTED;
        }
}

static NTSTATUS process_fetch(Target *target, CallReply *reply) {
        Nt__QueryProcessRequest body = NT__QUERY_PROCESS_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        status = target_reference_process(target, PROCESS_QUERY_LIMITED_INFORMATION);
        if (!NT_SUCCESS(status))
                return status;
        body.grant = target_grant(target);
        request.body_case = NT__REQUEST__BODY_QUERY_PROCESS;
        request.query_process = &body;
        return connection_call(target->client, &request, reply);
}

/* One call. */
typedef struct ProcessQuery {
        PROCESSINFOCLASS which;
        void *to;
        ULONG length;
        PULONG return_length;
} ProcessQuery;

static NTSTATUS write_string(const ProcessQuery *query) {
        UNICODE_STRING string = { 0 };
        WCHAR *units = NULL;
        uint8_t *to = query->to;
        ULONG needed;
        NTSTATUS status = process_self_string(query->which, &units, &string.Length);

        if (!NT_SUCCESS(status))
                return status;
        string.MaximumLength = (USHORT) (string.Length + sizeof(WCHAR));
        needed = (ULONG) sizeof(string) + string.MaximumLength;
        if (query->return_length)
                status = probe_write_32(query->return_length, needed);
        if (NT_SUCCESS(status) && query->length < needed)
                status = STATUS_INFO_LENGTH_MISMATCH;
        if (NT_SUCCESS(status)) {
                string.Buffer = (PWSTR) (void *) (to + sizeof(string));
                status = probe_write(to, &string, sizeof(string));
        }
        if (NT_SUCCESS(status)) /* with its NUL */
                status = probe_write(to + sizeof(string), units, string.MaximumLength);
        zw_free(units);
        return status;
}

static NTSTATUS query_run(const ProcessQuery *query, Target *target) {
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryProcessReply *process;
        ProcessAnswer information;
        NTSTATUS status;
        bool own;

        call_reply_init(&reply);
        status = process_fetch(target, &reply);
        if (!NT_SUCCESS(status))
                return status;
        process = reply.message->query_process;
        own = process->process_id == target->client->process_id;
        memset(&information, 0, sizeof(information)); /* padding goes out too */
        if (query->which == ProcessDebugObjectHandle)
                return STATUS_PORT_NOT_SET;
        if (!fill_of_any(&information, process, query->which, own)) {
                if (!own)
                        return query->which == ProcessCookie ? STATUS_INVALID_PARAMETER
                                                             : STATUS_NOT_SUPPORTED;
                if (is_string(query->which))
                        return write_string(query);
                status = fill_of_own(&information, query->which);
        }
        return NT_SUCCESS(status) ? probe_write(query->to, &information, query->length) : status;
}

static NTSTATUS process_query(const ProcessQuery *query, HANDLE handle) {
        autocleanup(target_clear) Target target;
        ULONG length = class_length(query->which);
        NTSTATUS status;

        status = target_enter(&target, handle);
        if (NT_SUCCESS(status))
                status = probe_writable(query->to, query->length, INFORMATION_ALIGNMENT);
        if (NT_SUCCESS(status) && query->return_length)
                status = probe_writable(query->return_length, sizeof(*query->return_length), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (length == 0)
                return (ULONG) query->which < MaxProcessInfoClass ? STATUS_NOT_IMPLEMENTED
                                                                  : STATUS_INVALID_INFO_CLASS;
        if (query->return_length && !is_string(query->which))
                status = probe_write_32(query->return_length, length);
        if (NT_SUCCESS(status) && query->length != length && !is_string(query->which))
                status = STATUS_INFO_LENGTH_MISMATCH;
        return NT_SUCCESS(status) ? query_run(query, &target) : status;
}

NTSTATUS zw_query_information_process(HANDLE process,
                PROCESSINFOCLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        const ProcessQuery query = { information_class, information, length, return_length };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = process_query(&query, process);
        if (TRACING())
                trace_end("NtQueryInformationProcess", status, "process=%p, class=%u, length=%u",
                                process, (unsigned) information_class, length);
        return status;
}

SERVICE(QueryInformationProcess,
                zw_query_information_process,
                (HANDLE process,
                                PROCESSINFOCLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (process, information_class, information, length, return_length));

static NTSTATUS set_class(PROCESSINFOCLASS which, const ProcessAnswer *setting) {
        if (which == ProcessPriorityClass)
                return setting->priority.PriorityClass == PROCESS_PRIORITY_CLASS_NORMAL
                                       ? STATUS_SUCCESS
                                       : STATUS_NOT_SUPPORTED;
        atomic_store(&hard_error_mode, setting->number);
        return STATUS_SUCCESS;
}

static NTSTATUS process_set(HANDLE handle, PROCESSINFOCLASS which, const void *from, ULONG length) {
        bool known = which == ProcessPriorityClass || which == ProcessDefaultHardErrorMode;
        autocleanup(target_clear) Target target;
        ProcessAnswer setting = { 0 };
        NTSTATUS status;

        status = target_enter(&target, handle);
        if (NT_SUCCESS(status))
                status = probe_range(from, length, 1);
        if (!NT_SUCCESS(status))
                return status;
        if (!known)
                return (ULONG) which < MaxProcessInfoClass ? STATUS_NOT_IMPLEMENTED
                                                           : STATUS_INVALID_INFO_CLASS;
        if (length != class_length(which))
                return STATUS_INFO_LENGTH_MISMATCH;
        status = probe_read(&setting, from, length, 1);
        if (NT_SUCCESS(status))
                status = target.entered;
        if (NT_SUCCESS(status))
                status = handle_check_process(target.client, handle, PROCESS_SET_INFORMATION);
        return NT_SUCCESS(status) ? set_class(which, &setting) : status;
}

NTSTATUS zw_set_information_process(HANDLE process,
                PROCESSINFOCLASS information_class,
                PVOID information,
                ULONG length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = process_set(process, information_class, information, length);
        if (TRACING())
                trace_end("NtSetInformationProcess", status, "process=%p, class=%u, length=%u",
                                process, (unsigned) information_class, length);
        return status;
}

SERVICE(SetInformationProcess,
                zw_set_information_process,
                (HANDLE process,
                                PROCESSINFOCLASS information_class,
                                PVOID information,
                                ULONG length),
                (process, information_class, information, length));
