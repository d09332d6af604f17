#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "grant.h"
#include "kernel-handles.h"
#include "nt-time.h"
#include "ntstatus.h"
#include "object-references.h"
#include "process-memory.h"
#include "quota.h"
#include "status.h"
#include "thread-object.h"
#include "token.h"

/* Grants that one slice of work gives back: well under a millisecond. */
#define DRAINED_PER_SLICE 512u

#define SYSTEM_PROCESS_ID 4u
#define FIRST_PROCESS_ID  8u

struct ProcessTable {
        GHashTable *by_key;
        GHashTable *by_id;
        GQueue dying;
        KernelHandles *kernel_handles; /* NULL before there is a System process */
        uint32_t last_id;
};

struct Process {
        unsigned n_refs;
        ProcessTable *table;
        uint8_t key[SESSION_KEY_SIZE];
        uint32_t id;
        uint32_t parent_id; /* 0: not known */
        gint64 created;     /* in 100 ns since 1601 */
        unsigned n_leaked;  /* kernel handles that it left open */
        pid_t pid;
        int pidfd;
        ULONG session;
        bool kernel;
        bool with_page;
        bool ended;
        Token *token;
        Quota *quota;
        QuotaCharge charge;
        QuotaCharge pidfd_charge;
        ProcessMemory memory;
        GrantTable *grants;
        ObjectReferences *references;
        Object *object;       /* what handles on it stand for, not owned; NULL while nobody asks */
        Object *token_object; /* the same for its token */
        GHashTable *threads;  /* those that are objects, not owned; NULL for none */
        NTSTATUS exit_status;
};

/* Keys are random: any eight bytes of one are a hash. */
static guint key_hash(gconstpointer key) {
        guint hash = 0;

        memcpy(&hash, key, sizeof(hash));
        return hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b) {
        return memcmp(a, b, SESSION_KEY_SIZE) == 0;
}

ProcessTable *process_table_new(void) {
        ProcessTable *table = g_new0(ProcessTable, 1);

        table->by_key = g_hash_table_new(key_hash, key_equal);
        table->by_id = g_hash_table_new(NULL, NULL);
        table->last_id = FIRST_PROCESS_ID - 4;
        g_queue_init(&table->dying);
        return table;
}

void process_table_free(ProcessTable *table) {
        if (!table)
                return;
        if (table->kernel_handles) {
                process_end(kernel_handles_system(table->kernel_handles));
                kernel_handles_free(table->kernel_handles);
                while (process_table_work(table))
                        continue;
        }
        g_assert(g_hash_table_size(table->by_key) == 0 && g_queue_is_empty(&table->dying));
        g_hash_table_unref(table->by_key);
        g_hash_table_unref(table->by_id);
        g_free(table);
}

/* NT's ids are multiples of four. They are used again only after all others. */
static uint32_t next_id(ProcessTable *table) {
        do {
                table->last_id = table->last_id >= UINT32_MAX - 4 ? FIRST_PROCESS_ID
                                                                  : table->last_id + 4;
        } while (g_hash_table_contains(table->by_id, GUINT_TO_POINTER(table->last_id)));
        return table->last_id;
}

/* All that a process has but who it is, which handles on it may ask for later. */
static void process_clear(Process *process) {
        object_references_free(process->references);
        process->references = NULL;
        grant_table_free(process->grants);
        process->grants = NULL;
        process_memory_clear(&process->memory);
        process->pidfd = fd_close(process->pidfd);
        quota_charge_release(&process->charge);
        quota_charge_release(&process->pidfd_charge);
}

static void process_free(Process *process) {
        process_clear(process);
        quota_unref(process->quota);
        token_unref(process->token);
        g_free(process);
}

Process *process_ref(Process *process) {
        process->n_refs++;
        return process;
}

Process *process_unref(Process *process) {
        if (process && --process->n_refs == 0)
                process_free(process);
        return NULL;
}

