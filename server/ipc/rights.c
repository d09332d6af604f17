/*
 * A look at the next message (MSG_PEEK) that has room for the sender's credentials, and for nothing
 * else, installs no descriptor; that there are some is told by MSG_CTRUNC. The credentials
 * (SO_PASSCRED) also tell an empty message from a connection that has ended.
 */

#include "rights.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "closer.h"
#include "kernel.h"

/* Linux 6.16; the number of all architectures with the generic ones. */
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

/* The kernel's default lets a client send fewer than 300 messages that nobody reads. */
#define DRAIN_MOST 512u

static void set_passed(int socket, int passed) {
        if (!kernel_acts_old())
                (void) setsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &passed, sizeof(passed));
}

void rights_refuse(int socket) {
        set_passed(socket, 0);
}

void rights_allow(int socket) {
        set_passed(socket, 1);
}

static bool are_refused(int socket) {
        int passed = 1;
        socklen_t size = sizeof(passed);

        return !kernel_acts_old() &&
               getsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &passed, &size) == 0 && !passed;
}

static void pass_credentials(int socket) {
        static const int on = 1;

        (void) setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

bool rights_watch(int socket) {
        if (are_refused(socket))
                return false;
        pass_credentials(socket);
        return true;
}

int rights_check(int socket) {
        union {
                struct cmsghdr align;
                char room[CMSG_SPACE(sizeof(struct ucred))];
        } control;
        struct msghdr message = { .msg_control = &control, .msg_controllen = sizeof(control.room) };

        if (recvmsg(socket, &message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
                return -errno;
        if (message.msg_flags & MSG_CTRUNC)
                return -EPROTO;
        return message.msg_controllen > 0;
}

bool rights_drain(int socket) {
        uint8_t byte;

        pass_credentials(socket);
        (void) shutdown(socket, SHUT_RDWR); /* nothing more can be sent */
        for (unsigned i = 0; i < DRAIN_MOST; i++) {
                int r = rights_check(socket);

                if (r > 0)
                        (void) recv(socket, &byte, sizeof(byte), MSG_DONTWAIT);
                else if (r != -ECONNRESET) /* is told once, before what the client had sent */
                        return r == 0 || r == -EAGAIN;
        }
        return false;
}

void rights_close_take(WorkerPool *workers, int socket, uid_t uid, QuotaCharge *charge) {
        if (!are_refused(socket) && !rights_drain(socket)) {
                closer_close_take(workers, uid, socket, charge);
                return;
        }
        fd_close(socket);
        if (charge)
                quota_charge_release(charge);
}
