#include <limits.h>

#include "cleanup.h"
#include "grant-word.h"
#include "handle.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "object-types.h"
#include "probe.h"
#include "service.h"
#include "thread-record.h"
#include "trace.h"
#include "zw.h"

/*
 * NtDuplicateObject
 *
 * Inside the process, and with no more rights than the source has, a duplicate is another name for
 * the same grant, without a message. All else is the daemon's to decide.
 */

#define HANDLE_ATTRIBUTES (OBJ_INHERIT | OBJ_PROTECT_CLOSE)

/* One call. */
typedef struct DuplicateCall {
        const Client *client;
        HANDLE source;
        PHANDLE target;
        HANDLE handle; /* what was made */
        ACCESS_MASK access;
        ULONG attributes;
        ULONG options;
        bool has_target;
        HandleRef source_process; /* empty where it is the caller */
        HandleRef target_process;
        bool foreign_source;
        bool foreign_target;
} DuplicateCall;

static void duplicate_clear(DuplicateCall *call) {
        handle_release(&call->source_process);
        handle_release(&call->target_process);
}

static ACCESS_MASK wanted_access(const DuplicateCall *call, const HandleRef *ref) {
        const ObjectTypeRules *rules = object_type_rules(ref->info.kind);

        if (call->options & DUPLICATE_SAME_ACCESS)
                return handle_entry_access(ref->entry);
        if (!rules)
                return 0;
        return access_map_generic(&rules->mapping, call->access) &
               (rules->valid | ACCESS_SYSTEM_SECURITY);
}

/* The entry that the duplicate is to have. */
static uint64_t wanted_entry(const DuplicateCall *call, const HandleRef *ref, ACCESS_MASK access) {
        uint64_t flags;

        if (call->options & DUPLICATE_SAME_ATTRIBUTES)
                flags = ref->entry & (HANDLE_ENTRY_INHERIT | HANDLE_ENTRY_PROTECT);
        else
                flags = (call->attributes & OBJ_INHERIT ? HANDLE_ENTRY_INHERIT : 0) |
                        (call->attributes & OBJ_PROTECT_CLOSE ? HANDLE_ENTRY_PROTECT : 0);
        return handle_entry(ref->slot, ref->info.tag, access, false) | flags;
}

/*
 * Source and duplicate in one: the handle keeps its value. Rights first, then flags, so that the
 * entry never says more than either. Return: false if another thread changed the handle.
 */
static bool duplicate_in_place(const DuplicateCall *call, const HandleRef *ref, uint64_t entry) {
        uint64_t was = ref->entry,
                 narrowed = (was & ~HANDLE_ENTRY_ACCESS) | (entry & HANDLE_ENTRY_ACCESS);

        if (!atomic_compare_exchange_strong(
                            &call->client->page->handles[ref->index], &was, narrowed))
                return false;
        return handle_table_change(call->client->page, ref->index, narrowed, entry);
}

