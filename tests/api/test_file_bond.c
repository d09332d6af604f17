/*
 * What a section does to its file, for others who use it: by-tests 1.14, between two processes and
 * within one.
 */

#include <glib.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mapped-file.h"
#include "partner.h"
#include "view.h"

#define SIZE 8192

static Partner *partner;

/* The partner has its own of these. */
static HANDLE section;
static PVOID view;

static void setup(void) {
        mapped_file_make(SIZE);
        partner = partner_start();
}

static void teardown(void) {
        if (partner)
                partner_end(partner);
        partner = NULL;
}

/* What the partner does, and this process. */
static ULONG task_protection;

static NTSTATUS make_section(ULONG protection, LONGLONG size) {
        const ACCESS_MASK access = FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE;
        HANDLE file = NULL;
        NTSTATUS status = file_open(MAPPED_FILE, access, SHARE_ALL, &file);

        if (!NT_SUCCESS(status))
                return status;
        status = mapped_file_section(file, size, protection, &section);
        NtClose(file);
        return status;
}

static NTSTATUS make_read_only(void *context) {
        (void) context;
        task_protection = PAGE_READONLY;
        return make_section(PAGE_READONLY, 4);
}

static NTSTATUS make_writable(void *context) {
        (void) context;
        task_protection = PAGE_READWRITE;
        return make_section(PAGE_READWRITE, 4);
}

static NTSTATUS make_copy(void *context) {
        (void) context;
        task_protection = PAGE_WRITECOPY;
        return make_section(PAGE_WRITECOPY, 4);
}

static NTSTATUS make_executable(void *context) {
        (void) context;
        task_protection = PAGE_EXECUTE_READWRITE;
        return make_section(PAGE_EXECUTE_READWRITE, 4);
}

static NTSTATUS map_it(void *context) {
        (void) context;
        view = NULL;
        return view_map(section, task_protection, &view, NULL);
}

static NTSTATUS unmap_it(void *context) {
        (void) context;
        return NtUnmapViewOfSection(NtCurrentProcess(), view);
}

static NTSTATUS close_it(void *context) {
        (void) context;
        return NtClose(section);
}

static NTSTATUS detach(void *context) {
        (void) context;
        return zw_detach();
}

static const struct {
        PartnerTask make;
        bool writes;
} kinds[] = {
        { make_read_only, false },
        { make_writable, true },
        { make_copy, false },
        { make_executable, true },
};

/* Whether sections bind the file, as one sees who opens it. */
static void expect_bound(bool bound) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE | DELETE);
        LONGLONG size = mapped_file_size();

        ck_assert_status(file_set_end(file, size - 1),
                        bound ? STATUS_USER_MAPPED_FILE : STATUS_SUCCESS);
        ck_assert_int_eq(mapped_file_size(), bound ? size : size - 1);
        ck_assert_status(file_set_deleted(file, true),
                        bound ? STATUS_CANNOT_DELETE : STATUS_SUCCESS);
        api_assert_ok(file_set_deleted(file, false));
        api_assert_ok(NtClose(file));
        ck_assert(folder_exists(MAPPED_FILE));
}

/* by-tests 1.14, rows 1, 2, 4 and 5, and "the hold lasts" [W] [wine+]. */
START_TEST(handle_or_view_elsewhere_binds_the_file) {
        expect_bound(false);
        api_assert_ok(partner_run(partner, kinds[_i].make, NULL));
        expect_bound(true);
        api_assert_ok(partner_run(partner, map_it, NULL));
        expect_bound(true);
        api_assert_ok(partner_run(partner, close_it, NULL));
        expect_bound(true); /* the view is left */
        api_assert_ok(partner_run(partner, unmap_it, NULL));
        expect_bound(false); /* at once */

        api_assert_ok(partner_run(partner, kinds[_i].make, NULL));
        api_assert_ok(partner_run(partner, map_it, NULL));
        api_assert_ok(partner_run(partner, unmap_it, NULL));
        expect_bound(true); /* the handle is left */
        api_assert_ok(partner_run(partner, close_it, NULL));
        expect_bound(false);
}
END_TEST

