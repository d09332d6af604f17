#include "keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"

#define FOLDER_TEMPLATE "ntobj-session-XXXXXX"

/* A daemon answers within 20 ms; this long only a machine in trouble takes. */
#define START_TIMEOUT_MS 30000
#define STOP_TIMEOUT_MS  10000

/* What a keeper has to know before it is forked. */
typedef struct Session {
        char *daemon;
        char *folder;
        char *address;
        char *config;
} Session;

static void session_clear(Session *session) {
        g_free(session->daemon);
        g_free(session->folder);
        g_free(session->address);
        g_free(session->config);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

/* Beside ntobj, as installed; in the build folder; where it was to be installed. */
static char *find_daemon(void) {
        const char *chosen = g_getenv("NTOBJD");
        g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
        g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup(".");
        const char *const places[] = { "ntobjd", "../../server/ntobjd", NULL };

        if (chosen && *chosen)
                return g_strdup(chosen);
        for (size_t i = 0; places[i]; i++) {
                g_autofree char *path = g_build_filename(folder, places[i], NULL);

                if (access(path, X_OK) == 0)
                        return g_steal_pointer(&path);
        }
        return g_strdup(NTOBJD_PATH);
}

static char *make_folder(GError **error) {
        const char *const places[] = { g_getenv("XDG_RUNTIME_DIR"), g_getenv("TMPDIR"), "/tmp" };
        const size_t size_max = sizeof(((struct sockaddr_un *) NULL)->sun_path);
        int problem = ENOENT;

        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                g_autofree char *folder = NULL;

                if (!places[i] || places[i][0] != '/')
                        continue;
                folder = g_build_filename(places[i], FOLDER_TEMPLATE, NULL);
                if (strlen(folder) + sizeof("/socket") > size_max) {
                        problem = ENAMETOOLONG;
                        continue;
                }
                if (mkdtemp(folder))
                        return g_steal_pointer(&folder);
                problem = errno;
        }
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(problem),
                        "no folder for it can be made in $XDG_RUNTIME_DIR, $TMPDIR or /tmp: %s",
                        g_strerror(problem));
        return NULL;
}

/* With what is in it: a socket, a lock, a configuration; nobody makes folders there. */
static void remove_folder(const char *folder) {
        DIR *directory = opendir(folder);
        struct dirent *entry;

        if (!directory)
                return;
        while ((entry = readdir(directory)))
                unlinkat(dirfd(directory), entry->d_name, 0);
        closedir(directory);
        rmdir(folder);
}

/* In the daemon's process-to-be; returns only if it cannot be one. */
static void exec_daemon(const Session *session, pid_t keeper, int ready) {
        g_autofree char *descriptor = g_strdup_printf("%d", ready);
        const char *arguments[] = {
                session->daemon,
                "--foreground",
                "--log-level",
                "warning",
                "--address",
                session->address,
                "--print-address",
                descriptor,
                "--config",
                session->config,
                NULL,
        };

        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != keeper)
                return;
        fcntl(ready, F_SETFD, 0);
        execv(session->daemon, (char **) arguments);
        fprintf(stderr, "ntobj: cannot run %s: %s\n", session->daemon, strerror(errno));
}

/*
 * The command's descriptors are not for the keeper and the daemon: whoever waits for the end of a
 * pipe that the command writes into would wait for them.
 */
static int leave_descriptors(int keep_a, int keep_b) {
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        int low = MIN(keep_a, keep_b);
        int high = MAX(keep_a, keep_b);

        if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0)
                return -errno;
        if (low > 3)
                close_range(3, (unsigned) low - 1, 0);
        if (high > low + 1)
                close_range((unsigned) low + 1, (unsigned) high - 1, 0);
        close_range((unsigned) high + 1, ~0u, 0);
        return 0;
}

static pid_t start_daemon(const Session *session, int ready) {
        /* Whoever activated ntobj did not mean its daemon. */
        const char *const foreign[] = { "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
                "NOTIFY_SOCKET" };
        pid_t keeper = getpid();
        pid_t pid;

        for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++)
                unsetenv(foreign[i]);

        pid = fork();
        if (pid == 0) {
                exec_daemon(session, keeper, ready);
                _exit(127);
        }
        return pid;
}

