#include <stdlib.h>
#include <string.h>

#include "affinity.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "thread-target.h"
#include "trace.h"
#include "zw.h"

/* NtSetInformationThread */

/* Of a TEB: 64 slots in it, and a pointer to 1,024 more. */
#define TEB_SLOTS           0x1480u
#define TEB_EXPANSION_SLOTS 0x1780u
#define N_SLOTS             64u
#define N_EXPANSION_SLOTS   1024u

/* What the caller's buffer has. */
typedef union ThreadSetting {
        uint64_t value; /* a handle, an address, a mask */
        ULONG cell;
        UNICODE_STRING name;
} ThreadSetting;

static bool class_is_known(THREADINFOCLASS which) {
        switch ((ULONG) which) {
        case ThreadAffinityMask:
        case ThreadImpersonationToken:
        case ThreadQuerySetWin32StartAddress:
        case ThreadZeroTlsCell:
        case ThreadHideFromDebugger:
        case ThreadNameInformation:
                return true;
        default:
                return false;
        }
}

static ULONG class_length(THREADINFOCLASS which) {
        if (which == ThreadHideFromDebugger)
                return 0;
        if (which == ThreadZeroTlsCell)
                return sizeof(ULONG);
        return which == ThreadNameInformation ? sizeof(UNICODE_STRING) : sizeof(uint64_t);
}

static void zero_cell(ThreadRecord *record, void *argument) {
        const ULONG *cell = argument;
        uint8_t *teb = record->thread->Teb;
        PVOID *expansion;

        if (!teb)
                return;
        expansion = *(PVOID **) (void *) (teb + TEB_EXPANSION_SLOTS);
        if (*cell < N_SLOTS)
                ((PVOID *) (void *) (teb + TEB_SLOTS))[*cell] = NULL;
        else if (expansion)
                expansion[*cell - N_SLOTS] = NULL;
}

static NTSTATUS zero_tls_cell(ULONG cell) {
        if (!thread_hooks())
                return STATUS_NOT_SUPPORTED;
        if (cell >= N_SLOTS + N_EXPANSION_SLOTS)
                return STATUS_INVALID_PARAMETER;
        thread_records_each(zero_cell, &cell);
        return STATUS_SUCCESS;
}

static NTSTATUS set_name(ThreadRecord *record, const UNICODE_STRING *name) {
        WCHAR *copy = NULL, *old;
        NTSTATUS status;

        if (name->Length % sizeof(WCHAR) != 0)
                return STATUS_INVALID_PARAMETER;
        if (name->Length > 0) {
                copy = malloc(name->Length);
                if (!copy)
                        return STATUS_NO_MEMORY;
                status = probe_read(copy, name->Buffer, name->Length, sizeof(WCHAR));
                if (!NT_SUCCESS(status)) {
                        free(copy);
                        return status;
                }
        }
        pthread_mutex_lock(&thread_records_lock);
        old = record->name;
        record->name = copy;
        record->n_name = name->Length;
        pthread_mutex_unlock(&thread_records_lock);
        free(old);
        return STATUS_SUCCESS;
}

static NTSTATUS set_of_thread(
                ThreadTarget *thread, THREADINFOCLASS which, const ThreadSetting *setting) {
        ThreadRecord *record = thread->record;

        if (thread->ended)
                return STATUS_THREAD_IS_TERMINATING;
        if (!thread->own)
                return STATUS_NOT_SUPPORTED;
        if (which == ThreadAffinityMask) {
                pid_t tid = (pid_t) ((uintptr_t) thread->client_id.UniqueThread / 4);

                return setting->value != 0 && affinity_set(tid, setting->value)
                                       ? STATUS_SUCCESS
                                       : STATUS_INVALID_PARAMETER;
        }
        if (!record)
                return STATUS_NOT_SUPPORTED;
        if (which == ThreadNameInformation)
                return set_name(record, &setting->name);
        pthread_mutex_lock(&thread_records_lock);
        if (which == ThreadHideFromDebugger)
                record->hidden = true;
        else
                record->thread->StartAddress = (PVOID) (uintptr_t) setting->value;
        pthread_mutex_unlock(&thread_records_lock);
        return STATUS_SUCCESS;
}

/* Threads impersonate nobody. */
static NTSTATUS set_token(ThreadTarget *thread, uint64_t token) {
        NTSTATUS status = thread_target_check(thread, THREAD_SET_THREAD_TOKEN);

        return NT_SUCCESS(status) && token != 0 ? STATUS_NOT_SUPPORTED : status;
}

static NTSTATUS thread_set(HANDLE handle, THREADINFOCLASS which, const void *from, ULONG length) {
        autocleanup(thread_target_clear) ThreadTarget thread;
        ThreadSetting setting = { 0 };
        NTSTATUS status;

        thread_target_init(&thread);
        status = thread_target_enter(&thread, handle);
        if (NT_SUCCESS(status))
                status = probe_range(from, length, 4);
        if (!NT_SUCCESS(status))
                return status;
        if (!class_is_known(which))
                return (ULONG) which < MaxThreadInfoClass ? STATUS_NOT_IMPLEMENTED
                                                          : STATUS_INVALID_INFO_CLASS;
        if (length != class_length(which))
                return STATUS_INFO_LENGTH_MISMATCH;
        if (length > 0)
                status = probe_read(&setting, from, length, 4);
        if (!NT_SUCCESS(status))
                return status;
        if (which == ThreadZeroTlsCell)
                return zero_tls_cell(setting.cell);
        if (which == ThreadImpersonationToken)
                return set_token(&thread, setting.value);
        status = thread_target_find(&thread, THREAD_SET_INFORMATION,
                        which == ThreadNameInformation ? THREAD_SET_LIMITED_INFORMATION : 0);
        return NT_SUCCESS(status) ? set_of_thread(&thread, which, &setting) : status;
}

NTSTATUS zw_set_information_thread(
                HANDLE thread, THREADINFOCLASS information_class, PVOID information, ULONG length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = thread_set(thread, information_class, information, length);
        if (TRACING())
                trace_end("NtSetInformationThread", status, "thread=%p, class=%u, length=%u",
                                thread, (unsigned) information_class, length);
        return status;
}

SERVICE(SetInformationThread,
                zw_set_information_thread,
                (HANDLE thread, THREADINFOCLASS information_class, PVOID information, ULONG length),
                (thread, information_class, information, length));
