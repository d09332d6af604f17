/*
 * Making, opening, extending and asking about sections: rows of by-kernel 1.8, 1.9, 1.12 and 1.13
 * that no other suite has, and what is noticed first where several things are wrong.
 */

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "image.h"
#include "mapped-file.h"
#include "memory.h"
#include "ntsecurity.h"
#include "section-rules.h"
#include "winternl.h"

#define NAME u"\\BaseNamedObjects\\row"
#define SIZE 0x3456
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)

static const ACCESS_MASK all = SECTION_ALL_ACCESS;

static void setup(void) {
        mapped_file_make(SIZE);
}

static NTSTATUS create(ULONG attributes, ULONG protection, LONGLONG bytes, PHANDLE ret) {
        LARGE_INTEGER size = { .QuadPart = bytes };

        return NtCreateSection(ret, all, NULL, &size, protection, attributes, NULL);
}

/* A page that can be read only; all of it is zero. */
static void *read_only_page(void) {
        void *page = mmap(NULL, API_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        ck_assert_ptr_ne(page, MAP_FAILED);
        return page;
}

/* 1.8 rows 1, 4 and 14: each of the 32 bits beside SEC_COMMIT. */
START_TEST(each_bit_beside_commit_is_known_or_refused) {
        const ULONG bit = 1u << _i;
        NTSTATUS want = STATUS_INVALID_PARAMETER_6;
        HANDLE section = NULL;

        if (bit == SEC_LARGE_PAGES)
                want = STATUS_INVALID_PARAMETER_4; /* a page is no multiple of a large one */
        else if (bit & (SEC_COMMIT | SEC_BASED | SEC_NO_CHANGE | SEC_NOCACHE | SEC_WRITECOMBINE))
                want = STATUS_SUCCESS;
        ck_assert_status(create(SEC_COMMIT | bit, PAGE_READWRITE, API_PAGE, &section), want);
        if (NT_SUCCESS(want))
                api_assert_ok(NtClose(section));
        else
                ck_assert_ptr_null(section);
}
END_TEST

/* 1.8 rows 5, 6 and 8, note (d): modifiers are noticed before pointers, other protections after. */
START_TEST(modifiers_are_wrong_before_pointers_and_combinations_after) {
        static const ULONG early[] = { PAGE_NOACCESS, PAGE_READWRITE | PAGE_GUARD,
                PAGE_READWRITE | PAGE_NOCACHE, PAGE_READWRITE | PAGE_WRITECOMBINE,
                PAGE_READWRITE | PAGE_NOACCESS };
        static const ULONG late[] = { 0, PAGE_READONLY | PAGE_READWRITE, 0x800 | PAGE_READONLY };
        HANDLE section = NULL;

        for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++)
                ck_assert_status(NtCreateSection(API_WILD, all, API_WILD, API_WILD, early[i],
                                                 SEC_COMMIT, NONE),
                                STATUS_INVALID_PAGE_PROTECTION);
        for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
                ck_assert_status(NtCreateSection(API_WILD, all, API_WILD, NULL, late[i], SEC_COMMIT,
                                                 NULL),
                                STATUS_ACCESS_VIOLATION);
                ck_assert_status(NtCreateSection(&section, all, API_WILD, NULL, late[i], SEC_COMMIT,
                                                 NULL),
                                STATUS_INVALID_PARAMETER_4);
                ck_assert_status(create(SEC_COMMIT, late[i], 1, &section),
                                STATUS_INVALID_PAGE_PROTECTION);
        }
}
END_TEST

