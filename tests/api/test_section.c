/*
 * NtCreateSection, NtOpenSection and NtQuerySection, for sections without a file.
 */

#include <check.h>
#include <glib.h>

#include "api.h"

#define NAME u"\\BaseNamedObjects\\section"

static NTSTATUS create(ULONG protection, ULONG attributes, LONGLONG size, PHANDLE ret) {
        LARGE_INTEGER maximum = { .QuadPart = size };

        return NtCreateSection(
                        ret, SECTION_ALL_ACCESS, NULL, &maximum, protection, attributes, NULL);
}

static SECTION_BASIC_INFORMATION query(HANDLE section) {
        SECTION_BASIC_INFORMATION basic = { 0 };
        SIZE_T length = 0;

        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, &basic, sizeof(basic), &length));
        ck_assert_uint_eq(length, sizeof(basic));
        return basic;
}

static const struct {
        ULONG attributes;
        NTSTATUS status;
} attribute_rows[] = {
        { 0, STATUS_INVALID_PARAMETER_6 },
        { 0xFFFFFFFF, STATUS_INVALID_PARAMETER_6 },
        { SEC_NOCACHE, STATUS_INVALID_PARAMETER_6 },
        { SEC_WRITECOMBINE, STATUS_INVALID_PARAMETER_6 },
        { SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_6 },
        { SEC_RESERVE | SEC_LARGE_PAGES, STATUS_INVALID_PARAMETER_6 },
        { SEC_RESERVE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6 },
        { SEC_IMAGE | SEC_RESERVE, STATUS_INVALID_PARAMETER_6 },
        { SEC_IMAGE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6 },
        { SEC_FILE, STATUS_INVALID_PARAMETER_6 },
        { SEC_FILE | SEC_RESERVE, STATUS_INVALID_PARAMETER_6 },
        { SEC_FILE | SEC_COMMIT, STATUS_INVALID_PARAMETER_6 },
        { SEC_IMAGE, STATUS_INVALID_FILE_FOR_SECTION },
        { SEC_COMMIT, STATUS_SUCCESS },
        { SEC_COMMIT | SEC_NOCACHE, STATUS_SUCCESS },
        { SEC_COMMIT | SEC_WRITECOMBINE, STATUS_SUCCESS },
        { SEC_RESERVE, STATUS_SUCCESS },
        { SEC_RESERVE | SEC_NOCACHE, STATUS_SUCCESS },
        { SEC_RESERVE | SEC_WRITECOMBINE, STATUS_SUCCESS },
};

/* [W] kernel32 virtual.c: which SEC_ flags go together, and that the same ones are reported. */
START_TEST(attributes_that_go_together_are_accepted_and_reported) {
        HANDLE section = API_WILD;

        ck_assert_status(create(PAGE_READWRITE, attribute_rows[_i].attributes, API_PAGE, &section),
                        attribute_rows[_i].status);
        if (!NT_SUCCESS(attribute_rows[_i].status))
                return;
        ck_assert_uint_eq(query(section).AllocationAttributes, attribute_rows[_i].attributes);
        api_assert_ok(NtClose(section));
}
END_TEST

static const struct {
        ULONG protection;
        NTSTATUS status;
} protection_rows[] = {
        { PAGE_READONLY, STATUS_SUCCESS },
        { PAGE_READWRITE, STATUS_SUCCESS },
        { PAGE_WRITECOPY, STATUS_SUCCESS },
        { PAGE_EXECUTE, STATUS_SUCCESS },
        { PAGE_EXECUTE_READ, STATUS_SUCCESS },
        { PAGE_EXECUTE_READWRITE, STATUS_SUCCESS },
        { PAGE_EXECUTE_WRITECOPY, STATUS_SUCCESS },
        { 0, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_NOACCESS, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_READONLY | PAGE_READWRITE, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_EXECUTE | PAGE_READONLY, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_READWRITE | PAGE_GUARD, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_READWRITE | PAGE_NOCACHE, STATUS_INVALID_PAGE_PROTECTION },
        { PAGE_READWRITE | PAGE_WRITECOMBINE, STATUS_INVALID_PAGE_PROTECTION },
        { 0x800 | PAGE_READWRITE, STATUS_INVALID_PAGE_PROTECTION },
        { 0x1234, STATUS_INVALID_PAGE_PROTECTION },
        { 0xFFFFFFFF, STATUS_INVALID_PAGE_PROTECTION },
};

