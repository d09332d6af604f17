#include "handle.h"

#include <limits.h>

#include "cleanup.h"
#include "grant-word.h"
#include "ntobapi.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "parked.h"
#include "thread-record.h"

PseudoHandle handle_pseudo(HANDLE handle) {
        switch ((intptr_t) handle) {
        case -1:
                return PSEUDO_PROCESS;
        case -2:
                return PSEUDO_THREAD;
        case -4:
        case -5:
        case -6:
                return PSEUDO_TOKEN;
        default:
                return PSEUDO_NONE;
        }
}

/* The low two bits are the caller's. Return: 0 for a value that cannot be a handle. */
static uint32_t handle_index(HANDLE handle) {
        uintptr_t index = (uintptr_t) handle >> 2;

        return index < HANDLE_ENTRIES ? (uint32_t) index : 0;
}

static void info_from_section(GrantInfo *info, const Nt__SectionInfo *section) {
        if (!section)
                return;
        info->attributes = section->attributes;
        info->protection = section->protection;
        info->size = section->size;
        info->base = section->base_address;
}

/* A handle that came from the parent of this process, or from another: asks what it is for. */
static NTSTATUS grant_info_fetch(const Client *client, uint32_t slot, uint32_t tag) {
        Nt__Grant grant = grant_message(slot, tag);
        Nt__QueryObjectRequest body = NT__QUERY_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryObjectReply *answer;
        GrantInfo info = { .tag = tag };
        NTSTATUS status;

        body.grant = &grant;
        request.body_case = NT__REQUEST__BODY_QUERY_OBJECT;
        request.query_object = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        answer = reply.message->query_object;
        if (!answer->has_kind ||
                        (answer->kind == NT__OBJECT_KIND__OBJECT_KIND_SECTION && !answer->section))
                return STATUS_PORT_DISCONNECTED;

        info.kind = answer->kind;
        info.access = answer->granted_access;
        info.object_id = answer->object_id;
        info.exclusive = answer->attributes & OBJ_EXCLUSIVE;
        info_from_section(&info, answer->section);
        return grant_info_record(client->grants, slot, &info);
}

NTSTATUS handle_refresh(const Client *client, HandleRef *ref) {
        uint32_t tag = ref->info.tag;
        NTSTATUS status = grant_info_fetch(client, ref->slot, tag);

        if (!NT_SUCCESS(status))
                return status;
        return grant_info_read(client->grants, ref->slot, tag, &ref->info) ? STATUS_SUCCESS
                                                                           : STATUS_INVALID_HANDLE;
}

/* What the handle is for. Return: STATUS_SUCCESS with @ref->info, or why it is not known. */
static NTSTATUS handle_read_info(const Client *client, HandleRef *ref) {
        uint64_t word = atomic_load(&client->page->grants[ref->slot]);
        uint32_t tag = grant_word_tag(word);

        if (word & GRANT_DEAD || grant_word_count(word) == UINT32_MAX)
                return STATUS_INVALID_HANDLE; /* rubbish in the page */
        if (grant_info_read(client->grants, ref->slot, tag, &ref->info))
                return STATUS_SUCCESS;
        ref->info.tag = tag;
        return handle_refresh(client, ref);
}

static NTSTATUS handle_read(const Client *client, HANDLE handle, HandleRef *ref) {
        ref->index = handle_index(handle);

        for (;;) {
                NTSTATUS status;

                ref->entry = handle_table_read(client->page, ref->index);
                if (ref->entry == 0)
                        return STATUS_INVALID_HANDLE;
                ref->slot = handle_entry_slot(ref->entry);
                if (ref->slot == GRANT_SLOT_LOST)
                        return STATUS_PORT_DISCONNECTED;

                status = handle_read_info(client, ref);
                if (!handle_holds(client, ref))
                        continue; /* closed meanwhile: what we read may be of another grant */
                if (!NT_SUCCESS(status))
                        return status;
                if ((ref->info.tag & 0xFFFFu) != handle_entry_tag(ref->entry))
                        return STATUS_INVALID_HANDLE; /* the grant was taken from us */
                return STATUS_SUCCESS;
        }
}

static NTSTATUS ref_check(const Client *client, uint32_t kind, ACCESS_MASK access, HandleRef *ref) {
        if (kind != NT__OBJECT_KIND__OBJECT_KIND_NONE && ref->info.kind != kind)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (access & ~handle_entry_access(ref->entry) && access_is_checked(client))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
}

/* What GrantReply says about the grant. Return: false if it makes no sense. */
static bool info_from_grant(GrantInfo *info, const Nt__GrantReply *grant) {
        uint32_t slot = grant->grant->slot, tag = grant->grant->tag;

        if (slot == 0 || slot >= GRANT_SLOT_LOST || tag == 0 || tag > GRANT_TAG_MAX ||
                        (grant->kind == NT__OBJECT_KIND__OBJECT_KIND_SECTION && !grant->section))
                return false;

        *info = (GrantInfo){
                .tag = tag,
                .kind = grant->kind,
                .access = grant->granted_access,
                .object_id = grant->object_id,
                .exclusive = grant->exclusive,
        };
        info_from_section(info, grant->section);
        return true;
}

