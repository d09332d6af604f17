/*
 * Sections of files: which there are, of which files, and how large.
 */

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mapped-file.h"

#define SIZE 0x3456

static void setup(void) {
        mapped_file_make(SIZE);
}

static const ULONG protections[] = {
        PAGE_READONLY,
        PAGE_READWRITE,
        PAGE_WRITECOPY,
        PAGE_EXECUTE,
        PAGE_EXECUTE_READ,
        PAGE_EXECUTE_READWRITE,
        PAGE_EXECUTE_WRITECOPY,
};

/* by-tests 1.9, first table: data file. */
static const struct {
        ULONG attributes;
        NTSTATUS status;
        ULONG reported;
} flags[] = {
        { SEC_RESERVE, STATUS_SUCCESS, SEC_FILE },
        { SEC_COMMIT, STATUS_SUCCESS, SEC_FILE },
        { SEC_RESERVE | SEC_NOCACHE, STATUS_SUCCESS, SEC_FILE | SEC_NOCACHE },
        { SEC_COMMIT | SEC_NOCACHE, STATUS_SUCCESS, SEC_FILE | SEC_NOCACHE },
        { SEC_RESERVE | SEC_WRITECOMBINE, STATUS_SUCCESS, SEC_FILE | SEC_WRITECOMBINE },
        { SEC_COMMIT | SEC_WRITECOMBINE, STATUS_SUCCESS, SEC_FILE | SEC_WRITECOMBINE },
        { 0, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_RESERVE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_COMMIT | SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_RESERVE | SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_NOCACHE, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_WRITECOMBINE, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_FILE, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_FILE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_FILE | SEC_RESERVE, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_IMAGE | SEC_RESERVE, STATUS_INVALID_PARAMETER_6, 0 },
        { SEC_IMAGE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6, 0 },
};

/* [W] Neither commit nor reserve is reported of a file. */
START_TEST(flags_of_a_files_section) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ), section = NULL;
        SECTION_BASIC_INFORMATION basic;

        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY,
                                         flags[_i].attributes, file),
                        flags[_i].status);
        if (NT_SUCCESS(flags[_i].status)) {
                basic = section_basic(section);
                ck_assert_uint_eq(basic.AllocationAttributes, flags[_i].reported);
                ck_assert_ptr_null(basic.BaseAddress);
                ck_assert_int_eq(basic.MaximumSize.QuadPart, SIZE);
                api_assert_ok(NtClose(section));
        }
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9 "File access needed" and by-kernel 1.8: rights that each protection needs. */
static const struct {
        ULONG protection;
        ACCESS_MASK needs;
} access_rows[] = {
        { PAGE_READONLY, FILE_READ_DATA },
        { PAGE_WRITECOPY, FILE_READ_DATA },
        { PAGE_EXECUTE, FILE_EXECUTE },
        { PAGE_EXECUTE_READ, FILE_READ_DATA | FILE_EXECUTE },
        { PAGE_EXECUTE_WRITECOPY, FILE_READ_DATA | FILE_EXECUTE },
        { PAGE_READWRITE, FILE_READ_DATA | FILE_WRITE_DATA },
        { PAGE_EXECUTE_READWRITE, FILE_READ_DATA | FILE_WRITE_DATA | FILE_EXECUTE },
};

/* [W] [W!] Each subset of the rights to read, to write and to execute. */
START_TEST(a_protection_needs_rights_on_the_file) {
        for (size_t i = 0; i < G_N_ELEMENTS(access_rows); i++) {
                ACCESS_MASK has = ((unsigned) _i & 1 ? FILE_READ_DATA : 0) |
                                  ((unsigned) _i & 2 ? FILE_WRITE_DATA : 0) |
                                  ((unsigned) _i & 4 ? FILE_EXECUTE : 0);
                HANDLE file = mapped_file_open(has | FILE_READ_ATTRIBUTES), section = NULL;
                NTSTATUS want = access_rows[i].needs & ~has ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
                NTSTATUS status = mapped_file_section(file, 0, access_rows[i].protection, &section);

                ck_assert_msg(status == want, "rights 0x%x, protection 0x%x: %s", has,
                                access_rows[i].protection, zw_status_name(status));
                if (NT_SUCCESS(status))
                        api_assert_ok(NtClose(section));
                api_assert_ok(NtClose(file));
        }
}
END_TEST

