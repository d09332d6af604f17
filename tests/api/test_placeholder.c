/*
 * Placeholders: by-tests 1.12, 1.13 and 1.15 (NtAllocateVirtualMemoryEx, NtFreeVirtualMemory).
 */

#include <glib.h>
#include <string.h>

#include "api.h"
#include "memory.h"
#include "scene.h"
#include "view.h"

#define SIZE      0x40000u
#define PRESERVE  (MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER)
#define COALESCE  (MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS)
#define PLACE     (MEM_RESERVE | MEM_RESERVE_PLACEHOLDER)
#define REPLACING (MEM_RESERVE | MEM_COMMIT | MEM_REPLACE_PLACEHOLDER)

static NTSTATUS allocate(void *at, SIZE_T size, ULONG type, ULONG protection) {
        PVOID base = at;

        return NtAllocateVirtualMemoryEx(
                        NtCurrentProcess(), &base, &size, type, protection, NULL, 0);
}

static uint8_t *placeholder(void) {
        PVOID base = NULL;
        SIZE_T size = SIZE;

        api_assert_ok(NtAllocateVirtualMemoryEx(
                        NtCurrentProcess(), &base, &size, PLACE, PAGE_NOACCESS, NULL, 0));
        ck_assert_uint_eq((uintptr_t) base % GRANULE, 0);
        ck_assert_uint_eq(size, SIZE);
        return base;
}

static NTSTATUS map_into(HANDLE section, void *at, SIZE_T size, LONGLONG from) {
        LARGE_INTEGER offset = { .QuadPart = from };
        PVOID base = at;
        SIZE_T asked = size;
        NTSTATUS status;

        status = NtMapViewOfSectionEx(section, NtCurrentProcess(), &base, &offset, &size,
                        MEM_REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0);
        ck_assert_ptr_eq(base, at);
        if (!NT_SUCCESS(status))
                ck_assert_uint_eq(size, asked);
        return status;
}

/* A placeholder from @at that is @size long. */
static void expect_placeholder(const void *at, SIZE_T size) {
        MEMORY_BASIC_INFORMATION basic = memory_at(at);
        MEMORY_REGION_INFORMATION region;

        memory_expect_reserved(at, size);
        ck_assert_ptr_eq(basic.AllocationBase, at);
        ck_assert_uint_eq(basic.AllocationProtect, PAGE_NOACCESS);
        ck_assert_uint_eq(basic.Type, MEM_PRIVATE);
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) at,
                        MemoryRegionInformation, &region, sizeof(region), NULL));
        ck_assert_uint_eq(region.RegionType, 0x100);
        ck_assert_uint_eq(region.PlaceholderReservation, 1);
        ck_assert_uint_eq(region.RegionSize, size);
        ck_assert_uint_eq(region.CommitSize, 0);
}

