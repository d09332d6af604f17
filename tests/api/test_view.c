/*
 * Views: what is in them, how long they live, and how they go.
 */

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "view.h"

#define NAME u"\\BaseNamedObjects\\view"

/* [W] virtual.c: the whole section, at a multiple of 64 KiB; the size comes back in pages. */
START_TEST(view_of_everything_is_aligned_and_as_large_as_the_section) {
        HANDLE section = view_section(0x3452, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        ViewOptions options = { 0 };

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq((uintptr_t) base % VIEW_GRANULE, 0);
        ck_assert_uint_eq(options.size, 0x4000);
        for (size_t i = 0; i < 0x4000; i++)
                ck_assert_uint_eq(((uint8_t *) base)[i], 0);
        view_unmap(base);
        ck_assert(!api_readable(base));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] What one view writes, all others see, whatever their protection. */
START_TEST(views_of_one_section_share_its_memory) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID writer = NULL;
        PVOID reader = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &writer, NULL));
        api_assert_ok(view_map(section, PAGE_READONLY, &reader, NULL));
        ck_assert_ptr_ne(writer, reader);
        strcpy(writer, "shared");
        ck_assert_str_eq(reader, "shared");
        ck_assert(!api_writable(reader));
        view_unmap(writer);
        ck_assert_str_eq(reader, "shared");
        view_unmap(reader);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A copy-on-write view sees what others wrote until it writes; that write stays its own. */
