#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cancellation.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "opening.h"
#include "probe.h"
#include "service.h"
#include "thread-open.h"
#include "thread-record.h"
#include "trace.h"
#include "zw.h"

/* NtCreateThreadEx, RtlCreateUserThread: threads of this process. */

#define VALID_FLAGS                                                                                \
        (THREAD_CREATE_FLAGS_CREATE_SUSPENDED | THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH |           \
                        THREAD_CREATE_FLAGS_HIDE_FROM_DEBUGGER |                                   \
                        THREAD_CREATE_FLAGS_LOADER_WORKER | THREAD_CREATE_FLAGS_SKIP_LOADER_INIT | \
                        THREAD_CREATE_FLAGS_BYPASS_PROCESS_FREEZE)
#define SUPPORTED_FLAGS                                                                            \
        (THREAD_CREATE_FLAGS_CREATE_SUSPENDED | THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH |           \
                        THREAD_CREATE_FLAGS_HIDE_FROM_DEBUGGER)

#define ATTRIBUTES_MOST 32u

/* Of Linux's own stack, under a host that gives the program another one. */
#define HOST_STACK  0x40000u
#define LEAST_STACK 0x10000u

typedef NTSTATUS(NTAPI *ThreadRoutine)(PVOID);

/* Waits until the thread may run. Return: whether it ever may. */
static bool wait_for_release(ThreadRecord *record) {
        NO_CANCELLATION_HERE;
        bool runs;

        pthread_mutex_lock(&thread_records_lock);
        while (!record->cancelled && (!record->released || record->n_suspended > 0))
                pthread_cond_wait(&record->changed, &thread_records_lock);
        runs = !record->cancelled;
        record->running = runs;
        pthread_mutex_unlock(&thread_records_lock);
        return runs;
}

static NTSTATUS run_routine(ZW_THREAD *thread) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();

        return hooks ? hooks->Run(thread)
                     : ((ThreadRoutine) thread->StartAddress)(thread->Argument);
}

static void *thread_main(void *argument) {
        ThreadRecord *record = argument;
        const ZW_THREAD_HOOKS *hooks = thread_hooks();
        bool entered;

        record->thread->ClientId.UniqueThread = zw_thread_id();
        entered = thread_record_enter(record);
        if (!entered) {
                pthread_mutex_lock(&thread_records_lock);
                record->begun = record->ended = true;
                pthread_cond_broadcast(&record->changed);
                pthread_mutex_unlock(&thread_records_lock);
        }
        if (hooks && !entered)
                hooks->Discard(record->thread);
        thread_record_unref(record); /* if it was entered, the thread has one until its end */
        if (!entered)
                return NULL;
        if (wait_for_release(record))
                thread_record_end(record, run_routine(record->thread));
        else
                thread_record_end(record, record->cancel_status);
        if (hooks)
                hooks->Discard(record->thread);
        return NULL;
}

static NTSTATUS start_thread(ThreadRecord *record) {
        size_t size = thread_hooks() ? HOST_STACK : record->thread->StackReserve;
        pthread_attr_t attributes;
        pthread_t thread;
        int error;

        if (pthread_attr_init(&attributes) != 0)
                return STATUS_NO_MEMORY;
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        if (size > 0)
                pthread_attr_setstacksize(&attributes, size < LEAST_STACK ? LEAST_STACK : size);
        error = pthread_create(&thread, &attributes, thread_main, record);
        pthread_attr_destroy(&attributes);
        if (error != 0)
                return error == EAGAIN ? STATUS_INSUFFICIENT_RESOURCES : STATUS_NO_MEMORY;
        return STATUS_SUCCESS;
}

/* Return: whether it has come so far that it waits to be released. */
static bool wait_for_begin(ThreadRecord *record) {
        NO_CANCELLATION_HERE;
        bool lives;

        pthread_mutex_lock(&thread_records_lock);
        while (!record->begun)
                pthread_cond_wait(&record->changed, &thread_records_lock);
        lives = !record->ended;
        pthread_mutex_unlock(&thread_records_lock);
        return lives;
}

static void release(ThreadRecord *record, bool runs) {
        pthread_mutex_lock(&thread_records_lock);
        record->released = true;
        record->cancelled |= !runs;
        pthread_cond_broadcast(&record->changed);
        pthread_mutex_unlock(&thread_records_lock);
}

