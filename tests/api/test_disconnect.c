/*
 * The daemon goes away, or the program closes what is not its own. Both are without a counterpart
 * on NT; [P] throughout: every call says STATUS_PORT_DISCONNECTED at once, nothing hangs, no signal
 * comes, and nothing of the program's is written to.
 */

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "scene.h"

#define NAME u"\\BaseNamedObjects\\disconnect"

static NTSTATUS query(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        return NtQuerySection(section, SectionBasicInformation, &basic, sizeof(basic), NULL);
}

/* Every service that takes a handle. */
static void expect_all_disconnected(HANDLE section, HANDLE directory, HANDLE link) {
        OBJECT_BASIC_INFORMATION basic;
        uint8_t buffer[256] __attribute__((aligned(8)));
        UNICODE_STRING string = { .MaximumLength = sizeof(buffer),
                .Buffer = (PWSTR) (void *) buffer };
        PVOID base = NULL;
        HANDLE other = NULL;
        ULONG context = 0;

        ck_assert_status(query(section), STATUS_PORT_DISCONNECTED);
        ck_assert_status(api_map(section, PAGE_READWRITE, &base), STATUS_PORT_DISCONNECTED);
        ck_assert_status(
                        NtQueryObject(section, ObjectBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_status(
                        NtQueryObject(section, ObjectNameInformation, buffer, sizeof(buffer), NULL),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &other,
                                         0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtQueryDirectoryObject(directory, buffer, sizeof(buffer), TRUE, TRUE,
                                         &context, NULL),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtQuerySymbolicLinkObject(link, &string, NULL), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtOpenSection(&other, SECTION_QUERY, NAMED_IN(directory, u"x")),
                        STATUS_PORT_DISCONNECTED);
        ck_assert_ptr_null(other);
}

START_TEST(every_call_after_the_daemon_died_says_so) {
        HANDLE section = NULL;
        HANDLE directory = NULL;
        HANDLE link = NULL;
        HANDLE other = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtOpenDirectoryObject(
                        &directory, DIRECTORY_QUERY, NAMED(u"\\BaseNamedObjects")));
        api_assert_ok(NtOpenSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, NAMED(u"\\DosDevices")));
        api_kill_daemon();
        expect_all_disconnected(section, directory, link);
        /* Calls that need no handle would attach anew, if there were a daemon. */
        ck_assert_status(api_open(NAME, SECTION_QUERY, &other), STATUS_PORT_DISCONNECTED);
        ck_assert_status(api_open(NAME, SECTION_QUERY, &other), STATUS_PORT_DISCONNECTED);
        ck_assert_status(api_create(NULL, SECTION_QUERY, &other), STATUS_PORT_DISCONNECTED);
        ck_assert_ptr_null(other);
        expect_all_disconnected(section, directory, link);
        ck_assert_status(NtClose(section), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(directory), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(link), STATUS_PORT_DISCONNECTED);
}
END_TEST

/* What needs no message notices as well: the second handle, and a name that was just opened. */
START_TEST(calls_without_a_message_notice_that_the_daemon_died) {
        HANDLE first = NULL;
        HANDLE second = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &first));
        api_assert_ok(api_open(NAME, SECTION_ALL_ACCESS, &second));
        api_assert_ok(query(second));
        api_kill_daemon();
        ck_assert_status(query(second), STATUS_PORT_DISCONNECTED);
        ck_assert_status(api_open(NAME, SECTION_ALL_ACCESS, &first), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(second), STATUS_PORT_DISCONNECTED);
}
END_TEST

START_TEST(views_stay_when_the_daemon_dies) {
        HANDLE section = NULL;
        PVOID base = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(api_map(section, PAGE_READWRITE, &base));
        strcpy(base, "still here");
        api_kill_daemon();
        ck_assert_status(query(section), STATUS_PORT_DISCONNECTED);
        ck_assert_str_eq(base, "still here");
        strcpy(base, "and writable");
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
        ck_assert(!api_readable(base));
}
END_TEST

