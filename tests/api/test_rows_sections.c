/*
 * Rows of the tables of NtCreateSection, NtOpenSection and NtQuerySection, and of what files and
 * sections make of each other, that no other suite shows. by-tests 1.9, 1.10 and 1.14.
 */

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "mapped-file.h"

#define NAME  u"\\BaseNamedObjects\\rows"
#define IMAGE "rows.dll"
#define SIZE  0x3456

static void setup(void) {
        mapped_file_make(SIZE);
}

static bool is_section_protection(ULONG protection) {
        return protection != 0 && (protection & (protection - 1)) == 0 &&
               protection <= PAGE_EXECUTE_WRITECOPY && protection != PAGE_NOACCESS;
}

/* by-tests 1.9 "Page protection argument" [W]: the tables of 00 to 0F and 10 to F0, and all
 * between; with a file and without. (PAGE_EXECUTE is refused by kernel32 only.) */
START_TEST(of_all_protections_seven_are_those_of_sections) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;

        for (ULONG protection = 0; protection <= 0xFFF; protection++) {
                NTSTATUS want = is_section_protection(protection) ? STATUS_SUCCESS
                                                                  : STATUS_INVALID_PAGE_PROTECTION;
                NTSTATUS status = mapped_file_section(file, 0, protection, &section);

                ck_assert_msg(status == want, "0x%x of a file: %s", protection,
                                zw_status_name(status));
                if (NT_SUCCESS(status))
                        api_assert_ok(NtClose(section));
                status = mapped_file_section(NULL, 1, protection, &section);
                ck_assert_msg(status == want, "0x%x: %s", protection, zw_status_name(status));
                if (NT_SUCCESS(status))
                        api_assert_ok(NtClose(section));
        }
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9 "GrantedAccess of handles" [W]: rights of who opens, and of who duplicates. */
static const struct {
        ACCESS_MASK wanted, granted;
} rights[] = {
        { GENERIC_READ, STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ },
        { GENERIC_WRITE, STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE },
        { GENERIC_EXECUTE, STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE },
        { GENERIC_ALL, SECTION_ALL_ACCESS },
        { SECTION_QUERY, SECTION_QUERY },
        { SECTION_MAP_WRITE, SECTION_MAP_WRITE },
        { SECTION_MAP_READ, SECTION_MAP_READ },       /* FILE_MAP_READ: exactly 4 */
        { SECTION_MAP_EXECUTE, SECTION_MAP_EXECUTE }, /* exactly 8 */
        { SECTION_EXTEND_SIZE, SECTION_EXTEND_SIZE },
        { SECTION_MAP_READ | SECTION_MAP_WRITE, SECTION_MAP_READ | SECTION_MAP_WRITE },
        { STANDARD_RIGHTS_REQUIRED | SECTION_QUERY, STANDARD_RIGHTS_REQUIRED | SECTION_QUERY },
};

START_TEST(who_opens_or_duplicates_has_the_rights_that_were_asked_for) {
        HANDLE section = NULL, opened = NULL, copy = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(api_open(NAME, rights[_i].wanted, &opened));
        ck_assert_uint_eq(api_granted_access(opened), rights[_i].granted);
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &copy,
                        rights[_i].wanted, 0, 0));
        ck_assert_uint_eq(api_granted_access(copy), rights[_i].granted);
        api_assert_ok(NtClose(copy));
        api_assert_ok(NtClose(opened));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.9 [W]: CreateFileMapping on an existing name, and NtOpenSection on another type. */
START_TEST(name_of_another_type_is_a_mismatch_for_who_opens) {
        HANDLE directory = NULL, section = API_WILD;

        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NAMED(NAME)));
        ck_assert_status(api_open(NAME, SECTION_MAP_READ, &section), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(section);
        api_assert_ok(NtClose(directory));
}
END_TEST

static PeBuild build;

static HANDLE image_new(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        return image_section_of(IMAGE, &build);
}

