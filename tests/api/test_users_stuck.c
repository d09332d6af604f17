/*
 * A file whose owner never answers, as a File and as a section's file of one user: reading and
 * closing it take for ever, and nobody else notices. [P] design: part 5, descriptors that clients
 * send.
 */

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "device-kinds.h"
#include "ntfile.h"
#include "raw-client.h"
#include "scratch.h"
#include "stuck-file.h"
#include "users.h"

/* Far more than an answer takes, and far less than for ever. */
#define PROMPT_SECONDS 10

enum { N_CLOSED = 8 };

static StuckFile *stuck;
static Scratch *mount_point;

static NTSTATUS create_file(RawClient *client, int fd, Nt__Grant *ret) {
        static uint8_t name[] = "\\\0x\0";
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateFileRequest body = NT__CREATE_FILE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        attributes.has_name = true;
        attributes.name.data = name;
        attributes.name.len = sizeof(name) - 1;
        body.object_attributes = &attributes;
        body.desired_access = FILE_READ_DATA;
        body.device = DEVICE_VOLUME;
        body.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
        request.body_case = NT__REQUEST__BODY_CREATE_FILE;
        request.create_file = &body;
        need(raw_client_send(client, &request, &fd, 1) == 0);
        status = raw_client_receive(client);
        if (NT_SUCCESS(status)) {
                *ret = *client->reply->grant->grant;
        }
        return status;
}

static void ask_for_section(RawClient *client, Nt__Grant *file, int fd, uint32_t attributes) {
        Nt__ObjectAttributes unnamed = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__CreateSectionRequest body = NT__CREATE_SECTION_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.object_attributes = &unnamed;
        body.desired_access = SECTION_MAP_READ;
        body.protection = PAGE_READONLY;
        body.allocation_attributes = attributes;
        body.file = file;
        body.has_read_only_fd = true;
        request.body_case = NT__REQUEST__BODY_CREATE_SECTION;
        request.create_section = &body;
        need(raw_client_send(client, &request, &fd, 1) == 0);
}

/* Has the server read one, and close many. Its own descriptor stays open: to close it would block.
 */
static void be_stuck(User *user) {
        RawClient *reader = raw_client_new_attached(daemon_address(users_daemon()));
        RawClient *closer = raw_client_new_attached(daemon_address(users_daemon()));
        int fd = stuck_file_open(stuck);
        Nt__Grant file;

        stuck_file_leave(stuck);
        need(reader && closer && fd >= 0);
        need(NT_SUCCESS(create_file(reader, fd, &file)));
        ask_for_section(reader, &file, fd, SEC_COMMIT); /* needs nobody to read anything */
        need(NT_SUCCESS(raw_client_receive(reader)));
        ask_for_section(reader, &file, fd, SEC_IMAGE);
        for (unsigned i = 0; i < N_CLOSED; i++) {
                need(NT_SUCCESS(create_file(closer, fd, &file)));
                need(NT_SUCCESS(raw_client_close(closer, &file)));
        }
        while (stuck_file_waiting(stuck) < 4)
                sched_yield();
        user_pause(user);
}

static void expect_prompt_answers(User *user) {
        RawClient *client = raw_client_new_attached(daemon_address(users_daemon()));
        int memory = memfd_create("mine", MFD_CLOEXEC), fd = -1;
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", memory);
        Nt__Grant grant;

        (void) user;
        need(client && memory >= 0 && ftruncate(memory, 4096) == 0);
        fd = open(path, O_RDONLY | O_CLOEXEC); /* sections take none that can write */
        need(fd >= 0);
        for (unsigned i = 0; i < 100; i++) {
                gint64 begin = g_get_monotonic_time();

                need(NT_SUCCESS(create_file(client, fd, &grant)));
                ask_for_section(client, &grant, fd, SEC_COMMIT);
                need(NT_SUCCESS(raw_client_receive(client)));
                ask_for_section(client, &grant, fd, SEC_IMAGE);
                need(raw_client_receive(client) == STATUS_INVALID_IMAGE_NOT_MZ);
                need(NT_SUCCESS(raw_client_close(client, &grant)));
                need(g_get_monotonic_time() - begin < PROMPT_SECONDS * G_USEC_PER_SEC);
        }
        close(fd);
        close(memory);
        raw_client_free(client);
}

static void mount_stuck(void) {
        mount_point = scratch_new();
        ck_assert_int_eq(chmod(scratch_path(mount_point), 0711), 0);
        stuck = stuck_file_new(scratch_path(mount_point));
}

static void unmount_stuck(void) {
        stuck_file_free(stuck);
        scratch_free(mount_point);
}

START_TEST(a_file_that_never_answers_delays_nobody_but_its_user) {
        User alice;

        mount_stuck();
        if (stuck) {
                user_start(&alice, ALICE, be_stuck);
                user_wait_ready(&alice);
                users_run(BOB, expect_prompt_answers);
                users_run(0, expect_prompt_answers);
                stuck_file_free(g_steal_pointer(&stuck));
                user_finish(&alice);
        }
        unmount_stuck();
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, a_file_that_never_answers_delays_nobody_but_its_user);
}

int main(void) {
        return users_main("users-stuck", 60, add);
}
