/*
 * Pages of images: their protection, what may be done to them, and what is said of them. (by-tests
 * 1.11 "Image sections", 1.15.)
 */

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "memory.h"

#define NAME    "test.dll"
#define R       IMAGE_SCN_MEM_READ
#define W       IMAGE_SCN_MEM_WRITE
#define X       IMAGE_SCN_MEM_EXECUTE
#define DATA_AT PE_BUILD_DATA

static PeBuild build;

static void build_new(uint16_t machine) {
        pe_build_init(&build, machine);
        if (build.wide)
                build.file->Characteristics |= IMAGE_FILE_LARGE_ADDRESS_AWARE;
}

static HANDLE section_new(void) {
        return image_section_of(NAME, &build);
}

static const struct {
        ULONG flags;
        ULONG protection;
        ULONG no_execute;
        ULONG written; /* 0: it cannot be */
} kinds[] = {
        { 0, PAGE_NOACCESS, PAGE_NOACCESS, 0 },
        { R, PAGE_READONLY, PAGE_READONLY, 0 },
        { W, PAGE_WRITECOPY, PAGE_WRITECOPY, PAGE_READWRITE },
        { R | W, PAGE_WRITECOPY, PAGE_WRITECOPY, PAGE_READWRITE },
        { X, PAGE_EXECUTE, PAGE_READONLY, 0 },
        { R | X, PAGE_EXECUTE_READ, PAGE_READONLY, 0 },
        { W | X, PAGE_EXECUTE_WRITECOPY, PAGE_WRITECOPY, PAGE_EXECUTE_READWRITE },
        { R | W | X, PAGE_EXECUTE_WRITECOPY, PAGE_WRITECOPY, PAGE_EXECUTE_READWRITE },
};

/* [W] loader.c: what the flags of a section make of its pages; [W!] what a write does to one. */
START_TEST(flags_of_a_section_are_the_protection_of_its_pages) {
        build_new(IMAGE_FILE_MACHINE_AMD64);
        for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                HANDLE section = NULL;
                uint8_t *view;
                bool writable = kinds[i].written != 0;

                build.sections[1].Characteristics = kinds[i].flags;
                section = section_new();
                view = image_map(section, NULL);
                if (kinds[i].protection != PAGE_READONLY)
                        image_expect_page(view, 0, 0x1000, PAGE_READONLY, PAGE_EXECUTE_WRITECOPY);
                if (kinds[i].protection != PAGE_EXECUTE_READ)
                        image_expect_page(view, PE_BUILD_TEXT, 0x1000, PAGE_EXECUTE_READ,
                                        PAGE_EXECUTE_WRITECOPY);
                image_expect_page(view, DATA_AT, kinds[i].flags == R ? 0x3000 : 0x2000,
                                kinds[i].protection, PAGE_EXECUTE_WRITECOPY);
                ck_assert_int_eq(api_readable(view + DATA_AT), kinds[i].flags != 0);
                if (writable) {
                        view[DATA_AT + 0x1000] = 1;
                        image_expect_page(view, DATA_AT, 0x1000, kinds[i].protection,
                                        PAGE_EXECUTE_WRITECOPY);
                        image_expect_page(view, DATA_AT + 0x1000, 0x1000, kinds[i].written,
                                        PAGE_EXECUTE_WRITECOPY);
                }
                ck_assert_int_eq(api_writable(view + DATA_AT), writable);
                view_unmap(view);
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* [M] SEC_IMAGE_NO_EXECUTE: nothing can be executed, nor made so. */
START_TEST(no_execute_images_cannot_be_executed) {
        build_new(IMAGE_FILE_MACHINE_AMD64);
        for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                MEMORY_IMAGE_INFORMATION about;
                HANDLE file = NULL, section = NULL;
                uint8_t *view;

                build.sections[1].Characteristics = kinds[i].flags;
                image_file_write(NAME, &build);
                image_files_grow_old();
                api_assert_ok(image_file_open(NAME, FILE_READ_DATA, &file));
                api_assert_ok(image_create(file, 0, SEC_IMAGE | SEC_NOCACHE, &section));
                view = image_map(section, NULL);
                ck_assert_uint_eq(memory_at(view + DATA_AT).Protect, kinds[i].no_execute);
                ck_assert_uint_eq(memory_at(view).AllocationProtect, PAGE_WRITECOPY);
                ck_assert_status(memory_protect(view, 0x1000, PAGE_EXECUTE_READ, NULL),
                                STATUS_INVALID_PAGE_PROTECTION);
                api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), view, MemoryImageInformation,
                                &about, sizeof(about), NULL));
                ck_assert_uint_eq(about.ImageNotExecutable, 1);
                view_unmap(view);
                api_assert_ok(NtClose(section));
                api_assert_ok(NtClose(file));
        }
}
END_TEST

