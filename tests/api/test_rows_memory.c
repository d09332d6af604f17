/*
 * Rows of the tables of the services on virtual memory that no other suite shows. by-tests 1.15.
 */

#include <glib.h>
#include <string.h>

#include "image.h"
#include "mapped-file.h"
#include "memory.h"

#define SIZE 0x20000u

static void setup(void) {
        mapped_file_make(SIZE);
}

static HANDLE page_file_section(ULONG attributes) {
        LARGE_INTEGER size = { .QuadPart = SIZE };
        HANDLE section = NULL;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
                        PAGE_EXECUTE_READWRITE, attributes, NULL));
        return section;
}

static HANDLE file_section(ULONG protection) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;

        api_assert_ok(mapped_file_section(file, 0, protection, &section));
        api_assert_ok(NtClose(file));
        return section;
}

static uint8_t *map(HANDLE section, ULONG protection) {
        PVOID base = NULL;

        api_assert_ok(view_map(section, protection, &base, NULL));
        return base;
}

/* by-tests 1.15 [W]: committing is a change of protection, and gives no more than the view was
 * mapped for; each protection in a view of each, committed and reserved. */
START_TEST(commit_is_within_what_the_view_was_mapped_for) {
        const ULONG mapped = 1u << (_i % 8);
        HANDLE section = page_file_section(_i < 8 ? SEC_COMMIT : SEC_RESERVE);
        /* [T] of a view that nobody may touch; the same Win32 error */
        const NTSTATUS refusal = mapped == PAGE_NOACCESS ? STATUS_SECTION_PROTECTION
                                                         : STATUS_INVALID_PAGE_PROTECTION;

        for (ULONG wanted = PAGE_NOACCESS; wanted <= PAGE_EXECUTE_WRITECOPY; wanted <<= 1) {
                uint8_t *view = map(section, mapped);
                bool allowed = memory_may_become(mapped, wanted);
                PVOID base = view;
                SIZE_T size = API_PAGE;
                NTSTATUS status = memory_allocate(&base, &size, MEM_COMMIT, wanted);

                ck_assert_msg(status == (allowed ? STATUS_SUCCESS : refusal), "0x%x to 0x%x: %s",
                                mapped, wanted, zw_status_name(status));
                if (allowed)
                        ck_assert_uint_eq(memory_at(view).Protect, wanted);
                ck_assert_uint_eq(memory_at(view).AllocationProtect, mapped);
                view_unmap(view);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15 [W]: "MEM_RESET over the view succeeds. MEM_DECOMMIT and MEM_RELEASE fail",
 * whatever is committed, and of a committed section too. */
START_TEST(view_is_reset_and_neither_decommitted_nor_released) {
        const ULONG kinds[] = { SEC_COMMIT, SEC_RESERVE };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                HANDLE section = page_file_section(kinds[i]);
                uint8_t *view = map(section, PAGE_READWRITE);

                for (int committed = 0; committed < 2; committed++) {
                        PVOID base = view;
                        SIZE_T size = SIZE;

                        api_assert_ok(memory_allocate(&base, &size, MEM_RESET, PAGE_READONLY));
                        ck_assert_ptr_eq(base, view);
                        ck_assert_uint_eq(size, SIZE);
                        ck_assert_status(memory_free(view, API_PAGE, MEM_DECOMMIT),
                                        STATUS_INVALID_PARAMETER);
                        ck_assert_status(memory_free(view, 0, MEM_DECOMMIT),
                                        STATUS_INVALID_PARAMETER);
                        ck_assert_status(memory_free(view, 0, MEM_RELEASE),
                                        STATUS_INVALID_PARAMETER);
                        ck_assert_status(memory_free(view, SIZE, MEM_RELEASE),
                                        STATUS_INVALID_PARAMETER);
                        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
                        memory_expect_committed(view, SIZE, PAGE_READWRITE);
                }
                view_unmap(view);
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* by-tests 1.15, NtProtectVirtualMemory [W], [wine+]: combined bits, and a modifier alone; in
 * private memory, in a view, in an image. */
START_TEST(protection_is_one_and_never_a_modifier_alone) {
        HANDLE section = page_file_section(SEC_COMMIT), of_image;
        uint8_t *places[3] = { memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE) };
        PeBuild build;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        of_image = image_section_of("rows.dll", &build);
        places[1] = map(section, PAGE_EXECUTE_READWRITE);
        places[2] = image_map(of_image, NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                ULONG before = memory_at(places[i]).Protect;

                for (ULONG wanted = 0; wanted < 0x800; wanted++) {
                        ULONG base = wanted & 0xFF;
                        PVOID at = places[i];
                        SIZE_T size = API_PAGE;

                        if (base != 0 && (base & (base - 1)) == 0)
                                continue;
                        ck_assert_status(memory_protect(places[i], API_PAGE, wanted, NULL),
                                        STATUS_INVALID_PAGE_PROTECTION);
                        ck_assert_status(memory_allocate(&at, &size, MEM_COMMIT, wanted),
                                        STATUS_INVALID_PAGE_PROTECTION);
                }
                ck_assert_uint_eq(memory_at(places[i]).Protect, before);
        }
        api_assert_ok(memory_free(places[0], 0, MEM_RELEASE));
        view_unmap(places[1]);
        view_unmap(places[2]);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(of_image));
        pe_build_clear(&build);
}
END_TEST

/* by-tests 1.15, class 2 [W]: each length, with the daemon's name of a real file, and an image's.
 */
START_TEST(name_of_a_file_is_told_whole_or_not_at_all) {
        HANDLE section = file_section(PAGE_READONLY);
        uint8_t *view = map(section, PAGE_READONLY), buffer[1024] __attribute__((aligned(16)));
        UNICODE_STRING *name = (UNICODE_STRING *) (void *) buffer;
        SIZE_T needed = 0, length;

        memset(buffer, 0xCC, sizeof(buffer));
        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), view + 0x1234,
                                         MemoryMappedFilenameInformation, buffer, 15, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_gt(needed, sizeof(UNICODE_STRING) + sizeof(WCHAR));
        for (SIZE_T size = 16; size < needed; size += size == 16 ? needed - 17 : 1) {
                length = 0;
                ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), view,
                                                 MemoryMappedFilenameInformation, buffer, size,
                                                 &length),
                                STATUS_BUFFER_OVERFLOW);
                ck_assert_uint_eq(length, needed);
        }
        for (size_t i = 0; i < sizeof(buffer); i++)
                ck_assert_uint_eq(buffer[i], 0xCC);
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), view,
                        MemoryMappedFilenameInformation, buffer, needed, &length));
        ck_assert_uint_eq(length, needed);
        ck_assert_uint_eq(sizeof(UNICODE_STRING) + name->MaximumLength, needed);
        ck_assert_uint_eq(name->MaximumLength, name->Length + sizeof(WCHAR));
        ck_assert_ptr_eq(name->Buffer, buffer + sizeof(UNICODE_STRING));
        ck_assert_uint_eq(buffer[needed], 0xCC);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15, class 6 [W]: all zero for what is there and is no image. */
