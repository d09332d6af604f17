/*
 * The attachment of this process
 *
 * What is here is all the state that the library has: who we are attached to, and how to tell that
 * we are not who we were. Three things can change that behind our back:
 *
 * - fork(), _Fork() or clone() made us. A page that the kernel wipes in every child says so,
 * whatever made the child; nothing else of the parent's may be touched before it has been read, and
 * no lock of the parent's may be taken, since its holder does not exist here. A child that shares
 * the parent's memory (vfork, posix_spawn) sees the parent's page, and may only exec.
 * - The daemon went away, or ended this process. Its pages say so.
 * - The program closed our descriptors. The kernel tells, each time before we write to one.
 *
 * A thread that is inside a call keeps using the attachment that it entered with. So attachments
 * are never freed before zw_detach(), not even when they are lost: a mapping that stays behind
 * costs little, and daemons do not die often.
 */

#include "connection.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attachment.h"
#include "cancellation.h"
#include "cleanup.h"
#include "heir.h"
#include "lease.h"
#include "ntstatus.h"
#include "previous-mode.h"
#include "referenced.h"
#include "region.h"

/* In a page of its own, MADV_WIPEONFORK: all zero in a child that has not found out yet. */
typedef struct Sentinel {
        _Atomic uint32_t ours;      /* what is in the state is this process's */
        _Atomic uint32_t resetting; /* a thread is making it so */
} Sentinel;

enum { FORK_HANDLERS_NONE, FORK_HANDLERS_COMING, FORK_HANDLERS_THERE };

static struct ConnectionState {
        _Atomic(Sentinel *) sentinel;
        _Atomic(Attachment *) current; /* NULL: none that can be used */
        ChannelList channels;
        _Atomic int fork_handlers;

        pthread_mutex_t lock; /* of what follows */
        Attachment *all;      /* every attachment that has been published, by next */
        Attachment *lost;     /* its handles stay dead until the program closes them */
        bool gone;            /* there was an attachment and now there is none */
        bool told;            /* ... and a call that might have attached anew was told so */
        bool asked_environment;
        bool configured; /* server and kernel are known */
        bool kernel;
        bool has_thread_key;
        ServerAddress server;
        uint64_t last_serial;
        pthread_key_t thread_key;
        Channel *heir;        /* while a fork is under way */
        Channel *inheritance; /* to be adopted */
        uint64_t heir_serial; /* of either */
} state = {
        .lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP,
};

/* Set between the prepare handler of fork() and the one that follows, in the thread that forks. */
static __thread bool fork_prepared __attribute__((tls_model("initial-exec")));
static __thread int fork_cancel_state __attribute__((tls_model("initial-exec")));

static void fork_prepare(void);
static void fork_parent(void);
static void fork_child(void);

static NTSTATUS sentinel_make(Sentinel **ret) {
        Sentinel *nobody = NULL;
        size_t size = (size_t) sysconf(_SC_PAGESIZE);
        void *page;

        page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED)
                return STATUS_NO_MEMORY;
        if (madvise(page, size, MADV_WIPEONFORK) < 0) {
                munmap(page, size);
                return STATUS_INSUFFICIENT_RESOURCES;
        }

        *ret = page;
        if (!atomic_compare_exchange_strong(&state.sentinel, &nobody, page)) {
                munmap(page, size);
                *ret = nobody;
        }
        return STATUS_SUCCESS;
}

/*
 * Makes the state that of a process that is not attached. @keep is the channel of its heir, if
 * fork() has brought one. What the parent's other threads may have been changing is left alone; its
 * memory stays behind. Other threads wait for the one that does it.
 */