/* [W] kernel32 virtual.c, [T] NtCreateSection: one base protection, no modifier. */
START_TEST(protection_is_exactly_one_that_a_section_can_have) {
        HANDLE section = API_WILD;

        ck_assert_status(create(protection_rows[_i].protection, SEC_COMMIT, API_PAGE, &section),
                        protection_rows[_i].status);
        if (NT_SUCCESS(protection_rows[_i].status))
                api_assert_ok(NtClose(section));
}
END_TEST

/* [W] Windows rounds the size of a page-file section up to pages, and says so. */
START_TEST(size_is_rounded_up_to_pages_and_reported_so) {
        const LONGLONG sizes[][2] = { { 1, 0x1000 }, { 4090, 0x1000 }, { 0x1000, 0x1000 },
                { 0x3452, 0x4000 } };

        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
                HANDLE section = NULL;
                SECTION_BASIC_INFORMATION basic;

                api_assert_ok(create(PAGE_READWRITE, SEC_COMMIT, sizes[i][0], &section));
                basic = query(section);
                ck_assert_int_eq(basic.MaximumSize.QuadPart, sizes[i][1]);
                ck_assert_ptr_null(basic.BaseAddress);
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* [T] A section without a file needs a size, and not one that no machine has. */
START_TEST(size_must_be_given_and_possible) {
        HANDLE section;

        ck_assert_status(create(PAGE_READWRITE, SEC_COMMIT, 0, &section),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(
                        create(PAGE_READWRITE, SEC_IMAGE, 0, &section), STATUS_INVALID_PARAMETER_4);
        ck_assert_status(create(PAGE_READWRITE, SEC_COMMIT, -1, &section), STATUS_SECTION_TOO_BIG);
        ck_assert_status(create(PAGE_READWRITE, SEC_COMMIT, INT64_MAX, &section),
                        STATUS_SECTION_TOO_BIG);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE,
                                         SEC_COMMIT, NULL),
                        STATUS_INVALID_PARAMETER_4);
}
END_TEST

/* [T] The order in which NtCreateSection looks: what is wrong earlier wins. */
START_TEST(create_checks_flags_then_pointers_then_size_then_protection_then_file_then_name) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        LARGE_INTEGER nothing = { .QuadPart = 0 };
        HANDLE section;
        HANDLE garbage = (HANDLE) (ULONG_PTR) 0xdeadbeef;

        ck_assert_status(NtCreateSection(API_WILD, SECTION_ALL_ACCESS, NULL, API_WILD,
                                         PAGE_NOACCESS, 0, garbage),
                        STATUS_INVALID_PARAMETER_6);
        ck_assert_status(NtCreateSection(API_WILD, SECTION_ALL_ACCESS, NULL, API_WILD,
                                         PAGE_NOACCESS, SEC_COMMIT, garbage),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtCreateSection(API_WILD, SECTION_ALL_ACCESS, NULL, &nothing, 0,
                                         SEC_COMMIT, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, API_WILD, 0,
                                         SEC_COMMIT, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &nothing, 0,
                                         SEC_COMMIT, NULL),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, 0, SEC_COMMIT,
                                         garbage),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(u"no\\root"), &size,
                                         PAGE_READWRITE, SEC_COMMIT, garbage),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(u"no\\root"), &size,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
}
END_TEST