/* Watching the program itself: a channel stays open as long as any child has inherited it. */
static NTSTATUS open_pidfd(Process *process, pid_t pid) {
        NTSTATUS status = STATUS_SUCCESS;

        if (pid <= 0)
                return STATUS_SUCCESS;
        status = quota_charge(process->quota, QUOTA_DESCRIPTORS, 1, &process->pidfd_charge);
        if (!NT_SUCCESS(status))
                return status;
        process->pidfd = (int) syscall(SYS_pidfd_open, pid, 0);
        if (process->pidfd < 0)
                return errno == ESRCH ? STATUS_PROCESS_IS_TERMINATING : nt_status_from_errno(errno);
        process->pid = pid;
        return STATUS_SUCCESS;
}

static NTSTATUS init(Process *process, pid_t pid, bool with_page) {
        NTSTATUS status = quota_charge(process->quota, QUOTA_PROCESSES, 1, &process->charge);

        if (!NT_SUCCESS(status))
                return status;
        if (getrandom(process->key, SESSION_KEY_SIZE, 0) != SESSION_KEY_SIZE)
                return STATUS_UNSUCCESSFUL;
        status = open_pidfd(process, pid);
        if (!NT_SUCCESS(status))
                return status;
        process->id = next_id(process->table);
        status = process_memory_init(&process->memory, with_page, process->id, process->session);
        if (!NT_SUCCESS(status))
                return status;
        process->grants = grant_table_new(
                        process->memory.page->grants, process->memory.page->views, process->quota);
        process->references = object_references_new(process->quota);
        return STATUS_SUCCESS;
}

NTSTATUS process_new(ProcessTable *table,
                Token *token,
                Quota *quota,
                pid_t pid,
                ULONG session,
                bool kernel,
                bool with_page,
                Process **ret) {
        g_autoptr(Process) process = g_new0(Process, 1);
        NTSTATUS status = STATUS_SUCCESS;

        process->n_refs = 1;
        process->table = table;
        process->pidfd = -1;
        process->memory.fd = -1;
        process->session = session;
        process->kernel = kernel;
        process->with_page = with_page;
        process->created = nt_time_now();
        process->token = token_ref(token);
        process->quota = quota_ref(quota);
        status = init(process, pid, with_page);
        if (!NT_SUCCESS(status))
                return status;

        g_hash_table_insert(table->by_key, process->key, process_ref(process));
        g_hash_table_insert(table->by_id, GUINT_TO_POINTER(process->id), process);
        *ret = g_steal_pointer(&process);
        return STATUS_SUCCESS;
}

NTSTATUS process_new_heir(const Process *parent, Token *token, Process **ret) {
        NTSTATUS status = process_new(parent->table, token, parent->quota, 0, parent->session,
                        parent->kernel, true, ret);

        if (NT_SUCCESS(status))
                (*ret)->parent_id = parent->id;
        return status;
}

NTSTATUS process_table_add_system(ProcessTable *table, Token *token, Quota *quota) {
        g_autoptr(Process) process = NULL;
        NTSTATUS status = STATUS_SUCCESS;

        table->last_id = SYSTEM_PROCESS_ID - 4; /* so that it is the next one */
        status = process_new(table, token, quota, 0, 0, true, false, &process);
        if (!NT_SUCCESS(status))
                return status;
        quota_charge_release(&process->charge); /* it is no client */
        table->kernel_handles = kernel_handles_new(process);
        return STATUS_SUCCESS;
}

KernelHandles *process_table_kernel_handles(const ProcessTable *table) {
        return table->kernel_handles;
}

NTSTATUS process_adopt(Process *heir, pid_t pid) {
        return open_pidfd(heir, pid);
}

