#pragma once

/*
 * Connection to the daemon
 *
 * NT's API has no context argument, so a process has one attachment, private to connection.c. Every
 * service begins with client_enter(), which knows whether this is still the process that attached,
 * and whether the daemon still lives; neither costs a system call. Messages go over the calling
 * thread's own channel, or over the process's while nobody else uses it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "frame.h"
#include "generation-page.h"
#include "ntdef.h"
#include "ntobj.pb-c.h"
#include "process-page.h"

typedef struct GrantInfoTable GrantInfoTable;

/* An attachment. Nothing here changes after it has been published, except what is pointed to. */
typedef struct Client {
        ProcessPage *page;
        const GenerationPage *generation;
        GrantInfoTable *grants; /* what libzw knows about each grant, by slot (grant-info.h) */
        uint64_t serial;        /* no other attachment of the process and its children has it */
        uint32_t process_id;
        uint32_t session_id;
        uint32_t parked_most; /* grants without a handle that the daemon lets this process keep */
        bool kernel;          /* attached as a kernel persona */
} Client;

typedef enum ClientNeed {
        CLIENT_ATTACH,  /* the call needs no handle: attach if the process is not */
        CLIENT_HANDLES, /* it uses a handle: without an attachment none is valid */
} ClientNeed;

/**
 * client_enter() - the attachment for a call
 * @ret: stays valid for the call
 *
 * In a child of fork() this is where the child adopts its heir, or attaches on its own.
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE (CLIENT_HANDLES without an attachment);
 * STATUS_PORT_DISCONNECTED if the daemon is gone; or why attaching failed. For CLIENT_ATTACH the
 * first says so once, unless a message that failed has said it already: the next such call attaches
 * anew, with the same status while nobody listens.
 */
NTSTATUS client_enter(ClientNeed need, const Client **ret);

/* How a request names a grant of the process. */
static inline Nt__Grant grant_message(uint32_t slot, uint32_t tag) {
        Nt__Grant grant = NT__GRANT__INIT;

        grant.slot = slot;
        grant.tag = tag;
        return grant;
}

/* A reply, with the memory that it lies in. Zero-initialise; ends with call_reply_clear(). */
typedef struct CallReply {
        Nt__Reply *message;
        Frame frame;  /* descriptors that came along; frame_take_fd() */
        void *memory; /* heap, or NULL */
        uint8_t small[2048] __attribute__((aligned(16)));
} CallReply;

/* Descriptors that go with a request; they stay the caller's. */
typedef struct SentFds {
        const int *fds;
        size_t n_fds; /* at most FRAME_FDS_MAX */
} SentFds;

#define NO_FDS ((SentFds){ NULL, 0 })

void call_reply_init(CallReply *reply);
void call_reply_clear(CallReply *reply);

/**
 * connection_call() - send a request and take its answer
 * @client:  from client_enter()
 * @request: id is filled in, and kernel_mode from the thread's PreviousMode; the body is the
 *           caller's
 * @reply:   from call_reply_init(); the caller clears it whatever happens
 *
 * A successful reply has the body that the request asks for, so that callers need not look.
 * Cancellation is off meanwhile. Nothing is written to a descriptor that is no longer ours.
 *
 * Return: the reply's status; STATUS_PORT_DISCONNECTED if the daemon hung up, the program closed
 * our descriptors, or the answer made no sense; STATUS_NO_MEMORY.
 */
NTSTATUS connection_call(const Client *client, Nt__Request *request, CallReply *reply);

/* The same with descriptors. Return: STATUS_INSUFFICIENT_RESOURCES also if they cannot be passed.
 */
NTSTATUS connection_call_with(
                const Client *client, Nt__Request *request, SentFds fds, CallReply *reply);

/* The same for a one-way request: returns as soon as it is in the socket. */
NTSTATUS connection_send(const Client *client, Nt__Request *request);

/* What zw_attach(), zw_detach() and zw_prepare_exec() do; zw.h says what they return. */
NTSTATUS connection_attach(const char *address, bool kernel);
NTSTATUS connection_detach(void);
NTSTATUS connection_prepare_exec(int *ret_fd);
