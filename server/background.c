#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"

static _Noreturn void wait_for_child(pid_t child, int ready) {
        char byte;
        ssize_t n;
        int status;

        do
                n = read(ready, &byte, 1);
        while (n < 0 && errno == EINTR);
        if (n == 1)
                _exit(EXIT_SUCCESS);

        while (waitpid(child, &status, 0) < 0) {
                if (errno != EINTR)
                        _exit(EXIT_FAILURE);
        }
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

int background_enter(int *ret_ready) {
        int ends[2];
        pid_t child;

        if (pipe2(ends, O_CLOEXEC) < 0)
                return -errno;

        child = fork();
        if (child < 0) {
                int error = errno;

                fd_close(ends[0]);
                fd_close(ends[1]);
                return -error;
        }
        if (child > 0) {
                fd_close(ends[1]);
                wait_for_child(child, ends[0]);
        }

        fd_close(ends[0]);
        *ret_ready = ends[1];
        return setsid() < 0 || chdir("/") < 0 ? -errno : 0;
}

int background_ready_take(int ready) {
        autofd int taken = ready;
        autofd int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        if (null < 0)
                return -errno;
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
                if (dup2(null, fd) < 0)
                        return -errno;
        }
        /* The parent may be gone; then nobody waits for this. */
        return write(taken, "", 1) < 0 && errno != EPIPE ? -errno : 0;
}
