/*
 * What openings and sections of one file make of each other: by-tests 1.14, and NT's sharing.
 */

#include "assert-status.h"
#include "fixture.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "suite.h"

#define OWNER    1000u
#define STRANGER 2000u

static const FileIdentity identity = { .device = 0x800001, .inode = 12 };

static FileWorld world;

static void begin(void) {
        file_world_init(&world);
}

static void end(void) {
        file_world_clear(&world);
}

/* Owners are only asked when processes end: here none does. */
static Object nobody;

static NTSTATUS open_as(
                uid_t uid, ACCESS_MASK access, ULONG shares, bool may_write, FileShare *share) {
        FileOpening opening = {
                .uid = uid,
                .access = access,
                .share_access = shares,
                .may_write = may_write,
        };

        return file_share_begin(world.files, &identity, &opening, &nobody, share);
}

/* The row and column of NT's table: may @second be opened while @first is? */
static bool agree(ACCESS_MASK first, ULONG first_shares, ACCESS_MASK second, ULONG second_shares) {
        static const struct {
                ACCESS_MASK rights;
                ULONG share;
        } kinds[] = {
                { FILE_READ_DATA | FILE_EXECUTE, FILE_SHARE_READ },
                { FILE_WRITE_DATA | FILE_APPEND_DATA, FILE_SHARE_WRITE },
                { DELETE, FILE_SHARE_DELETE },
        };
        ACCESS_MASK all = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
                all |= kinds[i].rights;
        if (!(first & all) || !(second & all))
                return true;
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                if (second & kinds[i].rights && !(first_shares & kinds[i].share))
                        return false;
                if (first & kinds[i].rights && !(second_shares & kinds[i].share))
                        return false;
        }
        return true;
}

static const ACCESS_MASK accesses[] = { FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_EXECUTE,
        FILE_WRITE_DATA, FILE_APPEND_DATA, DELETE, FILE_READ_DATA | FILE_WRITE_DATA,
        FILE_READ_DATA | DELETE, FILE_ALL_ACCESS, SYNCHRONIZE | READ_CONTROL | FILE_WRITE_EA };

static void check_pair(ACCESS_MASK first, ULONG shares, ACCESS_MASK second, ULONG other) {
        bool agreed = agree(first, shares, second, other);
        FileShare one = { 0 }, two = { 0 };

        ck_assert_status(open_as(OWNER, first, shares, false, &one), STATUS_SUCCESS);
        ck_assert_status(open_as(OWNER, second, other, false, &two),
                        agreed ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION);
        file_share_end(&two);
        file_share_end(&one);
}

START_TEST(openings_of_one_user_agree_as_the_table_says) {
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) {
                for (size_t j = 0; j < G_N_ELEMENTS(accesses); j++) {
                        for (ULONG shares = 0; shares < 64; shares++)
                                check_pair(accesses[i], shares & 7, accesses[j], shares >> 3);
                }
        }
        ck_assert_uint_eq(file_table_count(world.files), 0);
}
END_TEST

START_TEST(the_third_must_agree_with_both_and_what_ended_does_not_count) {
        FileShare one = { 0 }, two = { 0 }, three = { 0 };
        ULONG all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

        ck_assert_status(open_as(OWNER, FILE_READ_DATA, all, false, &one), STATUS_SUCCESS);
        ck_assert_status(open_as(OWNER, FILE_READ_DATA, FILE_SHARE_READ, false, &two),
                        STATUS_SUCCESS);
        ck_assert_status(open_as(OWNER, FILE_WRITE_DATA, all, false, &three),
                        STATUS_SHARING_VIOLATION);
        ck_assert_ptr_null(three.file);
        file_share_end(&two);
        file_share_end(&two);
        ck_assert_status(open_as(OWNER, FILE_WRITE_DATA, all, false, &three), STATUS_SUCCESS);
        ck_assert_uint_eq(file_table_count(world.files), 1);
        file_share_end(&one);
        file_share_end(&three);
}
END_TEST

START_TEST(who_may_only_read_keeps_no_other_user_out) {
        FileShare reader = { 0 }, other = { 0 };

        ck_assert_status(open_as(STRANGER, FILE_READ_DATA, 0, false, &reader), STATUS_SUCCESS);
        ck_assert_status(open_as(OWNER, FILE_WRITE_DATA, 0, true, &other), STATUS_SUCCESS);
        file_share_end(&other);
        ck_assert_status(open_as(STRANGER, FILE_READ_DATA, FILE_SHARE_READ, false, &other),
                        STATUS_SHARING_VIOLATION);
        file_share_end(&reader);
}
END_TEST