/* by-tests 1.9 "Size" [W]: it is the image that counts, "even if the file itself is larger". */
START_TEST(image_is_not_longer_for_what_follows_it_in_the_file) {
        g_autofree char *path = g_build_filename(api_folder(), IMAGE, NULL);
        HANDLE section = NULL, file = NULL;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        image_file_write(IMAGE, &build);
        ck_assert_int_eq(truncate(path, 0x20000), 0);
        image_files_grow_old();
        api_assert_ok(image_file_open(IMAGE, FILE_READ_DATA, &file));
        api_assert_ok(image_create(file, PE_BUILD_IMAGE_SIZE, SEC_IMAGE, &section));
        ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, PE_BUILD_IMAGE_SIZE);
        api_assert_ok(NtClose(section));
        ck_assert_status(image_create(file, PE_BUILD_IMAGE_SIZE + 1, SEC_IMAGE, &section),
                        STATUS_SECTION_TOO_BIG);
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, PE_BUILD_IMAGE_SIZE);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9 "Image errors" [W], of a file; and 1.9 "data file, not a PE". */
START_TEST(program_of_an_older_system_is_told_apart) {
        static const struct {
                const char *signature;
                uint8_t system; /* exetyp */
                NTSTATUS status;
        } rows[] = {
                { "NE", 0, STATUS_INVALID_IMAGE_NE_FORMAT },
                { "NE", 2, STATUS_INVALID_IMAGE_WIN_16 },
                { "NE", 5, STATUS_INVALID_IMAGE_PROTECT },
                { "LE", 0, STATUS_INVALID_IMAGE_LE_FORMAT },
                { "ZZ", 0, STATUS_INVALID_IMAGE_PROTECT },
        };
        uint8_t *header;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        header = build.bytes + PE_BUILD_NEW_HEADER;
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                HANDLE file = NULL, section = API_WILD;

                header[0] = (uint8_t) rows[i].signature[0];
                header[1] = (uint8_t) rows[i].signature[1];
                header[0x36] = rows[i].system;
                image_file_write(IMAGE, &build);
                image_files_grow_old();
                api_assert_ok(image_file_open(IMAGE, FILE_READ_DATA, &file));
                ck_assert_status(image_create(file, 0, SEC_IMAGE, &section), rows[i].status);
                ck_assert_ptr_null(section);
                api_assert_ok(NtClose(file));
        }
}
END_TEST

/* by-tests 1.9, "File access needed" [W]: no access, anything; of an image too. */
START_TEST(file_that_cannot_be_read_has_no_section) {
        const ULONG kinds[] = { SEC_COMMIT, SEC_RESERVE, SEC_IMAGE, SEC_IMAGE | SEC_NOCACHE };
        HANDLE file = mapped_file_open(FILE_READ_ATTRIBUTES), section = API_WILD;

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                for (ULONG protection = PAGE_READONLY; protection <= PAGE_EXECUTE_WRITECOPY;
                                protection <<= 1) {
                        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL,
                                                         protection, kinds[i], file),
                                        STATUS_ACCESS_DENIED);
                        ck_assert_ptr_null(section);
                }
        }
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9 "File access needed" [wine]: READ is what an image takes; [P] who starts a program
 * need but be allowed to execute it. */
