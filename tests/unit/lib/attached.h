#pragma once

/*
 * A test that is attached to a fake daemon
 */

#include "fake-daemon.h"
#include "ntdef.h"
#include "scratch.h"

typedef struct Attached {
        Scratch *scratch;
        FakeDaemon *daemon;
} Attached;

/* Starts a daemon, and makes it the default address of this process. */
void attached_prepare(Attached *attached);

/* The same, and attaches. */
void attached_init(Attached *attached);

/* Detaches, and ends the daemon. */
void attached_clear(Attached *attached);

/* Whom the daemon takes the caller for. For children and other programs, where Check cannot assert.
 */
NTSTATUS attached_query(uint64_t *ret_process, uint64_t *ret_pid);

/* The NT process that the daemon takes the caller for; the call must not fail. */
uint64_t attached_process(void);

/* The Linux process that the daemon takes it for. */
uint64_t attached_pid(void);

/* Takes an entry of the own handle table; returns its index. */
uint32_t attached_make_handle(bool inherit);

/* Whether the own handle table has that entry. */
bool attached_has_handle(uint32_t index);

/* In a child: ends it, telling the parent whether @success. */
_Noreturn void child_exit(bool success);

/* In the parent: waits for the child, which must have succeeded. */
void child_expect_success(pid_t child);