/* The same within one process. */
START_TEST(handle_or_view_of_ones_own_binds_the_file) {
        api_assert_ok(kinds[_i].make(NULL));
        expect_bound(true);
        api_assert_ok(map_it(NULL));
        api_assert_ok(close_it(NULL));
        expect_bound(true);
        api_assert_ok(unmap_it(NULL));
        expect_bound(false);
}
END_TEST

/* by-tests 1.14, row 3 [W]: a section keeps its size, and its file may grow. */
START_TEST(mapped_file_may_grow) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE);

        api_assert_ok(kinds[_i].make(NULL));
        api_assert_ok(file_set_end(file, SIZE));
        api_assert_ok(file_set_end(file, 2 * SIZE));
        ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, 4);
        ck_assert_status(file_set_end(file, SIZE), STATUS_USER_MAPPED_FILE);
        api_assert_ok(close_it(NULL));
        api_assert_ok(file_set_end(file, SIZE));
        api_assert_ok(NtClose(file));
}
END_TEST

/*
 * by-tests 1.14, "opening the file while a READWRITE ... section exists, without FILE_SHARE_WRITE"
 * and "order of the refusals", 1. [W] Even an opening without a right to data.
 */
START_TEST(section_for_writing_keeps_the_sharing) {
        const ULONG share = FILE_SHARE_READ;
        NTSTATUS want = kinds[_i].writes ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS;

        api_assert_ok(partner_run(partner, kinds[_i].make, NULL));
        for (int i = 0; i < 2; i++) {
                ck_assert_status(mapped_file_tried(FILE_GENERIC_READ, share, FILE_OPEN, 0), want);
                ck_assert_status(
                                mapped_file_tried(FILE_READ_ATTRIBUTES, share, FILE_OPEN, 0), want);
                api_assert_ok(mapped_file_tried(
                                FILE_GENERIC_READ, share | FILE_SHARE_WRITE, FILE_OPEN, 0));
                if (i == 0) {
                        api_assert_ok(partner_run(partner, map_it, NULL));
                        api_assert_ok(partner_run(partner, close_it, NULL));
                }
        }
        api_assert_ok(partner_run(partner, unmap_it, NULL));
        api_assert_ok(mapped_file_tried(FILE_GENERIC_READ, share, FILE_OPEN, 0));
}
END_TEST

/* by-tests 1.14, "CREATE_ALWAYS over a file with a data section" and refusal 4. [W] [wine+] */
START_TEST(mapped_file_is_not_overwritten) {
        const ULONG dispositions[] = { FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_SUPERSEDE };

        for (size_t i = 0; i < G_N_ELEMENTS(dispositions); i++) {
                const ULONG how = dispositions[i];

                api_assert_ok(partner_run(partner, kinds[_i].make, NULL));
                ck_assert_status(mapped_file_tried(FILE_ANY_ACCESS, SHARE_ALL, how, 0),
                                STATUS_USER_MAPPED_FILE);
                ck_assert_int_eq(mapped_file_size(), SIZE);
                api_assert_ok(partner_run(partner, map_it, NULL));
                api_assert_ok(partner_run(partner, close_it, NULL));
                ck_assert_status(mapped_file_tried(FILE_ANY_ACCESS, SHARE_ALL, how, 0),
                                STATUS_USER_MAPPED_FILE);
                api_assert_ok(partner_run(partner, unmap_it, NULL));
                api_assert_ok(mapped_file_tried(FILE_ANY_ACCESS, SHARE_ALL, how, 0));
                ck_assert_int_eq(mapped_file_size(), 0);
                mapped_file_truncate(SIZE);
        }
}
END_TEST

/* by-tests 1.14: FILE_DELETE_ON_CLOSE and a data section [W]: allowed. */
START_TEST(mapped_file_is_opened_for_deletion_on_close) {
        api_assert_ok(partner_run(partner, kinds[_i].make, NULL));
        api_assert_ok(mapped_file_tried(
                        FILE_GENERIC_READ | DELETE, SHARE_ALL, FILE_OPEN, FILE_DELETE_ON_CLOSE));
        api_assert_ok(partner_run(partner, close_it, NULL));
}
END_TEST

