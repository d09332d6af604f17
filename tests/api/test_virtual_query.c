/*
 * NtQueryVirtualMemory, NtSetInformationVirtualMemory and NtAreMappedFilesTheSame. by-tests 1.15,
 * by-kernel 1.14 and 1.15.
 */

#include <string.h>
#include <sys/mman.h>

#include "memory.h"
#include "view.h"

#define SIZE  (2 * GRANULE)
#define NONE  ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP   0x7FFFFFFF0000u
#define BASIC MemoryBasicInformation

static NTSTATUS
query(void *address, MEMORY_INFORMATION_CLASS which, void *to, SIZE_T length, SIZE_T *ret) {
        return NtQueryVirtualMemory(NtCurrentProcess(), address, which, to, length, ret);
}

/* by-tests 1.15: an ordinary view. */
START_TEST(view_is_mapped_memory_from_its_base) {
        HANDLE section = view_section(0x3452, PAGE_READWRITE, SECTION_ALL_ACCESS);
        MEMORY_BASIC_INFORMATION basic;
        PVOID view = NULL;

        api_assert_ok(view_map(section, PAGE_READONLY, &view, NULL));
        basic = memory_at((uint8_t *) view + 0x1042);
        ck_assert_ptr_eq(basic.AllocationBase, view);
        ck_assert_uint_eq(basic.AllocationProtect, PAGE_READONLY);
        ck_assert_uint_eq(basic.PartitionId, 0);
        ck_assert_uint_eq(basic.RegionSize, 0x3000);
        ck_assert_uint_eq(basic.State, MEM_COMMIT);
        ck_assert_uint_eq(basic.Protect, PAGE_READONLY);
        ck_assert_uint_eq(basic.Type, MEM_MAPPED);
        view_unmap(view);
        memory_expect_free(view); /* by-tests 1.13: after unmapping */
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.11: SEC_NOCACHE adds PAGE_NOCACHE to both protections. */
START_TEST(view_of_a_section_without_cache_says_so) {
        LARGE_INTEGER size = { .QuadPart = SIZE };
        HANDLE section = NULL;
        PVOID view = NULL;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                        SEC_COMMIT | SEC_NOCACHE, NULL));
        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_uint_eq(memory_at(view).Protect, PAGE_READWRITE | PAGE_NOCACHE);
        ck_assert_uint_eq(memory_at(view).AllocationProtect, PAGE_READWRITE | PAGE_NOCACHE);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.15, by-tests 1.15: what is refused, in this order. */
START_TEST(what_is_wrong_is_noticed_in_this_order) {
        MEMORY_BASIC_INFORMATION basic;
        SIZE_T length = 77;

        ck_assert_status(NtQueryVirtualMemory(NONE, (PVOID) TOP, 99, NULL, 1, API_WILD),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, NULL, 1, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, &basic, 1, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, &basic, 1, &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 15, &basic, 1, &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 1, &basic, 1, &length),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, BASIC, &basic, 47, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, BASIC, &basic, 48, &length),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(length, 77);
        api_assert_ok(query((PVOID) (TOP - 1), BASIC, &basic, 100, &length));
        ck_assert_uint_eq(length, 48);
}
END_TEST

