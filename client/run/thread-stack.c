#include "thread-stack.h"

#include "ntstatus.h"
#include "zw.h"

#define STACK_DEFAULT 0x100000u
#define STACK_LEAST   0x10000u

NTSTATUS thread_stack_new(uint64_t reserve, ThreadStack *ret) {
        PVOID allocation = NULL;
        SIZE_T size = reserve == 0 ? STACK_DEFAULT : reserve < STACK_LEAST ? STACK_LEAST : reserve;
        PVOID committed;
        SIZE_T n_committed;
        NTSTATUS status;

        status = zw_allocate_virtual_memory(
                        NtCurrentProcess(), &allocation, 0, &size, MEM_RESERVE, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                return status;
        *ret = (ThreadStack){
                .allocation = allocation,
                .limit = (uint8_t *) allocation + THREAD_STACK_GUARD,
                .base = (uint8_t *) allocation + size,
        };
        committed = ret->limit;
        n_committed = size - THREAD_STACK_GUARD;
        status = zw_allocate_virtual_memory(NtCurrentProcess(), &committed, 0, &n_committed,
                        MEM_COMMIT, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                thread_stack_free(ret);
        return status;
}

void thread_stack_free(ThreadStack *stack) {
        PVOID allocation = stack->allocation;
        SIZE_T size = 0;

        if (allocation)
                zw_free_virtual_memory(NtCurrentProcess(), &allocation, &size, MEM_RELEASE);
        *stack = (ThreadStack){ 0 };
}