/* [P] Whoever dies binds nothing. */
START_TEST(process_that_ends_binds_nothing) {
        api_assert_ok(partner_run(partner, make_writable, NULL));
        api_assert_ok(partner_run(partner, map_it, NULL));
        if (_i == 1)
                api_assert_ok(partner_run(partner, close_it, NULL));
        expect_bound(true);
        if (_i == 2) {
                api_assert_ok(partner_run(partner, detach, NULL));
                expect_bound(false);
                api_assert_ok(partner_run(partner, unmap_it, NULL));
                return;
        }
        partner_kill(partner);
        partner = NULL;
        for (int i = 0; i < 1000; i++) { /* the daemon hears of it when it gets to it */
                HANDLE file = mapped_file_open(FILE_GENERIC_WRITE);
                NTSTATUS status = file_set_end(file, SIZE - 2);

                api_assert_ok(NtClose(file));
                if (NT_SUCCESS(status))
                        break;
                ck_assert_status(status, STATUS_USER_MAPPED_FILE);
                g_usleep(1000);
        }
        expect_bound(false);
}
END_TEST

/* [P] A child of fork() has the view, and does not bind the file; its unmapping is its own. */
START_TEST(view_of_a_child_is_the_parents_to_count) {
        ViewOptions shared = { .inherit = ViewShare };
        pid_t child;
        int status = 1;

        api_assert_ok(make_writable(NULL));
        api_assert_ok(view_map(section, PAGE_READWRITE, &view, &shared));
        api_assert_ok(close_it(NULL));
        child = fork();
        if (child == 0)
                _exit(NT_SUCCESS(unmap_it(NULL)) ? 0 : 1);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        expect_bound(true);
        api_assert_ok(unmap_it(NULL));
        expect_bound(false);
}
END_TEST

/* [P] A section that another process has by duplication is its own to hold. */
START_TEST(duplicate_in_another_process_binds_the_file) {
        HANDLE process = NULL, there = NULL;

        api_assert_ok(make_writable(NULL));
        process = partner_open_process(partner, PROCESS_DUP_HANDLE);
        api_assert_ok(NtDuplicateObject(
                        NtCurrentProcess(), section, process, &there, 0, 0, DUPLICATE_SAME_ACCESS));
        api_assert_ok(close_it(NULL));
        expect_bound(true);
        api_assert_ok(partner_touch(partner, there));
        api_assert_ok(partner_close(partner, there));
        expect_bound(false);
        api_assert_ok(NtClose(process));
}
END_TEST

/* [P] Who opens the section by its name has the file in it, and binds it. */
START_TEST(named_section_shows_its_file_to_all) {
        const WCHAR *name = u"\\BaseNamedObjects\\file-bond";
        HANDLE file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        HANDLE there = NULL;
        LARGE_INTEGER size = { .QuadPart = SIZE };

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(name), &size,
                        PAGE_READWRITE, SEC_COMMIT, file));
        api_assert_ok(partner_open(partner, name, SECTION_ALL_ACCESS, &there));
        api_assert_ok(partner_touch(partner, there)); /* adds one to the first byte */
        api_assert_ok(api_map(section, PAGE_READONLY, &view));
        ck_assert_uint_eq(*(uint8_t *) view, 1);
        api_assert_ok(unmap_it(NULL));
        api_assert_ok(close_it(NULL));
        api_assert_ok(NtClose(file));
        expect_bound(true);
        api_assert_ok(partner_close(partner, there));
        expect_bound(false);
}
END_TEST

/* [P] What one process has extended, another sees: without having to be told. */
static NTSTATUS see_extended(void *context) {
        ViewOptions options = { .size = 0x20000 };
        PVOID base = NULL;
        NTSTATUS status = view_map(*(HANDLE *) context, PAGE_READWRITE, &base, &options);

        if (!NT_SUCCESS(status))
                return status;
        ((uint8_t *) base)[0x1FFFF] = 9;
        return NtUnmapViewOfSection(NtCurrentProcess(), base);
}

static NTSTATUS open_named(void *context) {
        return NtOpenSection(
                        context, SECTION_ALL_ACCESS, NAMED(u"\\BaseNamedObjects\\file-extended"));
}

