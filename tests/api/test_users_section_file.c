/*
 * Sections of files of several users: who may see a file by way of a section, and whom a section
 * binds. [P] design: part 5, file sections.
 */

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "mapped-file.h"
#include "ntseapi.h"
#include "users.h"

#define NAME u"\\BaseNamedObjects\\file-of-another"
#define SIZE 8192

/* A file of @uid that others may use as @mode says, in a folder that all may enter. */
static void make_file(uid_t uid, mode_t mode) {
        mapped_file_make(SIZE);
        ck_assert_int_eq(chmod(folder_path(""), 0755), 0);
        ck_assert_int_eq(chown(folder_path(MAPPED_FILE), uid, uid), 0);
        ck_assert_int_eq(chmod(folder_path(MAPPED_FILE), mode), 0);
}

/* The descriptor that this process has of the file, or -1. */
static int find_descriptor(void) {
        g_autofree char *wanted = g_strdup(folder_path(MAPPED_FILE));

        for (int fd = 3; fd < 256; fd++) {
                g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
                g_autofree char *path = g_file_read_link(link, NULL);

                if (g_strcmp0(path, wanted) == 0)
                        return fd;
        }
        return -1;
}

/* What a grant with SECTION_MAP_READ has of the file is a descriptor that cannot write. */
static void read_what_is_roots(User *user) {
        HANDLE section = NULL;
        PVOID base = NULL, copy = NULL;
        autofd int again = -1;
        char path[64];
        int fd;

        (void) user;
        need(open(folder_path(MAPPED_FILE), O_RDONLY | O_CLOEXEC) < 0);
        need(users_try_open(NAME, SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(NT_SUCCESS(api_open(NAME, SECTION_MAP_READ | SECTION_QUERY, &section)));
        need(section_basic(section).MaximumSize.QuadPart == SIZE);
        need(api_map(section, PAGE_READWRITE, &base) == STATUS_ACCESS_DENIED);
        need(NT_SUCCESS(api_map(section, PAGE_READONLY, &base)));
        need(((uint8_t *) base)[1000] == mapped_file_byte(1000));
        need(NT_SUCCESS(api_map(section, PAGE_WRITECOPY, &copy)));
        ((uint8_t *) copy)[1000] = 255;
        need(((uint8_t *) base)[1000] == mapped_file_byte(1000));

        fd = find_descriptor();
        need(fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
        need(mmap(NULL, SIZE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        again = open(path, O_RDWR | O_CLOEXEC);
        need(again < 0);
}

START_TEST(reader_of_a_section_cannot_write_to_its_file) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        HANDLE file = NULL, section = NULL;
        ApiName where;

        make_file(0, 0600);
        file = mapped_file_open(FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        api_assert_ok(zw_sddl_to_descriptor("D:(A;;GR;;;WD)", &descriptor, NULL));
        api_name(&where, NULL, NAME, 0);
        where.attributes.SecurityDescriptor = descriptor;
        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, &where.attributes, NULL,
                        PAGE_READWRITE, SEC_COMMIT, file));
        zw_free(descriptor);
        users_run(BOB, read_what_is_roots);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
        api_assert_ok(zw_detach());
}
END_TEST

static void hold_section(User *user, ACCESS_MASK access, ULONG protection) {
        HANDLE file = NULL, section = NULL;

        need(NT_SUCCESS(file_open(MAPPED_FILE, access, SHARE_ALL, &file)));
        need(NT_SUCCESS(mapped_file_section(file, 0, protection, &section)));
        need(NT_SUCCESS(NtClose(file)));
        user_pause(user);
        need(NT_SUCCESS(NtClose(section)));
}

static void hold_for_reading(User *user) {
        hold_section(user, FILE_GENERIC_READ, PAGE_READONLY);
}

static void hold_for_writing(User *user) {
        hold_section(user, FILE_GENERIC_READ | FILE_GENERIC_WRITE, PAGE_READWRITE);
}

static void cut_as_owner(User *user) {
        HANDLE file = NULL;

        (void) user;
        need(NT_SUCCESS(file_open(MAPPED_FILE, FILE_GENERIC_WRITE, SHARE_ALL, &file)));
        need(NT_SUCCESS(file_set_end(file, SIZE - 1)));
        need(NT_SUCCESS(NtClose(file)));
}

static void cannot_cut_as_owner(User *user) {
        HANDLE file = NULL;

        (void) user;
        need(NT_SUCCESS(file_open(MAPPED_FILE, FILE_GENERIC_WRITE, SHARE_ALL, &file)));
        need(file_set_end(file, SIZE - 2) == STATUS_USER_MAPPED_FILE);
        need(NT_SUCCESS(NtClose(file)));
}

/* Whoever may read a file must not be able to keep its owner from it. */
START_TEST(section_of_somebody_who_may_only_read_binds_nobody_else) {
        User bob;

        make_file(ALICE, 0644);
        user_start(&bob, BOB, hold_for_reading);
        user_wait_ready(&bob);
        users_run(ALICE, cut_as_owner);
        user_finish(&bob);
}
END_TEST

START_TEST(section_of_somebody_who_may_write_binds_everybody) {
        User bob;

        make_file(ALICE, 0666);
        user_start(&bob, BOB, hold_for_writing);
        user_wait_ready(&bob);
        users_run(ALICE, cannot_cut_as_owner);
        user_finish(&bob);
        users_run(ALICE, cut_as_owner);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_test(tests, reader_of_a_section_cannot_write_to_its_file);
        tcase_add_test(tests, section_of_somebody_who_may_only_read_binds_nobody_else);
        tcase_add_test(tests, section_of_somebody_who_may_write_binds_everybody);
}

int main(void) {
        return users_main("users-section-file", 60, add);
}
