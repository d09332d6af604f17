#pragma once

/*
 * A daemon inside the test
 *
 * Takes the place of connection.c: services find a client with a process page of the test's own,
 * and their requests are answered here, by a daemon that knows one directory of numbered sections
 * and counts what it is told. It shows what a service sends, and what it makes of any answer. One
 * request is answered after the other, as in a daemon, whatever thread sends it.
 */

#include "connection.h"

typedef struct StubDaemon {
        Client client;
        NTSTATUS entered;        /* what client_enter() answers */
        uint64_t grant_flags;    /* of new grants: GRANT_REPORT, GRANT_SHARED */
        ACCESS_MASK access;      /* granted; 0: what was asked for */
        ULONG size, protection;  /* of new sections */
        ULONG attributes;        /* SEC_ flags that they report */
        NTSTATUS status;         /* of answers that make grants */
        unsigned n_entries;      /* of the directory */
        unsigned n_entries_most; /* in one reply */
        bool no_descriptors;     /* the next request for memory cannot bring any */
        const WCHAR *text;       /* link target, and name of every object */
        uint64_t object_id;      /* of new grants; 0: each its own */
        uint64_t kernel_handle;  /* that answers which make grants bring */
        HANDLE duplicate;        /* that Duplicate makes */
        NTSTATUS verdict;        /* of requests whose answer is a status */

        /* Answers in place of the daemon here, if it is set and returns true. What
         * it puts into the reply is copied. */
        bool (*more)(const Nt__Request *request, Nt__Reply *reply);

        unsigned n_messages; /* sent since the last look */
        unsigned n_waited_releases, n_releases, n_parked_released, n_memories;
        uint32_t last_slot;
        Nt__Request last; /* without what it points to */
        size_t n_fds;     /* descriptors that came with it */
        WCHAR last_name[64];
        size_t n_last_name; /* bytes */
        ULONG last_attributes;
        bool had_root;
        Nt__DuplicateRequest last_duplicate;
        uint64_t last_handle; /* of requests about a handle's value */
        uint32_t last_flags;  /* SetKernelHandleFlags: 1 inherit, 2 protect */
        size_t n_boundary;    /* bytes */
        unsigned n_special, n_references, n_dereferences;
        uint8_t last_descriptor[256];
        size_t n_last_descriptor; /* bytes; 0: none was sent */
} StubDaemon;

extern StubDaemon stub;

void stub_init(void);

/* The same, as a kernel persona. */
void stub_init_kernel(void);
void stub_clear(void);

/* Messages since the last call of this. */
unsigned stub_messages(void);

/* A grant with one handle on it, as the parent of a process that was forked would have made. */
HANDLE stub_make_unknown_handle(void);
