/*
 * NtProtectVirtualMemory. by-tests 1.15, by-kernel 1.15.
 */

#include <string.h>
#include <sys/mman.h>

#include "memory.h"
#include "view.h"

#define SIZE (2 * GRANULE)
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

/* by-tests 1.15: base rounded down, end rounded up, and both returned. */
START_TEST(range_is_rounded_to_pages_and_old_protection_that_of_the_first) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        PVOID base = memory + 0x1FFF;
        SIZE_T size = 2;
        ULONG old = 0;

        api_assert_ok(NtProtectVirtualMemory(
                        NtCurrentProcess(), &base, &size, PAGE_READONLY, &old));
        ck_assert_ptr_eq(base, memory + 0x1000);
        ck_assert_uint_eq(size, 0x2000);
        ck_assert_uint_eq(old, PAGE_READWRITE);
        memory_expect_committed(memory, 0x1000, PAGE_READWRITE);
        memory_expect_committed(memory + 0x1000, 0x2000, PAGE_READONLY);
        memory_expect_committed(memory + 0x3000, SIZE - 0x3000, PAGE_READWRITE);
        ck_assert(!api_writable(memory + 0x1000));

        api_assert_ok(memory_protect(memory + 0x2000, 0x2000, PAGE_EXECUTE_READ, &old));
        ck_assert_uint_eq(old, PAGE_READONLY); /* mixed pages */
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: NOACCESS and back, contents survive. */
START_TEST(contents_survive_noaccess) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);

        memory[5] = 42;
        api_assert_ok(memory_protect(memory, SIZE, PAGE_NOACCESS, NULL));
        ck_assert(!api_readable(memory));
        memory_expect_committed(memory, SIZE, PAGE_NOACCESS);
        api_assert_ok(memory_protect(memory, SIZE, PAGE_READWRITE, NULL));
        ck_assert_uint_eq(memory[5], 42);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: each failure, and what it leaves in old protection. by-kernel 1.15: the order. */
