#include "daemon.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "raw-client.h"

#define PATIENCE_MS 60000

/* Everything that clients can make it hold, in the words of its statistics. */
static const char *const counted[] = {
        "connections",
        "processes",
        "grants",
        "objects",
        "name-bytes",
        "descriptor-bytes",
        "section-bytes",
        "image-bytes",
        "reply-bytes",
        "reply-fds",
        "descriptors",
};

struct Daemon {
        char *address;
        pid_t pid;
        bool ended;
        unsigned n_fds; /* when it was new, with one client that asks */
        uint64_t quiet[G_N_ELEMENTS(counted)];
};

static char *daemon_write_config(const DaemonOptions *options) {
        static unsigned n_configs;
        char *path;

        if (!options->config)
                return NULL;
        path = g_strdup_printf("%s/config-%d-%u", options->folder, (int) getpid(), n_configs++);
        ck_assert(g_file_set_contents(path, options->config, -1, NULL));
        return path;
}

static char *daemon_new_address(const DaemonOptions *options) {
        static unsigned n_sockets;

        if (options->address)
                return g_strdup(options->address);
        return g_strdup_printf("%s/s%d-%u", options->folder, (int) getpid(), n_sockets++);
}

/* In the child: nothing but what is safe after fork(). */
static _Noreturn void daemon_exec(char *const *argv, int ready, pid_t parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (fcntl(ready, F_SETFD, 0) == 0 && getppid() == parent)
                execv(argv[0], argv);
        _exit(127);
}

static void daemon_spawn(Daemon *daemon, const DaemonOptions *options, int ready) {
        g_autofree char *config = daemon_write_config(options);
        g_autofree char *ready_text = g_strdup_printf("%d", ready);
        g_autoptr(GPtrArray) argv = g_ptr_array_new();
        const char *path = g_getenv("NTOBJD");
        pid_t parent = getpid();

        ck_assert_msg(path != NULL, "NTOBJD must name the daemon to test");
        g_ptr_array_add(argv, (char *) path);
        g_ptr_array_add(argv, (char *) "--foreground");
        g_ptr_array_add(argv, (char *) "--log-level=warning");
        g_ptr_array_add(argv, (char *) "--address");
        g_ptr_array_add(argv, daemon->address);
        g_ptr_array_add(argv, (char *) "--print-address");
        g_ptr_array_add(argv, ready_text);
        if (options->system)
                g_ptr_array_add(argv, (char *) "--system");
        if (config) {
                g_ptr_array_add(argv, (char *) "--config");
                g_ptr_array_add(argv, config);
        }
        g_ptr_array_add(argv, NULL);

        daemon->pid = fork();
        ck_assert_int_ge(daemon->pid, 0);
        if (daemon->pid == 0)
                daemon_exec((char *const *) argv->pdata, ready, parent);
}

/* The address, as the daemon writes it when it listens: a line. */
static void daemon_wait_ready(const Daemon *daemon, int ready) {
        g_autoptr(GString) line = g_string_new(NULL);
        struct pollfd poller = { .fd = ready, .events = POLLIN };

        while (!strchr(line->str, '\n')) {
                char bytes[128];
                ssize_t n;

                ck_assert_msg(poll(&poller, 1, PATIENCE_MS) == 1,
                                "the daemon does not become ready");
                n = read(ready, bytes, sizeof(bytes));
                ck_assert_msg(n > 0, "the daemon ended before it was ready");
                g_string_append_len(line, bytes, n);
        }
        g_strchomp(line->str);
        ck_assert_str_eq(line->str, daemon->address);
}

/* A client that asks. Under a small quota it gets in once the daemon has noticed who is gone. */
static RawClient *daemon_observe(const Daemon *daemon) {
        gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * G_GINT64_CONSTANT(1000) / 4;
        RawClient *client = raw_client_new_attached(daemon->address);

        while (!client) {
                ck_assert_msg(g_get_monotonic_time() < deadline, "the daemon lets nobody in");
                g_usleep(500);
                client = raw_client_new_attached(daemon->address);
        }
        return client;
}

static void daemon_count(const Daemon *daemon, RawClient *observer, uint64_t *ret) {
        for (size_t i = 0; i < G_N_ELEMENTS(counted); i++) {
                NTSTATUS status = raw_client_statistic(
                                observer, counted[i], RAW_CLIENT_NO_USER, &ret[i]);

                ck_assert_msg(NT_SUCCESS(status), "statistic %s of %s: 0x%08x", counted[i],
                                daemon->address, (unsigned) status);
        }
}

