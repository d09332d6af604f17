#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cancellation.h"
#include "fault.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "process-pid.h"
#include "region.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/* Copying between the caller's buffer and memory of a process. */
typedef struct CopyCall {
        HANDLE process;
        uintptr_t base;
        void *buffer;
        SIZE_T size;
        PSIZE_T done_at;
        bool write;
        SIZE_T done; /* bytes copied */
} CopyCall;

static NTSTATUS range_check(uintptr_t start, SIZE_T size) {
        if (start > VIEW_HIGHEST_ADDRESS || size > VIEW_HIGHEST_ADDRESS + 1 - start)
                return STATUS_ACCESS_VIOLATION;
        return STATUS_SUCCESS;
}

static NTSTATUS copy_check(const CopyCall *call) {
        NTSTATUS status = range_check(call->base, call->size);

        if (NT_SUCCESS(status))
                status = range_check((uintptr_t) call->buffer, call->size);
        if (NT_SUCCESS(status) && call->done_at)
                status = probe_writable(call->done_at, sizeof(*call->done_at), 1);
        return status;
}

/* Linux copies; for memory that may not be there. Return: what it cannot do, or 0. */
static int copy_by_kernel(CopyCall *call, pid_t pid) {
        while (call->done < call->size) {
                struct iovec near = { (char *) call->buffer + call->done, call->size - call->done };
                struct iovec far = { (void *) (call->base + call->done), call->size - call->done };
                ssize_t n = call->write ? process_vm_writev(pid, &near, 1, &far, 1, 0)
                                        : process_vm_readv(pid, &near, 1, &far, 1, 0);

                if (n < 0)
                        return errno == EFAULT ? 0 : errno;
                if (n == 0)
                        return 0;
                call->done += (SIZE_T) n;
        }
        return 0;
}

/* The processor copies, page by page of the memory. */
static void copy_by_hand(CopyCall *call) {
        while (call->done < call->size) {
                uintptr_t at = call->base + call->done;
                SIZE_T n = REGION_PAGE_SIZE - at % REGION_PAGE_SIZE;
                char *near = (char *) call->buffer + call->done;

                if (n > call->size - call->done)
                        n = call->size - call->done;
                if (!NT_SUCCESS(call->write ? probe_move((void *) at, near, n)
                                            : probe_move(near, (const void *) at, n)))
                        return;
                call->done += n;
        }
}

/*
 * Without fault recovery a pointer to nothing would end the program, which is what somebody who
 * reads memory in this way wants to avoid; some sandboxes forbid to have the kernel do it.
 */
static NTSTATUS copy_own(CopyCall *call) {
        NTSTATUS status = STATUS_SUCCESS;

        if (call->base >= PROBE_LOWEST)
                status = probe_range((void *) call->base, call->size, 1);
        if (NT_SUCCESS(status))
                status = probe_range(call->buffer, call->size, 1);
        if (NT_SUCCESS(status) && fault_recovery_is_on() && !call->write)
                status = probe_writable(call->buffer, call->size, 1);
        if (!NT_SUCCESS(status))
                return status;
        if (fault_recovery_is_on() || copy_by_kernel(call, getpid()) != 0)
                copy_by_hand(call);
        return STATUS_SUCCESS;
}

static NTSTATUS copy_other(CopyCall *call, const ProcessPid *pid) {
        int error = copy_by_kernel(call, pid->pid);

        if (error == ESRCH || !process_pid_holds(pid))
                return STATUS_PROCESS_IS_TERMINATING;
        if (error == EPERM)
                return STATUS_ACCESS_DENIED;
        return error == ENOSYS ? STATUS_NOT_SUPPORTED
                               : (error != 0 ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS);
}

/* By a handle, which may be one on the calling process too. */
static NTSTATUS copy_by_handle(CopyCall *call) {
        NO_CANCELLATION_HERE;
        autocleanup(process_pid_clear) ProcessPid pid;
        autocleanup(target_clear) Target target;
        NTSTATUS status;

        process_pid_init(&pid);
        status = target_enter(&target, call->process);
        if (NT_SUCCESS(status))
                status = process_pid_find(
                                &target, call->write ? PROCESS_VM_WRITE : PROCESS_VM_READ, &pid);
        if (!NT_SUCCESS(status))
                return status;
        return pid.is_own ? copy_own(call) : copy_other(call, &pid);
}

static NTSTATUS copy_memory(CopyCall *call) {
        NTSTATUS status = handle_pseudo(call->process) == PSEUDO_PROCESS ? copy_own(call)
                                                                         : copy_by_handle(call);

        if (NT_SUCCESS(status) && call->done < call->size)
                status = STATUS_PARTIAL_COPY;
        /* Of a read that failed nobody gets to know how far it came. (Wine's tests of ntdll.) */
        if (status != STATUS_SUCCESS && !call->write)
                call->done = 0;
        return status;
}

static NTSTATUS copy(CopyCall *call) {
        NTSTATUS status = copy_check(call), written;

        if (!NT_SUCCESS(status))
                return status;
        if (call->size > 0)
                status = copy_memory(call);
        written = call->done_at ? probe_write_64(call->done_at, call->done) : STATUS_SUCCESS;
        return NT_SUCCESS(written) ? status : written;
}

static NTSTATUS copy_traced(CopyCall *call, const char *name) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = copy(call);
        if (TRACING())
                trace_end(name, status, "process=%p, base=0x%llx, size=0x%llx, done=0x%llx",
                                call->process, (unsigned long long) call->base,
                                (unsigned long long) call->size, (unsigned long long) call->done);
        return status;
}

NTSTATUS
zw_read_virtual_memory(HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done) {
        CopyCall call = {
                .process = process,
                .base = (uintptr_t) base,
                .buffer = buffer,
                .size = size,
                .done_at = done,
        };

        return copy_traced(&call, "NtReadVirtualMemory");
}

SERVICE(ReadVirtualMemory,
                zw_read_virtual_memory,
                (HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done),
                (process, base, buffer, size, done));

NTSTATUS
zw_write_virtual_memory(HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done) {
        CopyCall call = {
                .process = process,
                .base = (uintptr_t) base,
                .buffer = buffer,
                .size = size,
                .done_at = done,
                .write = true,
        };

        return copy_traced(&call, "NtWriteVirtualMemory");
}

SERVICE(WriteVirtualMemory,
                zw_write_virtual_memory,
                (HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done),
                (process, base, buffer, size, done));