START_TEST(copy_on_write_view_keeps_its_writes_to_itself) {
        HANDLE section = view_section(2 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *shared;
        uint8_t *copy;
        PVOID base = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        shared = base;
        base = NULL;
        api_assert_ok(view_map(section, PAGE_WRITECOPY, &base, NULL));
        copy = base;
        shared[0] = 1;
        ck_assert_uint_eq(copy[0], 1);
        copy[0] = 2;
        ck_assert_uint_eq(shared[0], 1);
        shared[API_PAGE] = 3;
        ck_assert_uint_eq(copy[API_PAGE], 3);
        view_unmap(copy);
        view_unmap(shared);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A no-access view is a view; nobody can touch it. */
START_TEST(noaccess_view_cannot_be_touched) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;

        api_assert_ok(view_map(section, PAGE_NOACCESS, &base, NULL));
        ck_assert(!api_readable(base));
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] What was written through one view runs in another that may execute. */
START_TEST(executable_view_runs_what_is_in_the_section) {
        static const uint8_t code[] = { 0xB8, 0x2A, 0, 0, 0, 0xC3 }; /* mov eax, 42; ret */
        HANDLE section = view_section(API_PAGE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        PVOID writer = NULL;
        PVOID runner = NULL;
        int (*function)(void);

        api_assert_ok(view_map(section, PAGE_READWRITE, &writer, NULL));
        api_assert_ok(view_map(section, PAGE_EXECUTE_READ, &runner, NULL));
        memcpy(writer, code, sizeof(code));
        memcpy(&function, &runner, sizeof(function));
        ck_assert_int_eq(function(), 42);
        view_unmap(runner);
        view_unmap(writer);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A view at an offset is the section from there to its end. */
START_TEST(view_at_an_offset_shows_the_section_from_there) {
        HANDLE section = view_section(3 * VIEW_GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID whole = NULL;
        PVOID tail = NULL;
        ViewOptions options = { .offset = 2 * VIEW_GRANULE };

        api_assert_ok(view_map(section, PAGE_READWRITE, &whole, NULL));
        api_assert_ok(view_map(section, PAGE_READONLY, &tail, &options));
        ck_assert_uint_eq(options.size, VIEW_GRANULE);
        strcpy((char *) whole + 2 * VIEW_GRANULE, "tail");
        ck_assert_str_eq(tail, "tail");
        view_unmap(tail);
        view_unmap(whole);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: unmapping, by any address inside the view; the whole of it goes. */
START_TEST(any_address_inside_unmaps_the_whole_view) {
        HANDLE section = view_section(4 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const size_t inside[] = { 0, 100, 4096, 4196, 4 * API_PAGE - 1 };

        for (size_t i = 0; i < G_N_ELEMENTS(inside); i++) {
                PVOID base = NULL;

                api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
                view_unmap((uint8_t *) base + inside[i]);
                ck_assert(!api_readable(base));
                ck_assert(!api_readable((uint8_t *) base + 3 * API_PAGE));
                ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), base),
                                STATUS_NOT_MAPPED_VIEW);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c, [K]: what cannot be unmapped. */
START_TEST(what_is_no_view_is_not_unmapped) {
        void *mine = mmap(
                        NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        ck_assert_ptr_ne(mine, MAP_FAILED);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), mine), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NULL, mine), STATUS_INVALID_HANDLE);
        ck_assert_status(NtUnmapViewOfSection(section, mine), STATUS_OBJECT_TYPE_MISMATCH);
        /* Above user space the address is wrong before the process is. */
        ck_assert_status(NtUnmapViewOfSection(NULL, (PVOID) (ULONG_PTR) 0xFFFF800000000000),
                        STATUS_NOT_MAPPED_VIEW);
        *(uint8_t *) mine = 1;
        ck_assert_int_eq(munmap(mine, API_PAGE), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] om.c: views outlive the handle and the name; the name makes a new section then. */
START_TEST(view_outlives_handle_and_name) {
        HANDLE section = NULL;
        PVOID old = NULL;
        PVOID new = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(view_map(section, PAGE_READWRITE, &old, NULL));
        strcpy(old, "old");
        api_assert_ok(NtClose(section));
        ck_assert_str_eq(old, "old");
        ck_assert_status(api_open(NAME, SECTION_MAP_READ, &section), STATUS_OBJECT_NAME_NOT_FOUND);

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(view_map(section, PAGE_READWRITE, &new, NULL));
        ck_assert_uint_eq(*(uint8_t *) new, 0);
        view_unmap(new);
        view_unmap(old);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Mapping changes no count of handles. */
START_TEST(mapping_counts_no_handle) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        ck_assert_uint_eq(api_handle_count(section), 1);
        view_unmap(base);
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] A large reserved section maps as a whole; memory is there where it is touched. */
START_TEST(reserved_section_of_eight_gigabytes_maps_whole) {
        LARGE_INTEGER size = { .QuadPart = 8ll << 30 };
        HANDLE section = NULL;
        PVOID base = NULL;
        ViewOptions options = { 0 };

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                        SEC_RESERVE, NULL));
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq(options.size, 8ull << 30);
        ((volatile uint8_t *) base)[(8ull << 30) - 1] = 1;
        view_unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Many views, in any order: each goes alone and no other is hurt. */
START_TEST(a_thousand_views_come_and_go_in_any_order) {
        enum { N_VIEWS = 1000 };
        HANDLE section = view_section(VIEW_GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *views[N_VIEWS];
        g_autoptr(GRand) random = g_rand_new_with_seed(20);

        for (size_t i = 0; i < N_VIEWS; i++) {
                PVOID base = NULL;

                api_assert_ok(view_map(
                                section, i % 2 ? PAGE_READWRITE : PAGE_WRITECOPY, &base, NULL));
                views[i] = base;
        }
        for (size_t n = N_VIEWS; n > 0; n--) {
                size_t chosen = (size_t) g_rand_int_range(random, 0, (gint32) n);

                view_unmap(views[chosen] + g_rand_int_range(random, 0, VIEW_GRANULE));
                views[chosen] = views[n - 1];
                if (n > 1)
                        ck_assert(api_readable(views[chosen % (n - 1)]));
        }
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, view_of_everything_is_aligned_and_as_large_as_the_section);
        tcase_add_test(tests, views_of_one_section_share_its_memory);
        tcase_add_test(tests, copy_on_write_view_keeps_its_writes_to_itself);
        tcase_add_test(tests, noaccess_view_cannot_be_touched);
        tcase_add_test(tests, executable_view_runs_what_is_in_the_section);
        tcase_add_test(tests, view_at_an_offset_shows_the_section_from_there);
        tcase_add_test(tests, mapping_counts_no_handle);
        tcase_add_test(tests, reserved_section_of_eight_gigabytes_maps_whole);
        tcase_add_test(tests, a_thousand_views_come_and_go_in_any_order);
        tcase_add_test(tests, any_address_inside_unmaps_the_whole_view);
        tcase_add_test(tests, what_is_no_view_is_not_unmapped);
        tcase_add_test(tests, view_outlives_handle_and_name);
}

int main(void) {
        return api_main("view", 60, add);
}
