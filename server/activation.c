#include "activation.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"

/* Sockets are passed from here on: SD_LISTEN_FDS_START. */
#define LISTEN_FDS_START 3

static bool parse_number(const char *text, guint64 *ret) {
        return g_ascii_string_to_unsigned(text, 10, 0, INT_MAX, ret, NULL);
}

static int count_sockets(guint64 *ret_n) {
        const char *pid = getenv("LISTEN_PID");
        const char *n = getenv("LISTEN_FDS");
        guint64 number;

        *ret_n = 0;
        if (!pid || !n)
                return 0;
        if (!parse_number(pid, &number))
                return -EINVAL;
        if (number != (guint64) getpid()) /* meant for a parent of ours */
                return 0;
        return parse_number(n, ret_n) ? 0 : -EINVAL;
}

int activation_take_socket(int *ret_fd) {
        guint64 n;
        int r;

        r = count_sockets(&n);
        (void) unsetenv("LISTEN_PID");
        (void) unsetenv("LISTEN_FDS");
        (void) unsetenv("LISTEN_FDNAMES");
        if (r < 0 || n > 1)
                return -EINVAL;

        if (n == 1 && fcntl(LISTEN_FDS_START, F_SETFD, FD_CLOEXEC) < 0)
                return -EINVAL;
        *ret_fd = n == 1 ? LISTEN_FDS_START : -1;
        return 0;
}

int activation_notify(const char *state) {
        const char *path = getenv("NOTIFY_SOCKET");
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        size_t length;
        autofd int fd = -1;

        if (!path || !path[0])
                return 0;
        length = strlen(path);
        if ((path[0] != '/' && path[0] != '@') || length >= sizeof(address.sun_path))
                return -EINVAL;

        memcpy(address.sun_path, path, length);
        if (path[0] == '@')
                address.sun_path[0] = '\0';

        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *) &address,
                            (socklen_t) (offsetof(struct sockaddr_un, sun_path) + length)) < 0)
                return -errno;
        return 0;
}