/* [P] What we did not make is private committed memory; between it all is free. */
START_TEST(memory_of_the_program_is_private_and_committed) {
        static char data[3 * API_PAGE];
        uint8_t *memory = mmap(NULL, 0x3000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        MEMORY_BASIC_INFORMATION basic;

        ck_assert_ptr_ne(memory, MAP_FAILED);
        basic = memory_at(memory + 0x1000);
        ck_assert_uint_eq(basic.State, MEM_COMMIT);
        ck_assert_uint_eq(basic.Protect, PAGE_NOACCESS);
        ck_assert_uint_eq(basic.Type, MEM_PRIVATE);
        ck_assert_uint_ge(basic.RegionSize, 0x2000);
        ck_assert_int_eq(munmap(memory, 0x3000), 0);
        ck_assert_uint_eq(memory_at(memory + 0x1000).State, MEM_FREE);

        basic = memory_at(&basic); /* the stack */
        ck_assert_uint_eq(basic.State, MEM_COMMIT);
        ck_assert_uint_eq(basic.Protect, PAGE_READWRITE);
        ck_assert_uint_eq(memory_at(data).Protect, PAGE_READWRITE);
        ck_assert_uint_eq(memory_at((void *) (uintptr_t) memory_at).Protect, PAGE_EXECUTE_READ);
}
END_TEST

/* A walk over the address space meets every page once, and our regions where they are. */
START_TEST(walk_over_everything_is_without_holes) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        uint8_t *next = memory_new(SIZE, 0, PAGE_READWRITE);
        unsigned n_seen = 0, n_free = 0;
        uintptr_t at = 0;

        api_assert_ok(memory_protect(memory + 0x1000, 0x1000, PAGE_READONLY, NULL));
        while (at < TOP) {
                MEMORY_BASIC_INFORMATION basic = memory_at((void *) at);

                ck_assert_uint_eq((uintptr_t) basic.BaseAddress, at);
                ck_assert_uint_gt(basic.RegionSize, 0);
                n_seen += basic.AllocationBase == memory || basic.AllocationBase == next;
                n_free += basic.State == MEM_FREE;
                at += basic.RegionSize;
        }
        ck_assert_uint_eq(n_seen, 4);
        ck_assert_uint_gt(n_free, 1);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(memory_free(next, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15, class 2: no view has a file. */
START_TEST(no_memory_has_the_name_of_a_file) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t buffer[256];
        SIZE_T length = 77;
        PVOID view = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_status(query(view, MemoryMappedFilenameInformation, buffer, 256, &length),
                        STATUS_INVALID_ADDRESS);
        ck_assert_status(query(buffer, MemoryMappedFilenameInformation, buffer, 256, &length),
                        STATUS_INVALID_ADDRESS);
        ck_assert_status(query(NULL, MemoryMappedFilenameInformation, buffer, 0, &length),
                        STATUS_INVALID_ADDRESS);
        ck_assert_status(query(view, MemoryMappedFilenameInformation, NULL, 256, &length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVirtualMemory(NONE, view, MemoryMappedFilenameInformation, buffer,
                                         256, &length),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(length, 77);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

static MEMORY_REGION_INFORMATION region_at(void *address) {
        MEMORY_REGION_INFORMATION region;
        SIZE_T length = 0;

        memset(&region, 0xCC, sizeof(region));
        api_assert_ok(query(address, MemoryRegionInformation, &region, sizeof(region), &length));
        ck_assert_uint_eq(length, sizeof(region));
        ck_assert_uint_eq(region.RegionType, 0);
        ck_assert_uint_eq(region.PartitionId, 0);
        return region;
}

/* by-tests 1.15, class 3: private memory. */
START_TEST(region_is_told_whole_from_any_address) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READONLY);
        PVOID base = memory + 0x1000;
        SIZE_T size = 0x2000;
        MEMORY_REGION_INFORMATION region = region_at(memory + 0x1800);

        ck_assert_ptr_eq(region.AllocationBase, memory);
        ck_assert_uint_eq(region.AllocationProtect, PAGE_READONLY);
        ck_assert_uint_eq(region.RegionSize, SIZE);
        ck_assert_uint_eq(region.CommitSize, 0);
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_uint_eq(region_at(memory).CommitSize, 0x2000);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15, class 3: lengths and what is not allocated. */
START_TEST(region_is_told_in_part_to_who_knows_no_more) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        MEMORY_REGION_INFORMATION region;
        SIZE_T length = 77;

        memset(&region, 0xCC, sizeof(region));
        ck_assert_status(query(memory, MemoryRegionInformation, &region, 23, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 77);
        api_assert_ok(query(memory, MemoryRegionInformation, &region, 24, &length));
        ck_assert_uint_eq(length, 24);
        ck_assert_uint_eq(region.RegionSize, SIZE);
        ck_assert_uint_eq(region.CommitSize, 0xCCCCCCCCCCCCCCCC);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        memset(&region, 0xCC, sizeof(region));
        ck_assert_status(query(memory, MemoryRegionInformation, &region, sizeof(region), &length),
                        STATUS_INVALID_ADDRESS);
        ck_assert_uint_eq(region.RegionSize, 0xCCCCCCCCCCCCCCCC);
}
END_TEST

/* by-tests 1.15, class 3: views count if what is written to them is a copy. */
START_TEST(only_views_with_copies_count_as_memory) {
        static const struct {
                ULONG protection;
                SIZE_T commit;
        } views[] = {
                { PAGE_READONLY, 0 },
                { PAGE_READWRITE, 0 },
                { PAGE_WRITECOPY, SIZE },
                { PAGE_EXECUTE_WRITECOPY, SIZE },
        };
        HANDLE section = view_section(SIZE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);

        for (unsigned i = 0; i < 4; i++) {
                PVOID view = NULL;

                api_assert_ok(view_map(section, views[i].protection, &view, NULL));
                ck_assert_uint_eq(region_at(view).CommitSize, views[i].commit);
                ck_assert_uint_eq(region_at(view).RegionSize, SIZE);
                view_unmap(view);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15, class 6. */
START_TEST(image_information_of_what_is_no_image_is_zero) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READWRITE);
        MEMORY_IMAGE_INFORMATION image;
        SIZE_T length = 77;

        memset(&image, 0xCC, sizeof(image));
        ck_assert_status(query(memory, MemoryImageInformation, &image, 23, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(length, 77);
        api_assert_ok(query(memory, MemoryImageInformation, &image, sizeof(image), &length));
        ck_assert_uint_eq(length, 24);
        ck_assert_ptr_null(image.ImageBase);
        ck_assert_uint_eq(image.SizeOfImage, 0);
        ck_assert_uint_eq(image.ImageFlags, 0);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(query(memory, MemoryImageInformation, &image, sizeof(image), NULL),
                        STATUS_INVALID_ADDRESS);
}
END_TEST

/* by-kernel 1.14: without a file nothing is the same as anything. (With files: section-file.) */
START_TEST(views_without_files_are_not_compared) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID one = NULL, other = NULL;

        api_assert_ok(view_map(section, PAGE_READONLY, &one, NULL));
        api_assert_ok(view_map(section, PAGE_READONLY, &other, NULL));
        ck_assert_status(NtAreMappedFilesTheSame(one, (uint8_t *) one + 0x1000),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(one, other), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(one, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(NULL, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(one, memory), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(memory, one), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(&one, &one), STATUS_CONFLICTING_ADDRESSES);
        view_unmap(other);
        ck_assert_status(NtAreMappedFilesTheSame(one, other), STATUS_INVALID_ADDRESS);
        view_unmap(one);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

static NTSTATUS prefetch(ULONG_PTR count, MEMORY_RANGE_ENTRY *ranges, ULONG *flags, ULONG length) {
        return NtSetInformationVirtualMemory(
                        NtCurrentProcess(), VmPrefetchInformation, count, ranges, flags, length);
}

/* by-tests 1.15, Prefetch: views, private memory, the program's own and nobody's. */
START_TEST(prefetched_memory_is_what_it_was) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        void *nobodys = (void *) 0x20000; /* Linux gives it to nobody who does not ask for it */
        MEMORY_RANGE_ENTRY ranges[4];
        PVOID view = NULL;
        ULONG flags = 0;

        api_assert_ok(view_map(section, PAGE_WRITECOPY, &view, NULL));
        memory[5] = 1;
        ranges[0] = (MEMORY_RANGE_ENTRY){ view, SIZE };
        ranges[1] = (MEMORY_RANGE_ENTRY){ memory + 5, 1 };
        ranges[2] = (MEMORY_RANGE_ENTRY){ ranges, sizeof(ranges) };
        ranges[3] = (MEMORY_RANGE_ENTRY){ nobodys, 1 };
        api_assert_ok(prefetch(4, ranges, &flags, sizeof(flags)));
        memory_expect_committed(view, SIZE, PAGE_WRITECOPY); /* and no copies */
        memory_expect_free(nobodys);
        ck_assert_uint_eq(memory[5], 1);
        view_unmap(view);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15, Prefetch: each failure. [P] The order, flags, and ranges beyond all memory. */
START_TEST(what_cannot_be_prefetched) {
        MEMORY_RANGE_ENTRY ranges[2] = { { ranges, 1 }, { ranges, 0 } };
        ULONG flags = 0, some = 2;

        ck_assert_status(NtSetInformationVirtualMemory(NONE, 99, 0, NULL, NULL, 0),
                        STATUS_INVALID_PARAMETER_2);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 8, 0, NULL, NULL, 0),
                        STATUS_INVALID_PARAMETER_2);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 1, 0, NULL, NULL, 0),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 0, NULL, NULL, 0),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 1, NULL, NULL, 0),
                        STATUS_INVALID_PARAMETER_5);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 1, NULL, API_WILD, 3),
                        STATUS_INVALID_PARAMETER_6);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 1, NULL, API_WILD, 4),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(prefetch(1, ranges, &flags, 8), STATUS_INVALID_PARAMETER_6);
        ck_assert_status(prefetch(1, NULL, &flags, 4), STATUS_ACCESS_VIOLATION);
        ck_assert_status(prefetch(1, API_WILD, &flags, 4), STATUS_ACCESS_VIOLATION);
        ck_assert_status(prefetch(UINTPTR_MAX / 2, ranges, &flags, 4), STATUS_INVALID_PARAMETER_3);
        ck_assert_status(prefetch(UINTPTR_MAX / 32, ranges, &flags, 4), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 2, ranges, &flags, 4),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtSetInformationVirtualMemory(NONE, 0, 1, ranges, &flags, 4),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(prefetch(1, ranges, &some, 4), STATUS_NOT_SUPPORTED);
        ranges[1] = (MEMORY_RANGE_ENTRY){ (PVOID) TOP, 1 };
        ck_assert_status(prefetch(2, ranges, &flags, 4), STATUS_INVALID_PARAMETER_4);
        ranges[1] = (MEMORY_RANGE_ENTRY){ ranges, TOP };
        ck_assert_status(prefetch(2, ranges, &flags, 4), STATUS_INVALID_PARAMETER_4);
        api_assert_ok(prefetch(1, ranges, &flags, 4));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, view_is_mapped_memory_from_its_base);
        tcase_add_test(tests, view_of_a_section_without_cache_says_so);
        tcase_add_test(tests, what_is_wrong_is_noticed_in_this_order);
        tcase_add_test(tests, memory_of_the_program_is_private_and_committed);
        tcase_add_test(tests, walk_over_everything_is_without_holes);
        tcase_add_test(tests, no_memory_has_the_name_of_a_file);
        tcase_add_test(tests, region_is_told_whole_from_any_address);
        tcase_add_test(tests, region_is_told_in_part_to_who_knows_no_more);
        tcase_add_test(tests, only_views_with_copies_count_as_memory);
        tcase_add_test(tests, image_information_of_what_is_no_image_is_zero);
        tcase_add_test(tests, prefetched_memory_is_what_it_was);
        tcase_add_test(tests, what_cannot_be_prefetched);
        tcase_add_test(tests, views_without_files_are_not_compared);
}

int main(void) {
        return api_main("virtual-query", 60, add);
}
