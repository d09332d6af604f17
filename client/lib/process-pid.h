#pragma once

/*
 * Linux's number of a process
 *
 * The daemon knows it. It is good while the process is known to live: a pidfd holds it.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "target.h"

typedef struct ProcessPid {
        pid_t pid;
        int fd;      /* of the process, or -1 */
        bool is_own; /* the calling process */
} ProcessPid;

void process_pid_init(ProcessPid *pid);
void process_pid_clear(ProcessPid *pid);

/**
 * process_pid_find() - the number of a process
 * @target: from target_enter(), not of NtCurrentProcess()
 * @access: rights that the handle must include: PROCESS_VM_READ or PROCESS_VM_WRITE
 * @ret:    from process_pid_init()
 * Return: STATUS_SUCCESS; as target_reference_process(); STATUS_PROCESS_IS_TERMINATING;
 * STATUS_NOT_SUPPORTED if the daemon's numbers are not ours: it is in another pid namespace.
 */
NTSTATUS process_pid_find(Target *target, ACCESS_MASK access, ProcessPid *ret);

/* Whether the number still is that of the process. */
bool process_pid_holds(const ProcessPid *pid);
