#pragma once

/*
 * Heirs: what a child process starts with
 *
 * An heir is a process of the server that waits for a program: it has copies of all inheritable
 * handles already. Whoever says AdoptHeir on its channel is that process. fork() hands the channel
 * down by itself; exec needs a descriptor that stays open, which zw_prepare_exec() makes and
 * NTOBJ_INHERIT names.
 *
 * A number in the environment may be stale: the program may have started others, or closed and
 * opened descriptors. So the channel itself says what it is: it is bound to an abstract name with
 * its own SO_COOKIE in it, which no other socket can have by accident. Nothing is written to
 * anything else.
 */

#include "attachment.h"

/**
 * heir_make() - have the daemon prepare an heir of this process
 * @ret_fd:   its channel, close-on-exec, above 2; closing it ends the heir
 * @ret_lost: as lease_call()
 */
NTSTATUS heir_make(Attachment *attachment, int *ret_fd, bool *ret_lost);

/* Lets an heir's channel cross exec and be known behind it. Return: 0 or -errno. */
int heir_mark(int fd);

/* The heir's channel that NTOBJ_INHERIT names, close-on-exec from now on; or -1. */
int heir_from_environment(void);
