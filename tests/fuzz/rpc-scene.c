#include "rpc-scene.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "device.h"
#include "fuzz.h"
#include "image-memory.h"
#include "namespace.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "policy.h"
#include "process-page.h"
#include "process.h"
#include "quota.h"
#include "rpc.h"
#include "security.h"
#include "shared-file.h"
#include "token.h"
#include "worker.h"

#define ARENA_SIZE   ((size_t) 1024 * 1024) /* as in peer-table.c */
#define SCANT_AMOUNT 6u
#define FILE_SIZE    10000
#define STRANGER     4242u /* uid of the last connections in a system instance */

typedef struct Seat {
        RpcConnection connection;
        ProcessPage *page;  /* as the client maps it, or NULL */
        uint64_t object_id; /* of the grant that was answered last */
        RpcScene *scene;
} Seat;

struct RpcScene {
        RpcEnv env;
        Policy policy;
        Seat seats[SCENE_CONNECTIONS];
        SecurityStore *security;
        int file;      /* that clients send descriptors of */
        int pair[2];   /* a connection, of which all clients say that it is theirs */
        pid_t pid;     /* of all clients */
        int lowest_fd; /* that was free at the start */
        Arena arena;
        uint8_t *arena_memory;
        uint8_t *bytes;
};

/*
 * What all scenes have: images, which are old enough to be kept by the server for later sections,
 * and a folder whose file it may delete.
 */
static struct {
        int image;
        int shared_image;
        char *folder;
} things;

static void remove_folder(void) {
        g_autofree char *file = g_build_filename(things.folder, "x", NULL);

        (void) unlink(file);
        (void) rmdir(things.folder);
        g_free(things.folder);
}

static int image_new(ULONG characteristics) {
        int fd = memfd_create("image", MFD_CLOEXEC);
        PeBuild build;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        build.sections[1].Characteristics |= characteristics;
        MUST(fd >= 0 && write(fd, build.bytes, build.size) == (ssize_t) build.size);
        pe_build_clear(&build);
        return fd;
}

static void make_things(void) {
        if (things.folder)
                return;
        things.image = image_new(0);
        things.shared_image = image_new(IMAGE_SCN_MEM_SHARED);
        things.folder = g_dir_make_tmp("fuzz-rpc-XXXXXX", NULL);
        MUST(things.folder);
        MUST(atexit(remove_folder) == 0);
}

static int lowest_free_fd(void) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        MUST(fd >= 0);
        close(fd);
        return fd;
}

/*
 * All clients are this program: whoever terminates one of them must not end it. The linker brings
 * every syscall() of the server's here.
 */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
        long arguments[6];
        va_list list;

        va_start(list, number);
        for (unsigned i = 0; i < G_N_ELEMENTS(arguments); i++)
                arguments[i] = va_arg(list, long);
        va_end(list);
        if (number == SYS_pidfd_send_signal)
                return 0;
        return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                        arguments[4], arguments[5]);
}

/* valgrind's kernel has no pidfds, and the server refuses a peer whose end it cannot watch. */
static pid_t watchable_pid(void) {
        autofd int fd = (int) syscall(SYS_pidfd_open, getpid(), 0);

        return fd < 0 ? 0 : getpid();
}

static void job_done(RpcConnection *connection);

static void seat_init(RpcScene *scene, unsigned i) {
        uid_t uid = scene->policy.system && i >= SCENE_CONNECTIONS / 2 ? STRANGER : geteuid();

        scene->seats[i] = (Seat){
                .scene = scene,
                .connection = {
                        .job_done = job_done,
                        .credentials = { .pid = scene->pid, .uid = uid, .gid = getegid() },
                        .socket = scene->pair[0],
                },
        };
}

static void seat_end(RpcScene *scene, unsigned i) {
        Seat *seat = &scene->seats[i];

        rpc_connection_end(&scene->env, &seat->connection);
        if (seat->page)
                munmap(seat->page, sizeof(ProcessPage));
        seat_init(scene, i);
}

