/*
 * What processes agree on about a file: sharing, deletion, and handles that go from one to the
 * other. Sections of files are in test_section_file.c.
 */

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "partner.h"
#include "scene.h"
#include "winternl.h"

/* What another process gets when it opens a file. */
static NTSTATUS opened_by_another(const char *leaf, ACCESS_MASK access, ULONG share) {
        NTSTATUS status = STATUS_UNSUCCESSFUL;
        int answer[2];
        pid_t child;

        ck_assert_int_eq(pipe(answer), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                HANDLE file = NULL;

                status = file_open(leaf, access, share, &file);
                _exit(write(answer[1], &status, sizeof(status)) != sizeof(status));
        }
        close(answer[1]);
        ck_assert_int_eq(read(answer[0], &status, sizeof(status)), sizeof(status));
        close(answer[0]);
        scene_expect_success(child);
        return status;
}

static ACCESS_MASK access_of(unsigned bits) {
        return FILE_READ_ATTRIBUTES | (bits & FILE_SHARE_READ ? FILE_READ_DATA : 0) |
               (bits & FILE_SHARE_WRITE ? FILE_WRITE_DATA : 0) |
               (bits & FILE_SHARE_DELETE ? DELETE : 0);
}

/* [M] Both must let the other do what it does; who does nothing takes no part. */
static NTSTATUS shared(unsigned first, unsigned first_lets, unsigned second, unsigned second_lets) {
        if (first == 0 || second == 0)
                return STATUS_SUCCESS;
        return second & ~first_lets || first & ~second_lets ? STATUS_SHARING_VIOLATION
                                                            : STATUS_SUCCESS;
}

/* All pairs of what is done and let: the first by loop, the second here. */
START_TEST(sharing_is_what_both_agree_to) {
        unsigned first = (unsigned) _i / 8, first_lets = (unsigned) _i % 8;
        HANDLE file = NULL, other = NULL;

        folder_put("file", "");
        file = file_opened("file", access_of(first), first_lets);
        for (unsigned second = 0; second < 8; second++) {
                for (unsigned lets = 0; lets < 8; lets++) {
                        NTSTATUS want = shared(first, first_lets, second, lets);

                        ck_assert_status(file_open("file", access_of(second), lets, &other), want);
                        if (NT_SUCCESS(want))
                                api_assert_ok(NtClose(other));
                }
        }
        api_assert_ok(NtClose(file));
        api_assert_ok(file_open("file", access_of(7), 0, &other));
        api_assert_ok(NtClose(other));
}
END_TEST

/* FILE_EXECUTE reads, FILE_APPEND_DATA writes; attributes are free. */
START_TEST(rights_that_count_as_reading_and_writing) {
        HANDLE file = NULL, other = NULL;

        folder_put("file", "");
        file = file_opened("file", FILE_EXECUTE, 0);
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &other),
                        STATUS_SHARING_VIOLATION);
        ck_assert_status(file_open("file", FILE_APPEND_DATA, SHARE_ALL, &other),
                        STATUS_SHARING_VIOLATION);
        other = file_opened("file", FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | READ_CONTROL, 0);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(file));
        file = file_opened("file", FILE_APPEND_DATA, FILE_SHARE_READ);
        ck_assert_status(file_open("file", FILE_READ_DATA, FILE_SHARE_READ, &other),
                        STATUS_SHARING_VIOLATION);
        api_assert_ok(file_open(
                        "file", FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, &other));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(file));
}
END_TEST

