#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "affinity.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "thread-target.h"
#include "thread-times.h"
#include "trace.h"
#include "zw.h"

/* NtQueryInformationThread */

#define INFORMATION_ALIGNMENT 4u
#define PRIORITY              8 /* of every thread whose priority nobody has changed */

/* What the caller's buffer gets. */
typedef union ThreadAnswer {
        THREAD_BASIC_INFORMATION basic;
        KERNEL_USER_TIMES times;
        PVOID address;
        ULONG number;
        BOOLEAN flag;
} ThreadAnswer;

/* One call. */
typedef struct ThreadQuery {
        ThreadTarget thread;
        THREADINFOCLASS which;
        void *to;
        ULONG length;
        PULONG return_length;
} ThreadQuery;

static void query_clear(ThreadQuery *query) {
        thread_target_clear(&query->thread);
}

/* Bytes of the class's structure; 0 for a class that is not answered. */
static ULONG class_length(THREADINFOCLASS which) {
        switch ((ULONG) which) {
        case ThreadBasicInformation:
                return sizeof(THREAD_BASIC_INFORMATION);
        case ThreadTimes:
                return sizeof(KERNEL_USER_TIMES);
        case ThreadQuerySetWin32StartAddress:
                return sizeof(PVOID);
        case ThreadAmILastThread:
        case ThreadIsTerminated:
        case ThreadSuspendCount:
                return sizeof(ULONG);
        case ThreadHideFromDebugger:
                return sizeof(BOOLEAN);
        case ThreadNameInformation:
                return sizeof(THREAD_NAME_INFORMATION);
        default:
                return 0;
        }
}

static bool needs_full_access(THREADINFOCLASS which) {
        return which == ThreadQuerySetWin32StartAddress || which == ThreadAmILastThread ||
               which == ThreadHideFromDebugger;
}

static NTSTATUS query_find(ThreadQuery *query) {
        if (needs_full_access(query->which))
                return thread_target_find(&query->thread, THREAD_QUERY_INFORMATION, 0);
        return thread_target_find(
                        &query->thread, THREAD_QUERY_LIMITED_INFORMATION, THREAD_QUERY_INFORMATION);
}

static void fill_basic(const ThreadQuery *query, THREAD_BASIC_INFORMATION *ret) {
        const ThreadTarget *thread = &query->thread;

        ret->ExitStatus = thread->exit_status;
        ret->ClientId = thread->client_id;
        ret->Priority = ret->BasePriority = PRIORITY;
        if (!thread->own || thread->ended)
                return;
        ret->AffinityMask = affinity_of((pid_t) ((uintptr_t) thread->client_id.UniqueThread / 4));
        if (thread->record)
                ret->TebBaseAddress = thread->record->thread->Teb;
}

static void count_host(ThreadRecord *record, void *argument) {
        ULONG *n = argument;

        *n += record->thread->Host != NULL;
}

static ULONG is_last(void) {
        ULONG n = 0;

        if (!thread_hooks())
                return thread_count_of_linux() == 1;
        thread_records_each(count_host, &n);
        return n == 1;
}

/* What the thread's record says, under the lock of the table. */
static void fill_of_record(const ThreadQuery *query, ThreadAnswer *ret) {
        const ThreadRecord *record = query->thread.record;

        pthread_mutex_lock(&thread_records_lock);
        if (query->which == ThreadSuspendCount)
                ret->number = record->n_suspended;
        else if (query->which == ThreadHideFromDebugger)
                ret->flag = record->hidden;
        else
                ret->address = record->thread->StartAddress;
        pthread_mutex_unlock(&thread_records_lock);
}

static NTSTATUS query_fill(const ThreadQuery *query, ThreadAnswer *ret) {
        const ThreadTarget *thread = &query->thread;

        memset(ret, 0, sizeof(*ret)); /* padding goes out too */
        switch ((ULONG) query->which) {
        case ThreadBasicInformation:
                fill_basic(query, &ret->basic);
                return STATUS_SUCCESS;
        case ThreadIsTerminated:
                ret->number = thread->ended;
                return STATUS_SUCCESS;
        case ThreadTimes:
                return thread->own && !thread->ended
                                       ? thread_times_read(thread->client_id.UniqueThread,
                                                         &ret->times)
                                       : STATUS_NOT_SUPPORTED;
        case ThreadAmILastThread:
                if (!thread->own)
                        return STATUS_NOT_SUPPORTED;
                ret->number = is_last();
                return STATUS_SUCCESS;
        default:
                break;
        }
        if (!thread->record)
                return thread->ended && query->which == ThreadSuspendCount
                                       ? STATUS_THREAD_IS_TERMINATING
                                       : STATUS_NOT_SUPPORTED;
        fill_of_record(query, ret);
        return STATUS_SUCCESS;
}

