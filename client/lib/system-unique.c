#include <pthread.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

/*
 * LUIDs
 *
 * Unique on this machine until it restarts, without asking anybody: the process's id in the upper
 * 22 bits, of which Linux needs no more, then the time since the start in units of 100 us. A
 * process counts on from its last one, so that only one that made 10,000 a second for all its life
 * could meet another process with its id.
 */
#define LUID_TIME_BITS  41u
#define LUID_UNIT       100000 /* ns */
#define LUIDS_IN_SECOND 10000

/*
 * UUIDs by time: 1582-10-15 is so much before 1601, in units of 100 ns. A range is what has passed
 * since the last one, but no more than a second.
 */
#define FROM_1582   5748192000000000ull
#define FROM_1601   116444736000000000ull
#define SECOND      10000000ull
#define RANGE_MAX   SECOND
#define MULTICAST   0x01u
#define SEQUENCE    0x3FFFu
#define NODE_LENGTH 6u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t next_luid(void) {
        static uint64_t last;
        struct timespec now;
        uint64_t next;

        clock_gettime(CLOCK_BOOTTIME, &now);
        next = (uint64_t) now.tv_sec * LUIDS_IN_SECOND + (uint64_t) now.tv_nsec / LUID_UNIT;
        pthread_mutex_lock(&lock);
        if (next <= last)
                next = last + 1;
        last = next;
        pthread_mutex_unlock(&lock);
        return (uint64_t) getpid() << LUID_TIME_BITS | (next & ((1ull << LUID_TIME_BITS) - 1));
}

NTSTATUS zw_allocate_locally_unique_id(PLUID luid) {
        uint64_t value = next_luid();
        LUID next = { .LowPart = (ULONG) value, .HighPart = (LONG) (value >> 32) };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_range(luid, sizeof(next), 4);
        if (NT_SUCCESS(status))
                status = probe_write(luid, &next, sizeof(next));
        if (TRACING())
                trace_end("NtAllocateLocallyUniqueId", status, "%s", "");
        return status;
}

SERVICE(AllocateLocallyUniqueId, zw_allocate_locally_unique_id, (PLUID luid), (luid));

/* What a process puts into all its UUIDs. */
typedef struct Node {
        pid_t process; /* a forked child makes its own */
        ULONG sequence;
        uint8_t bytes[NODE_LENGTH];
} Node;

static const Node *node_of_process(void) {
        static Node node;

        if (node.process != getpid()) {
                if (getrandom(node.bytes, sizeof(node.bytes), 0) != sizeof(node.bytes) ||
                                getrandom(&node.sequence, sizeof(node.sequence), 0) < 0)
                        return NULL;
                node.bytes[0] |= MULTICAST;
                node.sequence &= SEQUENCE;
                node.process = getpid();
        }
        return &node;
}

/* Return: how many time stamps, up to now, nobody has had. */
static uint64_t next_range(uint64_t *ret_first) {
        static uint64_t last;
        struct timespec now;
        uint64_t time, n;

        clock_gettime(CLOCK_REALTIME, &now);
        time = (uint64_t) now.tv_sec * SECOND + (uint64_t) now.tv_nsec / 100 + FROM_1601 +
               FROM_1582;
        if (time <= last)
                return 0;
        n = time - last > RANGE_MAX ? RANGE_MAX : time - last;
        *ret_first = time - n + 1;
        last = time;
        return n;
}

static NTSTATUS range_take(uint64_t *ret_first, uint64_t *ret_n, Node *ret_node) {
        const Node *node;

        pthread_mutex_lock(&lock);
        node = node_of_process();
        *ret_n = node ? next_range(ret_first) : 0;
        if (node)
                *ret_node = *node;
        pthread_mutex_unlock(&lock);
        return *ret_n == 0 ? STATUS_RETRY : STATUS_SUCCESS;
}

static NTSTATUS uuids_allocate(PULARGE_INTEGER time, PULONG range, PULONG sequence, PCHAR seed) {
        uint64_t first = 0, n = 0;
        Node node;
        NTSTATUS status;

        status = probe_writable(time, sizeof(*time), 4);
        if (NT_SUCCESS(status))
                status = probe_writable(range, sizeof(*range), 4);
        if (NT_SUCCESS(status))
                status = probe_writable(sequence, sizeof(*sequence), 4);
        if (NT_SUCCESS(status))
                status = probe_writable(seed, NODE_LENGTH, 1);
        if (NT_SUCCESS(status))
                status = range_take(&first, &n, &node);
        if (NT_SUCCESS(status))
                status = probe_write_64(time, first);
        if (NT_SUCCESS(status))
                status = probe_write_32(range, (uint32_t) n);
        if (NT_SUCCESS(status))
                status = probe_write_32(sequence, node.sequence);
        if (NT_SUCCESS(status))
                status = probe_write(seed, node.bytes, NODE_LENGTH);
        return status;
}

NTSTATUS zw_allocate_uuids(PULARGE_INTEGER time, PULONG range, PULONG sequence, PCHAR seed) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = uuids_allocate(time, range, sequence, seed);
        if (TRACING())
                trace_end("NtAllocateUuids", status, "%s", "");
        return status;
}

SERVICE(AllocateUuids,
                zw_allocate_uuids,
                (PULARGE_INTEGER time, PULONG range, PULONG sequence, PCHAR seed),
                (time, range, sequence, seed));