START_TEST(sharing_holds_among_processes) {
        HANDLE file = NULL;

        folder_put("file", "content");
        ck_assert_int_eq(link(folder_path("file"), folder_path("other-name")), 0);
        file = file_opened("file", FILE_READ_DATA, FILE_SHARE_READ);
        api_assert_ok(opened_by_another("file", FILE_READ_DATA, FILE_SHARE_READ));
        ck_assert_status(opened_by_another("file", FILE_WRITE_DATA, SHARE_ALL),
                        STATUS_SHARING_VIOLATION);
        ck_assert_status(opened_by_another("file", FILE_READ_DATA, 0), STATUS_SHARING_VIOLATION);
        ck_assert_status(opened_by_another("other-name", DELETE, SHARE_ALL),
                        STATUS_SHARING_VIOLATION);
        api_assert_ok(NtClose(file));
        api_assert_ok(opened_by_another("file", FILE_WRITE_DATA, 0));
        file = file_opened("file", FILE_WRITE_DATA, 0); /* the other ended without closing */
        api_assert_ok(NtClose(file));
}
END_TEST

/* Content goes only after all have agreed, and a file that is refused is not made. */
START_TEST(refused_overwriting_leaves_the_content) {
        FileArguments how = { .leaf = "file",
                .access = FILE_WRITE_DATA,
                .share = SHARE_ALL,
                .disposition = FILE_OVERWRITE_IF };
        HANDLE file = NULL, other = NULL;

        folder_put("file", "content");
        file = file_opened("file", FILE_READ_DATA, FILE_SHARE_READ);
        ck_assert_status(file_create(&how, &other, NULL), STATUS_SHARING_VIOLATION);
        how.disposition = FILE_SUPERSEDE;
        how.access = FILE_READ_ATTRIBUTES;
        ck_assert_status(file_create(&how, &other, NULL), STATUS_SHARING_VIOLATION);
        ck_assert(folder_has("file", "content"));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] FileDispositionInformation: the file goes with its last handle, and is not opened meanwhile.
 */
START_TEST(file_is_deleted_with_its_last_handle) {
        HANDLE file = NULL, other = NULL, again = NULL;

        folder_put("file", "content");
        file = file_opened("file", DELETE | FILE_READ_DATA, SHARE_ALL);
        other = file_opened("file", FILE_READ_DATA, SHARE_ALL);
        ck_assert_status(file_set_deleted(other, TRUE), STATUS_ACCESS_DENIED);
        api_assert_ok(file_set_deleted(file, TRUE));
        ck_assert_uint_eq(file_standard(file).DeletePending, TRUE);
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &again),
                        STATUS_DELETE_PENDING);
        ck_assert_status(opened_by_another("file", FILE_READ_DATA, SHARE_ALL),
                        STATUS_DELETE_PENDING);
        api_assert_ok(file_set_deleted(file, FALSE));
        again = file_opened("file", FILE_READ_DATA, SHARE_ALL);
        api_assert_ok(NtClose(again));

        api_assert_ok(file_set_deleted(file, TRUE));
        api_assert_ok(NtClose(file));
        ck_assert(folder_exists("file"));
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &again),
                        STATUS_DELETE_PENDING);
        api_assert_ok(NtClose(other));
        ck_assert(!folder_exists("file"));
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &again),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [W] FILE_DELETE_ON_CLOSE. */
START_TEST(file_is_deleted_on_close) {
        FileArguments how = { .leaf = "file",
                .access = DELETE,
                .share = SHARE_ALL,
                .disposition = FILE_OPEN_IF,
                .options = FILE_DELETE_ON_CLOSE };
        HANDLE file = NULL, other = NULL;

        for (int i = 0; i < 2; i++) { /* one that is made, one that is there */
                api_assert_ok(file_create(&how, &file, NULL));
                ck_assert(folder_exists("file"));
                api_assert_ok(NtClose(file));
                ck_assert(!folder_exists("file"));
                folder_put("file", "content");
        }
        api_assert_ok(file_create(&how, &file, NULL));
        ck_assert_status(file_open("file", FILE_READ_DATA, FILE_SHARE_READ, &other),
                        STATUS_SHARING_VIOLATION);
        other = file_opened("file", FILE_READ_DATA, SHARE_ALL);
        api_assert_ok(NtClose(file));
        ck_assert(folder_exists("file"));
        ck_assert_status(
                        file_open("file", FILE_READ_DATA, SHARE_ALL, &file), STATUS_DELETE_PENDING);
        api_assert_ok(NtClose(other));
        ck_assert(!folder_exists("file"));
}
END_TEST

