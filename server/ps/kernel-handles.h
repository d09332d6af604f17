#pragma once

/*
 * Kernel handles: the table of the System process
 *
 * A handle that a driver host makes with OBJ_KERNEL_HANDLE lies in the table of the System process,
 * whose words are the server's own. It works in every kernel persona and for no user-mode caller.
 * Who made it is remembered: what a persona leaves open when it ends is closed, and counted as
 * leaked.
 */

#include <stdint.h>

#include "process-handle.h"

typedef struct KernelHandles KernelHandles;

/* What makes a handle's value one of these. */
#define KERNEL_HANDLE_BITS UINT64_C(0xFFFFFFFF80000000)

static inline bool is_kernel_handle(uint64_t value) {
        return (value & KERNEL_HANDLE_BITS) == KERNEL_HANDLE_BITS;
}

/* @system: the System process; a reference is taken */
KernelHandles *kernel_handles_new(Process *system);
void kernel_handles_free(KernelHandles *handles);

Process *kernel_handles_system(const KernelHandles *handles);

/* A handle for a grant of the System process, counted for it already: process_handle_make_take().
 */
NTSTATUS kernel_handle_make_take(KernelHandles *handles,
                const Process *owner,
                GrantName grant,
                ACCESS_MASK access,
                bool inherit,
                bool protect,
                uint64_t *ret);

/* process_handle_read(); @value has the kernel bits. */
NTSTATUS kernel_handle_read(const KernelHandles *handles,
                uint64_t value,
                ProcessHandle *ret,
                Object **ret_object);

/* STATUS_SUCCESS, STATUS_INVALID_HANDLE, or STATUS_HANDLE_NOT_CLOSABLE. */
NTSTATUS kernel_handle_close(KernelHandles *handles, uint64_t value);

/* STATUS_SUCCESS or STATUS_INVALID_HANDLE. */
NTSTATUS kernel_handle_set_flags(
                KernelHandles *handles, uint64_t value, bool inherit, bool protect);

/* Closes what @owner made and left open. Return: how many. */
unsigned kernel_handles_end_owner(KernelHandles *handles, const Process *owner);