/* The heir takes the last seat, whoever sat there. */
static NTSTATUS add_connection(RpcEnv *env, int fd, Process *heir) {
        RpcScene *scene = env->server;
        unsigned i = SCENE_CONNECTIONS - 1;
        Seat *seat = &scene->seats[i];

        fd_close(fd);
        if (seat->connection.process == NULL || seat->connection.heir)
                seat_end(scene, i);
        else
                return STATUS_INSUFFICIENT_RESOURCES;
        seat->connection.process = process_ref(heir);
        seat->connection.attaching = true;
        seat->connection.heir = true;
        return STATUS_SUCCESS;
}

static void set_scant(QuotaLimits *limits) {
        for (unsigned i = 0; i < QUOTA_KINDS; i++)
                limits->limit[i] = SCANT_AMOUNT;
        limits->limit[QUOTA_NAME_BYTES] = 64;
        limits->limit[QUOTA_SECTION_BYTES] = 64 * 1024;
        limits->limit[QUOTA_IMAGE_BYTES] = 32 * 1024;
        limits->limit[QUOTA_REPLY_BYTES] = 1000;
}

static void add_system_process(RpcScene *scene) {
        TokenSource source = { .ntobjd_group = (gid_t) -1, .system = true };
        g_autoptr(Token) token = NULL;
        Quota *quota = quota_table_get(scene->env.quotas, geteuid());

        MUST(NT_SUCCESS(token_new(&source, &token)));
        MUST(NT_SUCCESS(process_table_add_system(scene->env.processes, token, quota)));
        quota_unref(quota);
}

RpcScene *rpc_scene_new(unsigned flags) {
        RpcScene *scene = g_new0(RpcScene, 1);
        bool system = flags & SCENE_SYSTEM;
        QuotaLimits limits;

        make_things();
        MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, scene->pair) == 0);
        scene->file = memfd_create("file", MFD_CLOEXEC);
        MUST(scene->file >= 0 && ftruncate(scene->file, FILE_SIZE) == 0);
        scene->pid = watchable_pid();
        scene->lowest_fd = lowest_free_fd();
        scene->arena_memory = g_malloc(ARENA_SIZE);
        scene->bytes = g_malloc(FRAME_SIZE_MAX);
        scene->policy = (Policy){
                .system = system, .owner = geteuid(), .ntobjd_group = (gid_t) -1, .max_parked = 16
        };
        quota_limits_init(&limits);
        if (flags & SCENE_SCANT)
                set_scant(&limits);
        scene->security = security_store_new();
        scene->env.generation = generation_counters_new();
        scene->env.namespace = namespace_new(scene->env.generation, scene->security, system);
        scene->env.processes = process_table_new();
        scene->env.quotas = quota_table_new(&limits);
        add_system_process(scene);
        scene->env.policy = &scene->policy;
        scene->env.workers = worker_pool_new();
        MUST(scene->env.workers);
        scene->env.files = file_table_new(scene->env.workers);
        scene->env.images = image_cache_new(1);
        devices_make(scene->env.namespace);
        scene->env.add_connection = add_connection;
        scene->env.server = scene;
        for (unsigned i = 0; i < SCENE_CONNECTIONS; i++)
                seat_init(scene, i);
        return scene;
}

static void wait_for_work(RpcScene *scene) {
        struct pollfd poller = { .fd = worker_pool_fd(scene->env.workers), .events = POLLIN };

        MUST(poll(&poller, 1, -1) == 1);
        worker_pool_reap(scene->env.workers);
}

static void must_owe_nothing(const Quota *quota, void *context) {
        (void) context;
        for (unsigned i = 0; i < QUOTA_KINDS; i++)
                MUST(quota_used(quota, (QuotaKind) i) == 0);
}

void rpc_scene_free(RpcScene *scene) {
        for (unsigned i = 0; i < SCENE_CONNECTIONS; i++)
                seat_end(scene, i);
        while (process_table_work(scene->env.processes))
                ;
        MUST(process_table_count(scene->env.processes) == 0);
        process_table_free(scene->env.processes);
        namespace_free(scene->env.namespace);
        security_store_free(scene->security);
        while (worker_pool_count(scene->env.workers) > 0)
                wait_for_work(scene);
        worker_pool_free(scene->env.workers);
        image_cache_free(scene->env.images);
        file_table_free(scene->env.files);
        quota_table_foreach(scene->env.quotas, must_owe_nothing, NULL);
        quota_table_free(scene->env.quotas);
        generation_counters_free(scene->env.generation);
        MUST(lowest_free_fd() == scene->lowest_fd);
        fd_close(scene->file);
        fd_close(scene->pair[0]);
        fd_close(scene->pair[1]);
        g_free(scene->arena_memory);
        g_free(scene->bytes);
        g_free(scene);
}

