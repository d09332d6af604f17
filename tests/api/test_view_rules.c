/*
 * NtMapViewOfSection: what it refuses, and in which order it looks.
 */

#include <glib.h>
#include <sys/mman.h>

#include "api.h"
#include "view.h"

static const ULONG protections[] = {
        PAGE_NOACCESS,
        PAGE_READONLY,
        PAGE_WRITECOPY,
        PAGE_READWRITE,
        PAGE_EXECUTE,
        PAGE_EXECUTE_READ,
        PAGE_EXECUTE_WRITECOPY,
        PAGE_EXECUTE_READWRITE,
};

/* [T] Which views a section may have, by the protection that it was made with; [W] those of
 * PAGE_EXECUTE_READ (by-tests 1.11). */
static const struct {
        ULONG section;
        ULONG views;
} compatible[] = {
        { PAGE_READONLY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY },
        { PAGE_WRITECOPY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY },
        { PAGE_READWRITE, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_READWRITE },
        { PAGE_EXECUTE, PAGE_NOACCESS | PAGE_EXECUTE },
        { PAGE_EXECUTE_READ, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_EXECUTE |
                                             PAGE_EXECUTE_READ | PAGE_EXECUTE_WRITECOPY },
        { PAGE_EXECUTE_WRITECOPY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_EXECUTE |
                                                  PAGE_EXECUTE_READ | PAGE_EXECUTE_WRITECOPY },
        { PAGE_EXECUTE_READWRITE, 0xFF },
};

START_TEST(view_protection_must_be_one_that_the_section_allows) {
        HANDLE section = view_section(API_PAGE, compatible[_i].section, SECTION_ALL_ACCESS);

        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                bool allowed = compatible[_i].views & protections[i];
                PVOID base = NULL;
                NTSTATUS status = view_map(section, protections[i], &base, NULL);

                ck_assert_msg(status == (allowed ? STATUS_SUCCESS : STATUS_SECTION_PROTECTION),
                                "section 0x%x, view 0x%x: %s", (unsigned) compatible[_i].section,
                                (unsigned) protections[i], zw_status_name(status));
                if (allowed)
                        view_unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: rights that a view of a protection needs on the handle, each and no other. */
static const struct {
        ULONG protection;
        ACCESS_MASK access;
} needed[] = {
        { PAGE_NOACCESS, SECTION_MAP_READ },
        { PAGE_READONLY, SECTION_MAP_READ },
        { PAGE_WRITECOPY, SECTION_MAP_READ },
        { PAGE_READWRITE, SECTION_MAP_WRITE },
        { PAGE_EXECUTE, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_READ, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_WRITECOPY, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_READWRITE, SECTION_MAP_WRITE | SECTION_MAP_EXECUTE },
};

START_TEST(view_needs_the_rights_of_its_protection) {
        const ACCESS_MASK rights = SECTION_MAP_READ | SECTION_MAP_WRITE | SECTION_MAP_EXECUTE;

        for (ACCESS_MASK access = 0; access <= rights; access += SECTION_MAP_WRITE) {
                HANDLE section = view_section(API_PAGE, PAGE_EXECUTE_READWRITE, access);

                for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
                        bool allowed = (access & needed[i].access) == needed[i].access;
                        PVOID base = NULL;
                        NTSTATUS status = view_map(section, needed[i].protection, &base, NULL);

                        ck_assert_msg(status == (allowed ? STATUS_SUCCESS : STATUS_ACCESS_DENIED),
                                        "access 0x%x, view 0x%x: %s", (unsigned) access,
                                        (unsigned) needed[i].protection, zw_status_name(status));
                        if (allowed)
                                view_unmap(base);
                }
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* [T] The order in which NtMapViewOfSection looks: what is wrong earlier wins. */
START_TEST(map_checks_in_the_order_of_nt) {
        HANDLE none = (HANDLE) (ULONG_PTR) 0xABC0;
        PVOID base = (PVOID) (ULONG_PTR) 0x1234;
        SIZE_T size = 0;
        LARGE_INTEGER odd = { .QuadPart = 1 };

        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD,
                                         (SECTION_INHERIT) 0, MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_8);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD,
                                         (SECTION_INHERIT) 3, MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_8);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD, ViewShare,
                                         MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_9);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD, ViewShare,
                                         0, 0),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, NULL, API_WILD, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, API_WILD, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, &odd, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtMapViewOfSection(none, NULL, &base, 0, 0, &odd, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtMapViewOfSection(none, NtCurrentProcess(), &base, 0, 0, &odd, &size,
                                         ViewShare, 0, PAGE_READONLY),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_eq(base, (PVOID) (ULONG_PTR) 0x1234);
        ck_assert_int_eq(odd.QuadPart, 1);
}
END_TEST

