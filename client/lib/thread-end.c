
#include "cancellation.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "thread-target.h"
#include "thread-times.h"
#include "trace.h"
#include "zw.h"

/* The end of threads, and what keeps them from running meanwhile. */

#define SUSPEND_MAX 127u

/* With a host, its part of the thread goes back to thread-create.c, or ends the process. */
static _Noreturn void end_self(NTSTATUS status, BOOLEAN notify) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();
        ThreadRecord *record = thread_record_self();

        if (hooks && record && (record->made || record->thread->Host))
                hooks->ExitThread(status, notify);
        if (record)
                thread_record_end(record, status);
        pthread_exit(NULL);
}

VOID NTAPI RtlExitUserThread(NTSTATUS ExitStatus) {
        end_self(ExitStatus, TRUE);
}

/* One that has not begun. */
static NTSTATUS cancel(ThreadRecord *record, NTSTATUS exit_status) {
        NTSTATUS status = STATUS_NOT_SUPPORTED;

        pthread_mutex_lock(&thread_records_lock);
        if (!record->running && !record->ended) {
                record->cancel_status = exit_status;
                record->cancelled = true;
                pthread_cond_broadcast(&record->changed);
                status = STATUS_SUCCESS;
        }
        pthread_mutex_unlock(&thread_records_lock);
        return status;
}

static NTSTATUS terminate(HANDLE handle, NTSTATUS exit_status, bool *ret_self) {
        autocleanup(thread_target_clear) ThreadTarget thread;
        NTSTATUS status;

        thread_target_init(&thread);
        status = thread_target_enter(&thread, handle);
        if (NT_SUCCESS(status))
                status = thread_target_find(&thread, THREAD_TERMINATE, 0);
        if (!NT_SUCCESS(status))
                return status;
        *ret_self = thread.self;
        if (thread.self || thread.ended)
                return STATUS_SUCCESS;
        return thread.record ? cancel(thread.record, exit_status) : STATUS_NOT_SUPPORTED;
}

static void count_made(ThreadRecord *record, void *argument) {
        unsigned *n = argument;

        *n += record->thread->Host != NULL;
}

/* Linux counts its threads as subdirectories; a host may have one that is no thread of its own. */
static bool is_last_thread(void) {
        unsigned n = 0;

        if (thread_hooks())
                thread_records_each(count_made, &n);
        else
                n = thread_count_of_linux();
        return n <= 1;
}

NTSTATUS zw_terminate_thread(HANDLE thread, NTSTATUS exit_status) {
        NTSTATUS status = STATUS_SUCCESS;
        bool self = thread == NULL;

        if (TRACING())
                trace_begin();
        if (self && is_last_thread())
                status = STATUS_CANT_TERMINATE_SELF;
        else if (!self)
                status = terminate(thread, exit_status, &self);
        if (TRACING())
                trace_end("NtTerminateThread", status, "thread=%p, exit_status=0x%x", thread,
                                (unsigned) exit_status);
        if (NT_SUCCESS(status) && self)
                end_self(exit_status, FALSE);
        return status;
}

SERVICE(TerminateThread,
                zw_terminate_thread,
                (HANDLE thread, NTSTATUS exit_status),
                (thread, exit_status));

/* The calling thread sleeps until others have resumed it. */
static void sleep_suspended(ThreadRecord *record) {
        while (record->n_suspended > 0)
                pthread_cond_wait(&record->changed, &thread_records_lock);
}

static NTSTATUS suspend(ThreadRecord *record, bool self, ULONG *ret_before) {
        NO_CANCELLATION_HERE;
        NTSTATUS status = STATUS_SUCCESS;

        pthread_mutex_lock(&thread_records_lock);
        *ret_before = record->n_suspended;
        if (record->ended || record->cancelled)
                status = STATUS_THREAD_IS_TERMINATING;
        else if (record->n_suspended >= SUSPEND_MAX)
                status = STATUS_SUSPEND_COUNT_EXCEEDED;
        else if (record->running && !self)
                status = STATUS_NOT_SUPPORTED;
        else
                record->n_suspended++;
        if (NT_SUCCESS(status) && self)
                sleep_suspended(record);
        pthread_mutex_unlock(&thread_records_lock);
        return status;
}

static NTSTATUS resume(ThreadRecord *record, bool self, ULONG *ret_before) {
        (void) self; /* a thread that can ask is not suspended */
        pthread_mutex_lock(&thread_records_lock);
        *ret_before = record->n_suspended;
        if (record->n_suspended > 0 && --record->n_suspended == 0)
                pthread_cond_broadcast(&record->changed);
        pthread_mutex_unlock(&thread_records_lock);
        return STATUS_SUCCESS;
}

typedef NTSTATUS (*Change)(ThreadRecord *record, bool self, ULONG *ret_before);

static NTSTATUS change_suspension(HANDLE handle, PULONG before, Change change) {
        autocleanup(thread_target_clear) ThreadTarget thread;
        ULONG count = 0;
        NTSTATUS status;

        thread_target_init(&thread);
        status = thread_target_enter(&thread, handle);
        if (NT_SUCCESS(status) && before)
                status = probe_writable(before, sizeof(*before), sizeof(ULONG));
        if (NT_SUCCESS(status))
                status = thread_target_find(&thread, THREAD_SUSPEND_RESUME, 0);
        if (!NT_SUCCESS(status))
                return status;
        if (thread.ended)
                return STATUS_THREAD_IS_TERMINATING;
        if (!thread.record)
                return STATUS_NOT_SUPPORTED;
        status = change(thread.record, thread.self, &count);
        return NT_SUCCESS(status) && before ? probe_write_32(before, count) : status;
}

NTSTATUS zw_suspend_thread(HANDLE thread, PULONG before) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = change_suspension(thread, before, suspend);
        if (TRACING())
                trace_end("NtSuspendThread", status, "thread=%p", thread);
        return status;
}

SERVICE(SuspendThread, zw_suspend_thread, (HANDLE thread, PULONG count), (thread, count));

NTSTATUS zw_resume_thread(HANDLE thread, PULONG before) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = change_suspension(thread, before, resume);
        if (TRACING())
                trace_end("NtResumeThread", status, "thread=%p", thread);
        return status;
}

SERVICE(ResumeThread, zw_resume_thread, (HANDLE thread, PULONG count), (thread, count));
