#include "lingering.h"

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"

static int new_socket(int flags) {
        static const int small = 4096;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
        ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
        return fd;
}

static void connect_to_self(Lingering *lingering) {
        struct sockaddr_in address = { .sin_family = AF_INET };
        socklen_t size = sizeof(address);
        autofd int listening = new_socket(0);

        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ck_assert_int_eq(bind(listening, (struct sockaddr *) &address, size), 0);
        ck_assert_int_eq(listen(listening, 1), 0);
        ck_assert_int_eq(getsockname(listening, (struct sockaddr *) &address, &size), 0);
        lingering->fd = new_socket(0);
        ck_assert_int_eq(connect(lingering->fd, (struct sockaddr *) &address, size), 0);
        lingering->other_side = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        ck_assert_int_ge(lingering->other_side, 0);
}

void lingering_init(Lingering *lingering) {
        const struct linger linger = { .l_onoff = 1, .l_linger = LINGERING_SECONDS };
        static const char bytes[65536];

        connect_to_self(lingering);
        while (send(lingering->fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
                continue;
        ck_assert_int_eq(errno, EAGAIN);
        ck_assert_int_eq(setsockopt(lingering->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)),
                        0);
}

void lingering_leave(Lingering *lingering) {
        lingering->fd = fd_close(lingering->fd);
}

/* A side that goes with data unread resets the connection. */
void lingering_clear(Lingering *lingering) {
        lingering->other_side = fd_close(lingering->other_side);
        lingering->fd = fd_close(lingering->fd);
}

bool lingering_blocks_one_thread_only(void) {
        const char *preloaded = getenv("LD_PRELOAD");

        return !preloaded || !strstr(preloaded, "vgpreload");
}
