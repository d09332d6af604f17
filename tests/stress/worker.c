#include "worker.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "actor.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "raw-client.h"
#include "zw.h"

#define HANDLES_MOST 3u
#define PATIENCE_MS  60000

typedef struct HeldHandle {
        uint64_t handle;
        uint8_t name;
} HeldHandle;

typedef struct WorkerThread {
        const WorkerPlan *plan;
        Actor actor;
        Lane *lane;
        uint8_t lane_number;
        uint64_t random;
        uint32_t n_created;
        HeldHandle held[HANDLES_MOST];
        unsigned n_held;
} WorkerThread;

static size_t lane_bytes(const Board *board) {
        return board->lane_most * sizeof(HistoryOperation);
}

static void *map_shared(size_t size) {
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        return memory == MAP_FAILED ? NULL : memory;
}

Board *board_new(unsigned n_names, uint32_t lane_most) {
        Board *board = map_shared(sizeof(Board));

        g_assert(board && n_names <= ACTOR_NAMES_MOST);
        board->n_names = n_names;
        board->lane_most = lane_most;
        for (unsigned i = 0; i < HISTORY_LANES; i++) {
                board->lanes[i].operations = map_shared(lane_bytes(board));
                g_assert(board->lanes[i].operations);
        }
        return board;
}

void board_free(Board *board) {
        for (unsigned i = 0; i < HISTORY_LANES; i++)
                munmap(board->lanes[i].operations, lane_bytes(board));
        munmap(board, sizeof(*board));
}

/* xorshift64*: a seed gives the same choices again, though not the same timing. */
static uint32_t choose(WorkerThread *thread, uint32_t n) {
        thread->random ^= thread->random >> 12;
        thread->random ^= thread->random << 25;
        thread->random ^= thread->random >> 27;
        return (uint32_t) ((thread->random * 0x2545F4914F6CDD1Du) >> 32) % n;
}

/* Room is kept for closing everything at the end. */
static bool lane_is_full(const WorkerThread *thread) {
        return atomic_load(&thread->lane->n_operations) + 2 * HANDLES_MOST >=
               thread->plan->board->lane_most;
}

static HistoryOperation *begin(
                WorkerThread *thread, HistoryAct act, uint8_t name, uint32_t object) {
        uint32_t n = atomic_load(&thread->lane->n_operations);
        HistoryOperation *operation = &thread->lane->operations[n];

        *operation = (HistoryOperation){
                .act = (uint8_t) act,
                .process = (uint8_t) thread->plan->process,
                .lane = thread->lane_number,
                .name = name,
                .object = object,
                .begin = history_now(),
        };
        atomic_store(&thread->lane->n_operations, n + 1);
        return operation;
}

static void end(HistoryOperation *operation, NTSTATUS status) {
        operation->status = status;
        atomic_signal_fence(memory_order_seq_cst);
        operation->end = history_now();
}

static void keep(WorkerThread *thread, uint8_t name, uint64_t handle) {
        thread->held[thread->n_held++] = (HeldHandle){ .handle = handle, .name = name };
}

static ACCESS_MASK choose_access(WorkerThread *thread) {
        static const ACCESS_MASK accesses[] = {
                SECTION_QUERY,
                SECTION_QUERY | SECTION_MAP_READ,
                SECTION_ALL_ACCESS,
        };

        return accesses[choose(thread, G_N_ELEMENTS(accesses))];
}

static void do_open(WorkerThread *thread) {
        uint8_t name = (uint8_t) choose(thread, thread->plan->board->n_names);
        ACCESS_MASK access = choose_access(thread);
        HistoryOperation *operation = begin(thread, HISTORY_OPEN, name, 0);
        uint64_t handle = 0;
        NTSTATUS status = thread->actor.type->open(&thread->actor, name, access, &handle);

        end(operation, status);
        if (!NT_SUCCESS(status))
                return;
        operation->object = thread->actor.type->identify(&thread->actor, handle);
        keep(thread, name, handle);
}

/* No two objects that are near in time have the same number. */
static uint32_t next_object(WorkerThread *thread) {
        return 1 + thread->n_created++ % 256 * HISTORY_LANES + thread->lane_number;
}

