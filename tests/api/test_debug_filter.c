/*
 * Masks of debug output: Microsoft's "Reading and Filtering Debugging Messages".
 */

#include "api.h"
#include "ntrtldbg.h"
#include "winternl.h"

#define DRIVER ((ULONG) DPFLTR_IHVDRIVER_ID)

static void set_privilege(ULONG attributes) {
        TOKEN_PRIVILEGES state = {
                .PrivilegeCount = 1,
                .Privileges = { { .Luid = { .LowPart = SE_DEBUG_PRIVILEGE },
                                .Attributes = attributes } },
        };
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
        ck_assert_status(NtAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL),
                        STATUS_SUCCESS);
        api_assert_ok(NtClose(token));
}

START_TEST(masks_are_changed_with_the_privilege_only) {
        set_privilege(0);
        ck_assert_status(NtSetDebugFilterState(DRIVER, 3, TRUE), STATUS_ACCESS_DENIED);
        ck_assert_status(NtSetDebugFilterState(5000, 3, TRUE), STATUS_ACCESS_DENIED);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 3), FALSE);

        set_privilege(SE_PRIVILEGE_ENABLED);
        ck_assert_status(NtSetDebugFilterState(5000, 3, TRUE), STATUS_INVALID_PARAMETER_1);
        api_assert_ok(NtSetDebugFilterState(DRIVER, 3, TRUE));
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 3), TRUE);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 2), FALSE);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER + 1, 3), FALSE);
        api_assert_ok(ZwSetDebugFilterState(DRIVER, 3, FALSE));
        ck_assert_int_eq(ZwQueryDebugFilterState(DRIVER, 3), FALSE);
}
END_TEST

START_TEST(levels_from_32_up_are_masks) {
        set_privilege(SE_PRIVILEGE_ENABLED);
        api_assert_ok(DbgSetDebugFilterState(DRIVER, 0x60, TRUE));
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 5), TRUE);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 6), TRUE);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 0x40), TRUE);
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 0x80), FALSE);
}
END_TEST

START_TEST(one_mask_counts_for_all_components) {
        set_privilege(SE_PRIVILEGE_ENABLED);
        api_assert_ok(NtSetDebugFilterState(0xFFFFFFFF, 3, TRUE));
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 3), TRUE);
        api_assert_ok(NtSetDebugFilterState(0xFFFFFFFF, 0, FALSE));
        ck_assert_int_eq(NtQueryDebugFilterState(DRIVER, 0), FALSE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, masks_are_changed_with_the_privilege_only);
        tcase_add_test(tests, levels_from_32_up_are_masks);
        tcase_add_test(tests, one_mask_counts_for_all_components);
}

int main(void) {
        return api_main("debug-filter", 60, add);
}