/* [W] Sections closer than a page: the file as it is, one region. */
START_TEST(flat_image_is_one_region_of_the_file) {
        HANDLE section = NULL;
        uint8_t *view;

        pe_build_init_flat(&build, IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        image_expect_page(view, 0, 0x1000, PAGE_EXECUTE_WRITECOPY, PAGE_EXECUTE_WRITECOPY);
        ck_assert_mem_eq(view, build.bytes, build.size);
        for (size_t i = build.size; i < 0x1000; i++)
                ck_assert_uint_eq(view[i], 0);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] What of the file follows the headers is not in their page. */
START_TEST(page_of_the_headers_ends_with_zeros) {
        HANDLE section = NULL;
        uint8_t *view;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        ck_assert_uint_ne(build.bytes[PE_BUILD_HEADERS], 0);
        ck_assert_mem_eq(view, build.bytes, PE_BUILD_HEADERS);
        for (size_t i = PE_BUILD_HEADERS; i < 0x1000; i++)
                ck_assert_uint_eq(view[i], 0);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] by-tests 1.15: NtProtectVirtualMemory on images. */
START_TEST(writing_to_an_image_is_made_copying) {
        static const struct {
                ULONG asked, got;
        } rows[] = {
                { PAGE_READWRITE, PAGE_WRITECOPY },
                { PAGE_WRITECOPY, PAGE_WRITECOPY },
                { PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY },
                { PAGE_EXECUTE_WRITECOPY, PAGE_EXECUTE_WRITECOPY },
                { PAGE_NOACCESS, PAGE_NOACCESS },
                { PAGE_READONLY, PAGE_READONLY },
                { PAGE_EXECUTE, PAGE_EXECUTE },
                { PAGE_EXECUTE_READ, PAGE_EXECUTE_READ },
        };
        HANDLE section = NULL;
        uint8_t *view, *other;
        ULONG old = 0;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        other = image_map(section, NULL);
        for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                api_assert_ok(memory_protect(view + PE_BUILD_TEXT, 0x1000, rows[i].asked, &old));
                ck_assert_uint_eq(old, i == 0 ? PAGE_EXECUTE_READ : rows[i - 1].got);
                ck_assert_uint_eq(memory_at(view + PE_BUILD_TEXT).Protect, rows[i].got);
        }
        api_assert_ok(memory_protect(view + PE_BUILD_TEXT, 0x1000, PAGE_EXECUTE_READWRITE, &old));
        view[PE_BUILD_TEXT] ^= 0xFF;
        ck_assert_uint_ne(view[PE_BUILD_TEXT], other[PE_BUILD_TEXT]);
        api_assert_ok(memory_protect(view + PE_BUILD_TEXT, 0x1000, PAGE_EXECUTE_READ, &old));
        ck_assert_uint_eq(old, PAGE_EXECUTE_READWRITE); /* the page is the view's own */
        ck_assert_status(memory_protect(view, 0x1000, PAGE_READONLY | PAGE_READWRITE, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        view_unmap(view);
        view_unmap(other);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] by-tests 1.15: an image cannot be committed, decommitted or released. */
START_TEST(image_memory_is_not_the_processs_to_give) {
        static const ULONG protections[] = { PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE,
                PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE };
        HANDLE section = NULL;
        uint8_t *view;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        for (unsigned i = 0; i < sizeof(protections) / sizeof(protections[0]); i++) {
                PVOID base = view;
                SIZE_T size = 0x1000;

                ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, protections[i]),
                                STATUS_ALREADY_COMMITTED);
        }
        ck_assert(!NT_SUCCESS(memory_free(view, 0, MEM_RELEASE)));
        ck_assert(!NT_SUCCESS(memory_free(view, 0x1000, MEM_DECOMMIT)));
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] by-tests 1.15: classes 3 and 6 of NtQueryVirtualMemory. */
START_TEST(what_is_said_of_the_region_of_an_image) {
        MEMORY_REGION_INFORMATION region;
        MEMORY_IMAGE_INFORMATION image;
        SIZE_T length = 7;
        HANDLE section = NULL;
        uint8_t *view;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), view + 0x2345,
                        MemoryRegionInformation, &region, sizeof(region), NULL));
        ck_assert_ptr_eq(region.AllocationBase, view);
        ck_assert_uint_eq(region.AllocationProtect, PAGE_EXECUTE_WRITECOPY);
        ck_assert_uint_eq(region.RegionType, 4); /* MappedImage */
        ck_assert_uint_eq(region.RegionSize, PE_BUILD_IMAGE_SIZE);
        ck_assert_uint_eq(region.CommitSize, 0x2000); /* .data */

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), view, MemoryImageInformation,
                                         &image, sizeof(image) - 1, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 7);
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), view + 0x2345,
                        MemoryImageInformation, &image, sizeof(image), &length));
        ck_assert_uint_eq(length, sizeof(image));
        ck_assert_ptr_eq(image.ImageBase, view);
        ck_assert_uint_eq(image.SizeOfImage, PE_BUILD_IMAGE_SIZE);
        ck_assert_uint_eq(image.ImageFlags, 0);
        view_unmap(view);
        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), view, MemoryImageInformation,
                                         &image, sizeof(image), &length),
                        STATUS_INVALID_ADDRESS);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] by-tests 1.15: NtAreMappedFilesTheSame, the rows of images. */
