#include "referenced.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"

#define BUCKETS 256u

struct Referenced {
        Referenced *next;   /* in its bucket */
        uint64_t serial;    /* of the attachment that the daemon knows it by */
        uint64_t id;        /* of the object */
        uint32_t kind;      /* an ObjectKind */
        _Atomic LONG_PTR n; /* grows without the lock, reaches 0 under it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the buckets */
static Referenced *buckets[BUCKETS];

void referenced_after_fork(void) {
        lock = (pthread_mutex_t) PTHREAD_MUTEX_INITIALIZER;
}

static Referenced **bucket_of(uint64_t id) {
        return &buckets[id % BUCKETS];
}

/* With one reference more, or NULL if there is none. The lock is held. */
static Referenced *find(const Client *client, uint64_t id) {
        Referenced *object = *bucket_of(id);

        while (object && (object->id != id || object->serial != client->serial))
                object = object->next;
        if (object)
                atomic_fetch_add(&object->n, 1);
        return object;
}

static Referenced *find_locked(const Client *client, uint64_t id) {
        Referenced *object;

        pthread_mutex_lock(&lock);
        object = find(client, id);
        pthread_mutex_unlock(&lock);
        return object;
}

static NTSTATUS daemon_reference(
                const Client *client, const HandleRef *ref, ACCESS_MASK access, uint64_t *ret_id) {
        Nt__Grant grant = handle_grant(ref);
        Nt__ReferenceObjectRequest body = NT__REFERENCE_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        NTSTATUS status;

        body.grant = &grant;
        body.desired_access = access;
        body.kind = ref->info.kind;
        request.body_case = NT__REQUEST__BODY_REFERENCE_OBJECT;
        request.reference_object = &body;

        call_reply_init(&reply);
        status = connection_call(client, &request, &reply);
        if (NT_SUCCESS(status))
                *ret_id = reply.message->grant->object_id;
        return status;
}

static void daemon_dereference(const Client *client, uint64_t id) {
        Nt__DereferenceObjectRequest body = NT__DEREFERENCE_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.object_id = id;
        request.body_case = NT__REQUEST__BODY_DEREFERENCE_OBJECT;
        request.dereference_object = &body;
        connection_send(client, &request);
}

/*
 * Another thread may have made it meanwhile: the daemon counts both, so one is given back.
 * Return: what the bucket holds now.
 */
static Referenced *publish_take(const Client *client, Referenced *object) {
        Referenced **bucket = bucket_of(object->id), *other;

        pthread_mutex_lock(&lock);
        other = find(client, object->id);
        if (!other) {
                object->next = *bucket;
                *bucket = object;
        }
        pthread_mutex_unlock(&lock);
        if (!other)
                return object;
        daemon_dereference(client, object->id);
        free(object);
        return other;
}

NTSTATUS referenced_new(
                const Client *client, const HandleRef *ref, ACCESS_MASK access, Referenced **ret) {
        Referenced *object;
        NTSTATUS status;

        if (ref->info.object_id != 0) {
                *ret = find_locked(client, ref->info.object_id);
                if (*ret)
                        return STATUS_SUCCESS;
        }
        object = calloc(1, sizeof(*object));
        if (!object)
                return STATUS_NO_MEMORY;
        status = daemon_reference(client, ref, access, &object->id);
        if (NT_SUCCESS(status) && object->id == 0)
                status = STATUS_PORT_DISCONNECTED;
        if (!NT_SUCCESS(status)) {
                free(object);
                return status;
        }
        object->serial = client->serial;
        object->kind = ref->info.kind;
        atomic_store(&object->n, 1);
        *ret = publish_take(client, object);
        return STATUS_SUCCESS;
}

uint64_t referenced_id(const Referenced *object) {
        return object->id;
}

uint32_t referenced_kind(const Referenced *object) {
        return object->kind;
}

LONG_PTR referenced_add(Referenced *object) {
        return atomic_fetch_add(&object->n, 1) + 1;
}

LONG_PTR referenced_remove(const Client *client, Referenced *object) {
        Referenced **at = bucket_of(object->id);
        LONG_PTR n;

        pthread_mutex_lock(&lock);
        n = atomic_fetch_sub(&object->n, 1) - 1;
        while (n == 0 && *at != object)
                at = &(*at)->next;
        if (n == 0)
                *at = object->next;
        pthread_mutex_unlock(&lock);

        if (n > 0)
                return n;
        if (client && client->serial == object->serial)
                daemon_dereference(client, object->id);
        free(object);
        return 0;
}
