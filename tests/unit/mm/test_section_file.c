/*
 * Sections of files' data: by-tests 1.9, by-kernel 1.8.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "device-kinds.h"
#include "file.h"
#include "fixture.h"
#include "grant.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "section-file.h"
#include "section-rules.h"
#include "section.h"
#include "suite.h"

#define ALL_SHARED (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define SIZE       0x3456u

static FileWorld world;
static File *file;

static void make(const char *name, size_t size) {
        g_autofree char *path = file_world_path(&world, name);
        g_autofree char *bytes = g_malloc0(size + 1);

        ck_assert(g_file_set_contents(path, bytes, (gssize) size, NULL));
}

static File *open_file(const char *name, ACCESS_MASK access, int flags) {
        FileRequest request = {
                .device = DEVICE_VOLUME,
                .access = access,
                .share_access = ALL_SHARED,
                .fd = file_world_open(&world, world.quota, name, flags),
                .place = FILE_PLACE_NONE,
        };
        File *opened = NULL;

        ck_assert_status(
                        file_new_take(world.files, &request, world.quota, &opened), STATUS_SUCCESS);
        return opened;
}

static void begin(void) {
        file_world_init(&world);
        make("f", SIZE);
        make("other", SIZE);
        file = open_file("f", FILE_READ_DATA, O_RDONLY);
}

static void end(void) {
        object_unref(&file->object);
        file_world_clear(&world);
}

static SectionFileRequest request(ULONG attributes, ULONG protection, uint64_t size) {
        return (SectionFileRequest){
                .file = file,
                .attributes = attributes,
                .protection = protection,
                .size = size,
                .read_only = file_world_open(&world, world.quota, "f", O_RDONLY),
                .read_write = file_world_open(&world, world.quota, "f", O_RDWR),
        };
}

static NTSTATUS try_section(SectionFileRequest *asked, Section **ret) {
        NTSTATUS status = section_new_of_file_take(world.files, asked, world.quota, ret);

        ck_assert_int_eq(asked->read_only.fd, -1);
        ck_assert_int_eq(asked->read_write.fd, -1);
        return status;
}

static void assert_refused(SectionFileRequest asked, NTSTATUS want) {
        Section *section = NULL;

        ck_assert_status(try_section(&asked, &section), want);
        ck_assert_ptr_null(section);
}

static Section *make_section(ULONG attributes, ULONG protection, uint64_t size) {
        SectionFileRequest asked = request(attributes, protection, size);
        Section *section = NULL;

        ck_assert_status(try_section(&asked, &section), STATUS_SUCCESS);
        ck_assert(section->object.reports);
        return section;
}

static void drop(Section *section) {
        object_unref(&section->object);
}

/* By-tests 1.9: "data file" rows of the flags. */
START_TEST(flags_are_reported_without_commit_and_reserve) {
        static const struct {
                ULONG attributes;
                ULONG reported;
        } rows[] = {
                { SEC_RESERVE, SEC_FILE },
                { SEC_COMMIT, SEC_FILE },
                { SEC_COMMIT | SEC_NOCACHE, SEC_FILE | SEC_NOCACHE },
                { SEC_RESERVE | SEC_NOCACHE, SEC_FILE | SEC_NOCACHE },
                { SEC_COMMIT | SEC_WRITECOMBINE, SEC_FILE | SEC_WRITECOMBINE },
                { SEC_RESERVE | SEC_WRITECOMBINE, SEC_FILE | SEC_WRITECOMBINE },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                Section *section = make_section(rows[i].attributes, PAGE_READONLY, 0);

                ck_assert_uint_eq(section->attributes, rows[i].reported);
                drop(section);
        }
}
END_TEST

START_TEST(flags_that_make_no_sense_are_refused) {
        static const ULONG rows[] = { 0, SEC_RESERVE | SEC_COMMIT, SEC_NOCACHE, SEC_WRITECOMBINE,
                SEC_LARGE_PAGES, SEC_COMMIT | SEC_LARGE_PAGES, SEC_FILE, SEC_FILE | SEC_COMMIT,
                SEC_FILE | SEC_RESERVE, SEC_IMAGE | SEC_RESERVE, SEC_IMAGE | SEC_COMMIT };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                assert_refused(request(rows[i], PAGE_READONLY, 0), STATUS_INVALID_PARAMETER_6);
        assert_refused(request(SEC_COMMIT | SEC_BASED, PAGE_READONLY, 0), STATUS_NOT_SUPPORTED);
}
END_TEST

