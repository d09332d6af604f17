/*
 * Kinds of section without a file: based ones, large pages; the calls that take extended
 * parameters; views that guard, and views that nobody may touch or change.
 */

#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "memory.h"
#include "ntsecurity.h"
#include "scene.h"
#include "section-rules.h"
#include "view.h"

#define NAME u"\\BaseNamedObjects\\based"
#define SIZE 0x20000u

static NTSTATUS create(const WCHAR *name, uint64_t bytes, ULONG attributes, HANDLE *ret) {
        LARGE_INTEGER size = { .QuadPart = (LONGLONG) bytes };

        return NtCreateSection(ret, SECTION_ALL_ACCESS, name ? NAMED(name) : NULL, &size,
                        PAGE_EXECUTE_READWRITE, attributes, NULL);
}

static SECTION_BASIC_INFORMATION basic_of(HANDLE section) {
        SECTION_BASIC_INFORMATION basic;

        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), NULL));
        return basic;
}

static HANDLE based(const WCHAR *name, uint64_t size, uint8_t **ret_base) {
        HANDLE section = NULL;

        api_assert_ok(create(name, size, SEC_COMMIT | SEC_BASED, &section));
        *ret_base = basic_of(section).BaseAddress;
        return section;
}

/* by-kernel 1.8 "SEC_BASED" and 1.13 [T]. */
START_TEST(based_sections_have_addresses_from_above) {
        uint8_t *first, *second, *again;
        HANDLE one = based(NULL, 1, &first), two = based(NULL, 1, &second), three;

        ck_assert_uint_eq(basic_of(one).AllocationAttributes, SEC_COMMIT | SEC_BASED);
        ck_assert_uint_eq(basic_of(one).AllocationAttributes, 0x8200000);
        ck_assert_ptr_eq(second, first - GRANULE);
        api_assert_ok(NtClose(two)); /* and it is given back */
        three = based(NULL, 1, &again);
        ck_assert_ptr_eq(again, second);
        api_assert_ok(NtClose(one));
        api_assert_ok(NtClose(three));
}
END_TEST