/* Has the daemon make a grant on what @handle stands for. */
static NTSTATUS special_open(const Client *client, HANDLE handle, HandleRef *ref) {
        Nt__OpenSpecialRequest body = NT__OPEN_SPECIAL_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__GrantReply *grant;
        NTSTATUS status;

        body.handle = (uintptr_t) handle;
        if (handle_pseudo(handle) == PSEUDO_THREAD) {
                thread_record_self(); /* so that its end is told */
                body.has_thread_id = true;
                body.thread_id = (uint32_t) (uintptr_t) zw_thread_id();
        }
        request.body_case = NT__REQUEST__BODY_OPEN_SPECIAL;
        request.open_special = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (!NT_SUCCESS(status))
                return status;
        grant = reply.message->grant;
        if (!info_from_grant(&ref->info, grant))
                return STATUS_PORT_DISCONNECTED;

        ref->index = 0;
        ref->slot = grant->grant->slot;
        ref->entry = handle_entry(ref->slot, ref->info.tag, grant->granted_access,
                                     grant->handle_attributes & OBJ_INHERIT) |
                     (grant->handle_attributes & OBJ_PROTECT_CLOSE ? HANDLE_ENTRY_PROTECT : 0);
        ref->owner = client;
        status = grant_info_record(client->grants, ref->slot, &ref->info);
        if (!NT_SUCCESS(status))
                handle_release(ref);
        return status;
}

/* Values that are no entries of the page. Kind and rights of a pseudo handle come with its value.
 */
static __attribute__((noinline)) NTSTATUS special_reference(const Client *client,
                HANDLE handle,
                uint32_t kind,
                ACCESS_MASK access,
                HandleRef *ret) {
        uint32_t known = NT__OBJECT_KIND__OBJECT_KIND_NONE;
        ACCESS_MASK most = UINT32_MAX;
        NTSTATUS status;

        switch (handle_pseudo(handle)) {
        case PSEUDO_PROCESS:
                known = NT__OBJECT_KIND__OBJECT_KIND_PROCESS;
                most = PROCESS_ALL_ACCESS;
                break;
        case PSEUDO_THREAD:
                known = NT__OBJECT_KIND__OBJECT_KIND_THREAD;
                most = THREAD_ALL_ACCESS;
                break;
        case PSEUDO_TOKEN:
                known = NT__OBJECT_KIND__OBJECT_KIND_TOKEN;
                break;
        case PSEUDO_NONE:
                if (!handle_is_kernel(handle) || access_is_checked(client))
                        return STATUS_INVALID_HANDLE;
                break;
        }
        if (known != NT__OBJECT_KIND__OBJECT_KIND_NONE &&
                        kind != NT__OBJECT_KIND__OBJECT_KIND_NONE && kind != known)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (access & ~most && access_is_checked(client))
                return STATUS_ACCESS_DENIED;

        status = special_open(client, handle, ret);
        if (!NT_SUCCESS(status))
                return status;
        status = ref_check(client, kind, access, ret);
        if (!NT_SUCCESS(status))
                handle_release(ret);
        return status;
}

NTSTATUS handle_reference(const Client *client,
                HANDLE handle,
                uint32_t kind,
                ACCESS_MASK access,
                HandleRef *ret) {
        NTSTATUS status;

        ret->owner = NULL;
        if (__builtin_expect((intptr_t) handle < 0, 0))
                return special_reference(client, handle, kind, access, ret);
        status = handle_read(client, handle, ret);
        return NT_SUCCESS(status) ? ref_check(client, kind, access, ret) : status;
}

void handle_release_grant(HandleRef *ref) {
        const Client *client = ref->owner;

        ref->owner = NULL;
        grant_close(client, ref->slot);
}

bool handle_pin(const Client *client, const HandleRef *ref) {
        if (!grant_word_count_up(&client->page->grants[ref->slot], ref->info.tag, GRANT_TAG_MAX,
                            UINT_MAX))
                return false;
        if (handle_holds(client, ref))
                return true;
        grant_close(client, ref->slot);
        return false;
}

/* Asks the daemon who this process is. */
static NTSTATUS own_object_id(const Client *client, uint64_t *ret) {
        autocleanup(handle_release) HandleRef ref;
        NTSTATUS status;

        handle_ref_init(&ref);
        status = special_open(client, NtCurrentProcess(), &ref);
        return NT_SUCCESS(status) ? grant_object_id(client, &ref, ret) : status;
}

