#include <stdint.h>

#include "futex.h"
#include "ntrtlsync.h"
#include "ntstatus.h"
#include "rtl-srw-lock.h"

/*
 * Linux waits for words of 4 bytes only, so that threads wait for a word of their own, in a queue
 * for their address. Whether the value has changed is looked at with the queue's lock held: whoever
 * changes the value and wakes afterwards finds the thread queued, or the thread finds the value
 * changed.
 */
#define N_QUEUES 256u

typedef struct Sleeper Sleeper;

/* On the stack of the thread that sleeps. */
struct Sleeper {
        const volatile void *address;
        Sleeper *next;
        uint32_t woken;
};

typedef struct Queue {
        RTL_SRWLOCK lock;
        Sleeper *first;
        Sleeper **end; /* NULL for an empty queue that was never used */
} Queue;

static Queue queues[N_QUEUES];

static Queue *queue_lock(const volatile void *address) {
        uintptr_t hash = (uintptr_t) address * 0x9E3779B97F4A7C15ull;
        Queue *queue = &queues[hash >> 56];

        srw_lock_acquire(&queue->lock, false);
        return queue;
}

static void queue_unlock(Queue *queue) {
        srw_lock_release(&queue->lock, false);
}

static void queue_add(Queue *queue, Sleeper *sleeper) {
        if (!queue->first)
                queue->end = &queue->first;
        *queue->end = sleeper;
        queue->end = &sleeper->next;
}

static void queue_remove(Queue *queue, Sleeper **link) {
        Sleeper *sleeper = *link;

        *link = sleeper->next;
        if (queue->end == &sleeper->next)
                queue->end = link;
}

/* One access for each size that there is. */
static bool is_same(const volatile void *address, const void *compare, size_t size) {
        switch (size) {
        case 1:
                return __atomic_load_n((const volatile uint8_t *) address, __ATOMIC_SEQ_CST) ==
                       *(const uint8_t *) compare;
        case 2:
                return __atomic_load_n((const volatile uint16_t *) address, __ATOMIC_SEQ_CST) ==
                       *(const uint16_t *) compare;
        case 4:
                return __atomic_load_n((const volatile uint32_t *) address, __ATOMIC_SEQ_CST) ==
                       *(const uint32_t *) compare;
        default:
                return __atomic_load_n((const volatile uint64_t *) address, __ATOMIC_SEQ_CST) ==
                       *(const uint64_t *) compare;
        }
}

/* Return: whether the thread is still queued, and is no longer. */
static bool give_up(Sleeper *sleeper) {
        Queue *queue = queue_lock(sleeper->address);
        Sleeper **link = &queue->first;

        while (*link && *link != sleeper)
                link = &(*link)->next;
        if (*link)
                queue_remove(queue, link);
        queue_unlock(queue);
        return !__atomic_load_n(&sleeper->woken, __ATOMIC_RELAXED);
}

static NTSTATUS wait_on(const volatile void *address,
                const void *compare,
                size_t size,
                const LARGE_INTEGER *timeout) {
        Sleeper sleeper = { .address = address };
        Deadline deadline = deadline_of(timeout);
        Queue *queue = queue_lock(address);

        if (!is_same(address, compare, size)) {
                queue_unlock(queue);
                return STATUS_SUCCESS;
        }
        queue_add(queue, &sleeper);
        queue_unlock(queue);

        while (!__atomic_load_n(&sleeper.woken, __ATOMIC_ACQUIRE)) {
                if (!futex_wait(&sleeper.woken, 0, &deadline))
                        return give_up(&sleeper) ? STATUS_TIMEOUT : STATUS_SUCCESS;
        }
        return STATUS_SUCCESS;
}

/* Once it says so, the sleeper may return and its word be gone: waking is harmless then. */
static void wake(const volatile void *address, bool all) {
        Queue *queue = queue_lock(address);
        Sleeper **link = &queue->first;

        while (*link) {
                Sleeper *sleeper = *link;

                if (sleeper->address != address) {
                        link = &sleeper->next;
                        continue;
                }
                queue_remove(queue, link);
                __atomic_store_n(&sleeper->woken, 1, __ATOMIC_RELEASE);
                futex_wake(&sleeper->woken, 1);
                if (!all)
                        break;
        }
        queue_unlock(queue);
}

NTSTATUS NTAPI RtlWaitOnAddress(const volatile VOID *Address,
                PVOID CompareAddress,
                SIZE_T AddressSize,
                const LARGE_INTEGER *Timeout) {
        if (AddressSize != 1 && AddressSize != 2 && AddressSize != 4 && AddressSize != 8)
                return STATUS_INVALID_PARAMETER;
        return wait_on(Address, CompareAddress, AddressSize, Timeout);
}

VOID NTAPI RtlWakeAddressSingle(PVOID Address) {
        wake(Address, false);
}

VOID NTAPI RtlWakeAddressAll(PVOID Address) {
        wake(Address, true);
}
