/*
 * Private memory: reserved, committed, decommitted, released. by-tests 1.15, by-kernel 1.15.
 */

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "view.h"

#define SIZE (4 * GRANULE)

/* by-kernel 1.15: RESERVE and COMMIT; sizes in whole pages, places in steps of 64 KiB. */
START_TEST(memory_is_reserved_then_committed_and_zero) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READWRITE);
        PVOID base = memory + 0x2345;
        SIZE_T size = 0x1000;

        memory_expect_reserved(memory, SIZE);
        ck_assert_uint_eq(memory_at(memory).AllocationProtect, PAGE_READWRITE);
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_ptr_eq(base, memory + 0x2000);
        ck_assert_uint_eq(size, 0x2000); /* both ends are in it */
        memory_expect_reserved(memory, 0x2000);
        memory_expect_committed(memory + 0x2000, 0x2000, PAGE_READWRITE);
        memory_expect_reserved(memory + 0x4000, SIZE - 0x4000);
        ck_assert_uint_eq(memory[0x2345], 0);
        memory[0x2345] = 1;
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        memory_expect_free(memory);
}
END_TEST

/* by-kernel 1.15: without a base, MEM_COMMIT reserves too. */
START_TEST(commit_without_a_base_is_a_region_to_use) {
        PVOID base = NULL;
        SIZE_T size = 1;

        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_uint_eq(size, 0x1000);
        memory_expect_committed(base, 0x1000, PAGE_READWRITE);
        memset(base, 1, size);
        api_assert_ok(memory_free(base, 0, MEM_RELEASE));
}
END_TEST

START_TEST(fixed_region_begins_at_the_granule_of_its_base) {
        uint8_t *place = view_free_range(2);
        PVOID base = place + 0x5432;
        SIZE_T size = 0x1000;

        api_assert_ok(memory_allocate(&base, &size, MEM_RESERVE, PAGE_READONLY));
        ck_assert_ptr_eq(base, place);
        ck_assert_uint_eq(size, 0x7000);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: address conflicts are C0000018. */
START_TEST(taken_place_and_commit_of_nothing_are_conflicts) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READWRITE);
        PVOID base = memory + SIZE / 2;
        SIZE_T size = GRANULE;

        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        size = SIZE;
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        memory_expect_reserved(memory, SIZE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
        base = &base; /* not ours */
        size = 1;
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE),
                        STATUS_CONFLICTING_ADDRESSES);
}
END_TEST

/* What may be wrong, in the order in which it is noticed (by-kernel 1.15). */
typedef struct Wrong {
        ULONG_PTR zero_bits;
        ULONG type;
        ULONG protection;
        PVOID *base_at;
        uintptr_t base;
        SIZE_T size;
        HANDLE process;
        NTSTATUS status;
} Wrong;

#define OWN  ((HANDLE) (intptr_t) -1)
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

static PVOID at;

