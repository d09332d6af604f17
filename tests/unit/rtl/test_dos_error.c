#include "assert-status.h"
#include "ntrtl.h"
#include "ntstatus.h"
#include "suite.h"

typedef struct Row {
        NTSTATUS status;
        ULONG error;
} Row;

/* As kernel32's callers see them on Windows: Wine's tests of kernel32 and ntdll. */
static const Row rows[] = {
        { STATUS_SUCCESS, 0 },
        { STATUS_ACCESS_DENIED, 5 },
        { STATUS_ALREADY_COMMITTED, 5 },
        { STATUS_CANNOT_DELETE, 5 },
        { STATUS_INVALID_VIEW_SIZE, 5 },
        { STATUS_INVALID_HANDLE, 6 },
        { STATUS_OBJECT_TYPE_MISMATCH, 6 },
        { STATUS_HANDLE_NOT_CLOSABLE, 6 },
        { STATUS_NO_MEMORY, 8 },
        { STATUS_SECTION_TOO_BIG, 8 },
        { STATUS_INFO_LENGTH_MISMATCH, 24 },
        { STATUS_INVALID_ADDRESS, 59 },
        { STATUS_INVALID_PARAMETER, 87 },
        { STATUS_INVALID_PAGE_PROTECTION, 87 },
        { STATUS_INVALID_PARAMETER_1, 87 },
        { STATUS_INVALID_PARAMETER_9, 87 },
        { STATUS_UNABLE_TO_FREE_VM, 87 },
        { STATUS_SECTION_NOT_IMAGE, 87 },
        { STATUS_BUFFER_TOO_SMALL, 122 },
        { STATUS_OBJECT_NAME_INVALID, 123 },
        { STATUS_OBJECT_PATH_SYNTAX_BAD, 161 },
        { STATUS_OBJECT_NAME_COLLISION, 183 },
        { STATUS_OBJECT_NAME_EXISTS, 698 },
        { STATUS_INVALID_FILE_FOR_SECTION, 193 },
        { STATUS_INVALID_IMAGE_FORMAT, 193 },
        { STATUS_INVALID_IMAGE_NOT_MZ, 193 },
        { STATUS_BUFFER_OVERFLOW, 234 },
        { STATUS_MUTANT_NOT_OWNED, 288 },
        { STATUS_SEMAPHORE_LIMIT_EXCEEDED, 298 },
        { STATUS_CONFLICTING_ADDRESSES, 487 },
        { STATUS_NOT_MAPPED_VIEW, 487 },
        { STATUS_NOT_COMMITTED, 487 },
        { STATUS_FREE_VM_NOT_AT_BASE, 487 },
        { STATUS_MEMORY_NOT_ALLOCATED, 487 },
        { STATUS_OBJECT_NAME_NOT_FOUND, 2 },
        { STATUS_OBJECT_PATH_NOT_FOUND, 3 },
        { STATUS_MAPPED_FILE_SIZE_ZERO, 1006 },
        { STATUS_MAPPED_ALIGNMENT, 1132 },
        { STATUS_USER_MAPPED_FILE, 1224 },
        { STATUS_PRIVILEGE_NOT_HELD, 1314 },
        { STATUS_NOT_SAME_OBJECT, 1656 },
        { STATUS_INVALID_BUFFER_SIZE, 1784 },
        { STATUS_MORE_ENTRIES, 234 },
        { STATUS_NO_MORE_ENTRIES, 259 },
        { (NTSTATUS) 0xC1234567, 317 },
        { (NTSTATUS) 0x12345678, 317 },
};

START_TEST(a_status_has_the_error_that_windows_gives_for_it) {
        ck_assert_msg(RtlNtStatusToDosError(rows[_i].status) == rows[_i].error,
                        "%08X is %u, not %u", (unsigned) rows[_i].status,
                        RtlNtStatusToDosError(rows[_i].status), rows[_i].error);
}
END_TEST

START_TEST(values_of_others_are_passed_on_and_wrapped_ones_unwrapped) {
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0xE0000005), 0xE0000005);
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0x20001234), 0x20001234);
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0x80070005), 5);
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0xC0074321), 0x4321);
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0xC0010002), 2);
        ck_assert_uint_eq(RtlNtStatusToDosError((NTSTATUS) 0xD0000034), 2);
}
END_TEST

typedef struct DosError {
        uint32_t status;
        uint32_t error;
} DosError;

static const DosError table[] = {
#include "../../../client/rtl/dos-error-table.inc"
};

START_TEST(the_table_is_in_order_and_complete_for_the_search) {
        size_t n = sizeof(table) / sizeof(table[0]), n_wrong = 0;

        ck_assert_uint_gt(n, 1400);
        for (size_t i = 0; i < n; i++) {
                if (i > 0)
                        n_wrong += table[i - 1].status >= table[i].status;
                if (!(table[i].status & 0x20000000))
                        n_wrong += RtlNtStatusToDosError((NTSTATUS) table[i].status) !=
                                   table[i].error;
        }
        ck_assert_uint_eq(n_wrong, 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, a_status_has_the_error_that_windows_gives_for_it, 0,
                        sizeof(rows) / sizeof(rows[0]));
        tcase_add_test(tests, values_of_others_are_passed_on_and_wrapped_ones_unwrapped);
        tcase_add_test(tests, the_table_is_in_order_and_complete_for_the_search);
}

int main(void) {
        return suite_main("dos-error", 20, add);
}
