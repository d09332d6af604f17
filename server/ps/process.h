#pragma once

/*
 * Processes
 *
 * A Process is one client program: who it is (fixed at attach), its process page, its grants. It
 * ends when its attaching channel hangs up or its pidfd says so; from that moment none of its
 * grants counts any more, in one step, and what they held is given back in slices.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ntdef.h"

typedef struct GrantTable GrantTable;
typedef struct KernelHandles KernelHandles;
typedef struct Object Object;
typedef struct ObjectReferences ObjectReferences;
typedef struct Process Process;
typedef struct ProcessPage ProcessPage;
typedef struct ProcessTable ProcessTable;
typedef struct Quota Quota;
typedef struct Token Token;

#define SESSION_KEY_SIZE 16u

ProcessTable *process_table_new(void);
void process_table_free(ProcessTable *table);

/**
 * process_new() - a client that attaches
 * @token:     who it is; one reference is taken
 * @quota:     who pays
 * @pid:       Linux's number, 0 if it is not known
 * @session:   NT session
 * @kernel:    it is a driver host
 * @with_page: make a process page; otherwise the server keeps the words
 * @ret:       the process, in @table until process_end(); the caller owns a reference
 * Return: STATUS_SUCCESS, STATUS_QUOTA_EXCEEDED, STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS process_new(ProcessTable *table,
                Token *token,
                Quota *quota,
                pid_t pid,
                ULONG session,
                bool kernel,
                bool with_page,
                Process **ret);

/* The same for a child of @parent, without any handles yet: process-handle.h. */
NTSTATUS process_new_heir(const Process *parent, Token *token, Process **ret);

/* Makes the System process, number 4, whose table kernel handles lie in. */
NTSTATUS process_table_add_system(ProcessTable *table, Token *token, Quota *quota);
KernelHandles *process_table_kernel_handles(const ProcessTable *table);

/* The heir is adopted by the client with @pid. */
NTSTATUS process_adopt(Process *heir, pid_t pid);

Process *process_ref(Process *process);
Process *process_unref(Process *process);

/* Nothing that the process held counts from now on. Idempotent. */
void process_end(Process *process);

/* Kills the program, and ends the process with this status. STATUS_SUCCESS;
 * STATUS_PROCESS_IS_TERMINATING; STATUS_NOT_SUPPORTED without a pidfd; STATUS_ACCESS_DENIED. */
NTSTATUS process_kill(Process *process, NTSTATUS exit_status);
bool process_ended(const Process *process);
NTSTATUS process_exit_status(const Process *process); /* STATUS_PENDING until then */

/* Gives back some of what ended processes held. Return: whether there is more to do. */
bool process_table_work(ProcessTable *table);
bool process_table_has_work(const ProcessTable *table);

Process *process_table_find(ProcessTable *table, const uint8_t *session_key);
Process *process_table_find_id(ProcessTable *table, uint32_t id); /* by NT client id */
Process *process_table_find_pid(ProcessTable *table, pid_t pid);  /* by Linux's */
/* Clients: the System process is none. */
unsigned process_table_count(const ProcessTable *table);

uint32_t process_id(const Process *process);        /* NT client id */
uint32_t process_parent_id(const Process *process); /* 0: not known */
gint64 process_created(const Process *process);     /* in 100 ns since 1601 */
pid_t process_pid(const Process *process);
int process_pidfd(const Process *process); /* readable when the program ends; -1 if there is none */
ULONG process_session(const Process *process);
bool process_is_kernel(const Process *process);
bool process_has_page(const Process *process);
const uint8_t *process_session_key(const Process *process);
Token *process_token(const Process *process);
Quota *process_quota(const Process *process);
/* Gone, all three, some time after the process has ended. */
GrantTable *process_grants(const Process *process);
ObjectReferences *process_references(const Process *process);
ProcessPage *process_page(const Process *process);

/* Kernel handles that it left open when it ended. */
unsigned process_leaked(const Process *process);

/* Where process-object.c keeps what it has made. */
Object **process_object_slot(Process *process);
Object **process_token_object_slot(Process *process);
GHashTable **process_threads_slot(Process *process); /* thread-object.c; NULL while it needs none */

/* The page's memfd, once: the caller owns it. -1 if there is no page, or it was taken before. */
int process_take_page_fd(Process *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Process, process_unref)