/* by-kernel 1.8, note to row 10: a driver's calls are not checked. */
START_TEST(drivers_need_no_rights_on_the_file) {
        HANDLE file, section = NULL;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        file = mapped_file_open(FILE_READ_ATTRIBUTES);
        zw_set_previous_mode(KernelMode);
        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                api_assert_ok(mapped_file_section(file, 0, protections[i], &section));
                api_assert_ok(NtClose(section));
        }
        zw_set_previous_mode(UserMode);
        ck_assert_status(mapped_file_section(file, 0, PAGE_READONLY, &section),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9, "Size". */
static const struct {
        LONGLONG size;
        ULONG protection;
        NTSTATUS status;
        LONGLONG reported, file;
} sizes[] = {
        { 0, PAGE_READONLY, STATUS_SUCCESS, SIZE, SIZE }, /* [W] not rounded */
        { 36, PAGE_READONLY, STATUS_SUCCESS, 36, SIZE },  /* [W] exact */
        { 0x3452, PAGE_READWRITE, STATUS_SUCCESS, 0x3452, SIZE },
        { SIZE, PAGE_READONLY, STATUS_SUCCESS, SIZE, SIZE },
        { SIZE + 1, PAGE_READONLY, STATUS_SECTION_TOO_BIG, 0, SIZE },  /* [W] */
        { SIZE + 1, PAGE_WRITECOPY, STATUS_SECTION_TOO_BIG, 0, SIZE }, /* [T] row 16 */
        { SIZE + 1, PAGE_EXECUTE_WRITECOPY, STATUS_SECTION_TOO_BIG, 0, SIZE },
        { SIZE + 1, PAGE_READWRITE, STATUS_SUCCESS, SIZE + 1, SIZE + 1 }, /* [W] extended */
        { 0x12345, PAGE_EXECUTE_READWRITE, STATUS_SUCCESS, 0x12345, 0x12345 },
        { -1, PAGE_READWRITE, STATUS_SECTION_TOO_BIG, 0, SIZE }, /* [T] row 16 */
        { -1, PAGE_READONLY, STATUS_SECTION_TOO_BIG, 0, SIZE },
        { INT64_MIN, PAGE_READWRITE, STATUS_SECTION_TOO_BIG, 0, SIZE },       /* 1.14: 2^63 */
        { (1ll << 54) + 1, PAGE_READWRITE, STATUS_SECTION_TOO_BIG, 0, SIZE }, /* [wine] */
        { 1ll << 54, PAGE_READWRITE, STATUS_SECTION_NOT_EXTENDED, 0, SIZE },
};

START_TEST(size_of_a_files_section) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;

        ck_assert_status(mapped_file_section(file, sizes[_i].size, sizes[_i].protection, &section),
                        sizes[_i].status);
        ck_assert_int_eq(mapped_file_size(), sizes[_i].file);
        if (NT_SUCCESS(sizes[_i].status)) {
                ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, sizes[_i].reported);
                api_assert_ok(NtClose(section));
        } else {
                ck_assert_ptr_null(section);
        }
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.9: [W] an empty file without a size; 1.14: size 0. */
START_TEST(empty_file_has_no_size_to_go_by) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
        LARGE_INTEGER zero = { 0 };

        api_assert_ok(file_set_end(file, 0));
        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++)
                ck_assert_status(mapped_file_section(file, 0, protections[i], &section),
                                STATUS_MAPPED_FILE_SIZE_ZERO);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &zero, PAGE_READWRITE,
                                         SEC_COMMIT, file),
                        STATUS_MAPPED_FILE_SIZE_ZERO);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY,
                                         SEC_IMAGE, file),
                        STATUS_INVALID_FILE_FOR_SECTION); /* [W] */
        ck_assert_status(mapped_file_section(file, 1, PAGE_READONLY, &section),
                        STATUS_SECTION_TOO_BIG);
        api_assert_ok(mapped_file_section(file, 1, PAGE_READWRITE, &section));
        ck_assert_int_eq(mapped_file_size(), 1);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-kernel 1.8, row 11: what is no plain file. */
