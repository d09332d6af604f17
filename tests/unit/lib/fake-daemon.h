#pragma once

/*
 * A daemon that only attaches
 *
 * Enough of ntobjd to test how a process attaches, forks, execs and loses its daemon, in a process
 * of its own, with knobs for what the real one never does. Its statistics tell who asked: "process"
 * is the NT process id, "pid" the Linux process that was last heard on the attaching channel.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "generation-page.h"

/* Shared with the test. Whoever changes a number says so: see fake_daemon_wait(). */
typedef struct FakeState {
        _Atomic uint32_t changes;       /* futex */
        _Atomic uint32_t n_connections; /* open now */
        _Atomic uint32_t n_processes;   /* alive now, heirs included */
        _Atomic uint32_t n_attached;    /* ever */
        _Atomic uint32_t n_channels;    /* ever opened beside the attaching one */
        _Atomic uint32_t n_heirs;       /* ever made */
        _Atomic uint32_t n_adopted;     /* ever */
        _Atomic uint32_t n_requests;    /* ever, of any kind */
        _Atomic uint32_t n_held;        /* requests that wait for @hold to end */

        _Atomic bool refuse_channels;
        _Atomic bool hold;         /* answer no Statistics request */
        _Atomic bool answer_stale; /* with another id than was asked */
        _Atomic bool answer_bodiless;
        _Atomic bool hang_up; /* instead of an answer to Statistics */
} FakeState;

typedef struct FakeDaemon {
        pid_t pid;
        FakeState *state;
        GenerationPage *generation; /* the test's own mapping */
        int listener, generation_fd;
        char *address;
} FakeDaemon;

/* Starts one that listens in @folder; kill(daemon->pid) ends it, the test's end does too. */
FakeDaemon *fake_daemon_new(const char *folder);

/* Ends it if it still lives. */
void fake_daemon_free(FakeDaemon *daemon);

/* Kills it, and marks the generation page as the kernel would. */
void fake_daemon_kill(FakeDaemon *daemon);

/* Waits until a number of the state has a value, or for the test's time limit. */
void fake_daemon_wait(const FakeDaemon *daemon, const _Atomic uint32_t *number, uint32_t value);

/* Sets a knob, and wakes the daemon to look at it. */
void fake_daemon_set(FakeDaemon *daemon, _Atomic bool *knob, bool value);

/*
 * A daemon in the calling process: binds @address, prints it to @ready, serves until the last
 * connection has gone. For the program that libzw starts by itself.
 */
int fake_daemon_main(const char *address, int ready);
