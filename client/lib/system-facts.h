#pragma once

/*
 * What Linux knows of the system
 *
 * Each function fills in one structure of ntexapi.h. What cannot be found out stays 0.
 */

#include <stddef.h>

#include "ntdef.h"
#include "ntexapi.h"

#define SYSTEM_TICK 156250u /* the clock's, in units of 100 ns */

void system_basic(SYSTEM_BASIC_INFORMATION *basic);
void system_processor(SYSTEM_PROCESSOR_INFORMATION *processor);
void system_performance(SYSTEM_PERFORMANCE_INFORMATION *performance);
void system_time_of_day(SYSTEM_TIMEOFDAY_INFORMATION *time);

/* How many processors system_processor_times() has something to say of. */
size_t system_n_processors(void);

/* The first @n processors' times. Return: of how many there are any. */
size_t system_processor_times(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION *times, size_t n);

/**
 * system_processes() - the processes
 * @ret:  gets SYSTEM_PROCESS_INFORMATION with all that belongs to it, for free()
 * @size: gets its bytes
 * @at:   where the caller will have it: its pointers are made for there
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY; why the daemon could not be asked.
 */
NTSTATUS system_processes(void **ret, size_t *size, const void *at);
