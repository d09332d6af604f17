#include "fake-rpc.h"

#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>

#include "ntstatus.h"
#include "process.h"
#include "rpc-job.h"

Fake fake;

static void answer_echo(const FakeRequest *request, Arena *arena, RpcAnswer *answer) {
        Nt__Reply reply = NT__REPLY__INIT;
        Nt__BytesReply body = NT__BYTES_REPLY__INIT;
        ProtobufCAllocator *allocator = &arena->allocator;

        body.value.len = request->size;
        body.value.data = allocator->alloc(allocator->allocator_data, request->size + 1);
        ck_assert_ptr_nonnull(body.value.data);
        memset(body.value.data, 'x', request->size);
        reply.id = request->id;
        reply.body_case = NT__REPLY__BODY_BYTES;
        reply.bytes = &body;

        answer->size = nt__reply__get_packed_size(&reply);
        answer->data = allocator->alloc(allocator->allocator_data, answer->size);
        ck_assert_ptr_nonnull(answer->data);
        nt__reply__pack(&reply, answer->data);
        while (answer->fds.n < request->n_fds) {
                int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

                ck_assert_int_ge(fd, 0);
                answer_fds_add_take(&answer->fds, fd);
        }
}

static void defer_work(Job *job) {
        eventfd_t value;

        (void) job;
        (void) eventfd_read(fake.begin, &value);
}

static void defer_release(RpcJob *job) {
        (void) job;
        fake.n_released++;
}

static void defer_free(RpcJob *job) {
        g_free(job);
        atomic_fetch_add(&fake.n_freed, 1);
}

static void defer(RpcEnv *env, RpcConnection *connection, const Frame *frame) {
        RpcCall call = { .env = env, .connection = connection, .frame = frame };
        RpcJob *job = g_new0(RpcJob, 1);

        job->job.work = defer_work;
        job->release = defer_release;
        job->free = defer_free;
        ck_assert_int_eq(rpc_defer(&call, job), STATUS_PENDING);
}

void rpc_handle_frame(RpcEnv *env,
                RpcConnection *connection,
                Frame *frame,
                Arena *arena,
                RpcAnswer *answer) {
        FakeRequest request;

        ck_assert_uint_eq(frame->size, sizeof(request));
        memcpy(&request, frame->data, sizeof(request));
        fake.sender = (int) frame->sender;
        fake.ids[fake.n_handled++ % 4096] = request.id;
        fake.n_fds += frame->n_fds;
        if (request.operation == FAKE_DEFER)
                defer(env, connection, frame);
        frame_clear(frame);

        switch ((FakeOperation) request.operation) {
        case FAKE_ECHO:
                break;
        case FAKE_SILENT:
                answer->silent = true;
                return;
        case FAKE_DROP:
                answer->drop = true;
                answer->reason = "told to";
                return;
        case FAKE_ATTACH:
        case FAKE_CHANNEL:
                connection->process = process_ref(&fake.process);
                connection->attaching = request.operation == FAKE_ATTACH;
                break;
        case FAKE_END:
                process_end(&fake.process);
                break;
        case FAKE_DEFER:
                answer->deferred = true;
                return;
        }
        answer_echo(&request, arena, answer);
}

void rpc_complete(RpcEnv *env, RpcConnection *connection, Arena *arena, RpcAnswer *answer) {
        FakeRequest request;

        (void) env;
        ck_assert_uint_eq(connection->job->request_size, sizeof(request));
        memcpy(&request, connection->job->request, sizeof(request));
        connection->job->connection = NULL;
        connection->job = NULL;
        fake.n_completed++;
        answer_echo(&request, arena, answer);
}

void rpc_connection_end(RpcEnv *env, RpcConnection *connection) {
        (void) env;
        if (connection->job)
                connection->job->connection = NULL;
        connection->job = NULL;
        if (connection->attaching)
                process_end(connection->process);
        connection->process = process_unref(connection->process);
}

Process *process_ref(Process *process) {
        process->n_refs++;
        return process;
}

Process *process_unref(Process *process) {
        if (process) {
                ck_assert_uint_gt(process->n_refs, 0);
                process->n_refs--;
        }
        return NULL;
}

void process_end(Process *process) {
        if (process->n_ends++ == 0)
                process->n_handled_before = fake.n_handled;
}

bool process_ended(const Process *process) {
        return process->n_ends > 0;
}

bool process_table_work(ProcessTable *table) {
        (void) table;
        if (fake.n_work > 0)
                fake.n_work--;
        return fake.n_work > 0;
}

bool process_table_has_work(const ProcessTable *table) {
        (void) table;
        return fake.n_work > 0;
}

pid_t process_pid(const Process *process) {
        (void) process;
        return 0;
}

int process_pidfd(const Process *process) {
        return process->pidfd;
}

Quota *process_quota(const Process *process) {
        return process->quota;
}

uint32_t process_id(const Process *process) {
        (void) process;
        return 8;
}

unsigned process_leaked(const Process *process) {
        (void) process;
        return 0;
}