/* 1.8 row 6 and 1.9 row 1: what cannot be written, what cannot be read, what is the kernel's. */
START_TEST(handle_must_be_writable_and_size_readable) {
        HANDLE *const high = (HANDLE *) (uintptr_t) 0xFFFF800000000000;
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE *constant = read_only_page(), section = NULL;
        HANDLE *const wrong[] = { NULL, API_WILD, high, constant };

        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                ck_assert_status(NtCreateSection(wrong[i], all, API_WILD, &size, PAGE_READWRITE,
                                                 SEC_COMMIT, NULL),
                                STATUS_ACCESS_VIOLATION);
                ck_assert_status(NtOpenSection(wrong[i], all, NULL), STATUS_ACCESS_VIOLATION);
        }
        ck_assert_status(NtCreateSection(&section, all, NULL, (LARGE_INTEGER *) (void *) high,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_ACCESS_VIOLATION);
        /* It is only read. */
        ck_assert_status(NtCreateSection(&section, all, NULL, (LARGE_INTEGER *) (void *) constant,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_int_eq(munmap(constant, API_PAGE), 0);
}
END_TEST

/* 1.8 row 18 [T]: 512 GB are more than the machine has. */
START_TEST(more_than_the_machine_has_is_not_committed) {
        struct sysinfo info;
        HANDLE section = NULL;
        uint64_t memory;

        ck_assert_int_eq(sysinfo(&info), 0);
        memory = (uint64_t) (info.totalram + info.totalswap) * info.mem_unit;
        if (memory < 512ull << 30)
                ck_assert_status(create(SEC_COMMIT, PAGE_READWRITE, 512ll << 30, &section),
                                STATUS_COMMITMENT_LIMIT);
        ck_assert_status(create(SEC_COMMIT, PAGE_READWRITE, (LONGLONG) memory + 1, &section),
                        STATUS_COMMITMENT_LIMIT);
        ck_assert_ptr_null(section);
}
END_TEST

/* Switches SeLockMemoryPrivilege off. */
static void lose_privilege(void) {
        TOKEN_PRIVILEGES off = { .PrivilegeCount = 1 };
        HANDLE token = NULL;

        off.Privileges[0].Luid.LowPart = SE_LOCK_MEMORY_PRIVILEGE;
        api_assert_ok(NtOpenProcessToken(
                        NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &off, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
}

/* Attributes that cannot be captured, with a name that cannot be either. */
static POBJECT_ATTRIBUTES short_attributes(ApiName *name) {
        POBJECT_ATTRIBUTES attributes = api_name(name, NULL, u"THIS/IS/INVALID", 0);

        attributes->Length--;
        return attributes;
}

/* 1.8 rows 13, 14, 18, 20 and 21, note (a): attributes are captured when the section is built. */
START_TEST(attributes_are_missed_after_all_that_is_wrong_with_the_size) {
        static const struct {
                LONGLONG size;
                ULONG attributes;
                NTSTATUS status;
        } rows[] = {
                { -1, SEC_COMMIT, STATUS_SECTION_TOO_BIG },
                { LARGE_PAGE_SIZE + 1, SEC_COMMIT | SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_4 },
                { LARGE_PAGE_SIZE, SEC_COMMIT | SEC_LARGE_PAGES, STATUS_PRIVILEGE_NOT_HELD },
                { 64ll << 40, SEC_COMMIT, STATUS_COMMITMENT_LIMIT },
                { 8ll << 40, SEC_RESERVE, STATUS_INSUFFICIENT_RESOURCES },
                { API_PAGE, SEC_COMMIT, STATUS_INVALID_PARAMETER },
                { API_PAGE, SEC_RESERVE | SEC_BASED, STATUS_INVALID_PARAMETER },
        };
        HANDLE section = NULL;
        ApiName name;

        lose_privilege();
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                LARGE_INTEGER size = { .QuadPart = rows[i].size };

                ck_assert_status(NtCreateSection(&section, all, short_attributes(&name), &size,
                                                 PAGE_READWRITE, rows[i].attributes, NULL),
                                rows[i].status);
                ck_assert_ptr_null(section);
                if (rows[i].status == STATUS_INVALID_PARAMETER)
                        continue;
                ck_assert_status(NtCreateSection(&section, all, API_WILD, &size, PAGE_READWRITE,
                                                 rows[i].attributes, NULL),
                                rows[i].status);
        }
        ck_assert_status(create(SEC_COMMIT, PAGE_READWRITE, 0, &section),
                        STATUS_INVALID_PARAMETER_4);
}
END_TEST

/* 1.8 rows 16, 20 and 21, notes (b) and (c): the file is as long as it was to be. */
START_TEST(attributes_are_missed_after_the_file) {
        struct rlimit limit = { 0x10000, RLIM_INFINITY };
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
        LARGE_INTEGER size = { .QuadPart = 0x10001 };
        ApiName name;

        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
        ck_assert_status(NtCreateSection(&section, all, short_attributes(&name), &size,
                                         PAGE_READWRITE, SEC_COMMIT, file),
                        STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(mapped_file_size(), SIZE);
        size.QuadPart = 0x8000;
        ck_assert_status(NtCreateSection(&section, all, short_attributes(&name), &size,
                                         PAGE_READWRITE, SEC_COMMIT, file),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(section);
        ck_assert_int_eq(mapped_file_size(), 0x8000);
        api_assert_ok(file_set_end(file, 0x1000)); /* no section is left that would mind */
        size.QuadPart = API_PAGE;
        ck_assert_status(NtCreateSection(&section, all, NAMED(u"THIS/IS/INVALID"), &size,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.8 rows 17 and 20. */
START_TEST(attributes_are_missed_after_the_image) {
        static PeBuild build;
        HANDLE file = NULL, section = NULL;
        ApiName name;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        for (int good = 0; good < 2; good++) {
                build.dos->e_magic = good ? IMAGE_DOS_SIGNATURE : 0x1234;
                image_file_write("row.dll", &build);
                image_files_grow_old();
                api_assert_ok(image_file_open("row.dll", FILE_READ_DATA, &file));
                ck_assert_status(NtCreateSection(&section, all, short_attributes(&name), NULL,
                                                 PAGE_READONLY, SEC_IMAGE, file),
                                good ? STATUS_INVALID_PARAMETER : STATUS_INVALID_IMAGE_NOT_MZ);
                ck_assert_ptr_null(section);
                api_assert_ok(NtClose(file));
        }
        pe_build_clear(&build);
}
END_TEST

/* 1.8 row 10: rights on the file, of images too, are not a driver's affair. */
START_TEST(drivers_make_images_of_files_that_they_may_not_read) {
        static PeBuild build;
        HANDLE file = NULL, section = NULL;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        image_file_write("row.sys", &build);
        image_files_grow_old();
        api_assert_ok(image_file_open("row.sys", FILE_READ_ATTRIBUTES, &file));
        zw_set_previous_mode(UserMode);
        ck_assert_status(image_create(file, 0, SEC_IMAGE, &section), STATUS_ACCESS_DENIED);
        zw_set_previous_mode(KernelMode);
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        zw_set_previous_mode(UserMode);
        view_unmap(image_map(section, NULL));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
        pe_build_clear(&build);
}
END_TEST

/* 1.13 [T]: attributes that are reported, by their numbers. */
START_TEST(reported_attributes_are_these_numbers) {
        static const ULONG rows[][2] = {
                { SEC_COMMIT, 0x8000000 },
                { SEC_RESERVE, 0x4000000 },
                { SEC_BASED | SEC_COMMIT, 0x8200000 },
                { SEC_BASED | SEC_RESERVE, 0x4200000 },
        };
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
        SECTION_BASIC_INFORMATION basic;

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                api_assert_ok(create(rows[i][0], PAGE_READWRITE, 1, &section));
                basic = section_basic(section);
                ck_assert_uint_eq(basic.AllocationAttributes, rows[i][1]);
                ck_assert_int_eq(basic.BaseAddress != NULL, (rows[i][0] & SEC_BASED) != 0);
                ck_assert_int_eq(basic.MaximumSize.QuadPart, API_PAGE);
                api_assert_ok(NtClose(section));
        }
        api_assert_ok(NtCreateSection(
                        &section, all, NULL, NULL, PAGE_READWRITE, SEC_RESERVE, file));
        ck_assert_uint_eq(section_basic(section).AllocationAttributes, 0x800000);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.8 "Access": bit 20h vanishes; whoever makes it is not asked by its DACL, whoever opens it is.
 */
START_TEST(creator_is_not_checked_and_openers_are) {
        SECURITY_DESCRIPTOR descriptor;
        HANDLE section = NULL, opened = API_WILD;
        ACL nobody = { 0 };
        ApiName name;
        LARGE_INTEGER size = { .QuadPart = API_PAGE };

        api_assert_ok(RtlCreateAcl(&nobody, sizeof(nobody), ACL_REVISION));
        api_assert_ok(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
        api_assert_ok(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, &nobody, FALSE));
        api_name(&name, NULL, NAME, 0)->SecurityDescriptor = &descriptor;
        api_assert_ok(NtCreateSection(&section, all | SYNCHRONIZE | SECTION_MAP_EXECUTE_EXPLICIT,
                        &name.attributes, &size, PAGE_READWRITE, SEC_COMMIT, NULL));
        ck_assert_uint_eq(api_granted_access(section), all | SYNCHRONIZE);
        ck_assert_status(api_open(NAME, SECTION_QUERY, &opened), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(opened); /* 1.9 row 7 */
        ck_assert_status(api_open(NAME, 0, &opened), STATUS_ACCESS_DENIED);
        ck_assert_status(NtOpenSection(&opened, SECTION_QUERY, NAMED_WITH(NAME, OBJ_OPENLINK)),
                        STATUS_INVALID_PARAMETER); /* 1.9 row 5 before row 7 */
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.9 rows 4 and 6; row 10: what is opened is as it was made. */
START_TEST(open_is_for_sections_and_changes_nothing) {
        LARGE_INTEGER size = { .QuadPart = 3 * API_PAGE };
        HANDLE section = NULL, opened = API_WILD;

        ck_assert_status(api_open(u"\\BaseNamedObjects", SECTION_QUERY, &opened),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(opened);
        api_assert_ok(NtCreateSection(
                        &section, 0, NAMED(NAME), &size, PAGE_READONLY, SEC_RESERVE, NULL));
        ck_assert_status(api_open(NAME, SECTION_QUERY | SECTION_MAP_READ, &opened), STATUS_SUCCESS);
        ck_assert_int_eq(section_basic(opened).MaximumSize.QuadPart, size.QuadPart);
        ck_assert_uint_eq(section_basic(opened).AllocationAttributes, SEC_RESERVE);
        api_assert_ok(NtClose(opened));
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.12, in its order. */
START_TEST(extension_is_checked_in_order) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL, weak = NULL;
        HANDLE page_file = NULL;
        LARGE_INTEGER *constant = read_only_page(), size = { .QuadPart = 0x100 };

        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &section));
        api_assert_ok(create(SEC_COMMIT, PAGE_READWRITE, API_PAGE, &page_file));
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), page_file, NtCurrentProcess(), &weak,
                        SECTION_MAP_WRITE, 0, 0));
        ck_assert_status(NtExtendSection(NONE, API_WILD), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtExtendSection(NONE, constant), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtExtendSection(NONE, &size), STATUS_INVALID_HANDLE);
        ck_assert_status(NtExtendSection(NtCurrentProcess(), &size), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtExtendSection(weak, &size), STATUS_ACCESS_DENIED);
        ck_assert_status(NtExtendSection(page_file, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(size.QuadPart, 0x100);
        api_assert_ok(NtExtendSection(section, &size)); /* nothing to do: nothing to be refused */
        ck_assert_int_eq(size.QuadPart, SIZE);
        size.QuadPart = -1;
        api_assert_ok(NtExtendSection(section, &size));
        ck_assert_int_eq(size.QuadPart, SIZE);
        api_assert_ok(NtClose(section));

        api_assert_ok(mapped_file_section(file, 0, PAGE_READWRITE, &section));
        size.QuadPart = INT64_MAX; /* no disk has room for it */
        ck_assert_status(NtExtendSection(section, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_int_eq(size.QuadPart, INT64_MAX);
        ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, SIZE);
        ck_assert_int_eq(mapped_file_size(), SIZE);
        ck_assert_int_eq(munmap(constant, API_PAGE), 0);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(page_file));
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.13: the buffer is a multiple of 4, and looked at before class, length and handle. */
START_TEST(queries_look_at_pointers_then_class_and_length_then_the_handle) {
        uint8_t buffer[64] __attribute__((aligned(8)));
        void *constant = read_only_page();
        HANDLE section = NULL;
        SIZE_T length = 77;

        api_assert_ok(create(SEC_COMMIT, PAGE_READWRITE, API_PAGE, &section));
        for (unsigned odd = 1; odd < 4; odd++)
                ck_assert_status(NtQuerySection(NONE, (SECTION_INFORMATION_CLASS) 77, buffer + odd,
                                                 1, &length),
                                STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQuerySection(NONE, SectionBasicInformation, constant, 1, &length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(NONE, SectionBasicInformation, buffer, 1, constant),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(NONE, SectionBasicInformation, buffer, 1, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(NONE, (SECTION_INFORMATION_CLASS) 77, buffer, 1, &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQuerySection(NONE, SectionBasicInformation, buffer, 1, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(NONE, SectionBasicInformation, buffer, 24, &length),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(length, 77);
        api_assert_ok(NtQuerySection(section, SectionBasicInformation, buffer + 4, 60, &length));
        ck_assert_uint_eq(length, 24);
        ck_assert_int_eq(munmap(constant, API_PAGE), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_loop_test(tests, each_bit_beside_commit_is_known_or_refused, 0, 32);
        tcase_add_test(tests, modifiers_are_wrong_before_pointers_and_combinations_after);
        tcase_add_test(tests, handle_must_be_writable_and_size_readable);
        tcase_add_test(tests, more_than_the_machine_has_is_not_committed);
        tcase_add_test(tests, attributes_are_missed_after_all_that_is_wrong_with_the_size);
        tcase_add_test(tests, attributes_are_missed_after_the_file);
        tcase_add_test(tests, attributes_are_missed_after_the_image);
        tcase_add_test(tests, drivers_make_images_of_files_that_they_may_not_read);
        tcase_add_test(tests, reported_attributes_are_these_numbers);
        tcase_add_test(tests, creator_is_not_checked_and_openers_are);
        tcase_add_test(tests, open_is_for_sections_and_changes_nothing);
        tcase_add_test(tests, extension_is_checked_in_order);
        tcase_add_test(tests, queries_look_at_pointers_then_class_and_length_then_the_handle);
}

int main(void) {
        return api_main("kernel-rows-sections", 30, add);
}