/* [W] virtual.c, [T]: what may be given as process and as section. */
START_TEST(map_wants_a_process_and_a_section) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        ViewOptions as_process = { .process = section };
        ViewOptions as_thread = { .process = NtCurrentThread() };
        PVOID base = NULL;

        ck_assert_status(view_map(NULL, PAGE_READONLY, &base, NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(view_map(NtCurrentProcess(), PAGE_READONLY, &base, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &as_process),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &as_thread),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c, [T]: sizes and offsets. */
START_TEST(size_and_offset_must_lie_in_the_section) {
        HANDLE section = view_section(0x23452, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        ViewOptions options;

        options = (ViewOptions){ .size = 0x24001 };
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &options),
                        STATUS_INVALID_VIEW_SIZE);
        options = (ViewOptions){ .size = 0x14001, .offset = VIEW_GRANULE };
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &options),
                        STATUS_INVALID_VIEW_SIZE);
        options = (ViewOptions){ .offset = 1 };
        ck_assert_status(
                        view_map(section, PAGE_READONLY, &base, &options), STATUS_MAPPED_ALIGNMENT);
        options = (ViewOptions){ .offset = API_PAGE };
        ck_assert_status(
                        view_map(section, PAGE_READONLY, &base, &options), STATUS_MAPPED_ALIGNMENT);
        options = (ViewOptions){ .size = SIZE_MAX };
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &options),
                        STATUS_INVALID_PARAMETER_3);

        options = (ViewOptions){ .size = 0x1001, .offset = VIEW_GRANULE };
        api_assert_ok(view_map(section, PAGE_READONLY, &base, &options));
        ck_assert_uint_eq(options.size, 0x2000);
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: a base that the caller chooses. */
START_TEST(base_is_taken_as_given_or_refused) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *wanted = view_free_range(2);
        PVOID base = wanted;
        PVOID other;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        ck_assert_ptr_eq(base, wanted);

        other = wanted;
        ck_assert_status(view_map(section, PAGE_READWRITE, &other, NULL),
                        STATUS_CONFLICTING_ADDRESSES);
        other = wanted + 42;
        ck_assert_status(view_map(section, PAGE_READWRITE, &other, NULL), STATUS_MAPPED_ALIGNMENT);
        other = wanted + API_PAGE;
        ck_assert_status(view_map(section, PAGE_READWRITE, &other, NULL), STATUS_MAPPED_ALIGNMENT);
        other = (PVOID) (ULONG_PTR) 0xFFFF800000000000;
        ck_assert_status(view_map(section, PAGE_READWRITE, &other, NULL),
                        STATUS_INVALID_PARAMETER_3);
        view_unmap(base);

        other = wanted;
        api_assert_ok(view_map(section, PAGE_READWRITE, &other, NULL));
        ck_assert_ptr_eq(other, wanted);
        view_unmap(other);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Memory that is not ours is never mapped over. */
START_TEST(base_in_memory_of_the_program_conflicts) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *wanted = view_free_range(1);
        void *mine = mmap(wanted, API_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        PVOID base = wanted;

        ck_assert_ptr_eq(mine, wanted);
        *wanted = 77;
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, NULL),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(*wanted, 77);
        ck_assert_int_eq(munmap(mine, API_PAGE), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: zero bits are counted from bit 31, up to 20; from 32 on the value is a mask. */
START_TEST(zero_bits_limit_the_address) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        for (ULONG_PTR bits = 1; bits <= 20; bits++) {
                ViewOptions options = { .zero_bits = bits };
                PVOID base = NULL;
                NTSTATUS status = view_map(section, PAGE_READWRITE, &base, &options);

                if (status == STATUS_NO_MEMORY)
                        continue;
                api_assert_ok(status);
                ck_assert_uint_eq((uintptr_t) base >> (32 - bits), 0);
                view_unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(zero_bits_as_a_mask_limit_the_address) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG_PTR masks[] = { 0x7FFFFFFF, 0x1AAAAAAA, 0xFFFFFFFF, 0x3FFFFFFFFFF };

        for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
                ViewOptions options = { .zero_bits = masks[i] };
                PVOID base = NULL;

                api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
                ck_assert_int_ge(__builtin_clzll((uintptr_t) base), __builtin_clzll(masks[i]));
                view_unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(zero_bits_that_leave_nothing_are_refused) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        PVOID high = (PVOID) (ULONG_PTR) 0x30000000;
        ViewOptions options = { .zero_bits = 21 };

        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options), STATUS_NO_MEMORY);
        for (ULONG_PTR bits = 22; bits <= 31; bits++) {
                options = (ViewOptions){ .zero_bits = bits };
                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options),
                                STATUS_INVALID_PARAMETER_4);
        }
        /* [T] A given base must keep to them. */
        options = (ViewOptions){ .zero_bits = 3 };
        ck_assert_status(view_map(section, PAGE_READWRITE, &high, &options),
                        STATUS_INVALID_PARAMETER_4);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] CommitSize is about page-file sections, and at most the view. */
