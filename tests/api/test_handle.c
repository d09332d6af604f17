/*
 * Handles: their values, closing, duplicating, and what NtQueryObject knows of them.
 */

#include <glib.h>
#include <pthread.h>
#include <string.h>

#include "api.h"
#include "partner.h"

#define NAME u"\\BaseNamedObjects\\handle"

static HANDLE value(ULONG_PTR number) {
        return (HANDLE) number;
}

static HANDLE unnamed(ACCESS_MASK access) {
        HANDLE section = NULL;

        api_assert_ok(api_create(NULL, access, &section));
        return section;
}

static NTSTATUS duplicate(
                HANDLE source, PHANDLE ret, ACCESS_MASK access, ULONG attributes, ULONG options) {
        return NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), ret, access,
                        attributes, options);
}

static OBJECT_HANDLE_FLAG_INFORMATION flags_of(HANDLE handle) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { 7, 7 };
        ULONG length = 0;

        api_assert_ok(NtQueryObject(
                        handle, ObjectHandleFlagInformation, &flags, sizeof(flags), &length));
        ck_assert_uint_eq(length, sizeof(flags));
        return flags;
}

/* [K] Multiples of four; [W] kernel32 process.c: the lowest that is free. */
START_TEST(handles_are_multiples_of_four_from_four_up_lowest_first) {
        HANDLE handles[100];
        HANDLE again = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(handles); i++) {
                handles[i] = unnamed(SECTION_ALL_ACCESS);
                ck_assert_ptr_eq(handles[i], value(4 * (i + 1)));
        }
        api_assert_ok(NtClose(handles[50]));
        api_assert_ok(NtClose(handles[7]));
        again = unnamed(SECTION_ALL_ACCESS);
        ck_assert_ptr_eq(again, handles[7]);
        again = unnamed(SECTION_ALL_ACCESS);
        ck_assert_ptr_eq(again, handles[50]);
        for (size_t i = 0; i < G_N_ELEMENTS(handles); i++)
                api_assert_ok(NtClose(handles[i]));
}
END_TEST

/* [W] kernel32 sync.c: the low two bits are the program's. */
START_TEST(low_two_bits_of_a_handle_are_ignored) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);

        for (ULONG_PTR bits = 0; bits < 4; bits++)
                ck_assert_uint_eq(api_granted_access(value((ULONG_PTR) handle | bits)),
                                SECTION_ALL_ACCESS);
        api_assert_ok(NtClose(value((ULONG_PTR) handle | 3)));
        ck_assert_status(NtClose(handle), STATUS_INVALID_HANDLE);
}
END_TEST

/* [T] kmtest: none of these can be closed. */
START_TEST(what_is_no_handle_cannot_be_closed) {
        const ULONG_PTR values[] = { 0, 0x80000000, 0x7FFFFFFF, (ULONG_PTR) -1, (ULONG_PTR) -2, 123,
                123 | 0x80000000, 1, 2, 3, 0xdeadbeef, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFF80000004 };

        for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
                ck_assert_status(NtClose(value(values[i])), STATUS_INVALID_HANDLE);

        /* Neither before the process has attached nor after. */
        api_assert_ok(NtClose(unnamed(SECTION_QUERY)));
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
                ck_assert_status(NtClose(value(values[i])), STATUS_INVALID_HANDLE);
}
END_TEST