/* The client has the page now. */
static void seat_map_page(Seat *seat, const RpcAnswer *answer, uint32_t index) {
        void *page;

        MUST(index < answer->fds.n);
        page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, MAP_SHARED,
                        answer->fds.fds[index], 0);
        MUST(page != MAP_FAILED);
        if (seat->page)
                munmap(seat->page, sizeof(ProcessPage));
        seat->page = page;
}

static void check_answer(Seat *seat, const RpcAnswer *answer) {
        Nt__Reply *reply = NULL;

        MUST(answer->size > 0 && answer->size <= FRAME_SIZE_MAX);
        MUST(answer->fds.n <= FRAME_FDS_MAX);
        reply = nt__reply__unpack(NULL, answer->size, answer->data);
        MUST(reply);
        if (!NT_SUCCESS(reply->status))
                MUST(answer->fds.n == 0 && reply->body_case == NT__REPLY__BODY__NOT_SET);
        for (size_t i = 0; i < answer->fds.n; i++)
                MUST(fcntl(answer->fds.fds[i], F_GETFD) == FD_CLOEXEC);
        MUST(reply->n_counter_index == reply->n_counter_value);
        if (reply->body_case == NT__REPLY__BODY_ATTACH && reply->attach->has_page_fd)
                seat_map_page(seat, answer, reply->attach->page_fd);
        if (reply->body_case == NT__REPLY__BODY_GRANT)
                seat->object_id = reply->grant->object_id;
        nt__reply__free_unpacked(reply, NULL);
}

static int reopen(int fd, int flags) {
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

        return open(path, flags | O_CLOEXEC);
}

static int open_in_folder(const char *name, int flags) {
        g_autofree char *path = g_build_filename(things.folder, name, NULL);

        return open(path, flags | O_CLOEXEC, 0600);
}

/* What comes along: of the scene's file, of images, of a folder and the file in it; the client's
 * end of the connection; the null device. */
