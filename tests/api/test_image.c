/*
 * Sections of images: what is one, and what is said of it. (by-tests 1.9, 1.10; by-kernel 1.8 rows
 * 12, 15 and 17, and 1.13.)
 */

#include <signal.h>
#include <string.h>

#include "image.h"

#define NAME "test.dll"

static PeBuild build;

static void build_new(uint16_t machine) {
        pe_build_init(&build, machine);
        if (build.wide)
                build.file->Characteristics |= IMAGE_FILE_LARGE_ADDRESS_AWARE;
}

static HANDLE file_new(void) {
        HANDLE file = NULL;

        image_file_write(NAME, &build);
        image_files_grow_old();
        api_assert_ok(image_file_open(NAME, FILE_READ_DATA, &file));
        return file;
}

static SECTION_BASIC_INFORMATION basic_of(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}

/* [W] virtual.c: which flags go together for a program's file, and what is reported. */
START_TEST(flags_of_a_programs_file) {
        static const ULONG refused[] = { SEC_FILE, SEC_LARGE_PAGES, SEC_WRITECOMBINE, SEC_RESERVE,
                SEC_COMMIT, SEC_NO_CHANGE };
        HANDLE file = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        file = file_new();
        for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
                ck_assert_status(image_create(file, 0, SEC_IMAGE | refused[i], &section),
                                STATUS_INVALID_PARAMETER_6);
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        ck_assert_uint_eq(basic_of(section).AllocationAttributes, SEC_FILE | SEC_IMAGE);
        ck_assert_ptr_null(basic_of(section).BaseAddress);
        api_assert_ok(NtClose(section));
        api_assert_ok(image_create(file, 0, SEC_IMAGE | SEC_NOCACHE, &section));
        ck_assert_uint_eq(basic_of(section).AllocationAttributes, SEC_FILE | SEC_IMAGE);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] loader.c: the size that is given is reported, however small, up to SizeOfImage. */
