#pragma once

/*
 * What the transport serves in its tests
 *
 * Stands in for rpc.c and process.c. A request says what its answer shall be like, and a process is
 * whatever the test needs it to be.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quota.h"

typedef enum FakeOperation {
        FAKE_ECHO,    /* a reply with @size bytes in it, and @n_fds descriptors */
        FAKE_SILENT,  /* no reply */
        FAKE_DROP,    /* the peer broke the protocol */
        FAKE_ATTACH,  /* the connection is the attaching one of fake->process */
        FAKE_CHANNEL, /* the connection is one more of it */
        FAKE_END,     /* the process ends while the request is served */
        FAKE_DEFER,   /* answered after somebody wrote into fake->begin */
} FakeOperation;

typedef struct FakeRequest {
        uint32_t operation;
        uint32_t id;
        uint32_t size;
        uint32_t n_fds;
} FakeRequest;

struct Process {
        unsigned n_refs;
        unsigned n_ends;           /* calls of process_end() */
        unsigned n_handled_before; /* requests that were handled before the first of them */
        int pidfd;
        Quota *quota;
};

typedef struct Fake {
        struct Process process; /* the only one */
        unsigned n_handled;
        unsigned n_work;    /* slices of work that process_table_work() still has */
        uint32_t ids[4096]; /* of the requests, in the order in which they were handled */
        int sender;         /* of the last frame, as the kernel told */
        size_t n_fds;       /* that came along with all frames */
        int begin;          /* an eventfd that deferred work waits for */
        unsigned n_completed;
        unsigned n_released;
        atomic_uint n_freed;
} Fake;

extern Fake fake;