START_TEST(failures_leave_base_and_size_alone) {
        uint8_t *memory = view_free_range(2); /* where nobody gets in when it is free again */
        PVOID base = memory, top = (PVOID) TOP;
        SIZE_T size = SIZE, none = 0, all = TOP;
        ULONG old = 77;

        api_assert_ok(memory_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE));
        size = 0x1000;

        ck_assert_status(NtProtectVirtualMemory(NONE, NULL, NULL, 0, NULL),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtProtectVirtualMemory(NONE, NULL, NULL, PAGE_READONLY | 4, NULL),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtProtectVirtualMemory(NONE, &base, &size, PAGE_READONLY, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtProtectVirtualMemory(NONE, NULL, &size, PAGE_READONLY, &old),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtProtectVirtualMemory(NONE, &base, NULL, PAGE_READONLY, &old),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtProtectVirtualMemory(NONE, &top, &size, PAGE_READONLY, &old),
                        STATUS_INVALID_PARAMETER_2);
        ck_assert_status(NtProtectVirtualMemory(NONE, &base, &all, PAGE_READONLY, &old),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtProtectVirtualMemory(NONE, &base, &none, PAGE_READONLY, &old),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtProtectVirtualMemory(NONE, &base, &size, PAGE_READONLY, &old),
                        STATUS_INVALID_HANDLE);
        ck_assert_uint_eq(old, 77);
        ck_assert_ptr_eq(base, memory);
        ck_assert_uint_eq(size, 0x1000);

        /* Not committed; and base NULL. */
        ck_assert_status(memory_protect(memory, 0x1000, PAGE_READONLY, &old), STATUS_NOT_COMMITTED);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        old = 77;
        ck_assert_status(memory_protect(NULL, 0x1000, PAGE_READONLY, &old),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        ck_assert_status(memory_protect(memory, SIZE + 1, PAGE_READONLY, &old),
                        STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        ck_assert_status(memory_protect(memory, 0x1000, PAGE_READONLY, &old),
                        STATUS_CONFLICTING_ADDRESSES);
}
END_TEST

/* by-tests 1.15: WRITECOPY on private memory; half of the range is not committed. */
START_TEST(private_memory_is_not_copied_on_write_and_holes_are_not_protected) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        ULONG old = 0;

        ck_assert_status(memory_protect(memory, 0x1000, PAGE_WRITECOPY, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        ck_assert_status(memory_protect(memory, 0x1000, PAGE_EXECUTE_WRITECOPY, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        api_assert_ok(memory_free(memory + 0x3000, 0x1000, MEM_DECOMMIT));
        ck_assert_status(memory_protect(memory, 0x8000, PAGE_READONLY, &old), STATUS_NOT_COMMITTED);
        memory_expect_committed(memory, 0x3000, PAGE_READWRITE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: modifiers of private memory. */
START_TEST(nocache_is_the_whole_regions_and_writecombine_nobodys) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE | PAGE_NOCACHE);
        uint8_t *other = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE | PAGE_WRITECOMBINE);

        memory_expect_committed(memory, SIZE, PAGE_READWRITE | PAGE_NOCACHE);
        api_assert_ok(memory_protect(memory, 0x1000, PAGE_READONLY, NULL));
        memory_expect_committed(memory, 0x1000, PAGE_READONLY | PAGE_NOCACHE);
        ck_assert_uint_eq(memory_at(memory).AllocationProtect, PAGE_READWRITE | PAGE_NOCACHE);
        memory_expect_committed(other, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_protect(other, SIZE, PAGE_READONLY | PAGE_NOCACHE, NULL));
        memory_expect_committed(other, SIZE, PAGE_READONLY);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(memory_free(other, 0, MEM_RELEASE));
}
END_TEST

/* What a protection lets happen: read 1, write 2, execute 4 (by-tests 1.15). */
static const struct {
        ULONG protection;
        unsigned access;
} protections[] = {
        { PAGE_NOACCESS, 0 },
        { PAGE_READONLY, 1 },
        { PAGE_READWRITE, 3 },
        { PAGE_WRITECOPY, 1 },
        { PAGE_EXECUTE, 5 },
        { PAGE_EXECUTE_READ, 5 },
        { PAGE_EXECUTE_READWRITE, 7 },
        { PAGE_EXECUTE_WRITECOPY, 5 },
};

#define PROTECTIONS (sizeof(protections) / sizeof(*protections))

/* by-tests 1.15, the rule: allowed if what it lets happen is a part of what the view was mapped
 * for. by-kernel 1.15 [T]: a PAGE_NOACCESS view never becomes anything else, with a status of its
 * own; the tests of the rule see the Win32 error only, which is the same for both. */
START_TEST(view_may_have_what_it_was_mapped_for) {
        ULONG first = protections[_i].protection;
        HANDLE section = view_section(SIZE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);

        for (size_t i = 0; i < PROTECTIONS; i++) {
                ULONG wanted = protections[i].protection, old = 0;
                NTSTATUS status = STATUS_SUCCESS;
                PVOID view = NULL;

                api_assert_ok(view_map(section, first, &view, NULL));
                if (protections[i].access & ~protections[_i].access)
                        status = first == PAGE_NOACCESS ? STATUS_SECTION_PROTECTION
                                                        : STATUS_INVALID_PAGE_PROTECTION;
                ck_assert_status(memory_protect(view, 0x1000, wanted, &old), status);
                ck_assert_uint_eq(old, NT_SUCCESS(status) ? first : PAGE_NOACCESS);
                if (NT_SUCCESS(status))
                        ck_assert_uint_eq(memory_at(view).Protect, wanted);
                ck_assert_uint_eq(memory_at(view).AllocationProtect, first);
                view_unmap(view);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15 [W!]: a written page of a copy-on-write view is READWRITE, in queries and as old
 * protection; the view's other pages are not. */
START_TEST(written_page_of_a_copy_is_readwrite) {
        static const ULONG copies[][2] = {
                { PAGE_WRITECOPY, PAGE_READWRITE },
                { PAGE_EXECUTE_WRITECOPY, PAGE_EXECUTE_READWRITE },
        };
        ULONG copy = copies[_i][0], written = copies[_i][1], old = 0;
        HANDLE section = view_section(SIZE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        uint8_t *view;

        api_assert_ok(view_map(section, copy, &base, NULL));
        view = base;
        memory_expect_committed(view, SIZE, copy);
        ck_assert_uint_eq(view[0x3000], 0);
        memory_expect_committed(view, SIZE, copy); /* reading copies nothing */
        view[0x3000] = 1;
        view[0x4000] = 1;
        memory_expect_committed(view, 0x3000, copy);
        memory_expect_committed(view + 0x3000, 0x2000, written);
        memory_expect_committed(view + 0x5000, SIZE - 0x5000, copy);
        api_assert_ok(memory_protect(view + 0x3000, 0x1000, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, written);
        memory_expect_committed(view + 0x3000, 0x1000, PAGE_READONLY);
        api_assert_ok(memory_protect(view + 0x3000, 0x1000, copy, &old));
        ck_assert_uint_eq(old, PAGE_READONLY);
        memory_expect_committed(view + 0x3000, 0x2000, written);
        ck_assert_uint_eq(view[0x3000], 1);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.15: READONLY to WRITECOPY, on any view. What is written then is the view's own. */
START_TEST(readonly_view_becomes_copy_on_write) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        uint8_t *shared, *copy;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        shared = base;
        base = NULL;
        api_assert_ok(view_map(section, PAGE_READONLY, &base, NULL));
        copy = base;
        ck_assert_uint_eq(copy[0], 0);
        shared[0] = 1;
        ck_assert_uint_eq(copy[0], 1); /* it still is the section's memory */
        api_assert_ok(memory_protect(copy, 0x1000, PAGE_WRITECOPY, NULL));
        shared[0] = 2;
        ck_assert_uint_eq(copy[0], 2);
        copy[0] = 3;
        ck_assert_uint_eq(shared[0], 2);
        memory_expect_committed(copy, 0x1000, PAGE_READWRITE);
        view_unmap(shared);
        view_unmap(copy);
        api_assert_ok(NtClose(section));
}
END_TEST

/* The same in a view for writing, where only some pages are; and back, when what was copied stays.
 */
START_TEST(pages_of_a_view_for_writing_are_copied_and_shared_again) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        uint8_t *shared, *view;
        ULONG old = 0;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        shared = base;
        base = NULL;
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        view = base;
        memset(view, 1, SIZE);
        api_assert_ok(memory_protect(view + 0x1000, 0x2000, PAGE_WRITECOPY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE);
        memory_expect_committed(view, 0x1000, PAGE_READWRITE);
        memory_expect_committed(view + 0x1000, 0x2000, PAGE_WRITECOPY);
        view[0x1000] = 2;
        view[0x3000] = 2;
        ck_assert_uint_eq(shared[0x1000], 1);
        ck_assert_uint_eq(shared[0x3000], 2);
        shared[0x2000] = 3;
        ck_assert_uint_eq(view[0x2000], 3);
        memory_expect_committed(view + 0x1000, 0x1000, PAGE_READWRITE);
        memory_expect_committed(view + 0x2000, 0x1000, PAGE_WRITECOPY);

        api_assert_ok(memory_protect(view, SIZE, PAGE_READONLY, NULL));
        api_assert_ok(memory_protect(view, SIZE, PAGE_READWRITE, &old));
        ck_assert_uint_eq(old, PAGE_READONLY);
        memory_expect_committed(view, SIZE, PAGE_READWRITE);
        view[0x1001] = 4; /* copied */
        view[0x2001] = 4; /* not copied, and the section's again */
        ck_assert_uint_eq(shared[0x1001], 1);
        ck_assert_uint_eq(shared[0x2001], 4);
        ck_assert_uint_eq(view[0x1000], 2);
        view_unmap(shared);
        api_assert_ok(NtClose(section)); /* [P] and with it, the section is out of reach */
        ck_assert_status(memory_protect(view, 0x1000, PAGE_WRITECOPY, &old), STATUS_NOT_SUPPORTED);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        memory_expect_committed(view, SIZE, PAGE_READWRITE);
        view_unmap(view);
}
END_TEST

/* by-kernel 1.15: modifiers on a view, and a view that nobody may change. */
START_TEST(view_takes_no_modifiers_and_no_change_is_kept) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        ViewOptions no_change = { .type = SEC_NO_CHANGE };
        PVOID view = NULL;
        ULONG old = 0;

        api_assert_ok(view_map(section, PAGE_READWRITE, &view, NULL));
        ck_assert_status(memory_protect(view, 0x1000, PAGE_READONLY | PAGE_NOCACHE, &old),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        view_unmap(view);
        view = NULL;
        api_assert_ok(view_map(section, PAGE_READWRITE, &view, &no_change));
        ck_assert_status(memory_protect(view, 0x1000, PAGE_READONLY, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Memory that is not ours is private and can be protected. */
START_TEST(memory_of_the_program_is_protected_too) {
        uint8_t *memory = mmap(
                        NULL, 0x3000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ULONG old = 0;

        ck_assert_ptr_ne(memory, MAP_FAILED);
        api_assert_ok(memory_protect(memory + 0x1000, 0x1000, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE);
        ck_assert(!api_writable(memory + 0x1000));
        memory_expect_committed(memory + 0x1000, 0x1000, PAGE_READONLY);
        api_assert_ok(memory_protect(memory, 0x3000, PAGE_READWRITE, &old));
        ck_assert(api_writable(memory + 0x1000));
        ck_assert_status(memory_protect(memory, 0x1000, PAGE_WRITECOPY, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(memory_protect(memory, 0x1000, PAGE_READONLY | PAGE_GUARD, &old),
                        STATUS_NOT_SUPPORTED);
        ck_assert_int_eq(munmap(memory, 0x3000), 0);
}
END_TEST

/* [P] In a service, an access to a guard page is a bad pointer, once. */
START_TEST(service_that_meets_a_guard_page_says_so_once) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
        SIZE_T length = sizeof(MEMORY_BASIC_INFORMATION);

        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), memory, MemoryBasicInformation,
                                         memory, length, NULL),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtQueryVirtualMemory(
                        NtCurrentProcess(), memory, MemoryBasicInformation, memory, length, NULL));
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, range_is_rounded_to_pages_and_old_protection_that_of_the_first);
        tcase_add_test(tests, contents_survive_noaccess);
        tcase_add_test(tests, failures_leave_base_and_size_alone);
        tcase_add_test(tests, private_memory_is_not_copied_on_write_and_holes_are_not_protected);
        tcase_add_test(tests, nocache_is_the_whole_regions_and_writecombine_nobodys);
        tcase_add_loop_test(tests, view_may_have_what_it_was_mapped_for, 0, PROTECTIONS);
        tcase_add_loop_test(tests, written_page_of_a_copy_is_readwrite, 0, 2);
        tcase_add_test(tests, readonly_view_becomes_copy_on_write);
        tcase_add_test(tests, pages_of_a_view_for_writing_are_copied_and_shared_again);
        tcase_add_test(tests, view_takes_no_modifiers_and_no_change_is_kept);
        tcase_add_test(tests, memory_of_the_program_is_protected_too);
        tcase_add_test(tests, service_that_meets_a_guard_page_says_so_once);
}

int main(void) {
        return api_main("virtual-protect", 60, add);
}