/* [W] A closed handle is no handle, for every service. */
START_TEST(closed_handle_is_invalid_everywhere) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);
        HANDLE other = API_WILD;
        uint8_t buffer[64] __attribute__((aligned(8)));
        PVOID base = NULL;
        ULONG context = 0;
        UNICODE_STRING string = { 0 };

        api_assert_ok(NtClose(handle));
        ck_assert_status(NtClose(handle), STATUS_INVALID_HANDLE);
        ck_assert_status(api_map(handle, PAGE_READONLY, &base), STATUS_INVALID_HANDLE);
        ck_assert_status(NtQuerySection(handle, SectionBasicInformation, buffer, 24, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQueryObject(handle, ObjectBasicInformation, buffer, 56, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(duplicate(handle, &other, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(other);
        ck_assert_status(NtQueryDirectoryObject(handle, buffer, sizeof(buffer), TRUE, TRUE,
                                         &context, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQuerySymbolicLinkObject(handle, &string, NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtOpenSection(&other, SECTION_QUERY, NAMED_IN(handle, u"x")),
                        STATUS_INVALID_HANDLE);
}
END_TEST

/* [W] om.c: the type is compared before the rights are. */
START_TEST(type_is_checked_before_access) {
        HANDLE directory = NULL;
        uint8_t buffer[64] __attribute__((aligned(8)));
        PVOID base = NULL;

        api_assert_ok(NtCreateDirectoryObject(&directory, 0, NULL));
        ck_assert_status(NtQuerySection(directory, SectionBasicInformation, buffer, 24, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(api_map(directory, PAGE_READONLY, &base), STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(directory));
}
END_TEST

/* [W] om.c, security.c: what a duplicate may do. */
START_TEST(duplicate_has_the_rights_that_are_asked_for) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);
        HANDLE other = NULL;
        PVOID base = NULL;

        api_assert_ok(duplicate(handle, &other, SECTION_MAP_READ, 0, 0));
        ck_assert_uint_eq(api_granted_access(other), SECTION_MAP_READ);
        ck_assert_status(api_map(other, PAGE_READWRITE, &base), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(other));

        api_assert_ok(duplicate(handle, &other, 0, 0, 0));
        ck_assert_uint_eq(api_granted_access(other), 0);
        ck_assert_status(api_map(other, PAGE_NOACCESS, &base), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(other));

        api_assert_ok(duplicate(handle, &other, GENERIC_READ, 0, 0));
        ck_assert_uint_eq(api_granted_access(other),
                        STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ);
        api_assert_ok(NtClose(other));

        api_assert_ok(duplicate(handle, &other, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(api_granted_access(other), SECTION_ALL_ACCESS);
        ck_assert_uint_eq(api_handle_count(handle), 2);
        api_assert_ok(NtClose(handle));
        ck_assert_uint_eq(api_handle_count(other), 1);
        api_assert_ok(NtClose(other));
}
END_TEST

/* [W] om.c: what is wrong with the arguments. */
START_TEST(duplicate_says_what_is_wrong) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);
        HANDLE other = API_WILD;

        ck_assert_status(duplicate(handle, API_WILD, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(duplicate(NULL, &other, 0, 0, DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(other);
        ck_assert_status(NtDuplicateObject(NULL, handle, NtCurrentProcess(), &other, 0, 0,
                                         DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtDuplicateObject(handle, handle, NtCurrentProcess(), &other, 0, 0,
                                         DUPLICATE_SAME_ACCESS),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtDuplicateObject(NtCurrentProcess(), handle, NULL, &other, 0, 0,
                                         DUPLICATE_SAME_ACCESS),
                        STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W] om.c: without a pointer the duplicate is made all the same. */
START_TEST(duplicate_without_a_pointer_is_made_and_lost) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);

        api_assert_ok(duplicate(handle, NULL, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(api_handle_count(handle), 2);
        api_assert_ok(NtClose(handle));
        api_assert_ok(NtClose(value((ULONG_PTR) handle + 4)));
}
END_TEST

/* [W] kernel32 process.c: closing the source, the same value comes back, with the flags now asked
 * for. */
START_TEST(duplicate_that_closes_its_source_keeps_the_value) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);
        HANDLE other = NULL;

        api_assert_ok(duplicate(handle, &other, 0, OBJ_INHERIT,
                        DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS));
        ck_assert_ptr_eq(other, handle);
        ck_assert_uint_eq(flags_of(handle).Inherit, TRUE);
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(duplicate(
                        handle, &other, 0, 0, DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS));
        ck_assert_ptr_eq(other, handle);
        ck_assert_uint_eq(flags_of(handle).Inherit, FALSE);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [K] Without a target, closing the source is what it does. */
START_TEST(duplicate_without_a_target_closes_the_source) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);

        api_assert_ok(NtDuplicateObject(
                        NtCurrentProcess(), handle, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE));
        ck_assert_status(NtClose(handle), STATUS_INVALID_HANDLE);
}
END_TEST

/* [T] A handle that is protected from close is not closed, by anything but the end of the process.
 */
START_TEST(protected_handle_is_not_closable) {
        HANDLE handle = unnamed(SECTION_ALL_ACCESS);
        HANDLE guarded = NULL;
        HANDLE other = NULL;

        api_assert_ok(duplicate(handle, &guarded, 0, OBJ_PROTECT_CLOSE, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(flags_of(guarded).ProtectFromClose, TRUE);
        ck_assert_status(NtClose(guarded), STATUS_HANDLE_NOT_CLOSABLE);
        ck_assert_uint_eq(api_handle_count(guarded), 2);

        /* [W] kernel32 process.c: a source that is protected survives; the duplicate is another. */
        api_assert_ok(duplicate(
                        guarded, &other, 0, 0, DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS));
        ck_assert_ptr_ne(other, guarded);
        ck_assert_uint_eq(api_handle_count(guarded), 3);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
        ck_assert_status(NtClose(guarded), STATUS_HANDLE_NOT_CLOSABLE);
}
END_TEST

/* [W] The inherit flag is what was asked for, and is copied only with DUPLICATE_SAME_ATTRIBUTES. */
START_TEST(inherit_flag_is_what_was_asked_for) {
        HANDLE handle = NULL;
        HANDLE other = NULL;

        api_assert_ok(api_create_with(NAMED_WITH(NAME, OBJ_INHERIT), SECTION_ALL_ACCESS, &handle));
        ck_assert_uint_eq(flags_of(handle).Inherit, TRUE);
        ck_assert_uint_eq(flags_of(handle).ProtectFromClose, FALSE);
        api_assert_ok(api_open(NAME, SECTION_QUERY, &other));
        ck_assert_uint_eq(flags_of(other).Inherit, FALSE);
        api_assert_ok(NtClose(other));
        api_assert_ok(duplicate(handle, &other, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(flags_of(other).Inherit, FALSE);
        api_assert_ok(NtClose(other));
        api_assert_ok(duplicate(
                        handle, &other, 0, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_SAME_ATTRIBUTES));
        ck_assert_uint_eq(flags_of(other).Inherit, TRUE);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W] om.c: basic information. */
START_TEST(basic_information_tells_access_and_counts) {
        uint8_t large[128] __attribute__((aligned(8)));
        OBJECT_BASIC_INFORMATION basic = { 0 };
        HANDLE handle = NULL;
        ULONG length = 0;

        api_assert_ok(api_create_with(NAMED_WITH(NAME, OBJ_INHERIT), SECTION_MAP_READ, &handle));
        ck_assert_status(NtQueryObject(handle, ObjectBasicInformation, NULL, 0, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryObject(handle, ObjectBasicInformation, &basic, 55, &length),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQueryObject(handle, ObjectBasicInformation, large, sizeof(large), &length));
        ck_assert_uint_ge(length, sizeof(basic));
        api_assert_ok(NtQueryObject(handle, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_uint_eq(basic.GrantedAccess, SECTION_MAP_READ);
        ck_assert_uint_eq(basic.HandleCount, 1);
        ck_assert_uint_ge(basic.PointerCount, 1);
        ck_assert_uint_eq(basic.Attributes, OBJ_INHERIT);
        /* [K] The structure, the full name and a NUL. */
        ck_assert_uint_eq(basic.NameInfoSize, 16 + sizeof(NAME));
        ck_assert_int_eq(basic.CreationTime.QuadPart, 0);
        ck_assert_status(NtQueryObject(handle, (OBJECT_INFORMATION_CLASS) 99, large, sizeof(large),
                                         NULL),
                        STATUS_INVALID_INFO_CLASS);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W] om.c, test_query_object: names, and how much room they need. */
START_TEST(name_information_is_the_full_path_with_a_nul) {
        uint8_t buffer[256] __attribute__((aligned(8)));
        OBJECT_NAME_INFORMATION *name = (OBJECT_NAME_INFORMATION *) (void *) buffer;
        const ULONG need = 16 + sizeof(NAME);
        const ULONG short_of_it[] = { 0, 16, need - 2 };
        HANDLE handle = NULL;
        ULONG length;

        api_assert_ok(api_create(NAME, 0, &handle));
        for (size_t i = 0; i < G_N_ELEMENTS(short_of_it); i++) {
                length = 0;
                ck_assert_status(NtQueryObject(handle, ObjectNameInformation, buffer,
                                                 short_of_it[i], &length),
                                STATUS_INFO_LENGTH_MISMATCH);
                ck_assert_uint_eq(length, need);
        }
        api_assert_ok(NtQueryObject(handle, ObjectNameInformation, buffer, need, &length));
        ck_assert_uint_eq(length, need);
        ck_assert_uint_eq(name->Name.Length, sizeof(NAME) - 2);
        ck_assert_uint_eq(name->Name.MaximumLength, sizeof(NAME));
        ck_assert_ptr_eq(name->Name.Buffer, buffer + 16);
        ck_assert_mem_eq(name->Name.Buffer, NAME, sizeof(NAME));
        api_assert_ok(NtClose(handle));

        handle = unnamed(0);
        api_assert_ok(NtQueryObject(handle, ObjectNameInformation, buffer, 16, &length));
        ck_assert_uint_eq(length, 16);
        ck_assert_uint_eq(name->Name.Length, 0);
        ck_assert_ptr_null(name->Name.Buffer);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [W] om.c: a name says where the object is, whatever the way to it was. */
START_TEST(name_information_names_the_target_of_links) {
        uint8_t buffer[256] __attribute__((aligned(8)));
        OBJECT_NAME_INFORMATION *name = (OBJECT_NAME_INFORMATION *) (void *) buffer;
        HANDLE handle = NULL;

        api_assert_ok(api_create(u"\\BaseNamedObjects\\Global\\handle", SECTION_QUERY, &handle));
        api_assert_ok(NtQueryObject(handle, ObjectNameInformation, buffer, sizeof(buffer), NULL));
        ck_assert_uint_eq(name->Name.Length, sizeof(NAME) - 2);
        ck_assert_mem_eq(name->Name.Buffer, NAME, sizeof(NAME));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* [T] Every handle counts, of whatever process. */
START_TEST(handle_count_is_over_all_processes) {
        Partner *partner = partner_start();
        HANDLE handle = NULL;
        HANDLE theirs = NULL;
        HANDLE copy = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(partner_open(partner, NAME, SECTION_QUERY, &theirs));
        ck_assert_uint_eq(api_handle_count(handle), 2);
        api_assert_ok(partner_duplicate(partner, theirs, &copy));
        ck_assert_uint_eq(api_handle_count(handle), 3);
        api_assert_ok(partner_close(partner, theirs));
        ck_assert_uint_eq(api_handle_count(handle), 2);
        partner_end(partner);
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* A thread that makes and closes handles of its own all the time. */
static void *churn(void *failed) {
        HANDLE handles[8] = { 0 };

        for (unsigned i = 0; i < 4000; i++) {
                HANDLE *handle = &handles[i % G_N_ELEMENTS(handles)];

                if (*handle && !NT_SUCCESS(NtClose(*handle)))
                        g_atomic_int_inc((gint *) failed);
                if (!NT_SUCCESS(i % 3 ? api_open(NAME, SECTION_QUERY, handle)
                                      : api_create(NULL, SECTION_MAP_READ, handle)))
                        g_atomic_int_inc((gint *) failed);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(handles); i++)
                if (!NT_SUCCESS(NtClose(handles[i])))
                        g_atomic_int_inc((gint *) failed);
        return NULL;
}

/* [P] Threads need no lock of their own around services. */
START_TEST(threads_make_and_close_handles_at_once) {
        pthread_t threads[4];
        HANDLE handle = NULL;
        gint n_failed = 0;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &handle));
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, churn, &n_failed), 0);
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(g_atomic_int_get(&n_failed), 0);
        ck_assert_uint_eq(api_handle_count(handle), 1);
        api_assert_ok(NtClose(handle));
        ck_assert_ptr_eq(unnamed(SECTION_QUERY), value(4));
        api_assert_ok(NtClose(value(4)));
}
END_TEST

/* [P] Nt, Zw and zw_ are one service. */
START_TEST(twins_do_the_same) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE handle = NULL;
        HANDLE other = NULL;

        api_assert_ok(ZwCreateSection(&handle, SECTION_ALL_ACCESS, NAMED(NAME), &size,
                        PAGE_READWRITE, SEC_COMMIT, NULL));
        api_assert_ok(zw_open_section(&other, SECTION_QUERY, NAMED(NAME)));
        api_assert_ok(ZwClose(other));
        api_assert_ok(zw_close(handle));
        ck_assert_status(ZwOpenSection(&other, SECTION_QUERY, NAMED(NAME)),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, handles_are_multiples_of_four_from_four_up_lowest_first);
        tcase_add_test(tests, low_two_bits_of_a_handle_are_ignored);
        tcase_add_test(tests, what_is_no_handle_cannot_be_closed);
        tcase_add_test(tests, closed_handle_is_invalid_everywhere);
        tcase_add_test(tests, type_is_checked_before_access);
        tcase_add_test(tests, duplicate_has_the_rights_that_are_asked_for);
        tcase_add_test(tests, duplicate_says_what_is_wrong);
        tcase_add_test(tests, duplicate_without_a_pointer_is_made_and_lost);
        tcase_add_test(tests, duplicate_that_closes_its_source_keeps_the_value);
        tcase_add_test(tests, duplicate_without_a_target_closes_the_source);
        tcase_add_test(tests, protected_handle_is_not_closable);
        tcase_add_test(tests, inherit_flag_is_what_was_asked_for);
        tcase_add_test(tests, basic_information_tells_access_and_counts);
        tcase_add_test(tests, name_information_is_the_full_path_with_a_nul);
        tcase_add_test(tests, name_information_names_the_target_of_links);
        tcase_add_test(tests, handle_count_is_over_all_processes);
        tcase_add_test(tests, threads_make_and_close_handles_at_once);
        tcase_add_test(tests, twins_do_the_same);
}

int main(void) {
        return api_main("handle", 120, add);
}