START_TEST(who_may_write_keeps_others_out_and_must_be_shared_with) {
        FileShare writer = { 0 }, other = { 0 };

        ck_assert_status(open_as(OWNER, FILE_WRITE_DATA, FILE_SHARE_READ, true, &writer),
                        STATUS_SUCCESS);
        ck_assert_status(open_as(STRANGER, FILE_READ_DATA, FILE_SHARE_READ, false, &other),
                        STATUS_SHARING_VIOLATION);
        ck_assert_status(open_as(STRANGER, FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                         false, &other),
                        STATUS_SUCCESS);
        file_share_end(&other);
        ck_assert_status(open_as(STRANGER, FILE_WRITE_DATA, FILE_SHARE_WRITE, true, &other),
                        STATUS_SHARING_VIOLATION);
        file_share_end(&writer);
}
END_TEST

static void bind_file(FileBondKind kind, uid_t uid, bool may_write, FileBond *bond) {
        ck_assert_status(file_bond_begin(world.files, &identity, kind, uid, may_write, &nobody,
                                         bond),
                        STATUS_SUCCESS);
}

static NTSTATUS try_open(const FileOpening *opening) {
        FileShare share = { 0 };
        NTSTATUS status = file_share_begin(world.files, &identity, opening, &nobody, &share);

        file_share_end(&share);
        return status;
}

#define ALL_SHARED (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* By-tests 1.14: "order of the refusals", the rows about opening, and what READONLY and WRITECOPY
 * sections do not refuse. */
START_TEST(sections_refuse_openings_in_their_order) {
        static const struct {
                FileBondKind kind;
                ACCESS_MASK access;
                ULONG shares;
                ULONG options;
                bool overwrites;
                NTSTATUS status;
        } rows[] = {
                /* 1: even without access to the data, and before all others */
                { FILE_BOND_WRITABLE_DATA, FILE_READ_ATTRIBUTES, FILE_SHARE_READ, 0, false,
                                STATUS_SHARING_VIOLATION },
                { FILE_BOND_WRITABLE_DATA, FILE_READ_DATA, 0, FILE_DELETE_ON_CLOSE, true,
                                STATUS_SHARING_VIOLATION },
                { FILE_BOND_WRITABLE_DATA, FILE_WRITE_DATA, FILE_SHARE_WRITE, 0, false,
                                STATUS_SUCCESS },
                /* 2: FILE_APPEND_DATA alone is allowed */
                { FILE_BOND_IMAGE, FILE_WRITE_DATA, ALL_SHARED, 0, false,
                                STATUS_SHARING_VIOLATION },
                { FILE_BOND_IMAGE, FILE_APPEND_DATA, ALL_SHARED, 0, false, STATUS_SUCCESS },
                { FILE_BOND_IMAGE, FILE_WRITE_DATA | DELETE, ALL_SHARED, FILE_DELETE_ON_CLOSE, true,
                                STATUS_SHARING_VIOLATION },
                { FILE_BOND_IMAGE, FILE_READ_DATA, 0, 0, false, STATUS_SUCCESS },
                /* 3 */
                { FILE_BOND_IMAGE, DELETE, ALL_SHARED, FILE_DELETE_ON_CLOSE, true,
                                STATUS_CANNOT_DELETE },
                { FILE_BOND_DATA, DELETE, ALL_SHARED, FILE_DELETE_ON_CLOSE, false, STATUS_SUCCESS },
                { FILE_BOND_WRITABLE_DATA, DELETE, ALL_SHARED, FILE_DELETE_ON_CLOSE, false,
                                STATUS_SUCCESS },
                /* 4 */
                { FILE_BOND_IMAGE, FILE_READ_ATTRIBUTES, 0, 0, true, STATUS_USER_MAPPED_FILE },
                { FILE_BOND_DATA, FILE_WRITE_DATA, ALL_SHARED, 0, true, STATUS_USER_MAPPED_FILE },
                { FILE_BOND_WRITABLE_DATA, FILE_WRITE_DATA, ALL_SHARED, 0, true,
                                STATUS_USER_MAPPED_FILE },
                { FILE_BOND_DATA, FILE_WRITE_DATA, 0, 0, false, STATUS_SUCCESS },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                FileOpening opening = {
                        .uid = OWNER,
                        .access = rows[i].access,
                        .share_access = rows[i].shares,
                        .options = rows[i].options,
                        .overwrites = rows[i].overwrites,
                };
                FileBond bond = { 0 };

                bind_file(rows[i].kind, OWNER, false, &bond);
                ck_assert_msg(try_open(&opening) == rows[i].status, "row %zu", i);
                file_bond_end(&bond);
                file_bond_end(&bond);
                ck_assert_msg(try_open(&opening) == STATUS_SUCCESS, "row %zu without", i);
        }
}
END_TEST