/* A new daemon is used from the second call on; old handles stay dead, and their values taken. */
START_TEST(new_daemon_is_found_and_old_handles_stay_dead) {
        HANDLE old = NULL;
        HANDLE fresh = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &old));
        api_kill_daemon();
        api_revive();
        ck_assert_status(api_open(NAME, SECTION_QUERY, &fresh), STATUS_PORT_DISCONNECTED);
        ck_assert_status(api_open(NAME, SECTION_QUERY, &fresh), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &fresh));
        ck_assert_ptr_ne(fresh, old);
        ck_assert_status(query(old), STATUS_PORT_DISCONNECTED);
        api_assert_ok(query(fresh));
        ck_assert_status(NtClose(old), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(old), STATUS_INVALID_HANDLE);
        api_assert_ok(NtClose(fresh));
}
END_TEST

/* The daemon ends in order: that is no different. */
START_TEST(daemon_that_was_asked_to_stop_is_gone_too) {
        HANDLE section = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_restart(NULL);
        ck_assert_status(query(section), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(section), STATUS_PORT_DISCONNECTED);
}
END_TEST

/* A call that waits for its answer when the daemon dies. */
typedef struct Waiter {
        pthread_t thread;
        int about_to_call[2];
        NTSTATUS status;
} Waiter;

static void *create_in_a_thread(void *arg) {
        Waiter *waiter = arg;
        HANDLE section = NULL;
        char byte = 'x';

        if (write(waiter->about_to_call[1], &byte, 1) != 1)
                return NULL;
        waiter->status = api_create(NULL, SECTION_QUERY, &section);
        return waiter;
}

static void waiter_start(Waiter *waiter) {
        char byte;

        waiter->status = STATUS_PENDING;
        ck_assert_int_eq(pipe2(waiter->about_to_call, O_CLOEXEC), 0);
        ck_assert_int_eq(pthread_create(&waiter->thread, NULL, create_in_a_thread, waiter), 0);
        ck_assert_int_eq(read(waiter->about_to_call[0], &byte, 1), 1);
}

static NTSTATUS waiter_finish(Waiter *waiter) {
        ck_assert_int_eq(pthread_join(waiter->thread, NULL), 0);
        close(waiter->about_to_call[0]);
        close(waiter->about_to_call[1]);
        return waiter->status;
}

START_TEST(call_that_waits_for_an_answer_ends_when_the_daemon_dies) {
        Waiter waiters[4];
        HANDLE section = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGSTOP), 0);
        for (size_t i = 0; i < G_N_ELEMENTS(waiters); i++)
                waiter_start(&waiters[i]);
        api_kill_daemon();
        for (size_t i = 0; i < G_N_ELEMENTS(waiters); i++)
                ck_assert_status(waiter_finish(&waiters[i]), STATUS_PORT_DISCONNECTED);
        ck_assert_status(NtClose(section), STATUS_PORT_DISCONNECTED);
}
END_TEST

/*
 * Programs that close every descriptor, as shells and daemons do, and open their own in their
 * places.
 */
typedef struct Own {
        int file;
        int sockets[2];
        int packets[2];
        int pipe[2];
} Own;

static Own own_open(void) {
        Own own;

        own.file = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
        need(own.file >= 0);
        need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, own.packets) == 0);
        need(socketpair(AF_UNIX, SOCK_STREAM, 0, own.sockets) == 0);
        need(pipe(own.pipe) == 0);
        /* In every other place where a connection may have been, too. */
        for (int fd = 16; fd < 64; fd++)
                need(dup2(own.packets[fd % 2], fd) == fd);
        return own;
}

static bool silent(int fd) {
        struct pollfd poller = { .fd = fd, .events = POLLIN };

        return poll(&poller, 1, 0) == 0;
}

static void own_expect_untouched(const Own *own) {
        struct stat info;

        need(fstat(own->file, &info) == 0 && info.st_size == 0);
        need(silent(own->sockets[0]) && silent(own->sockets[1]));
        need(silent(own->packets[0]) && silent(own->packets[1]));
        need(silent(own->pipe[0]));
        /* All still open: nothing of the program's was closed either. */
        for (int fd = 16; fd < 64; fd++)
                need(fcntl(fd, F_GETFD) >= 0);
}

