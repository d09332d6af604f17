#include "daemon-start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "descriptor.h"
#include "ntstatus.h"

#define IDLE_EXIT_SECONDS "10"
#define READY_FD          3
#define READY_FD_TEXT     "3"

/* Held by who would start a daemon. The daemon itself takes another, beside its socket. */
#define START_LOCK_NAME "/lock"

enum { START_TIMEOUT_MS = 30000 };

/* All that the children need, made before there are any: they may only make system calls. */
typedef struct StartPlan {
        const char *program;
        char *arguments[10];
        char *const *environment;
        int ready; /* where the daemon says that it listens */
} StartPlan;

int daemon_connect_running(const ServerAddress *address, int *ret_fd) {
        autofd int fd = -1;
        int r;

        r = server_folder_check(address);
        if (r < 0)
                return r;
        fd = descriptor_settle(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        if (fd < 0)
                return fd;

        do {
                r = connect(fd, (const struct sockaddr *) &address->socket,
                                sizeof(address->socket));
        } while (r < 0 && errno == EINTR);
        if (r < 0)
                return -errno;
        if (!server_may_be_trusted(fd))
                return -EPERM;

        *ret_fd = fd_steal(&fd);
        return 0;
}

/*
 * The child of fork() without fork(): no handler of the program runs, and exit signal 0 means that
 * neither SIGCHLD nor an ordinary wait() tells of the child.
 */
static pid_t clone_silently(void) {
        return (pid_t) syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

static void signals_reset(void) {
        struct sigaction action = { .sa_handler = SIG_DFL };
        sigset_t none;

        for (int i = 1; i < NSIG; i++)
                sigaction(i, &action, NULL); /* those that cannot be set need not be */
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Everything is closed but the one descriptor, and the standard streams lead nowhere. */
static bool descriptors_reset(int ready) {
        if (ready == READY_FD ? fcntl(ready, F_SETFD, 0) < 0 : dup2(ready, READY_FD) < 0)
                return false;
        if (close_range(READY_FD + 1, ~0u, 0) < 0 || close_range(0, READY_FD - 1, 0) < 0)
                return false;
        return open("/dev/null", O_RDWR) == 0 && dup2(0, 1) == 1 && dup2(0, 2) == 2;
}

static _Noreturn void daemon_become(const StartPlan *plan) {
        if (setsid() < 0 || chdir("/") < 0 || !descriptors_reset(plan->ready))
                _exit(127);
        umask(077);
        signals_reset();
        execve(plan->program, plan->arguments, plan->environment);
        _exit(127);
}

/* A child of a child, so that it belongs to init. Signals wait: no handler of the program runs
 * there. */
static int daemon_launch(const StartPlan *plan) {
        sigset_t all, before;
        int state = 0;
        pid_t child, r;

        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        child = clone_silently();
        if (child == 0) {
                pid_t daemon = clone_silently();

                if (daemon == 0)
                        daemon_become(plan);
                _exit(daemon < 0);
        }
        r = child < 0 ? -errno : 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r < 0)
                return r;

        do {
                r = waitpid(child, &state, __WCLONE);
        } while (r < 0 && errno == EINTR);
        /* The program may have waited for children of all kinds: then the pipe alone tells. */
        return state == 0 ? 0 : -EAGAIN;
}

static int milliseconds_left(const struct timespec *start) {
        struct timespec now;
        int64_t passed;

        clock_gettime(CLOCK_MONOTONIC, &now);
        passed = (int64_t) (now.tv_sec - start->tv_sec) * 1000 +
                 (now.tv_nsec - start->tv_nsec) / 1000000;
        return passed >= START_TIMEOUT_MS ? 0 : (int) (START_TIMEOUT_MS - passed);
}

/* The daemon writes its address, a line, when it listens; if it cannot, it only ends. */
static int daemon_wait_until_ready(int ready) {
        struct pollfd poll_fd = { .fd = ready, .events = POLLIN };
        struct timespec start;
        char byte = '\0';
        ssize_t n;
        int r;

        clock_gettime(CLOCK_MONOTONIC, &start);
        while (byte != '\n') {
                r = poll(&poll_fd, 1, milliseconds_left(&start));
                if (r == 0)
                        return -ETIMEDOUT;
                n = r < 0 ? -1 : read(ready, &byte, 1);
                if (n == 0)
                        return -ECONNREFUSED;
                if (n < 0 && errno != EINTR)
                        return -errno;
        }
        return 0;
}

static int daemon_start(const ServerAddress *address) {
        const char *program = secure_getenv("NTOBJD");
        autofd int ready = -1;
        StartPlan plan = { 0 };
        int pipe_fds[2], r;

        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return -errno;
        ready = pipe_fds[0];
        plan = (StartPlan){
                .program = program && program[0] ? program : NTOBJD_PATH,
                .arguments = { (char *) "ntobjd", (char *) "--foreground", (char *) "--address",
                                (char *) address->socket.sun_path, (char *) "--idle-exit",
                                (char *) IDLE_EXIT_SECONDS, (char *) "--print-address",
                                (char *) READY_FD_TEXT, NULL },
                .environment = environ,
                .ready = pipe_fds[1],
        };

        r = daemon_launch(&plan);
        close(pipe_fds[1]);
        return r < 0 ? r : daemon_wait_until_ready(ready);
}

/* Makes the folder if need be; returns the lock that one starter holds at a time. */
static int start_lock(const ServerAddress *address) {
        char path[sizeof(address->socket.sun_path) + sizeof(START_LOCK_NAME)];
        autofd int lock = -1;
        int r;

        server_address_folder(address, path);
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
                return -errno;
        r = server_folder_check(address);
        if (r < 0)
                return r;

        strcat(path, START_LOCK_NAME);
        lock = descriptor_settle(open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (lock < 0)
                return lock;
        do {
                r = flock(lock, LOCK_EX);
        } while (r < 0 && errno == EINTR);
        if (r < 0)
                return -errno;
        return fd_steal(&lock);
}

static int daemon_connect_or_start(const ServerAddress *address, int *ret_fd) {
        autofd int lock = -1;
        int r;

        r = daemon_connect_running(address, ret_fd);
        if ((r != -ENOENT && r != -ECONNREFUSED) || !address->may_start)
                return r;

        lock = start_lock(address);
        if (lock < 0)
                return lock;
        r = daemon_connect_running(address, ret_fd); /* another may have started it meanwhile */
        if (r != -ENOENT && r != -ECONNREFUSED)
                return r;
        r = daemon_start(address);
        return r < 0 ? r : daemon_connect_running(address, ret_fd);
}

NTSTATUS daemon_connect(const ServerAddress *address, int *ret_fd) {
        switch (daemon_connect_or_start(address, ret_fd)) {
        case 0:
                return STATUS_SUCCESS;
        case -EMFILE:
        case -ENFILE:
        case -EAGAIN:
                return STATUS_INSUFFICIENT_RESOURCES;
        case -ENOMEM:
        case -ENOBUFS:
                return STATUS_NO_MEMORY;
        default:
                return STATUS_PORT_CONNECTION_REFUSED;
        }
}