/* by-tests 1.15: only through Ex, only with PAGE_NOACCESS, only reserved. */
START_TEST(placeholder_is_reserved_memory_that_nobody_touches) {
        uint8_t *place = placeholder();
        PVOID base = NULL;
        SIZE_T size = SIZE;
        ULONG old = 0;

        expect_placeholder(place, SIZE);
        ck_assert_status(memory_protect(place, API_PAGE, PAGE_READWRITE, &old),
                        STATUS_NOT_COMMITTED);
        ck_assert_status(allocate(place, API_PAGE, MEM_COMMIT, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        expect_placeholder(place, SIZE);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        memory_expect_free(place);

        ck_assert_status(NtAllocateVirtualMemory(
                                         NtCurrentProcess(), &base, 0, &size, PLACE, PAGE_NOACCESS),
                        STATUS_INVALID_PARAMETER_5);
        ck_assert_status(allocate(NULL, SIZE, PLACE, PAGE_READWRITE), STATUS_INVALID_PARAMETER);
        ck_assert_status(allocate(NULL, SIZE, PLACE | MEM_COMMIT, PAGE_NOACCESS),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(allocate(NULL, SIZE, MEM_RESERVE_PLACEHOLDER, PAGE_NOACCESS),
                        STATUS_INVALID_PARAMETER_5);
}
END_TEST

START_TEST(split_in_two_and_three) {
        uint8_t *place = placeholder();

        ck_assert_status(memory_free(place, SIZE, PRESERVE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place, 0, PRESERVE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place, SIZE + 1, PRESERVE), STATUS_UNABLE_TO_FREE_VM);
        api_assert_ok(memory_free(place + 0x11000, 0x2000, PRESERVE));
        expect_placeholder(place, 0x11000);
        expect_placeholder(place + 0x11000, 0x2000);
        expect_placeholder(place + 0x13000, SIZE - 0x13000);
        api_assert_ok(memory_free(place, 0x1000, PRESERVE));
        expect_placeholder(place, 0x1000);
        expect_placeholder(place + 0x1000, 0x10000);
        api_assert_ok(memory_free(place + SIZE - 0x1000, 0x1000, PRESERVE));
        expect_placeholder(place + SIZE - 0x1000, 0x1000);

        /* plain release goes no further than one of them */
        ck_assert_status(memory_free(place, SIZE, MEM_RELEASE), STATUS_UNABLE_TO_FREE_VM);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        memory_expect_free(place);
        expect_placeholder(place + 0x1000, 0x10000);
        api_assert_ok(memory_free(place + 0x1000, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + 0x11000, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + 0x13000, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + SIZE - 0x1000, 0, MEM_RELEASE));
}
END_TEST

START_TEST(several_become_one) {
        uint8_t *place = placeholder();

        for (unsigned i = 1; i < 3; i++)
                api_assert_ok(memory_free(place + i * GRANULE, GRANULE, PRESERVE));
        expect_placeholder(place + 2 * GRANULE, GRANULE);
        ck_assert_status(memory_free(place, 0, COALESCE), STATUS_INVALID_PARAMETER_3);
        ck_assert_status(memory_free(place, 2 * GRANULE, MEM_COALESCE_PLACEHOLDERS),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(memory_free(place, 2 * GRANULE, COALESCE | MEM_PRESERVE_PLACEHOLDER),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(memory_free(place, 2 * GRANULE, MEM_DECOMMIT | MEM_PRESERVE_PLACEHOLDER),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(memory_free(place, GRANULE + 0x1000, COALESCE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place + 0x1000, 2 * GRANULE - 0x1000, COALESCE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(
                        memory_free(place, SIZE + GRANULE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place, GRANULE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        expect_placeholder(place, GRANULE);
        api_assert_ok(memory_free(place, 2 * GRANULE, COALESCE));
        expect_placeholder(place, 2 * GRANULE);
        api_assert_ok(memory_free(place, SIZE, COALESCE));
        expect_placeholder(place, SIZE);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
}
END_TEST

/* A gap of private memory, or of nothing, is not joined over. */
START_TEST(gaps_are_not_joined_over) {
        uint8_t *place = placeholder();

        api_assert_ok(memory_free(place + GRANULE, GRANULE, PRESERVE));
        api_assert_ok(allocate(place + GRANULE, GRANULE, REPLACING, PAGE_READWRITE));
        ck_assert_status(memory_free(place, SIZE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(memory_free(place + GRANULE, 0, MEM_RELEASE));
        ck_assert_status(memory_free(place, SIZE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place + GRANULE, SIZE - GRANULE, COALESCE),
                        STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + 2 * GRANULE, 0, MEM_RELEASE));
}
END_TEST

START_TEST(private_memory_takes_the_place_and_gives_it_back) {
        uint8_t *place = placeholder();

        api_assert_ok(memory_free(place + 0x1000, 0x3000, PRESERVE));
        ck_assert_status(allocate(place + 0x1000, 0x2000, REPLACING, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(allocate(place + 0x2000, 0x2000, REPLACING, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(allocate(place + 0x1000, 0x4000, REPLACING, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(allocate(place + 0x1000, 0x3000, MEM_COMMIT | MEM_REPLACE_PLACEHOLDER,
                                         PAGE_READWRITE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(allocate(NULL, 0x3000, REPLACING, PAGE_READWRITE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(allocate(place + 0x1000, 0x3000, REPLACING, PAGE_WRITECOPY),
                        STATUS_INVALID_PAGE_PROTECTION);
        expect_placeholder(place + 0x1000, 0x3000);

        api_assert_ok(allocate(place + 0x1000, 0x3000, REPLACING, PAGE_READWRITE));
        memory_expect_committed(place + 0x1000, 0x3000, PAGE_READWRITE);
        ck_assert_uint_eq(memory_at(place + 0x1000).AllocationProtect, PAGE_READWRITE);
        memset(place + 0x1000, 1, 0x3000);
        ck_assert_status(allocate(place + 0x1000, 0x3000, REPLACING, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place + 0x1000, 0x1000, PRESERVE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(place + 0x2000, 0, PRESERVE), STATUS_FREE_VM_NOT_AT_BASE);
        api_assert_ok(memory_free(place + 0x1000, 0, PRESERVE));
        expect_placeholder(place + 0x1000, 0x3000);
        api_assert_ok(memory_free(place, SIZE, COALESCE));

        /* reserved only, and committed afterwards; what was written is gone */
        api_assert_ok(allocate(place, SIZE, MEM_RESERVE | MEM_REPLACE_PLACEHOLDER, PAGE_READWRITE));
        memory_expect_reserved(place, SIZE);
        ck_assert_uint_eq(memory_at(place).AllocationProtect, PAGE_READWRITE);
        api_assert_ok(allocate(place + 0x1000, 0x1000, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_uint_eq(place[0x1000], 0);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        memory_expect_free(place);
}
END_TEST

START_TEST(ordinary_memory_is_no_placeholder) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        uint8_t *reserved = memory_new(SIZE, 0, PAGE_NOACCESS);
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID view = NULL;

        ck_assert_status(memory_free(memory, 0x1000, PRESERVE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(memory, 0, PRESERVE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(memory, SIZE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_free(reserved, SIZE, PRESERVE), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(allocate(reserved, SIZE, REPLACING, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(map_into(section, reserved, SIZE, 0), STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_status(memory_free(view, 0x1000, PRESERVE), STATUS_INVALID_PARAMETER);
        ck_assert_status(memory_free(view, SIZE, COALESCE), STATUS_CONFLICTING_ADDRESSES);
        view_unmap(view);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(memory_free(memory, 0, PRESERVE), STATUS_MEMORY_NOT_ALLOCATED);
        api_assert_ok(memory_free(reserved, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.12: place and offset in pages, exactly the placeholder; 1.13: and back. */
START_TEST(view_takes_the_place_and_gives_it_back) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *place = placeholder();
        PVOID base = NULL;
        uint8_t *all;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        all = base;
        all[0x5000] = 42;
        api_assert_ok(memory_free(place + 0x1000, 0x3000, PRESERVE));
        ck_assert_status(map_into(section, place + 0x1000, 0x2000, 0x5000),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(map_into(section, place + 0x1000, 0x4000, 0x5000),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(
                        map_into(section, place + 0x1010, 0x3000, 0x5000), STATUS_MAPPED_ALIGNMENT);
        ck_assert_status(
                        map_into(section, place + 0x1000, 0x3000, 0x5010), STATUS_MAPPED_ALIGNMENT);
        ck_assert_status(map_into(section, NULL, 0x3000, 0), STATUS_CONFLICTING_ADDRESSES);
        expect_placeholder(place + 0x1000, 0x3000);

        api_assert_ok(map_into(section, place + 0x1000, 0x3000, 0x5000));
        ck_assert_uint_eq(place[0x1000], 42);
        place[0x1001] = 43;
        ck_assert_uint_eq(all[0x5001], 43);
        memory_expect_committed(place + 0x1000, 0x3000, PAGE_READWRITE);
        ck_assert_uint_eq(memory_at(place + 0x1000).Type, MEM_MAPPED);
        ck_assert_ptr_eq(memory_at(place + 0x2000).AllocationBase, place + 0x1000);
        expect_placeholder(place, 0x1000);
        expect_placeholder(place + 0x4000, SIZE - 0x4000);

        api_assert_ok(NtUnmapViewOfSectionEx(
                        NtCurrentProcess(), place + 0x2345, MEM_PRESERVE_PLACEHOLDER));
        expect_placeholder(place + 0x1000, 0x3000);
        ck_assert_uint_eq(all[0x5001], 43);
        api_assert_ok(map_into(section, place + 0x1000, 0x3000, 0));
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), place + 0x1000));
        memory_expect_free(place + 0x1000);
        view_unmap(all);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + 0x4000, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.13: flags, and a view that was never a placeholder. */
START_TEST(unmap_knows_two_flags) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID view = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), view, MEM_RELEASE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), view, 4),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtUnmapViewOfSectionEx(NULL, view, 0), STATUS_INVALID_HANDLE);
        ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), view, MEM_PRESERVE_PLACEHOLDER),
                        STATUS_CONFLICTING_ADDRESSES);
        memory_expect_committed(view, SIZE, PAGE_READWRITE);
        api_assert_ok(NtUnmapViewOfSectionEx(
                        NtCurrentProcess(), view, MEM_UNMAP_WITH_TRANSIENT_BOOST));
        ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), view, 0),
                        STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), view, MEM_PRESERVE_PLACEHOLDER),
                        STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(zw_unmap_view_of_section_ex(NtCurrentProcess(), view, 0),
                        STATUS_NOT_MAPPED_VIEW);
        api_assert_ok(NtClose(section));
}
END_TEST

/* The pattern that they are for: a ring, mapped twice in a row. */
START_TEST(ring_of_one_section_mapped_twice) {
        HANDLE section = view_section(GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *place = placeholder();

        api_assert_ok(memory_free(place, GRANULE, PRESERVE));
        api_assert_ok(memory_free(place + GRANULE, GRANULE, PRESERVE));
        api_assert_ok(map_into(section, place, GRANULE, 0));
        api_assert_ok(map_into(section, place + GRANULE, GRANULE, 0));
        memcpy(place + GRANULE - 4, "abcdefgh", 8);
        ck_assert_int_eq(memcmp(place, "efgh", 4), 0);
        ck_assert_int_eq(memcmp(place + GRANULE, "efgh", 4), 0);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), place));
        memory_expect_committed(place + GRANULE, GRANULE, PAGE_READWRITE);
        view_unmap(place + GRANULE);
        api_assert_ok(memory_free(place + 2 * GRANULE, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(child_has_placeholders_of_its_own) {
        HANDLE section = view_section(GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *place = placeholder();
        pid_t child;

        api_assert_ok(memory_free(place + GRANULE, GRANULE, PRESERVE));
        api_assert_ok(map_into(section, place + GRANULE, GRANULE, 0));
        place[GRANULE] = 5;
        child = fork();
        if (child == 0) {
                need(NT_SUCCESS(allocate(place, GRANULE, REPLACING, PAGE_READWRITE)));
                need(NT_SUCCESS(memory_free(place, 0, PRESERVE)));
                need(place[GRANULE] == 5);
                need(NT_SUCCESS(NtUnmapViewOfSectionEx(
                                NtCurrentProcess(), place + GRANULE, MEM_PRESERVE_PLACEHOLDER)));
                need(NT_SUCCESS(memory_free(place, SIZE, COALESCE)));
                need(NT_SUCCESS(memory_free(place, 0x1000, PRESERVE)));
                _exit(0);
        }
        scene_expect_success(child);
        expect_placeholder(place, GRANULE);
        ck_assert_uint_eq(place[GRANULE], 5);
        view_unmap(place + GRANULE);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        api_assert_ok(memory_free(place + 2 * GRANULE, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, placeholder_is_reserved_memory_that_nobody_touches);
        tcase_add_test(tests, split_in_two_and_three);
        tcase_add_test(tests, several_become_one);
        tcase_add_test(tests, gaps_are_not_joined_over);
        tcase_add_test(tests, private_memory_takes_the_place_and_gives_it_back);
        tcase_add_test(tests, ordinary_memory_is_no_placeholder);
        tcase_add_test(tests, view_takes_the_place_and_gives_it_back);
        tcase_add_test(tests, unmap_knows_two_flags);
        tcase_add_test(tests, ring_of_one_section_mapped_twice);
        tcase_add_test(tests, child_has_placeholders_of_its_own);
}

int main(void) {
        return api_main("placeholder", 60, add);
}
