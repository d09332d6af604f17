#include "handle.h"

#include <limits.h>

#include "cleanup.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "parked.h"

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
}

/* A handle that came from the parent of this process, or from another: asks what it is for. */
static NTSTATUS grant_info_fetch(const Client *client, uint32_t slot, uint32_t tag) {
        Nt__Grant grant = NT__GRANT__INIT;
        Nt__QueryObjectRequest body = NT__QUERY_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        const Nt__QueryObjectReply *answer;
        GrantInfo info = { .tag = tag };
        NTSTATUS status;

        grant.slot = slot;
        grant.tag = tag;
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
        info_from_section(&info, answer->section);
        return grant_info_record(client->grants, slot, &info);
}

/* What the handle is for. Return: STATUS_SUCCESS with @ref->info, or why it is not known. */
static NTSTATUS handle_read_info(const Client *client, HandleRef *ref) {
        uint64_t word = atomic_load(&client->page->grants[ref->slot]);
        uint32_t tag = grant_word_tag(word);
        NTSTATUS status;

        if (word & GRANT_DEAD || grant_word_count(word) == UINT32_MAX)
                return STATUS_INVALID_HANDLE; /* rubbish in the page */
        if (grant_info_read(client->grants, ref->slot, tag, &ref->info))
                return STATUS_SUCCESS;

        status = grant_info_fetch(client, ref->slot, tag);
        if (!NT_SUCCESS(status))
                return status;
        return grant_info_read(client->grants, ref->slot, tag, &ref->info) ? STATUS_SUCCESS
                                                                           : STATUS_INVALID_HANDLE;
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

NTSTATUS handle_reference(const Client *client,
                HANDLE handle,
                uint32_t kind,
                ACCESS_MASK access,
                HandleRef *ret) {
        NTSTATUS status;

        if (handle_pseudo(handle) != PSEUDO_NONE)
                return STATUS_OBJECT_TYPE_MISMATCH;
        status = handle_read(client, handle, ret);
        if (!NT_SUCCESS(status))
                return status;
        if (kind != NT__OBJECT_KIND__OBJECT_KIND_NONE && ret->info.kind != kind)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (access & ~handle_entry_access(ret->entry))
                return STATUS_ACCESS_DENIED;
        return STATUS_SUCCESS;
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

NTSTATUS handle_check_process(const Client *client, HANDLE handle) {
        HandleRef ref;
        NTSTATUS status;

        if (handle_pseudo(handle) == PSEUDO_PROCESS)
                return STATUS_SUCCESS;
        if (handle_pseudo(handle) != PSEUDO_NONE)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if (!client)
                return STATUS_INVALID_HANDLE;
        status = handle_read(client, handle, &ref);
        return NT_SUCCESS(status) ? STATUS_OBJECT_TYPE_MISMATCH : status;
}

NTSTATUS handle_make(const Client *client, const Nt__GrantReply *grant, bool inherit, HANDLE *ret) {
        uint32_t slot = grant->grant->slot, tag = grant->grant->tag, index;
        GrantInfo info = { .tag = tag, .kind = grant->kind, .access = grant->granted_access };
        NTSTATUS status;

        if (slot == 0 || slot >= GRANT_SLOT_LOST || tag == 0 || tag > GRANT_TAG_MAX ||
                        (grant->kind == NT__OBJECT_KIND__OBJECT_KIND_SECTION && !grant->section))
                return STATUS_PORT_DISCONNECTED;

        info_from_section(&info, grant->section);
        status = grant_info_record(client->grants, slot, &info);
        if (!NT_SUCCESS(status)) {
                grant_close(client, slot);
                return status;
        }
        index = handle_table_claim(client->page,
                        handle_entry(slot, tag, grant->granted_access, inherit), UINT_MAX);
        if (index == 0) {
                grant_close(client, slot);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        *ret = handle_from_index(index);
        return STATUS_SUCCESS;
}

/* Tells the daemon that a grant is over. The word says so already, which is what counts. */
static NTSTATUS grant_release(const Client *client, uint32_t slot, uint32_t tag, bool answer) {
        Nt__Grant grant = NT__GRANT__INIT;
        Nt__ReleaseRequest body = NT__RELEASE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;

        grant.slot = slot;
        grant.tag = tag;
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

NTSTATUS handle_close(const Client *client, HANDLE handle) {
        uint32_t index = handle_index(handle);

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
