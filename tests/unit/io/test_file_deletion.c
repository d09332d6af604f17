#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "fixture.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "suite.h"

#define ALL_SHARED (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static FileWorld world;
static FileIdentity identity;
static Object nobody;

static FileIdentity identity_of(const char *name) {
        autoclientfd ClientFd fd = file_world_open(&world, world.quota, name, O_PATH);
        FileFacts facts = { 0 };

        ck_assert_status(client_fd_look(&fd, &facts), STATUS_SUCCESS);
        return facts.identity;
}

static void begin(void) {
        file_world_init(&world);
        file_world_make(&world, "f");
        identity = identity_of("f");
}

static void end(void) {
        file_world_clear(&world);
}

static NTSTATUS open_it(FileShare *share) {
        FileOpening opening = {
                .uid = geteuid(),
                .access = FILE_READ_DATA,
                .share_access = ALL_SHARED,
        };

        return file_share_begin(world.files, &identity, &opening, &nobody, share);
}

static void set_deletion(FileShare *share, const char *name) {
        FilePlace place = file_world_place(&world, name);

        shared_file_set_deletion(share->file, geteuid(), &place);
        ck_assert_ptr_null(place.leaf);
}

START_TEST(a_place_is_a_directory_and_one_name_in_it) {
        static const struct {
                const char *leaf;
                size_t n_leaf;
        } bad[] = {
                { "", 0 },
                { ".", 1 },
                { "..", 2 },
                { "a/b", 3 },
                { "a\0b", 3 },
                { "/", 1 },
        };
        char longest[FILE_LEAF_MOST + 1];
        FilePlace place = FILE_PLACE_NONE;
        ClientFd parent = CLIENT_FD_NONE;

        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                parent = file_world_open(&world, world.quota, "", O_PATH);
                ck_assert_status(file_place_init_take(&place, geteuid(), &parent, bad[i].leaf,
                                                 bad[i].n_leaf),
                                STATUS_INVALID_PARAMETER);
                ck_assert_int_eq(parent.fd, -1);
        }
        memset(longest, 'x', sizeof(longest));
        parent = file_world_open(&world, world.quota, "", O_PATH);
        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, longest, sizeof(longest)),
                        STATUS_INVALID_PARAMETER);
        parent = file_world_open(&world, world.quota, "", O_PATH);
        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, longest, FILE_LEAF_MOST),
                        STATUS_SUCCESS);
        file_place_clear(&place);
        parent = file_world_open(&world, world.quota, "", O_PATH);
        ck_assert_status(
                        file_place_init_take(&place, geteuid(), &parent, "...", 3), STATUS_SUCCESS);
        file_place_clear(&place);
}
END_TEST