static const Wrong wrongs[] = {
        { 22, 0, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_3 }, /* by-tests 1.15: 22..31 */
        { 31, 0, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_3 },
        { 0, MEM_COMMIT | MEM_DOS_LIM, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_RESERVE | MEM_DECOMMIT, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_RESERVE | MEM_MAPPED, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_TOP_DOWN, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_RESET | MEM_COMMIT, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_RESERVE | MEM_LARGE_PAGES, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_COMMIT | MEM_WRITE_WATCH, 0, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_PHYSICAL | MEM_COMMIT, 4, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_PHYSICAL | MEM_RESERVE, 2, NULL, 0, 0, NONE, STATUS_INVALID_PARAMETER_6 },
        { 0, MEM_COMMIT, 0, NULL, 0, 0, NONE, STATUS_INVALID_PAGE_PROTECTION },
        { 0, MEM_COMMIT, 6, NULL, 0, 0, NONE, STATUS_INVALID_PAGE_PROTECTION },
        { 0, MEM_COMMIT, 0x101, NULL, 0, 0, NONE, STATUS_INVALID_PAGE_PROTECTION },
        { 0, MEM_COMMIT, 4, NULL, 0, 0, NONE, STATUS_ACCESS_VIOLATION },
        { 0, MEM_COMMIT, 4, API_WILD, 0, 0, NONE, STATUS_ACCESS_VIOLATION },
        { 0, MEM_COMMIT, 4, &at, TOP, 0, NONE, STATUS_INVALID_PARAMETER_2 },
        { 0, MEM_COMMIT, 4, &at, TOP - 0x1000, 0x1001, NONE, STATUS_INVALID_PARAMETER_4 },
        { 0, MEM_COMMIT, 4, &at, 0, UINTPTR_MAX, NONE, STATUS_INVALID_PARAMETER_4 },
        { 0, MEM_COMMIT, 4, &at, 0, 0, NONE, STATUS_INVALID_PARAMETER_4 },
        { 1, MEM_COMMIT, 4, &at, 0x7FFFF000, 0x1001, NONE, STATUS_INVALID_PARAMETER_3 },
        { 0, MEM_COMMIT, 4, &at, 0, 1, NONE, STATUS_INVALID_HANDLE },
        { 0, MEM_COMMIT, 4, &at, 0, 1, NULL, STATUS_INVALID_HANDLE },
        { 0, MEM_COMMIT | MEM_LARGE_PAGES, 4, &at, 0, 1, OWN, STATUS_INVALID_PARAMETER_5 },
        { 0, MEM_RESERVE | MEM_WRITE_WATCH, 4, &at, 0, 1, OWN, STATUS_NOT_SUPPORTED },
        { 0, MEM_RESERVE | MEM_PHYSICAL, 4, &at, 0, 1, OWN, STATUS_NOT_SUPPORTED },
        { 0, MEM_RESET_UNDO, 4, &at, 0x10000, 1, OWN, STATUS_NOT_SUPPORTED },
        { 0, MEM_COMMIT, 8, &at, 0, 1, OWN, STATUS_INVALID_PAGE_PROTECTION },
        { 0, MEM_RESERVE, 0x80, &at, 0, 1, OWN, STATUS_INVALID_PAGE_PROTECTION },
        { 0, MEM_RESERVE, 4, &at, 0x1000, 1, OWN, STATUS_CONFLICTING_ADDRESSES },
        { 21, MEM_RESERVE, 4, &at, 0, 1, OWN, STATUS_NO_MEMORY }, /* see also virtual-limits */
};

START_TEST(what_is_wrong_is_noticed_in_this_order) {
        const Wrong *wrong = &wrongs[_i];
        SIZE_T size = wrong->size;

        at = (PVOID) wrong->base;
        ck_assert_status(NtAllocateVirtualMemory(wrong->process, wrong->base_at, wrong->zero_bits,
                                         &size, wrong->type, wrong->protection),
                        wrong->status);
        ck_assert_uint_eq((uintptr_t) at, wrong->base);
        ck_assert_uint_eq(size, wrong->size);
}
END_TEST

/* by-tests 1.15: zero_bits 1 to 20, and masks. */
START_TEST(zero_bits_keep_memory_low) {
        ULONG_PTR bits = _i < 12 ? (ULONG_PTR) _i + 1 : 0x1AAAAAAA;
        uintptr_t limit = _i < 12 ? 0xFFFFFFFFu >> bits : 0x1FFFFFFF;
        PVOID base = NULL;
        SIZE_T size = 0x1000;
        NTSTATUS status;

        status = NtAllocateVirtualMemory(
                        NtCurrentProcess(), &base, bits, &size, MEM_RESERVE, PAGE_READWRITE);
        if (status == STATUS_NO_MEMORY)
                return;
        api_assert_ok(status);
        ck_assert_uint_le((uintptr_t) base + size - 1, limit);
        api_assert_ok(memory_free(base, 0, MEM_RELEASE));
}
END_TEST

