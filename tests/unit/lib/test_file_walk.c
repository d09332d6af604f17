/*
 * From a directory to a file, on a real file system.
 */

#include <check.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "file-access.h"
#include "file-link.h"
#include "file-walk.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "scratch.h"
#include "suite.h"

static Scratch *folder;
static int root = -1;

static void setup(void) {
        folder = scratch_new();
        root = open(scratch_path(folder), O_PATH | O_DIRECTORY | O_CLOEXEC);
        ck_assert_int_ge(root, 0);
}

static void teardown(void) {
        root = fd_close(root);
        scratch_free(folder);
}

static void put(const char *name) {
        autofd int fd = openat(root, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
}

static NTSTATUS walk(const WCHAR *name, bool fold, FilePlace *ret) {
        autocleanup(file_name_clear) FileName parsed = { NULL, 0, false };
        size_t n = 0;

        while (name[n])
                n++;
        file_place_init(ret);
        ck_assert_status(file_name_parse(name, n, true, &parsed), STATUS_SUCCESS);
        return file_walk(root, &parsed, fold, ret);
}

/* Whether it leads to the entry that Linux calls @path. */
static void expect(const WCHAR *name, bool fold, const char *path) {
        autocleanup(file_place_clear) FilePlace place;
        struct stat about;

        ck_assert_status(walk(name, fold, &place), STATUS_SUCCESS);
        ck_assert_int_ge(place.fd, 0);
        ck_assert_int_eq(fstatat(root, path, &about, 0), 0);
        ck_assert_uint_eq(place.about.st_ino, about.st_ino);
}

static void expect_status(const WCHAR *name, bool fold, NTSTATUS status) {
        autocleanup(file_place_clear) FilePlace place;

        ck_assert_status(walk(name, fold, &place), status);
        ck_assert_int_lt(place.fd, 0);
}

START_TEST(last_component_may_be_missing) {
        autocleanup(file_place_clear) FilePlace place;

        put("file");
        expect(u"file", false, "file");
        expect_status(u"missing\\file", false, STATUS_OBJECT_PATH_NOT_FOUND);
        expect_status(u"file\\file", false, STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(walk(u"missing", false, &place), STATUS_SUCCESS);
        ck_assert_int_lt(place.fd, 0);
        ck_assert_int_ge(place.parent, 0);
        ck_assert_str_eq(place.leaf, "missing");
}
END_TEST

START_TEST(no_component_means_the_start) {
        autocleanup(file_place_clear) FilePlace place;

        ck_assert_status(walk(u"", false, &place), STATUS_SUCCESS);
        ck_assert_int_ge(place.fd, 0);
        ck_assert_int_lt(place.parent, 0);
        ck_assert(S_ISDIR(place.about.st_mode));
}
END_TEST

START_TEST(exact_name_comes_first_and_then_the_first_by_bytes) {
        autocleanup(file_place_clear) FilePlace place;

        put("file");
        put("FILE");
        put("fIle");
        expect(u"file", true, "file");
        expect(u"FILE", true, "FILE");
        expect(u"FiLe", true, "FILE");
        expect_status(u"FiLe\\x", true, STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(walk(u"FiLe", false, &place), STATUS_SUCCESS);
        ck_assert_int_lt(place.fd, 0);
}
END_TEST

START_TEST(every_component_is_folded) {
        ck_assert_int_eq(mkdirat(root, "One", 0700), 0);
        ck_assert_int_eq(mkdirat(root, "One/\xc3\x84", 0700), 0);
        put("One/\xc3\x84/file");
        expect(u"oNE\\\u00e4\\FILE", true, "One/\xc3\x84/file");
        expect_status(u"oNE\\\u00e4\\FILE", false, STATUS_OBJECT_PATH_NOT_FOUND);
}
END_TEST

START_TEST(links_are_followed) {
        ck_assert_int_eq(mkdirat(root, "directory", 0700), 0);
        put("directory/file");
        ck_assert_int_eq(symlinkat("directory", root, "link"), 0);
        ck_assert_int_eq(symlinkat("link/file", root, "file-link"), 0);
        ck_assert_int_eq(symlinkat("nowhere", root, "dangling"), 0);
        ck_assert_int_eq(symlinkat("circle", root, "circle"), 0);
        expect(u"link\\file", false, "directory/file");
        expect(u"file-link", false, "directory/file");
        expect(u"LINK\\FILE", true, "directory/file");
        expect_status(u"dangling", false, STATUS_OBJECT_PATH_NOT_FOUND);
        expect_status(u"circle", false, STATUS_REPARSE_POINT_NOT_RESOLVED);
}
END_TEST

START_TEST(file_has_its_name_wherever_it_was_renamed_to) {
        autocleanup(file_link_clear) FileLink link = FILE_LINK_NONE;
        autofd int fd = -1;

        put("file");
        ck_assert_int_eq(symlinkat("file", root, "link"), 0);
        fd = openat(root, "link", O_PATH | O_CLOEXEC);
        ck_assert_status(file_link_find(fd, &link), STATUS_SUCCESS);
        ck_assert_str_eq(link.leaf, "file");
        file_link_clear(&link);
        ck_assert_int_eq(renameat(root, "file", root, "renamed"), 0);
        ck_assert_status(file_link_find(fd, &link), STATUS_SUCCESS);
        ck_assert_str_eq(link.leaf, "renamed");
        file_link_clear(&link);
        ck_assert_int_eq(unlinkat(root, "renamed", 0), 0);
        ck_assert_status(file_link_find(fd, &link), STATUS_CANNOT_DELETE);
        put("renamed (deleted)"); /* as Linux spells it */
        ck_assert_status(file_link_find(fd, &link), STATUS_CANNOT_DELETE);
}
END_TEST

START_TEST(root_directory_has_no_name) {
        autocleanup(file_link_clear) FileLink link = FILE_LINK_NONE;
        autofd int fd = open("/", O_PATH | O_CLOEXEC);

        ck_assert_status(file_link_find(fd, &link), STATUS_CANNOT_DELETE);
}
END_TEST

START_TEST(owner_may_do_everything_but_write_what_is_read_only) {
        autofd int fd = -1;
        ACCESS_MASK granted = 0;
        struct stat about;

        put("file");
        fd = openat(root, "file", O_PATH | O_CLOEXEC);
        ck_assert_int_eq(fstat(fd, &about), 0);
        ck_assert_status(file_access_decide(fd, &about, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
        ck_assert_uint_eq(granted, FILE_ALL_ACCESS);
        ck_assert_status(file_access_decide(fd, &about, FILE_GENERIC_READ, &granted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(granted, FILE_GENERIC_READ);
        ck_assert_status(file_access_decide(fd, &about, 0, &granted), STATUS_ACCESS_DENIED);

        ck_assert_int_eq(fchmodat(root, "file", 0444, 0), 0);
        ck_assert_int_eq(fstat(fd, &about), 0);
        ck_assert(file_is_read_only(&about));
        ck_assert_status(file_access_decide(fd, &about, FILE_WRITE_DATA, &granted),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(file_access_decide(fd, &about, FILE_APPEND_DATA, &granted),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(file_access_decide(fd, &about, FILE_WRITE_ATTRIBUTES | DELETE, &granted),
                        STATUS_SUCCESS);
}
END_TEST

/* What another user may do with a file of ours, in a folder of ours. */
static const struct {
        mode_t folder;
        mode_t file;
        ACCESS_MASK wanted;
        bool granted;
} foreign[] = {
        { 0755, 0644, FILE_GENERIC_READ, true },
        { 0755, 0644, FILE_EXECUTE, true },
        { 0755, 0640, FILE_READ_DATA, false },
        { 0755, 0640, FILE_EXECUTE, false },
        { 0755, 0641, FILE_EXECUTE, true },
        { 0755, 0640, FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE, true },
        { 0755, 0644, FILE_WRITE_DATA, false },
        { 0755, 0644, FILE_WRITE_ATTRIBUTES, false },
        { 0755, 0646, FILE_GENERIC_WRITE, true },
        { 0755, 0646, WRITE_DAC, false },
        { 0755, 0646, WRITE_OWNER, false },
        { 0755, 0646, DELETE, false },
        { 0757, 0600, DELETE, true },
        { 01757, 0600, DELETE, false },
};

START_TEST(others_may_do_what_linux_lets_them) {
        ACCESS_MASK granted = 0;
        struct stat about;
        int wait_status = -1;
        pid_t child;

        if (geteuid() != 0)
                return; /* only root can become somebody else */
        put("file");
        ck_assert_int_eq(fchmodat(root, "file", foreign[_i].file, 0), 0);
        ck_assert_int_eq(chmod(scratch_path(folder), foreign[_i].folder), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                int fd = -1;
                NTSTATUS status;

                if (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
                        _exit(2);
                fd = openat(root, "file", O_PATH | O_CLOEXEC);
                if (fd < 0 || fstat(fd, &about) < 0)
                        _exit(3);
                status = file_access_decide(fd, &about, foreign[_i].wanted, &granted);
                _exit(status == (foreign[_i].granted ? STATUS_SUCCESS : STATUS_ACCESS_DENIED) ? 0
                                                                                              : 1);
        }
        ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
        ck_assert_int_eq(wait_status, 0);
}
END_TEST

START_TEST(rights_say_how_a_file_is_opened) {
        const struct stat file = { .st_mode = S_IFREG }, directory = { .st_mode = S_IFDIR };

        ck_assert_int_eq(file_access_flags(&file, FILE_READ_DATA), O_RDONLY);
        ck_assert_int_eq(file_access_flags(&file, FILE_APPEND_DATA), O_WRONLY);
        ck_assert_int_eq(file_access_flags(&file, FILE_READ_DATA | FILE_WRITE_DATA), O_RDWR);
        ck_assert_int_eq(file_access_flags(&file, FILE_EXECUTE | DELETE), O_PATH);
        ck_assert_int_eq(file_access_flags(&directory, FILE_ALL_ACCESS), O_RDONLY | O_DIRECTORY);
        ck_assert_int_eq(file_access_flags(&directory, FILE_ADD_FILE), O_PATH);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_test(tests, last_component_may_be_missing);
        tcase_add_test(tests, no_component_means_the_start);
        tcase_add_test(tests, exact_name_comes_first_and_then_the_first_by_bytes);
        tcase_add_test(tests, every_component_is_folded);
        tcase_add_test(tests, links_are_followed);
        tcase_add_test(tests, file_has_its_name_wherever_it_was_renamed_to);
        tcase_add_test(tests, root_directory_has_no_name);
        tcase_add_test(tests, owner_may_do_everything_but_write_what_is_read_only);
        tcase_add_loop_test(tests, others_may_do_what_linux_lets_them, 0, G_N_ELEMENTS(foreign));
        tcase_add_test(tests, rights_say_how_a_file_is_opened);
}

int main(void) {
        return suite_main("file-walk", 30, add);
}