void process_end(Process *process) {
        if (process->ended)
                return;
        process->ended = true;
        if (process->kernel && process->table->kernel_handles)
                process->n_leaked =
                                kernel_handles_end_owner(process->table->kernel_handles, process);
        /* Whatever the page says is a status. */
        process->exit_status = atomic_load(&process->memory.page->exit_status);
        thread_objects_end(process, process->exit_status);
        process->memory.page->magic = 0; /* so that calls without a message notice it too */
        grant_table_end(process->grants);
        g_hash_table_remove(process->table->by_id, GUINT_TO_POINTER(process->id));
        g_hash_table_remove(process->table->by_key, process->key);
        g_queue_push_tail(&process->table->dying, process); /* with the table's reference */
}

NTSTATUS process_kill(Process *process, NTSTATUS exit_status) {
        if (process->ended)
                return STATUS_PROCESS_IS_TERMINATING;
        if (process->pidfd < 0)
                return STATUS_NOT_SUPPORTED;
        if (syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0) < 0)
                return errno == ESRCH ? STATUS_PROCESS_IS_TERMINATING : nt_status_from_errno(errno);
        atomic_store(&process->memory.page->exit_status, exit_status);
        process_end(process);
        return STATUS_SUCCESS;
}

bool process_ended(const Process *process) {
        return process->ended;
}

NTSTATUS process_exit_status(const Process *process) {
        return process->ended ? process->exit_status : STATUS_PENDING;
}

bool process_table_work(ProcessTable *table) {
        Process *process = g_queue_peek_head(&table->dying);

        if (process && !grant_table_drain(process->grants, DRAINED_PER_SLICE)) {
                g_queue_pop_head(&table->dying);
                process_clear(process);
                process_unref(process);
        }
        return process_table_has_work(table);
}

bool process_table_has_work(const ProcessTable *table) {
        return table->dying.length > 0;
}

Process *process_table_find(ProcessTable *table, const uint8_t *session_key) {
        return g_hash_table_lookup(table->by_key, session_key);
}

unsigned process_table_count(const ProcessTable *table) {
        return g_hash_table_size(table->by_key) - (table->kernel_handles ? 1 : 0);
}

uint32_t process_id(const Process *process) {
        return process->id;
}

pid_t process_pid(const Process *process) {
        return process->pid;
}

int process_pidfd(const Process *process) {
        return process->pidfd;
}

ULONG process_session(const Process *process) {
        return process->session;
}

bool process_is_kernel(const Process *process) {
        return process->kernel;
}

bool process_has_page(const Process *process) {
        return process->with_page;
}

const uint8_t *process_session_key(const Process *process) {
        return process->key;
}

Token *process_token(const Process *process) {
        return process->token;
}

Quota *process_quota(const Process *process) {
        return process->quota;
}

ObjectReferences *process_references(const Process *process) {
        return process->references;
}

ProcessPage *process_page(const Process *process) {
        return process->memory.page;
}

uint32_t process_parent_id(const Process *process) {
        return process->parent_id;
}

gint64 process_created(const Process *process) {
        return process->created;
}

unsigned process_leaked(const Process *process) {
        return process->n_leaked;
}

Object **process_object_slot(Process *process) {
        return &process->object;
}

Object **process_token_object_slot(Process *process) {
        return &process->token_object;
}

GHashTable **process_threads_slot(Process *process) {
        return &process->threads;
}

Process *process_table_find_pid(ProcessTable *table, pid_t pid) {
        GHashTableIter iter = { 0 };
        gpointer process = NULL;

        g_hash_table_iter_init(&iter, table->by_id);
        while (g_hash_table_iter_next(&iter, NULL, &process)) {
                if (process_pid(process) == pid)
                        return process;
        }
        return NULL;
}

Process *process_table_find_id(ProcessTable *table, uint32_t id) {
        return g_hash_table_lookup(table->by_id, GUINT_TO_POINTER(id));
}

GrantTable *process_grants(const Process *process) {
        return process->grants;
}

int process_take_page_fd(Process *process) {
        return fd_steal(&process->memory.fd);
}
