/*
 * Views of images: where they are, what they show, and who shares it. (by-tests 1.11 "Image
 * sections"; by-kernel 1.10 row 22.)
 */

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "memory.h"
#include "pe-memory.h"

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

static NTSTATUS map_part(HANDLE section, LONGLONG offset, SIZE_T size, PVOID *base) {
        ViewOptions options = { .offset = offset, .size = size };

        *base = NULL;
        return view_map(section, PAGE_READONLY, base, &options);
}

/* The image as it has to be at its base, which is where it was linked for. */
static uint8_t *expected(void) {
        PeBytes bytes = { .bytes = build.bytes, .size = build.size };
        PeFile file = pe_bytes_file(&bytes);
        PeImage image;

        api_assert_ok(pe_image_parse(&file, &image));
        return pe_memory_new(&image, build.bytes);
}

/* Makes every page readable, and compares. */
static void check_content(uint8_t *view, const uint8_t *want, size_t size) {
        ck_assert_mem_eq(view, want, PE_BUILD_IMAGE_SIZE < size ? PE_BUILD_IMAGE_SIZE : size);
}

/* [W] The first view is at the image's base; the second, elsewhere, shows the same bytes. */
START_TEST(second_view_is_not_at_base) {
        NTSTATUS first_status, second_status;
        HANDLE section = NULL;
        uint8_t *first, *second, *want;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        want = expected();
        first = image_map(section, &first_status);
        second = image_map(section, &second_status);
        ck_assert_status(first_status, STATUS_SUCCESS);
        ck_assert_ptr_eq(first, (void *) (uintptr_t) PE_BUILD_BASE);
        ck_assert_status(second_status, STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_uint_eq((uintptr_t) second % VIEW_GRANULE, 0);
        check_content(first, want, PE_BUILD_IMAGE_SIZE);
        check_content(second, want, PE_BUILD_IMAGE_SIZE);
        view_unmap(first);
        /* Its base is free again, and taken again. */
        first = image_map(section, &first_status);
        ck_assert_status(first_status, STATUS_SUCCESS);
        view_unmap(first + 0x4321);
        view_unmap(second);
        ck_assert(!api_readable(first));
        free(want);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Two images that were linked for one address have two, and both are right where they are. */
START_TEST(each_image_has_a_base_of_its_own) {
        const uint16_t text[] = { IMAGE_REL_BASED_DIR64 << 12 | 0x40, 0 };
        NTSTATUS status;
        HANDLE one = NULL, other = NULL;
        uint8_t *first, *second;
        uint64_t was, is, field;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        pe_build_add_block(&build, PE_BUILD_TEXT, text, 2);
        one = image_section_of("one.dll", &build);
        other = image_section_of("other.dll", &build);
        first = image_map(one, &status);
        ck_assert_status(status, STATUS_SUCCESS);
        second = image_map(other, &status);
        ck_assert_status(status, STATUS_SUCCESS);
        ck_assert_ptr_ne(first, second);
        memcpy(&was, first + PE_BUILD_TEXT + 0x40, sizeof(was));
        memcpy(&is, second + PE_BUILD_TEXT + 0x40, sizeof(is));
        ck_assert_uint_eq(is - was, (uint64_t) (second - first));
        memcpy(&field, second + ((uint8_t *) &build.wide->ImageBase - build.bytes), sizeof(field));
        ck_assert_uint_eq(field, (uintptr_t) second);
        view_unmap(first);
        view_unmap(second);
        api_assert_ok(NtClose(one));
        api_assert_ok(NtClose(other));
}
END_TEST

static void build_large(void) {
        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.wide->SizeOfImage = 0x30000;
        build.sections[1].Misc.VirtualSize = 0x1E000;
        build.sections[2].VirtualAddress = 0x20000;
        build.sections[2].Misc.VirtualSize = 0x10000;
}

/* [wine+] A view at an offset is the tail of the image, with nothing before it. */
START_TEST(view_at_an_offset_is_the_tail) {
        HANDLE section = NULL;
        PVOID whole = NULL, tail = NULL, none = NULL;
        ViewOptions options = { .offset = 0x10000 };

        build_large();
        section = section_new();
        api_assert_ok(view_map(section, PAGE_READONLY, &tail, &options));
        ck_assert_uint_eq(options.size, 0x20000);
        ck_assert_ptr_eq(tail, (void *) (uintptr_t) (PE_BUILD_BASE + 0x10000));
        ck_assert_ptr_eq(memory_at(tail).AllocationBase, tail);
        memory_expect_free((uint8_t *) tail - 0x1000);
        ck_assert_status(map_part(section, 0, 0, &whole), STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_mem_eq((uint8_t *) whole + 0x20000, (uint8_t *) tail + 0x10000, 0x10000);

        ck_assert_status(map_part(section, 0x30000, 0, &none), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_part(section, 0x40000, 0, &none), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_part(section, 0x1000, 0, &none), STATUS_MAPPED_ALIGNMENT);
        ck_assert_status(map_part(section, 1, 0, &none), STATUS_MAPPED_ALIGNMENT);
        view_unmap(whole);
        view_unmap(tail);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W!] Less than the image can be asked for, more cannot. */
START_TEST(view_of_a_part_has_so_many_pages) {
        MEMORY_IMAGE_INFORMATION about;
        HANDLE section = NULL;
        PVOID base = NULL;
        ViewOptions options = { .size = 0x2001 };

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        api_assert_ok(view_map(section, PAGE_READONLY, &base, &options));
        ck_assert_uint_eq(options.size, 0x3000);
        ck_assert(api_readable((uint8_t *) base + 0x2FFF));
        ck_assert(!api_readable((uint8_t *) base + 0x3000));
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), base, MemoryImageInformation, &about,
                        sizeof(about), NULL));
        ck_assert_ptr_eq(about.ImageBase, base);
        ck_assert_uint_eq(about.SizeOfImage, PE_BUILD_IMAGE_SIZE);
        ck_assert_uint_eq(about.ImagePartialMap, 1);
        view_unmap(base);
        ck_assert_status(map_part(section, 0, PE_BUILD_IMAGE_SIZE + 1, &base),
                        STATUS_INVALID_VIEW_SIZE);
        ck_assert_status(map_part(section, 0, 0x10000000, &base), STATUS_INVALID_VIEW_SIZE);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.10 row 22: a place of the caller's own. */
START_TEST(fixed_places) {
        HANDLE section = NULL;
        uint8_t *range = NULL;
        PVOID base = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        base = range = view_free_range(2); /* until somebody else maps there */
        ck_assert_status(view_map(section, PAGE_READONLY, &base, NULL), STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_ptr_eq(base, range);
        ck_assert_status(view_map(section, PAGE_READONLY, &base, NULL),
                        STATUS_CONFLICTING_ADDRESSES);
        view_unmap(range);
        base = (PVOID) (uintptr_t) PE_BUILD_BASE;
        ck_assert_status(view_map(section, PAGE_READONLY, &base, NULL), STATUS_SUCCESS);
        view_unmap(base);
        base = range + 0x1000;
        ck_assert_status(view_map(section, PAGE_READONLY, &base, NULL), STATUS_MAPPED_ALIGNMENT);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] zero_bits as a mask: below 2 GiB, at the base if that is; else anywhere there. */
START_TEST(zero_bits_hold_for_images) {
        ViewOptions options = { .zero_bits = 0x7FFFFFFF };
        HANDLE section = NULL;
        PVOID first = NULL, second = NULL, low = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        ck_assert_status(view_map(section, PAGE_READONLY, &first, &options), STATUS_SUCCESS);
        ck_assert_ptr_eq(first, (void *) (uintptr_t) PE_BUILD_BASE);
        options.size = 0;
        ck_assert_status(view_map(section, PAGE_READONLY, &second, &options),
                        STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_uint_lt((uintptr_t) second, 0x80000000u);
        ck_assert_uint_eq((uintptr_t) second % VIEW_GRANULE, 0);
        view_unmap(first);
        view_unmap(second);
        /* The base is free, and above the limit. */
        options = (ViewOptions){ .zero_bits = 5 };
        ck_assert_status(
                        view_map(section, PAGE_READONLY, &low, &options), STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_uint_lt((uintptr_t) low, 0x08000000u);
        view_unmap(low);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] The protection that is asked for matters to the rights of the handle only. */
START_TEST(protection_is_for_the_check_of_access) {
        static const struct {
                ULONG protection;
                ACCESS_MASK access;
        } rows[] = {
                { PAGE_NOACCESS, SECTION_MAP_READ },
                { PAGE_READONLY, SECTION_MAP_READ },
                { PAGE_WRITECOPY, SECTION_MAP_READ },
                { PAGE_READWRITE, SECTION_MAP_WRITE },
                { PAGE_EXECUTE_READ, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
                { PAGE_EXECUTE_WRITECOPY, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
                { PAGE_EXECUTE_READWRITE, SECTION_MAP_WRITE | SECTION_MAP_EXECUTE },
        };
        HANDLE section = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new(); /* made with PAGE_READONLY */
        for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                for (ACCESS_MASK access = 0; access < 8; access++) {
                        ACCESS_MASK rights = access << 1 | SECTION_QUERY;
                        HANDLE handle = NULL;
                        PVOID base = NULL;
                        NTSTATUS status;

                        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), section,
                                        NtCurrentProcess(), &handle, rights, 0, 0));
                        status = view_map(handle, rows[i].protection, &base, NULL);
                        ck_assert_status(status, (rights & rows[i].access) == rows[i].access
                                                                 ? STATUS_SUCCESS
                                                                 : STATUS_ACCESS_DENIED);
                        if (NT_SUCCESS(status)) {
                                image_expect_page(base, 0, 0x1000, PAGE_READONLY,
                                                PAGE_EXECUTE_WRITECOPY);
                                view_unmap(base);
                        }
                        api_assert_ok(NtClose(handle));
                }
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.10 rows 13 and 16. */
START_TEST(what_a_view_of_an_image_cannot_have) {
        ViewOptions reserve = { .type = MEM_RESERVE }, commit = { .commit = 0x1000 };
        HANDLE section = NULL;
        PVOID base = NULL;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &reserve),
                        STATUS_SECTION_PROTECTION);
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &commit),
                        STATUS_INVALID_PARAMETER_5);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [wine] by-tests 1.9 and 1.11: the section is made, the view says that it is another machine's. */
START_TEST(image_of_another_machine_is_data) {
        static const uint16_t machines[] = { IMAGE_FILE_MACHINE_I386, IMAGE_FILE_MACHINE_ARM64,
                IMAGE_FILE_MACHINE_ARMNT };

        for (unsigned i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
                HANDLE section = NULL;
                NTSTATUS status;
                uint8_t *view;

                build_new(machines[i]);
                section = section_new();
                view = image_map(section, &status);
                ck_assert_status(status, STATUS_IMAGE_MACHINE_TYPE_MISMATCH);
                ck_assert_ptr_eq(view, (void *) (uintptr_t) PE_BUILD_BASE);
                view_unmap(view);
                api_assert_ok(NtClose(section));
                pe_build_clear(&build);
        }
}
END_TEST

/* What all views share: two views of a process, and one of another's. */
START_TEST(shared_parts_are_seen_by_all_views) {
        HANDLE section = NULL;
        uint8_t *first, *second, seen, wanted;
        ULONG old = 0;
        pid_t child;
        int status = 0;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.sections[1].Characteristics |= IMAGE_SCN_MEM_SHARED;
        section = section_new();
        first = image_map(section, NULL);
        second = image_map(section, NULL);
        image_expect_page(first, DATA_AT, 0x2000, PAGE_READWRITE, PAGE_EXECUTE_WRITECOPY);
        ck_assert_mem_eq(first + DATA_AT, second + DATA_AT, 0x2000);
        first[DATA_AT] ^= 0xFF;
        ck_assert_uint_eq(first[DATA_AT], second[DATA_AT]);
        ck_assert_uint_eq(memory_at(first + DATA_AT).Protect, PAGE_READWRITE);
        /* It stays shared, whatever becomes of its protection. */
        api_assert_ok(memory_protect(second + DATA_AT, 0x1000, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE);
        api_assert_ok(memory_protect(second + PE_BUILD_TEXT, 0x2000, PAGE_EXECUTE_READWRITE, &old));
        ck_assert_uint_eq(memory_at(second + PE_BUILD_TEXT).Protect, PAGE_EXECUTE_WRITECOPY);
        ck_assert_uint_eq(memory_at(second + DATA_AT).Protect, PAGE_EXECUTE_READWRITE);
        second[DATA_AT + 1] ^= 0xFF;
        ck_assert_uint_eq(first[DATA_AT + 1], second[DATA_AT + 1]);

        seen = first[DATA_AT];
        wanted = (uint8_t) (first[DATA_AT + 2] + 1);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                HANDLE mine = image_section(NAME);
                uint8_t *view = image_map(mine, NULL);

                view[DATA_AT + 2] = wanted;
                _exit(view[DATA_AT] == seen ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        ck_assert_uint_eq(first[DATA_AT + 2], wanted);
        ck_assert_uint_eq(second[DATA_AT + 2], wanted);
        view_unmap(first);
        view_unmap(second);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Another process has it at the same place, and shares its memory. */
START_TEST(processes_share_an_image_at_one_base) {
        HANDLE section = NULL;
        NTSTATUS status;
        uint8_t *view;
        pid_t child;
        int ended = 0;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                HANDLE mine = image_section(NAME);

                view = image_map(mine, &status);
                _exit(status == STATUS_SUCCESS && view == (void *) (uintptr_t) PE_BUILD_BASE ? 0
                                                                                             : 1);
        }
        view = image_map(section, &status);
        ck_assert_status(status, STATUS_SUCCESS);
        ck_assert_int_eq(waitpid(child, &ended, 0), child);
        ck_assert_int_eq(ended, 0);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* ViewShare views are in a child of fork(), ViewUnmap ones are not; shared parts go with them. */
START_TEST(children_have_views_that_are_shared) {
        ViewOptions share = { .inherit = ViewShare }, keep = { .inherit = ViewUnmap };
        HANDLE section = NULL;
        PVOID with = NULL, without = NULL;
        pid_t child;
        int ended = 0;

        build_new(IMAGE_FILE_MACHINE_AMD64);
        build.sections[1].Characteristics |= IMAGE_SCN_MEM_SHARED;
        section = section_new();
        ck_assert(NT_SUCCESS(view_map(section, PAGE_READONLY, &with, &share)));
        ck_assert(NT_SUCCESS(view_map(section, PAGE_READONLY, &without, &keep)));
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                bool good = api_readable(with) && api_readable((uint8_t *) with + DATA_AT) &&
                            !api_readable(without) && !api_readable((uint8_t *) without + DATA_AT);

                if (good)
                        good = memory_at(with).Type == MEM_IMAGE &&
                               NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), with));
                _exit(good ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &ended, 0), child);
        ck_assert_int_eq(ended, 0);
        view_unmap(with);
        view_unmap(without);
        api_assert_ok(NtClose(section));
}
END_TEST