Daemon *daemon_start(const DaemonOptions *options) {
        Daemon *daemon = g_new0(Daemon, 1);
        autofd int ready = -1;
        int pipe_fds[2];

        daemon->address = daemon_new_address(options);
        ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
        ready = pipe_fds[0];
        daemon_spawn(daemon, options, pipe_fds[1]);
        close(pipe_fds[1]);

        daemon_wait_ready(daemon, ready);
        {
                autoraw *observer = daemon_observe(daemon);

                daemon_count(daemon, observer, daemon->quiet);
                daemon->n_fds = daemon_count_fds(daemon);
        }
        return daemon;
}

const char *daemon_address(const Daemon *daemon) {
        return daemon->address;
}

pid_t daemon_pid(const Daemon *daemon) {
        return daemon->pid;
}

unsigned daemon_count_fds(const Daemon *daemon) {
        g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int) daemon->pid);
        g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
        unsigned n = 0;

        ck_assert_msg(folder != NULL, "%s cannot be read", path);
        while (g_dir_read_name(folder))
                n++;
        return n;
}

static uint64_t statistic_of(RawClient *observer, const char *name) {
        uint64_t value = 0;
        NTSTATUS status = raw_client_statistic(observer, name, RAW_CLIENT_NO_USER, &value);

        ck_assert_msg(NT_SUCCESS(status), "statistic %s: 0x%08x", name, (unsigned) status);
        return value;
}

uint64_t daemon_statistic(const Daemon *daemon, const char *name) {
        autoraw *observer = daemon_observe(daemon);
        uint64_t before, now = statistic_of(observer, name);

        /* What a process had that has just ended is given back between requests. */
        do {
                before = now;
                sched_yield();
                now = statistic_of(observer, name);
        } while (now != before);
        return now;
}

/* The first thing that is not as it was, or NULL. */
static char *daemon_find_leftover(const Daemon *daemon, RawClient *observer) {
        uint64_t now[G_N_ELEMENTS(counted)];
        unsigned n_fds = daemon_count_fds(daemon);

        daemon_count(daemon, observer, now);
        for (size_t i = 0; i < G_N_ELEMENTS(counted); i++)
                if (now[i] != daemon->quiet[i])
                        return g_strdup_printf("%s: %" G_GUINT64_FORMAT
                                               " and not %" G_GUINT64_FORMAT,
                                        counted[i], now[i], daemon->quiet[i]);
        n_fds -= (unsigned) statistic_of(observer, "idle-descriptors"); /* kept on purpose */
        if (n_fds != daemon->n_fds)
                return g_strdup_printf("open descriptors: %u and not %u", n_fds, daemon->n_fds);
        return NULL;
}

void daemon_wait_quiet(const Daemon *daemon) {
        autoraw *observer = daemon_observe(daemon);
        gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * G_GINT64_CONSTANT(1000) / 4;

        for (;;) {
                g_autofree char *leftover = daemon_find_leftover(daemon, observer);

                if (!leftover)
                        return;
                ck_assert_msg(g_get_monotonic_time() < deadline, "left behind: %s", leftover);
                /* Not a wait for time to pass: it lets the daemon, which works in slices, have the
                 * CPU. */
                g_usleep(500);
        }
}

/* For one that does not end, the test's own time limit is the limit. */
static int daemon_wait_end(Daemon *daemon) {
        int wait_status = 0;

        ck_assert_int_eq(waitpid(daemon->pid, &wait_status, 0), daemon->pid);
        daemon->ended = true;
        return wait_status;
}

void daemon_kill(Daemon *daemon) {
        int wait_status;

        ck_assert_int_eq(kill(daemon->pid, SIGKILL), 0);
        wait_status = daemon_wait_end(daemon);
        ck_assert_msg(WIFSIGNALED(wait_status), "the daemon had ended before, status 0x%x",
                        wait_status);
}

void daemon_stop(Daemon *daemon) {
        if (!daemon->ended) {
                int wait_status;

                ck_assert_int_eq(kill(daemon->pid, SIGTERM), 0);
                wait_status = daemon_wait_end(daemon);
                ck_assert_msg(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0,
                                "the daemon's end was not orderly: status 0x%x", wait_status);
        }
        g_free(daemon->address);
        g_free(daemon);
}