/* By-tests 1.9: sizes. By-kernel 1.8: rows 15, 16. */
START_TEST(sizes_are_exact_and_never_beyond_the_file) {
        static const struct {
                ULONG protection;
                uint64_t size;
                NTSTATUS status;
                uint64_t made;
        } rows[] = {
                { PAGE_READONLY, 0, STATUS_SUCCESS, SIZE },
                { PAGE_READWRITE, 0, STATUS_SUCCESS, SIZE },
                { PAGE_READONLY, 36, STATUS_SUCCESS, 36 },
                { PAGE_WRITECOPY, 0x3452, STATUS_SUCCESS, 0x3452 },
                { PAGE_READONLY, SIZE, STATUS_SUCCESS, SIZE },
                { PAGE_READONLY, SIZE + 1, STATUS_SECTION_TOO_BIG, 0 },
                { PAGE_WRITECOPY, SIZE + 1, STATUS_SECTION_TOO_BIG, 0 },
                { PAGE_EXECUTE_READ, SIZE + 1, STATUS_SECTION_TOO_BIG, 0 },
                { PAGE_READONLY, UINT64_MAX, STATUS_SECTION_TOO_BIG, 0 },
                { PAGE_READWRITE, UINT64_MAX, STATUS_SECTION_TOO_BIG, 0 },
                { PAGE_READWRITE, 1ull << 63, STATUS_SECTION_TOO_BIG, 0 },
                /* the client has not made it as large as it says */
                { PAGE_READWRITE, SIZE + 1, STATUS_SECTION_NOT_EXTENDED, 0 },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                SectionFileRequest asked = request(SEC_COMMIT, rows[i].protection, rows[i].size);
                Section *section = NULL;

                ck_assert_msg(try_section(&asked, &section) == rows[i].status, "row %zu", i);
                if (!section)
                        continue;
                ck_assert_uint_eq(section->size, rows[i].made);
                ck_assert_uint_eq(section->protection, rows[i].protection);
                drop(section);
        }
}
END_TEST

START_TEST(an_empty_file_has_no_section) {
        make("f", 0);
        object_unref(&file->object);
        file = open_file("f", FILE_READ_DATA, O_RDONLY);
        assert_refused(request(SEC_COMMIT, PAGE_READONLY, 0), STATUS_MAPPED_FILE_SIZE_ZERO);
        assert_refused(request(SEC_COMMIT, PAGE_READONLY, 5), STATUS_SECTION_TOO_BIG);
}
END_TEST

START_TEST(protections_are_those_of_sections) {
        static const ULONG good[] = { PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_EXECUTE,
                PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY };
        static const ULONG bad[] = { 0, PAGE_NOACCESS, 0x1234, PAGE_READONLY | PAGE_READWRITE,
                PAGE_READONLY | PAGE_GUARD, UINT32_MAX };

        for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
                drop(make_section(SEC_COMMIT, good[i], 0));
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
                assert_refused(request(SEC_COMMIT, bad[i], 0), STATUS_INVALID_PAGE_PROTECTION);
}
END_TEST

START_TEST(only_regular_files_have_sections) {
        g_autofree char *path = file_world_path(&world, "pipe");
        static const struct {
                const char *name;
                int flags;
        } rows[] = {
                { "", O_RDONLY | O_DIRECTORY },
                { "pipe", O_RDONLY | O_NONBLOCK },
                { "pipe", O_PATH },
        };

        ck_assert_int_eq(mkfifo(path, 0600), 0);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                object_unref(&file->object);
                file = open_file(rows[i].name, 0, rows[i].flags);
                assert_refused(request(SEC_COMMIT, PAGE_READONLY, 0),
                                STATUS_INVALID_FILE_FOR_SECTION);
        }
}
END_TEST

