/*
 * kill -9 at any moment: five hundred processes, each ended somewhere in the middle of its work,
 * leave nothing in the daemon. [M] a process that ends closes all its handles, however it ends.
 */

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "raw-client.h"

#define N_KILLS 500u
#define N_NAMES 4u

static const WCHAR *const names[N_NAMES] = {
        u"\\BaseNamedObjects\\kill-0",
        u"\\BaseNamedObjects\\kill-1",
        u"\\BaseNamedObjects\\kill-2",
        u"\\BaseNamedObjects\\kill-3",
};

/* One step of a program's work; what fails because of others' work is no matter. */
static void work_once(GRand *random, HANDLE *handles, size_t n_handles) {
        HANDLE *handle = &handles[g_rand_int_range(random, 0, (gint32) n_handles)];
        const WCHAR *name = names[g_rand_int_range(random, 0, N_NAMES)];
        PVOID base = NULL;

        switch (g_rand_int_range(random, 0, 8)) {
        case 0:
        case 1:
                NtClose(*handle);
                api_create_with(NAMED_WITH(name, OBJ_OPENIF | OBJ_INHERIT), SECTION_ALL_ACCESS,
                                handle);
                break;
        case 2:
        case 3:
                NtClose(*handle);
                api_open(name, SECTION_ALL_ACCESS, handle);
                break;
        case 4:
                NtClose(*handle);
                NtDuplicateObject(NtCurrentProcess(), handles[0], NtCurrentProcess(), handle, 0, 0,
                                DUPLICATE_SAME_ACCESS);
                break;
        case 5:
                if (NT_SUCCESS(api_map(*handle, PAGE_READWRITE, &base)))
                        NtUnmapViewOfSection(NtCurrentProcess(), base);
                break;
        case 6:
                NtClose(*handle);
                NtCreateDirectoryObject(handle, DIRECTORY_ALL_ACCESS, NULL);
                break;
        default:
                if (g_rand_int_range(random, 0, 20) == 0 && fork() == 0) {
                        prctl(PR_SET_PDEATHSIG, SIGKILL);
                        NtClose(*handle);
                        pause();
                }
                break;
        }
}

static void *work(void *seed) {
        g_autoptr(GRand) random = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
        HANDLE handles[8] = { NULL };

        for (;;)
                work_once(random, handles, G_N_ELEMENTS(handles));
        return NULL;
}

static _Noreturn void be_killed(guint32 seed, int started) {
        pthread_t thread;
        char byte = 'x';

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (setpgid(0, 0) < 0 || write(started, &byte, 1) != 1)
                _exit(1);
        if (seed % 4 == 0)
                pthread_create(&thread, NULL, work, GUINT_TO_POINTER(seed + 1));
        work(GUINT_TO_POINTER(seed));
        _exit(1);
}

/* Starts a process, lets it work for @nanoseconds, and kills it and what it has forked. */
static void start_and_kill(guint32 seed, long nanoseconds) {
        const struct timespec moment = { .tv_nsec = nanoseconds };
        int started[2];
        int wait_status = 0;
        char byte;
        pid_t child;

        ck_assert_int_eq(pipe2(started, O_CLOEXEC), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0)
                be_killed(seed, started[1]);
        close(started[1]);
        ck_assert_int_eq(read(started[0], &byte, 1), 1);
        close(started[0]);

        /* The moment is what is drawn at random here: it stands for no condition. */
        nanosleep(&moment, NULL);
        ck_assert_int_eq(kill(-child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
        ck_assert(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL);
}

static void expect_no_name(RawClient *observer) {
        for (unsigned i = 0; i < N_NAMES; i++) {
                g_autofree char *name = g_strdup_printf("\\BaseNamedObjects\\kill-%u", i);

                ck_assert_status(raw_client_open_section(observer, name, SECTION_QUERY, NULL),
                                STATUS_OBJECT_NAME_NOT_FOUND);
        }
}

START_TEST(five_hundred_kills_leave_no_name_no_grant_and_no_descriptor) {
        g_autoptr(GRand) random = g_rand_new_with_seed(500);
        autoraw *observer = raw_client_new_attached(daemon_address(api_daemon()));
        uint64_t value = 0;

        ck_assert_ptr_nonnull(observer);
        for (unsigned i = 0; i < N_KILLS; i++) {
                start_and_kill(g_rand_int(random), g_rand_int_range(random, 0, 4000000));
                if (i % 50 != 49)
                        continue;
                /* Children of the killed one may be a moment behind it. */
                do
                        api_assert_ok(raw_client_statistic(
                                        observer, "processes", RAW_CLIENT_NO_USER, &value));
                while (value != 1);
                expect_no_name(observer);
        }
        /* The rest is counted by the fixture: objects, grants, bytes, connections, descriptors. */
}
END_TEST

/* The same while somebody else holds the names: they stay, with one handle each. */
START_TEST(kills_leave_what_others_hold) {
        g_autoptr(GRand) random = g_rand_new_with_seed(501);
        HANDLE handles[N_NAMES] = { NULL };

        for (unsigned i = 0; i < N_NAMES; i++)
                api_assert_ok(api_create(names[i], SECTION_ALL_ACCESS, &handles[i]));
        for (unsigned i = 0; i < 50; i++)
                start_and_kill(g_rand_int(random), g_rand_int_range(random, 0, 4000000));
        for (unsigned i = 0; i < N_NAMES; i++) {
                while (api_handle_count(handles[i]) != 1)
                        sched_yield();
                api_assert_ok(NtClose(handles[i]));
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, five_hundred_kills_leave_no_name_no_grant_and_no_descriptor);
        tcase_add_test(tests, kills_leave_what_others_hold);
}

int main(void) {
        return api_main("kill", 240, add);
}