/* The name, with the units behind the structure. */
static NTSTATUS write_name(const ThreadQuery *query, const WCHAR *name, USHORT length) {
        THREAD_NAME_INFORMATION information = { .ThreadName = { length, length, NULL } };
        uint8_t *to = query->to;
        ULONG needed = (ULONG) sizeof(information) + length;
        NTSTATUS status = STATUS_SUCCESS;

        if (query->return_length)
                status = probe_write_32(query->return_length, needed);
        if (NT_SUCCESS(status) && query->length < needed)
                status = STATUS_BUFFER_TOO_SMALL;
        if (!NT_SUCCESS(status))
                return status;
        if (length > 0)
                information.ThreadName.Buffer = (PWSTR) (void *) (to + sizeof(information));
        status = probe_write(to, &information, sizeof(information));
        if (NT_SUCCESS(status) && length > 0)
                status = probe_write(to + sizeof(information), name, length);
        return status;
}

static NTSTATUS query_name(ThreadQuery *query) {
        ThreadRecord *record;
        WCHAR *copy = NULL;
        USHORT length = 0;
        NTSTATUS status = query_find(query);

        if (!NT_SUCCESS(status))
                return status;
        record = query->thread.record;
        if (!record)
                return STATUS_NOT_SUPPORTED;
        pthread_mutex_lock(&thread_records_lock);
        if (record->n_name > 0)
                copy = malloc(record->n_name);
        if (copy) {
                length = record->n_name;
                memcpy(copy, record->name, length);
        }
        status = record->n_name > 0 && !copy ? STATUS_NO_MEMORY : STATUS_SUCCESS;
        pthread_mutex_unlock(&thread_records_lock);
        if (NT_SUCCESS(status))
                status = write_name(query, copy, length);
        free(copy);
        return status;
}

static NTSTATUS query_begin(ThreadQuery *query, HANDLE handle) {
        ULONG alignment = query->which == ThreadHideFromDebugger ? 1 : INFORMATION_ALIGNMENT;
        NTSTATUS status = thread_target_enter(&query->thread, handle);

        if (NT_SUCCESS(status))
                status = probe_writable(query->to, query->length, alignment);
        if (NT_SUCCESS(status) && query->return_length)
                status = probe_writable(query->return_length, sizeof(*query->return_length), 1);
        return status;
}

static NTSTATUS thread_query(ThreadQuery *query, HANDLE handle) {
        ThreadAnswer answer;
        ULONG length = class_length(query->which);
        NTSTATUS status = query_begin(query, handle);

        if (!NT_SUCCESS(status))
                return status;
        if (length == 0)
                return (ULONG) query->which < MaxThreadInfoClass ? STATUS_NOT_IMPLEMENTED
                                                                 : STATUS_INVALID_INFO_CLASS;
        if (query->which == ThreadNameInformation)
                return query_name(query);
        if (query->return_length)
                status = probe_write_32(query->return_length, length);
        if (NT_SUCCESS(status) && query->length != length)
                status = STATUS_INFO_LENGTH_MISMATCH;
        if (NT_SUCCESS(status))
                status = query_find(query);
        if (NT_SUCCESS(status))
                status = query_fill(query, &answer);
        return NT_SUCCESS(status) ? probe_write(query->to, &answer, length) : status;
}

NTSTATUS zw_query_information_thread(HANDLE thread,
                THREADINFOCLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        autocleanup(query_clear) ThreadQuery query = {
                .which = information_class,
                .to = information,
                .length = length,
                .return_length = return_length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        thread_target_init(&query.thread);
        status = thread_query(&query, thread);
        if (TRACING())
                trace_end("NtQueryInformationThread", status, "thread=%p, class=%u, length=%u",
                                thread, (unsigned) information_class, length);
        return status;
}

SERVICE(QueryInformationThread,
                zw_query_information_thread,
                (HANDLE thread,
                                THREADINFOCLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (thread, information_class, information, length, return_length));
