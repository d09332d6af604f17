#include "transport.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "worker.h"

static void count_change(void *context) {
        Transport *transport = context;

        transport->n_changes++;
}

void transport_init(Transport *transport) {
        QuotaLimits limits;

        memset(transport, 0, sizeof(*transport));
        memset(&fake, 0, sizeof(fake));
        fake.process.pidfd = -1;
        quota_limits_init(&limits);
        transport->base = event_base_new();
        ck_assert_int_eq(event_base_priority_init(transport->base, peer_table_priorities()), 0);
        ck_assert_int_eq(pipe2(transport->log_ends, O_CLOEXEC | O_NONBLOCK), 0);
        transport->log = (Log){ .level = LOG_LEVEL_INFO, .fd = transport->log_ends[1] };
        transport->env.quotas = quota_table_new(&limits);
        transport->env.workers = worker_pool_new();
        ck_assert_ptr_nonnull(transport->env.workers);
        transport->peers = peer_table_new(
                        transport->base, &transport->env, &transport->log, count_change, transport);
        frame_init(&transport->frame, transport->buffer, sizeof(transport->buffer));
}

void transport_clear(Transport *transport) {
        frame_clear(&transport->frame);
        peer_table_free(transport->peers);
        worker_pool_free(transport->env.workers);
        quota_table_free(transport->env.quotas); /* asserts that nothing is charged */
        ck_assert_uint_eq(fake.process.n_refs, 0);
        event_base_free(transport->base);
        fd_close(transport->log_ends[0]);
        fd_close(transport->log_ends[1]);
}

void transport_set_limit(Transport *transport, QuotaKind kind, uint64_t limit) {
        QuotaLimits limits = *quota_table_limits(transport->env.quotas);

        limits.limit[kind] = limit;
        quota_table_set_limits(transport->env.quotas, &limits);
}

uint64_t transport_used(Transport *transport, QuotaKind kind) {
        Quota *quota = quota_table_get(transport->env.quotas, geteuid());
        uint64_t used = quota_used(quota, kind);

        quota_unref(quota);
        return used;
}

void transport_turn(Transport *transport) {
        ck_assert_int_ge(event_base_loop(transport->base, EVLOOP_ONCE | EVLOOP_NONBLOCK), 0);
}

void transport_run(Transport *transport) {
        ck_assert_int_ge(event_base_loop(transport->base, EVLOOP_NONBLOCK), 0);
}

int transport_connect(Transport *transport, int send_buffer) {
        int pair[2];

        ck_assert_int_eq(
                        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair),
                        0);
        if (send_buffer > 0)
                ck_assert_int_eq(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &send_buffer,
                                                 sizeof(send_buffer)),
                                0);
        if (peer_table_add_take(transport->peers, pair[0]) < 0)
                ck_assert_int_eq(send(pair[1], "x", 1, MSG_NOSIGNAL), -1);
        return pair[1];
}

void client_send(int client, FakeRequest request) {
        ck_assert_int_eq(send(client, &request, sizeof(request), MSG_NOSIGNAL), sizeof(request));
}

static Nt__Reply *unpack(const Transport *transport) {
        Nt__Reply *reply = nt__reply__unpack(NULL, transport->frame.size, transport->frame.data);

        ck_assert_ptr_nonnull(reply);
        return reply;
}

int client_receive(Transport *transport, int client) {
        Nt__Reply *reply;
        int r, id;

        transport_run(transport);
        frame_clear(&transport->frame);
        r = frame_receive(client, &transport->frame, MSG_DONTWAIT);
        if (r < 0)
                return r == -EAGAIN ? -1 : -2;
        reply = unpack(transport);
        id = (int) reply->id;
        nt__reply__free_unpacked(reply, NULL);
        return id;
}

NTSTATUS client_status(Transport *transport) {
        Nt__Reply *reply = unpack(transport);
        NTSTATUS status = reply->status;

        nt__reply__free_unpacked(reply, NULL);
        return status;
}

bool file_limit_is_real(void) {
        g_autofree char *limits = NULL, *line = NULL;
        struct rlimit before, files;

        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
        files = before;
        files.rlim_cur = files.rlim_max - 1;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
        ck_assert(g_file_get_contents("/proc/self/limits", &limits, NULL, NULL));
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);

        line = g_strdup_printf(
                        "\nMax open files            %llu ", (unsigned long long) files.rlim_cur);
        return strstr(limits, line) != NULL;
}

unsigned transport_count_lines(Transport *transport) {
        char text[65536];
        ssize_t n = read(transport->log_ends[0], text, sizeof(text));
        unsigned n_lines = 0;

        for (ssize_t i = 0; i < n; i++)
                n_lines += text[i] == '\n';
        return n_lines;
}
