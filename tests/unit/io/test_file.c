#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "assert-status.h"
#include "device-kinds.h"
#include "fixture.h"
#include "grant.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "process-page.h"
#include "suite.h"

#define ALL_SHARED (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static const WCHAR name[] = { '\\', 'f' };

static FileWorld world;
static GrantWord *words;
static GrantTable *grants;

static void begin(void) {
        file_world_init(&world);
        file_world_make(&world, "f");
        words = g_new0(GrantWord, 64);
        grants = grant_table_new(words, NULL, world.quota);
}

static void end(void) {
        grant_table_end(grants);
        while (grant_table_drain(grants, 16))
                ;
        grant_table_free(grants);
        g_free(words);
        file_world_clear(&world);
}

static FileRequest request(ACCESS_MASK access, int flags) {
        return (FileRequest){
                .device = DEVICE_VOLUME,
                .access = access,
                .share_access = ALL_SHARED,
                .name = name,
                .n_units = G_N_ELEMENTS(name),
                .fd = file_world_open(&world, world.quota, "f", flags),
                .place = FILE_PLACE_NONE,
        };
}

static NTSTATUS try_new(FileRequest *asked, Quota *quota) {
        File *file = NULL;
        NTSTATUS status = file_new_take(world.files, asked, quota, &file);

        ck_assert_int_eq(asked->fd.fd, -1);
        ck_assert_ptr_null(asked->place.leaf);
        if (NT_SUCCESS(status))
                object_unref(&file->object);
        return status;
}

/* A File with its first handle. */
static File *open_file(FileRequest *asked, GrantName *ret) {
        File *file = NULL;

        ck_assert_status(file_new_take(world.files, asked, world.quota, &file), STATUS_SUCCESS);
        ck_assert_status(grant_table_open(grants, &file->object, asked->access, ret),
                        STATUS_SUCCESS);
        object_unref(&file->object);
        return file;
}

static void close_file(GrantName grant) {
        ck_assert_int_eq(grant_word_close(&words[grant.slot], 1), GRANT_CLOSE_REPORT_WAIT);
        grant_table_release(grants, grant);
}

START_TEST(the_descriptor_must_do_what_the_access_says) {
        static const struct {
                ACCESS_MASK access;
                int flags;
                NTSTATUS status;
        } rows[] = {
                { FILE_READ_DATA, O_RDONLY, STATUS_SUCCESS },
                { FILE_READ_DATA, O_WRONLY, STATUS_ACCESS_DENIED },
                { FILE_READ_DATA, O_PATH, STATUS_ACCESS_DENIED },
                { FILE_WRITE_DATA, O_WRONLY, STATUS_SUCCESS },
                { FILE_WRITE_DATA, O_RDONLY, STATUS_ACCESS_DENIED },
                { FILE_APPEND_DATA, O_RDONLY, STATUS_ACCESS_DENIED },
                { FILE_APPEND_DATA, O_RDWR, STATUS_SUCCESS },
                { FILE_READ_DATA | FILE_WRITE_DATA, O_RDWR, STATUS_SUCCESS },
                { FILE_READ_ATTRIBUTES | SYNCHRONIZE | FILE_EXECUTE | DELETE, O_PATH,
                                STATUS_SUCCESS },
                { 0, O_PATH, STATUS_SUCCESS },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                FileRequest asked = request(rows[i].access, rows[i].flags);

                ck_assert_msg(try_new(&asked, world.quota) == rows[i].status, "row %zu", i);
        }
}
END_TEST