static int bring_fd(const RpcScene *scene, char what) {
        switch (what) {
        case 'r':
                return reopen(scene->file, O_RDONLY);
        case 'w':
                return reopen(scene->file, O_RDWR);
        case 'f':
                return open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
        case 'i':
                return reopen(things.image, O_RDONLY);
        case 's':
                return reopen(things.shared_image, O_RDONLY);
        case 'x':
                return open_in_folder("x", O_RDWR | O_CREAT);
        case 'F':
                return open_in_folder("", O_PATH | O_DIRECTORY);
        case 'c':
                return fcntl(scene->pair[1], F_DUPFD_CLOEXEC, 3);
        default:
                return open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
}

static void bring_fds(const RpcScene *scene, Frame *frame, unsigned set) {
        static const char *const sets[] = { "", "r", "rw", "f", "n", "w", "wf", "nnnn", "i", "s",
                "c", "x", "xF", "F", "ri", "is" };

        for (const char *what = sets[set % G_N_ELEMENTS(sets)]; *what; what++) {
                int fd = bring_fd(scene, *what);

                MUST(fd >= 0);
                frame->fds[frame->n_fds++] = fd;
        }
}

/* Consumes @answer. */
static void take_answer(RpcScene *scene, unsigned connection, RpcAnswer *answer) {
        if (!answer->drop && !answer->silent && !answer->deferred)
                check_answer(&scene->seats[connection], answer);
        answer_fds_clear(&answer->fds);
        if (answer->drop)
                seat_end(scene, connection);
}

static void job_done(RpcConnection *connection) {
        Seat *seat = (Seat *) ((char *) connection - offsetof(Seat, connection));
        RpcScene *scene = seat->scene;
        RpcAnswer answer = { 0 };

        arena_init(&scene->arena, scene->arena_memory, ARENA_SIZE);
        rpc_complete(&scene->env, connection, &scene->arena, &answer);
        take_answer(scene, (unsigned) (seat - scene->seats), &answer);
}

void rpc_scene_send(RpcScene *scene,
                unsigned connection,
                const uint8_t *bytes,
                size_t size,
                unsigned fds,
                bool wait) {
        Seat *seat = &scene->seats[connection];
        RpcAnswer answer = { 0 };
        Frame frame;

        while (seat->connection.job) /* the next request waits in the socket */
                wait_for_work(scene);
        if (seat->connection.process && process_ended(seat->connection.process))
                seat_end(scene, connection);
        if (size == 0 || size > FRAME_SIZE_MAX)
                return; /* the transport lets none of these through */

        memcpy(scene->bytes, bytes, size);
        frame_init(&frame, scene->bytes, FRAME_SIZE_MAX);
        frame.size = size;
        frame.sender = seat->connection.heir ? scene->pid : 0;
        bring_fds(scene, &frame, fds);
        arena_init(&scene->arena, scene->arena_memory, ARENA_SIZE);
        rpc_handle_frame(&scene->env, &seat->connection, &frame, &scene->arena, &answer);
        MUST(frame.n_fds == 0);
        take_answer(scene, connection, &answer);
        while (wait && seat->connection.job)
                wait_for_work(scene);
}

/* Sends what the scene itself has to say. */
static void send_own(RpcScene *scene, unsigned connection, const Nt__Request *request) {
        uint8_t packed[64];

        MUST(nt__request__get_packed_size(request) <= sizeof(packed));
        rpc_scene_send(scene, connection, packed, nt__request__pack(request, packed), 0, true);
}

void rpc_scene_join(RpcScene *scene, unsigned connection, unsigned other) {
        const Process *process = scene->seats[other].connection.process;
        Nt__OpenChannelRequest body = NT__OPEN_CHANNEL_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        if (!process)
                return;
        body.session_key.data = (uint8_t *) process_session_key(process);
        body.session_key.len = SESSION_KEY_SIZE;
        request.body_case = NT__REQUEST__BODY_OPEN_CHANNEL;
        request.open_channel = &body;
        send_own(scene, connection, &request);
}

void rpc_scene_refer(RpcScene *scene, unsigned connection, unsigned how) {
        Nt__QueryNameRequest query = NT__QUERY_NAME_REQUEST__INIT;
        Nt__OpenReferencedRequest open = NT__OPEN_REFERENCED_REQUEST__INIT;
        Nt__DereferenceObjectRequest give_back = NT__DEREFERENCE_OBJECT_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        query.object_id = open.object_id = give_back.object_id = scene->seats[connection].object_id;
        query.has_object_id = true;
        open.attributes = how & ~(unsigned) (REFER_WHAT | REFER_KERNEL_MODE);
        open.desired_access = READ_CONTROL;
        request.has_kernel_mode = request.kernel_mode = how & REFER_KERNEL_MODE;
        switch (how & REFER_WHAT) {
        case REFER_NAME:
                request.body_case = NT__REQUEST__BODY_QUERY_NAME;
                request.query_name = &query;
                break;
        case REFER_OPEN:
                request.body_case = NT__REQUEST__BODY_OPEN_REFERENCED;
                request.open_referenced = &open;
                break;
        default:
                request.body_case = NT__REQUEST__BODY_DEREFERENCE_OBJECT;
                request.dereference_object = &give_back;
                break;
        }
        send_own(scene, connection, &request);
}

void rpc_scene_scribble(RpcScene *scene, unsigned connection, size_t word, uint64_t value) {
        ProcessPage *page = scene->seats[connection].page;

        if (page)
                memcpy((uint8_t *) page + word % (sizeof(*page) / sizeof(value)) * sizeof(value),
                                &value, sizeof(value));
}

void rpc_scene_hang_up(RpcScene *scene, unsigned connection) {
        seat_end(scene, connection);
}

void rpc_scene_work(RpcScene *scene) {
        process_table_work(scene->env.processes);
}
