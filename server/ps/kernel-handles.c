#include "kernel-handles.h"

#include "ntstatus.h"
#include "process-page.h"

struct KernelHandles {
        Process *system;
        GHashTable *owners; /* index of a handle to the Process that made it, not owned */
};

KernelHandles *kernel_handles_new(Process *system) {
        KernelHandles *handles = g_new0(KernelHandles, 1);

        handles->system = process_ref(system);
        handles->owners = g_hash_table_new(NULL, NULL);
        return handles;
}

void kernel_handles_free(KernelHandles *handles) {
        if (!handles)
                return;
        g_hash_table_unref(handles->owners);
        process_unref(handles->system);
        g_free(handles);
}

Process *kernel_handles_system(const KernelHandles *handles) {
        return handles->system;
}

NTSTATUS kernel_handle_make_take(KernelHandles *handles,
                const Process *owner,
                GrantName grant,
                ACCESS_MASK access,
                bool inherit,
                bool protect,
                uint64_t *ret) {
        uint64_t value = 0;
        NTSTATUS status = process_handle_make_take(
                        handles->system, grant, access, inherit, protect, &value);

        if (!NT_SUCCESS(status))
                return status;
        g_hash_table_insert(handles->owners, GUINT_TO_POINTER(process_handle_index(value)),
                        (gpointer) owner);
        *ret = value | KERNEL_HANDLE_BITS;
        return STATUS_SUCCESS;
}

NTSTATUS kernel_handle_read(const KernelHandles *handles,
                uint64_t value,
                ProcessHandle *ret,
                Object **ret_object) {
        return process_handle_read(handles->system, value & ~KERNEL_HANDLE_BITS, ret, ret_object);
}

NTSTATUS kernel_handle_close(KernelHandles *handles, uint64_t value) {
        g_autoptr(Object) object = NULL;
        ProcessHandle handle = { 0 };
        NTSTATUS status = kernel_handle_read(handles, value, &handle, &object);

        if (!NT_SUCCESS(status))
                return status;
        if (handle.protect)
                return STATUS_HANDLE_NOT_CLOSABLE;
        g_hash_table_remove(handles->owners, GUINT_TO_POINTER(handle.index));
        process_handle_close(handles->system, &handle);
        return STATUS_SUCCESS;
}

NTSTATUS kernel_handle_set_flags(
                KernelHandles *handles, uint64_t value, bool inherit, bool protect) {
        g_autoptr(Object) object = NULL;
        ProcessHandle handle = { 0 };
        NTSTATUS status = kernel_handle_read(handles, value, &handle, &object);
        uint64_t flags =
                        (inherit ? HANDLE_ENTRY_INHERIT : 0) | (protect ? HANDLE_ENTRY_PROTECT : 0);

        if (!NT_SUCCESS(status))
                return status;
        handle_table_change(process_page(handles->system), handle.index, handle.entry,
                        (handle.entry & ~(HANDLE_ENTRY_INHERIT | HANDLE_ENTRY_PROTECT)) | flags);
        return STATUS_SUCCESS;
}

unsigned kernel_handles_end_owner(KernelHandles *handles, const Process *owner) {
        GHashTableIter iter;
        gpointer index = NULL, maker = NULL;
        unsigned n = 0;

        g_hash_table_iter_init(&iter, handles->owners);
        while (g_hash_table_iter_next(&iter, &index, &maker)) {
                g_autoptr(Object) object = NULL;
                ProcessHandle handle = { 0 };

                if (maker != owner)
                        continue;
                g_hash_table_iter_remove(&iter);
                if (!NT_SUCCESS(process_handle_read(handles->system,
                                    (uint64_t) GPOINTER_TO_UINT(index) * 4, &handle, &object)))
                        continue;
                process_handle_close(handles->system, &handle);
                n++;
        }
        return n;
}