START_TEST(a_directory_is_never_open_for_writing) {
        FileRequest asked = {
                .device = DEVICE_VOLUME,
                .access = FILE_LIST_DIRECTORY | FILE_ADD_FILE,
                .share_access = ALL_SHARED,
                .fd = file_world_open(&world, world.quota, "", O_RDONLY | O_DIRECTORY),
                .place = FILE_PLACE_NONE,
        };

        ck_assert_status(try_new(&asked, world.quota), STATUS_SUCCESS);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused) {
        FileRequest rows[] = {
                request(FILE_READ_DATA, O_RDONLY),
                request(FILE_READ_DATA, O_RDONLY),
                request(FILE_READ_DATA, O_RDONLY),
                request(FILE_READ_DATA, O_RDONLY),
                request(DELETE, O_RDONLY),
                request(FILE_READ_DATA, O_RDONLY),
                request(FILE_READ_DATA, O_RDONLY),
        };

        rows[0].device = DEVICE_NONE;
        rows[1].share_access = 8;
        rows[2].create_options = 0x01000000;
        rows[3].create_options = FILE_DELETE_ON_CLOSE; /* without the right */
        rows[3].place = file_world_place(&world, "f");
        rows[4].create_options = FILE_DELETE_ON_CLOSE; /* without a place */
        rows[5].place = file_world_place(&world, "f"); /* without the option */
        client_fd_clear(&rows[6].fd);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                ck_assert_status(try_new(&rows[i], world.quota), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(an_opening_ends_with_its_last_handle_though_references_remain) {
        FileRequest asked = request(FILE_READ_DATA, O_RDONLY), second = { 0 };
        GrantName grant = { 0 };
        File *file = NULL;

        asked.share_access = 0;
        file = open_file(&asked, &grant);
        object_ref(&file->object);
        ck_assert_uint_eq(atomic_load(&words[grant.slot]),
                        grant_word_make(grant.tag, 1, GRANT_REPORT | GRANT_SHARED));
        second = request(FILE_READ_DATA, O_RDONLY);
        ck_assert_status(try_new(&second, world.quota), STATUS_SHARING_VIOLATION);

        close_file(grant);
        ck_assert_ptr_null(file->share.file);
        second = request(FILE_READ_DATA, O_RDONLY);
        ck_assert_status(try_new(&second, world.quota), STATUS_SUCCESS);
        object_unref(&file->object);
}
END_TEST

START_TEST(a_process_that_ended_keeps_nobody_out_though_not_all_is_given_back) {
        FileRequest asked = request(FILE_READ_DATA, O_RDONLY), second = { 0 };
        GrantName grant = { 0 };

        asked.share_access = 0;
        open_file(&asked, &grant);
        grant_table_end(grants);
        second = request(FILE_READ_DATA, O_RDONLY);
        ck_assert_status(try_new(&second, world.quota), STATUS_SUCCESS);
}
END_TEST

START_TEST(the_null_device_is_shared_and_deleted_by_nobody) {
        FileRequest asked = request(FILE_READ_DATA, O_RDONLY), second = { 0 };
        GrantName grant = { 0 };
        File *file = NULL;

        asked.device = DEVICE_NULL;
        asked.share_access = 0;
        file = open_file(&asked, &grant);
        second = request(FILE_READ_DATA, O_RDONLY);
        second.device = DEVICE_NULL;
        ck_assert_status(try_new(&second, world.quota), STATUS_SUCCESS);
        ck_assert_status(file_check_disposition(file, geteuid(), true),
                        STATUS_INVALID_DEVICE_REQUEST);
        ck_assert_status(file_check_size(file, geteuid(), 0), STATUS_INVALID_DEVICE_REQUEST);
        close_file(grant);
}
END_TEST

START_TEST(another_user_gets_the_descriptor_only_with_all_that_it_can_do) {
        FileRequest asked = request(FILE_READ_DATA | FILE_WRITE_DATA, O_RDWR);
        GrantName grant = { 0 };
        const File *file = open_file(&asked, &grant);
        uid_t stranger = quota_uid(world.stranger);

        ck_assert_status(file_check_descriptor(file, geteuid(), 0), STATUS_SUCCESS);
        ck_assert_status(file_check_descriptor(file, stranger, FILE_READ_DATA),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(file_check_descriptor(file, stranger, FILE_READ_DATA | FILE_APPEND_DATA),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(file_check_descriptor(file, stranger, FILE_WRITE_DATA),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(file_check_descriptor(file, stranger, FILE_READ_DATA | FILE_WRITE_DATA),
                        STATUS_SUCCESS);
        close_file(grant);
}
END_TEST

/* By-tests 1.14: SetEndOfFile, in all its rows. */
START_TEST(a_file_with_sections_cannot_be_cut) {
        FileRequest asked = request(FILE_READ_DATA | FILE_WRITE_DATA, O_RDWR);
        GrantName grant = { 0 };
        File *file = open_file(&asked, &grant);
        uint64_t size = strlen("content");

        for (FileBondKind kind = 0; kind < FILE_BOND_KINDS; kind++) {
                FileBond bond = { 0 };

                ck_assert_status(file_bond_begin(world.files, &file->facts.identity, kind,
                                                 geteuid(), true, &file->object, &bond),
                                STATUS_SUCCESS);
                ck_assert_status(file_check_size(file, geteuid(), size - 1),
                                STATUS_USER_MAPPED_FILE);
                ck_assert_status(file_check_size(file, geteuid(), 0), STATUS_USER_MAPPED_FILE);
                ck_assert_status(file_check_size(file, geteuid(), size), STATUS_SUCCESS);
                ck_assert_status(file_check_size(file, geteuid(), size + 1), STATUS_SUCCESS);
                file_bond_end(&bond);
                ck_assert_status(file_check_size(file, geteuid(), 0), STATUS_SUCCESS);
        }
        close_file(grant);
}
END_TEST

START_TEST(quotas_of_objects_and_names_are_kept) {
        static const QuotaKind kinds[] = { QUOTA_OBJECTS, QUOTA_NAME_BYTES };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                QuotaLimits limits = *quota_table_limits(world.quotas), before = limits;
                FileRequest asked = request(FILE_READ_DATA, O_RDONLY);

                limits.limit[kinds[i]] = 0;
                quota_table_set_limits(world.quotas, &limits);
                ck_assert_status(try_new(&asked, world.quota), STATUS_QUOTA_EXCEEDED);
                quota_table_set_limits(world.quotas, &before);
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, the_descriptor_must_do_what_the_access_says);
        tcase_add_test(tests, a_directory_is_never_open_for_writing);
        tcase_add_test(tests, what_makes_no_sense_is_refused);
        tcase_add_test(tests, an_opening_ends_with_its_last_handle_though_references_remain);
        tcase_add_test(tests, a_process_that_ended_keeps_nobody_out_though_not_all_is_given_back);
        tcase_add_test(tests, the_null_device_is_shared_and_deleted_by_nobody);
        tcase_add_test(tests, another_user_gets_the_descriptor_only_with_all_that_it_can_do);
        tcase_add_test(tests, a_file_with_sections_cannot_be_cut);
        tcase_add_test(tests, quotas_of_objects_and_names_are_kept);
}

int main(void) {
        return suite_main("file", 20, add);
}