/* A program that is mapped can be run: the code of .text, at its base. */
START_TEST(code_of_an_image_runs) {
        static const uint8_t code[] = { 0xB8, 0x2A, 0, 0, 0, 0xC3 }; /* mov eax, 42; ret */
        HANDLE section = NULL;
        uint8_t *view, *entry;
        int (*function)(void);

        build_new(IMAGE_FILE_MACHINE_AMD64);
        memcpy(build.bytes + build.sections[0].PointerToRawData, code, sizeof(code));
        section = section_new();
        view = image_map(section, NULL);
        entry = view + PE_BUILD_TEXT;
        memcpy(&function, &entry, sizeof(function));
        ck_assert_int_eq(function(), 42);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Without a descriptor or memory left, nothing is left half made. */
START_TEST(many_views_come_and_go) {
        enum { N = 300 };
        HANDLE section = NULL;
        uint8_t *views[N];

        build_new(IMAGE_FILE_MACHINE_AMD64);
        section = section_new();
        for (int round = 0; round < 3; round++) {
                for (int i = 0; i < N; i++)
                        views[i] = image_map(section, NULL);
                for (int i = 0; i < N; i++)
                        view_unmap(views[(i * 7) % N]);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, second_view_is_not_at_base);
        tcase_add_test(tests, each_image_has_a_base_of_its_own);
        tcase_add_test(tests, view_at_an_offset_is_the_tail);
        tcase_add_test(tests, view_of_a_part_has_so_many_pages);
        tcase_add_test(tests, fixed_places);
        tcase_add_test(tests, zero_bits_hold_for_images);
        tcase_add_test(tests, protection_is_for_the_check_of_access);
        tcase_add_test(tests, what_a_view_of_an_image_cannot_have);
        tcase_add_test(tests, image_of_another_machine_is_data);
        tcase_add_test(tests, shared_parts_are_seen_by_all_views);
        tcase_add_test(tests, processes_share_an_image_at_one_base);
        tcase_add_test(tests, children_have_views_that_are_shared);
        tcase_add_test(tests, code_of_an_image_runs);
        tcase_add_test(tests, many_views_come_and_go);
}

int main(void) {
        return api_main("api-image-view", 30, add_tests);
}