START_TEST(image_takes_the_right_to_read) {
        HANDLE section = image_new(), file = NULL, other = NULL;

        for (ULONG protection = PAGE_READONLY; protection <= PAGE_EXECUTE_WRITECOPY;
                        protection <<= 1) {
                api_assert_ok(image_file_open(IMAGE, FILE_EXECUTE, &file));
                ck_assert_status(NtCreateSection(&other, SECTION_ALL_ACCESS, NULL, NULL, protection,
                                                 SEC_IMAGE, file),
                                protection == PAGE_EXECUTE ? STATUS_SUCCESS : STATUS_ACCESS_DENIED);
                if (protection == PAGE_EXECUTE)
                        api_assert_ok(NtClose(other));
                api_assert_ok(NtClose(file));
                api_assert_ok(image_file_open(IMAGE, FILE_READ_DATA, &file));
                api_assert_ok(NtCreateSection(&other, SECTION_ALL_ACCESS, NULL, NULL, protection,
                                SEC_IMAGE, file));
                api_assert_ok(NtClose(other));
                api_assert_ok(NtClose(file));
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.9 "Size" [W]: of all kinds of page-file section, as reported and as mapped. */
START_TEST(size_without_a_file_is_in_whole_pages) {
        const ULONG kinds[] = { SEC_COMMIT, SEC_RESERVE, SEC_COMMIT | SEC_NOCACHE,
                SEC_RESERVE | SEC_WRITECOMBINE };
        const LONGLONG sizes[][2] = { { 1, 0x1000 }, { 4090, 0x1000 }, { 0x3452, 0x4000 },
                { 0x4000, 0x4000 } };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds) * G_N_ELEMENTS(sizes); i++) {
                const LONGLONG *row = sizes[i % G_N_ELEMENTS(sizes)];
                LARGE_INTEGER size = { .QuadPart = row[0] };
                ViewOptions options = { 0 };
                HANDLE section = NULL;
                PVOID base = NULL;

                api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
                                PAGE_READWRITE, kinds[i / G_N_ELEMENTS(sizes)], NULL));
                ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, row[1]);
                ck_assert_int_eq(size.QuadPart, row[0]); /* it is not written back */
                api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
                ck_assert_uint_eq(options.size, row[1]);
                view_unmap(base);
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* by-tests 1.10 [W], [wine]: fields that a query does not write, and lengths around each. */
START_TEST(query_writes_what_it_says_and_no_more) {
        HANDLE image = image_new(), data = NULL;
        uint8_t room[128] __attribute__((aligned(16)));
        SIZE_T length = ~(SIZE_T) 0;

        api_assert_ok(api_create(NULL, SECTION_QUERY, &data));
        memset(room, 0xCC, sizeof(room));
        api_assert_ok(NtQuerySection(data, SectionBasicInformation, room, sizeof(room), &length));
        ck_assert_uint_eq(length, 24); /* all of its 8 bytes */
        ck_assert_uint_eq(room[24], 0xCC);
        api_assert_ok(NtQuerySection(image, SectionImageInformation, room, sizeof(room), &length));
        ck_assert_uint_eq(length, 64);
        ck_assert_uint_eq(room[64], 0xCC);
        ck_assert_status(NtQuerySection(image, SectionBasicInformation, room, 23, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 64);
        api_assert_ok(NtClose(data));
        api_assert_ok(NtClose(image));
}
END_TEST

static NTSTATUS tried(ACCESS_MASK access, ULONG share, ULONG disposition, ULONG options) {
        HANDLE file = NULL;
        IO_STATUS_BLOCK io;
        NTSTATUS status = NtCreateFile(&file, access, NAMED(image_file_name(IMAGE)), &io, NULL, 0,
                        share, disposition, options, NULL, 0);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(file));
        return status;
}

/* by-tests 1.14, "order of the refusals for an open of a mapped file" [wine+], of an image; and
 * "CREATE_ALWAYS over a SEC_IMAGE section" [W]. */