/* A link of Linux is followed: what it leads to goes. */
START_TEST(what_a_link_leads_to_is_deleted) {
        HANDLE file = NULL;

        folder_put("file", "content");
        ck_assert_int_eq(symlink("file", folder_path("link")), 0);
        file = file_opened("link", DELETE, SHARE_ALL);
        api_assert_ok(file_set_deleted(file, TRUE));
        api_assert_ok(NtClose(file));
        ck_assert(!folder_exists("file"));
        ck_assert(g_file_test(folder_path("link"), G_FILE_TEST_IS_SYMLINK));
}
END_TEST

/* [W] STATUS_DIRECTORY_NOT_EMPTY at once; [W] STATUS_CANNOT_DELETE of a READONLY file. */
START_TEST(what_cannot_be_deleted_is_told_at_once) {
        HANDLE file = NULL;

        ck_assert_int_eq(g_mkdir(folder_path("folder"), 0700), 0);
        folder_put("folder\\file", "content");
        file = file_opened("folder", DELETE, SHARE_ALL);
        ck_assert_status(file_set_deleted(file, TRUE), STATUS_DIRECTORY_NOT_EMPTY);
        ck_assert_int_eq(g_unlink(folder_path("folder\\file")), 0);
        api_assert_ok(file_set_deleted(file, TRUE));
        api_assert_ok(NtClose(file));
        ck_assert(!folder_exists("folder"));

        folder_put("file", "content");
        ck_assert_int_eq(g_chmod(folder_path("file"), 0444), 0);
        file = file_opened("file", DELETE, SHARE_ALL);
        ck_assert_status(file_set_deleted(file, TRUE), STATUS_CANNOT_DELETE);
        ck_assert_int_eq(g_chmod(folder_path("file"), 0644), 0);
        ck_assert_int_eq(g_unlink(folder_path("file")), 0); /* it has no name any more */
        ck_assert_status(file_set_deleted(file, TRUE), STATUS_CANNOT_DELETE);
        api_assert_ok(NtClose(file));
}
END_TEST

/* A name that has become another file's is left alone. */
START_TEST(only_the_file_itself_is_deleted) {
        HANDLE file = NULL;

        folder_put("file", "content");
        file = file_opened("file", DELETE, SHARE_ALL);
        api_assert_ok(file_set_deleted(file, TRUE));
        ck_assert_int_eq(g_rename(folder_path("file"), folder_path("renamed")), 0);
        folder_put("file", "another");
        api_assert_ok(NtClose(file));
        ck_assert(folder_has("file", "another"));
}
END_TEST

static void read_inherited(Scene *scene) {
        char text[8] = "";
        ULONG n = 0;

        scene_wait(scene);
        need(file_read(scene->inheritable, text, 3, NULL, &n) == STATUS_SUCCESS && n == 3);
        need(strcmp(text, "abc") == 0);
        need(NtClose(scene->inheritable) == STATUS_SUCCESS);
}

/* Handles of a File that a child inherits share its position, and its share. */
START_TEST(heirs_share_the_position) {
        const FileArguments how = { .leaf = "file",
                .access = FILE_READ_DATA | SYNCHRONIZE,
                .disposition = FILE_OPEN,
                .options = SYNC,
                .object_attributes = OBJ_INHERIT };
        char text[8] = "";
        HANDLE other = NULL;
        Scene scene;
        pid_t child;

        folder_put("file", "abcdef");
        scene_init(&scene);
        api_assert_ok(NtClose(scene.inheritable));
        api_assert_ok(file_create(&how, &scene.inheritable, NULL));
        child = scene_fork(&scene, read_inherited);
        scene_go(&scene);
        scene_expect_success(child);
        ck_assert_int_eq(file_position(scene.inheritable), 3);
        api_assert_ok(file_read(scene.inheritable, text, 3, NULL, NULL));
        ck_assert_str_eq(text, "def");
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &other),
                        STATUS_SHARING_VIOLATION);
        api_assert_ok(NtClose(scene.inheritable));
        api_assert_ok(file_open("file", FILE_READ_DATA, 0, &other));
        api_assert_ok(NtClose(other));
        scene_clear(&scene);
}
END_TEST