START_TEST(directories_and_devices_have_no_sections) {
        const WCHAR *const names[] = { u"\\??\\unix\\dev", u"\\??\\NUL", u"\\??\\unix\\dev\\zero" };
        HANDLE file = NULL, section = NULL;
        IO_STATUS_BLOCK io;

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
                api_assert_ok(NtOpenFile(&file, FILE_GENERIC_READ, NAMED(names[i]), &io, SHARE_ALL,
                                FILE_SYNCHRONOUS_IO_NONALERT));
                ck_assert_status(mapped_file_section(file, 0, PAGE_READONLY, &section),
                                STATUS_INVALID_FILE_FOR_SECTION);
                ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL,
                                                 PAGE_READONLY, SEC_IMAGE, file),
                                STATUS_INVALID_FILE_FOR_SECTION);
                api_assert_ok(NtClose(file));
        }
}
END_TEST

/* by-kernel 1.8: each call is wrong in what its row names, and in what the rows below it name. */
START_TEST(creation_is_checked_in_order) {
        HANDLE none = (HANDLE) 0xDEAD0, file = mapped_file_open(FILE_READ_ATTRIBUTES);
        HANDLE readable = mapped_file_open(FILE_GENERIC_READ), section = NULL;
        LARGE_INTEGER big = { .QuadPart = SIZE + 1 }, *wild = API_WILD;
        const ACCESS_MASK all = SECTION_ALL_ACCESS;
        POBJECT_ATTRIBUTES bad = NAMED(u"no\\root");

        ck_assert_status(
                        NtCreateSection(API_WILD, all, bad, wild, PAGE_NOACCESS, SEC_NOCACHE, none),
                        STATUS_INVALID_PARAMETER_6); /* rows 1 to 4 */
        ck_assert_status(NtCreateSection(API_WILD, all, bad, wild, PAGE_NOACCESS, SEC_COMMIT, none),
                        STATUS_INVALID_PAGE_PROTECTION); /* 5 */
        ck_assert_status(NtCreateSection(API_WILD, all, bad, wild, 6, SEC_COMMIT, none),
                        STATUS_ACCESS_VIOLATION); /* 6 */
        ck_assert_status(NtCreateSection(&section, all, bad, wild, 6, SEC_COMMIT, none),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSection(&section, all, bad, &big, 6, SEC_COMMIT | SEC_LARGE_PAGES,
                                         none),
                        STATUS_INVALID_PAGE_PROTECTION); /* 8 */
        ck_assert_status(NtCreateSection(&section, all, bad, &big, PAGE_READONLY,
                                         SEC_COMMIT | SEC_LARGE_PAGES, none),
                        STATUS_INVALID_PARAMETER_6); /* 9 */
        ck_assert_status(NtCreateSection(&section, all, bad, &big, PAGE_READONLY, SEC_COMMIT, none),
                        STATUS_INVALID_HANDLE); /* 10 */
        ck_assert_status(NtCreateSection(&section, all, bad, &big, PAGE_READONLY, SEC_COMMIT,
                                         NtCurrentProcess()),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtCreateSection(&section, all, bad, &big, PAGE_READONLY, SEC_COMMIT, file),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtCreateSection(&section, all, bad, &big, PAGE_READONLY, SEC_COMMIT,
                                         readable),
                        STATUS_SECTION_TOO_BIG); /* 16 */
        ck_assert_status(NtCreateSection(&section, all, bad, NULL, PAGE_READONLY, SEC_COMMIT,
                                         readable),
                        STATUS_OBJECT_PATH_SYNTAX_BAD); /* 20 and 21 */
        ck_assert_ptr_null(section);
        api_assert_ok(NtClose(file));
        api_assert_ok(NtClose(readable));
}
END_TEST

