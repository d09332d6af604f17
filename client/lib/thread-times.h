#pragma once

#include "ntthread.h"

/* Threads of this process, as Linux counts them. */
unsigned thread_count_of_linux(void);

/**
 * thread_times_read() - when a thread of this process began, and how long it ran
 * @id: its NT id; 0: the process
 * Return: STATUS_SUCCESS; STATUS_NOT_SUPPORTED without /proc.
 */
NTSTATUS thread_times_read(HANDLE id, KERNEL_USER_TIMES *ret);