START_TEST(images_of_one_file_are_the_same) {
        HANDLE file = NULL, one = NULL, other = NULL, data = NULL, alien = NULL;
        uint8_t *first, *second, *stranger;
        PVOID view = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        one = section_new();
        other = image_section(NAME);
        alien = image_section_of("alien.dll", &build);
        api_assert_ok(image_file_open(NAME, FILE_READ_DATA, &file));
        api_assert_ok(NtCreateSection(
                        &data, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READONLY, SEC_COMMIT, file));
        first = image_map(one, NULL);
        second = image_map(other, NULL);
        stranger = image_map(alien, NULL);
        api_assert_ok(view_map(data, PAGE_READONLY, &view, NULL));
        api_assert_ok(NtAreMappedFilesTheSame(first, first + 0x3000));
        api_assert_ok(NtAreMappedFilesTheSame(first, second));
        api_assert_ok(NtAreMappedFilesTheSame(second + 0x1000, first));
        ck_assert_status(NtAreMappedFilesTheSame(first, stranger), STATUS_NOT_SAME_DEVICE);
        ck_assert_status(NtAreMappedFilesTheSame(view, first), STATUS_NOT_SAME_DEVICE);
        api_assert_ok(NtAreMappedFilesTheSame(first, view)); /* [W!] */
        view_unmap(first);
        view_unmap(second);
        view_unmap(stranger);
        view_unmap(view);
        api_assert_ok(NtClose(one));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(alien));
        api_assert_ok(NtClose(data));
        api_assert_ok(NtClose(file));
}
END_TEST

/* [W] by-tests 1.15, class 2: views of images have the name of their file. */
START_TEST(views_of_images_have_the_name_of_their_file) {
        static WCHAR buffer[512];
        UNICODE_STRING *name = (UNICODE_STRING *) (void *) buffer;
        SIZE_T length = 0;
        HANDLE section = NULL;
        uint8_t *view;
        static const WCHAR device[] = u"\\Device\\HarddiskVolume1\\";

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        view = image_map(section, NULL);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), view,
                        MemoryMappedFilenameInformation, buffer, sizeof(buffer), &length));
        ck_assert_uint_eq(length, 16u + name->MaximumLength);
        ck_assert_mem_eq(name->Buffer, device, sizeof(device) - sizeof(WCHAR));
        view_unmap(view);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, flags_of_a_section_are_the_protection_of_its_pages);
        tcase_add_test(tests, no_execute_images_cannot_be_executed);
        tcase_add_test(tests, flat_image_is_one_region_of_the_file);
        tcase_add_test(tests, page_of_the_headers_ends_with_zeros);
        tcase_add_test(tests, writing_to_an_image_is_made_copying);
        tcase_add_test(tests, image_memory_is_not_the_processs_to_give);
        tcase_add_test(tests, what_is_said_of_the_region_of_an_image);
        tcase_add_test(tests, images_of_one_file_are_the_same);
        tcase_add_test(tests, views_of_images_have_the_name_of_their_file);
}

int main(void) {
        return api_main("api-image-pages", 30, add_tests);
}