static void close_everything_and_call(Scene *scene) {
        HANDLE handle = NULL;
        PVOID base = NULL;
        NTSTATUS status;
        Own own;

        (void) scene;
        need(NT_SUCCESS(api_create(NAME, SECTION_ALL_ACCESS, &handle)));
        need(close_range(3, ~0u, 0) == 0);
        own = own_open();
        need(api_map(handle, PAGE_READWRITE, &base) == STATUS_PORT_DISCONNECTED);
        own_expect_untouched(&own);
        /*
         * The next call that needs no handle attaches anew; what was held is gone. If the daemon
         * was the first to notice, that call is the first to be told.
         */
        status = api_open(NAME, SECTION_QUERY, &handle);
        if (status == STATUS_PORT_DISCONNECTED)
                status = api_open(NAME, SECTION_QUERY, &handle);
        need(status == STATUS_OBJECT_NAME_NOT_FOUND);
        own_expect_untouched(&own);
}

START_TEST(program_that_closes_all_descriptors_gets_a_status_and_keeps_its_files) {
        Scene scene = { 0 };

        scene_expect_success(scene_fork(&scene, close_everything_and_call));
}
END_TEST

/* The same when the first call thereafter is one that could attach. */
static void close_everything_and_open(Scene *scene) {
        HANDLE handle = NULL;
        Own own;

        (void) scene;
        need(NT_SUCCESS(api_create(NAME, SECTION_ALL_ACCESS, &handle)));
        need(close_range(3, ~0u, 0) == 0);
        own = own_open();
        need(api_create(NULL, SECTION_QUERY, &handle) == STATUS_PORT_DISCONNECTED);
        need(handle == NULL);
        own_expect_untouched(&own);
}

START_TEST(program_that_closes_all_descriptors_hears_of_it_once) {
        Scene scene = { 0 };

        scene_expect_success(scene_fork(&scene, close_everything_and_open));
}
END_TEST

/* The memory of a section is behind a descriptor that libzw keeps: the same for that. */
static void close_everything_between_maps(Scene *scene) {
        HANDLE handle = NULL;
        PVOID first = NULL;
        PVOID second = NULL;
        NTSTATUS status;
        Own own;

        (void) scene;
        need(NT_SUCCESS(api_create(NAME, SECTION_ALL_ACCESS, &handle)));
        need(NT_SUCCESS(api_map(handle, PAGE_READWRITE, &first)));
        *(volatile uint8_t *) first = 1;
        need(close_range(3, ~0u, 0) == 0);
        own = own_open();
        status = api_map(handle, PAGE_READWRITE, &second);
        need(status == STATUS_PORT_DISCONNECTED);
        *(volatile uint8_t *) first = 2;
        own_expect_untouched(&own);
}

START_TEST(program_that_closes_all_descriptors_maps_none_of_its_own_files) {
        Scene scene = { 0 };

        scene_expect_success(scene_fork(&scene, close_everything_between_maps));
}
END_TEST

/* No descriptor of ours is ever a standard stream. */
static void attach_without_standard_streams(Scene *scene) {
        HANDLE handle = NULL;
        PVOID base = NULL;

        (void) scene;
        for (int fd = 0; fd < 3; fd++)
                close(fd);
        if (!NT_SUCCESS(api_create(NAME, SECTION_ALL_ACCESS, &handle)))
                _exit(2);
        if (!NT_SUCCESS(api_map(handle, PAGE_READWRITE, &base)))
                _exit(3);
        for (int fd = 0; fd < 3; fd++)
                if (fcntl(fd, F_GETFD) >= 0)
                        _exit(4 + fd);
}

START_TEST(program_without_standard_streams_gets_none_from_us) {
        Scene scene = { 0 };

        scene_expect_success(scene_fork(&scene, attach_without_standard_streams));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, every_call_after_the_daemon_died_says_so);
        tcase_add_test(tests, calls_without_a_message_notice_that_the_daemon_died);
        tcase_add_test(tests, views_stay_when_the_daemon_dies);
        tcase_add_test(tests, new_daemon_is_found_and_old_handles_stay_dead);
        tcase_add_test(tests, daemon_that_was_asked_to_stop_is_gone_too);
        tcase_add_test(tests, call_that_waits_for_an_answer_ends_when_the_daemon_dies);
        tcase_add_test(tests,
                        program_that_closes_all_descriptors_gets_a_status_and_keeps_its_files);
        tcase_add_test(tests, program_that_closes_all_descriptors_hears_of_it_once);
        tcase_add_test(tests, program_that_closes_all_descriptors_maps_none_of_its_own_files);
        tcase_add_test(tests, program_without_standard_streams_gets_none_from_us);
}

int main(void) {
        return api_main("disconnect", 60, add);
}
