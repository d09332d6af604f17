#include "thread-fls.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "ntstatus.h"

#define FLS_SLOTS 4080u

/* What one thread has. In a ring of all threads, since a slot that is freed is freed in all. */
typedef struct FlsData {
        struct FlsData *next;
        struct FlsData *previous;
        PVOID values[FLS_SLOTS];
} FlsData;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FlsData ring = { .next = &ring, .previous = &ring };
static bool used[FLS_SLOTS] = { true }; /* 0 is never given out */
static FlsCallback callbacks[FLS_SLOTS];
static ULONG n_used = 1; /* all in use are below */

NTSTATUS NTAPI thread_fls_alloc(FlsCallback callback, ULONG *ret_index) {
        NTSTATUS status = STATUS_NO_MEMORY;

        pthread_mutex_lock(&lock);
        for (ULONG i = 1; i < FLS_SLOTS && status != STATUS_SUCCESS; i++) {
                if (used[i])
                        continue;
                used[i] = true;
                callbacks[i] = callback;
                if (i >= n_used)
                        n_used = i + 1;
                *ret_index = i;
                status = STATUS_SUCCESS;
        }
        pthread_mutex_unlock(&lock);
        return status;
}

/* Takes the value of @index out of some thread that has one. */
static PVOID take_any(ULONG index) {
        for (FlsData *data = ring.next; data != &ring; data = data->next) {
                PVOID value = data->values[index];

                if (value) {
                        data->values[index] = NULL;
                        return value;
                }
        }
        return NULL;
}

/* The callbacks are the program's, and may call back here. */
NTSTATUS NTAPI thread_fls_free(ULONG index) {
        FlsCallback callback;
        PVOID value;

        if (index == 0 || index >= FLS_SLOTS)
                return STATUS_INVALID_PARAMETER;
        pthread_mutex_lock(&lock);
        if (!used[index]) {
                pthread_mutex_unlock(&lock);
                return STATUS_INVALID_PARAMETER;
        }
        callback = callbacks[index];
        while ((value = take_any(index))) {
                if (!callback)
                        continue;
                pthread_mutex_unlock(&lock);
                callback(value);
                pthread_mutex_lock(&lock);
        }
        callbacks[index] = NULL;
        used[index] = false;
        pthread_mutex_unlock(&lock);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI thread_fls_get(ULONG index, PVOID *ret) {
        const FlsData *data = teb_current()->fls_data;

        if (index == 0 || index >= FLS_SLOTS || !data)
                return STATUS_INVALID_PARAMETER;
        *ret = data->values[index];
        return STATUS_SUCCESS;
}

static FlsData *data_make(Teb *teb) {
        FlsData *data = calloc(1, sizeof(*data));

        if (!data)
                return NULL;
        pthread_mutex_lock(&lock);
        data->next = ring.next;
        data->previous = &ring;
        data->next->previous = ring.next = data;
        pthread_mutex_unlock(&lock);
        teb->fls_data = data;
        return data;
}

NTSTATUS NTAPI thread_fls_set(ULONG index, PVOID value) {
        Teb *teb = teb_current();
        FlsData *data = teb->fls_data;

        if (index == 0 || index >= FLS_SLOTS)
                return STATUS_INVALID_PARAMETER;
        if (!data)
                data = data_make(teb);
        if (!data)
                return STATUS_NO_MEMORY;
        data->values[index] = value;
        return STATUS_SUCCESS;
}

static void run_one(FlsData *data, ULONG index) {
        PVOID value;
        FlsCallback callback;

        pthread_mutex_lock(&lock);
        value = data->values[index];
        callback = callbacks[index];
        data->values[index] = NULL;
        pthread_mutex_unlock(&lock);
        if (value && callback)
                callback(value);
}

void thread_fls_run_callbacks(Teb *teb) {
        FlsData *data = teb->fls_data;

        if (!data)
                return;
        for (ULONG i = 1; i < n_used; i++)
                run_one(data, i);
        pthread_mutex_lock(&lock);
        data->next->previous = data->previous;
        data->previous->next = data->next;
        pthread_mutex_unlock(&lock);
        teb->fls_data = NULL;
        free(data);
}