START_TEST(extension_is_seen_by_all_processes) {
        static HANDLE there; /* the partner's */
        HANDLE file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        LARGE_INTEGER size = { .QuadPart = 0x20000 }, offset = { .QuadPart = 0x1FFFF };
        IO_STATUS_BLOCK io;
        uint8_t byte = 0;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS,
                        NAMED(u"\\BaseNamedObjects\\file-extended"), NULL, PAGE_READWRITE,
                        SEC_COMMIT, file));
        api_assert_ok(partner_run(partner, open_named, &there));
        ck_assert_status(partner_run(partner, see_extended, &there), STATUS_INVALID_VIEW_SIZE);
        api_assert_ok(NtExtendSection(section, &size));
        api_assert_ok(partner_run(partner, see_extended, &there));
        api_assert_ok(NtReadFile(file, NULL, NULL, NULL, &io, &byte, 1, &offset, NULL));
        ck_assert_uint_eq(byte, 9);
        api_assert_ok(close_it(NULL));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [P] Handle and view end in two threads at the same time: the file is free when both are back. */
#define N_ROUNDS 300

typedef struct Race {
        pthread_barrier_t begin, end;
} Race;

static void *close_in_turns(void *context) {
        Race *race = context;

        for (int i = 0; i < N_ROUNDS; i++) {
                pthread_barrier_wait(&race->begin);
                api_assert_ok(close_it(NULL));
                pthread_barrier_wait(&race->end);
        }
        return NULL;
}

START_TEST(file_is_free_when_handle_and_view_are_gone) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        pthread_t thread;
        Race race;

        pthread_barrier_init(&race.begin, NULL, 2);
        pthread_barrier_init(&race.end, NULL, 2);
        ck_assert_int_eq(pthread_create(&thread, NULL, close_in_turns, &race), 0);
        for (int i = 0; i < N_ROUNDS; i++) {
                api_assert_ok(make_read_only(NULL));
                api_assert_ok(map_it(NULL));
                pthread_barrier_wait(&race.begin);
                api_assert_ok(unmap_it(NULL));
                pthread_barrier_wait(&race.end);
                api_assert_ok(file_set_end(file, SIZE - 1 - i));
        }
        pthread_join(thread, NULL);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [P] A dead daemon binds nothing and breaks nothing: the view stays, and can be unmapped. */
START_TEST(view_outlives_the_daemon) {
        api_assert_ok(make_writable(NULL));
        api_assert_ok(map_it(NULL));
        api_kill_daemon();
        ck_assert_uint_eq(*(uint8_t *) view, 0);
        *(uint8_t *) view = 3;
        api_assert_ok(unmap_it(NULL));
        api_revive();
        ck_assert_status(close_it(NULL), STATUS_PORT_DISCONNECTED);
        ck_assert_status(mapped_file_tried(FILE_GENERIC_READ, SHARE_ALL, FILE_OPEN, 0),
                        STATUS_PORT_DISCONNECTED); /* once, then it attaches anew */
        expect_bound(false);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_loop_test(tests, handle_or_view_elsewhere_binds_the_file, 0, 4);
        tcase_add_loop_test(tests, handle_or_view_of_ones_own_binds_the_file, 0, 4);
        tcase_add_loop_test(tests, mapped_file_may_grow, 0, 4);
        tcase_add_loop_test(tests, section_for_writing_keeps_the_sharing, 0, 4);
        tcase_add_loop_test(tests, mapped_file_is_not_overwritten, 0, 4);
        tcase_add_loop_test(tests, mapped_file_is_opened_for_deletion_on_close, 0, 4);
        tcase_add_loop_test(tests, process_that_ends_binds_nothing, 0, 3);
        tcase_add_test(tests, view_of_a_child_is_the_parents_to_count);
        tcase_add_test(tests, duplicate_in_another_process_binds_the_file);
        tcase_add_test(tests, named_section_shows_its_file_to_all);
        tcase_add_test(tests, extension_is_seen_by_all_processes);
        tcase_add_test(tests, file_is_free_when_handle_and_view_are_gone);
        tcase_add_test(tests, view_outlives_the_daemon);
}

int main(void) {
        return api_main("file-bond", 60, add);
}