/* To close anything but an O_PATH descriptor could wait for its owner. */
START_TEST(a_place_s_directory_is_opened_for_nothing_and_is_one) {
        FilePlace place = FILE_PLACE_NONE;
        ClientFd parent = file_world_open(&world, world.quota, "", O_RDONLY);

        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, "f", 1),
                        STATUS_INVALID_PARAMETER);
        parent = file_world_open(&world, world.quota, "f", O_PATH);
        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, "f", 1),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(file_place_init_take(&place, geteuid(), &parent, "f", 1),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(the_daemon_deletes_for_its_own_user_only) {
        FilePlace place = FILE_PLACE_NONE;
        ClientFd parent = file_world_open(&world, world.stranger, "", O_PATH);

        ck_assert_status(file_place_init_take(&place, quota_uid(world.stranger), &parent, "f", 1),
                        STATUS_NOT_SUPPORTED);
        ck_assert_int_eq(parent.fd, -1);
}
END_TEST

START_TEST(the_last_opening_deletes_the_file_and_nobody_opens_it_meanwhile) {
        FileShare one = { 0 }, two = { 0 }, late = { 0 };

        ck_assert_status(open_it(&one), STATUS_SUCCESS);
        ck_assert_status(open_it(&two), STATUS_SUCCESS);
        set_deletion(&one, "f");
        ck_assert_status(open_it(&late), STATUS_DELETE_PENDING);
        file_share_end(&one);
        file_world_work(&world);
        ck_assert(file_world_has(&world, "f"));
        ck_assert_status(open_it(&late), STATUS_DELETE_PENDING);
        file_share_end(&two);
        ck_assert_status(open_it(&late), STATUS_DELETE_PENDING); /* until it is done */
        file_world_work(&world);
        ck_assert(!file_world_has(&world, "f"));
        ck_assert_status(open_it(&late), STATUS_SUCCESS);
        file_share_end(&late);
}
END_TEST

START_TEST(a_deletion_can_be_taken_back) {
        FileShare one = { 0 }, two = { 0 };

        ck_assert_status(open_it(&one), STATUS_SUCCESS);
        set_deletion(&one, "f");
        set_deletion(&one, "f");
        shared_file_clear_deletion(one.file);
        ck_assert_status(open_it(&two), STATUS_SUCCESS);
        file_share_end(&one);
        file_share_end(&two);
        file_world_work(&world);
        ck_assert(file_world_has(&world, "f"));
}
END_TEST

START_TEST(a_name_that_became_another_file_s_stays) {
        g_autofree char *path = file_world_path(&world, "f");
        g_autofree char *other = file_world_path(&world, "other");
        FileShare share = { 0 };

        ck_assert_status(open_it(&share), STATUS_SUCCESS);
        set_deletion(&share, "f");
        file_world_make(&world, "other"); /* so that it is another inode */
        ck_assert_int_eq(rename(other, path), 0);
        file_share_end(&share);
        file_world_work(&world);
        ck_assert(file_world_has(&world, "f"));
}
END_TEST

START_TEST(a_symbolic_link_there_is_not_the_file) {
        g_autofree char *path = file_world_path(&world, "link");
        FileShare share = { 0 };

        ck_assert_int_eq(symlink("f", path), 0);
        ck_assert_status(open_it(&share), STATUS_SUCCESS);
        set_deletion(&share, "link");
        file_share_end(&share);
        file_world_work(&world);
        ck_assert(file_world_has(&world, "f") && file_world_has(&world, "link"));
}
END_TEST

START_TEST(directories_are_deleted_if_they_are_empty) {
        g_autofree char *path = file_world_path(&world, "d");

        for (int round = 0; round < 2; round++) {
                FileShare share = { 0 };

                ck_assert_int_eq(mkdir(path, 0700), 0);
                if (round == 1)
                        file_world_make(&world, "d/file");
                identity = identity_of("d");
                ck_assert_status(open_it(&share), STATUS_SUCCESS);
                set_deletion(&share, "d");
                file_share_end(&share);
                file_world_work(&world);
                ck_assert(file_world_has(&world, "d") == (round == 1));
        }
}
END_TEST

START_TEST(who_collects_deletions_has_them_done) {
        FileDeletions *deletions = file_table_deletions(world.files);
        FileDeletion *chain = NULL;
        FileShare share = { 0 };

        file_deletions_collect(deletions);
        ck_assert_ptr_null(file_deletions_take(deletions));
        ck_assert_status(open_it(&share), STATUS_SUCCESS);
        set_deletion(&share, "f");
        file_world_work(&world);
        file_deletions_collect(deletions);
        file_share_end(&share);
        ck_assert_uint_eq(worker_pool_count(world.workers), 0);
        chain = file_deletions_take(deletions);
        ck_assert_ptr_nonnull(chain);
        ck_assert(file_world_has(&world, "f"));
        file_deletion_work(chain);
        ck_assert(!file_world_has(&world, "f"));
        ck_assert_status(open_it(&share), STATUS_DELETE_PENDING);
        file_deletion_finish(chain);
        file_deletion_free(chain);
}
END_TEST

START_TEST(what_was_never_worked_leaves_the_file) {
        FileDeletions *deletions = file_table_deletions(world.files);
        FileDeletion *chain = NULL;
        FileShare share = { 0 };

        ck_assert_status(open_it(&share), STATUS_SUCCESS);
        set_deletion(&share, "f");
        file_deletions_collect(deletions);
        file_share_end(&share);
        chain = file_deletions_take(deletions);
        file_deletion_finish(chain);
        file_deletion_free(chain);
        ck_assert(file_world_has(&world, "f"));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_place_is_a_directory_and_one_name_in_it);
        tcase_add_test(tests, a_place_s_directory_is_opened_for_nothing_and_is_one);
        tcase_add_test(tests, the_daemon_deletes_for_its_own_user_only);
        tcase_add_test(tests, the_last_opening_deletes_the_file_and_nobody_opens_it_meanwhile);
        tcase_add_test(tests, a_deletion_can_be_taken_back);
        tcase_add_test(tests, a_name_that_became_another_file_s_stays);
        tcase_add_test(tests, a_symbolic_link_there_is_not_the_file);
        tcase_add_test(tests, directories_are_deleted_if_they_are_empty);
        tcase_add_test(tests, who_collects_deletions_has_them_done);
        tcase_add_test(tests, what_was_never_worked_leaves_the_file);
}

int main(void) {
        return suite_main("file-deletion", 20, add);
}