START_TEST(every_view_of_a_based_section_is_at_its_address) {
        uint8_t *at;
        HANDLE section = based(NULL, SIZE, &at);
        ViewOptions later = { .offset = GRANULE }, low = { .zero_bits = 1 };
        PVOID base = NULL, wished = view_free_range(1), odd = (PVOID) (uintptr_t) 0x1234;
        uint8_t *view;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        ck_assert_ptr_eq(base, at);
        view = base;
        view[GRANULE] = 3;
        base = NULL; /* where it would have to be is taken */
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, NULL),
                        STATUS_CONFLICTING_ADDRESSES);
        later = (ViewOptions){ .offset = GRANULE };
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &later),
                        STATUS_CONFLICTING_ADDRESSES);
        view_unmap(view);
        later = (ViewOptions){ .offset = GRANULE };
        api_assert_ok(view_map(section, PAGE_READONLY, &base, &later));
        ck_assert_ptr_eq(base, at + GRANULE);
        ck_assert_uint_eq(*(uint8_t *) base, 3);
        view_unmap(base);
        api_assert_ok(NtMapViewOfSection(section, NtCurrentProcess(), &wished, 0, 0, NULL,
                        &(SIZE_T){ 0 }, ViewShare, 0, PAGE_READONLY));
        ck_assert_ptr_eq(wished, at);
        view_unmap(wished);
        ck_assert_status(view_map(section, PAGE_READONLY, &odd, NULL), STATUS_MAPPED_ALIGNMENT);
        base = NULL;
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &low), STATUS_NO_MEMORY);
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(based_section_is_at_its_address_in_all_processes) {
        uint8_t *at;
        HANDLE section = based(NAME, SIZE, &at);
        pid_t child = fork();
        PVOID base = NULL;

        if (child == 0) {
                HANDLE opened = NULL;

                need(NT_SUCCESS(api_open(NAME, SECTION_ALL_ACCESS, &opened)));
                need(basic_of(opened).BaseAddress == at);
                need(NT_SUCCESS(api_map(opened, PAGE_READWRITE, &base)));
                need(base == at);
                *(uint8_t **) base = at + 100; /* a pointer that is right everywhere */
                _exit(0);
        }
        scene_expect_success(child);
        api_assert_ok(api_map(section, PAGE_READWRITE, &base));
        ck_assert_ptr_eq(base, at);
        ck_assert_ptr_eq(*(uint8_t **) base, at + 100);
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.8 row 14 [T], 1.15; [P] large pages are Linux's, and few machines keep any apart. */
START_TEST(large_pages_are_there_or_honestly_not) {
        HANDLE section = NULL;
        PVOID base = NULL;
        SIZE_T size = LARGE_PAGE_SIZE;
        NTSTATUS status;

        ck_assert_status(create(NULL, LARGE_PAGE_SIZE + 0x1000, SEC_COMMIT | SEC_LARGE_PAGES,
                                         &section),
                        STATUS_INVALID_PARAMETER_4);
        status = create(NULL, LARGE_PAGE_SIZE, SEC_COMMIT | SEC_LARGE_PAGES, &section);
        if (status != STATUS_INSUFFICIENT_RESOURCES) {
                ViewOptions half = { .size = LARGE_PAGE_SIZE / 2 };
                ViewOptions later = { .offset = GRANULE };
                ULONG old = 0;

                api_assert_ok(status);
                ck_assert_uint_eq(basic_of(section).AllocationAttributes,
                                SEC_COMMIT | SEC_LARGE_PAGES);
                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &half),
                                STATUS_INVALID_VIEW_SIZE);
                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &later),
                                STATUS_MAPPED_ALIGNMENT);
                api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
                ck_assert_uint_eq((uintptr_t) base % LARGE_PAGE_SIZE, 0);
                memset(base, 1, LARGE_PAGE_SIZE);
                ck_assert_status(memory_protect(base, 0x1000, PAGE_READONLY, &old),
                                STATUS_NOT_SUPPORTED);
                api_assert_ok(memory_protect(base, LARGE_PAGE_SIZE, PAGE_READONLY, &old));
                view_unmap(base);
                api_assert_ok(NtClose(section));
        }

        base = NULL;
        status = memory_allocate(
                        &base, &size, MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE);
        if (status != STATUS_INSUFFICIENT_RESOURCES) {
                MEMORY_REGION_INFORMATION region;

                api_assert_ok(status);
                memset(base, 1, size);
                api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), base,
                                MemoryRegionInformation, &region, sizeof(region), NULL));
                ck_assert_uint_eq(region.RegionType, 0x800);
                ck_assert_status(memory_free(base, 0x1000, MEM_DECOMMIT), STATUS_NOT_SUPPORTED);
                api_assert_ok(memory_free(base, 0, MEM_RELEASE));
        }
        base = NULL;
        size = 0x10000;
        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES,
                                         PAGE_READWRITE),
                        STATUS_INVALID_PARAMETER_4);
        size = LARGE_PAGE_SIZE;
        ck_assert_status(
                        memory_allocate(&base, &size, MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE),
                        STATUS_INVALID_PARAMETER_5);
}
END_TEST

/* by-kernel 1.15: SeLockMemoryPrivilege; switched off, it does not count for the daemon. */
START_TEST(large_pages_need_the_privilege) {
        TOKEN_PRIVILEGES off = { .PrivilegeCount = 1 };
        HANDLE token = NULL, section = NULL;
        PVOID base = NULL;
        SIZE_T size = LARGE_PAGE_SIZE;

        off.Privileges[0].Luid.LowPart = SE_LOCK_MEMORY_PRIVILEGE;
        api_assert_ok(NtOpenProcessToken(
                        NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &off, 0, NULL, NULL));
        ck_assert_status(create(NULL, LARGE_PAGE_SIZE, SEC_COMMIT | SEC_LARGE_PAGES, &section),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_ptr_null(section);
        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES,
                                         PAGE_READWRITE),
                        STATUS_PRIVILEGE_NOT_HELD);
        api_assert_ok(NtClose(token));
}
END_TEST