/* [W] om.c: whatever fails after the pointer was probed, the caller's handle is NULL. */
START_TEST(handle_is_null_after_a_failure) {
        LARGE_INTEGER nothing = { .QuadPart = 0 };
        HANDLE section = API_WILD;

        ck_assert_status(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &nothing,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_ptr_null(section);

        section = API_WILD;
        ck_assert_status(api_create(u"\\NoSuch\\section", SECTION_ALL_ACCESS, &section),
                        STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_ptr_null(section);

        section = API_WILD;
        ck_assert_status(NtOpenSection(&section, SECTION_MAP_READ, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(section);
}
END_TEST

/* [T] A file handle of another type is OBJECT_TYPE_MISMATCH, one that is none INVALID_HANDLE. */
START_TEST(file_handle_must_be_a_file) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE section = NULL;
        HANDLE other = NULL;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtCreateSection(&other, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, section),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(other);
        ck_assert_status(NtCreateSection(&other, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                                         SEC_COMMIT, (HANDLE) (ULONG_PTR) 0xABC0),
                        STATUS_INVALID_HANDLE);
        api_assert_ok(NtClose(section));
}
END_TEST

static const struct {
        ACCESS_MASK wanted;
        ACCESS_MASK granted;
} access_rows[] = {
        { 0, 0 }, { SECTION_QUERY, SECTION_QUERY }, { SECTION_MAP_READ, SECTION_MAP_READ },
        { SECTION_MAP_EXECUTE, SECTION_MAP_EXECUTE },
        { GENERIC_READ, STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ },
        { GENERIC_WRITE, STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE },
        { GENERIC_EXECUTE, STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE },
        { GENERIC_ALL, SECTION_ALL_ACCESS }, { SECTION_ALL_ACCESS, SECTION_ALL_ACCESS },
        { SYNCHRONIZE | SECTION_QUERY, SYNCHRONIZE | SECTION_QUERY },
        { SECTION_QUERY | 0xFFC0, SECTION_QUERY }, /* [T] what no section has vanishes silently */
};

/* [W] om.c, security.c: the creator gets what it asks for, generic rights mapped. */
START_TEST(creator_gets_the_rights_that_it_asks_for) {
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, access_rows[_i].wanted, &section));
        ck_assert_uint_eq(api_granted_access(section), access_rows[_i].granted);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A name may be made with no rights at all; it goes with the handle. */
START_TEST(section_made_with_no_rights_exists_until_it_is_closed) {
        HANDLE section = NULL;
        HANDLE opened = API_WILD;

        api_assert_ok(api_create(NAME, 0, &section));
        ck_assert_status(api_open(NAME, 0, &opened), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(opened);
        api_assert_ok(NtClose(section));
        ck_assert_status(api_open(NAME, 0, &opened), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [W] kernel32 virtual.c: the opener's handle may do exactly what was asked. */
START_TEST(opener_gets_exactly_what_it_asked_for) {
        HANDLE section = NULL;
        HANDLE opened = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(api_open(NAME, SECTION_MAP_READ, &opened));
        ck_assert_uint_eq(api_granted_access(opened), SECTION_MAP_READ);
        api_assert_ok(NtClose(opened));

        api_assert_ok(api_open(NAME, GENERIC_READ, &opened));
        ck_assert_uint_eq(api_granted_access(opened),
                        STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ);
        api_assert_ok(NtClose(opened));

        api_assert_ok(api_open(NAME, MAXIMUM_ALLOWED, &opened));
        ck_assert_uint_eq(api_granted_access(opened) & SECTION_ALL_ACCESS, SECTION_ALL_ACCESS);
        api_assert_ok(NtClose(opened));

        /* The owner of a per-user daemon has the privilege; that others need it is told in
         * test_system.c. */
        api_assert_ok(api_open(NAME, SECTION_MAP_READ | ACCESS_SYSTEM_SECURITY, &opened));
        api_assert_ok(NtClose(opened));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] om.c: a section's name is compared as it is, unless the caller says otherwise. */
START_TEST(names_that_differ_by_case_are_two_sections) {
        HANDLE lower = NULL;
        HANDLE upper = NULL;

        api_assert_ok(api_create(u"\\BaseNamedObjects\\case", SECTION_ALL_ACCESS, &lower));
        ck_assert_status(api_open(u"\\BaseNamedObjects\\CASE", SECTION_QUERY, &upper),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(api_create(u"\\BaseNamedObjects\\CASE", SECTION_ALL_ACCESS, &upper));
        api_assert_ok(NtClose(upper));
        api_assert_ok(NtOpenSection(&upper, SECTION_QUERY,
                        NAMED_WITH(u"\\BASENAMEDOBJECTS\\CASE", OBJ_CASE_INSENSITIVE)));
        api_assert_ok(NtClose(upper));
        api_assert_ok(NtClose(lower));
}
END_TEST

/* [W] om.c: OBJ_OPENIF finds the old section, as large as it was, and says that it existed. */
START_TEST(openif_returns_the_existing_section_unchanged) {
        LARGE_INTEGER larger = { .QuadPart = 5 * API_PAGE };
        HANDLE section = NULL;
        HANDLE again = API_WILD;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        ck_assert_status(
                        api_create(NAME, SECTION_ALL_ACCESS, &again), STATUS_OBJECT_NAME_COLLISION);
        ck_assert_ptr_null(again);

        ck_assert_status(NtCreateSection(&again, SECTION_QUERY, NAMED_WITH(NAME, OBJ_OPENIF),
                                         &larger, PAGE_READONLY, SEC_RESERVE, NULL),
                        STATUS_OBJECT_NAME_EXISTS);
        ck_assert_int_eq(query(again).MaximumSize.QuadPart, API_PAGE);
        ck_assert_uint_eq(query(again).AllocationAttributes, SEC_COMMIT);
        ck_assert_uint_eq(api_granted_access(again), SECTION_QUERY);
        api_assert_ok(NtClose(again));

        /* [W] With no rights it is an open with no rights. */
        ck_assert_status(NtCreateSection(&again, 0, NAMED_WITH(NAME, OBJ_OPENIF), &larger,
                                         PAGE_READONLY, SEC_RESERVE, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(again);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] NtOpenSection refuses OBJ_OPENLINK, but only once it has found the section. */
START_TEST(open_refuses_openlink_after_the_lookup) {
        HANDLE section = NULL;
        HANDLE opened = API_WILD;

        ck_assert_status(NtOpenSection(&opened, SECTION_QUERY, NAMED_WITH(NAME, OBJ_OPENLINK)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtOpenSection(&opened, SECTION_QUERY, NAMED_WITH(NAME, OBJ_OPENLINK)),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(opened);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] info.c, [T]: lengths and classes are looked at before the handle is. */
START_TEST(query_checks_pointer_then_class_and_length_then_handle) {
        SECTION_BASIC_INFORMATION basic;
        uint8_t large[256] __attribute__((aligned(16)));
        HANDLE none = (HANDLE) (ULONG_PTR) 0xABC0;
        SIZE_T length = 77;

        ck_assert_status(NtQuerySection(none, SectionBasicInformation, &basic, 23, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(none, SectionImageInformation, large, 63, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQuerySection(none, (SECTION_INFORMATION_CLASS) 77, large, sizeof(large),
                                         &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQuerySection(none, SectionBasicInformation, &basic, sizeof(basic),
                                         &length),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQuerySection(NtCurrentProcess(), SectionBasicInformation, &basic,
                                         sizeof(basic), &length),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(
                        NtQuerySection(none, SectionBasicInformation, NULL, sizeof(basic), &length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_uint_eq(length, 77);
}
END_TEST

/* [W] info.c: what NtQuerySection needs and takes. */
START_TEST(query_needs_the_right_and_takes_any_room_that_is_enough) {
        uint8_t large[256] __attribute__((aligned(16))) = { 0 };
        HANDLE section = NULL;
        HANDLE blind = NULL;
        SIZE_T length = ~(SIZE_T) 0;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtQuerySection(
                        section, SectionBasicInformation, large, sizeof(large), &length));
        ck_assert_uint_eq(length, 24);
        api_assert_ok(NtQuerySection(section, SectionBasicInformation, large, 24, NULL));
        ck_assert_status(NtQuerySection(section, SectionImageInformation, large, 64, &length),
                        STATUS_SECTION_NOT_IMAGE);

        api_assert_ok(api_open(NAME, SECTION_MAP_READ, &blind));
        ck_assert_status(NtQuerySection(blind, SectionBasicInformation, large, 24, &length),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(blind));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] A section costs the daemon a descriptor only once somebody maps it. */
START_TEST(section_that_nobody_maps_costs_no_descriptor) {
        HANDLE sections[64] = { 0 };
        uint64_t before, after;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &sections[0]));
        before = daemon_statistic(api_daemon(), "descriptors");
        for (size_t i = 1; i < G_N_ELEMENTS(sections); i++)
                api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &sections[i]));
        after = daemon_statistic(api_daemon(), "descriptors");
        ck_assert_uint_eq(before, after);
        for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
                api_assert_ok(NtClose(sections[i]));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, attributes_that_go_together_are_accepted_and_reported, 0,
                        G_N_ELEMENTS(attribute_rows));
        tcase_add_loop_test(tests, protection_is_exactly_one_that_a_section_can_have, 0,
                        G_N_ELEMENTS(protection_rows));
        tcase_add_test(tests, size_is_rounded_up_to_pages_and_reported_so);
        tcase_add_test(tests, size_must_be_given_and_possible);
        tcase_add_test(tests,
                        create_checks_flags_then_pointers_then_size_then_protection_then_file_then_name);
        tcase_add_test(tests, handle_is_null_after_a_failure);
        tcase_add_test(tests, file_handle_must_be_a_file);
        tcase_add_loop_test(tests, creator_gets_the_rights_that_it_asks_for, 0,
                        G_N_ELEMENTS(access_rows));
        tcase_add_test(tests, section_that_nobody_maps_costs_no_descriptor);
        tcase_add_test(tests, section_made_with_no_rights_exists_until_it_is_closed);
        tcase_add_test(tests, opener_gets_exactly_what_it_asked_for);
        tcase_add_test(tests, names_that_differ_by_case_are_two_sections);
        tcase_add_test(tests, openif_returns_the_existing_section_unchanged);
        tcase_add_test(tests, open_refuses_openlink_after_the_lookup);
        tcase_add_test(tests, query_checks_pointer_then_class_and_length_then_handle);
        tcase_add_test(tests, query_needs_the_right_and_takes_any_room_that_is_enough);
}

int main(void) {
        return api_main("section", 60, add);
}