START_TEST(descriptors_are_the_file_s_and_can_do_what_they_are_for_and_no_more) {
        SectionFileRequest asked = request(SEC_COMMIT, PAGE_READWRITE, 0);

        client_fd_clear(&asked.read_only);
        assert_refused(asked, STATUS_ACCESS_DENIED);

        asked = request(SEC_COMMIT, PAGE_READWRITE, 0);
        client_fd_clear(&asked.read_write);
        assert_refused(asked, STATUS_ACCESS_DENIED);

        asked = request(SEC_COMMIT, PAGE_READWRITE, 0);
        client_fd_clear(&asked.read_write);
        asked.read_write = file_world_open(&world, world.quota, "f", O_WRONLY);
        assert_refused(asked, STATUS_ACCESS_DENIED);

        asked = request(SEC_COMMIT, PAGE_READONLY, 0); /* views would get it */
        client_fd_clear(&asked.read_only);
        asked.read_only = file_world_open(&world, world.quota, "f", O_RDWR);
        assert_refused(asked, STATUS_ACCESS_DENIED);

        asked = request(SEC_COMMIT, PAGE_READONLY, 0);
        client_fd_clear(&asked.read_only);
        asked.read_only = file_world_open(&world, world.quota, "other", O_RDONLY);
        assert_refused(asked, STATUS_INVALID_PARAMETER);

        asked = request(SEC_COMMIT, PAGE_READWRITE, 0);
        client_fd_clear(&asked.read_write);
        asked.read_write = file_world_open(&world, world.quota, "other", O_RDWR);
        assert_refused(asked, STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(only_who_may_write_to_the_section_gets_a_descriptor_that_can) {
        Section *writable = make_section(SEC_COMMIT, PAGE_READWRITE, 0);
        Section *readable = make_section(SEC_COMMIT, PAGE_READONLY, 0);
        const ClientFd *fd = NULL;

        ck_assert_status(section_file_memory(
                                         writable->file, SECTION_QUERY | SECTION_EXTEND_SIZE, &fd),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(
                        section_file_memory(writable->file, SECTION_MAP_READ, &fd), STATUS_SUCCESS);
        ck_assert_ptr_eq(fd, &writable->file->read_only);
        ck_assert_status(section_file_memory(writable->file, SECTION_MAP_EXECUTE, &fd),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(fd, &writable->file->read_only);
        ck_assert_status(section_file_memory(writable->file, SECTION_MAP_WRITE, &fd),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(fd, &writable->file->read_write);
        ck_assert_int_eq(readable->file->read_write.fd, -1);
        ck_assert_status(section_file_memory(readable->file, SECTION_MAP_WRITE, &fd),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(fd, &readable->file->read_only);
        drop(writable);
        drop(readable);
}
END_TEST

/* By-tests 1.14: "file handle closed after CreateFileMapping: section and views keep working", and
 * the rows of the hold. */
START_TEST(the_bond_lasts_as_long_as_the_section_whatever_becomes_of_the_file) {
        Section *section = make_section(SEC_COMMIT, PAGE_READWRITE, 0);
        FileOpening opening = {
                .uid = geteuid(),
                .access = FILE_READ_DATA,
                .share_access = FILE_SHARE_READ,
        };
        FileIdentity identity = file->facts.identity;
        FileShare share = { 0 };

        object_unref(&file->object);
        ck_assert_status(file_share_begin(world.files, &identity, &opening, NULL, &share),
                        STATUS_SHARING_VIOLATION);
        object_ref(&section->object);
        drop(section);
        ck_assert_status(file_share_begin(world.files, &identity, &opening, NULL, &share),
                        STATUS_SHARING_VIOLATION);
        drop(section);
        ck_assert_status(file_share_begin(world.files, &identity, &opening, NULL, &share),
                        STATUS_SUCCESS);
        file_share_end(&share);
        file = open_file("f", FILE_READ_DATA, O_RDONLY);
}
END_TEST

START_TEST(the_kind_of_the_bond_is_that_of_what_views_can_do) {
        static const struct {
                ULONG protection;
                FileBondKind kind;
                bool may_write;
        } rows[] = {
                { PAGE_READONLY, FILE_BOND_DATA, false },
                { PAGE_WRITECOPY, FILE_BOND_DATA, false },
                { PAGE_EXECUTE_WRITECOPY, FILE_BOND_DATA, false },
                { PAGE_READWRITE, FILE_BOND_WRITABLE_DATA, true },
                { PAGE_EXECUTE_READWRITE, FILE_BOND_WRITABLE_DATA, true },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                Section *section = make_section(SEC_COMMIT, rows[i].protection, 0);

                ck_assert_int_eq(section->file->bond.kind, rows[i].kind);
                ck_assert(section->file->bond.may_write == rows[i].may_write);
                drop(section);
        }
        object_unref(&file->object);
        file = open_file("f", FILE_READ_DATA, O_RDWR);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                Section *section = make_section(SEC_COMMIT, rows[i].protection, 0);

                ck_assert(section->file->bond.may_write);
                drop(section);
        }
}
END_TEST

START_TEST(a_quota_of_objects_is_kept) {
        QuotaLimits limits = *quota_table_limits(world.quotas);

        limits.limit[QUOTA_OBJECTS] = 1; /* the File */
        quota_table_set_limits(world.quotas, &limits);
        assert_refused(request(SEC_COMMIT, PAGE_READONLY, 0), STATUS_QUOTA_EXCEEDED);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, flags_are_reported_without_commit_and_reserve);
        tcase_add_test(tests, flags_that_make_no_sense_are_refused);
        tcase_add_test(tests, sizes_are_exact_and_never_beyond_the_file);
        tcase_add_test(tests, an_empty_file_has_no_section);
        tcase_add_test(tests, protections_are_those_of_sections);
        tcase_add_test(tests, only_regular_files_have_sections);
        tcase_add_test(tests, descriptors_are_the_file_s_and_can_do_what_they_are_for_and_no_more);
        tcase_add_test(tests, only_who_may_write_to_the_section_gets_a_descriptor_that_can);
        tcase_add_test(tests, the_bond_lasts_as_long_as_the_section_whatever_becomes_of_the_file);
        tcase_add_test(tests, the_kind_of_the_bond_is_that_of_what_views_can_do);
        tcase_add_test(tests, a_quota_of_objects_is_kept);
}

int main(void) {
        return suite_main("section-of-file", 20, add);
}