static void state_reset(Sentinel *sentinel, Channel *keep) {
        uint32_t nobody = 0;

        if (!atomic_compare_exchange_strong(&sentinel->resetting, &nobody, 1)) {
                while (!atomic_load(&sentinel->ours))
                        sched_yield();
                return;
        }

        state.lock = (pthread_mutex_t) PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
        for (Attachment *attachment = state.all; attachment; attachment = attachment->next)
                attachment_forget(attachment);
        channel_forget_all(&state.channels, keep);
        regions_after_fork();
        referenced_after_fork();

        atomic_store(&state.current, NULL);
        state.lost = NULL;
        state.gone = false;
        state.told = false;
        state.heir = NULL;
        state.inheritance = keep;
        if (atomic_load(&state.fork_handlers) == FORK_HANDLERS_COMING)
                atomic_store(&state.fork_handlers, FORK_HANDLERS_NONE);
        atomic_store(&sentinel->ours, 1);
}

static void fork_handlers_install(void) {
        int none = FORK_HANDLERS_NONE;

        if (!atomic_compare_exchange_strong(&state.fork_handlers, &none, FORK_HANDLERS_COMING))
                return;
        /* Without memory for them a child is still told from its parent; it only inherits nothing.
         */
        atomic_store(&state.fork_handlers,
                        pthread_atfork(fork_prepare, fork_parent, fork_child) == 0
                                        ? FORK_HANDLERS_THERE
                                        : FORK_HANDLERS_NONE);
}

/* The state is this process's, and ours to change, when this succeeds; end with state_unlock(). */
static NTSTATUS state_lock(void) {
        Sentinel *sentinel = atomic_load(&state.sentinel);
        NTSTATUS status;

        if (!sentinel) {
                status = sentinel_make(&sentinel);
                if (!NT_SUCCESS(status))
                        return status;
        }
        if (!atomic_load(&sentinel->ours))
                state_reset(sentinel, NULL);
        fork_handlers_install();

        /* Fails for a signal handler that interrupted the holder. */
        return pthread_mutex_lock(&state.lock) == 0 ? STATUS_SUCCESS
                                                    : STATUS_INSUFFICIENT_RESOURCES;
}

static void state_unlock(void) {
        pthread_mutex_unlock(&state.lock);
}

static void attachment_publish(Attachment *attachment) {
        if (state.lost)
                attachment_inherit_losses(attachment, state.lost);
        attachment->thread_key = state.has_thread_key ? &state.thread_key : NULL;
        state.kernel = attachment->client.kernel;
        atomic_store(&kernel_persona, state.kernel);
        attachment->next = state.all;
        state.all = attachment;
        state.lost = NULL;
        state.gone = false;
        state.told = false;
        atomic_store(&state.current, attachment);
}

static void attachment_lose(Attachment *attachment, bool told) {
        if (atomic_load(&state.current) == attachment) {
                atomic_store(&state.current, NULL);
                state.lost = attachment;
                state.gone = true;
                state.told = told;
        }
        attachment_disconnect(attachment);
}

static NTSTATUS attach(const ServerAddress *server, bool kernel) {
        Attachment *attachment = NULL;
        NTSTATUS status;

        if (!state.has_thread_key)
                state.has_thread_key = lease_key_create(&state.thread_key) == 0;
        status = attachment_new(&state.channels, ++state.last_serial, server, kernel, &attachment);
        if (!NT_SUCCESS(status))
                return status;

        /* A child, and a new attachment after this one is lost, go to the same daemon. */
        state.server = *server;
        state.configured = true;
        attachment_publish(attachment);
        return STATUS_SUCCESS;
}

static NTSTATUS attach_as_configured(void) {
        ServerAddress server = state.server;
        NTSTATUS status;

        if (!state.configured) {
                status = server_address_find(NULL, &server);
                if (!NT_SUCCESS(status))
                        return status;
        }
        return attach(&server, state.configured && state.kernel);
}

/* Looks once whether exec has brought an heir's channel. */
static void ask_environment(void) {
        int fd;

        if (state.asked_environment)
                return;
        state.asked_environment = true;
        fd = heir_from_environment();
        if (fd < 0)
                return;
        state.heir_serial = ++state.last_serial;
        if (channel_new_take(&state.channels, state.heir_serial, fd, &state.inheritance) < 0) {
                state.gone = true;
                return;
        }
        if (!state.configured)
                state.configured = NT_SUCCESS(server_address_find(NULL, &state.server));
}