START_TEST(size_of_an_image_is_what_was_given_up_to_its_own) {
        static const LONGLONG given[] = { 1, 0x1000, 0x1001, PE_BUILD_IMAGE_SIZE };
        HANDLE file = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        file = file_new();
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        ck_assert_int_eq(basic_of(section).MaximumSize.QuadPart, PE_BUILD_IMAGE_SIZE);
        api_assert_ok(NtClose(section));
        for (unsigned i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
                SIZE_T size = 0;
                PVOID base = NULL;

                api_assert_ok(image_create(file, given[i], SEC_IMAGE, &section));
                ck_assert_int_eq(basic_of(section).MaximumSize.QuadPart, given[i]);
                /* The view is the image all the same. */
                api_assert_ok(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL,
                                &size, ViewUnmap, 0, PAGE_READONLY));
                ck_assert_uint_eq(size, PE_BUILD_IMAGE_SIZE);
                view_unmap(base);
                api_assert_ok(NtClose(section));
        }
        ck_assert_status(image_create(file, PE_BUILD_IMAGE_SIZE + 1, SEC_IMAGE, &section),
                        STATUS_SECTION_TOO_BIG);
        ck_assert_status(image_create(file, -1, SEC_IMAGE, &section), STATUS_SECTION_TOO_BIG);
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] The same in a file that is larger than the image. SizeOfImage counts in whole pages. */
START_TEST(size_of_an_image_is_rounded_up_to_pages) {
        HANDLE file = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.wide->SizeOfImage = 0x4200;
        file = file_new();
        api_assert_ok(image_create(file, 0, SEC_IMAGE, &section));
        ck_assert_int_eq(basic_of(section).MaximumSize.QuadPart, 0x5000);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

static void expect_defect(NTSTATUS status) {
        HANDLE file = file_new(), section = (HANDLE) 0x1234;

        ck_assert_status(image_create(file, 0, SEC_IMAGE, &section), status);
        ck_assert_ptr_null(section);
        /* What the file is comes before the size. */
        ck_assert_status(image_create(file, 0x100000, SEC_IMAGE, &section), status);
        api_assert_ok(NtClose(file));
}

/* [W] loader.c, test_Loader and query_image_section: one defect after the other. */
START_TEST(each_defect_has_its_status) {
        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.dos->e_magic = 0x1234;
        expect_defect(STATUS_INVALID_IMAGE_NOT_MZ);
        build.dos->e_magic = IMAGE_DOS_SIGNATURE;

        build.dos->e_lfanew = 0x10000;
        expect_defect(STATUS_INVALID_IMAGE_PROTECT);
        build.dos->e_lfanew = PE_BUILD_NEW_HEADER;

        memcpy(build.bytes + PE_BUILD_NEW_HEADER, "XX\0", 4);
        expect_defect(STATUS_INVALID_IMAGE_PROTECT);
        memcpy(build.bytes + PE_BUILD_NEW_HEADER, "PE\0", 4);

        build.wide->Magic = 0x1234;
        expect_defect(STATUS_INVALID_IMAGE_FORMAT);
        build.wide->Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;

        build.file->Machine = 0x1234;
        expect_defect(STATUS_INVALID_IMAGE_FORMAT);
        build.file->Machine = IMAGE_FILE_MACHINE_AMD64;

        build.sections[2].PointerToRawData = 0x100000;
        expect_defect(STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

/* [W] A file without content is no image; by-kernel 1.8 rows 12 and 15. */
START_TEST(nothing_is_no_image) {
        LARGE_INTEGER size = { .QuadPart = 0x1000 };
        HANDLE file = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.size = 0;
        file = file_new();
        ck_assert_status(image_create(file, 0, SEC_IMAGE, &section),
                        STATUS_INVALID_FILE_FOR_SECTION);
        api_assert_ok(NtClose(file));
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY,
                                         SEC_IMAGE, NULL),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READONLY,
                                         SEC_IMAGE, NULL),
                        STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

/* [wine] To read the file is enough, whatever the protection; not to read it is not. */
START_TEST(an_image_takes_a_file_that_can_be_read) {
        static const ULONG protections[] = { PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY,
                PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY };
        HANDLE file = NULL, other = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        file = file_new();
        for (unsigned i = 0; i < sizeof(protections) / sizeof(protections[0]); i++) {
                api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL,
                                protections[i], SEC_IMAGE, file));
                api_assert_ok(NtClose(section));
        }
        api_assert_ok(image_file_open(NAME, FILE_WRITE_DATA | FILE_EXECUTE, &other));
        ck_assert_status(image_create(other, 0, SEC_IMAGE, &section), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-kernel 1.8 rows 20 and 21: names are looked at last, after the image. */
START_TEST(names_are_missed_after_the_image) {
        HANDLE file = NULL, section = NULL, again = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        file = file_new();
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(u"THIS/IS/INVALID"),
                                         NULL, PAGE_READONLY, SEC_IMAGE, file),
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS,
                        NAMED(u"\\BaseNamedObjects\\image"), NULL, PAGE_READONLY, SEC_IMAGE, file));
        ck_assert_status(NtCreateSection(&again, SECTION_ALL_ACCESS,
                                         NAMED(u"\\BaseNamedObjects\\image"), NULL, PAGE_READONLY,
                                         SEC_IMAGE, file),
                        STATUS_OBJECT_NAME_COLLISION);
        ck_assert_status(NtCreateSection(&again, SECTION_ALL_ACCESS,
                                         NAMED_WITH(u"\\BaseNamedObjects\\image", OBJ_OPENIF), NULL,
                                         PAGE_READONLY, SEC_IMAGE, file),
                        STATUS_OBJECT_NAME_EXISTS);
        api_assert_ok(NtClose(again));
        build.dos->e_magic = 0;
        image_file_write("bad.dll", &build);
        api_assert_ok(NtClose(file));
        api_assert_ok(image_file_open("bad.dll", FILE_READ_DATA, &file));
        ck_assert_status(NtCreateSection(&again, SECTION_ALL_ACCESS, NAMED(u"THIS/IS/INVALID"),
                                         NULL, PAGE_READONLY, SEC_IMAGE, file),
                        STATUS_INVALID_IMAGE_NOT_MZ);
        api_assert_ok(NtOpenSection(&again, SECTION_MAP_READ, NAMED(u"\\BaseNamedObjects\\image")));
        view_unmap(image_map(again, NULL));
        api_assert_ok(NtClose(again));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] Every field, of both forms of header. */