/* By-tests 1.14: "CREATE_ALWAYS over a file with a data section: USER_MAPPED_FILE (if sharing
 * allows the open)". */
START_TEST(a_conflict_of_openings_is_told_before_one_with_sections) {
        FileOpening opening = { .uid = OWNER, .access = FILE_WRITE_DATA, .overwrites = true };
        FileShare reader = { 0 };
        FileBond bond = { 0 };

        ck_assert_status(open_as(OWNER, FILE_READ_DATA, FILE_SHARE_READ, false, &reader),
                        STATUS_SUCCESS);
        bind_file(FILE_BOND_DATA, OWNER, false, &bond);
        ck_assert_status(try_open(&opening), STATUS_SHARING_VIOLATION);
        file_share_end(&reader);
        ck_assert_status(try_open(&opening), STATUS_USER_MAPPED_FILE);
        file_bond_end(&bond);
}
END_TEST

START_TEST(a_section_binds_other_users_only_if_its_maker_may_write) {
        FileOpening opening = { .uid = STRANGER, .access = FILE_WRITE_DATA, .overwrites = true };
        FileShare share = { 0 };
        FileBond bond = { 0 };

        ck_assert_status(open_as(STRANGER, 0, 0, false, &share), STATUS_SUCCESS);
        bind_file(FILE_BOND_IMAGE, OWNER, false, &bond);
        ck_assert_status(try_open(&opening), STATUS_SUCCESS);
        ck_assert_status(shared_file_check_cut(share.file, STRANGER), STATUS_SUCCESS);
        ck_assert_status(shared_file_check_cut(share.file, OWNER), STATUS_USER_MAPPED_FILE);
        file_bond_end(&bond);

        bind_file(FILE_BOND_IMAGE, OWNER, true, &bond);
        ck_assert_status(try_open(&opening), STATUS_SHARING_VIOLATION);
        ck_assert_status(shared_file_check_cut(share.file, STRANGER), STATUS_USER_MAPPED_FILE);
        ck_assert_status(shared_file_check_delete(share.file, STRANGER), STATUS_CANNOT_DELETE);
        file_bond_end(&bond);
        ck_assert_status(shared_file_check_delete(share.file, STRANGER), STATUS_SUCCESS);
        file_share_end(&share);
}
END_TEST

START_TEST(files_are_told_apart_by_device_and_inode) {
        static const FileIdentity others[] = {
                { .device = 0x800002, .inode = 12 },
                { .device = 0x800001, .inode = 13 },
        };
        FileOpening opening = { .uid = OWNER, .access = FILE_READ_DATA };
        FileShare share = { 0 }, other = { 0 };

        ck_assert_status(open_as(OWNER, FILE_READ_DATA, 0, false, &share), STATUS_SUCCESS);
        for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
                ck_assert_status(file_share_begin(world.files, &others[i], &opening, &nobody,
                                                 &other),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(file_table_count(world.files), 2);
                file_share_end(&other);
        }
        file_share_end(&share);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, openings_of_one_user_agree_as_the_table_says);
        tcase_add_test(tests, the_third_must_agree_with_both_and_what_ended_does_not_count);
        tcase_add_test(tests, who_may_only_read_keeps_no_other_user_out);
        tcase_add_test(tests, who_may_write_keeps_others_out_and_must_be_shared_with);
        tcase_add_test(tests, sections_refuse_openings_in_their_order);
        tcase_add_test(tests, a_conflict_of_openings_is_told_before_one_with_sections);
        tcase_add_test(tests, a_section_binds_other_users_only_if_its_maker_may_write);
        tcase_add_test(tests, files_are_told_apart_by_device_and_inode);
}

int main(void) {
        return suite_main("shared-file", 30, add);
}
