#include "rpc-world.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "closer.h"
#include "device.h"
#include "image-memory.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-job.h"
#include "security.h"
#include "shared-file.h"
#include "token.h"

#define ARENA_SIZE ((size_t) 1024 * 1024)

void rpc_world_init(RpcWorld *world) {
        QuotaLimits limits;

        *world = (RpcWorld){ 0 };
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, world->pair), 0);
        quota_limits_init(&limits);
        world->policy = (Policy){
                .system = true,
                .owner = geteuid(),
                .ntobjd_group = (gid_t) -1,
                .max_parked = 4096,
        };
        world->scratch = scratch_new();
        world->memory = g_malloc(ARENA_SIZE);
        world->security = security_store_new();
        world->env.generation = generation_counters_new();
        world->env.namespace = namespace_new(world->env.generation, world->security, true);
        world->env.processes = process_table_new();
        world->env.quotas = quota_table_new(&limits);
        world->env.policy = &world->policy;
        world->env.workers = worker_pool_new();
        ck_assert_ptr_nonnull(world->env.workers);
        world->env.files = file_table_new(world->env.workers);
        world->env.images = image_cache_new(1);
        devices_make(world->env.namespace);
}

static void wait_for_job(RpcWorld *world) {
        struct pollfd poller = { .fd = worker_pool_fd(world->env.workers), .events = POLLIN };

        ck_assert_int_eq(poll(&poller, 1, -1), 1);
        worker_pool_reap(world->env.workers);
}

void rpc_world_work(RpcWorld *world) {
        while (worker_pool_count(world->env.workers) > 0)
                wait_for_job(world);
}

static void must_owe_nothing(const Quota *quota, void *context) {
        (void) context;
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
}

void rpc_world_clear(RpcWorld *world) {
        while (process_table_work(world->env.processes))
                ;
        process_table_free(world->env.processes);
        rpc_world_work(world);
        ck_assert_uint_eq(file_table_count(world->env.files), 0);
        worker_pool_free(world->env.workers);
        image_cache_free(world->env.images);
        file_table_free(world->env.files);
        namespace_free(world->env.namespace);
        security_store_free(world->security);
        generation_counters_free(world->env.generation);
        quota_table_foreach(world->env.quotas, must_owe_nothing, NULL);
        quota_table_free(world->env.quotas);
        scratch_free(world->scratch);
        g_free(world->memory);
        fd_close(world->pair[0]);
        fd_close(world->pair[1]);
}

static char *path_of(const RpcWorld *world, const char *name) {
        return g_build_filename(scratch_path(world->scratch), name, NULL);
}

int rpc_world_open(RpcWorld *world, const char *name, int flags) {
        g_autofree char *path = path_of(world, name);
        int fd = open(path, flags | O_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        return fd;
}

void rpc_world_make(RpcWorld *world, const char *name, size_t size) {
        g_autofree char *path = path_of(world, name);
        g_autofree char *bytes = g_malloc0(size + 1);

        ck_assert(g_file_set_contents(path, bytes, (gssize) size, NULL));
}

bool rpc_world_has(RpcWorld *world, const char *name) {
        g_autofree char *path = path_of(world, name);

        return access(path, F_OK) == 0;
}

static void job_done(RpcConnection *connection) {
        RpcClient *client = (RpcClient *) connection; /* its first member */
        RpcWorld *world = client->world;

        arena_init(&world->arena, world->memory, ARENA_SIZE);
        rpc_complete(&world->env, connection, &world->arena, &client->answer);
}

static void forget_reply(RpcClient *client) {
        answer_fds_clear(&client->answer.fds);
        if (client->reply)
                nt__reply__free_unpacked(client->reply, NULL);
        client->reply = NULL;
}

NTSTATUS rpc_client_call(RpcClient *client, Nt__Request *request, const int *fds, size_t n_fds) {
        RpcWorld *world = client->world;
        g_autofree uint8_t *bytes = g_malloc(nt__request__get_packed_size(request));
        Frame frame;

        forget_reply(client);
        frame_init(&frame, bytes, nt__request__get_packed_size(request));
        frame.size = nt__request__pack(request, bytes);
        for (size_t i = 0; i < n_fds; i++) {
                if (fds[i] < 0)
                        continue;
                frame.fds[frame.n_fds] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
                ck_assert_int_ge(frame.fds[frame.n_fds++], 0);
        }
        arena_init(&world->arena, world->memory, ARENA_SIZE);
        rpc_handle_frame(&world->env, &client->connection, &frame, &world->arena, &client->answer);
        client->waited = client->answer.deferred;
        if (client->leaves && client->waited)
                return STATUS_PENDING;
        while (client->connection.job)
                wait_for_job(world);
        ck_assert(!client->answer.drop);
        if (client->answer.silent)
                return STATUS_SUCCESS;
        client->reply = nt__reply__unpack(NULL, client->answer.size, client->answer.data);
        ck_assert_ptr_nonnull(client->reply);
        return client->reply->status;
}

int rpc_client_take_fd(RpcClient *client, uint32_t index) {
        int fd = -1;

        ck_assert_uint_lt(index, client->answer.fds.n);
        fd = fcntl(client->answer.fds.fds[index], F_DUPFD_CLOEXEC, 3);
        ck_assert_int_ge(fd, 0);
        return fd;
}

void rpc_client_start(RpcClient *client, RpcWorld *world, uid_t uid) {
        Nt__AttachRequest body = NT__ATTACH_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        autofd int page = -1;

        *client = (RpcClient){
                .connection = {
                        .job_done = job_done,
                        .credentials = { .pid = getpid(), .uid = uid, .gid = uid },
                        .socket = world->pair[0],
                },
                .world = world,
        };
        body.protocol_version = 1;
        body.page_version = PROCESS_PAGE_VERSION;
        request.body_case = NT__REQUEST__BODY_ATTACH;
        request.attach = &body;
        ck_assert_status(rpc_client_call(client, &request, NULL, 0), STATUS_SUCCESS);
        page = rpc_client_take_fd(client, client->reply->attach->page_fd);
        client->page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
        ck_assert_ptr_ne(client->page, MAP_FAILED);
}

void rpc_client_end(RpcClient *client) {
        forget_reply(client);
        rpc_connection_end(&client->world->env, &client->connection);
        munmap(client->page, sizeof(ProcessPage));
}

void rpc_client_close(RpcClient *client, const Nt__Grant *grant) {
        Nt__Grant copy = *grant;
        Nt__ReleaseRequest body = NT__RELEASE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        switch (grant_word_close(&client->page->grants[grant->slot], 1)) {
        case GRANT_CLOSE_OPEN:
        case GRANT_CLOSE_PARKED:
                return;
        case GRANT_CLOSE_REPORT_WAIT:
                body.answer = true;
                break;
        case GRANT_CLOSE_REPORT:
                break;
        case GRANT_CLOSE_NONE:
                ck_abort();
        }
        body.grant = &copy;
        request.body_case = NT__REQUEST__BODY_RELEASE;
        request.release = &body;
        ck_assert_status(rpc_client_call(client, &request, NULL, 0), STATUS_SUCCESS);
}