static void check_information(const SECTION_IMAGE_INFORMATION *is, uint64_t base, bool wide) {
        ck_assert_ptr_eq(is->TransferAddress, (PVOID) (base + PE_BUILD_TEXT + 0x10));
        ck_assert_uint_eq(is->ZeroBits, 0);
        ck_assert_uint_eq(is->MaximumStackSize, 0x200000);
        ck_assert_uint_eq(is->CommittedStackSize, 0x3000);
        ck_assert_uint_eq(is->SubSystemType, 3);
        ck_assert_uint_eq(is->SubSystemMajorVersion, 5);
        ck_assert_uint_eq(is->SubSystemMinorVersion, 2);
        ck_assert_uint_eq(is->MajorOperatingSystemVersion, 4);
        ck_assert_uint_eq(is->MinorOperatingSystemVersion, 1);
        ck_assert_uint_eq(is->ImageCharacteristics, build.file->Characteristics);
        ck_assert_uint_eq(is->DllCharacteristics, IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE);
        ck_assert_uint_eq(is->Machine, wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
        ck_assert_uint_eq(is->ImageContainsCode, 1);
        ck_assert_uint_eq(is->ImageFlags, IMAGE_INFO_IMAGE_DYNAMICALLY_RELOCATED);
        ck_assert_uint_eq(is->LoaderFlags, 0);
        ck_assert_uint_eq(is->ImageFileSize, PE_BUILD_SIZE);
        ck_assert_uint_eq(is->CheckSum, 0x12345678);
}

START_TEST(information_is_what_the_headers_say) {
        for (int wide = 0; wide < 2; wide++) {
                SECTION_IMAGE_INFORMATION information;
                SIZE_T length = 0;
                HANDLE section = NULL;

                build_new(wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
                section = image_section_of(wide ? "wide.dll" : "narrow.dll", &build);
                memset(&information, 0xCC, sizeof(information));
                api_assert_ok(NtQuerySection(section, SectionImageInformation, &information,
                                sizeof(information), &length));
                ck_assert_uint_eq(length, 64);
                check_information(&information, PE_BUILD_BASE, wide);
                api_assert_ok(NtClose(section));
                pe_build_clear(&build);
        }
}
END_TEST

/* [W] by-tests 1.10, row by row. */
START_TEST(queries_of_images_in_nts_order) {
        SECTION_IMAGE_INFORMATION image;
        SECTION_INTERNAL_IMAGE_INFORMATION internal;
        ULONG_PTR pointer = 0;
        SIZE_T length = 7;
        HANDLE section = NULL, data = view_section(0x1000, PAGE_READONLY, SECTION_ALL_ACCESS);
        HANDLE blind = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = image_section_of(NAME, &build);
        ck_assert_status(NtQuerySection(section, SectionImageInformation, &image, sizeof(image) - 1,
                                         &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(data, SectionImageInformation, &image, sizeof(image) - 1,
                                         &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(data, SectionImageInformation, &image, sizeof(image),
                                         &length),
                        STATUS_SECTION_NOT_IMAGE);
        ck_assert_status(NtQuerySection(data, SectionRelocationInformation, &pointer,
                                         sizeof(pointer), &length),
                        STATUS_SECTION_NOT_IMAGE);
        ck_assert_uint_eq(length, 7);
        ck_assert_status(NtQuerySection(section, SectionImageInformation, &image,
                                         (SIZE_T) 0x100000001, &length),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtQuerySection(
                        section, SectionImageInformation, &image, sizeof(image), NULL));
        ck_assert_status(
                        NtQuerySection(section, SectionImageInformation, NULL, sizeof(image), NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySection(section, SectionRelocationInformation, &pointer, 7, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(section, SectionInternalImageInformation, &internal,
                                         sizeof(internal) - 1, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(section, (SECTION_INFORMATION_CLASS) 5, &internal,
                                         sizeof(internal), NULL),
                        STATUS_INVALID_INFO_CLASS);

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &blind,
                        SECTION_MAP_READ, 0, 0));
        ck_assert_status(
                        NtQuerySection(blind, SectionImageInformation, &image, sizeof(image), NULL),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(blind));
        api_assert_ok(NtClose(data));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] phnt: RelocationDelta, the base that the file was linked for, and the image's with flags. */
START_TEST(relocation_and_original_base) {
        const uint16_t none[] = { 0, 0 };
        SECTION_INTERNAL_IMAGE_INFORMATION internal;
        ULONG_PTR delta = 1, original = 0;
        SIZE_T length = 0;
        HANDLE first = NULL, section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        pe_build_add_block(&build, PE_BUILD_TEXT, none, 2);
        first = image_section_of("first.dll", &build);
        section = image_section_of("second.dll", &build);
        api_assert_ok(NtQuerySection(
                        first, SectionRelocationInformation, &delta, sizeof(delta), &length));
        ck_assert_uint_eq(length, 8);
        ck_assert_uint_eq(delta, 0);
        api_assert_ok(NtQuerySection(
                        section, SectionRelocationInformation, &delta, sizeof(delta), NULL));
        ck_assert_uint_ne(delta, 0);
        api_assert_ok(NtQuerySection(section, SectionOriginalBaseInformation, &original,
                        sizeof(original), &length));
        ck_assert_uint_eq(length, 8);
        ck_assert_uint_eq(original, PE_BUILD_BASE);
        memset(&internal, 0xCC, sizeof(internal));
        api_assert_ok(NtQuerySection(section, SectionInternalImageInformation, &internal,
                        sizeof(internal), &length));
        ck_assert_uint_eq(length, 0x48);
        ck_assert_uint_eq(internal.ExtendedFlags, 0);
        check_information(&internal.SectionInformation, original + delta, true);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(first));
}
END_TEST

/* [P] What is asked about an image costs one message at most, once. */
START_TEST(what_is_known_of_an_image_costs_no_message) {
        SECTION_IMAGE_INFORMATION information;
        HANDLE section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = image_section_of(NAME, &build);
        api_assert_ok(NtQuerySection(
                        section, SectionImageInformation, &information, sizeof(information), NULL));
        view_unmap(image_map(section, NULL));
        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGSTOP), 0);
        for (int i = 0; i < 3; i++) {
                memset(&information, 0, sizeof(information));
                api_assert_ok(NtQuerySection(section, SectionImageInformation, &information,
                                sizeof(information), NULL));
                check_information(&information, PE_BUILD_BASE, true);
                view_unmap(image_map(section, NULL));
        }
        ck_assert_int_eq(kill(daemon_pid(api_daemon()), SIGCONT), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Images are paid for: each once for a user, however many sections and processes have it. */
START_TEST(images_are_within_a_quota) {
        HANDLE file = NULL, sections[3] = { NULL }, other = NULL, refused = NULL;

        api_restart("[limits]\nimage-bytes=20K\n");
        build_new(IMAGE_FILE_MACHINE_AMD64);
        file = file_new();
        for (int i = 0; i < 3; i++)
                api_assert_ok(image_create(file, 0, SEC_IMAGE, &sections[i]));
        ck_assert_uint_eq(daemon_statistic(api_daemon(), "image-bytes"), PE_BUILD_IMAGE_SIZE);
        image_file_write("other.dll", &build);
        image_files_grow_old();
        api_assert_ok(image_file_open("other.dll", FILE_READ_DATA, &other));
        ck_assert_status(image_create(other, 0, SEC_IMAGE, &refused), STATUS_QUOTA_EXCEEDED);
        for (int i = 0; i < 3; i++)
                api_assert_ok(NtClose(sections[i]));
        api_assert_ok(image_create(other, 0, SEC_IMAGE, &refused));
        api_assert_ok(NtClose(refused));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] NtExtendSection: an image is not extended. */
START_TEST(an_image_is_not_extended) {
        LARGE_INTEGER size = { .QuadPart = 0x100000 };
        HANDLE section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = image_section_of(NAME, &build);
        ck_assert_status(NtExtendSection(section, &size), STATUS_SECTION_NOT_EXTENDED);
        api_assert_ok(NtClose(section));
}
END_TEST

static IO_STATUS_BLOCK io;

static NTSTATUS open_with(ACCESS_MASK access, ULONG share, ULONG disposition, ULONG options) {
        HANDLE file = NULL;
        NTSTATUS status = NtCreateFile(&file, access, NAMED(image_file_name(NAME)), &io, NULL, 0,
                        share, disposition, options, NULL, 0);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(file));
        return status;
}

/* [W], [wine+] by-tests 1.14, the rows of images: what is refused while a handle or a view is. */
static void expect_bound(void) {
        const ULONG all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
        FILE_DISPOSITION_INFORMATION disposition = { .DeleteFile = TRUE };
        HANDLE file = NULL;

        ck_assert_status(open_with(FILE_WRITE_DATA, all, FILE_OPEN, 0), STATUS_SHARING_VIOLATION);
        ck_assert_status(open_with(FILE_APPEND_DATA, all, FILE_OPEN, 0), STATUS_SUCCESS);
        ck_assert_status(open_with(FILE_READ_DATA, FILE_SHARE_READ, FILE_OPEN, 0), STATUS_SUCCESS);
        ck_assert_status(open_with(FILE_READ_DATA | DELETE, all, FILE_OPEN, FILE_DELETE_ON_CLOSE),
                        STATUS_CANNOT_DELETE);
        ck_assert_status(
                        open_with(FILE_READ_DATA, all, FILE_OVERWRITE, 0), STATUS_USER_MAPPED_FILE);
        ck_assert_status(
                        open_with(FILE_READ_DATA, all, FILE_SUPERSEDE, 0), STATUS_USER_MAPPED_FILE);
        api_assert_ok(image_file_open(NAME, DELETE, &file));
        ck_assert_status(NtSetInformationFile(file, &io, &disposition, sizeof(disposition),
                                         FileDispositionInformation),
                        STATUS_CANNOT_DELETE);
        api_assert_ok(NtClose(file));
}

START_TEST(a_file_is_bound_while_its_image_has_handles_or_views) {
        const ULONG all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
        HANDLE section = NULL;
        uint8_t *view = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = image_section_of(NAME, &build);
        expect_bound();
        view = image_map(section, NULL);
        api_assert_ok(NtClose(section));
        expect_bound();
        view_unmap(view);
        api_assert_ok(open_with(FILE_WRITE_DATA, all, FILE_OPEN, 0));
        api_assert_ok(open_with(FILE_READ_DATA, all, FILE_OVERWRITE, 0));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, flags_of_a_programs_file);
        tcase_add_test(tests, size_of_an_image_is_what_was_given_up_to_its_own);
        tcase_add_test(tests, size_of_an_image_is_rounded_up_to_pages);
        tcase_add_test(tests, each_defect_has_its_status);
        tcase_add_test(tests, nothing_is_no_image);
        tcase_add_test(tests, an_image_takes_a_file_that_can_be_read);
        tcase_add_test(tests, names_are_missed_after_the_image);
        tcase_add_test(tests, information_is_what_the_headers_say);
        tcase_add_test(tests, queries_of_images_in_nts_order);
        tcase_add_test(tests, relocation_and_original_base);
        tcase_add_test(tests, what_is_known_of_an_image_costs_no_message);
        tcase_add_test(tests, images_are_within_a_quota);
        tcase_add_test(tests, an_image_is_not_extended);
        tcase_add_test(tests, a_file_is_bound_while_its_image_has_handles_or_views);
}

int main(void) {
        return api_main("api-image", 30, add_tests);
}