/* The record gets one reference for the thread; on failure there is no thread. */
static NTSTATUS begin_thread(ThreadRecord *record) {
        const ZW_THREAD_HOOKS *hooks = thread_hooks();
        NTSTATUS status = hooks ? hooks->Prepare(record->thread) : STATUS_SUCCESS;

        if (!NT_SUCCESS(status))
                return status;
        record->made = true;
        record->n_refs++;
        status = start_thread(record);
        if (!NT_SUCCESS(status)) {
                record->n_refs--;
                if (hooks)
                        hooks->Discard(record->thread);
                return status;
        }
        return wait_for_begin(record) ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

/* What a caller wants. */
typedef struct Creation {
        const Client *client;
        PHANDLE handle; /* NULL: none */
        ACCESS_MASK access;
        const OBJECT_ATTRIBUTES *attributes;
        HANDLE process;
        PVOID routine;
        PVOID argument;
        ULONG flags;
        SIZE_T reserve;
        SIZE_T commit;
        PCLIENT_ID client_id;
        PVOID *teb;
} Creation;

static NTSTATUS creation_check(Creation *creation) {
        NTSTATUS status;

        if (creation->flags & ~VALID_FLAGS)
                return STATUS_INVALID_PARAMETER;
        status = client_enter(CLIENT_ATTACH, &creation->client);
        if (NT_SUCCESS(status))
                status = handle_check_process(
                                creation->client, creation->process, PROCESS_CREATE_THREAD);
        if (NT_SUCCESS(status) && creation->flags & ~SUPPORTED_FLAGS)
                status = STATUS_NOT_SUPPORTED;
        return status;
}

static NTSTATUS creation_answer(const Creation *creation, const ZW_THREAD *thread) {
        NTSTATUS status = STATUS_SUCCESS;

        if (creation->client_id)
                status = probe_write(
                                creation->client_id, &thread->ClientId, sizeof(thread->ClientId));
        if (NT_SUCCESS(status) && creation->teb)
                status = probe_write_64(creation->teb, (uintptr_t) thread->Teb);
        return status;
}

static NTSTATUS create(Creation *creation) {
        ThreadRecord *record;
        NTSTATUS status = creation_check(creation);

        if (!NT_SUCCESS(status))
                return status;
        record = thread_record_new();
        if (!record)
                return STATUS_NO_MEMORY;
        record->own = (ZW_THREAD){
                .StartAddress = creation->routine,
                .Argument = creation->argument,
                .StackReserve = creation->reserve,
                .StackCommit = creation->commit,
                .CreateFlags = creation->flags,
                .ClientId.UniqueProcess = (HANDLE) (uintptr_t) creation->client->process_id,
        };
        record->n_suspended = creation->flags & THREAD_CREATE_FLAGS_CREATE_SUSPENDED ? 1 : 0;
        record->hidden = creation->flags & THREAD_CREATE_FLAGS_HIDE_FROM_DEBUGGER;
        status = begin_thread(record);
        if (NT_SUCCESS(status)) {
                if (creation->handle)
                        status = thread_open_own(creation->handle, creation->access,
                                        creation->attributes, record->id);
                if (NT_SUCCESS(status))
                        status = creation_answer(creation, record->thread);
                release(record, NT_SUCCESS(status));
        }
        thread_record_unref(record);
        return status;
}

/* What the list asks for; Windows has more attributes for processes. */
static NTSTATUS read_attributes(const PS_ATTRIBUTE_LIST *list, Creation *creation) {
        PS_ATTRIBUTE attribute;
        uint64_t length = 0;
        size_t n;
        NTSTATUS status;

        if (!list)
                return STATUS_SUCCESS;
        status = probe_read_64(&length, &list->TotalLength);
        if (!NT_SUCCESS(status))
                return status;
        n = (length - sizeof(list->TotalLength)) / sizeof(attribute);
        if (length < sizeof(list->TotalLength) || n > ATTRIBUTES_MOST ||
                        n * sizeof(attribute) + sizeof(list->TotalLength) != length)
                return STATUS_INVALID_PARAMETER;
        for (size_t i = 0; i < n && NT_SUCCESS(status); i++) {
                status = probe_read(&attribute, &list->Attributes[i], sizeof(attribute), 8);
                if (!NT_SUCCESS(status))
                        return status;
                if (attribute.Attribute == PS_ATTRIBUTE_CLIENT_ID &&
                                attribute.Size == sizeof(CLIENT_ID))
                        creation->client_id = attribute.ValuePtr;
                else if (attribute.Attribute == PS_ATTRIBUTE_TEB_ADDRESS &&
                                attribute.Size == sizeof(PVOID))
                        creation->teb = attribute.ValuePtr;
                else
                        return STATUS_INVALID_PARAMETER;
                status = probe_writable(attribute.ValuePtr, attribute.Size, 8);
        }
        return status;
}

NTSTATUS zw_create_thread_ex(PHANDLE thread,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                HANDLE process,
                PVOID routine,
                PVOID argument,
                ULONG flags,
                SIZE_T zero_bits,
                SIZE_T stack_size,
                SIZE_T maximum_stack_size,
                PPS_ATTRIBUTE_LIST list) {
        Creation creation = {
                .handle = thread,
                .access = access,
                .attributes = attributes,
                .process = process,
                .routine = routine,
                .argument = argument,
                .flags = flags,
                .reserve = maximum_stack_size,
                .commit = stack_size,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_clear_handle(thread);
        if (NT_SUCCESS(status))
                status = read_attributes(list, &creation);
        if (NT_SUCCESS(status) && zero_bits != 0)
                status = STATUS_NOT_SUPPORTED;
        if (NT_SUCCESS(status))
                status = create(&creation);
        if (TRACING())
                trace_end("NtCreateThreadEx", status,
                                "access=0x%x, process=%p, flags=0x%x, stack=0x%zx", access, process,
                                flags, maximum_stack_size);
        return status;
}

SERVICE(CreateThreadEx,
                zw_create_thread_ex,
                (PHANDLE thread,
                                ACCESS_MASK access,
                                POBJECT_ATTRIBUTES attributes,
                                HANDLE process,
                                PVOID routine,
                                PVOID argument,
                                ULONG flags,
                                SIZE_T zero_bits,
                                SIZE_T stack_size,
                                SIZE_T maximum_stack_size,
                                PPS_ATTRIBUTE_LIST list),
                (thread,
                                access,
                                attributes,
                                process,
                                routine,
                                argument,
                                flags,
                                zero_bits,
                                stack_size,
                                maximum_stack_size,
                                list));

static NTSTATUS create_user_thread(Creation *creation, PVOID descriptor, ULONG zero_bits) {
        NTSTATUS status = STATUS_SUCCESS;

        if (TRACING())
                trace_begin();
        if (descriptor || zero_bits != 0)
                status = STATUS_NOT_SUPPORTED;
        if (NT_SUCCESS(status) && creation->handle)
                status = probe_clear_handle(creation->handle);
        if (NT_SUCCESS(status))
                status = create(creation);
        if (TRACING())
                trace_end("RtlCreateUserThread", status, "process=%p, flags=0x%x",
                                creation->process, creation->flags);
        return status;
}

NTSTATUS NTAPI RtlCreateUserThread(HANDLE ProcessHandle,
                PVOID ThreadSecurityDescriptor,
                BOOLEAN CreateSuspended,
                ULONG ZeroBits,
                SIZE_T MaximumStackSize,
                SIZE_T CommittedStackSize,
                PVOID StartAddress,
                PVOID Parameter,
                PHANDLE ThreadHandle,
                PCLIENT_ID ClientId) {
        Creation creation = {
                .handle = ThreadHandle,
                .access = THREAD_ALL_ACCESS,
                .process = ProcessHandle,
                .routine = StartAddress,
                .argument = Parameter,
                .flags = CreateSuspended ? THREAD_CREATE_FLAGS_CREATE_SUSPENDED : 0,
                .reserve = MaximumStackSize,
                .commit = CommittedStackSize,
                .client_id = ClientId,
        };

        return create_user_thread(&creation, ThreadSecurityDescriptor, ZeroBits);
}

NTSTATUS zw_adopt_thread(PZW_THREAD thread) {
        const Client *client;
        ThreadRecord *record;
        NTSTATUS status;

        if (!thread)
                return STATUS_INVALID_PARAMETER;
        status = client_enter(CLIENT_ATTACH, &client);
        if (!NT_SUCCESS(status))
                return status;
        record = thread_record_self();
        if (!record)
                return STATUS_NO_MEMORY;
        thread->ClientId.UniqueProcess = (HANDLE) (uintptr_t) client->process_id;
        thread->ClientId.UniqueThread = record->id;
        pthread_mutex_lock(&thread_records_lock);
        record->thread = thread;
        pthread_mutex_unlock(&thread_records_lock);
        return STATUS_SUCCESS;
}