static void end_daemon(pid_t daemon, int pidfd) {
        struct pollfd ended = { .fd = pidfd, .events = POLLIN };
        int n;

        kill(daemon, SIGTERM);
        do
                n = poll(&ended, 1, STOP_TIMEOUT_MS);
        while (n < 0 && errno == EINTR);
        if (n == 0)
                kill(daemon, SIGKILL);
}

/* Returns when ntobj is gone or wants an end, or when the daemon has ended by itself. */
static void wait_for_end(int lifeline, int daemon) {
        struct pollfd events[] = {
                { .fd = lifeline, .events = POLLIN },
                { .fd = daemon, .events = POLLIN },
        };

        while (poll(events, G_N_ELEMENTS(events), -1) < 0 && errno == EINTR)
                ;
}

static _Noreturn void keep(const Session *session, int lifeline, int ready) {
        int pidfd = -1;
        pid_t daemon = -1;

        setsid(); /* what the terminal sends is for the command */
        if (leave_descriptors(lifeline, ready) == 0)
                daemon = start_daemon(session, ready);
        close(ready);

        if (daemon > 0)
                pidfd = (int) syscall(SYS_pidfd_open, daemon, 0);
        if (pidfd >= 0)
                wait_for_end(lifeline, pidfd);
        if (daemon > 0) {
                end_daemon(daemon, pidfd);
                while (waitpid(daemon, NULL, 0) < 0 && errno == EINTR)
                        ;
        }
        remove_folder(session->folder);
        _exit(0);
}

/* Whether the daemon says its address, which it does when it is ready. */
static bool wait_for_address(int ready) {
        gint64 deadline = g_get_monotonic_time() + START_TIMEOUT_MS * 1000ll;
        struct pollfd readable = { .fd = ready, .events = POLLIN };
        char text[256];

        for (;;) {
                gint64 left = (deadline - g_get_monotonic_time()) / 1000;
                int n = left > 0 ? poll(&readable, 1, (int) left) : 0;
                ssize_t size;

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return false;
                size = read(ready, text, sizeof(text));
                if (size < 0 && errno == EINTR)
                        continue;
                if (size <= 0)
                        return false;
                if (memchr(text, '\n', (size_t) size))
                        return true;
        }
}

static bool
start(Keeper *keeper, const Session *session, int lifeline, int ready[2], GError **error) {
        keeper->pid = fork();
        if (keeper->pid == 0) {
                close(keeper->lifeline); /* or its end would never be seen */
                keep(session, lifeline, ready[1]);
        }
        ready[1] = fd_close(ready[1]);
        if (keeper->pid < 0) {
                g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot fork: %s",
                                g_strerror(errno));
                keeper->pid = 0;
                remove_folder(session->folder);
                return false;
        }

        if (wait_for_address(ready[0]))
                return true;
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s did not start", session->daemon);
        return false;
}

static void close_pair(int (*pair)[2]) {
        fd_close((*pair)[0]);
        fd_close((*pair)[1]);
}

/* The user's own configuration is not for sessions: a test must not depend on who runs it. */
static bool choose_config(Session *session, const char *config, GError **error) {
        if (config) {
                session->config = g_strdup(config);
                return true;
        }
        session->config = g_build_filename(session->folder, "ntobjd.conf", NULL);
        return g_file_set_contents(session->config, "", 0, error);
}

bool keeper_start(Keeper *keeper, const char *config, GError **error) {
        g_auto(Session) session = { 0 };
        autocleanup(close_pair) int lifeline[2] = { -1, -1 };
        autocleanup(close_pair) int ready[2] = { -1, -1 };

        *keeper = (Keeper){ .lifeline = -1 };
        if (pipe2(lifeline, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0) {
                g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "no pipe: %s",
                                g_strerror(errno));
                return false;
        }
        session.daemon = find_daemon();
        session.folder = make_folder(error);
        if (!session.folder)
                return false;
        session.address = g_build_filename(session.folder, "socket", NULL);
        if (!choose_config(&session, config, error)) {
                remove_folder(session.folder);
                return false;
        }

        keeper->lifeline = fd_steal(&lifeline[1]);
        if (!start(keeper, &session, lifeline[0], ready, error)) {
                keeper_stop(keeper);
                return false;
        }
        keeper->address = g_steal_pointer(&session.address);
        return true;
}

void keeper_stop(Keeper *keeper) {
        keeper->lifeline = fd_close(keeper->lifeline);
        while (keeper->pid > 0 && waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        keeper->pid = 0;
        g_free(g_steal_pointer(&keeper->address));
}
