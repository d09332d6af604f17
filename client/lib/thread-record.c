#include "thread-record.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "connection.h"
#include "ntstatus.h"

pthread_mutex_t thread_records_lock = PTHREAD_MUTEX_INITIALIZER;

/* Who tells the daemon of an end reads; who takes the attachment away writes. */
static pthread_rwlock_t ends_lock = PTHREAD_RWLOCK_INITIALIZER;

static ThreadRecord *first;
static _Atomic(const ZW_THREAD_HOOKS *) the_hooks;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

const ZW_THREAD_HOOKS *thread_hooks(void) {
        return atomic_load(&the_hooks);
}

NTSTATUS zw_set_thread_hooks(const ZW_THREAD_HOOKS *hooks) {
        const ZW_THREAD_HOOKS *none = NULL;

        if (!hooks || !hooks->Prepare || !hooks->Run || !hooks->Discard || !hooks->ExitThread ||
                        !hooks->ExitProcess || !hooks->StopOthers)
                return STATUS_INVALID_PARAMETER;
        return atomic_compare_exchange_strong(&the_hooks, &none, hooks) ? STATUS_SUCCESS
                                                                        : STATUS_ALREADY_REGISTERED;
}

ThreadRecord *thread_record_new(void) {
        ThreadRecord *record = calloc(1, sizeof(*record));

        if (!record)
                return NULL;
        record->n_refs = 1;
        record->thread = &record->own;
        record->exit_status = STATUS_PENDING;
        pthread_cond_init(&record->changed, NULL);
        return record;
}

static void record_free(ThreadRecord *record) {
        pthread_cond_destroy(&record->changed);
        free(record->name);
        free(record);
}

ThreadRecord *thread_record_unref(ThreadRecord *record) {
        bool last;

        if (!record)
                return NULL;
        pthread_mutex_lock(&thread_records_lock);
        last = --record->n_refs == 0;
        pthread_mutex_unlock(&thread_records_lock);
        if (last)
                record_free(record);
        return NULL;
}

static void tell_end(const ThreadRecord *record) {
        Nt__EndThreadRequest body = NT__END_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        const Client *client;

        if (!NT_SUCCESS(client_enter(CLIENT_HANDLES, &client)))
                return;
        if (!atomic_load(&client->page->watches_threads))
                return;
        body.thread_id = (uint32_t) (uintptr_t) record->id;
        body.exit_status = record->exit_status;
        request.body_case = NT__REQUEST__BODY_END_THREAD;
        request.end_thread = &body;
        connection_send(client, &request);
}

void thread_record_tell_end(const ThreadRecord *record) {
        pthread_rwlock_rdlock(&ends_lock);
        tell_end(record);
        pthread_rwlock_unlock(&ends_lock);
}

void thread_ends_hold(void) {
        pthread_rwlock_wrlock(&ends_lock);
}

void thread_ends_resume(void) {
        pthread_rwlock_unlock(&ends_lock);
}

bool thread_record_has_ended(const ThreadRecord *record) {
        bool ended;

        pthread_mutex_lock(&thread_records_lock);
        ended = record->ended;
        pthread_mutex_unlock(&thread_records_lock);
        return ended;
}

static void unlink_record(ThreadRecord *record) {
        for (ThreadRecord **at = &first; *at; at = &(*at)->next) {
                if (*at == record) {
                        *at = record->next;
                        return;
                }
        }
}

void thread_record_end(ThreadRecord *record, NTSTATUS exit_status) {
        bool again;

        pthread_mutex_lock(&thread_records_lock);
        again = record->ended;
        if (!again) {
                record->ended = true;
                record->exit_status = exit_status;
                unlink_record(record);
        }
        pthread_mutex_unlock(&thread_records_lock);
        if (!again)
                thread_record_tell_end(record);
}

/* However the thread ends. Who ended in order has said so already. */
static void record_destroy(void *value) {
        ThreadRecord *record = value;

        thread_record_end(record, STATUS_SUCCESS);
        thread_record_unref(record);
}

/* The only thread of a child has its parent's id, and what it knew of itself; the others are gone.
 */
static void forget_in_child(void) {
        ThreadRecord *self = has_key ? pthread_getspecific(key) : NULL;

        pthread_mutex_init(&thread_records_lock, NULL);
        pthread_rwlock_init(&ends_lock, NULL);
        first = self;
        if (self)
                self->next = NULL;
}

static void make_key(void) {
        has_key = pthread_key_create(&key, record_destroy) == 0;
        pthread_atfork(NULL, NULL, forget_in_child);
}

bool thread_record_enter(ThreadRecord *record) {
        pthread_once(&key_once, make_key);
        if (!has_key || pthread_setspecific(key, record) != 0)
                return false;
        pthread_mutex_lock(&thread_records_lock);
        record->n_refs++;
        record->id = zw_thread_id();
        record->next = first;
        first = record;
        record->begun = true;
        pthread_cond_broadcast(&record->changed);
        pthread_mutex_unlock(&thread_records_lock);
        return true;
}

ThreadRecord *thread_record_self(void) {
        ThreadRecord *record;
        bool entered;

        pthread_once(&key_once, make_key);
        record = has_key ? pthread_getspecific(key) : NULL;
        if (record)
                return record;
        record = thread_record_new();
        if (!record)
                return NULL;
        record->running = record->released = true;
        record->thread->ClientId.UniqueThread = zw_thread_id();
        entered = thread_record_enter(record);
        thread_record_unref(record);
        return entered ? record : NULL;
}

ThreadRecord *thread_record_find(HANDLE id) {
        ThreadRecord *record;

        pthread_mutex_lock(&thread_records_lock);
        for (record = first; record && record->id != id;)
                record = record->next;
        if (record)
                record->n_refs++;
        pthread_mutex_unlock(&thread_records_lock);
        return record;
}

void thread_records_each(void (*look)(ThreadRecord *record, void *argument), void *argument) {
        pthread_mutex_lock(&thread_records_lock);
        for (ThreadRecord *record = first; record; record = record->next)
                look(record, argument);
        pthread_mutex_unlock(&thread_records_lock);
}