START_TEST(commit_again_keeps_what_is_there_and_changes_the_protection) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory;
        SIZE_T size = 0x1000;

        memory[0] = 42;
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READONLY));
        memory_expect_committed(memory, 0x1000, PAGE_READONLY);
        ck_assert_uint_eq(memory[0], 42);
        ck_assert(!api_writable(memory));
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: MEM_DECOMMIT rounds outwards to whole pages. */
START_TEST(decommitted_pages_are_reserved_and_zero_when_they_come_back) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory + 0x1FFF;
        SIZE_T size = 2;

        memset(memory, 1, SIZE);
        api_assert_ok(NtFreeVirtualMemory(NtCurrentProcess(), &base, &size, MEM_DECOMMIT));
        ck_assert_ptr_eq(base, memory + 0x1000);
        ck_assert_uint_eq(size, 0x2000);
        memory_expect_reserved(memory + 0x1000, 0x2000);
        memory_expect_committed(memory + 0x3000, SIZE - 0x3000, PAGE_READWRITE);
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_uint_eq(memory[0x1000], 0);
        ck_assert_uint_eq(memory[0xFFF], 1);
        memory_expect_committed(memory, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(memory, 0, MEM_DECOMMIT));
        memory_expect_reserved(memory, SIZE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: a partial MEM_RELEASE splits the region. */
START_TEST(part_of_a_region_is_released_and_the_rest_are_regions) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);

        memory[SIZE - 1] = 7;
        api_assert_ok(memory_protect(memory + 0x6000, 0x1000, PAGE_READONLY, NULL));
        api_assert_ok(memory_free(memory + 0x2000, 0x3000, MEM_RELEASE));
        memory_expect_free(memory + 0x2000);
        memory_expect_committed(memory, 0x2000, PAGE_READWRITE);
        memory_expect_committed(memory + 0x5000, 0x1000, PAGE_READWRITE);
        memory_expect_committed(memory + 0x6000, 0x1000, PAGE_READONLY);
        ck_assert_ptr_eq(memory_at(memory + 0x6000).AllocationBase, memory + 0x5000);
        ck_assert_uint_eq(memory[SIZE - 1], 7);

        api_assert_ok(memory_free(memory, 0x1000, MEM_RELEASE));
        memory_expect_free(memory);
        ck_assert_ptr_eq(memory_at(memory + 0x1000).AllocationBase, memory + 0x1000);
        api_assert_ok(memory_free(memory + 0x1000, 0, MEM_RELEASE));
        api_assert_ok(memory_free(memory + 0x7000, SIZE - 0x7000, MEM_RELEASE));
        memory_expect_committed(memory + 0x5000, 0x1000, PAGE_READWRITE);
        api_assert_ok(memory_free(memory + 0x5000, 0, MEM_RELEASE));
        memory_expect_free(memory + 0x6000);
}
END_TEST

/* by-tests 1.15, by-kernel 1.15: the failures of NtFreeVirtualMemory, in their order. */
START_TEST(free_fails_for_what_is_not_all_in_one_private_region) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory;
        SIZE_T size = 0;

        ck_assert_status(memory_free(NULL, 0, 0), STATUS_INVALID_PARAMETER_4);
        ck_assert_status(memory_free(NULL, 0, MEM_RELEASE | MEM_DECOMMIT),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(memory_free(NULL, 0, 1), STATUS_INVALID_PARAMETER_4); /* COALESCE alone */
        ck_assert_status(NtFreeVirtualMemory(NONE, NULL, &size, MEM_RELEASE),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtFreeVirtualMemory(NONE, &base, API_WILD, MEM_RELEASE),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(memory_free((void *) TOP, 0, MEM_RELEASE), STATUS_INVALID_PARAMETER_2);
        ck_assert_status(memory_free(memory, TOP, MEM_RELEASE), STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtFreeVirtualMemory(NONE, &base, &size, MEM_RELEASE),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(memory_free(memory, SIZE + 1, MEM_RELEASE), STATUS_UNABLE_TO_FREE_VM);
        ck_assert_status(memory_free(memory, SIZE + 1, MEM_DECOMMIT), STATUS_UNABLE_TO_FREE_VM);
        ck_assert_status(memory_free(memory + 0x1000, 0, MEM_RELEASE), STATUS_FREE_VM_NOT_AT_BASE);
        ck_assert_ptr_eq(base, memory);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(memory_free(memory, 0, MEM_RELEASE), STATUS_MEMORY_NOT_ALLOCATED);
        ck_assert_status(memory_free(&base, 0, MEM_RELEASE), STATUS_MEMORY_NOT_ALLOCATED);
}
END_TEST

/* by-tests 1.13 and 1.15: a view is neither released nor decommitted. */
START_TEST(view_is_not_freed_and_private_memory_not_unmapped) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID view = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_status(memory_free(view, 0, MEM_RELEASE), STATUS_INVALID_PARAMETER);
        ck_assert_status(memory_free(view, 0x1000, MEM_DECOMMIT), STATUS_INVALID_PARAMETER);
        ck_assert_status(memory_free(view, SIZE + 1, MEM_RELEASE), STATUS_UNABLE_TO_FREE_VM);
        ck_assert(api_writable(view));
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), memory), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), memory + 0x1000),
                        STATUS_NOT_MAPPED_VIEW);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15: MEM_COMMIT on a view is a change of protection; MEM_RESET succeeds. */
