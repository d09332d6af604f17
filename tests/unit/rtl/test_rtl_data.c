#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zw/ntrtl.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "suite.h"

static PVOID process_heap(void) {
        PVOID heap = NULL;

        ck_assert_uint_ge(RtlGetProcessHeaps(1, &heap), 1);
        return heap;
}

static void *table;

static void *add_and_delete(void *unused) {
        (void) unused;
        for (int i = 0; i < 5000; i++) {
                WCHAR name[] = { 'n', (WCHAR) ('a' + i % 20), 0 };
                RTL_ATOM atom = 0;

                if (!NT_SUCCESS(RtlAddAtomToAtomTable(table, name, &atom)) || atom < 0xC000)
                        return table; /* says that it failed */
                if (!NT_SUCCESS(RtlDeleteAtomFromAtomTable(table, atom)))
                        return table; /* says that it failed */
        }
        return NULL;
}

START_TEST(an_atom_table_is_shared_by_threads) {
        pthread_t threads[4];
        RTL_ATOM atom;

        ck_assert_status(RtlCreateAtomTable(3, &table), STATUS_SUCCESS);
        for (size_t i = 0; i < RTL_NUMBER_OF(threads); i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, add_and_delete, NULL), 0);
        for (size_t i = 0; i < RTL_NUMBER_OF(threads); i++) {
                void *result;

                pthread_join(threads[i], &result);
                ck_assert_ptr_null(result);
        }
        ck_assert_status(RtlLookupAtomInAtomTable(table, (PWSTR) u"na", &atom),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(RtlDestroyAtomTable(table), STATUS_SUCCESS);
        ck_assert_status(RtlDestroyAtomTable(NULL), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(an_atom_table_holds_16384_names) {
        PVOID full = NULL;
        RTL_ATOM atom = 0;

        ck_assert_status(RtlCreateAtomTable(0, &full), STATUS_SUCCESS);
        for (ULONG i = 0; i <= 0x4000; i++) {
                WCHAR name[] = { 'x', (WCHAR) ('a' + i % 128), (WCHAR) ('a' + i / 128), 0 };

                /* no two are the same in upper case */
                for (size_t k = 1; k < 3; k++)
                        name[k] = (WCHAR) (0x4E00 + name[k]);
                ck_assert_status(RtlAddAtomToAtomTable(full, name, &atom),
                                i < 0x4000 ? STATUS_SUCCESS : STATUS_NO_MEMORY);
                ck_assert_uint_eq(atom, i < 0x4000 ? 0xC000 + i : 0xFFFF);
        }
        ck_assert_status(RtlEmptyAtomTable(full, FALSE), STATUS_SUCCESS);
        ck_assert_status(RtlAddAtomToAtomTable(full, (PWSTR) u"y", NULL), STATUS_SUCCESS);
        ck_assert_status(RtlPinAtomInAtomTable(full, 0xC000), STATUS_SUCCESS);
        ck_assert_status(RtlPinAtomInAtomTable(full, 0xC001), STATUS_INVALID_HANDLE);
        ck_assert_status(RtlDeleteAtomFromAtomTable(full, 0xC000), STATUS_WAS_LOCKED);
        ck_assert_status(RtlEmptyAtomTable(full, FALSE), STATUS_SUCCESS);
        ck_assert_status(RtlLookupAtomInAtomTable(full, (PWSTR) u"Y", &atom), STATUS_SUCCESS);
        ck_assert_status(RtlEmptyAtomTable(full, TRUE), STATUS_SUCCESS);
        ck_assert_status(RtlLookupAtomInAtomTable(full, (PWSTR) u"Y", &atom),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(RtlDestroyAtomTable(full), STATUS_SUCCESS);
}
END_TEST

START_TEST(pointers_are_turned_and_turned_back) {
        for (uintptr_t i = 0; i < 1000; i++) {
                PVOID pointer = (PVOID) (i * 0x9E3779B97F4A7C15u);

                ck_assert_ptr_eq(RtlDecodePointer(RtlEncodePointer(pointer)), pointer);
                ck_assert_ptr_ne(RtlEncodePointer(pointer), pointer);
                ck_assert_ptr_eq(RtlDecodeSystemPointer(RtlEncodeSystemPointer(pointer)), pointer);
        }
}
END_TEST

START_TEST(check_sums_are_those_that_everybody_knows) {
        char text[] = "123456789";

        ck_assert_uint_eq(RtlComputeCrc32(0, text, 9), 0xCBF43926);
        ck_assert_uint_eq(RtlComputeCrc32(RtlComputeCrc32(0, text, 4), text + 4, 5), 0xCBF43926);
        ck_assert_uint_eq(RtlCrc32(text, 9, 0), 0xCBF43926);
        ck_assert_uint_eq(RtlUlongByteSwap(0x01020304), 0x04030201);
        ck_assert(RtlIsZeroMemory((char[3]){ 0 }, 3));
        ck_assert(!RtlIsZeroMemory(text, 9));
}
END_TEST

START_TEST(versions_are_compared_as_one_number) {
        static const struct {
                ULONG major, minor, build;
                UCHAR condition;
                NTSTATUS want;
        } rows[] = {
                { 10, 0, 0, VER_EQUAL, STATUS_SUCCESS },
                { 10, 0, 0, VER_GREATER_EQUAL, STATUS_SUCCESS },
                { 6, 3, 0, VER_GREATER_EQUAL, STATUS_SUCCESS },
                { 6, 3, 0, VER_EQUAL, STATUS_REVISION_MISMATCH },
                { 10, 1, 0, VER_GREATER_EQUAL, STATUS_REVISION_MISMATCH },
                { 11, 0, 0, VER_LESS, STATUS_SUCCESS },
                { 10, 0, 0, VER_LESS, STATUS_REVISION_MISMATCH },
                { 10, 0, 0, VER_AND, STATUS_INVALID_PARAMETER },
        };
        RTL_OSVERSIONINFOEXW info = { .dwOSVersionInfoSize = sizeof(info) };
        ULONGLONG mask;

        ck_assert_uint_eq(sizeof(info), 284);
        for (size_t i = 0; i < RTL_NUMBER_OF(rows); i++) {
                mask = VerSetConditionMask(0, VER_MAJORVERSION, rows[i].condition);
                mask = VerSetConditionMask(mask, VER_MINORVERSION, rows[i].condition);
                info.dwMajorVersion = rows[i].major;
                info.dwMinorVersion = rows[i].minor;
                ck_assert_status(RtlVerifyVersionInfo(
                                                 &info, VER_MAJORVERSION | VER_MINORVERSION, mask),
                                rows[i].want);
        }
        info.dwBuildNumber = 19045;
        mask = VerSetConditionMask(0, VER_BUILDNUMBER, VER_EQUAL);
        ck_assert_uint_eq(mask, 1 << 6);
        ck_assert_status(RtlVerifyVersionInfo(&info, VER_BUILDNUMBER, mask), STATUS_SUCCESS);
        info.dwBuildNumber++;
        ck_assert_status(RtlVerifyVersionInfo(&info, VER_BUILDNUMBER, mask),
                        STATUS_REVISION_MISMATCH);
        ck_assert_status(RtlVerifyVersionInfo(&info, 0, mask), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlVerifyVersionInfo(&info, VER_BUILDNUMBER, 0), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(the_version_is_filled_in_as_far_as_the_structure_goes) {
        RTL_OSVERSIONINFOEXW info;
        ULONG major = 0, build = 0;

        memset(&info, 0xCC, sizeof(info));
        info.dwOSVersionInfoSize = sizeof(RTL_OSVERSIONINFOW);
        ck_assert_status(RtlGetVersion((PRTL_OSVERSIONINFOW) &info), STATUS_SUCCESS);
        ck_assert_uint_eq(info.dwOSVersionInfoSize, 276);
        ck_assert_uint_eq(info.dwMajorVersion, 10);
        ck_assert_uint_eq(info.dwMinorVersion, 0);
        ck_assert_uint_eq(info.dwBuildNumber, 19045);
        ck_assert_uint_eq(info.dwPlatformId, VER_PLATFORM_WIN32_NT);
        ck_assert_uint_eq(info.szCSDVersion[0], 0);
        ck_assert_uint_eq(info.wServicePackMajor, 0xCCCC);
        ck_assert_uint_eq(info.wProductType, 0xCC);

        info.dwOSVersionInfoSize = sizeof(info);
        ck_assert_status(RtlGetVersion((PRTL_OSVERSIONINFOW) &info), STATUS_SUCCESS);
        ck_assert_uint_eq(info.wServicePackMajor, 0);
        ck_assert_uint_eq(info.wServicePackMinor, 0);
        ck_assert_uint_eq(info.wSuiteMask, 0);
        ck_assert_uint_eq(info.wProductType, VER_NT_WORKSTATION);

        RtlGetNtVersionNumbers(&major, NULL, &build);
        ck_assert_uint_eq(major, 10);
        ck_assert_uint_eq(build, 0xF0000000u | 19045);
}
END_TEST

START_TEST(descriptors_and_arrays_of_sids_are_copied) {
        SID_IDENTIFIER_AUTHORITY authority = { SECURITY_NT_AUTHORITY };
        SECURITY_DESCRIPTOR descriptor;
        SID sid = { 1, 1, authority, { 18 } };
        SID_AND_ATTRIBUTES from[2] = { { &sid, 1 }, { &sid, 2 } }, to[2];
        PSECURITY_DESCRIPTOR copy = NULL;
        ULONG area[6], left = 0;
        PSID rest = NULL, owner = NULL;
        BOOLEAN defaulted;

        RtlCreateSecurityDescriptor(&descriptor, 1);
        RtlSetOwnerSecurityDescriptor(&descriptor, &sid, FALSE);
        ck_assert_status(RtlCopySecurityDescriptor(&descriptor, &copy), STATUS_SUCCESS);
        ck_assert_status(RtlGetOwnerSecurityDescriptor(copy, &owner, &defaulted), STATUS_SUCCESS);
        ck_assert(RtlEqualSid(owner, &sid));
        ck_assert_ptr_ne(owner, &sid);
        ck_assert(RtlFreeHeap(process_heap(), 0, copy));
        descriptor.Revision = 2;
        ck_assert_status(RtlCopySecurityDescriptor(&descriptor, &copy),
                        STATUS_INVALID_SECURITY_DESCR);
        ck_assert_status(RtlCopySidAndAttributesArray(2, from, 23, to, area, &rest, &left),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlCopySidAndAttributesArray(2, from, 24, to, area, &rest, &left),
                        STATUS_SUCCESS);
        ck_assert_ptr_eq(to[1].Sid, area + 3);
        ck_assert_uint_eq(to[1].Attributes, 2);
        ck_assert_uint_eq(left, 0);
        ck_assert_ptr_eq(rest, area + 6);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_atom_table_is_shared_by_threads);
        tcase_add_test(tests, an_atom_table_holds_16384_names);
        tcase_add_test(tests, pointers_are_turned_and_turned_back);
        tcase_add_test(tests, check_sums_are_those_that_everybody_knows);
        tcase_add_test(tests, versions_are_compared_as_one_number);
        tcase_add_test(tests, the_version_is_filled_in_as_far_as_the_structure_goes);
        tcase_add_test(tests, descriptors_and_arrays_of_sids_are_copied);
}

int main(void) {
        return suite_main("rtl-data", 20, add_tests);
}