START_TEST(file_of_an_image_is_refused_in_this_order) {
        HANDLE section = image_new();

        ck_assert_status(tried(FILE_WRITE_DATA | DELETE, SHARE_ALL, FILE_OVERWRITE_IF,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_SHARING_VIOLATION); /* 2, 3 and 4 */
        ck_assert_status(tried(FILE_GENERIC_READ | FILE_GENERIC_WRITE, SHARE_ALL, FILE_OVERWRITE_IF,
                                         0),
                        STATUS_SHARING_VIOLATION); /* 2 and 4: CREATE_ALWAYS */
        ck_assert_status(tried(FILE_READ_DATA | DELETE, SHARE_ALL, FILE_OVERWRITE_IF,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_CANNOT_DELETE); /* 3 and 4 */
        ck_assert_status(tried(FILE_READ_ATTRIBUTES, SHARE_ALL, FILE_OVERWRITE_IF, 0),
                        STATUS_USER_MAPPED_FILE); /* 4, without a right to data */
        ck_assert_status(tried(FILE_READ_ATTRIBUTES | DELETE, SHARE_ALL, FILE_OPEN,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_CANNOT_DELETE); /* 3, the same */
        api_assert_ok(tried(FILE_APPEND_DATA, SHARE_ALL, FILE_OPEN, 0));
        api_assert_ok(tried(FILE_READ_DATA, 0, FILE_OPEN, 0)); /* 1 is not about images */
        api_assert_ok(NtClose(section));
        api_assert_ok(tried(FILE_WRITE_DATA | DELETE, SHARE_ALL, FILE_OVERWRITE_IF,
                        FILE_DELETE_ON_CLOSE));
}
END_TEST

/* The same of data that somebody may write, and of data and image at once. */
START_TEST(file_of_both_kinds_of_section_is_refused_in_this_order) {
        HANDLE file = NULL, image = image_new(), data = NULL;

        /* Nobody may open it to write while it is an image: the section comes first. */
        api_assert_ok(NtClose(image));
        api_assert_ok(image_file_open(IMAGE, FILE_READ_DATA | FILE_WRITE_DATA, &file));
        api_assert_ok(NtCreateSection(
                        &data, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE, SEC_COMMIT, file));
        image = image_section(IMAGE);
        api_assert_ok(NtClose(file));
        ck_assert_status(tried(FILE_READ_DATA | DELETE, FILE_SHARE_READ, FILE_OPEN,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_SHARING_VIOLATION); /* 1 and 3 */
        ck_assert_status(tried(FILE_READ_ATTRIBUTES, FILE_SHARE_READ, FILE_OVERWRITE, 0),
                        STATUS_SHARING_VIOLATION); /* 1 and 4 */
        ck_assert_status(tried(FILE_READ_DATA | DELETE, SHARE_ALL, FILE_OVERWRITE,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_CANNOT_DELETE); /* 3 and 4 */
        api_assert_ok(NtClose(image));
        ck_assert_status(tried(FILE_READ_DATA | DELETE, FILE_SHARE_READ, FILE_OVERWRITE,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_SHARING_VIOLATION); /* 1 and 4 */
        ck_assert_status(tried(FILE_WRITE_DATA | DELETE, SHARE_ALL, FILE_OVERWRITE,
                                         FILE_DELETE_ON_CLOSE),
                        STATUS_USER_MAPPED_FILE); /* 4 alone */
        api_assert_ok(NtClose(data));
}
END_TEST

/* by-tests 1.14 [W]: "DeleteFile while a SEC_IMAGE section handle exists; works after closing". */
START_TEST(file_of_an_image_is_deleted_after_it) {
        g_autofree char *path = g_build_filename(api_folder(), IMAGE, NULL);
        FILE_DISPOSITION_INFORMATION yes = { .DeleteFile = TRUE };
        HANDLE section = image_new(), file = NULL;
        uint8_t *view = image_map(section, NULL);
        IO_STATUS_BLOCK io;

        api_assert_ok(image_file_open(IMAGE, DELETE, &file));
        for (int i = 0; i < 2; i++) {
                ck_assert_status(NtSetInformationFile(file, &io, &yes, sizeof(yes),
                                                 FileDispositionInformation),
                                STATUS_CANNOT_DELETE);
                if (i == 0)
                        api_assert_ok(NtClose(section));
        }
        view_unmap(view);
        api_assert_ok(NtSetInformationFile(
                        file, &io, &yes, sizeof(yes), FileDispositionInformation));
        api_assert_ok(NtClose(file));
        ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* by-tests 1.14 [W]: SetEndOfFile, of an image's file as of a data section's. */
START_TEST(file_of_an_image_is_not_cut) {
        HANDLE section = NULL, file = NULL;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        image_file_write(IMAGE, &build);
        image_files_grow_old();
        api_assert_ok(image_file_open(IMAGE, FILE_READ_DATA | FILE_WRITE_DATA, &file));
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        ck_assert_status(file_set_end(file, PE_BUILD_SIZE - 1), STATUS_USER_MAPPED_FILE);
        api_assert_ok(NtClose(section));
        api_assert_ok(file_set_end(file, PE_BUILD_SIZE - 1));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.14 [W!]: GetFileType on a section, which asks what kind of device it is. */
START_TEST(section_is_no_file_of_any_kind) {
        FILE_FS_DEVICE_INFORMATION device;
        IO_STATUS_BLOCK io;
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtQueryVolumeInformationFile(section, &io, &device, sizeof(device),
                                         FileFsDeviceInformation),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.14 [wine+]: WRITECOPY and READONLY views never change the file; [W] the section of a
 * file whose handle is closed works on, and what is written is there when it is opened again. */
START_TEST(only_a_view_to_write_changes_the_file) {
        const ULONG kinds[][2] = {
                { PAGE_READWRITE, PAGE_WRITECOPY },
                { PAGE_WRITECOPY, PAGE_WRITECOPY },
                { PAGE_READONLY, PAGE_WRITECOPY },
                { PAGE_EXECUTE_READ, PAGE_EXECUTE_WRITECOPY },
                { PAGE_READWRITE, PAGE_READWRITE },
                { PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_READWRITE },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                const bool writes = kinds[i][1] & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE);
                HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
                LONGLONG at = (LONGLONG) i;
                uint8_t byte = 0;
                PVOID base = NULL;

                api_assert_ok(mapped_file_section(file, 0, kinds[i][0], &section));
                api_assert_ok(NtClose(file));
                api_assert_ok(view_map(section, kinds[i][1], &base, NULL));
                api_assert_ok(NtClose(section));
                ((uint8_t *) base)[i] = 0xEE;
                ck_assert_uint_eq(((volatile uint8_t *) base)[i], 0xEE);
                view_unmap(base);
                file = mapped_file_open(FILE_GENERIC_READ);
                api_assert_ok(file_read(file, &byte, 1, &at, NULL));
                ck_assert_uint_eq(byte, writes ? 0xEE : mapped_file_byte(i));
                api_assert_ok(NtClose(file));
        }
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, of_all_protections_seven_are_those_of_sections);
        tcase_add_loop_test(tests, who_opens_or_duplicates_has_the_rights_that_were_asked_for, 0,
                        G_N_ELEMENTS(rights));
        tcase_add_test(tests, name_of_another_type_is_a_mismatch_for_who_opens);
        tcase_add_test(tests, image_is_not_longer_for_what_follows_it_in_the_file);
        tcase_add_test(tests, program_of_an_older_system_is_told_apart);
        tcase_add_test(tests, file_that_cannot_be_read_has_no_section);
        tcase_add_test(tests, image_takes_the_right_to_read);
        tcase_add_test(tests, size_without_a_file_is_in_whole_pages);
        tcase_add_test(tests, query_writes_what_it_says_and_no_more);
        tcase_add_test(tests, file_of_an_image_is_refused_in_this_order);
        tcase_add_test(tests, file_of_both_kinds_of_section_is_refused_in_this_order);
        tcase_add_test(tests, file_of_an_image_is_deleted_after_it);
        tcase_add_test(tests, file_of_an_image_is_not_cut);
        tcase_add_test(tests, section_is_no_file_of_any_kind);
        tcase_add_test(tests, only_a_view_to_write_changes_the_file);
}

int main(void) {
        return api_main("rows-sections", 60, add);
}