static NTSTATUS duplicate_claim(DuplicateCall *call, const HandleRef *ref, uint64_t entry) {
        uint32_t index = handle_table_claim(call->client->page, entry, UINT_MAX);

        if (index == 0) {
                grant_close(call->client, ref->slot);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        call->handle = handle_from_index(index);
        return STATUS_SUCCESS;
}

/* Has the daemon do it, with these of the call's options. */
static NTSTATUS duplicate_remotely(DuplicateCall *call, ULONG options) {
        Nt__Grant source_process, target_process;
        Nt__DuplicateRequest body = NT__DUPLICATE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        body.source_handle = (uintptr_t) call->source;
        if (call->foreign_source) {
                source_process = handle_grant(&call->source_process);
                body.source_process = &source_process;
        }
        if (call->foreign_target) {
                target_process = handle_grant(&call->target_process);
                body.target_process = &target_process;
        }
        if (handle_pseudo(call->source) == PSEUDO_THREAD) {
                body.has_thread_id = true;
                body.thread_id = (uint32_t) (uintptr_t) zw_thread_id();
        }
        body.has_no_target = body.no_target = !call->has_target;
        body.desired_access = call->access;
        body.attributes = call->attributes;
        body.options = options;
        request.body_case = NT__REQUEST__BODY_DUPLICATE;
        request.duplicate = &body;

        call_reply_init(&reply);
        status = connection_call(call->client, &request, &reply);
        if (NT_SUCCESS(status) && reply.message->duplicate->has_handle)
                call->handle = (HANDLE) (uintptr_t) reply.message->duplicate->handle;
        return status;
}

/* The source is an entry of this process. One that is protected survives. */
static NTSTATUS duplicate_and_close(DuplicateCall *call, bool closes) {
        NTSTATUS status = duplicate_remotely(call, call->options & ~DUPLICATE_CLOSE_SOURCE);

        if (closes)
                handle_close(call->client, call->source);
        return status;
}

/*
 * One try, from an entry of this process or from a pseudo handle. Return: false if another thread
 * changed the source meanwhile.
 */
static bool duplicate_try(DuplicateCall *call, const HandleRef *ref, NTSTATUS *ret_status) {
        ACCESS_MASK access = wanted_access(call, ref), had = handle_entry_access(ref->entry);
        uint64_t entry = wanted_entry(call, ref, access);
        bool closes = call->options & DUPLICATE_CLOSE_SOURCE && !ref->owner &&
                      !(ref->entry & HANDLE_ENTRY_PROTECT);

        if (access & ~had || ref->info.exclusive || call->foreign_target) {
                *ret_status = duplicate_and_close(call, closes);
                return true;
        }
        if (closes) {
                call->handle = handle_from_index(ref->index);
                *ret_status = STATUS_SUCCESS;
                return duplicate_in_place(call, ref, entry);
        }

        if (!handle_pin(call->client, ref)) /* the duplicate's count */
                return false;
        *ret_status = duplicate_claim(call, ref, entry);
        return true;
}

/* Without a target, all that can be meant is that the source be closed. */
static NTSTATUS duplicate_to_nowhere(const DuplicateCall *call) {
        if (!(call->options & DUPLICATE_CLOSE_SOURCE))
                return STATUS_INVALID_PARAMETER;
        handle_close(call->client, call->source);
        return STATUS_SUCCESS;
}

static NTSTATUS duplicate_own(DuplicateCall *call) {
        autocleanup(handle_release) HandleRef ref;
        NTSTATUS status;

        handle_ref_init(&ref);
        do {
                handle_release(&ref);
                status = handle_reference(call->client, call->source,
                                NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &ref);
                if (!NT_SUCCESS(status))
                        return status;
                if (!call->has_target)
                        return duplicate_to_nowhere(call);
        } while (!duplicate_try(call, &ref, &status));
        return status;
}

/* Entries of other processes and of the system's table are the daemon's to read, and to close. */
static NTSTATUS duplicate_source(DuplicateCall *call) {
        if (handle_pseudo(call->source) == PSEUDO_THREAD) { /* the caller's, wherever it is said */
                thread_record_self();
                call->foreign_source = false;
        }
        if (handle_is_kernel(call->source) && access_is_checked(call->client))
                return STATUS_INVALID_HANDLE;
        if (call->foreign_source || handle_is_kernel(call->source))
                return duplicate_remotely(call, call->options);
        return duplicate_own(call);
}

static NTSTATUS process_reference(
                const Client *client, HANDLE process, HandleRef *ref, bool *ret_foreign) {
        if (handle_pseudo(process) == PSEUDO_PROCESS)
                return STATUS_SUCCESS;
        *ret_foreign = true;
        if (handle_pseudo(process) != PSEUDO_NONE)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (!client)
                return STATUS_INVALID_HANDLE;
        return handle_reference(client, process, NT__OBJECT_KIND__OBJECT_KIND_PROCESS,
                        PROCESS_DUP_HANDLE, ref);
}

static NTSTATUS duplicate(DuplicateCall *call, HANDLE source_process, HANDLE target_process) {
        bool pseudo = handle_pseudo(call->source) != PSEUDO_NONE;
        NTSTATUS entered, status = STATUS_SUCCESS;

        entered = client_enter(pseudo ? CLIENT_ATTACH : CLIENT_HANDLES, &call->client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        if (!NT_SUCCESS(entered))
                call->client = NULL;
        if (call->target)
                status = probe_clear_handle(call->target);
        if (NT_SUCCESS(status))
                status = process_reference(call->client, source_process, &call->source_process,
                                &call->foreign_source);
        if (NT_SUCCESS(status) && target_process)
                status = process_reference(call->client, target_process, &call->target_process,
                                &call->foreign_target);
        if (!NT_SUCCESS(status))
                return status;
        if (!call->client)
                return entered;

        if (!access_is_checked(call->client))
                call->attributes &= HANDLE_ATTRIBUTES | OBJ_KERNEL_HANDLE;
        else
                call->attributes &= HANDLE_ATTRIBUTES;
        call->has_target = target_process != NULL;
        status = duplicate_source(call);
        if (!NT_SUCCESS(status) || !call->target || !call->handle)
                return status;
        status = probe_write_64(call->target, (uintptr_t) call->handle);
        if (!NT_SUCCESS(status) && !call->foreign_target)
                handle_close(call->client, call->handle);
        return status;
}

NTSTATUS zw_duplicate_object(HANDLE source_process,
                HANDLE source,
                HANDLE target_process,
                PHANDLE target,
                ACCESS_MASK access,
                ULONG attributes,
                ULONG options) {
        autocleanup(duplicate_clear) DuplicateCall call = {
                .source = source,
                .target = target,
                .access = access,
                .attributes = attributes,
                .options = options,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = duplicate(&call, source_process, target_process);
        if (TRACING())
                trace_end("NtDuplicateObject", status,
                                "handle=%p, source=%p, access=0x%x, attributes=0x%x, options=0x%x",
                                call.handle, source, access, attributes, options);
        return status;
}

SERVICE(DuplicateObject,
                zw_duplicate_object,
                (HANDLE source_process,
                                HANDLE source,
                                HANDLE target_process,
                                PHANDLE target,
                                ACCESS_MASK access,
                                ULONG attributes,
                                ULONG options),
                (source_process, source, target_process, target, access, attributes, options));