NTSTATUS handle_check_process(const Client *client, HANDLE handle, ACCESS_MASK access) {
        autocleanup(handle_release) HandleRef ref;
        uint64_t own = 0, other = 0;
        NTSTATUS status;

        handle_ref_init(&ref);
        if (handle_pseudo(handle) == PSEUDO_PROCESS)
                return STATUS_SUCCESS;
        if (handle_pseudo(handle) != PSEUDO_NONE)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (!client)
                return STATUS_INVALID_HANDLE;
        status = handle_reference(
                        client, handle, NT__OBJECT_KIND__OBJECT_KIND_PROCESS, access, &ref);
        if (NT_SUCCESS(status))
                status = grant_object_id(client, &ref, &other);
        if (NT_SUCCESS(status))
                status = own_object_id(client, &own);
        if (!NT_SUCCESS(status))
                return status;
        return own == other ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

NTSTATUS handle_make(const Client *client, const Nt__GrantReply *grant, bool inherit, HANDLE *ret) {
        uint32_t slot = grant->grant->slot, index;
        GrantInfo info;
        NTSTATUS status;

        if (grant->has_handle) {
                if (!handle_is_kernel((HANDLE) (uintptr_t) grant->handle))
                        return STATUS_PORT_DISCONNECTED;
                *ret = (HANDLE) (uintptr_t) grant->handle;
                return STATUS_SUCCESS;
        }
        if (!info_from_grant(&info, grant))
                return STATUS_PORT_DISCONNECTED;
        status = grant_info_record(client->grants, slot, &info);
        if (!NT_SUCCESS(status)) {
                grant_close(client, slot);
                return status;
        }
        index = handle_table_claim(client->page,
                        handle_entry(slot, info.tag, grant->granted_access, inherit), UINT_MAX);
        if (index == 0) {
                grant_close(client, slot);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        *ret = handle_from_index(index);
        return STATUS_SUCCESS;
}

NTSTATUS grant_object_id(const Client *client, const HandleRef *ref, uint64_t *ret) {
        GrantInfo info = ref->info;
        NTSTATUS status;

        if (info.object_id == 0) {
                status = grant_info_fetch(client, ref->slot, info.tag);
                if (!NT_SUCCESS(status))
                        return status;
                if (!grant_info_read(client->grants, ref->slot, info.tag, &info))
                        return STATUS_INVALID_HANDLE; /* closed meanwhile */
        }
        if (info.object_id == 0)
                return STATUS_PORT_DISCONNECTED;
        *ret = info.object_id;
        return STATUS_SUCCESS;
}

/* Tells the daemon that a grant is over. The word says so already, which is what counts. */
static NTSTATUS grant_release(const Client *client, uint32_t slot, uint32_t tag, bool answer) {
        Nt__Grant grant = grant_message(slot, tag);
        Nt__ReleaseRequest body = NT__RELEASE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;

        body.grant = &grant;
        body.answer = answer;
        request.body_case = NT__REQUEST__BODY_RELEASE;
        request.release = &body;

        parked_forget(client, slot, tag);
        call_reply_init(&reply);
        if (!answer)
                return connection_send(client, &request);
        return connection_call(client, &request, &reply);
}

NTSTATUS grant_close(const Client *client, uint32_t slot) {
        GrantWord *word = &client->page->grants[slot];
        uint32_t tag = grant_word_tag(atomic_load(word)); /* stays as long as we count */

        switch (grant_word_close(word, UINT_MAX)) {
        case GRANT_CLOSE_OPEN:
        case GRANT_CLOSE_NONE: /* rubbish in the page: the grant is not ours to give back */
                return STATUS_SUCCESS;
        case GRANT_CLOSE_PARKED:
                return parked_add(client, slot, tag);
        case GRANT_CLOSE_REPORT:
                return grant_release(client, slot, tag, false);
        case GRANT_CLOSE_REPORT_WAIT:
                return grant_release(client, slot, tag, true);
        }
        return STATUS_SUCCESS;
}

static NTSTATUS kernel_handle_close(const Client *client, HANDLE handle) {
        Nt__CloseKernelHandleRequest body = NT__CLOSE_KERNEL_HANDLE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;

        call_reply_init(&reply);
        if (access_is_checked(client))
                return STATUS_INVALID_HANDLE;
        body.handle = (uintptr_t) handle;
        request.body_case = NT__REQUEST__BODY_CLOSE_KERNEL_HANDLE;
        request.close_kernel_handle = &body;
        return connection_call(client, &request, &reply);
}

NTSTATUS handle_close(const Client *client, HANDLE handle) {
        uint32_t index = handle_index(handle);

        if (__builtin_expect(handle_is_kernel(handle), 0))
                return kernel_handle_close(client, handle);

        for (;;) {
                uint64_t entry = handle_table_read(client->page, index);
                uint32_t slot = handle_entry_slot(entry);

                if (entry == 0)
                        return STATUS_INVALID_HANDLE;
                if (entry & HANDLE_ENTRY_PROTECT)
                        return STATUS_HANDLE_NOT_CLOSABLE;
                if (!handle_table_free(client->page, index, entry))
                        continue; /* its flags, or all of it, changed */
                if (slot == GRANT_SLOT_LOST)
                        return STATUS_PORT_DISCONNECTED;
                return grant_close(client, slot);
        }
}