START_TEST(commit_of_a_view_changes_its_protection) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID view = NULL, base;
        SIZE_T size = 0x1000;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        base = view;
        *(uint8_t *) view = 42;
        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READONLY));
        memory_expect_committed(view, 0x1000, PAGE_READONLY);
        ck_assert(!api_writable(view));
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_EXECUTE_READ),
                        STATUS_INVALID_PAGE_PROTECTION);
        size = SIZE;
        api_assert_ok(memory_allocate(&base, &size, MEM_RESET, PAGE_READONLY));
        ck_assert_uint_eq(*(uint8_t *) view, 42);
        size = SIZE + 1;
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READONLY),
                        STATUS_CONFLICTING_ADDRESSES);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(reset_keeps_what_is_outside_and_what_is_written_afterwards) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory + 0x10;
        SIZE_T size = 0x2000;

        memset(memory, 1, SIZE);
        api_assert_ok(memory_allocate(&base, &size, MEM_RESET, PAGE_NOACCESS));
        memory[0x1000] = 2;
        ck_assert_uint_eq(memory[0x10], 1); /* its page is not all in the range */
        ck_assert_uint_eq(memory[0x1000], 2);
        memory_expect_committed(memory, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* Also where only the page that is not all in the range would be outside. */
START_TEST(reset_past_the_end_of_a_region_is_refused) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory + SIZE - 0xfff;
        SIZE_T size = 0x1000;

        ck_assert_status(memory_allocate(&base, &size, MEM_RESET, PAGE_NOACCESS),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_ptr_eq(base, memory + SIZE - 0xfff);
        ck_assert_uint_eq(size, 0x1000);
        base = memory + SIZE - 0x1000;
        size = 0x1001;
        ck_assert_status(memory_allocate(&base, &size, MEM_RESET, PAGE_NOACCESS),
                        STATUS_CONFLICTING_ADDRESSES);
        size = 0x1000;
        api_assert_ok(memory_allocate(&base, &size, MEM_RESET, PAGE_NOACCESS));
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* [P] A child has the memory as it was, and its own from then on. */
START_TEST(child_has_a_copy_and_knows_what_is_where) {
        uint8_t *memory = memory_new(SIZE, 0, PAGE_READWRITE);
        PVOID base = memory + 0x1000;
        SIZE_T size = 0x1000;
        int state = -1;
        pid_t child;

        api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        memory[0x1000] = 1;
        child = fork();
        if (child == 0) {
                MEMORY_BASIC_INFORMATION basic = { 0 };
                bool good;

                good = memory[0x1000] == 1 &&
                       NT_SUCCESS(NtQueryVirtualMemory(NtCurrentProcess(), memory + 0x1000,
                                       MemoryBasicInformation, &basic, sizeof(basic), NULL)) &&
                       basic.State == MEM_COMMIT && basic.RegionSize == 0x1000;
                memory[0x1000] = 2;
                good = good && NT_SUCCESS(memory_free(memory, 0, MEM_RELEASE));
                _exit(good ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &state, 0), child);
        ck_assert_int_eq(state, 0);
        ck_assert_uint_eq(memory[0x1000], 1);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, memory_is_reserved_then_committed_and_zero);
        tcase_add_test(tests, commit_without_a_base_is_a_region_to_use);
        tcase_add_test(tests, fixed_region_begins_at_the_granule_of_its_base);
        tcase_add_test(tests, taken_place_and_commit_of_nothing_are_conflicts);
        tcase_add_loop_test(tests, what_is_wrong_is_noticed_in_this_order, 0,
                        sizeof(wrongs) / sizeof(*wrongs));
        tcase_add_loop_test(tests, zero_bits_keep_memory_low, 0, 13);
        tcase_add_test(tests, commit_again_keeps_what_is_there_and_changes_the_protection);
        tcase_add_test(tests, decommitted_pages_are_reserved_and_zero_when_they_come_back);
        tcase_add_test(tests, part_of_a_region_is_released_and_the_rest_are_regions);
        tcase_add_test(tests, free_fails_for_what_is_not_all_in_one_private_region);
        tcase_add_test(tests, view_is_not_freed_and_private_memory_not_unmapped);
        tcase_add_test(tests, commit_of_a_view_changes_its_protection);
        tcase_add_test(tests, reset_keeps_what_is_outside_and_what_is_written_afterwards);
        tcase_add_test(tests, reset_past_the_end_of_a_region_is_refused);
        tcase_add_test(tests, child_has_a_copy_and_knows_what_is_where);
}

int main(void) {
        return api_main("virtual-memory", 60, add);
}