/* by-kernel 1.8, note (b): the section is built before its name is looked at; [T] note (c). */
START_TEST(file_is_extended_even_if_the_name_is_bad) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
        LARGE_INTEGER size = { .QuadPart = 0x8000 };

        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(u"THIS/IS/INVALID"),
                                         &size, PAGE_READWRITE, SEC_COMMIT, file),
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        ck_assert_int_eq(mapped_file_size(), 0x8000);
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-kernel 1.8, row 22: the section that is there keeps its size, whatever the file. */
START_TEST(section_that_is_there_is_opened) {
        const WCHAR *name = u"\\BaseNamedObjects\\of-file";
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL, again = NULL;
        LARGE_INTEGER size = { .QuadPart = 36 };

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(name), &size,
                        PAGE_READONLY, SEC_COMMIT, file));
        ck_assert_status(NtCreateSection(&again, SECTION_ALL_ACCESS, NAMED_WITH(name, OBJ_OPENIF),
                                         NULL, PAGE_READWRITE, SEC_COMMIT, file),
                        STATUS_OBJECT_NAME_EXISTS);
        ck_assert_int_eq(section_basic(again).MaximumSize.QuadPart, 36);
        api_assert_ok(NtClose(again));
        ck_assert_status(NtCreateSection(&again, SECTION_ALL_ACCESS, NAMED(name), NULL,
                                         PAGE_READONLY, SEC_COMMIT, file),
                        STATUS_OBJECT_NAME_COLLISION);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [P] A disk that is full, or a limit: no signal, and the file stays as it was. */
START_TEST(file_that_cannot_grow_is_not_extended) {
        struct rlimit limit = { 0x4000, RLIM_INFINITY };
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;

        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
        ck_assert_status(mapped_file_section(file, 0x4001, PAGE_READWRITE, &section),
                        STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(mapped_file_size(), SIZE);
        api_assert_ok(mapped_file_section(file, 0x4000, PAGE_READWRITE, &section));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.14 [W]: file and section are independent handles on it. */
START_TEST(section_outlives_the_file_handle) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ), section = NULL;
        PVOID base = NULL;

        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &section));
        api_assert_ok(NtClose(file));
        api_assert_ok(api_map(section, PAGE_READONLY, &base));
        api_assert_ok(NtClose(section));
        ck_assert_uint_eq(((uint8_t *) base)[1000], mapped_file_byte(1000));
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
}
END_TEST

/* by-tests 1.10: lengths as for any section, [W]. */
START_TEST(query_of_a_files_section) {
        HANDLE file = mapped_file_open(FILE_GENERIC_READ), section = NULL;
        SECTION_IMAGE_INFORMATION image;
        SECTION_BASIC_INFORMATION basic;
        SIZE_T length = 0;

        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &section));
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, &basic, 23, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQuerySection(section, SectionBasicInformation, &basic, 24, &length));
        ck_assert_uint_eq(length, 24);
        ck_assert_status(NtQuerySection(section, SectionImageInformation, &image, sizeof(image),
                                         &length),
                        STATUS_SECTION_NOT_IMAGE);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_loop_test(tests, flags_of_a_files_section, 0, G_N_ELEMENTS(flags));
        tcase_add_loop_test(tests, a_protection_needs_rights_on_the_file, 0, 8);
        tcase_add_test(tests, drivers_need_no_rights_on_the_file);
        tcase_add_loop_test(tests, size_of_a_files_section, 0, G_N_ELEMENTS(sizes));
        tcase_add_test(tests, empty_file_has_no_size_to_go_by);
        tcase_add_test(tests, directories_and_devices_have_no_sections);
        tcase_add_test(tests, creation_is_checked_in_order);
        tcase_add_test(tests, file_is_extended_even_if_the_name_is_bad);
        tcase_add_test(tests, section_that_is_there_is_opened);
        tcase_add_test(tests, file_that_cannot_grow_is_not_extended);
        tcase_add_test(tests, section_outlives_the_file_handle);
        tcase_add_test(tests, query_of_a_files_section);
}

int main(void) {
        return api_main("section-file", 30, add);
}