/*
 * Becomes the process that the parent prepared. If that fails, the handles that it would have are
 * lost: for a program that uses them, that is the end of an attachment like any other.
 */
static void adopt_inheritance(void) {
        Channel *heir = state.inheritance;
        Attachment *attachment = NULL;
        NTSTATUS status;

        if (!heir)
                return;
        if (!state.has_thread_key)
                state.has_thread_key = lease_key_create(&state.thread_key) == 0;
        state.inheritance = NULL;
        status = attachment_adopt_take(
                        &state.channels, heir, state.heir_serial, &state.server, &attachment);
        if (NT_SUCCESS(status))
                attachment_publish(attachment);
        else
                state.gone = true;
}

/* Brings the state up to date: afterwards there is a current attachment that lives, or none. */
static void state_settle(void) {
        Attachment *current = atomic_load(&state.current);

        if (current && !attachment_alive(current))
                attachment_lose(current, false);
        else if (!current) {
                ask_environment();
                adopt_inheritance();
        }
}

static NTSTATUS enter_locked(ClientNeed need, Attachment **ret) {
        state_settle();
        if (!atomic_load(&state.current)) {
                NTSTATUS status;

                if (state.gone && (need == CLIENT_HANDLES || !state.told)) {
                        state.told = state.told || need == CLIENT_ATTACH;
                        return STATUS_PORT_DISCONNECTED;
                }
                if (need == CLIENT_HANDLES)
                        return STATUS_INVALID_HANDLE;
                status = attach_as_configured();
                if (status == STATUS_PORT_CONNECTION_REFUSED && state.gone)
                        return STATUS_PORT_DISCONNECTED; /* it does not come back, or not yet */
                if (!NT_SUCCESS(status))
                        return status;
        }
        *ret = atomic_load(&state.current);
        return STATUS_SUCCESS;
}

static __attribute__((noinline)) NTSTATUS enter_slowly(ClientNeed need, const Client **ret) {
        NO_CANCELLATION_HERE;
        Attachment *attachment = NULL;
        NTSTATUS status;

        status = state_lock();
        if (!NT_SUCCESS(status))
                return status;
        status = enter_locked(need, &attachment);
        state_unlock();
        if (NT_SUCCESS(status))
                *ret = &attachment->client;
        return status;
}

NTSTATUS client_enter(ClientNeed need, const Client **ret) {
        const Sentinel *sentinel = atomic_load_explicit(&state.sentinel, memory_order_acquire);
        const Attachment *current;

        /* The order matters: in a child the attachment's pages are not there. */
        if (__builtin_expect(sentinel && atomic_load(&sentinel->ours), 1)) {
                current = atomic_load_explicit(&state.current, memory_order_acquire);
                if (__builtin_expect(current && attachment_alive(current), 1)) {
                        *ret = &current->client;
                        return STATUS_SUCCESS;
                }
        }
        return enter_slowly(need, ret);
}

static NTSTATUS call(const Client *client, Nt__Request *request, SentFds fds, CallReply *reply) {
        NO_CANCELLATION_HERE;
        Attachment *attachment = (Attachment *) client; /* its first member */
        bool lost = false;
        NTSTATUS status;

        request->has_kernel_mode = request->kernel_mode =
                        client->kernel && previous_mode_is_kernel();
        status = lease_call(attachment, request, fds, reply, &lost);
        if (lost && NT_SUCCESS(state_lock())) {
                attachment_lose(attachment, true);
                state_unlock();
        }
        return status;
}

NTSTATUS connection_call(const Client *client, Nt__Request *request, CallReply *reply) {
        return call(client, request, NO_FDS, reply);
}

NTSTATUS connection_call_with(
                const Client *client, Nt__Request *request, SentFds fds, CallReply *reply) {
        return call(client, request, fds, reply);
}

NTSTATUS connection_send(const Client *client, Nt__Request *request) {
        return call(client, request, NO_FDS, NULL);
}