START_TEST(what_is_no_image_has_no_image_information) {
        HANDLE section = page_file_section(SEC_COMMIT), data = file_section(PAGE_READONLY);
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        uint8_t *view = map(section, PAGE_READONLY), *file = map(data, PAGE_READONLY);
        void *places[] = { memory, memory + 0x1234, view + 0x1234, file, &section };
        MEMORY_IMAGE_INFORMATION image, none = { 0 };
        SIZE_T length = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                memset(&image, 0xCC, sizeof(image));
                api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), places[i],
                                MemoryImageInformation, &image, sizeof(image), &length));
                ck_assert_uint_eq(length, sizeof(image));
                ck_assert_mem_eq(&image, &none, sizeof(image));
        }
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        view_unmap(view);
        view_unmap(file);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(data));
}
END_TEST

/* by-tests 1.15, NtAreMappedFilesTheSame [W]: data views of one file through two sections, and of
 * two files; one of them private memory. */
START_TEST(data_of_one_file_is_not_the_same_in_two_views) {
        HANDLE one = file_section(PAGE_READONLY), two = file_section(PAGE_READWRITE);
        uint8_t *first = map(one, PAGE_READONLY), *second = map(two, PAGE_READONLY), *alien;
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        HANDLE file = NULL, other = NULL;

        folder_put("other", "another file");
        file = file_opened("other", FILE_GENERIC_READ, SHARE_ALL);
        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &other));
        alien = map(other, PAGE_READONLY);
        api_assert_ok(NtAreMappedFilesTheSame(first, first + SIZE - 1));
        ck_assert_status(NtAreMappedFilesTheSame(first, second), STATUS_NOT_SAME_DEVICE);
        ck_assert_status(NtAreMappedFilesTheSame(first, alien), STATUS_NOT_SAME_DEVICE);
        ck_assert_status(NtAreMappedFilesTheSame(first, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(first, memory), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(memory, first), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(memory, memory), STATUS_CONFLICTING_ADDRESSES);
        view_unmap(first);
        view_unmap(second);
        view_unmap(alien);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(NtClose(one));
        api_assert_ok(NtClose(two));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.15, NtFlushVirtualMemory and NtUnlockVirtualMemory [wine+]: what they give back. */
START_TEST(flush_and_unlock_round_to_pages) {
        HANDLE section = page_file_section(SEC_COMMIT);
        uint8_t *view = map(section, PAGE_READWRITE);
        IO_STATUS_BLOCK io = { { 0x77 }, 0x78 };
        PVOID base = view + 0x1234;
        SIZE_T size = 0;

        api_assert_ok(NtFlushVirtualMemory(NtCurrentProcess(), &base, &size, &io));
        ck_assert_ptr_eq(base, view + 0x1000);
        ck_assert_uint_eq(size, SIZE - 0x1000);
        ck_assert_status(io.Status, 0x77);
        ck_assert_uint_eq(io.Information, 0x78);
        base = view + 0xFFF;
        size = 2;
        api_assert_ok(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS));
        base = view + 0xFFF;
        size = 2;
        api_assert_ok(NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS));
        ck_assert_ptr_eq(base, view);
        ck_assert_uint_eq(size, 0x2000);
        view_unmap(view);
        ck_assert_status(NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_PROCESS),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15, NtProtectVirtualMemory [W]: a mixed range in a view, and one that a page of which
 * is not there any more. */
