/*
 * Owners, labels and privileges of the users of a system instance: by-kernel 1.21, 2.2, 2.6; [P]
 * which privileges users hold. Needs root; otherwise it is skipped.
 */

#include <stdlib.h>

#include "api.h"
#include "users.h"
#include "winternl.h"

#define GLOBAL u"\\BaseNamedObjects\\users"

static PSECURITY_DESCRIPTOR from_text(const char *text) {
        PSECURITY_DESCRIPTOR descriptor = NULL;

        need(zw_sddl_to_descriptor(text, &descriptor, NULL) == STATUS_SUCCESS);
        return descriptor;
}

static NTSTATUS create_secured(const WCHAR *name, const char *text, PHANDLE ret) {
        ApiName where;
        NTSTATUS status;

        api_name(&where, NULL, name, 0);
        where.attributes.SecurityDescriptor = from_text(text);
        status = api_create_with(&where.attributes, SECTION_ALL_ACCESS, ret);
        zw_free(where.attributes.SecurityDescriptor);
        return status;
}

static NTSTATUS set(HANDLE handle, SECURITY_INFORMATION parts, const char *text) {
        PSECURITY_DESCRIPTOR descriptor = from_text(text);
        NTSTATUS status = NtSetSecurityObject(handle, parts, descriptor);

        zw_free(descriptor);
        return status;
}

/* by-kernel 2.6: everybody may write, but nobody below high integrity. */
static void may_not_write_up(User *user) {
        (void) user;
        need(users_try_open(GLOBAL, SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(users_try_open(GLOBAL, SECTION_MAP_READ) == STATUS_SUCCESS);
}

START_TEST(high_label_is_not_written_from_below) {
        HANDLE handle = NULL;

        api_assert_ok(create_secured(GLOBAL, "D:(A;;0xf001f;;;WD)", &handle));
        api_assert_ok(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)"));
        users_run(ALICE, may_not_write_up);
        api_assert_ok(NtClose(handle));
        api_assert_ok(zw_detach());
}
END_TEST

/* by-kernel 1.21, 2.6: owners that one may not give, and labels above one's own. */
static void try_to_give(User *user) {
        HANDLE handle = NULL;

        (void) user;
        need(create_secured(ALICES u"\\x", "O:" BOBS_SID, &handle) == STATUS_INVALID_OWNER);
        need(NT_SUCCESS(api_create(ALICES u"\\x", SECTION_ALL_ACCESS, &handle)));
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:" BOBS_SID) == STATUS_INVALID_OWNER);
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:SY") == STATUS_INVALID_OWNER);
        need(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)") == STATUS_INVALID_LABEL);
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:" ALICES_SID) == STATUS_SUCCESS);
        need(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)") == STATUS_SUCCESS);
        need(set(handle, DACL_SECURITY_INFORMATION, "D:(A;;0x4;;;WD)") == STATUS_SUCCESS);
        need(users_try_open(ALICES u"\\x", SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(users_try_open(ALICES u"\\x", SECTION_MAP_READ) == STATUS_SUCCESS);
}

START_TEST(nobody_gives_what_is_not_his_to_give) {
        users_run(ALICE, try_to_give);
}
END_TEST

/* [P] everybody holds SeChangeNotify in a system instance, and no more; a session for each uid. */
static void look_at_own_token(User *user) {
        union {
                TOKEN_PRIVILEGES list;
                uint8_t room[64];
        } privileges;
        TOKEN_PRIVILEGES wish = { 1, { { { SE_SECURITY_PRIVILEGE, 0 }, SE_PRIVILEGE_ENABLED } } };
        HANDLE token = NULL;
        ULONG word = 99, needed;

        (void) user;
        need(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES,
                             &token) == STATUS_SUCCESS);
        need(NtQueryInformationToken(token, TokenPrivileges, &privileges, sizeof(privileges),
                             &needed) == STATUS_SUCCESS);
        need(privileges.list.PrivilegeCount == 1);
        need(privileges.list.Privileges[0].Luid.LowPart == SE_CHANGE_NOTIFY_PRIVILEGE);
        need(NtAdjustPrivilegesToken(token, FALSE, &wish, 0, NULL, NULL) ==
                        STATUS_NOT_ALL_ASSIGNED);
        need(NtQueryInformationToken(token, TokenElevation, &word, 4, &needed) == STATUS_SUCCESS);
        need(word == 0);
        need(NtQueryInformationToken(token, TokenSessionId, &word, 4, &needed) == STATUS_SUCCESS);
        need(word == ALICE);
}

START_TEST(user_has_a_session_and_one_privilege) {
        users_run(ALICE, look_at_own_token);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, high_label_is_not_written_from_below);
        tcase_add_test(tests, nobody_gives_what_is_not_his_to_give);
        tcase_add_test(tests, user_has_a_session_and_one_privilege);
}

int main(void) {
        return users_main("users-security", 60, add);
}