START_TEST(commit_size_is_at_most_the_view) {
        HANDLE section = view_section(4 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        ViewOptions options = { .commit = 2 * API_PAGE, .size = API_PAGE };

        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options),
                        STATUS_INVALID_PARAMETER_5);
        options = (ViewOptions){ .commit = API_PAGE, .size = 2 * API_PAGE };
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-kernel 1.10 row 17; by-tests 1.11, offset at the section's end; row 21, the offset returned.
 */
START_TEST(views_are_cached_and_begin_in_the_section) {
        HANDLE section = view_section(2 * VIEW_GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        LARGE_INTEGER offset = { .QuadPart = VIEW_GRANULE };
        ViewOptions end = { .offset = 2 * VIEW_GRANULE }, past = { .offset = 3 * VIEW_GRANULE };
        PVOID base = NULL;
        SIZE_T size = 1;

        ck_assert_status(view_map(section, PAGE_READWRITE | PAGE_WRITECOMBINE, &base, NULL),
                        STATUS_INVALID_PARAMETER_10);
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &end), STATUS_INVALID_PARAMETER);
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &past), STATUS_INVALID_VIEW_SIZE);
        api_assert_ok(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, &offset, &size,
                        ViewShare, 0, PAGE_READWRITE));
        ck_assert_int_eq(offset.QuadPart, VIEW_GRANULE);
        ck_assert_uint_eq(size, API_PAGE);
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Allocation types. */
START_TEST(allocation_type_is_top_down_or_refused) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG refused[] = { MEM_COMMIT, MEM_RESERVE, MEM_RESERVE | MEM_COMMIT, MEM_DOS_LIM,
                MEM_RELEASE, 1 };
        PVOID base = NULL;
        ViewOptions options = { .type = MEM_TOP_DOWN };

        for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
                ViewOptions wrong = { .type = refused[i] };

                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &wrong),
                                STATUS_INVALID_PARAMETER_9);
        }
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq((uintptr_t) base % VIEW_GRANULE, 0);
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Protections that no view has. */
START_TEST(view_protection_must_be_valid) {
        HANDLE section = view_section(API_PAGE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG invalid[] = { 0, PAGE_READONLY | PAGE_READWRITE, PAGE_GUARD,
                PAGE_GUARD | PAGE_NOACCESS, PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_READONLY,
                0x800 | PAGE_READONLY, 0xFFFFFFFF };
        PVOID base = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(invalid); i++)
                ck_assert_status(view_map(section, invalid[i], &base, NULL),
                                STATUS_INVALID_PAGE_PROTECTION);
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, view_protection_must_be_one_that_the_section_allows, 0,
                        G_N_ELEMENTS(compatible));
        tcase_add_test(tests, view_needs_the_rights_of_its_protection);
        tcase_add_test(tests, map_checks_in_the_order_of_nt);
        tcase_add_test(tests, map_wants_a_process_and_a_section);
        tcase_add_test(tests, size_and_offset_must_lie_in_the_section);
        tcase_add_test(tests, base_is_taken_as_given_or_refused);
        tcase_add_test(tests, base_in_memory_of_the_program_conflicts);
        tcase_add_test(tests, zero_bits_limit_the_address);
        tcase_add_test(tests, zero_bits_as_a_mask_limit_the_address);
        tcase_add_test(tests, zero_bits_that_leave_nothing_are_refused);
        tcase_add_test(tests, commit_size_is_at_most_the_view);
        tcase_add_test(tests, views_are_cached_and_begin_in_the_section);
        tcase_add_test(tests, allocation_type_is_top_down_or_refused);
        tcase_add_test(tests, view_protection_must_be_valid);
}

int main(void) {
        return api_main("view-rules", 60, add);
}