START_TEST(old_protection_of_a_view_is_that_of_its_first_page) {
        HANDLE section = page_file_section(SEC_COMMIT);
        uint8_t *view = map(section, PAGE_READWRITE);
        PVOID base = view + 0x1FFF;
        SIZE_T size = 2;
        ULONG old = 0;

        api_assert_ok(memory_protect(view + 0x2000, API_PAGE, PAGE_NOACCESS, &old));
        api_assert_ok(NtProtectVirtualMemory(
                        NtCurrentProcess(), &base, &size, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE);
        ck_assert_ptr_eq(base, view + 0x1000);
        ck_assert_uint_eq(size, 0x2000);
        memory_expect_committed(view + 0x1000, 0x2000, PAGE_READONLY);
        ck_assert_status(memory_protect(view, SIZE + 1, PAGE_READONLY, &old),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        memory_expect_committed(view, 0x1000, PAGE_READWRITE);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15, class 0 [W]: what is above the highest address, and where free memory ends. */
START_TEST(free_memory_ends_with_the_last_address) {
        const uintptr_t end = 0x7FFFFFFF0000;
        MEMORY_BASIC_INFORMATION basic = memory_at((void *) (end - 1));
        SIZE_T length = 77;

        ck_assert_uint_le((uintptr_t) basic.BaseAddress + basic.RegionSize, end);
        for (unsigned i = 0; i < 3; i++) {
                const uintptr_t above[] = { end, end + API_PAGE, UINTPTR_MAX };

                ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), (void *) above[i],
                                                 MemoryBasicInformation, &basic, sizeof(basic),
                                                 &length),
                                STATUS_INVALID_PARAMETER);
        }
        ck_assert_uint_eq(length, 77);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_loop_test(tests, commit_is_within_what_the_view_was_mapped_for, 0, 16);
        tcase_add_test(tests, view_is_reset_and_neither_decommitted_nor_released);
        tcase_add_test(tests, protection_is_one_and_never_a_modifier_alone);
        tcase_add_test(tests, name_of_a_file_is_told_whole_or_not_at_all);
        tcase_add_test(tests, what_is_no_image_has_no_image_information);
        tcase_add_test(tests, data_of_one_file_is_not_the_same_in_two_views);
        tcase_add_test(tests, flush_and_unlock_round_to_pages);
        tcase_add_test(tests, old_protection_of_a_view_is_that_of_its_first_page);
        tcase_add_test(tests, free_memory_ends_with_the_last_address);
}

int main(void) {
        return api_main("rows-memory", 60, add);
}
