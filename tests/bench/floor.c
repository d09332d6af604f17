/*
 * The floor: what bare Linux needs for the least that each operation could do
 *
 * An operation that has to ask another process is held against one round trip over SOCK_SEQPACKET
 * to a process that waits in epoll; the others against the system calls that do their work. Nothing
 * built on Linux is faster, except by not doing it at all.
 */

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "operations.h"

#define SECTION_SIZE 65536u
#define TOUCH_STEP   4096u
#define DUPLICATES   64u
#define MESSAGE_SIZE 64u

/* Answers every message until its peer hangs up. */
static _Noreturn void echo(int socket) {
        int epoll = epoll_create1(EPOLL_CLOEXEC);
        struct epoll_event event = { .events = EPOLLIN };
        char message[MESSAGE_SIZE];

        if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) < 0)
                _exit(EXIT_FAILURE);
        while (epoll_wait(epoll, &event, 1, -1) == 1) {
                ssize_t n = recv(socket, message, sizeof(message), MSG_DONTWAIT);

                if (n <= 0 || send(socket, message, (size_t) n, MSG_NOSIGNAL) != n)
                        break;
        }
        _exit(EXIT_SUCCESS);
}

/* The socket to the echo, which ends with this process; made when first needed. -1 if it cannot be.
 */
static int echo_socket(void) {
        static int socket = -1;
        int pair[2];
        pid_t child;

        if (socket >= 0)
                return socket;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
                return -1;
        child = fork();
        if (child == 0) {
                close(pair[0]);
                echo(pair[1]);
        }
        close(pair[1]);
        if (child < 0) {
                close(pair[0]);
                return -1;
        }
        socket = pair[0];
        return socket;
}

static NTSTATUS round_trip(int socket) {
        char message[MESSAGE_SIZE] = { 0 };

        if (send(socket, message, sizeof(message), MSG_NOSIGNAL) != (ssize_t) sizeof(message))
                return STATUS_UNSUCCESSFUL;
        if (recv(socket, message, sizeof(message), 0) != (ssize_t) sizeof(message))
                return STATUS_UNSUCCESSFUL;
        return STATUS_SUCCESS;
}

static int memory_new(void) {
        int fd = memfd_create("floor", MFD_CLOEXEC);

        if (fd >= 0 && ftruncate(fd, SECTION_SIZE) < 0) {
                close(fd);
                return -1;
        }
        return fd;
}

static NTSTATUS map_touch_unmap(int fd) {
        char *view = mmap(NULL, SECTION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        if (view == MAP_FAILED)
                return STATUS_UNSUCCESSFUL;
        for (unsigned offset = 0; offset < SECTION_SIZE; offset += TOUCH_STEP)
                ((volatile char *) view)[offset] = 1;
        return munmap(view, SECTION_SIZE) < 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

static NTSTATUS run_round_trip(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        int socket = echo_socket();
        NTSTATUS status = socket < 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++)
                status = round_trip(socket);
        *ret_nanoseconds = platform_clock() - start;
        return status;
}

static NTSTATUS run_memory(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times; i++) {
                int fd = memory_new();

                if (fd < 0)
                        return STATUS_UNSUCCESSFUL;
                close(fd);
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

static NTSTATUS run_map(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        int fd = memory_new();
        NTSTATUS status = fd < 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++)
                status = map_touch_unmap(fd);
        *ret_nanoseconds = platform_clock() - start;
        if (fd >= 0)
                close(fd);
        return status;
}

static NTSTATUS run_round_trip_map(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        int socket = echo_socket();
        int fd = memory_new();
        NTSTATUS status = socket < 0 || fd < 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++) {
                status = round_trip(socket);
                if (NT_SUCCESS(status))
                        status = map_touch_unmap(fd);
        }
        *ret_nanoseconds = platform_clock() - start;
        if (fd >= 0)
                close(fd);
        return status;
}

static NTSTATUS run_duplicate_close(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times; i++) {
                int copy = dup(STDIN_FILENO);

                if (copy < 0)
                        return STATUS_UNSUCCESSFUL;
                close(copy);
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

static NTSTATUS run_close(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        *ret_nanoseconds = 0;
        for (ULONG n_left = n_times; n_left > 0;) {
                ULONG n_copies = n_left < DUPLICATES ? n_left : DUPLICATES;
                int copies[DUPLICATES];
                ULONGLONG start;

                for (ULONG i = 0; i < n_copies; i++)
                        copies[i] = dup(STDIN_FILENO);
                start = platform_clock();
                for (ULONG i = 0; i < n_copies; i++)
                        close(copies[i]);
                *ret_nanoseconds += platform_clock() - start;
                n_left -= n_copies;
        }
        return STATUS_SUCCESS;
}

static NTSTATUS run_system_call(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times; i++)
                syscall(SYS_getpid);
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

#define VIEWS_MAX 30000u
#define VIEW_STEP 7919u

static char *views[VIEWS_MAX];
static ULONG n_views;

static NTSTATUS views_have(ULONG n) {
        int fd = memory_new();
        NTSTATUS status = fd < 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;

        while (n_views < n && NT_SUCCESS(status)) {
                views[n_views] =
                                mmap(NULL, SECTION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
                if (views[n_views] == MAP_FAILED)
                        status = STATUS_UNSUCCESSFUL;
                else
                        n_views++;
        }
        while (n_views > n && NT_SUCCESS(status))
                status = munmap(views[--n_views], SECTION_SIZE) < 0 ? STATUS_UNSUCCESSFUL
                                                                    : STATUS_SUCCESS;
        if (fd >= 0)
                close(fd);
        return status;
}

static NTSTATUS protect_views(ULONG n, ULONG n_times, ULONGLONG *ret_nanoseconds) {
        NTSTATUS status = views_have(n);
        ULONGLONG start = platform_clock();
        ULONG at = 0;

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++) {
                if (mprotect(views[at], SECTION_SIZE, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ) <
                                0)
                        status = STATUS_UNSUCCESSFUL;
                if (i % 2)
                        at = (at + VIEW_STEP) % n;
        }
        *ret_nanoseconds = platform_clock() - start;
        return status;
}

static NTSTATUS run_protect_10(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(10, n_times, ret_nanoseconds);
}

static NTSTATUS run_protect_1000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(1000, n_times, ret_nanoseconds);
}

static NTSTATUS run_protect_30000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(VIEWS_MAX, n_times, ret_nanoseconds);
}

NTSTATUS operations_hold(void) {
        return STATUS_SUCCESS; /* nothing here has a name */
}

const Operation operations[] = {
        { "open-close", run_round_trip },
        { "open-missing", run_round_trip },
        { "create-close-named", run_round_trip },
        { "create-close-unnamed", run_memory },
        { "map-unmap", run_map },
        { "open-map-unmap-close", run_round_trip_map },
        { "duplicate-close", run_duplicate_close },
        { "close", run_close },
        { "query-section", run_system_call },
        { "query-memory-10", run_system_call },
        { "protect-10", run_protect_10 },
        { "query-memory-1000", run_system_call },
        { "protect-1000", run_protect_1000 },
        { "query-memory-30000", run_system_call },
        { "protect-30000", run_protect_30000 },
        { 0 },
};
