#include "thread-object.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "nt-time.h"
#include "ntstatus.h"
#include "process-page.h"

#define IDS_PER_THREAD 4u

static void thread_leave(ThreadObject *thread) {
        GHashTable *table = *process_threads_slot(thread->process);

        if (!thread->ended && table)
                g_hash_table_remove(table, GUINT_TO_POINTER(thread->id));
        thread->ended = true;
}

static void thread_object_finalize(Object *object) {
        ThreadObject *self = (ThreadObject *) object;

        if (!self->process)
                return;
        thread_leave(self);
        self->process = process_unref(self->process);
}

const ObjectType thread_type = {
        .rules = &object_types[KIND_THREAD],
        .kind = KIND_THREAD,
        .size = sizeof(ThreadObject),
        .finalize = thread_object_finalize,
};

/* procfs waits for nobody. */
static bool is_visible(const Process *process, uint32_t id) {
        char path[64];

        if (process_pid(process) <= 0)
                return false;
        snprintf(path, sizeof(path), "/proc/%d/task/%u", process_pid(process), id / IDS_PER_THREAD);
        return access(path, F_OK) == 0;
}

static GHashTable *table_of(Process *process) {
        GHashTable **slot = process_threads_slot(process);

        if (!*slot)
                *slot = g_hash_table_new(NULL, NULL);
        return *slot;
}

/* What the process's own defaults say: its user and SYSTEM may everything. */
static NTSTATUS secure(Object *object, const Process *process, SecurityStore *store) {
        SecurityOrigin origin = {
                .token = process_token(process),
                .type = object->type->rules,
        };

        return security_assign(store, process_quota(process), &origin, &object->security);
}

static NTSTATUS thread_new(
                Process *process, uint32_t id, bool visible, SecurityStore *store, Object **ret) {
        g_autoptr(Object) object = NULL;
        ThreadObject *thread = NULL;
        NTSTATUS status = object_new(&thread_type, process_quota(process), &object);

        if (NT_SUCCESS(status))
                status = secure(object, process, store);
        if (!NT_SUCCESS(status))
                return status;
        thread = (ThreadObject *) object;
        thread->process = process_ref(process);
        thread->id = id;
        thread->created = nt_time_now();
        thread->visible = visible;
        thread->exit_status = STATUS_PENDING;
        g_hash_table_insert(table_of(process), GUINT_TO_POINTER(id), thread);
        process_page(process)->watches_threads = 1;
        *ret = g_steal_pointer(&object);
        return STATUS_SUCCESS;
}

NTSTATUS thread_object_get(
                Process *process, uint32_t id, bool own, SecurityStore *store, Object **ret) {
        ThreadObject *known = NULL;
        bool visible = false;

        id -= id % IDS_PER_THREAD; /* as of handles, the low bits do not count */
        if (process_ended(process) || id == 0)
                return STATUS_INVALID_CID;
        known = g_hash_table_lookup(table_of(process), GUINT_TO_POINTER(id));
        if (known)
                thread_object_look(known);
        if (known && !known->ended) {
                *ret = object_ref(&known->object);
                return STATUS_SUCCESS;
        }
        visible = is_visible(process, id);
        if (!visible && !own)
                return STATUS_INVALID_CID;
        return thread_new(process, id, visible, store, ret);
}

/* The number after "Tgid:" of /proc/ID/status; 0 if there is no such thread. */
static pid_t thread_group(uint32_t tid) {
        autofd int fd = -1;
        char path[64], text[512];
        const char *line = NULL;
        ssize_t length = 0;

        snprintf(path, sizeof(path), "/proc/%u/status", tid);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return 0;
        length = read(fd, text, sizeof(text) - 1);
        text[MAX(length, 0)] = '\0';
        line = strstr(text, "\nTgid:");
        return line ? (pid_t) strtol(line + strlen("\nTgid:"), NULL, 10) : 0;
}

Process *thread_find_process(ProcessTable *table, uint32_t id) {
        pid_t pid = thread_group(id / IDS_PER_THREAD);

        return pid > 0 ? process_table_find_pid(table, pid) : NULL;
}

static void end(ThreadObject *thread, NTSTATUS exit_status) {
        thread_leave(thread);
        thread->exit_status = exit_status;
}

void thread_object_end(Process *process, uint32_t id, NTSTATUS exit_status) {
        GHashTable *table = *process_threads_slot(process);
        ThreadObject *thread = table ? g_hash_table_lookup(table, GUINT_TO_POINTER(id)) : NULL;

        if (thread)
                end(thread, exit_status);
}

void thread_objects_end(Process *process, NTSTATUS exit_status) {
        GHashTable *table = g_steal_pointer(process_threads_slot(process));
        GHashTableIter iter = { 0 };
        gpointer thread = NULL;

        if (!table)
                return;
        g_hash_table_iter_init(&iter, table);
        while (g_hash_table_iter_next(&iter, NULL, &thread))
                end(thread, exit_status);
        g_hash_table_unref(table);
}

void thread_object_look(ThreadObject *thread) {
        if (!thread->ended && thread->visible && !is_visible(thread->process, thread->id))
                end(thread, STATUS_SUCCESS);
}
