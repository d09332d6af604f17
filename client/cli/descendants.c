#include "descendants.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"

#define KILL_TIMEOUT_MS 5000

void descendants_adopt(void) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The parent of a process that /proc names, or -1. */
static pid_t parent_of(const char *pid) {
        g_autofree char *path = g_strdup_printf("/proc/%s/stat", pid);
        g_autofree char *text = NULL;
        const char *end;

        if (!g_file_get_contents(path, &text, NULL, NULL))
                return -1;
        end = strrchr(text, ')'); /* behind the name, which may hold anything */
        if (!end || strlen(end) < sizeof(") S 1") - 1)
                return -1;
        return (pid_t) strtol(end + 4, NULL, 10);
}

static GArray *list_children(pid_t spare) {
        GArray *children = g_array_new(FALSE, FALSE, sizeof(pid_t));
        g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
        const char *name;

        while (proc && (name = g_dir_read_name(proc))) {
                pid_t pid = (pid_t) strtol(name, NULL, 10);

                if (pid > 0 && pid != spare && parent_of(name) == getpid())
                        g_array_append_val(children, pid);
        }
        return children;
}

static void signal_all(const GArray *children, int signal) {
        for (guint i = 0; i < children->len; i++)
                kill(g_array_index(children, pid_t, i), signal);
}

/* Waits for each until @deadline: a child that ended stays a zombie, so the pids keep their
 * meaning. */
static void reap_until(const GArray *children, gint64 deadline) {
        for (guint i = 0; i < children->len; i++) {
                pid_t pid = g_array_index(children, pid_t, i);
                autofd int pidfd = (int) syscall(SYS_pidfd_open, pid, 0);
                struct pollfd ended = { .fd = pidfd, .events = POLLIN };
                gint64 left = (deadline - g_get_monotonic_time()) / 1000;

                if (pidfd >= 0)
                        poll(&ended, 1, (int) CLAMP(left, 0, G_MAXINT));
                waitpid(pid, NULL, WNOHANG);
        }
}

bool descendants_end(pid_t spare, int grace) {
        gint64 patience = g_get_monotonic_time() + grace * 1000ll;
        gint64 deadline = patience + KILL_TIMEOUT_MS * 1000ll;

        for (;;) {
                g_autoptr(GArray) children = list_children(spare);
                gint64 now = g_get_monotonic_time();

                if (!children->len)
                        return true;
                if (now >= deadline)
                        return false;
                signal_all(children, now < patience ? SIGTERM : SIGKILL);
                signal_all(children, SIGCONT); /* one that is stopped would not hear the first */
                reap_until(children, now < patience ? patience : deadline);
        }
}
