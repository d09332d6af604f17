#include "process-handle.h"

#include "ntstatus.h"
#include "process-page.h"
#include "token.h"

/* Compare-and-swaps that the server may lose to the process before it takes it for hostile. */
#define TRIES_MOST 1000u

uint32_t process_handle_index(uint64_t value) {
        uint64_t index = value >> 2;

        return index < HANDLE_ENTRIES ? (uint32_t) index : 0;
}

/* What the page says of itself may be rubbish: such a handle is none. */
static bool read_at(const Process *process, uint32_t index, ProcessHandle *ret) {
        ProcessPage *page = process_page(process);
        uint64_t entry = handle_table_read(page, index), word = 0;
        uint32_t slot = handle_entry_slot(entry);

        if (entry == 0)
                return false;
        word = atomic_load(&page->grants[slot]);
        *ret = (ProcessHandle){
                .index = index,
                .entry = entry,
                .grant = { .slot = slot, .tag = grant_word_tag(word) },
                .access = handle_entry_access(entry),
                .inherit = entry & HANDLE_ENTRY_INHERIT,
                .protect = entry & HANDLE_ENTRY_PROTECT,
        };
        return (ret->grant.tag & 0xFFFF) == handle_entry_tag(entry);
}

NTSTATUS process_handle_read(
                const Process *process, uint64_t value, ProcessHandle *ret, Object **ret_object) {
        ProcessHandle handle = { 0 };
        ACCESS_MASK access = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (process_ended(process) || !read_at(process, process_handle_index(value), &handle))
                return STATUS_INVALID_HANDLE;
        status = grant_table_reference(
                        process_grants(process), handle.grant, NULL, 0, ret_object, &access);
        if (!NT_SUCCESS(status))
                return status;
        handle.access &= access;
        *ret = handle;
        return STATUS_SUCCESS;
}

static uint64_t make_entry(GrantName grant, ACCESS_MASK access, bool inherit, bool protect) {
        return handle_entry(grant.slot, grant.tag, access, inherit) |
               (protect ? HANDLE_ENTRY_PROTECT : 0);
}

NTSTATUS process_handle_make_take(Process *process,
                GrantName grant,
                ACCESS_MASK access,
                bool inherit,
                bool protect,
                uint64_t *ret) {
        uint32_t index = handle_table_claim(process_page(process),
                        make_entry(grant, access, inherit, protect), TRIES_MOST);

        if (index == 0) {
                grant_table_close(process_grants(process), grant);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        *ret = (uint64_t) index * 4;
        return STATUS_SUCCESS;
}

void process_handle_close(Process *process, const ProcessHandle *handle) {
        if (handle_table_free(process_page(process), handle->index, handle->entry))
                grant_table_close(process_grants(process), handle->grant);
}

/* One handle of the parent, made again at the same place in the heir. */
static NTSTATUS inherit(Process *parent, Process *heir, const ProcessHandle *handle) {
        GrantName own = { 0 };
        NTSTATUS status = grant_table_inherit(
                        process_grants(heir), process_grants(parent), handle->grant, &own);

        if (status == STATUS_INVALID_HANDLE)
                return STATUS_SUCCESS;
        if (!NT_SUCCESS(status))
                return status;
        if (!handle_table_claim_at(process_page(heir), handle->index,
                            make_entry(own, handle->access, true, handle->protect)))
                grant_table_close(process_grants(heir), own);
        return STATUS_SUCCESS;
}

static NTSTATUS inherit_all(Process *parent, Process *heir) {
        const ProcessPage *page = process_page(parent);
        uint32_t n_left = atomic_load(&page->n_inheritable);

        for (uint32_t i = 1; i < HANDLE_ENTRIES && n_left > 0; i++) {
                ProcessHandle handle = { 0 };
                NTSTATUS status = STATUS_SUCCESS;

                if (!(handle_table_read(page, i) & HANDLE_ENTRY_INHERIT))
                        continue;
                n_left--;
                if (read_at(parent, i, &handle))
                        status = inherit(parent, heir, &handle);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return STATUS_SUCCESS;
}

NTSTATUS process_make_heir(Process *parent, Process **ret) {
        g_autoptr(Process) heir = NULL;
        g_autoptr(Token) token = NULL;
        NTSTATUS status = token_duplicate(process_token(parent), false, SecurityAnonymous, &token);

        if (NT_SUCCESS(status))
                status = process_new_heir(parent, token, &heir);
        if (!NT_SUCCESS(status))
                return status;
        status = inherit_all(parent, heir);
        if (!NT_SUCCESS(status)) {
                process_end(heir);
                return status;
        }
        *ret = g_steal_pointer(&heir);
        return STATUS_SUCCESS;
}