static void do_create(WorkerThread *thread) {
        uint8_t name = (uint8_t) choose(thread, thread->plan->board->n_names);
        uint32_t object = next_object(thread);
        ACCESS_MASK access = choose_access(thread);
        HistoryOperation *operation = begin(thread, HISTORY_CREATE, name, object);
        uint64_t handle = 0;
        NTSTATUS status = thread->actor.type->create(&thread->actor, name, access, object, &handle);

        end(operation, status);
        if (NT_SUCCESS(status))
                keep(thread, name, handle);
}

static void do_duplicate(WorkerThread *thread) {
        const HeldHandle *held = &thread->held[choose(thread, thread->n_held)];
        HistoryOperation *operation = begin(thread, HISTORY_DUPLICATE, held->name, 0);
        uint64_t handle = 0;
        NTSTATUS status = thread->actor.type->duplicate(&thread->actor, held->handle, &handle);

        end(operation, status);
        if (NT_SUCCESS(status))
                keep(thread, held->name, handle);
}

static void do_close(WorkerThread *thread) {
        unsigned i = choose(thread, thread->n_held);
        HeldHandle held = thread->held[i];
        HistoryOperation *operation = begin(thread, HISTORY_CLOSE, held.name, 0);

        thread->held[i] = thread->held[--thread->n_held];
        end(operation, thread->actor.type->close(&thread->actor, held.handle));
}

static void *thread_main(void *argument) {
        WorkerThread *thread = argument;

        while (!atomic_load(&thread->plan->board->stop) && !lane_is_full(thread)) {
                uint32_t roll = choose(thread, 100);

                if (thread->n_held == HANDLES_MOST || (thread->n_held > 0 && roll < 50))
                        do_close(thread);
                else if (thread->n_held > 0 && roll < 56 && thread->actor.type->duplicate)
                        do_duplicate(thread);
                else if (roll < 74)
                        do_open(thread);
                else
                        do_create(thread);
        }
        while (thread->n_held > 0)
                do_close(thread);
        return NULL;
}

static void thread_init(WorkerThread *thread, const WorkerPlan *plan, unsigned i) {
        thread->plan = plan;
        thread->lane_number = (uint8_t) (plan->first_lane + i);
        thread->lane = &plan->board->lanes[thread->lane_number];
        thread->random = (plan->seed + i + 1) * 0x9E3779B97F4A7C15u;
        thread->n_created = atomic_load(&thread->lane->n_operations);
        thread->actor.type = &zw_actor_type;
}

static void run_threads(const WorkerPlan *plan) {
        WorkerThread threads[HISTORY_LANES] = { 0 };
        pthread_t ids[HISTORY_LANES];

        for (unsigned i = 0; i < plan->n_threads; i++) {
                thread_init(&threads[i], plan, i);
                if (pthread_create(&ids[i], NULL, thread_main, &threads[i]) != 0)
                        _exit(2);
        }
        for (unsigned i = 0; i < plan->n_threads; i++)
                pthread_join(ids[i], NULL);
}

static void run_without_page(const WorkerPlan *plan, RawClient *client) {
        WorkerThread thread = { 0 };

        thread_init(&thread, plan, 0);
        thread.actor = (Actor){ .type = &raw_actor_type, .client = client };
        thread_main(&thread);
}

/* In the child: attaches, says so, acts until told to stop. */
static _Noreturn void worker_main(const WorkerPlan *plan, int ready) {
        RawClient *client = NULL;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (plan->n_threads > 0) {
                if (!NT_SUCCESS(zw_attach(plan->address, 0)))
                        _exit(1);
        } else {
                client = raw_client_new_attached(plan->address);
                if (!client)
                        _exit(1);
        }
        if (write(ready, "r", 1) != 1)
                _exit(1);
        close(ready);

        if (client)
                run_without_page(plan, client);
        else
                run_threads(plan);
        raw_client_free(client);
        _exit(0);
}

pid_t worker_start(const WorkerPlan *plan) {
        struct pollfd poller = { .events = POLLIN };
        autofd int reader = -1;
        int ready[2];
        char said;
        pid_t pid;

        if (pipe2(ready, O_CLOEXEC) < 0)
                return -1;
        reader = ready[0];
        pid = fork();
        if (pid == 0)
                worker_main(plan, ready[1]);
        close(ready[1]);
        poller.fd = reader;
        if (pid > 0 && poll(&poller, 1, PATIENCE_MS) == 1 && read(reader, &said, 1) == 1)
                return pid;
        return -1;
}
