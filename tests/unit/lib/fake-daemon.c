#include "fake-daemon.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "frame.h"
#include "ntobj.pb-c.h"
#include "ntstatus.h"
#include "process-page.h"

enum { PEERS_MAX = 512, KEY_SIZE = 16, TICK_MS = 2 };

typedef struct FakeProcess {
        uint32_t id;
        int page_fd;
        ProcessPage *page;
        pid_t pid;
        int n_peers;
} FakeProcess;

typedef struct FakePeer {
        int fd;
        FakeProcess *process;
        bool attaching;
        bool held;
        uint64_t held_id;
} FakePeer;

typedef struct Fake {
        FakeState *state;
        int listener;
        int generation_fd;
        FakePeer peers[PEERS_MAX];
        unsigned n_peers;
        uint32_t last_id;
        GPtrArray *processes;
} Fake;

static void changed(FakeState *state) {
        atomic_fetch_add(&state->changes, 1);
        syscall(SYS_futex, &state->changes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void count(FakeState *state, _Atomic uint32_t *number, int step) {
        atomic_fetch_add(number, (uint32_t) step);
        changed(state);
}

static int page_new(const char *name, size_t size, void **ret) {
        int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

        g_assert(fd >= 0 && ftruncate(fd, (off_t) size) == 0);
        *ret = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        g_assert(*ret != MAP_FAILED);
        g_assert(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
        return fd;
}

static FakeProcess *process_new(Fake *fake, pid_t pid) {
        FakeProcess *process = g_new0(FakeProcess, 1);
        void *page;

        process->page_fd = page_new("page", sizeof(ProcessPage), &page);
        process->page = page;
        process->page->magic = PROCESS_PAGE_MAGIC;
        process->page->version = PROCESS_PAGE_VERSION;
        process->page->size = sizeof(ProcessPage);
        process->id = fake->last_id += 4;
        process->pid = pid;
        g_ptr_array_add(fake->processes, process);
        count(fake->state, &fake->state->n_processes, 1);
        return process;
}

static void process_end(Fake *fake, FakeProcess *process) {
        munmap(process->page, sizeof(ProcessPage));
        close(process->page_fd);
        g_ptr_array_remove_fast(fake->processes, process);
        g_free(process);
        count(fake->state, &fake->state->n_processes, -1);
}

static void peer_add(Fake *fake, int fd, FakeProcess *process) {
        g_assert(fake->n_peers < PEERS_MAX);
        fake->peers[fake->n_peers++] =
                        (FakePeer){ .fd = fd, .process = process, .attaching = process != NULL };
        count(fake->state, &fake->state->n_connections, 1);
}

/* All connections of a process end with its attaching one. */
static void peer_end(Fake *fake, unsigned i) {
        FakePeer peer = fake->peers[i];

        fake->peers[i] = fake->peers[--fake->n_peers];
        if (peer.attaching && peer.process) {
                for (unsigned other = fake->n_peers; other-- > 0;) {
                        if (fake->peers[other].process == peer.process)
                                peer_end(fake, other);
                }
                process_end(fake, peer.process);
        }
        count(fake->state, &fake->state->n_connections, -1);
        close(peer.fd); /* last: who waits for it knows that all is over */
}

static void answer(FakePeer *peer, Nt__Reply *reply, const int *fds, size_t n_fds) {
        uint8_t data[1024];

        g_assert(nt__reply__get_packed_size(reply) <= sizeof(data));
        (void) frame_send(peer->fd, data, nt__reply__pack(reply, data), fds, n_fds, MSG_DONTWAIT);
}

static void answer_status(FakePeer *peer, uint64_t id, NTSTATUS status) {
        Nt__Reply reply = NT__REPLY__INIT;

        reply.id = id;
        reply.status = status;
        answer(peer, &reply, NULL, 0);
}

static void answer_attached(Fake *fake, FakePeer *peer, uint64_t id) {
        uint8_t key[KEY_SIZE] = { 0 };
        Nt__AttachReply body = NT__ATTACH_REPLY__INIT;
        Nt__Reply reply = NT__REPLY__INIT;
        int fds[] = { peer->process->page_fd, fake->generation_fd };

        memcpy(key, &peer->process->id, sizeof(peer->process->id));
        body.session_key.data = key;
        body.session_key.len = sizeof(key);
        body.process_id = peer->process->id;
        body.session_id = 1;
        body.parked_most = 4096;
        body.page_version = PROCESS_PAGE_VERSION;
        body.has_page_fd = body.has_generation_fd = true;
        body.page_fd = 0;
        body.generation_fd = 1;
        reply.id = id;
        reply.body_case = NT__REPLY__BODY_ATTACH;
        reply.attach = &body;
        answer(peer, &reply, fds, 2);
}

static void serve_attach(Fake *fake, FakePeer *peer, const Nt__Request *request) {
        struct ucred credentials = { 0 };
        socklen_t size = sizeof(credentials);

        if (request->attach->protocol_version != 1) {
                answer_status(peer, request->id, STATUS_REVISION_MISMATCH);
                return;
        }
        if (request->attach->has_kernel && request->attach->kernel) {
                answer_status(peer, request->id, STATUS_PRIVILEGE_NOT_HELD);
                return;
        }
        getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
        peer->process = process_new(fake, credentials.pid);
        peer->attaching = true;
        count(fake->state, &fake->state->n_attached, 1);
        answer_attached(fake, peer, request->id);
}

static void serve_open_channel(Fake *fake, FakePeer *peer, const Nt__Request *request) {
        uint32_t id;

        memcpy(&id, request->open_channel->session_key.data, sizeof(id));
        for (unsigned i = 0; i < fake->processes->len; i++) {
                FakeProcess *process = g_ptr_array_index(fake->processes, i);

                if (process->id != id || atomic_load(&fake->state->refuse_channels))
                        continue;
                peer->process = process;
                count(fake->state, &fake->state->n_channels, 1);
                answer_status(peer, request->id, STATUS_SUCCESS);
                return;
        }
        answer_status(peer, request->id, STATUS_ACCESS_DENIED);
}

static void serve_make_heir(Fake *fake, FakePeer *peer, const Nt__Request *request) {
        Nt__MakeHeirReply body = NT__MAKE_HEIR_REPLY__INIT;
        Nt__Reply reply = NT__REPLY__INIT;
        const ProcessPage *parent = peer->process->page;
        FakeProcess *heir = process_new(fake, 0);
        FakePeer asker = *peer;
        int pair[2], on = 1;

        for (uint32_t i = 1; i < 1024; i++) {
                uint64_t entry = handle_table_read(parent, i);

                if (entry & HANDLE_ENTRY_INHERIT)
                        g_assert(handle_table_claim_at(heir->page, i, entry));
        }
        g_assert(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
        setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
        peer_add(fake, pair[0], heir);
        count(fake->state, &fake->state->n_heirs, 1);

        reply.id = request->id;
        reply.body_case = NT__REPLY__BODY_MAKE_HEIR;
        reply.make_heir = &body;
        answer(&asker, &reply, &pair[1], 1);
        close(pair[1]);
}

static void answer_statistics(FakePeer *peer, uint64_t id) {
        Nt__Statistic numbers[] = { NT__STATISTIC__INIT, NT__STATISTIC__INIT };
        Nt__Statistic *list[] = { &numbers[0], &numbers[1] };
        Nt__StatisticsReply body = NT__STATISTICS_REPLY__INIT;
        Nt__Reply reply = NT__REPLY__INIT;

        numbers[0].name = (ProtobufCBinaryData){ .data = (uint8_t *) "process", .len = 7 };
        numbers[0].value = peer->process->id;
        numbers[1].name = (ProtobufCBinaryData){ .data = (uint8_t *) "pid", .len = 3 };
        numbers[1].value = (uint64_t) peer->process->pid;
        numbers[1].has_limit = numbers[1].has_uid = true;
        numbers[1].limit = 7;
        numbers[1].uid = 8;
        body.n_statistics = G_N_ELEMENTS(list);
        body.statistics = list;
        reply.id = id;
        reply.body_case = NT__REPLY__BODY_STATISTICS;
        reply.statistics = &body;
        answer(peer, &reply, NULL, 0);
}

static bool serve_statistics(Fake *fake, FakePeer *peer, uint64_t id) {
        FakeState *state = fake->state;

        if (atomic_load(&state->hang_up))
                return false;
        if (atomic_load(&state->hold)) {
                peer->held = true;
                peer->held_id = id;
                count(state, &state->n_held, 1);
        } else if (atomic_load(&state->answer_bodiless))
                answer_status(peer, id, STATUS_SUCCESS);
        else
                answer_statistics(peer, atomic_load(&state->answer_stale) ? id + 1 : id);
        return true;
}

static bool serve(Fake *fake, FakePeer *peer, const Frame *frame) {
        Nt__Request *request = nt__request__unpack(NULL, frame->size, frame->data);
        bool goes_on = true;

        if (!request)
                return false;
        count(fake->state, &fake->state->n_requests, 1);
        switch (request->body_case) {
        case NT__REQUEST__BODY_ATTACH:
                serve_attach(fake, peer, request);
                break;
        case NT__REQUEST__BODY_OPEN_CHANNEL:
                serve_open_channel(fake, peer, request);
                break;
        case NT__REQUEST__BODY_MAKE_HEIR:
                serve_make_heir(fake, peer, request);
                break;
        case NT__REQUEST__BODY_ADOPT_HEIR:
                peer->process->pid = frame->sender;
                count(fake->state, &fake->state->n_adopted, 1);
                answer_attached(fake, peer, request->id);
                break;
        case NT__REQUEST__BODY_STATISTICS:
                goes_on = serve_statistics(fake, peer, request->id);
                break;
        case NT__REQUEST__BODY_RELEASE_PARKED:
                break;
        default:
                answer_status(peer, request->id, STATUS_NOT_IMPLEMENTED);
                break;
        }
        nt__request__free_unpacked(request, NULL);
        return goes_on;
}

/* Return: false if the connection is over. */
static bool receive(Fake *fake, FakePeer *peer) {
        static uint8_t data[FRAME_SIZE_MAX];
        Frame frame;
        bool goes_on;
        int r;

        frame_init(&frame, data, sizeof(data));
        r = frame_receive(peer->fd, &frame, MSG_DONTWAIT);
        if (r < 0)
                return r == -EAGAIN;
        goes_on = serve(fake, peer, &frame);
        frame_clear(&frame);
        return goes_on;
}

static void answer_held(Fake *fake) {
        if (atomic_load(&fake->state->hold))
                return;
        for (unsigned i = 0; i < fake->n_peers; i++) {
                if (fake->peers[i].held)
                        answer_statistics(&fake->peers[i], fake->peers[i].held_id);
                fake->peers[i].held = false;
        }
}

static void turn(Fake *fake) {
        struct pollfd fds[PEERS_MAX + 1];
        unsigned n = fake->n_peers;

        fds[0] = (struct pollfd){ .fd = fake->listener, .events = POLLIN };
        for (unsigned i = 0; i < n; i++)
                fds[i + 1] = (struct pollfd){ .fd = fake->peers[i].fd, .events = POLLIN };
        if (poll(fds, n + 1, TICK_MS) < 0 && errno != EINTR)
                _exit(1);

        answer_held(fake);
        if (fds[0].revents)
                peer_add(fake, accept4(fake->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK),
                                NULL);
        for (unsigned at = n; at-- > 0;) {
                if (fds[at + 1].revents && at < fake->n_peers &&
                                fake->peers[at].fd == fds[at + 1].fd &&
                                !receive(fake, &fake->peers[at]))
                        peer_end(fake, at);
        }
}

static FakeState *state_new(void) {
        void *state = mmap(NULL, sizeof(FakeState), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        g_assert(state != MAP_FAILED);
        return state;
}

static int generation_new(GenerationPage **ret) {
        void *page;
        int fd = page_new("generation", sizeof(GenerationPage), &page);

        *ret = page;
        (*ret)->magic = GENERATION_PAGE_MAGIC;
        (*ret)->version = GENERATION_PAGE_VERSION;
        (*ret)->size = sizeof(GenerationPage);
        atomic_store(&(*ret)->daemon, 1);
        return fd;
}

static int listener_new(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

        g_assert(strlen(path) < sizeof(address.sun_path));
        strcpy(address.sun_path, path);
        unlink(path);
        g_assert(bind(fd, (struct sockaddr *) &address, sizeof(address)) == 0);
        g_assert(listen(fd, 64) == 0);
        return fd;
}

FakeDaemon *fake_daemon_new(const char *folder) {
        FakeDaemon *daemon = g_new0(FakeDaemon, 1);
        Fake *fake;

        daemon->address = g_build_filename(folder, "socket", NULL);
        daemon->state = state_new();
        daemon->generation_fd = generation_new(&daemon->generation);
        daemon->listener = listener_new(daemon->address);
        fake = g_new0(Fake, 1);
        fake->state = daemon->state;
        fake->listener = daemon->listener;
        fake->generation_fd = daemon->generation_fd;
        fake->processes = g_ptr_array_new();

        daemon->pid = fork();
        g_assert(daemon->pid >= 0);
        if (daemon->pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                signal(SIGTERM, SIG_DFL);
                for (;;)
                        turn(fake);
        }
        g_ptr_array_free(fake->processes, TRUE);
        g_free(fake);
        daemon->listener = fd_close(daemon->listener);
        daemon->generation_fd = fd_close(daemon->generation_fd);
        return daemon;
}

void fake_daemon_kill(FakeDaemon *daemon) {
        if (daemon->pid <= 0)
                return;
        kill(daemon->pid, SIGKILL);
        waitpid(daemon->pid, NULL, 0);
        daemon->pid = 0;
        atomic_fetch_or(&daemon->generation->daemon, FUTEX_OWNER_DIED);
}

void fake_daemon_free(FakeDaemon *daemon) {
        fake_daemon_kill(daemon);
        munmap(daemon->generation, sizeof(GenerationPage));
        munmap(daemon->state, sizeof(FakeState));
        g_free(daemon->address);
        g_free(daemon);
}

void fake_daemon_wait(const FakeDaemon *daemon, const _Atomic uint32_t *number, uint32_t value) {
        FakeState *state = daemon->state;

        for (;;) {
                uint32_t changes = atomic_load(&state->changes);

                if (atomic_load(number) == value)
                        return;
                syscall(SYS_futex, &state->changes, FUTEX_WAIT, changes, NULL, NULL, 0);
        }
}

void fake_daemon_set(FakeDaemon *daemon, _Atomic bool *knob, bool value) {
        atomic_store(knob, value);
        changed(daemon->state);
}

int fake_daemon_main(const char *address, int ready) {
        GenerationPage *generation;
        Fake fake = { .state = state_new(), .processes = g_ptr_array_new() };
        g_autofree char *line = g_strconcat(address, "\n", NULL);

        fake.generation_fd = generation_new(&generation);
        fake.listener = listener_new(address);
        if (write(ready, line, strlen(line)) != (ssize_t) strlen(line))
                return 1;
        close(ready);
        do
                turn(&fake);
        while (atomic_load(&fake.state->n_attached) == 0 || fake.n_peers > 0);
        unlink(address);
        return 0;
}