/* What the other process reads, in memory that both have. */
typedef struct Reading {
        HANDLE file;
        char byte;
} Reading;

static NTSTATUS read_a_byte(void *context) {
        Reading *reading = context;

        return file_read(reading->file, &reading->byte, 1, NULL, NULL);
}

/* So do those that are put into another process; the File lives as long as any. */
START_TEST(duplicates_in_another_process_share_the_position) {
        Reading *reading = mmap(NULL, sizeof(*reading), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_DUP_HANDLE);
        HANDLE file = NULL, other = NULL;
        char byte = 0;

        folder_put("file", "abc");
        file = file_opened("file", FILE_READ_DATA, 0);
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), file, process, &reading->file, 0, 0,
                        DUPLICATE_SAME_ACCESS));
        api_assert_ok(partner_run(partner, read_a_byte, reading));
        ck_assert_int_eq(reading->byte, 'a');
        api_assert_ok(file_read(file, &byte, 1, NULL, NULL));
        ck_assert_int_eq(byte, 'b');
        api_assert_ok(NtClose(file));
        api_assert_ok(partner_run(partner, read_a_byte, reading));
        ck_assert_int_eq(reading->byte, 'c');
        ck_assert_status(file_open("file", FILE_READ_DATA, SHARE_ALL, &other),
                        STATUS_SHARING_VIOLATION);
        api_assert_ok(partner_close(partner, reading->file));
        api_assert_ok(file_open("file", FILE_READ_DATA, 0, &other));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(process));
        partner_end(partner);
        ck_assert_int_eq(munmap(reading, sizeof(*reading)), 0);
}
END_TEST

/* [P] A process that is killed lets go of its files; what it was to delete goes too. */
START_TEST(killed_process_lets_go_of_its_files) {
        const FileArguments how = { .leaf = "file",
                .access = DELETE,
                .disposition = FILE_OPEN,
                .options = FILE_DELETE_ON_CLOSE };
        char ready = 0;
        int pipes[2];
        pid_t child;

        folder_put("file", "content");
        ck_assert_int_eq(pipe(pipes), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                HANDLE file = NULL;

                if (NT_SUCCESS(file_create(&how, &file, NULL)) && write(pipes[1], "x", 1) == 1)
                        pause();
                _exit(1);
        }
        close(pipes[1]);
        ck_assert_int_eq(read(pipes[0], &ready, 1), 1);
        close(pipes[0]);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        while (folder_exists("file")) /* the daemon hears of it soon; the test has a time limit */
                g_usleep(1000);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_loop_test(tests, sharing_is_what_both_agree_to, 0, 64);
        tcase_add_test(tests, rights_that_count_as_reading_and_writing);
        tcase_add_test(tests, sharing_holds_among_processes);
        tcase_add_test(tests, refused_overwriting_leaves_the_content);
        tcase_add_test(tests, file_is_deleted_with_its_last_handle);
        tcase_add_test(tests, file_is_deleted_on_close);
        tcase_add_test(tests, what_a_link_leads_to_is_deleted);
        tcase_add_test(tests, what_cannot_be_deleted_is_told_at_once);
        tcase_add_test(tests, only_the_file_itself_is_deleted);
        tcase_add_test(tests, heirs_share_the_position);
        tcase_add_test(tests, duplicates_in_another_process_share_the_position);
        tcase_add_test(tests, killed_process_lets_go_of_its_files);
}

int main(void) {
        return api_main("file-sharing", 60, add);
}
