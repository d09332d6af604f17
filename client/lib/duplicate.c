#include <limits.h>

#include "grant-word.h"
#include "handle.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * NtDuplicateObject, inside the process: another name for the same grant, without a message.
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
} DuplicateCall;

/* Rights that a type has, and what its generic ones stand for. (Wine's test of object types.) */
static void kind_rights(uint32_t kind, GENERIC_MAPPING *mapping, ACCESS_MASK *valid) {
        switch (kind) {
        case NT__OBJECT_KIND__OBJECT_KIND_DIRECTORY:
                *mapping = (GENERIC_MAPPING){ 0x20003, 0x2000C, 0x20003, DIRECTORY_ALL_ACCESS };
                *valid = DIRECTORY_ALL_ACCESS;
                return;
        case NT__OBJECT_KIND__OBJECT_KIND_SYMBOLIC_LINK:
                *mapping = (GENERIC_MAPPING){ 0x20001, 0x20000, 0x20001, SYMBOLIC_LINK_ALL_ACCESS };
                *valid = SYMBOLIC_LINK_ALL_ACCESS;
                return;
        case NT__OBJECT_KIND__OBJECT_KIND_SECTION:
                *mapping = (GENERIC_MAPPING){ 0x20005, 0x20002, 0x20008, SECTION_ALL_ACCESS };
                *valid = SECTION_ALL_ACCESS | SYNCHRONIZE;
                return;
        default:
                *mapping = (GENERIC_MAPPING){ 0, 0, 0, 0 };
                *valid = 0;
                return;
        }
}

static ACCESS_MASK wanted_access(const DuplicateCall *call, const HandleRef *ref) {
        ACCESS_MASK access = call->access, valid;
        GENERIC_MAPPING mapping;

        if (call->options & DUPLICATE_SAME_ACCESS)
                return handle_entry_access(ref->entry);

        kind_rights(ref->info.kind, &mapping, &valid);
        if (access & GENERIC_READ)
                access |= mapping.GenericRead;
        if (access & GENERIC_WRITE)
                access |= mapping.GenericWrite;
        if (access & GENERIC_EXECUTE)
                access |= mapping.GenericExecute;
        if (access & GENERIC_ALL)
                access |= mapping.GenericAll;
        return access & (valid | ACCESS_SYSTEM_SECURITY);
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

/* One try. Return: false if another thread changed the source meanwhile. */
static bool duplicate_try(DuplicateCall *call, const HandleRef *ref, NTSTATUS *ret_status) {
        ACCESS_MASK access = wanted_access(call, ref), had = handle_entry_access(ref->entry);
        uint64_t entry = wanted_entry(call, ref, access);
        bool closes = call->options & DUPLICATE_CLOSE_SOURCE &&
                      !(ref->entry & HANDLE_ENTRY_PROTECT);

        if (access & ~(had | ref->info.access)) {
                *ret_status = STATUS_ACCESS_DENIED;
                if (closes)
                        handle_close(call->client, call->source);
                return true;
        }
        if (closes && !(access & ~had)) {
                call->handle = handle_from_index(ref->index);
                *ret_status = STATUS_SUCCESS;
                return duplicate_in_place(call, ref, entry);
        }

        if (!handle_pin(call->client, ref)) /* the duplicate's count */
                return false;
        *ret_status = duplicate_claim(call, ref, entry);
        if (closes)
                handle_close(call->client, call->source);
        return true;
}

/* Without a target, all that can be meant is that the source be closed. */
static NTSTATUS duplicate_to_nowhere(const DuplicateCall *call) {
        if (!(call->options & DUPLICATE_CLOSE_SOURCE))
                return STATUS_INVALID_PARAMETER;
        handle_close(call->client, call->source);
        return STATUS_SUCCESS;
}

static NTSTATUS duplicate_source(DuplicateCall *call, bool has_target) {
        HandleRef ref;
        NTSTATUS status;

        if (handle_pseudo(call->source) != PSEUDO_NONE)
                return STATUS_NOT_SUPPORTED;
        do {
                status = handle_reference(call->client, call->source,
                                NT__OBJECT_KIND__OBJECT_KIND_NONE, 0, &ref);
                if (!NT_SUCCESS(status))
                        return status;
                if (!has_target)
                        return duplicate_to_nowhere(call);
        } while (!duplicate_try(call, &ref, &status));
        return status;
}

static NTSTATUS duplicate(DuplicateCall *call, HANDLE source_process, HANDLE target_process) {
        NTSTATUS entered, status = STATUS_SUCCESS;

        entered = client_enter(CLIENT_HANDLES, &call->client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        if (!NT_SUCCESS(entered))
                call->client = NULL;
        if (call->target)
                status = probe_clear_handle(call->target);
        if (NT_SUCCESS(status))
                status = handle_check_process(call->client, source_process);
        if (NT_SUCCESS(status) && target_process)
                status = handle_check_process(call->client, target_process);
        if (!NT_SUCCESS(status))
                return status;
        if (!call->client)
                return handle_pseudo(call->source) != PSEUDO_NONE ? STATUS_NOT_SUPPORTED : entered;

        status = duplicate_source(call, target_process != NULL);
        if (!NT_SUCCESS(status) || !call->target || !call->handle)
                return status;
        status = probe_write_64(call->target, (uintptr_t) call->handle);
        if (!NT_SUCCESS(status))
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
        DuplicateCall call = {
                .source = source,
                .target = target,
                .access = access,
                .attributes = attributes & HANDLE_ATTRIBUTES,
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

NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcessHandle,
                HANDLE SourceHandle,
                HANDLE TargetProcessHandle,
                PHANDLE TargetHandle,
                ACCESS_MASK DesiredAccess,
                ULONG HandleAttributes,
                ULONG Options) {
        return zw_duplicate_object(SourceProcessHandle, SourceHandle, TargetProcessHandle,
                        TargetHandle, DesiredAccess, HandleAttributes, Options);
}
SERVICE_TWIN(ZwDuplicateObject, NtDuplicateObject);
