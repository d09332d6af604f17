/*
 * As many regions as Linux lets a process have: vm.max_map_count. [P] One more is
 * STATUS_INSUFFICIENT_RESOURCES, nothing is lost by it, and the process goes on.
 */

#include <stdio.h>

#include "memory.h"
#include "view.h"

#define REGIONS_MAX 0x40000u

static PVOID regions[REGIONS_MAX];
static HANDLE section;

/* Whether the limit is one that a test can reach. */
static bool limit_is_near(void) {
        FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
        unsigned limit = 0;

        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(fscanf(file, "%u", &limit), 1);
        fclose(file);
        return limit < REGIONS_MAX;
}

static ULONG protection_of(size_t i) {
        return i % 2 ? PAGE_READWRITE : PAGE_READONLY;
}

/* Neighbours differ, so that Linux makes no single mapping of them. */
static NTSTATUS private_make(size_t i) {
        SIZE_T size = GRANULE;

        regions[i] = NULL;
        return memory_allocate(&regions[i], &size, MEM_RESERVE | MEM_COMMIT, protection_of(i));
}

static NTSTATUS private_end(size_t i) {
        return memory_free(regions[i], 0, MEM_RELEASE);
}

static NTSTATUS view_make(size_t i) {
        regions[i] = NULL;
        return view_map(section, protection_of(i), &regions[i], NULL);
}

static NTSTATUS view_end(size_t i) {
        return NtUnmapViewOfSection(NtCurrentProcess(), regions[i]);
}

static const struct {
        NTSTATUS (*make)(size_t i);
        NTSTATUS (*end)(size_t i);
} kinds[] = {
        { private_make, private_end },
        { view_make, view_end },
};

/* Region @i is whole, and services that need no further mapping work. */
static void expect_whole(size_t i) {
        uint8_t *region = regions[i];
        LARGE_INTEGER size = { .QuadPart = GRANULE };
        HANDLE other = NULL;

        memory_expect_committed(region, GRANULE, protection_of(i));
        ck_assert_uint_eq(region[GRANULE - 1], 0);
        api_assert_ok(memory_protect(region, GRANULE, PAGE_NOACCESS, NULL));
        memory_expect_committed(region, GRANULE, PAGE_NOACCESS);
        api_assert_ok(memory_protect(region, GRANULE, protection_of(i), NULL));
        api_assert_ok(NtCreateSection(
                        &other, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, NULL));
        api_assert_ok(NtClose(other));
}

/* The first access ends a guard, though Linux can make no mapping of its own of the page. */
static void expect_guard(uint8_t *memory) {
        SIZE_T size = sizeof(MEMORY_BASIC_INFORMATION);

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), memory, MemoryBasicInformation,
                                         memory + 0x3000, size, NULL),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), memory, MemoryBasicInformation,
                        memory + 0x3000, size, NULL));
        memory_expect_committed(memory, GRANULE, PAGE_READWRITE);
}

START_TEST(as_many_regions_as_linux_lets_us_have) {
        NTSTATUS status = STATUS_SUCCESS;
        uint8_t *guard;
        size_t n = 0, middle;

        if (!limit_is_near())
                return;
        guard = memory_new(GRANULE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
        section = view_section(GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        while (n < REGIONS_MAX) {
                status = kinds[_i].make(n);
                if (!NT_SUCCESS(status))
                        break;
                n++;
        }
        ck_assert_status(status, STATUS_INSUFFICIENT_RESOURCES);
        ck_assert_uint_gt(n, 10000);
        middle = n / 2;
        for (size_t i = 0; i < 2; i++)
                ck_assert_status(kinds[i].make(n), STATUS_INSUFFICIENT_RESOURCES);
        expect_whole(middle);

        /* What would make three mappings of one. */
        ck_assert_status(memory_protect((uint8_t *) regions[middle] + 0x1000, 0x1000, PAGE_NOACCESS,
                                         NULL),
                        STATUS_INSUFFICIENT_RESOURCES);
        if (kinds[_i].make == private_make)
                ck_assert_status(memory_free((uint8_t *) regions[middle] + 0x1000, 0x1000,
                                                 MEM_RELEASE),
                                STATUS_INSUFFICIENT_RESOURCES);
        expect_whole(middle);
        expect_guard(guard);

        for (size_t i = 0; i < 4; i++)
                api_assert_ok(kinds[_i].end(--n));
        memory_expect_free(regions[n]);
        for (size_t i = 0; i < 2; i++) {
                api_assert_ok(kinds[i].make(n));
                api_assert_ok(kinds[i].end(n));
        }
        while (n > 0)
                api_assert_ok(kinds[_i].end(--n));
        api_assert_ok(memory_free(guard, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, as_many_regions_as_linux_lets_us_have, 0, 2);
}

int main(void) {
        return api_main("virtual-count", 120, add);
}