static NTSTATUS create_ex(PMEM_EXTENDED_PARAMETER parameters, ULONG n) {
        LARGE_INTEGER size = { .QuadPart = SIZE };
        HANDLE section = API_WILD;
        NTSTATUS status;

        status = NtCreateSectionEx(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL, parameters, n);
        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(section));
        else
                ck_assert_ptr_null(section);
        return status;
}

/* by-kernel 1.8, NtCreateSectionEx: each kind at most once, and statuses as without. */
START_TEST(section_parameters_are_checked) {
        MEM_EXTENDED_PARAMETER parameters[2] = { 0 };
        LARGE_INTEGER size = { .QuadPart = 0 };
        HANDLE section = NULL;

        api_assert_ok(create_ex(NULL, 0));
        api_assert_ok(create_ex(parameters, 0));
        ck_assert_status(create_ex(NULL, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(create_ex(API_WILD, 1), STATUS_ACCESS_VIOLATION);
        ck_assert_status(create_ex(parameters, 1), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemSectionExtendedParameterMax;
        ck_assert_status(create_ex(parameters, 1), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemSectionExtendedParameterAttributeFlags;
        api_assert_ok(create_ex(parameters, 1));
        parameters[1] = parameters[0];
        ck_assert_status(create_ex(parameters, 2), STATUS_INVALID_PARAMETER);
        parameters[0].ULong64 = 1;
        ck_assert_status(create_ex(parameters, 1), STATUS_NOT_SUPPORTED);
        for (UCHAR type = 1; type <= 3; type++) {
                parameters[0].Type = type;
                ck_assert_status(create_ex(parameters, 1), STATUS_NOT_SUPPORTED);
        }
        ck_assert_status(NtCreateSectionEx(&section, SECTION_ALL_ACCESS, NULL, &size,
                                         PAGE_READWRITE, SEC_COMMIT, NULL, NULL, 1),
                        STATUS_INVALID_PARAMETER_4);
        size.QuadPart = SIZE;
        ck_assert_status(NtCreateSectionEx(&section, SECTION_ALL_ACCESS, NULL, &size,
                                         PAGE_READWRITE, 0, NULL, NULL, 1),
                        STATUS_INVALID_PARAMETER_6);
        api_assert_ok(zw_create_section_ex(&section, SECTION_QUERY, NULL, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL, NULL, 0));
        ck_assert_uint_eq(api_granted_access(section), SECTION_QUERY);
        api_assert_ok(NtClose(section));
}
END_TEST

static HANDLE of_map;

static NTSTATUS map_ex(PVOID *base, PMEM_EXTENDED_PARAMETER parameters, ULONG n, ULONG type) {
        SIZE_T size = 0;
        NTSTATUS status;

        status = NtMapViewOfSectionEx(of_map, NtCurrentProcess(), base, NULL, &size, type,
                        PAGE_READWRITE, parameters, n);
        if (NT_SUCCESS(status)) {
                ck_assert_uint_eq((uintptr_t) *base % GRANULE, 0);
                ck_assert_uint_eq(size, SIZE);
                view_unmap(*base);
        } else {
                ck_assert_uint_eq(size, 0);
        }
        return status;
}

static NTSTATUS map_within(uintptr_t lowest, uintptr_t highest, SIZE_T alignment, PVOID *base) {
        MEM_ADDRESS_REQUIREMENTS wanted = { (PVOID) lowest, (PVOID) highest, alignment };
        MEM_EXTENDED_PARAMETER parameter = { .Type = MemExtendedParameterAddressRequirements };

        parameter.Pointer = &wanted;
        return map_ex(base, &parameter, 1, 0);
}

/* by-tests 1.12 [W], row by row. */
START_TEST(view_parameters_are_checked) {
        MEM_EXTENDED_PARAMETER parameters[2] = { 0 };
        PVOID base = NULL;

        of_map = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(map_ex(&base, NULL, 0, 0));
        base = NULL;
        ck_assert_status(map_ex(&base, NULL, 1, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_ex(&base, parameters, 1, 0), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemExtendedParameterMax;
        ck_assert_status(map_ex(&base, parameters, 1, 0), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemExtendedParameterImageMachine;
        parameters[1] = parameters[0];
        api_assert_ok(map_ex(&base, parameters, 1, 0));
        base = NULL;
        ck_assert_status(map_ex(&base, parameters, 2, 0), STATUS_INVALID_PARAMETER);
        parameters[0].ULong64 = 0x162; /* R3000 */
        ck_assert_status(map_ex(&base, parameters, 1, 0), STATUS_NOT_SUPPORTED);
        parameters[0].ULong64 = 0x8664;
        api_assert_ok(map_ex(&base, parameters, 1, 0));
        base = NULL;
        parameters[0].Type = MemExtendedParameterNumaNode;
        ck_assert_status(map_ex(&base, parameters, 1, 0), STATUS_NOT_SUPPORTED);
        ck_assert_status(map_ex(&base, NULL, 0, MEM_DOS_LIM), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_ex(&base, NULL, 0, MEM_COMMIT), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_ex(&base, NULL, 0, MEM_RESERVE), STATUS_INVALID_PARAMETER_9);
        api_assert_ok(map_ex(&base, NULL, 0, MEM_TOP_DOWN));
        api_assert_ok(NtClose(of_map));
}
END_TEST

START_TEST(address_requirements_of_views) {
        const uintptr_t top = 0x7FFFFFFEFFFF;
        PVOID base = NULL, fixed = view_free_range(4);

        of_map = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(map_within(0, 0, 0, &base));
        base = NULL;
        ck_assert_status(map_within(0x20000000 + 0x1000, 0, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within(0, 0x20001001, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within(0, 0x20000FFE, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within(0, 0x200007FF, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within(0, top + 0x1000, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(
                        map_within(0x20000000, 0x20000000 - 1, 0, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within((uintptr_t) fixed, 0, 0, &fixed), STATUS_INVALID_PARAMETER);
        for (SIZE_T alignment = 1; alignment != 0 && alignment < 1ull << 40; alignment <<= 1)
                ck_assert_status(map_within(0, 0, alignment, &base), STATUS_INVALID_PARAMETER);
        ck_assert_status(map_within(0, 0, 0x30000, &base), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(base);
        api_assert_ok(map_within(0, top, 0, &base));
        ck_assert_uint_le((uintptr_t) base + SIZE, top + 1);
        base = NULL;
        api_assert_ok(map_within(0, 0x20000FFF, 0, &base));
        ck_assert_uint_le((uintptr_t) base + SIZE, 0x20001000);
        base = NULL;
        ck_assert_status(map_within(0x20000000, 0x2000FFFF, 0, &base), STATUS_NO_MEMORY);
        api_assert_ok(NtClose(of_map));
}
END_TEST

/* by-tests 1.12: statuses as of the older call. */
START_TEST(map_ex_checks_as_the_older_call_does) {
        LARGE_INTEGER offset = { .QuadPart = 1 };
        SIZE_T size = 0;
        PVOID base, other;
        uint8_t *wanted;

        of_map = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        base = wanted = view_free_range(4);
        api_assert_ok(NtMapViewOfSectionEx(of_map, NtCurrentProcess(), &base, NULL, &size, 0,
                        PAGE_READWRITE, NULL, 0));
        ck_assert_ptr_eq(base, wanted);
        ck_assert_uint_eq(size, SIZE);
        other = wanted;
        ck_assert_status(map_ex(&other, NULL, 0, 0), STATUS_CONFLICTING_ADDRESSES);
        other = wanted + 42;
        ck_assert_status(map_ex(&other, NULL, 0, 0), STATUS_MAPPED_ALIGNMENT);
        other = wanted + 0x1000;
        ck_assert_status(map_ex(&other, NULL, 0, 0), STATUS_MAPPED_ALIGNMENT);
        other = NULL;
        size = 0;
        ck_assert_status(NtMapViewOfSectionEx(of_map, NtCurrentProcess(), &other, &offset, &size, 0,
                                         PAGE_READWRITE, NULL, 0),
                        STATUS_MAPPED_ALIGNMENT);
        size = SIZE + 1;
        ck_assert_status(NtMapViewOfSectionEx(of_map, NtCurrentProcess(), &other, NULL, &size, 0,
                                         PAGE_READWRITE, NULL, 0),
                        STATUS_INVALID_VIEW_SIZE);
        ck_assert_status(NtMapViewOfSectionEx(of_map, NULL, &other, NULL, &size, 0, PAGE_READWRITE,
                                         NULL, 0),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtMapViewOfSectionEx(of_map, NtCurrentProcess(), &other, NULL, &size, 0, 0,
                                         NULL, 0),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(zw_map_view_of_section_ex(of_map, NtCurrentProcess(), NULL, NULL, &size, 0,
                                         PAGE_READWRITE, NULL, 0),
                        STATUS_ACCESS_VIOLATION);
        view_unmap(wanted);
        api_assert_ok(NtClose(of_map));
}
END_TEST

static volatile sig_atomic_t n_alarms;

static void count_alarm(int signal) {
        (void) signal;
        if (++n_alarms > 10) /* no alarm, but a fault that comes again and again */
                abort();
}

/* by-kernel 1.10 [T]: once for each page, and then it works. */
START_TEST(guarded_view_raises_one_alarm_a_page) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL, plain = NULL;
        volatile uint8_t *view;

        api_assert_ok(view_map(section, PAGE_READWRITE, &plain, NULL));
        api_assert_ok(view_map(section, PAGE_READWRITE | PAGE_GUARD, &base, NULL));
        view = base;
        memory_expect_committed(base, SIZE, PAGE_READWRITE | PAGE_GUARD);
        ck_assert_uint_eq(memory_at(base).AllocationProtect, PAGE_READWRITE | PAGE_GUARD);
        ck_assert(!api_readable(base));
        view[0x1000] = 5;
        ck_assert_int_eq(n_alarms, 1);
        view[0x1001] = 6;
        ck_assert_int_eq(n_alarms, 1);
        ck_assert_uint_eq(((uint8_t *) plain)[0x1001], 6);
        memory_expect_committed(base, 0x1000, PAGE_READWRITE | PAGE_GUARD);
        memory_expect_committed((uint8_t *) base + 0x1000, 0x1000, PAGE_READWRITE);
        ck_assert_uint_eq(view[0x2000], 0);
        ck_assert_int_eq(n_alarms, 2);
        view_unmap(base);
        view_unmap(plain);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.11 row 5: no-change is about protection; only what is secured too cannot be unmapped,
 * and nothing can be secured here. */
START_TEST(view_without_change_can_be_unmapped_and_nothing_else) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        ViewOptions options = { .type = SEC_NO_CHANGE };
        PVOID base = NULL, at;
        SIZE_T size = API_PAGE;
        ULONG old = 0;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        at = base;
        ck_assert_status(memory_protect(base, API_PAGE, PAGE_NOACCESS, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(memory_allocate(&at, &size, MEM_COMMIT, PAGE_READONLY),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(memory_free(base, 0, MEM_RELEASE), STATUS_INVALID_PARAMETER);
        *(volatile uint8_t *) base = 1;
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        struct sigaction action = { .sa_handler = count_alarm };

        sigaction(SIGSEGV, &action, NULL); /* before fault recovery is on, which passes on to it */
        tcase_add_test(tests, based_sections_have_addresses_from_above);
        tcase_add_test(tests, every_view_of_a_based_section_is_at_its_address);
        tcase_add_test(tests, based_section_is_at_its_address_in_all_processes);
        tcase_add_test(tests, large_pages_are_there_or_honestly_not);
        tcase_add_test(tests, large_pages_need_the_privilege);
        tcase_add_test(tests, section_parameters_are_checked);
        tcase_add_test(tests, view_parameters_are_checked);
        tcase_add_test(tests, address_requirements_of_views);
        tcase_add_test(tests, map_ex_checks_as_the_older_call_does);
        tcase_add_test(tests, guarded_view_raises_one_alarm_a_page);
        tcase_add_test(tests, view_without_change_can_be_unmapped_and_nothing_else);
}

int main(void) {
        return api_main("section-kinds", 60, add);
}
