#pragma once

/*
 * Stacks of a program's threads
 *
 * A stack is private memory of the process, as NtAllocateVirtualMemory() gives it, reserved whole.
 * All of it is committed but the lowest pages, which fault: Linux gives memory only to what is
 * touched, so that growing it page by page, as Windows does, would gain nothing.
 */

#include <stdint.h>

#include "ntdef.h"

#define THREAD_STACK_GUARD 0x4000u /* bytes that fault */

typedef struct ThreadStack {
        uint8_t *allocation; /* lowest byte reserved */
        uint8_t *limit;      /* lowest byte committed */
        uint8_t *base;       /* one past the highest */
} ThreadStack;

/**
 * thread_stack_new() - make a stack
 * @reserve: its bytes; 0: 1 MiB; at least 64 KiB
 * Return: STATUS_SUCCESS, or why there is no memory.
 */
NTSTATUS thread_stack_new(uint64_t reserve, ThreadStack *ret);

/* Nobody runs on it any more. */
void thread_stack_free(ThreadStack *stack);