NTSTATUS connection_attach(const char *address, bool kernel) {
        NO_CANCELLATION_HERE;
        ServerAddress server;
        NTSTATUS status;

        status = server_address_find(address, &server);
        if (!NT_SUCCESS(status))
                return status;
        status = state_lock();
        if (!NT_SUCCESS(status))
                return status;
        state_settle();
        status = atomic_load(&state.current) ? STATUS_ALREADY_REGISTERED : attach(&server, kernel);
        state_unlock();
        return status;
}

NTSTATUS connection_detach(void) {
        NO_CANCELLATION_HERE;
        Attachment *attachment;
        NTSTATUS status;

        status = state_lock();
        if (!NT_SUCCESS(status))
                return status;
        state_settle();
        attachment = atomic_load(&state.current);
        if (attachment)
                channel_drain(attachment->channel);

        atomic_store(&state.current, NULL);
        state.lost = NULL;
        state.gone = false;
        state.told = false;
        state.configured = false;
        state.kernel = false;
        atomic_store(&kernel_persona, false);
        channel_forget_all(&state.channels, NULL);
        while (state.all) {
                Attachment *next = state.all->next;

                attachment_free(state.all);
                state.all = next;
        }
        state_unlock();
        return attachment ? STATUS_SUCCESS : STATUS_PORT_DISCONNECTED;
}

NTSTATUS connection_prepare_exec(int *ret_fd) {
        NO_CANCELLATION_HERE;
        const Client *client;
        autofd int fd = -1;
        bool lost = false;
        NTSTATUS status;

        status = client_enter(CLIENT_ATTACH, &client);
        if (!NT_SUCCESS(status))
                return status;
        status = heir_make((Attachment *) client, &fd, &lost);
        if (lost && NT_SUCCESS(state_lock())) {
                attachment_lose((Attachment *) client, true);
                state_unlock();
        }
        if (!NT_SUCCESS(status))
                return status;
        if (heir_mark(fd) < 0)
                return STATUS_INSUFFICIENT_RESOURCES;
        *ret_fd = fd_steal(&fd);
        return STATUS_SUCCESS;
}

/* Asks for an heir if there is anything to inherit. A failure leaves the child without. */
static void heir_prepare(void) {
        Attachment *current = atomic_load(&state.current);
        bool lost = false;
        int fd = -1;

        if (!current || !attachment_alive(current) ||
                        atomic_load(&current->client.page->n_inheritable) == 0)
                return;
        if (NT_SUCCESS(heir_make(current, &fd, &lost))) {
                state.heir_serial = ++state.last_serial;
                if (channel_new_take(&state.channels, state.heir_serial, fd, &state.heir) < 0)
                        state.heir = NULL;
        }
        if (lost)
                attachment_lose(current, true);
}

/*
 * The lock is held over the fork, so that no other thread is half-way through attaching then, and
 * so is that of the regions, which comes after all others. It is not taken where that cannot be: in
 * a child of clone() that has made no call yet, and in a signal handler that interrupted the lock's
 * holder. The child then finds out by itself, and inherits nothing.
 */
static void fork_prepare(void) {
        const Sentinel *sentinel = atomic_load(&state.sentinel);
        int cancel_state = cancellation_disable();

        fork_prepared = sentinel && atomic_load(&sentinel->ours) &&
                        pthread_mutex_lock(&state.lock) == 0;
        if (!fork_prepared) {
                cancellation_restore(&cancel_state);
                return;
        }
        fork_cancel_state = cancel_state;
        state_settle();
        heir_prepare();
        regions_before_fork();
}

/* Also where fork() has failed: nobody else has the heir's channel then, and it ends. */
static void fork_parent(void) {
        if (!fork_prepared)
                return;
        fork_prepared = false;
        regions_after_fork_in_parent();
        if (state.heir)
                channel_close(state.heir, state.heir_serial);
        state.heir = NULL;
        state_unlock();
        cancellation_restore(&fork_cancel_state);
}

static void fork_child(void) {
        if (!fork_prepared)
                return;
        fork_prepared = false;
        state_reset(atomic_load(&state.sentinel), state.heir);
        cancellation_restore(&fork_cancel_state);
}
